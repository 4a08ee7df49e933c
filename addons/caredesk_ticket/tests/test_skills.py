from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestSkills(CareDeskCase):
    """Tickets go to members who have all the skills they need; others do not wait for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.french, cls.printers = cls.env["caredesk.skill"].create(
            [{"name": "French"}, {"name": "Printers"}]
        )
        cls.usage.skill_ids = cls.french
        cls.plain = cls._type(cls.support, name="Plain")
        cls.seat_an = cls.support.member_ids.filtered(lambda seat: seat.user_id == cls.an)
        cls.seat_binh = cls.support.member_ids - cls.seat_an

    def test_only_who_has_all_skills_gets_it(self):
        """S0-TKT-16, S0-TKT-27: the second in line has the skill, so he or she gets it."""
        self.seat_binh.skill_ids = self.french
        ticket = self._ticket()
        self.assertState(ticket, "todo", self.binh)
        self.assertEqual(ticket.skill_ids, self.french)
        self.usage.skill_ids |= self.printers
        self.assertState(self._ticket(), "unassigned")

    def test_without_a_match_it_waits_until_somebody_learns(self):
        """S0-TKT-27, I-3: a new skill of a free member serves the queue at once."""
        ticket = self._ticket()
        self.assertState(ticket, "unassigned")
        self.seat_an.skill_ids = self.french
        self.assertState(ticket, "todo", self.an)

    def test_the_head_of_the_queue_does_not_block_the_others(self):
        """S0-TKT-27, I-3: an urgent ticket nobody can serve leaves the next one its place."""
        for user in (self.an, self.binh):
            self._ticket(type_id=self.plain.id, user_id=user.id)
        stuck = self._tickets(5, priority="3")
        behind = self._ticket(type_id=self.plain.id, priority="0")
        mine = self.env["caredesk.ticket"].search([("user_id", "=", self.an.id)])
        mine.with_user(self.an).action_start()
        mine.with_user(self.an).action_complete("Fixed")
        self.assertState(behind, "todo", self.an)
        self.assertPerformers(stuck, *[None] * 5)

    def test_a_batch_is_shared_out_by_skills(self):
        """I-4, S0-TKT-16: each ticket of one call meets what the one before left, by skills."""
        self.seat_an.skill_ids = self.french
        tickets = self.env["caredesk.ticket"].create(
            [self._ticket_vals(type_id=kind.id) for kind in (self.usage, self.usage, self.plain)]
        )
        self.assertPerformers(tickets, self.an, None, self.binh)

    def test_skills_are_given_up_in_time(self):
        """S0-TKT-27: after the minutes of the group anybody may get it; what it needed stays."""
        self.company.partner_id.lang = "en_US"
        clock = self._freeze()
        self.support.skill_fallback_minutes = 10
        ticket = self._ticket()
        clock.tick(timedelta(minutes=9, seconds=59))
        self._cron("dispatch")
        self.assertState(ticket, "unassigned")
        clock.tick(timedelta(seconds=1))
        self._cron("dispatch")
        self.assertState(ticket, "todo", self.an)
        self.assertEqual(ticket.skill_ids, self.french)
        self.assertIn("for 10 minutes", "".join(ticket.message_ids.mapped("body")))

    def test_without_minutes_it_waits_as_long_as_it_takes(self):
        """S0-TKT-27: 0 minutes: the skill is never given up."""
        clock = self._freeze()
        ticket = self._ticket()
        clock.tick(timedelta(days=30))
        self._cron("dispatch")
        self.assertState(ticket, "unassigned")

    def test_by_hand_it_is_allowed_and_noted(self):
        """S0-TKT-28, S0-TKT-33: who takes it without the skill may, and it is written down."""
        ticket = self._ticket()
        ticket.with_user(self.an).action_take()
        self.assertState(ticket, "todo", self.an)
        self.assertIn("without the required skill: French", ticket.message_ids[0].body)
        self.seat_binh.skill_ids = self.french
        before = len(ticket.message_ids)
        ticket.with_user(self.an).action_transfer(self.binh)
        self.env.flush_all()
        bodies = "".join(ticket.message_ids[: len(ticket.message_ids) - before].mapped("body"))
        self.assertNotIn("without the required skill", bodies)

    def test_another_type_brings_its_own_skills(self):
        """IE-06: a new type of a queued ticket routes it by what that type needs."""
        ticket = self._ticket()
        ticket.type_id = self.plain
        self.assertFalse(ticket.skill_ids)
        self.assertState(ticket, "todo", self.an)

    def test_handing_over_to_another_group_routes_by_skills_there(self):
        """IE-06, S1-FLW-05: the skills of the new type decide in the new group."""
        chi, dung = self._user("chi"), self._user("dung")
        other = self._group("Other", chi, dung)
        kind = self._type(other, name="Other", skill_ids=[Command.set(self.printers.ids)])
        self._seat(dung, other).skill_ids = self.printers
        ticket = self._ticket()
        ticket.type_id = kind
        self.assertState(ticket, "todo", dung)

    def test_a_ticket_may_need_what_its_type_does_not(self):
        """S0-TKT-16: skills given with a ticket, or written on it, replace those of the type."""
        self.seat_binh.skill_ids = self.printers
        given = self._ticket(skill_ids=[Command.set(self.printers.ids)])
        self.assertState(given, "todo", self.binh)
        written = self._ticket(type_id=self.plain.id)
        self.assertState(written, "todo", self.an)
        queued = self._ticket()
        queued.skill_ids = False
        self.env.invalidate_all()
        self.assertFalse(queued.skill_key)

    def test_the_lane_cannot_be_set_from_outside(self):
        """S0-TKT-27: the key routing goes by follows from the skills, nothing else."""
        ticket = self._ticket()
        with self.assertRaisesRegex(UserError, "cannot be set directly"):
            ticket.with_user(self.an).write({"skill_key": False})

    def test_skills_in_use_stay(self):
        """S0-TKT-27: deleting a skill that tickets wait for would strand them."""
        self._ticket()
        self.usage.skill_ids = False
        with self.assertRaisesRegex(UserError, "French is in use"):
            self.french.unlink()
        self.printers.unlink()

    def test_skills_of_another_company_are_refused(self):
        """IE-47: a skill serves its own company, or all."""
        foreign = self.env["caredesk.skill"].create(
            {"name": "Foreign", "company_id": self._company("Other").id}
        )
        for record in (self.usage, self.seat_an, self._ticket()):
            with self.assertRaisesRegex(ValidationError, "belongs to another company"):
                record.skill_ids = foreign

    def test_a_skill_in_use_stays_in_its_company(self):
        """IE-47: a skill cannot leave the types and members that use it."""
        with self.assertRaisesRegex(ValidationError, "belongs to another company"):
            self.french.company_id = self._company("Other")

    def test_negative_minutes_are_refused(self):
        """IE-03: bad input gives a clear message."""
        with self.assertRaisesRegex(ValidationError, "cannot be negative"):
            self.support.skill_fallback_minutes = -1

    def _cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"caredesk_ticket.ir_cron_{name}").method_direct_trigger()
        self.env.invalidate_all()

    def test_the_lane_follows_the_skills_whatever_else_is_written(self):
        """A call that names the lane as it was cannot part skills and lane."""
        ticket = self._ticket()
        skill = self.env["caredesk.skill"].create({"name": "Thai"})
        vals = {"skill_ids": [Command.set(skill.ids)], "skill_key": ticket.skill_key}
        ticket.write(vals)
        self.assertEqual(ticket.skill_key, str(skill.id))
