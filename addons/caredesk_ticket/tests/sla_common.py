"""What the tests of service levels share."""

from .common import MONDAY, CareDeskMixin


class SlaMixin(CareDeskMixin):
    """Policies by their target and hours; time stands still on a Monday morning."""

    def setUp(self):
        super().setUp()
        self.clock = self._freeze(MONDAY)

    def _policy(self, target="resolution", hours=8, **vals):
        """Return a new policy of the group ``support``, counted in hours of the clock."""
        values = {"name": f"{target} {hours}", "group_id": self.support.id, "target": target}
        return self.env["caredesk.sla.policy"].create({**values, "hours": hours, **vals})

    def _calendar(self, tz="UTC", **vals):
        """Return working hours of Odoo's usual week: Monday to Friday, 8-12 and 13-17."""
        return self.env["resource.calendar"].create({"name": "Office", "tz": tz, **vals})

    def _holiday(self, calendar, first, last, company=None):
        """Return a holiday of everybody from ``first`` to ``last`` (UTC)."""
        leaves = self.env["resource.calendar.leaves"].with_company(company or self.company)
        holiday = leaves.create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id if calendar else False,
                "date_from": first,
                "date_to": last,
            }
        )
        holiday.flush_recordset()  # its company is that of the environment that computes it
        return holiday

    def _row(self, ticket, target="resolution"):
        """Return how the promise about ``target`` stands on ``ticket``, the newest one."""
        ticket.invalidate_recordset()
        rows = ticket.sudo().sla_status_ids.filtered(lambda row: row.target == target)
        return rows.sorted("id")[-1:]

    def _watch(self):
        """Run the cron that watches service levels."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_ticket.ir_cron_sla").method_direct_trigger()
        self.env.invalidate_all()

    def _recompute(self):
        """Run the cron that brings open tickets in line with what was changed."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_ticket.ir_cron_sla_recompute").method_direct_trigger()
        self.env.invalidate_all()

    def _answer(self, ticket, user=None):
        """Write a public message to the customer as ``user`` (``an`` when not given)."""
        return ticket.with_user(user or self.an).message_post(
            body="Please try again", message_type="comment", subtype_xmlid="mail.mt_comment"
        )

    def _customer_writes(self, ticket):
        """Write a public message as the customer of ``ticket``."""
        return ticket.sudo().message_post(
            body="It still fails",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=ticket.partner_id.id,
        )

    def _customer(self, **vals):
        return self.env["res.partner"].create({"name": "Tú", "email": "tu@example.com", **vals})

    # === ASSERTS ===

    def assertSla(self, ticket, state, deadline=False):
        """Assert what the ticket shows: state and next deadline ('YYYY-MM-DD HH:MM:SS')."""
        ticket.invalidate_recordset()
        shown = ticket.sla_deadline and str(ticket.sla_deadline)
        self.assertEqual((ticket.sla_state, shown), (state, deadline))
