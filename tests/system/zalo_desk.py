"""What the Zalo scenarios share: a connected account, people who write, and who reads what.

The sandbox runs in the scenario's own process and keeps its events to itself; what arrives at
the webhook, how often and in which order is the scenario's business.
"""

import contextlib
import json
import time
from collections.abc import Iterator

from tools.zalo_sandbox import Server
from tools.zalo_sandbox.world import Token

from .harness import Context

PASSWORD = "zalo-desk"  # noqa: S105 - of people made up for one run
CODE = "scenario"

#: What stands in the conversations, in the order people see it.
READ = """
SELECT contact.zalo_user_id, message.body, message.zalo_message_key
  FROM mail_message message
  JOIN discuss_channel channel ON message.model = 'discuss.channel' AND message.res_id = channel.id
  JOIN caredesk_zalo_contact contact ON contact.id = channel.zalo_contact_id
 WHERE message.zalo_message_key IS NOT NULL AND message.author_guest_id IS NOT NULL
 ORDER BY message.id
"""


#: A new database has every scheduled action due at once; Zalo's alone are the matter here.
_PUT_OFF_OTHERS = """
UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' + interval '1 day'
 WHERE id NOT IN (SELECT res_id FROM ir_model_data
                   WHERE model = 'ir.cron' AND module = 'caredesk_zalo')
"""


@contextlib.contextmanager
def open_desk(ctx: Context) -> Iterator[tuple[Server, dict]]:
    """Start a sandbox and connect an account to it; yields both, see `connect`."""
    ctx.sql(_PUT_OFF_OTHERS)
    with Server() as sandbox:
        grant(sandbox)
        yield sandbox, ctx.call("tests.system.zalo_desk:connect", facts(sandbox))


def facts(sandbox: Server) -> dict:
    """Return what is to be known of a sandbox: its address, its app and its account."""
    app = next(iter(sandbox.world.apps.values()))
    return {
        "url": sandbox.url,
        "app_id": app.app_id,
        "app_secret": app.secret,
        "webhook_secret": app.account_secret,
        "oa_id": next(iter(sandbox.world.accounts)),
    }


def grant(sandbox: Server) -> None:
    """Let the account's administrator have given his consent."""
    known = facts(sandbox)
    until = sandbox.world.clock() + 600
    sandbox.world.codes[CODE] = Token(known["oa_id"], known["app_id"], until)


def read(ctx: Context) -> dict[str, list[str]]:
    """Return the ids of the messages of each customer, in the order people read them."""
    found: dict[str, list[str]] = {}
    for user_id, _body, key in ctx.sql(READ):
        found.setdefault(user_id, []).append(key)
    return found


def compare(expected: dict[str, list[str]], found: dict[str, list[str]]) -> dict:
    """Compare what customers wrote with what stands in the conversations.

    :return: lists `lost`, `duplicated` and `violations` (wrong order, messages nobody wrote)
    """
    lost, twice, wrong = [], [], []
    for user_id, wanted in expected.items():
        shown = found.get(user_id, [])
        lost += [f"lost: {key}" for key in wanted if key not in shown]
        twice += [f"duplicated: {key}" for key in set(shown) if shown.count(key) > 1]
        once = list(dict.fromkeys(shown))
        if once != [key for key in wanted if key in once]:
            wrong.append(f"out of order for {user_id}: {once[:12]} instead of {wanted[:12]}")
    return {"lost": lost, "duplicated": twice, "violations": wrong}


def wait_until(question, seconds: float, pause: float = 0.1) -> bool:
    """Wait until a question is answered with yes; tell whether it came in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(pause)
    return False


def report(scenario_id: str, tried: int, verdict: dict, notes: list[str]) -> dict:
    """Return the report of a scenario from its verdict, see `compare`."""
    lost, twice, wrong = (verdict[key] for key in ("lost", "duplicated", "violations"))
    return {
        "id": scenario_id,
        "tried": tried,
        "lost": len(lost),
        "duplicated": len(twice),
        "violations": len(wrong),
        "ok": not (lost or twice or wrong),
        "details": [*lost[:20], *twice[:20], *wrong[:20]],
        "notes": notes,
    }


# --- in a process of its own ---


def connect(worker, known: dict) -> dict:
    """Make an app, an account that is connected, and an agent who serves it.

    :param known: what `facts` returned
    """
    with worker.env() as env:
        app = env["caredesk.zalo.app"].create(
            {
                "name": "Scenario",
                **{key: known[key] for key in ("app_id", "app_secret", "webhook_secret")},
                **dict.fromkeys(("oauth_url", "openapi_url", "business_url"), known["url"]),
                "media_domains": "127.0.0.1",
            }
        )
        agent = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": "Zalo Agent",
                    "login": "fault_zalo_agent",
                    "password": PASSWORD,
                    "group_ids": [(6, 0, [env.ref("caredesk_zalo.group_agent").id])],
                }
            )
        )
        account = env["caredesk.zalo.oa"].create(
            {"name": "Scenario", "app_id": app.id, "user_ids": agent.ids}
        )
        account._connect(CODE, known["oa_id"])
        return {**known, "account": account.id, "agent": agent.id, "login": agent.login}


def befriend(worker, desk: dict, people: dict[str, str]) -> list[int]:
    """Make customers who wrote just now, with their conversations; return their record ids.

    :param people: names by Zalo id
    """
    with worker.env() as env:
        account = env["caredesk.zalo.oa"].browse(desk["account"])
        contacts = env["caredesk.zalo.contact"]
        for user_id, name in people.items():
            contact = contacts._of(account, user_id)
            contact.write({"name": name, "profile_state": "done"})
            contact._spoke(env.cr.now().replace(microsecond=0))
            contact._conversation()
            contacts |= contact
        return contacts.ids


def answer(worker, desk: dict, contact_ids: list[int], texts: list[str]) -> None:
    """Let the agent write each text to each customer."""
    with worker.env() as env:
        contacts = env["caredesk.zalo.contact"].browse(contact_ids)
        for text in texts:
            for contact in contacts:
                contact.channel_id.with_user(desk["agent"]).message_post(
                    body=f"{text} {contact.zalo_user_id}",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )


def raw(event: dict) -> bytes:
    """Return the bytes of an event as Zalo writes them."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
