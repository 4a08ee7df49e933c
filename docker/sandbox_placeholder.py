"""Stands where the Zalo sandbox will stand in compose.yaml, and says that it is not one.

GET /health answers 200, so that health checks and networking can be tried; everything else answers
501, so that nobody takes it for Zalo.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = 8090


class Placeholder(BaseHTTPRequestHandler):
    """Answers /health and refuses the rest."""

    def do_GET(self) -> None:  # noqa: N802 - the name is the interface
        """Tell that we are alive, or that we are nothing more."""
        if self.path == "/health":
            self._answer(200, {"status": "pass", "service": "placeholder for the Zalo sandbox"})
        else:
            self._answer(
                501, {"error": "This is a placeholder; it does not speak Zalo's interface."}
            )

    do_POST = do_GET  # noqa: N815 - likewise

    def _answer(self, status: int, body: dict) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


if __name__ == "__main__":
    # All interfaces: it runs in a container and is reached by its neighbours.
    ThreadingHTTPServer(("", PORT), Placeholder).serve_forever()
