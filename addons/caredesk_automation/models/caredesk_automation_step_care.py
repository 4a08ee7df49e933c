from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from ..domain.occasions import at_local, time_of


class CaredeskAutomationStep(models.Model):
    """Steps of customer care: giving points, planning care, telling another system."""

    _inherit = "caredesk.automation.step"

    kind = fields.Selection(
        selection_add=[
            ("points", "Give points"),
            ("care_task", "Plan a care task"),
            ("webhook", "Call a webhook"),
            ("action",),
        ],
        ondelete={"points": "cascade", "care_task": "cascade", "webhook": "cascade"},
    )
    points_form_id = fields.Many2one(
        "caredesk.care.form",
        "Gift Type",
        domain="[('action', '=', 'give_points')]",
        ondelete="restrict",
        help="As what the gift stands in the care history.",
    )
    points = fields.Float(
        compute="_compute_points", store=True, readonly=False, precompute=True, digits=(16, 2)
    )
    care_form_id = fields.Many2one(
        "caredesk.care.form", ondelete="restrict", help="How the customer is to be cared for."
    )

    # === COMPUTE ===

    @api.depends("points_form_id")
    def _compute_points(self):
        for step in self:
            step.points = step.points_form_id.points or step.points

    # === CONSTRAINTS ===

    @api.constrains("kind", "points", "points_form_id")
    def _check_points(self):
        for step in self.filtered(lambda step: step.kind == "points"):
            if step.points <= 0:
                raise ValidationError(self.env._("The points to give are above zero."))
            if step.points_form_id.action != "give_points":
                raise ValidationError(
                    self.env._("«%s» is a form of another care action.", step.points_form_id.name)
                )

    @api.constrains("kind", "action_id")
    def _check_webhook(self):
        for step in self.filtered(lambda step: step.kind == "webhook"):
            # sudo: what kind of action it is, nothing else
            if step.sudo().action_id.state != "webhook":
                raise ValidationError(
                    self.env._("A webhook needs a server action that sends a webhook.")
                )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps._check_limit()
        return steps

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"kind", "points", "points_form_id"}:
            self._check_limit()
        return result

    def _check_limit(self):
        """Let nobody give more by a rule than he may give by hand.

        :raise AccessError: the points are above the company's limit for people like the user
        """
        if self.env.su or self.env.user.has_group("caredesk_automation.group_care_manager"):
            return
        for step in self.filtered(lambda step: step.kind == "points"):
            limit = step.rule_id.company_id.caredesk_points_limit
            if step.points > limit:
                raise AccessError(
                    self.env._(
                        "More than %(limit)s points are given by a care manager only.",
                        limit=f"{limit:g}",
                    )
                )

    # === BUSINESS ===

    @api.model
    def _needed(self):
        return {
            **super()._needed(),
            "points": "points_form_id",
            "care_task": "care_form_id",
            "webhook": "action_id",
        }

    def _one_customer(self, record):
        """Return the customer of a record.

        :raise UserError: it has none
        """
        customer = self.rule_id._customer(record)
        if not customer:
            raise UserError(self.env._("This record has no customer."))
        return customer

    def _perform_points(self, record):
        """Give the points as an entry of the care history: it can be read and taken back."""
        entry = self.env["caredesk.care.history"].create(
            {
                "partner_id": self._one_customer(record).id,
                "company_id": self.rule_id.company_id.id,
                "action": "give_points",
                "form_id": self.points_form_id.id,
                "points": self.points,
                "subject": self._words(record)[0],
                "user_id": self.rule_id.user_id.id,
            }
        )
        entry.action_confirm()

    def _perform_care_task(self, record):
        rule = self.rule_id
        title, note = self._words(record)
        day = rule.company_id._caredesk_today() + timedelta(days=self.days)
        self.env["caredesk.care.task"].create(
            {
                "name": title,
                "description": note,
                "partner_id": self._one_customer(record).id,
                "company_id": rule.company_id.id,
                "form_id": self.care_form_id.id,
                "date_start": at_local(day, time_of(rule.hour), rule.tz),
                "user_ids": [Command.set(self._assignee(record).ids)],
            }
        )

    def _perform_webhook(self, record):
        """Enter the call into the outbox: it is made after the commit, and repeated if need be."""
        self.env["caredesk.automation.call"]._enter(self, record)

    def _perform_action(self, record):
        # sudo: what kind of action it is; one that calls another system goes by the outbox too
        if self.sudo().action_id.state == "webhook":
            return self._perform_webhook(record)
        return super()._perform_action(record)
