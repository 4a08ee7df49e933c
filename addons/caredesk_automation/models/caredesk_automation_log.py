from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

STATES = [("sent", "Sent"), ("failed", "Failed"), ("skipped", "Skipped")]
#: Channels that reach people outside and count towards the hourly limit.
COUNTED = ("email", "sms", "zalo")
#: Channels whose messages Odoo keeps in a queue, and the kind of its notifications about them.
#: A notification that goes to the inbox has nothing in a queue.
QUEUED = {"email": "email", "notification": "email", "sms": "sms"}


class CaredeskAutomationLog(models.Model):
    """What a rule sent to whom and how, or why not. May be deleted: the ledger is elsewhere."""

    _name = "caredesk.automation.log"
    _description = "Automation Log"
    _order = "sent_at desc, id desc"
    _rec_name = "recipient"

    rule_id = fields.Many2one(
        "caredesk.automation.rule", required=True, readonly=True, ondelete="cascade"
    )
    run_id = fields.Many2one(
        "caredesk.automation.run", readonly=True, ondelete="set null", index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Recipient", readonly=True, ondelete="set null", index="btree_not_null"
    )
    recipient = fields.Char("Address", readonly=True, help="E-mail address, number or name.")
    channel = fields.Selection("_selection_channel", readonly=True)
    state = fields.Selection(STATES, "Result", required=True, readonly=True)
    reason = fields.Char(readonly=True)
    sent_at = fields.Datetime("Time", required=True, readonly=True, default=fields.Datetime.now)
    res_model = fields.Char("Record Type", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    message_id = fields.Many2one(
        "mail.message", readonly=True, ondelete="set null", index="btree_not_null"
    )
    delivery = fields.Char(
        compute="_compute_delivery", help="How far the mail or SMS got, and what stopped it."
    )

    _rule_idx = models.Index("(rule_id, sent_at DESC)")
    _result_idx = models.Index("(rule_id, state)")
    _hour_idx = models.Index("(company_id, sent_at) WHERE state = 'sent'")
    _old_idx = models.Index("(sent_at)")

    # === COMPUTE ===

    @api.model
    def _selection_channel(self):
        channels = self.env["caredesk.automation.message"]._fields["channel"]
        webhook = ("webhook", self.env._("Webhook"))
        return [*channels._description_selection(self.env), webhook]

    @api.depends("message_id")
    def _compute_delivery(self):
        kinds = self.env["mail.notification"]._fields
        states = dict(kinds["notification_status"]._description_selection(self.env))
        failures = dict(kinds["failure_type"]._description_selection(self.env))
        for log in self:
            # sudo: of a message that the log names; who reads the log may know how far it got
            notices_sudo = log.message_id.sudo().notification_ids
            log.delivery = ", ".join(
                failures.get(notice.failure_type) or states.get(notice.notification_status, "")
                for notice in notices_sudo
            )

    # === ACTIONS ===

    def action_open_record(self):
        """Open what the message was about."""
        self.ensure_one()
        return self._open(self.res_model, self.res_id)

    def action_open_message(self):
        """Show the mail or SMS to whom may read it.

        :raise AccessError: the user may not
        """
        self.ensure_one()
        message = self.message_id
        if not message:
            return False
        if not message.has_access("read"):
            raise AccessError(self.env._("You may not read this message."))
        view = self.env.ref("caredesk_automation.caredesk_automation_mail_message_view_form")
        return {
            **self._open(message._name, message.id),
            "name": self.env._("Message"),
            "views": [(view.id, "form")],
            "target": "new",
        }

    def _open(self, model, res_id):
        if not model or not res_id:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": res_id,
            "view_mode": "form",
        }

    # === BUSINESS ===

    @api.model
    def _note(self, run, state, **vals):
        """Write one line about an occurrence."""
        return self.create(
            {
                "rule_id": run.rule_id.id,
                "run_id": run.id,
                "company_id": run.company_id.id,
                "res_model": run.res_model,
                "res_id": run.res_id,
                "state": state,
                **vals,
            }
        )

    @api.model
    def _free_this_hour(self, company):
        """Return how many messages a company may still send within the hour; None: any number."""
        cap = company.automation_hourly_cap
        if not cap:
            return None
        now = fields.Datetime.now()
        domain = [
            ("company_id", "=", company.id),
            ("state", "=", "sent"),
            ("sent_at", ">", now - timedelta(hours=1)),
            ("sent_at", "<=", now),
            ("channel", "in", COUNTED),
        ]
        return cap - self.search_count(domain, limit=cap)

    # === CRON ===

    @api.autovacuum
    def _gc_old(self):
        """Forget old lines, after the days the company sets; as many in a run as it can bear."""
        done, is_more = 0, False
        for company in self.env["res.company"].search([("automation_keep_days", ">", 0)]):
            limit = fields.Datetime.now() - timedelta(days=company.automation_keep_days)
            domain = [("sent_at", "<", limit), ("company_id", "=", company.id)]
            old = self.search(domain, limit=10_000)
            done, is_more = done + len(old), is_more or len(old) == 10_000
            old.unlink()
        return done, is_more
