"""Connects a demo to the Zalo sandbox, and lets its customers have written already.

Everything goes the way it goes in a real company: an administrator enters the app and gives the
consent on Zalo's page, customers write, agents answer in Discuss. Needs no Odoo in its own
process: `python -m tools.demo_data.zalo --odoo URL --db NAME --sandbox URL`.
"""

import argparse
import sys
import time
from urllib.parse import urlencode

import requests

from tools.demo_data.zalo_talks import TALKS

TIMEOUT = 60
#: Seconds until an account must be connected, or a message be in its conversation.
PATIENCE = 90.0
#: The app and its keys, as the sandbox has them.
SECRETS = {"app_secret": "app-secret", "webhook_secret": "oa-secret"}
#: Who serves the account: the administrator, and agents of the demo company if they are there.
AGENTS = ("admin", "lan", "tuan")


class Person:
    """Somebody logged in on Odoo, as a browser is."""

    def __init__(self, url: str, database: str, login: str) -> None:
        self._url = url
        self.session = requests.Session()
        words = {"db": database, "login": login, "password": login}
        self._post("/web/session/authenticate", words)

    def call(self, model: str, method: str, *args, **kwargs):
        """Call a method of a model; return what it returned.

        :raise RuntimeError: the server refused, with its message
        """
        words = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", words)

    def _post(self, path: str, words: dict):
        body = {"jsonrpc": "2.0", "method": "call", "params": words}
        answer = self.session.post(self._url + path, json=body, timeout=TIMEOUT).json()
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]


class Demo:
    """A demo and its sandbox."""

    def __init__(self, odoo: str, database: str, sandbox: str) -> None:
        self._odoo, self._database, self._sandbox = odoo, database, sandbox
        self._admin = Person(odoo, database, "admin")

    def connect(self) -> int:
        """Return the id of the connected account, which is set up and given consent if need be."""
        state = requests.get(f"{self._sandbox}/sandbox/state", timeout=TIMEOUT).json()
        zalo = state["accounts"][0]
        app_id = self._app(zalo)
        account_id = self._account(zalo, app_id)
        (known,) = self._admin.call("caredesk.zalo.oa", "read", [account_id], ["state"])
        if known["state"] == "connected" and zalo["connected"]:
            return account_id
        action = self._admin.call("caredesk.zalo.oa", "action_connect", [account_id])
        # The administrator chooses the account on Zalo's page, and is led back with a code.
        page = f"{action['url']}&{urlencode({'oa_id': zalo['oa_id']})}"
        self._admin.session.get(page, timeout=TIMEOUT).raise_for_status()
        # The worker puts the task away before it calls Zalo: a code counts once.
        done = ["|", ("state", "=", "connected"), ("last_error", "!=", False)]
        if not self._wait("caredesk.zalo.oa", [("id", "=", account_id), *done]):
            raise RuntimeError("The scheduled actions did not connect the account.")
        (known,) = self._admin.call(
            "caredesk.zalo.oa", "read", [account_id], ["state", "last_error"]
        )
        if known["state"] != "connected":
            raise RuntimeError(f"The account was not connected: {known['last_error']}")
        return account_id

    def talk(self, account_id: int) -> int:
        """Let customers have written, and agents have answered; return how many messages."""
        if self._admin.call("caredesk.zalo.contact", "search_count", [("oa_id", "=", account_id)]):
            return 0
        people = requests.get(f"{self._sandbox}/sandbox/state", timeout=TIMEOUT).json()["people"]
        number = 0
        for person, lines in zip(people, TALKS, strict=False):
            for who, hours, text in lines:
                number += 1
                self._say(account_id, person, who, hours, text)
            self._bridge(account_id, person)
        return number

    def _app(self, zalo: dict) -> int:
        values = {
            **dict.fromkeys(("oauth_url", "openapi_url", "business_url"), self._sandbox),
            "media_domains": "127.0.0.1, localhost, sandbox",
        }
        found = self._admin.call(
            "caredesk.zalo.app", "search", [("app_id", "=", zalo["app_id"])], limit=1
        )
        if found:
            self._admin.call("caredesk.zalo.app", "write", found, values)
            return found[0]
        values |= {"name": "Zalo sandbox", "app_id": zalo["app_id"], **SECRETS}
        (made,) = self._admin.call("caredesk.zalo.app", "create", [values])
        return made

    def _account(self, zalo: dict, app_id: int) -> int:
        found = self._admin.call("caredesk.zalo.oa", "search", [("app_id", "=", app_id)], limit=1)
        if found:
            return found[0]
        users = self._admin.call("res.users", "search", [("login", "in", AGENTS)])
        _model, role = self._admin.call(
            "ir.model.data", "check_object_reference", "caredesk_zalo", "group_agent"
        )
        self._admin.call("res.users", "write", users, {"group_ids": [(4, role)]})
        values = {"name": zalo["name"], "app_id": app_id, "user_ids": [(6, 0, users)]}
        (made,) = self._admin.call("caredesk.zalo.oa", "create", [values])
        return made

    def _say(self, account_id: int, person: dict, who: str, hours: float, text: str) -> None:
        """Let one line be said: by the customer, in Zalo's own tool, or by an agent in Discuss."""
        if who in ("customer", "manager"):
            path = "say" if who == "customer" else "manager"
            words = {"user_id": person["user_id"], "text": text, "ago": hours * 3600}
            requests.post(
                f"{self._sandbox}/sandbox/{path}", json=words, timeout=TIMEOUT
            ).raise_for_status()
            self._wait("mail.message", [("body", "ilike", text[:60])])
            return
        contact = self._contact(account_id, person)
        agent = Person(self._odoo, self._database, who)
        agent.call(
            "discuss.channel",
            "message_post",
            [contact["channel_id"][0]],
            body=text,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _bridge(self, account_id: int, person: dict) -> None:
        """Let the customer be known: his Zalo contact belongs to a contact of the company."""
        contact = self._contact(account_id, person)
        digits = person["phone"].removeprefix("84")
        known = self._admin.call("res.partner", "search", [("phone", "ilike", digits)], limit=1)
        if not known:
            values = {"name": person["name"], "phone": f"+84 {digits}", "lang": "vi_VN"}
            known = self._admin.call("res.partner", "create", [values])
        self._admin.call(
            "caredesk.zalo.contact", "write", [contact["id"]], {"partner_id": known[0]}
        )

    def _contact(self, account_id: int, person: dict) -> dict:
        domain = [("oa_id", "=", account_id), ("zalo_user_id", "=", person["user_id"])]
        (contact,) = self._admin.call(
            "caredesk.zalo.contact", "search_read", domain, ["channel_id"], limit=1
        )
        return contact

    def _wait(self, model: str, domain: list) -> bool:
        """Wait until something is there; the worker brings it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._admin.call(model, "search_count", domain, limit=1):
                return True
            time.sleep(0.2)
        return False


def main(argv: list[str]) -> int:
    """Connect, and talk if nobody talked yet."""
    parser = argparse.ArgumentParser(prog="tools.demo_data.zalo", description=main.__doc__)
    parser.add_argument("--odoo", required=True, help="address of Odoo")
    parser.add_argument("--db", required=True, help="name of the database")
    parser.add_argument("--sandbox", required=True, help="address of the sandbox")
    options = parser.parse_args(argv)
    demo = Demo(options.odoo, options.db, options.sandbox)
    account_id = demo.connect()
    print(f"Zalo: connected, {demo.talk(account_id)} messages made")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
