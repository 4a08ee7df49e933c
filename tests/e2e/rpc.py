"""Calls to the server, for what happens outside a browser: set-up, and mail that arrives."""

from __future__ import annotations

import os
from typing import Any

import requests

TIMEOUT_SECONDS = 120


class Rpc:
    """A logged-in user who calls methods of models.

    :param login: also the password, as for all people of the demo company.
    """

    def __init__(self, url: str, login: str = "admin") -> None:
        self._url = url
        self._session = requests.Session()
        database = os.environ["CAREDESK_DATABASE"]
        identity = {"db": database, "login": login, "password": login}
        self._post("/web/session/authenticate", identity)

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of a model and return its result.

        :raise AssertionError: the server answers with an error; its text says which.
        """
        call = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", call)

    def wake(self, cron: str) -> None:
        """Let the server itself run a scheduled action, given by its XML ID, as soon as it can.

        Started from here it could meet the server's own run, and one of the two would be refused.
        """
        [model] = self.call("ir.model", "search", [["model", "=", "ir.cron"]])
        code = f"env.ref({cron!r})._trigger()"
        values = {"name": f"Wake {cron}", "model_id": model, "state": "code", "code": code}
        action = self.call("ir.actions.server", "create", [values])
        self.call("ir.actions.server", "run", action)
        self.call("ir.actions.server", "unlink", action)

    def receive_mail(self, raw: bytes) -> None:
        """Hand a mail, 8-bit UTF-8, to the gateway as a mail server's transport does."""
        self.call("mail.thread", "message_process", False, raw.decode())

    def get(self, path: str) -> requests.Response:
        """Open a page of the server as this user, below its own address.

        :raise requests.HTTPError: the server answers with an error
        """
        answer = self._session.get(self._url + path, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        return answer

    def _post(self, path: str, params: dict) -> Any:
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self._session.post(self._url + path, json=body, timeout=TIMEOUT_SECONDS).json()
        assert "error" not in answer, answer["error"]["data"]["message"]
        return answer.get("result")
