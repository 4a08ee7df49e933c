from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html


class CaredeskAutomationPreview(models.TransientModel):
    """Look at what a rule would send about a real record, and send it to oneself."""

    _name = "caredesk.automation.preview"
    _description = "Automation Preview"

    rule_id = fields.Many2one(
        "caredesk.automation.rule", required=True, readonly=True, ondelete="cascade"
    )
    record_ref = fields.Reference(
        selection="_selection_record_ref",
        string="Record",
        compute="_compute_record_ref",
        store=True,
        readonly=False,
    )
    is_once = fields.Boolean(compute="_compute_record_ref", store=True)
    recipients = fields.Char(compute="_compute_preview")
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    # === COMPUTE ===

    @api.model
    def _selection_record_ref(self):
        rules = self.env["caredesk.automation.rule"]
        rule = rules.browse(self.env.context.get("default_rule_id"))
        triggers = rules._triggers().values()
        names = {rule.model_name} if rule else {trigger.model for trigger in triggers}
        return [(name, self.env[name]._description) for name in sorted(names & set(self.env))]

    @api.depends("rule_id")
    def _compute_record_ref(self):
        for wizard in self:
            rule = wizard.rule_id
            wizard.is_once = rule._is_once()
            if wizard.is_once or not rule.model_name:
                wizard.record_ref = False
                continue
            records = rule._records()
            domain = rule._conditions()
            if rule.trigger == "birthday":
                domain &= Domain("birthday", "!=", False)
            first = records.has_access("read") and records.search(domain, limit=1)
            wizard.record_ref = f"{first._name},{first.id}" if first else False

    @api.depends("record_ref", "rule_id")
    def _compute_preview(self):
        for wizard in self:
            record = wizard._record()
            if not record:
                wizard.preview = wizard.recipients = False
                continue
            rule = wizard.rule_id
            people = rule.sudo()._recipients(record)  # as the worker reads them
            wizard.recipients = ", ".join(people.mapped("display_name"))
            wizard.preview = wizard._render(record, people[:1] or self.env.user.partner_id)

    # === ACTIONS ===

    def action_send_test(self):
        """Send all messages of the rule to the user himself; the log stays as it is."""
        self.ensure_one()
        self.rule_id.check_access("write")
        record = self._record()
        if not record:
            raise UserError(self.env._("Choose a record first."))
        me = self.env.user.partner_id
        sources = self._sources(record, self.rule_id.sudo()._recipients(record)[:1] or me)
        refused = []
        for message in self.rule_id.content_ids:
            content = message._content_for(sources, self.env.lang)
            # sudo: the queues are the system's; the message goes to the user himself
            result = message.sudo()._deliver(me, content, self.rule_id._sender(record))
            if result["state"] != "sent":
                refused.append(f"{message._channel_name()}: {result['reason']}")
        if len(refused) == len(self.rule_id.content_ids):
            raise UserError("\n".join(refused))
        # What goes out goes out: another channel may have nothing to reach the user by.
        told = [self.env._("The test is on its way to you."), *refused]
        return self.rule_id._notify_user("\n".join(told))

    # === BUSINESS ===

    def _record(self):
        """Return the chosen record if the user may read it, or the rule where there is none."""
        self.ensure_one()
        if self.is_once:
            return self.rule_id
        if not self.record_ref or self.record_ref._name != self.rule_id.model_name:
            return self.env["caredesk.automation.rule"].browse()
        self.record_ref.check_access("read")
        # sudo: placeholders as the worker reads them; the record itself was checked
        return self.record_ref.sudo()

    def _sources(self, record, recipient):
        rule_sudo = self.rule_id.sudo()  # as the worker reads it
        return rule_sudo._sources(record, recipient.sudo())

    def _render(self, record, recipient):
        sources = self._sources(record, recipient)
        parts = []
        for message in self.rule_id.content_ids:
            content = message._content_for(sources, recipient.lang)
            body = content.get("body_html") or plaintext2html(content.get("body_text", ""))
            parts.append(
                Markup("<h5>%s</h5><p><b>%s</b></p><div class='border rounded p-3 mb-3'>%s</div>")
                % (message._channel_name(), content.get("subject", ""), body)
            )
        return Markup().join(parts)
