from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .stage_common import StageCase


@tagged("post_install", "-at_install")
class TestStages(StageCase):
    def test_the_six_stages_come_by_default(self):
        """S4-EX-05, S4-STG-02, C-01: in this order; the quality check is not among them."""
        stages = self.env["caredesk.ticket.stage"].search([("group_ids", "=", False)])
        ours = {key for key, name in stages.get_external_id().items() if name}
        shipped = stages.filtered(lambda s: s.id in ours and s.state != "cancelled")
        wanted = ("collect", "assign", "investigate", "solution", "follow_up", "closed")
        self.assertEqual(
            shipped, self.env["caredesk.ticket.stage"].union(
                *(self.env.ref(f"caredesk_ticket.stage_{name}") for name in wanted)
            )
        )  # fmt: skip
        self.assertTrue(all(stage.description for stage in shipped), "each has its goal")

    def test_a_group_has_its_own_stages_and_shares_the_others(self):
        """S4-HD-03, S4-STG-09: own stages of a state first, the shared ones for the rest."""
        diagnose = self._stage("Diagnose", "in_progress", self.support)
        ticket = self._held_ticket(self.an, "in_progress")
        self.assertEqual(ticket.stage_id, diagnose)
        other = self._group("Billing", self.binh)
        elsewhere = self._held_ticket(self.binh, "in_progress", group_id=other.id)
        self.assertEqual(elsewhere.stage_id, self.env.ref("caredesk_ticket.stage_investigate"))
        with self.assertRaisesRegex(UserError, "not a stage of"):
            elsewhere.with_user(self.binh).stage_id = diagnose

    def test_a_board_by_stage_shows_the_stages_of_the_group(self):
        """S4-HD-03: empty columns too; nothing of other groups."""
        diagnose = self._stage("Diagnose", "in_progress", self.support)
        foreign = self._stage("Elsewhere", "in_progress", self._group("Billing"))
        tickets = self.env["caredesk.ticket"].with_user(self.boss)
        tickets = tickets.with_context(read_group_expand=True)  # as boards and lists ask for it
        for domain in (
            [("group_id", "=", self.support.id)],
            [("group_id", "in", self.support.ids), ("is_open", "=", True)],
        ):
            rows = tickets.web_read_group(domain, ["stage_id"], ["__count"])
            shown = [row["stage_id"][0] for row in rows["groups"]]
            self.assertIn(diagnose.id, shown)
            self.assertNotIn(foreign.id, shown)
            self.assertIn(self.env.ref("caredesk_ticket.stage_solution").id, shown)

    def test_a_stage_that_lost_its_last_group_is_archived(self):
        """S4-HD-03: it does not become a stage of all groups behind their backs."""
        billing, spare = self._group("Billing"), self._group("Spare")
        both = self._stage("Both", "done", billing, spare, sequence=1)
        billing.stage_ids -= both
        self.assertTrue(both.active)
        spare.unlink()
        self.assertFalse(both.active or both.group_ids)
        own = self._stage("Own", "done", billing, sequence=1)
        billing.with_user(self.boss).write({"stage_ids": [Command.unlink(own.id)]})
        self.assertFalse(own.active)
        ticket = self._held_ticket(self.an, "done")
        self.assertEqual(ticket.stage_id, self.env.ref("caredesk_ticket.stage_follow_up"))

    def test_nonsense_is_refused(self):
        """S4-STG-09: checking and closing are for done tickets; targets are not negative."""
        for vals in (
            {"state": "todo", "is_closing": True},
            {"state": "in_progress", "is_quality_check": True},
            {"state": "done", "is_quality_check": True, "is_closing": True},
            {"state": "todo", "target_hours": -1},
            {"state": "todo", "activity_days": -1},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self._stage("Odd", **vals)

    def test_only_managers_set_stages_up(self):
        """S4-STG-09: an agent reads the stages, a manager shapes them."""
        stage = self.env.ref("caredesk_ticket.stage_solution")
        with self.assertRaises(AccessError):
            stage.with_user(self.an).target_hours = 3
        form = Form(stage.with_user(self.boss))
        form.target_hours = 3
        form.description = "The customer has it in writing."
        form.save()
        self.assertEqual(stage.target_hours, 3)

    def test_the_first_stage_takes_in_what_all_channels_bring(self):
        """S4-STG-02: e-mail, hotline, social network or by hand: collected, then assigned."""
        self.support.auto_assign = False
        for channel in ("email", "hotline", "facebook", "zalo", "portal"):
            (ticket,) = self.env["caredesk.ticket"]._create_from_channel(
                channel, [self._ticket_vals()]
            )
            self.assertEqual(ticket.stage_id, self.env.ref("caredesk_ticket.stage_collect"))
            self.assertTrue(ticket.number)
        ticket.with_user(self.an).action_take()
        self.assertEqual(ticket.stage_id, self.env.ref("caredesk_ticket.stage_assign"))

    def test_what_is_found_out_is_kept_on_the_ticket(self):
        """S4-STG-04: note, file, cause and solution while it is investigated."""
        ticket = self._held_ticket(self.an, "in_progress")
        mine = ticket.with_user(self.an)
        mine.message_post(body="It is the cable", attachments=[("photo.txt", b"x")])
        mine.write({"cause": "Loose cable", "result": "Fastened it"})
        self.assertEqual(ticket.stage_id, self.env.ref("caredesk_ticket.stage_investigate"))
        self.assertEqual(ticket.message_ids[0].attachment_ids.name, "photo.txt")
        mine.action_complete()
        self.assertEqual((ticket.cause, ticket.result), ("Loose cable", "Fastened it"))

    def test_groups_for_several_purposes_in_one_overview(self):
        """S4-HD-01, S4-HD-02: each group with its own stages and figures, side by side."""
        billing = self._group("Billing", auto_assign=False)
        self._stage("Check the invoice", "unassigned", billing)
        self._tickets(2, group_id=billing.id)
        self._held_ticket(self.an, "waiting")
        groups = (billing | self.support).with_user(self.boss)
        figures = groups.read(["unassigned_count", "waiting_count", "open_count"])
        found = {
            row["id"]: (row["unassigned_count"], row["waiting_count"], row["open_count"])
            for row in figures
        }
        self.assertEqual(found, {billing.id: (2, 0, 2), self.support.id: (0, 1, 1)})

    def test_idle_tickets_are_found(self):
        """S4-STG-03: open, not waiting, and nothing done for three days."""
        clock = self._freeze()
        idle = self._held_ticket(self.an)
        waiting = self._held_ticket(self.binh, "waiting")
        clock.tick(4 * 86400)
        fresh = self._ticket()
        self.env.flush_all()
        tickets = self.env["caredesk.ticket"].with_user(self.boss)
        arch = tickets.get_views([(False, "search")])["views"]["search"]["arch"]
        (node,) = etree.fromstring(arch).xpath("//filter[@name='idle']")
        domain = safe_eval(node.get("domain"))
        found = tickets.search([*domain, ("group_id", "=", self.support.id)])
        self.assertEqual(found & (idle | waiting | fresh), idle)
