"""Free TCP ports on the loopback interface."""

import socket
from collections.abc import Collection

LOOPBACK = "127.0.0.1"


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(preferred: int | None = None, avoid: Collection[int] = ()) -> int:
    """A free port: the preferred one, else one of the 50 above it, else any."""
    if preferred:
        for port in range(preferred, min(preferred + 50, 65536)):
            if port not in avoid and is_free(port):
                return port
    while True:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port = probe.getsockname()[1]
        if port not in avoid:
            return port
