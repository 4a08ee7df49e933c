"""Two people must not answer the same Zalo customer, and leaving Zalo leaves nothing behind."""

from tests.system import zalo_claim_race, zalo_link_race
from tests.system.harness import scenario

ROUNDS = 6
CUSTOMER = """
app = env["caredesk.zalo.app"].create({"name": "App", "app_id": "1"})
account = env["caredesk.zalo.oa"].create({"name": "Account", "app_id": app.id})
customer = env["caredesk.zalo.contact"]._of(account, "10")
customer._conversation()._zalo_post_note("note")
env.cr.commit()
"""
STEP = """
env["ir.module.module"].search([("name", "=", "caredesk_zalo")]).button_immediate_%s()
"""


def test_one_agent_gets_the_customer(tools, installed_database):
    """C-40, IE-44: of four at once one serves a customer, and one links him; the others read why.

    Proves S2-CRM-15.
    """
    with scenario(tools, "zalo_claim", source=installed_database) as ctx:
        uids, channels = ctx.call("tests.system.zalo_claim_race:prepare", ROUNDS)
        for attempts in zalo_claim_race.run(ctx, uids, channels):
            assert [attempt["won"] for attempt in attempts].count(True) == 1, attempts
            for attempt in attempts:
                assert attempt["won"] or "serves this customer already" in attempt["text"], attempts
        contacts = ctx.call("tests.system.zalo_link_race:customers", channels)
        met = zalo_link_race.run(ctx, uids, contacts)
        linked = ctx.call("tests.system.zalo_link_race:links", contacts)
        for attempts, partner in zip(met, linked, strict=True):
            won = [attempt["won"] for attempt in attempts if attempt["won"]]
            assert won == [partner], attempts
            for attempt in attempts:
                assert attempt["won"] or "already" in attempt["text"], attempts


def test_uninstalling_zalo_leaves_nothing_behind(tools, installed_database):
    """IE-49: no table, conversation or guest stays, no error is logged, and it comes back."""
    with scenario(tools, "uninstall_zalo", source=installed_database) as ctx:
        guests = ctx.sql("SELECT count(*) FROM mail_guest")
        ctx.shell(CUSTOMER + STEP % "uninstall")
        assert " ERROR " not in (ctx.folder / "shell.log").read_text()
        assert ctx.sql("SELECT tablename FROM pg_tables WHERE tablename LIKE '%zalo%'") == []
        assert ctx.sql("SELECT id FROM discuss_channel WHERE channel_type = 'zalo'") == []
        assert ctx.sql("SELECT count(*) FROM mail_guest") <= guests
        ctx.shell(STEP % "install")
        ctx.shell(CUSTOMER)
        assert " ERROR " not in (ctx.folder / "shell.log").read_text()
