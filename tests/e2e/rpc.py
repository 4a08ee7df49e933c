"""Odoo's external API, for what happens outside a browser: set-up, and mail that arrives."""

from __future__ import annotations

import os
import xmlrpc.client
from typing import Any


class Rpc:
    """The API as one user.

    :param login: also the password, as for all people of the demo company.
    """

    def __init__(self, url: str, login: str = "admin") -> None:
        self._database = os.environ["CAREDESK_DATABASE"]
        self._password = login
        common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common")
        self.uid = common.authenticate(self._database, login, login, {})
        self._object = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object", allow_none=True)

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of a model and return its result."""
        return self._object.execute_kw(
            self._database, self.uid, self._password, model, method, list(args), kwargs
        )

    def receive_mail(self, raw: bytes) -> None:
        """Hand a raw mail to the gateway as a mail server's transport does."""
        self.call("mail.thread", "message_process", False, xmlrpc.client.Binary(raw))
