"""The inbound hook over real HTTP: the example of the reference, and callers who are in a hurry."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from caredesk_ticket.domain.hook_signature import sign

from tests.e2e.rpc import TIMEOUT_SECONDS, Rpc

REFERENCE = Path(__file__).parents[2] / "docs" / "api.md"
CALLERS = 6


@dataclass
class Source:
    """A source of its own for one test, with what its system knows."""

    rpc: Rpc
    url: str
    token: str
    secret: str
    group_id: int

    def tickets(self, *fields: str) -> list[dict]:
        domain = [["group_id", "=", self.group_id]]
        return self.rpc.call("caredesk.ticket", "search_read", domain, list(fields))

    def post(self, **fields) -> requests.Response:
        body, moment = json.dumps(fields).encode(), int(time.time())
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.token}",
            "X-CareDesk-Timestamp": str(moment),
            "X-CareDesk-Signature": sign(self.secret, moment, body),
        }
        return requests.post(self.url, data=body, headers=headers, timeout=TIMEOUT_SECONDS)


@pytest.fixture
def source(base_url) -> Source:
    """A new source with a support group of its own."""
    rpc, key = Rpc(base_url), uuid.uuid4().hex[:8]
    [group_id] = rpc.call("caredesk.support.group", "create", [{"name": f"Hook {key}"}])
    [source_id] = rpc.call(
        "caredesk.hook.source", "create", [{"name": f"Hook {key}", "group_id": group_id}]
    )
    shown = rpc.call("caredesk.hook.source", "action_new_secret", [source_id])["context"]
    [row] = rpc.call("caredesk.hook.source", "read", [source_id], ["key"])
    url = f"{base_url}/caredesk/hook/{row['key']}"
    return Source(rpc, url, shown["default_token"], shown["default_secret"], group_id)


def test_the_example_of_the_reference_works(source):
    """Proves C-31: the lines of docs/api.md, run as they stand, make the ticket they describe."""
    [example] = re.findall(r"```bash\n(.*?)```", REFERENCE.read_text(encoding="utf-8"), re.S)
    secrets = {"URL": source.url, "TOKEN": source.token, "SECRET": source.secret}
    run = subprocess.run(
        ["bash", "-euc", example],
        env=os.environ | secrets,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=True,
    )
    answer = json.loads(run.stdout)
    [ticket] = source.tickets("number", "name", "nature", "priority", "channel")
    assert answer == {"status": "done", "action": "ticket", "ticket": ticket["number"]}
    assert ticket["name"] == "Máy in không chạy"
    assert (ticket["nature"], ticket["priority"]) == ("complaint", "2")


def test_the_same_call_at_once_is_one_ticket(source):
    """Proves C-31: several callers with one key at the same moment get one and the same ticket."""

    def call(_caller: int) -> dict:
        return source.post(idempotency_key="same", body="Xin chào").json()

    with ThreadPoolExecutor(CALLERS) as callers:
        answers = list(callers.map(call, range(CALLERS)))
    [ticket] = source.tickets("number")
    assert {answer["ticket"] for answer in answers} == {ticket["number"]}
    assert [answer["status"] for answer in answers].count("done") == 1


def test_first_messages_at_once_are_one_ticket(source):
    """Proves S4-CHN-12: a conversation that begins with a burst of messages is one ticket."""

    def call(caller: int) -> int:
        fields = {"idempotency_key": f"m{caller}", "external_id": "fb-1", "action": "message"}
        return source.post(**fields, body=f"Tin nhắn {caller}").status_code

    with ThreadPoolExecutor(3) as callers:
        assert list(callers.map(call, range(3))) == [200] * 3
    [ticket] = source.tickets("id", "description")
    bodies = source.rpc.call(
        "mail.message",
        "search_read",
        [["model", "=", "caredesk.ticket"], ["res_id", "=", ticket["id"]]],
        ["body"],
    )
    text = ticket["description"] + "".join(row["body"] for row in bodies)
    assert all(f"Tin nhắn {caller}" in text for caller in range(3))
