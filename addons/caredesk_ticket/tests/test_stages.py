from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger
from odoo.tools.safe_eval import safe_eval

from .common import CareDeskCase

_WORK_LOGGER = "odoo.addons.caredesk_ticket.models.caredesk_ticket_stage_work"


@tagged("post_install", "-at_install")
class TestStages(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._user("boss", "manager")
        cls.customer = cls.env["res.partner"].create({"name": "Tú", "email": "tu@example.com"})
        cls.todo_type = cls.env.ref("mail.mail_activity_data_todo")

    @classmethod
    def _stage(cls, name, state, *groups, **vals):
        """Return a new stage of ``groups`` (of all groups when none is given)."""
        values = {"name": name, "state": state, "group_ids": [Command.set([g.id for g in groups])]}
        return cls.env["caredesk.ticket.stage"].create({**values, **vals})

    def _template(self, body="<p>Fixed: <t t-out='object.number'/></p>"):
        return self.env["mail.template"].create(
            {
                "name": "Ready",
                "model_id": self.env["ir.model"]._get_id("caredesk.ticket"),
                "subject": "{{ object.number }} is ready",
                "body_html": body,
            }
        )

    def _mails(self, ticket):
        return self.env["mail.mail"].search(
            [("model", "=", "caredesk.ticket"), ("res_id", "=", ticket.id)]
        )

    # === WHICH STAGE ===

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
        self.assertEqual(
            elsewhere.stage_id, self.env.ref("caredesk_ticket.stage_investigate")
        )
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

    # === WHAT A STAGE ASKS FOR ===

    def test_entering_schedules_the_activity_once(self):
        """S4-STG-01: an activity for the performer, due after so many days, once per entry."""
        self._freeze()
        stage = self.env.ref("caredesk_ticket.stage_investigate")
        stage.write(
            {
                "activity_type_id": self.todo_type.id,
                "activity_summary": "Call the customer",
                "activity_days": 2,
            }
        )
        ticket = self._held_ticket(self.an, "in_progress")
        activity = ticket.activity_ids
        self.assertEqual(
            (activity.user_id, activity.summary, str(activity.date_deadline)),
            (self.an, "Call the customer", "2026-03-04"),
        )
        mine = ticket.with_user(self.an)
        mine.action_wait("customer")  # keeps the stage
        mine.action_continue()
        self.assertEqual(len(ticket.activity_ids), 1)

    def test_an_activity_may_be_for_the_managers(self):
        """S4-STG-01: those who are told of problems get it, the performer else."""
        self.support.manager_ids = self.boss
        self.env.ref("caredesk_ticket.stage_investigate").write(
            {"activity_type_id": self.todo_type.id, "activity_for": "managers"}
        )
        self.assertEqual(self._held_ticket(self.an, "in_progress").activity_ids.user_id, self.boss)

    def test_entering_launches_the_plan(self):
        """S4-STG-01: Odoo's own activity plans; «ask at launch» means the performer."""
        plan = self.env["mail.activity.plan"].create(
            {
                "name": "Repair",
                "res_model": "caredesk.ticket",
                "template_ids": [
                    Command.create(
                        {"activity_type_id": self.todo_type.id, "summary": "Order the part"}
                    ),
                    Command.create(
                        {
                            "activity_type_id": self.todo_type.id,
                            "summary": "Approve the cost",
                            "responsible_type": "other",
                            "responsible_id": self.boss.id,
                        }
                    ),
                ],
            }
        )
        self.env.ref("caredesk_ticket.stage_investigate").activity_plan_id = plan
        activities = self._held_ticket(self.an, "in_progress").activity_ids
        self.assertEqual(
            {activity.summary: activity.user_id for activity in activities},
            {"Order the part": self.an, "Approve the cost": self.boss},
        )

    def test_the_first_stage_asks_too(self):
        """S4-STG-01: a ticket enters its first stage by being created."""
        self.support.auto_assign = False
        self.support.manager_ids = self.boss
        self.env.ref("caredesk_ticket.stage_collect").activity_type_id = self.todo_type
        tickets = self._tickets(2)
        self.assertEqual(tickets.mapped("activity_ids.user_id"), self.boss)
        self.assertEqual(tickets.mapped(lambda ticket: len(ticket.activity_ids)), [1, 1])

    def test_entering_mails_the_customer_once(self):
        """S4-STG-01: queued, not sent, to the customer alone; stops no service level."""
        self.company.email = "care@example.com"
        stage = self.env.ref("caredesk_ticket.stage_solution")
        stage.mail_template_id = self._template()
        ticket = self._held_ticket(self.an, "in_progress", partner_id=self.customer.id)
        ticket.with_user(self.an).stage_id = stage
        mail = self._mails(ticket)
        self.assertEqual((len(mail), mail.state), (1, "outgoing"))
        self.assertEqual((mail.recipient_ids, mail.email_to), (self.customer, False))
        self.assertEqual(mail.subject, f"{ticket.number} is ready")
        self.assertIn("care@example.com", mail.reply_to)
        self.assertIn("Auto-Submitted", mail.headers)
        self.assertFalse(ticket.first_response_at)
        ticket.with_user(self.an).stage_id = stage
        ticket.with_user(self.an).action_wait("customer")
        self.assertEqual(len(self._mails(ticket)), 1, "not again for the same entry")
        ticket.with_user(self.an).action_transfer(self.binh)
        ticket.with_user(self.binh).action_start()
        ticket.with_user(self.binh).stage_id = stage
        self.assertEqual(len(self._mails(ticket)), 2, "it entered a second time")

    def test_who_is_not_mailed(self):
        """S4-STG-01: unverified senders and customers without an address."""
        stage = self.env.ref("caredesk_ticket.stage_investigate")
        stage.mail_template_id = self._template()
        stranger = self._held_ticket(self.an, email_from="ceo@example.com")
        stranger._own_code().write({"mail_unverified": True})
        nameless = self._held_ticket(self.binh)
        typed_in = self._ticket(email_from="hoa@example.com")
        typed_in.action_assign(self.an)
        self.support.allow_parallel_work = True
        for ticket in (stranger, nameless, typed_in):
            ticket.with_user(ticket.user_id).action_start()
        self.assertFalse(self._mails(stranger) | self._mails(nameless))
        self.assertEqual(self._mails(typed_in).email_to, "hoa@example.com")

    def test_a_broken_mail_does_not_keep_the_ticket(self):
        """S4-STG-01: the step is taken, and the ticket says what did not work."""
        stage = self.env.ref("caredesk_ticket.stage_investigate")
        stage.mail_template_id = self._template("<p t-out='object.no_such_field'/>")
        ticket = self._held_ticket(self.an, partner_id=self.customer.id)
        with mute_logger(_WORK_LOGGER, "odoo.addons.mail.models.mail_render_mixin"):
            ticket.with_user(self.an).action_start()
        self.assertState(ticket, "in_progress", self.an)
        self.assertFalse(self._mails(ticket))
        self.assertIn("could not be made", ticket.message_ids[0].body)

    def test_stages_without_work_cost_nothing(self):
        """S4-STG-01: entering a stage that asks for nothing takes no query of its own."""
        self.env["caredesk.ticket.stage"]._ids_with_entry_work()
        ticket = self._held_ticket(self.an)
        with self.assertQueryCount(0):
            ticket._enter_stage()

    # === TIME PER STAGE ===

    def test_time_lines_know_their_stage(self):
        """S4-STG-08: a change of stage inside a state splits the line; the clocks agree."""
        clock = self._freeze()
        ticket = self._held_ticket(self.an, "in_progress")
        clock.tick(100)
        ticket.with_user(self.an).stage_id = self.env.ref("caredesk_ticket.stage_solution")
        self.assertEqual(ticket.stage_entered_at, clock())
        clock.tick(50)
        ticket.with_user(self.an).action_wait("customer")
        clock.tick(30)
        ticket.with_user(self.an).action_complete("Fixed")
        self.assertClocks(ticket, work=150, waiting=30)
        lines = ticket.time_ids.filtered("seconds")
        self.assertEqual(
            [(line.stage_id.name, line.kind, line.seconds) for line in lines.sorted("id")],
            [
                ("Investigate and Resolve", "work", 100),
                ("Provide Solution", "work", 50),
                ("Provide Solution", "wait", 30),
            ],
        )

    def test_the_moment_of_entry_is_the_system_s(self):
        """S4-STG-08: nobody sets it by hand; a clock that went back does not either."""
        ticket = self._held_ticket(self.an)
        with self.assertRaisesRegex(UserError, "cannot be set directly"):
            ticket.with_user(self.boss).write({"stage_entered_at": "2020-01-01 00:00:00"})
        given = self.env["caredesk.ticket"].with_context(
            default_stage_entered_at="2020-01-01 00:00:00"
        )
        self.assertGreater(given.create(self._ticket_vals()).stage_entered_at.year, 2020)

    def _stays(self, *tickets):
        ticket_ids = [ticket.id for ticket in tickets]
        self.env.flush_all()
        rows = self.env["caredesk.ticket.stage.time"].search([("ticket_id", "in", ticket_ids)])
        return {
            (row.stage_id.name, row.seconds, row.waiting_seconds, row.over_target)
            for row in rows
            if row.seconds or row.waiting_seconds
        }

    def test_report_of_time_per_stage(self):
        """S4-STG-08, S4-EX-01: actual beside target; waiting does not count; done stages too."""
        clock = self._freeze()
        self.env.ref("caredesk_ticket.stage_investigate").target_hours = 1
        self.env.ref("caredesk_ticket.stage_follow_up").target_hours = 1
        slow = self._held_ticket(self.an, "in_progress")
        quick = self._held_ticket(self.binh, "in_progress")
        clock.tick(1800)
        quick.with_user(self.binh).action_wait("customer")
        clock.tick(7200)
        slow.with_user(self.an).action_complete("Fixed")
        quick.with_user(self.binh).action_complete("Fixed")
        clock.tick(1800)
        self.assertFalse(quick.is_over_stage_target)
        clock.tick(1801)
        quick.invalidate_recordset()
        self.assertTrue(quick.is_over_stage_target)
        slow.action_close()
        self.assertEqual(
            self._stays(slow),
            {("Investigate and Resolve", 9000, 0, True), ("Follow Up", 3601, 0, True)},
        )
        self.assertEqual(
            self._stays(quick),
            {("Investigate and Resolve", 1800, 7200, False), ("Follow Up", 3601, 0, True)},
        )
        report = self.env["caredesk.ticket.stage.time"]
        (row,) = report._read_group(
            [
                ("group_id", "=", self.support.id),
                ("stage_id", "=", self.env.ref("caredesk_ticket.stage_investigate").id),
            ],
            ["stage_id"],
            ["stays:sum", "seconds:avg", "over_share:avg"],
        )
        self.assertEqual(row[1:], (2, 5400, 0.5))

    def test_the_group_shows_targets_and_reality(self):
        """S4-EX-01: on the stages page of the group, the average of its last thirty days."""
        clock = self._freeze()
        stage = self.env.ref("caredesk_ticket.stage_investigate")
        stage.target_hours = 1
        ticket = self._held_ticket(self.an, "in_progress")
        clock.tick(7200)
        ticket.with_user(self.an).action_complete("Fixed")
        self.env.flush_all()
        seen = stage.with_user(self.boss)
        here = seen.with_context(caredesk_group_id=self.support.id)
        self.assertEqual((here.average_seconds, here.over_share), (7200, 1))
        elsewhere = seen.with_context(caredesk_group_id=self._group("Billing").id)
        self.assertEqual((elsewhere.average_seconds, elsewhere.over_share), (0, 0))
        self.assertIn(stage, self.support.with_user(self.boss).shared_stage_ids)

    def test_the_report_is_seen_by_role(self):
        """S4-STG-08: agents see their groups', managers all, creators nothing."""
        ticket = self._held_ticket(self.an, "in_progress")
        outsider = self._user("outsider", "agent")
        self.env.flush_all()
        for user, sees in ((self.an, True), (self.binh, True), (self.boss, True), (outsider, False)):
            report = self.env["caredesk.ticket.stage.time"].with_user(user)
            self.assertEqual(bool(report.search([("ticket_id", "=", ticket.id)])), sees, user.login)

    def test_a_period_reads_the_index(self):
        """S4-STG-08, IE-51: the report of a month does not read the lines of all years."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            INSERT INTO caredesk_ticket_time
                   (ticket_id, state, kind, stage_id, stage_entered_at, start_at, stop_at, seconds)
            SELECT %s, 'todo', 'queue', %s, moment, moment, moment, 0
              FROM generate_series('2020-01-01'::timestamp, '2025-12-31', '2 hours') moment
            """,
            [self._ticket().id, self.env.ref("caredesk_ticket.stage_assign").id],
        )
        self.env.cr.execute("ANALYZE caredesk_ticket_time")
        query = self.env["caredesk.ticket.stage.time"]._search(
            [("date", ">=", "2025-12-01"), ("date", "<", "2026-01-01")]
        )
        rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        plan = "\n".join(row[0] for row in rows)
        self.assertIn("caredesk_ticket_time_stage_idx", plan)
        self.assertNotIn("Seq Scan on caredesk_ticket_time", plan)

    # === IDLE ===

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
