from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Records looked at before a run commits; ids before the mark that are looked at again, since
#: a transaction that began earlier may commit later.
_WINDOW = 20_000
_OVERLAP = 1_000
#: What counts as contact with a customer: table, its column of the customer, of the moment,
#: and which rows.
_SOURCES = {
    "caredesk_ticket": ("partner_id", "create_date", "TRUE"),
    "sale_order": ("partner_id", "create_date", "TRUE"),
    "mail_message": (
        "res_id",
        "date",
        # What a rule sends by itself is no contact; the scheduled action is user 1.
        "model = 'res.partner' AND (message_type IN ('comment', 'email')"
        " OR (message_type = 'sms' AND create_uid <> 1))",
    ),
    "mail_activity": ("res_id", "date_done", "res_model = 'res.partner' AND active IS FALSE"),
}


class ResPartner(models.Model):
    """What rules look customers up by: birthday and last contact."""

    _inherit = "res.partner"

    birthday = fields.Date(help="Day, month and year; the year does not matter for greetings.")
    caredesk_last_contact = fields.Date(
        "Last Contact",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Last ticket, order or conversation.",
    )

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

    @api.model
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Let lists be ordered by month and day."""
        if field_name == "birthday_key":
            return SQL("%s %s %s", self._birthday_key_sql(alias), direction, nulls)
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    # === ACTIONS ===

    def action_caredesk_send_sms(self):
        """Write one SMS to all of them, each in the queue of Odoo."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send SMS"),
            "res_model": "sms.composer",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_composition_mode": "mass",
                "default_mass_keep_log": True,
                "default_mass_force_send": False,
                "default_res_model": self._name,
                "default_res_ids": repr(self.ids),
            },
        }

    def action_caredesk_send_mail(self):
        """Write one e-mail to all of them."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send E-mail"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_composition_mode": "mass_mail",
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_partner_to": "{{ object.id }}",
            },
        }

    # === CRON ===

    @api.model
    def _cron_last_contact(self):
        """Cron: note the last contact of the customers of new tickets, orders and messages.

        Reads only what came since the last time: their own saving stays as quick as it was.
        """
        for table in _SOURCES:
            while self._note_contacts(table):
                if not self.env["ir.cron"]._commit_progress(1, remaining=1):
                    return
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _note_contacts(self, table):
        """Note the contacts of one window of a table; tell whether there is more."""
        # sudo: a mark of the system
        parameters = self.env["ir.config_parameter"].sudo()
        key = f"caredesk_automation.contact_mark.{table}"
        mark = int(parameters.get_param(key, 0))
        ((newest,),) = self.env.execute_query(
            SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table))
        )
        until = min(mark + _WINDOW, newest)
        customer, moment, rows = _SOURCES[table]
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET caredesk_last_contact = found.day FROM ("
                " SELECT %(customer)s AS id, MAX(%(moment)s)::date AS day FROM %(table)s"
                " WHERE id > %(low)s AND id <= %(high)s AND %(rows)s"
                " AND %(customer)s IS NOT NULL GROUP BY 1) AS found"
                " WHERE res_partner.id = found.id AND found.day IS NOT NULL"
                " AND COALESCE(caredesk_last_contact, '1900-01-01') < found.day",
                customer=SQL.identifier(customer),
                moment=SQL.identifier(moment),
                table=SQL.identifier(table),
                low=max(mark - _OVERLAP, 0),
                high=until,
                rows=SQL(rows),
            )
        )
        self.invalidate_model(["caredesk_last_contact"])
        if until > mark:
            parameters.set_param(key, until)
        return until < newest
