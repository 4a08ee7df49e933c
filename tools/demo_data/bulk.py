"""Plain tickets in bulk, for trying out lists, reports and speed."""

import time

from odoo.modules.registry import Registry

from tools.demo_data.odoo_env import transaction

BATCH = 1000
TITLES = (
    "Cài đặt phần mềm",
    "Hướng dẫn sử dụng báo cáo",
    "Lỗi khi in hóa đơn",
    "Cấp key cho máy mới",
    "Máy in không nhận lệnh",
)
CHANNELS = ("manual", "hotline", "portal", "email")


def create(registry: Registry, number: int) -> str:
    """Create ``number`` tickets, a transaction for each thousand; return a line about the speed."""
    begun = time.monotonic()
    for first in range(0, number, BATCH):
        with transaction(registry) as env:
            _create_batch(env, first, min(BATCH, number - first))
        print(f"{min(first + BATCH, number)} of {number}", flush=True)
    seconds = time.monotonic() - begun
    return f"{number} tickets in {seconds:.1f} s, {number / max(seconds, 0.001):.0f} a second"


def _create_batch(env, first: int, size: int) -> None:
    kinds = env["caredesk.ticket.type"].search([]).ids
    partners = env["res.partner"].search([("partner_share", "=", True)], limit=500).ids
    vals_list = []
    for number in range(first, first + size):
        vals_list.append(
            {
                "name": f"{TITLES[number % len(TITLES)]} {number + 1}",
                "type_id": kinds[number % len(kinds)] if kinds else False,
                "partner_id": partners[number % len(partners)] if partners else False,
                "priority": str(number // 3 % 4),
                "severity": str(number // 5 % 4),
                "channel": CHANNELS[number % len(CHANNELS)],
            }
        )
    env["caredesk.ticket"].create(vals_list)
