from odoo import api, fields, models
from odoo.fields import Domain

from .caredesk_care_task import OPEN

_CARE = "caredesk_automation.group_care_user"
#: Planned tasks that the care page shows; all are behind its button.
_PAGE = 20


class ResPartner(models.Model):
    _inherit = "res.partner"

    care_points = fields.Float("Points", compute="_compute_care_balance", groups=_CARE)
    care_credit = fields.Monetary(
        "Credit", compute="_compute_care_balance", groups=_CARE, currency_field="care_currency_id"
    )
    care_accumulated = fields.Monetary(
        "Accumulated Purchase Amount",
        compute="_compute_care_balance",
        groups=_CARE,
        currency_field="care_currency_id",
    )
    care_currency_id = fields.Many2one(
        "res.currency", compute="_compute_care_balance", groups=_CARE
    )
    care_level_id = fields.Many2one(
        "caredesk.customer.level",
        "Customer Level",
        compute="_compute_care_balance",
        search="_search_care_level",
        groups=_CARE,
    )
    care_open_count = fields.Integer("Planned Care", compute="_compute_care_next", groups=_CARE)
    care_next_id = fields.Many2one(
        "caredesk.care.task", "Next Care", compute="_compute_care_next", groups=_CARE
    )
    care_next_at = fields.Datetime("Next Care On", compute="_compute_care_next", groups=_CARE)
    care_task_ids = fields.One2many("caredesk.care.task", "partner_id", "Care Tasks", groups=_CARE)
    care_planned_ids = fields.One2many(
        "caredesk.care.task",
        string="Planned Care Tasks",
        compute="_compute_care_planned",
        groups=_CARE,
        help="What comes next, the earliest first.",
    )

    # === COMPUTE ===

    @api.depends_context("company")
    def _compute_care_balance(self):
        company = self.env.company
        # sudo: figures of customers whom the reader may see, without the cards themselves
        accounts = (
            self.env["caredesk.customer.account"]
            .sudo()
            .search([("partner_id", "in", self.ids), ("company_id", "=", company.id)])
        )
        account_of = {account.partner_id.id: account for account in accounts}
        points = self._care_cards(company._care_program("loyalty"))
        credit = self._care_cards(company._care_program("ewallet"))
        none = accounts.browse()
        for partner in self:
            account = account_of.get(partner.id, none)
            partner.care_points = points.get(partner.id, 0)
            partner.care_credit = credit.get(partner.id, 0)
            partner.care_accumulated = account.accumulated_amount
            partner.care_currency_id = company.currency_id
            partner.care_level_id = account.level_id.id

    def _care_cards(self, program):
        if not program:
            return {}
        # sudo: see _compute_care_balance
        groups = (
            self.env["loyalty.card"]
            .sudo()
            ._read_group(
                [("program_id", "=", program.id), ("partner_id", "in", self.ids)],
                ["partner_id"],
                ["points:sum"],
            )
        )
        return {partner.id: points for partner, points in groups}

    @api.model
    def _search_care_level(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        # sudo: only the level is asked for
        accounts = self.env["caredesk.customer.account"].sudo()
        company = ("company_id", "=", self.env.company.id)
        found = accounts._search([company, ("level_id", operator, value)])
        domain = Domain("id", "in", found.subselect("partner_id"))
        if operator == "in" and False in value:
            levelled = accounts._search([company, ("level_id", "!=", False)])
            domain |= Domain("id", "not in", levelled.subselect("partner_id"))
        return domain

    def _compute_care_next(self):
        tasks = self.env["caredesk.care.task"]
        waiting = [("partner_id", "in", self.ids), ("state", "in", OPEN)]
        groups = tasks._read_group(waiting, ["partner_id"], ["__count", "date_start:min"])
        figures = {partner.id: (count, first) for partner, count, first in groups}
        firsts = {first for _count, first in figures.values()}
        # Of tasks that begin together the one made first; later ones are overwritten.
        found = tasks.search([*waiting, ("date_start", "in", list(firsts))], order="id DESC")
        task_of = {(task.partner_id.id, task.date_start): task for task in found}
        for partner in self:
            count, first = figures.get(partner.id, (0, False))
            partner.care_open_count = count
            partner.care_next_at = first
            partner.care_next_id = task_of.get((partner.id, first), tasks)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_care_planned(self):
        """Asked for by the care page of one customer only."""
        for partner in self:
            partner.care_planned_ids = self.env["caredesk.care.task"].search(
                [("partner_id", "=", partner.id), ("state", "in", OPEN)], limit=_PAGE
            )

    # === CALLED BY THE SCREEN ===

    def care_timeline(self, after=None):
        """Return a page of what happened with the customer, newest first.

        :param after: ``older`` of the page before
        :return: see ``caredesk.care.timeline``
        :raise AccessError: no care user, or a customer he may not read
        """
        self.ensure_one()
        self.check_access("read")
        self._check_field_access(self._fields["care_open_count"], "read")
        return self.env["caredesk.care.timeline"]._page(self, after)

    # === ACTIONS ===

    def action_care_page(self):
        """Open the care page of the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Care of %s", self.name),
            "res_model": "res.partner",
            "res_id": self.id,
            "views": [(self.env.ref("caredesk_automation.res_partner_view_care_form").id, "form")],
        }

    def action_care_call(self):
        """Note a call to the customer."""
        return self._care_entry("call")

    def action_care_receive_call(self):
        """Note a call from the customer."""
        return self._care_entry("receive_call")

    def action_care_message(self):
        """Write a message to the customer."""
        return self._care_entry("message")

    def action_care_email(self):
        """Write a mail to the customer."""
        return self._care_entry("email")

    def action_care_points(self):
        """Give the customer points."""
        return self._care_entry("give_points")

    def action_care_money(self):
        """Give the customer money."""
        return self._care_entry("give_money")

    def _care_entry(self, action):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Care"),
            "res_model": "caredesk.care.history",
            "views": [(False, "form")],
            "context": {"default_partner_id": self.id, "default_action": action},
        }

    def action_care_deduct_points(self):
        """Take points from the customer."""
        return self._care_entry("deduct_points")

    def action_care_deduct_money(self):
        """Take money from the customer."""
        return self._care_entry("deduct_money")

    def action_care_book(self):
        """Book care for the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Book Care"),
            "res_model": "caredesk.care.book",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": self.id},
        }

    def action_care_tasks(self):
        """Open the care tasks of the customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_automation.caredesk_care_task_action"
        )
        return action | {
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }
