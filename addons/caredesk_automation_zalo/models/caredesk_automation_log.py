from odoo import fields, models


class CaredeskAutomationLog(models.Model):
    """What became of a rule's messages by Zalo, and the next channel where Zalo refused one."""

    _inherit = "caredesk.automation.log"

    zalo_message_id = fields.Many2one(
        "caredesk.zalo.message", readonly=True, ondelete="set null", index="btree_not_null"
    )

    def _zalo_failed(self):
        """Send what the rule keeps for the case that Zalo did not take the message."""
        self.ensure_one()
        rule, partner = self.rule_id, self.partner_id
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record or not partner or rule.state != "running" or not rule.active:
            return
        if not rule._is_once() and not rule._lasts(record):
            return
        sources, sender = rule._sources(record, partner), rule._sender(record)
        for message in rule.content_ids.filtered("is_zalo_fallback"):
            content = message._content_for(sources, partner.lang)
            result = message._deliver(partner, content, sender)
            self._note(self.run_id, partner_id=partner.id, channel=message.channel, **result)


class CaredeskZaloMessage(models.Model):
    _inherit = "caredesk.zalo.message"

    def _fail(self, reason, code):
        super()._fail(reason, code)
        # sudo: the ledger of the rules, written by the worker of the outbox
        logs_sudo = self.env["caredesk.automation.log"].sudo().search(
            [("zalo_message_id", "in", self.ids), ("state", "=", "sent")]
        )  # fmt: skip
        # First of all, and whatever becomes of the rest.
        logs_sudo.write({"state": "failed", "reason": reason})
        self.env["caredesk.ticket"]._tell_each(logs_sudo, lambda log: log._zalo_failed())
