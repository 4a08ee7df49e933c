from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..domain import care_balance
from ..domain.care_balance import GIFT_ACTIONS, POINT_ACTIONS


class CaredeskCareHistory(models.Model):
    _inherit = "caredesk.care.history"

    # === ACTIONS ===

    def action_confirm(self):
        """Let the entries count: gifts and deductions change the balance now.

        A gift above the limit of who confirms it waits for a care manager.

        :raise UserError: a balance would fall below zero, or an entry is no draft
        """
        self.check_access("write")
        for entry in self:
            if entry.state not in ("draft", "waiting"):
                raise UserError(
                    self.env._("«%s» was confirmed or cancelled before.", entry.subject)
                )
            if entry.action in GIFT_ACTIONS:
                entry._check_quantity()
                if not entry._within_limit():
                    entry._ask_for_approval()
                    continue
                entry._apply(1)
            entry._confirmed()
        return True

    def action_cancel(self):
        """Take the entries back: what a confirmed gift changed is reversed by a row of its own.

        :raise AccessError: only a care manager takes back what counts
        :raise UserError: the customer has spent it already
        """
        self.check_access("write")
        for entry in self:
            if entry.state == "cancelled":
                raise UserError(self.env._("«%s» was cancelled before.", entry.subject))
            if entry.state == "confirmed" and entry.action in GIFT_ACTIONS:
                if not self.env.user.has_group("caredesk_automation.group_care_manager"):
                    raise AccessError(
                        self.env._("Only a care manager takes back what was given or deducted.")
                    )
                entry._apply(-1)
            # sudo: checked above; what was asked of the managers is answered for all of them
            entry.sudo().activity_unlink(["mail.mail_activity_data_todo"])
            entry.sudo().write({"state": "cancelled"})
        return True

    # === BUSINESS ===

    def _confirmed(self):
        # sudo: the right to write was checked; what was asked of the managers is answered for all
        self.sudo().activity_feedback(["mail.mail_activity_data_todo"])
        # sudo: the same; nobody may set the state himself
        self.sudo().write(
            {
                "state": "confirmed",
                "confirmed_at": fields.Datetime.now(),
                "confirmed_uid": self.env.uid,
            }
        )

    def _quantity(self):
        return self.points if self.action in POINT_ACTIONS else self.amount

    def _check_quantity(self):
        """:raise UserError: nothing, less than nothing, or far too much"""
        try:
            care_balance.delta(self.action, self._quantity())
        except care_balance.BalanceError:
            raise UserError(
                self.env._(
                    "Write how much as a figure above zero, at most %(points)s points or "
                    "%(money)s of money.",
                    points=f"{care_balance.MOST_POINTS:,}",
                    money=f"{care_balance.MOST_MONEY:,}",
                )
            ) from None

    def _within_limit(self):
        """Tell whether the user may confirm so much alone; split gifts of a day count together."""
        if self.env.user.has_group("caredesk_automation.group_care_manager") or self.env.su:
            return True
        in_points = self.action in POINT_ACTIONS
        company = self.company_id
        limit = company.caredesk_points_limit if in_points else company.caredesk_money_limit
        field = "points" if in_points else "amount"
        # sudo: all of the day count, also those that the user does not see
        [(given,)] = self.sudo()._read_group(
            [
                ("partner_id", "=", self.partner_id.id),
                ("action", "=", self.action),
                ("state", "=", "confirmed"),
                ("confirmed_uid", "=", self.env.uid),
                ("confirmed_at", ">=", "-1d"),
                ("company_id", "=", company.id),
            ],
            [],
            [f"{field}:sum"],
        )
        return (given or 0) + self._quantity() <= limit

    def _ask_for_approval(self):
        """Hand the entry to the care managers."""
        if self.state == "waiting":
            raise AccessError(
                self.env._("This is above your limit: a care manager has to confirm it.")
            )
        self.sudo().state = "waiting"  # the right to write was checked before
        # sudo: the managers of the company, whoever may read users
        managers = self.env.ref("caredesk_automation.group_care_manager").sudo().all_user_ids
        for user in managers.filtered(
            lambda one: one.active and not one.share and self.company_id in one.company_ids
            and one.id > 1
        ):  # fmt: skip
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Approve a gift to %s", self.partner_id.name),
                user_id=user.id,
            )

    def _apply(self, sign):
        """Change the customer's balance by what the entry says.

        :param sign: 1 to apply, -1 to reverse
        :raise UserError: it would fall below zero
        """
        self.ensure_one()
        change = sign * care_balance.delta(self.action, self._quantity())
        # sudo: rights and limit were checked; cards and accounts are kept by the system
        account_sudo = (
            self.env["caredesk.customer.account"].sudo()._of(self.partner_id, self.company_id)
        )
        description = self.subject or self.form_id.name
        if sign < 0:
            description = self.env._("Reversal: %s", description)
        account_sudo._change(self.action, change, description, self)
