"""What the tests of care share: people by role, a covered product, factories."""

from odoo import fields
from odoo.fields import Command

from odoo.addons.caredesk_ticket.tests.common import ROLES, CareDeskCase, CareDeskMixin

#: 1 March 2026 is a Sunday; no company of the tests works on weekends unless said so.
SUNDAY = "2026-03-01 03:00:00"
CARE_GROUPS = {
    "care_user": "caredesk_automation.group_care_user",
    "care_manager": "caredesk_automation.group_care_manager",
    "seller": "sales_team.group_sale_manager",
}


class CareMixin(CareDeskMixin):
    """Put before ``TransactionCase`` or ``HttpCase``.

    ``lan`` is a care user, ``mai`` a care manager; ``course`` is a service that the schedule
    ``spa`` covers with three occasions: +1, +7 and +30 days.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lan = cls._care_user("lan.care", "care_user")
        cls.mai = cls._care_user("mai.care", "care_manager")
        cls.customer = cls.env["res.partner"].create(
            {"name": "Hoa Sen", "email": "hoa.sen@caredesk.test", "phone": "0900 000 777"}
        )
        cls.course = cls.env["product.product"].create(
            {"name": "Facial course", "type": "service", "list_price": 1000000, "taxes_id": False}
        )
        cls.call_form = cls._form("call", "Ask how it went")
        cls.spa = cls._schedule((1, "days"), (7, "days"), (30, "days"))

    @classmethod
    def _care_user(cls, login, role):
        user = cls._user(login, "user")
        user.group_ids = [Command.link(cls.env.ref(CARE_GROUPS[role]).id)]
        return user

    @classmethod
    def _form(cls, action, name="Form", **vals):
        return cls.env["caredesk.care.form"].create({"action": action, "name": name, **vals})

    @classmethod
    def _schedule(cls, *occasions, product=None, **vals):
        """Return a new schedule with an occasion for each (offset, unit)."""
        values = {
            "name": "After the course",
            "responsible_kind": "user",
            "user_id": cls.lan.id,
            "move_to_workday": False,
            "line_ids": [
                Command.create(
                    {
                        "name": f"After {offset} {unit}",
                        "offset": offset,
                        "unit": unit,
                        "form_id": cls.call_form.id,
                    }
                )
                for offset, unit in occasions
            ],
            **vals,
        }
        if not vals.keys() & {"product_ids", "category_ids", "group_id"}:
            values["product_ids"] = [Command.link((product or cls.course).product_tmpl_id.id)]
        return cls.env["caredesk.care.schedule"].create(values)

    @classmethod
    def _order(cls, *products, quantity=1, **vals):
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "user_id": cls.mai.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    for product in products or [cls.course]
                ],
                **vals,
            }
        )

    @classmethod
    def _task(cls, by=None, **vals):
        values = {
            "name": "Ask how the skin feels",
            "partner_id": cls.customer.id,
            "form_id": cls.call_form.id,
            "user_ids": [Command.link(cls.lan.id)],
            **vals,
        }
        return cls.env["caredesk.care.task"].with_user(by or cls.mai).create(values)

    @classmethod
    def _gift(cls, action, quantity, by=None, **vals):
        """Return a draft gift of points or money."""
        form = cls.env["caredesk.care.form"].search([("action", "=", action)], limit=1)
        field = "points" if "points" in action else "amount"
        return (
            cls.env["caredesk.care.history"]
            .with_user(by or cls.mai)
            .create(
                {
                    "partner_id": cls.customer.id,
                    "action": action,
                    "form_id": (form or cls._form(action)).id,
                    field: quantity,
                    **vals,
                }
            )
        )

    def _given(self, action, quantity, by=None):
        entry = self._gift(action, quantity, by)
        entry.action_confirm()
        return entry

    def _tasks(self, order):
        return self.env["caredesk.care.task"].search(
            [("order_id", "=", order.id)], order="date_start"
        )

    def _days(self, tasks):
        """Return the days of tasks in the company's time zone, as dd/mm."""
        planner = self.env["caredesk.care.planner"]
        return [planner._day(task.company_id, task.date_start).strftime("%d/%m") for task in tasks]

    def assertBalance(self, points=0, credit=0, accumulated=0):
        """Assert what the customer has; cards equal the sum of their history."""
        self.env.invalidate_all()
        customer = self.customer.with_user(self.mai)
        found = (customer.care_points, customer.care_credit, customer.care_accumulated)
        self.assertEqual(found, (points, credit, accumulated))
        cards = self.env["loyalty.card"].search([("partner_id", "=", self.customer.id)])
        for card in cards:
            rows = card.history_ids
            self.assertAlmostEqual(
                sum(rows.mapped("issued")) - sum(rows.mapped("used")), card.points
            )


class CareCase(CareMixin, CareDeskCase):
    """Base of the tests of care."""


__all__ = ["CARE_GROUPS", "ROLES", "SUNDAY", "CareCase", "CareMixin", "fields"]
