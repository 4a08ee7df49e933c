"""Run the sandbox: `python -m zalo_sandbox --port 8071 --webhook http://…/caredesk/zalo/webhook`."""

from __future__ import annotations

import argparse

from .server import Server
from .world import furnished


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="zalo_sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8071)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--webhook", default="", help="where events are sent")
    parser.add_argument("--redirect-uri", default="", help="the only address consents return to")
    arguments = parser.parse_args()
    world = furnished(arguments.webhook, arguments.redirect_uri)
    server = Server(arguments.port, world, arguments.host)
    print(f"Zalo sandbox: {server.url}/sandbox", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        server.sender.stop()


if __name__ == "__main__":
    main()
