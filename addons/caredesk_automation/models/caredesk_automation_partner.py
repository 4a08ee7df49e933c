from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..domain.occasions import birthday_keys


class ResPartner(models.Model):
    """What rules look customers up by: the birthday; and the buttons of lists of customers."""

    _inherit = "res.partner"

    birthday = fields.Date(help="Day, month and year; the year does not matter for greetings.")

    _birthday_idx = models.Index(
        "((EXTRACT(MONTH FROM birthday) * 100 + EXTRACT(DAY FROM birthday)))"
        " WHERE birthday IS NOT NULL"
    )

    @api.model
    def _birthday_key_sql(self, alias):
        """Return SQL for 100 × month + day of the birthday: what is indexed."""
        return SQL(
            "(EXTRACT(MONTH FROM %(column)s) * 100 + EXTRACT(DAY FROM %(column)s))",
            column=SQL.identifier(alias, "birthday"),
        )

    birthday_key = fields.Integer(
        "Month and Day", compute="_compute_birthday_key", search="_search_birthday_key"
    )

    @api.depends("birthday")
    def _compute_birthday_key(self):
        for partner in self:
            day = partner.birthday
            partner.birthday_key = 100 * day.month + day.day if day else 0

    def _search_birthday_key(self, operator, value):
        """Compare month and day by the index: 1231 is New Year's Eve."""
        comparison = {"<": SQL("<"), "<=": SQL("<="), ">": SQL(">"), ">=": SQL(">=")}.get(operator)
        if comparison is None:
            return NotImplemented

        def to_sql(model, alias, _query):
            return SQL("%s %s %s", model._birthday_key_sql(alias), comparison, value)

        return Domain.custom(to_sql=to_sql)

    birthday_soon = fields.Boolean(
        "Birthday within 7 Days", compute="_compute_birthday_soon", search="_search_birthday_soon"
    )

    @api.depends("birthday")
    def _compute_birthday_soon(self):
        first, last = self._birthday_keys_of_week()
        for partner in self:
            key = partner.birthday_key
            # Over New Year the last day comes before the first.
            inside = first <= key <= last if first <= last else key >= first or key <= last
            partner.birthday_soon = bool(key) and inside

    def _search_birthday_soon(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        first, last = self._birthday_keys_of_week()
        begin, end = Domain("birthday_key", ">=", first), Domain("birthday_key", "<=", last)
        return begin & end if first <= last else begin | end

    @api.model
    def _birthday_keys_of_week(self):
        """Return today and the sixth day after as ``birthday_key`` has them."""
        today = fields.Date.context_today(self)
        return birthday_keys(today)[0], birthday_keys(today + timedelta(days=6))[-1]

    @api.model
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Let lists be ordered by month and day."""
        if field_name == "birthday_key":
            return SQL("%s %s %s", self._birthday_key_sql(alias), direction, nulls)
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    # === BUSINESS ===

    def _caredesk_refusal(self, channel):
        """Return why this contact gets no e-mail or SMS, if it opted out; colleagues get mails."""
        if channel == "email" and self.partner_share and self.is_blacklisted:
            return self.env._("Does not want e-mails from us.")
        if channel == "sms" and self.phone_sanitized_blacklisted:
            return self.env._("Does not want SMS from us.")
        return ""

    # === ACTIONS ===

    def action_caredesk_send_sms(self):
        """Write one SMS to all of them, each in the queue of Odoo."""
        return self._action_caredesk_send("sms", self.env._("Send SMS"))

    def action_caredesk_send_mail(self):
        """Write one e-mail to all of them, each in the queue of Odoo."""
        return self._action_caredesk_send("email", self.env._("Send E-mail"))

    def _action_caredesk_send(self, channel, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "caredesk.automation.send",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_ids": self.ids, "default_channel": channel},
        }
