"""Run the sandbox: `python -m zalo_sandbox --port 8071 --webhook http://…/caredesk/zalo/webhook`."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path

from .keeper import Keeper
from .server import Server
from .world import furnished


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="zalo_sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8071)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--webhook", default="", help="where events are sent")
    parser.add_argument("--redirect-uri", default="", help="the only address consents return to")
    parser.add_argument("--base-url", default="", help="where others reach it, if not so")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keeps all over a restart")
    arguments = parser.parse_args()
    world = furnished(arguments.webhook, arguments.redirect_uri)
    keeper = Keeper(world, arguments.state) if arguments.state else None
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = Server(arguments.port, world, arguments.host)
    world.base_url = arguments.base_url or server.url
    print(f"Zalo sandbox: {server.url}/sandbox", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        server.sender.stop()
        if keeper:
            keeper.close()


if __name__ == "__main__":
    main()
