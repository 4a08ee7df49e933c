"""Which logins a demo has: asked of the database, and tried on the running server."""

import json
import urllib.request
from collections.abc import Iterator

from tools.devkit.log import Log
from tools.devkit.server import Server
from tools.devkit.toolchain import Toolchain

# Odoo locks an address out after five wrong passwords, so at most four may fail.
MOST_FAILURES = 4
QUERY = """
SELECT u.login, p.name, u.share
  FROM res_users u
  JOIN res_partner p ON p.id = u.partner_id
  LEFT JOIN ir_model_data d ON d.model = 'res.users' AND d.res_id = u.id
 WHERE u.active AND (u.login IN ('admin', 'demo', 'portal') OR d.module LIKE 'caredesk%')
 ORDER BY u.login != 'admin', u.share, u.id
"""


def report(tools: Toolchain, server: Server, log: Log, changed: bool) -> None:
    """Print the users whose password is their login.

    :param changed: the database is new or updated: try them out; else what was found then holds
    """
    known = tools.workspace.var / f"{server.database}.logins"
    if changed or not known.exists():
        known.write_text("".join(f"{line}\n" for line in _try_out(tools, server)))
    log.say("Logins (user = password):")
    for line in known.read_text().splitlines():
        log.say(f"  {line}")


def _try_out(tools: Toolchain, server: Server) -> Iterator[str]:
    failures = 0
    for login, name, share in tools.psql(QUERY, server.database):
        if failures < MOST_FAILURES and _works(server, login):
            yield f"{login:24} {name}{' (customer portal)' if share else ''}"
        else:
            failures += 1


def _works(server: Server, login: str) -> bool:
    params = {"db": server.database, "login": login, "password": login}
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{server.url}/web/session/authenticate",
        data=json.dumps({"jsonrpc": "2.0", "params": params}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - likewise
            return bool(json.load(answer).get("result", {}).get("uid"))
    except OSError:
        return False
