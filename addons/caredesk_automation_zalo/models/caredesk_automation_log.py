from odoo import api, fields, models

#: The repetition of an occurrence that tells instead of a message by Zalo: neither the first one,
#: for which conditions are asked and many at once are held back, nor one of a cycle.
INSTEAD = -1


class CaredeskAutomationLog(models.Model):
    """What became of a rule's messages by Zalo, and the next channel where Zalo refused one."""

    _inherit = "caredesk.automation.log"

    zalo_message_id = fields.Many2one(
        "caredesk.zalo.message", readonly=True, ondelete="set null", index="btree_not_null"
    )

    # === COMPUTE ===

    @api.depends("zalo_message_id.state")
    def _compute_delivery(self):
        by_zalo = self.filtered("zalo_message_id")
        super(CaredeskAutomationLog, self - by_zalo)._compute_delivery()
        states = self.env["caredesk.zalo.message"]._fields["state"]
        words = dict(states._description_selection(self.env))
        for log in by_zalo:
            # sudo: of a message that the log names; who reads the log may know how far it got
            log.delivery = words[log.zalo_message_id.sudo().state]

    # === ACTIONS ===

    def action_open_message(self):
        """Open the conversation on Zalo; a template went to a number that has none."""
        self.ensure_one()
        contact_sudo = self.sudo().zalo_message_id.contact_id  # Discuss checks who may read it
        if not contact_sudo:
            return super().action_open_message()
        return contact_sudo.action_open_conversation() or super().action_open_message()

    # === BUSINESS ===

    def _zalo_failed(self):
        """Enter what the rule keeps for the case that Zalo did not take the message.

        An occurrence of its own: the ledger sends it once, in no quiet hours, within the limit.
        """
        self.ensure_one()
        rule, partner, run = self.rule_id, self.partner_id, self.run_id
        if rule.state != "running" or not rule.active or not partner or not run:
            return
        if not rule.content_ids.filtered("is_zalo_fallback"):
            return
        now = fields.Datetime.now()
        run.create(
            {
                "rule_id": rule.id,
                "company_id": run.company_id.id,
                "res_model": run.res_model,
                "res_id": run.res_id,
                "occurrence": f"{run.occurrence} (zalo {self.id})",
                "step": INSTEAD,
                "stop_count": run.stop_count,
                "due_at": rule._after_quiet(now),
                "first_due_at": now,
                "instead_partner_id": partner.id,
            }
        )
        run._wake()


class CaredeskAutomationRun(models.Model):
    _inherit = "caredesk.automation.run"

    instead_partner_id = fields.Many2one(
        "res.partner",
        "Instead of Zalo To",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Whom Zalo did not reach: only the next channel is left to do, for nobody else.",
    )

    def _is_whole(self):
        return not self.instead_partner_id and super()._is_whole()


class CaredeskAutomationRule(models.Model):
    _inherit = "caredesk.automation.rule"

    def _send_messages(self, run, record):
        if not run.instead_partner_id:
            return super()._send_messages(run, record)
        messages = self.content_ids.filtered("is_zalo_fallback")
        return self._send_to(run.instead_partner_id, run, record, messages)


class CaredeskZaloMessage(models.Model):
    _inherit = "caredesk.zalo.message"

    def _fail(self, reason, code):
        super()._fail(reason, code)
        # sudo: the ledger of the rules, written by the worker of the outbox
        logs_sudo = self.env["caredesk.automation.log"].sudo().search(
            [("zalo_message_id", "in", self.ids), ("state", "=", "sent")]
        )  # fmt: skip
        # First of all, and whatever becomes of the rest.
        for log_sudo in logs_sudo:
            here = self.with_context(lang=log_sudo.rule_id.user_id.lang)
            words = here.env["caredesk.zalo.reason"]._text(code, reason)
            log_sudo.write({"state": "failed", "reason": words})
        self.env["caredesk.ticket"]._tell_each(logs_sudo, lambda log: log._zalo_failed())
