"""Leaving: the app with tickets in it uninstalls without a trace and can come back."""

from tests.system.harness import scenario

TICKETS = """
kind = env.ref("caredesk_ticket.ticket_type_general")
env["caredesk.ticket"].create([{"name": f"Ticket {n}", "type_id": kind.id} for n in range(3)])
env.cr.commit()
"""
STEP = """
env["ir.module.module"].search([("name", "=", "caredesk_ticket")]).button_immediate_%s()
"""


def test_uninstalling_leaves_nothing_behind(tools, installed_database):
    """IE-49: no error is logged, no table and no message stays, and installing works again."""
    with scenario(tools, "uninstall", source=installed_database) as ctx:
        ctx.shell(TICKETS + STEP % "uninstall")
        assert " ERROR " not in (ctx.folder / "shell.log").read_text()
        assert ctx.sql("SELECT tablename FROM pg_tables WHERE tablename LIKE '%caredesk%'") == []
        assert ctx.sql("SELECT id FROM mail_message WHERE model LIKE 'caredesk%'") == []
        ctx.shell(STEP % "install")
        ctx.shell(TICKETS)
        assert ctx.sql("SELECT count(*) FROM caredesk_ticket") == [(3,)]
        assert " ERROR " not in (ctx.folder / "shell.log").read_text()
