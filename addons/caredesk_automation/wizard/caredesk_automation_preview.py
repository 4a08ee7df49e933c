from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html


class CaredeskAutomationPreview(models.TransientModel):
    """Look at what a rule would send about a real record, and send it to oneself."""

    _name = "caredesk.automation.preview"
    _description = "Automation Preview"

    rule_id = fields.Many2one(
        "caredesk.automation.rule", required=True, readonly=True, ondelete="cascade"
    )
    is_once = fields.Boolean(compute="_compute_is_once")
    res_model = fields.Char(related="rule_id.model_name")
    kind_name = fields.Char("Record Type", compute="_compute_kind_name")
    # As the user, although stored: an example he may not read is none.
    res_id = fields.Many2oneReference(
        "Record",
        model_field="res_model",
        compute="_compute_res_id",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    obstacle = fields.Char(compute="_compute_obstacle")
    recipients = fields.Char(compute="_compute_preview")
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    # === COMPUTE ===

    @api.depends("rule_id")
    def _compute_is_once(self):
        for wizard in self:
            wizard.is_once = wizard.rule_id._is_once()

    @api.depends("rule_id")
    def _compute_kind_name(self):
        kinds = self.env["ir.model"]
        for wizard in self:
            name = wizard.rule_id.model_name
            wizard.kind_name = kinds._get(name).name if name else False

    @api.depends("rule_id")
    def _compute_res_id(self):
        for wizard in self:
            wizard.res_id = wizard._example().id

    @api.depends("rule_id", "res_id")
    def _compute_obstacle(self):
        for wizard in self:
            wizard.obstacle = wizard._obstacle()

    @api.depends("res_id", "rule_id", "obstacle")
    def _compute_preview(self):
        for wizard in self:
            rule, record = wizard.rule_id, wizard._record()
            if not record:
                wizard.recipients = False
                wizard.preview = wizard.obstacle and wizard._lay_out(wizard._as_written())
                continue
            people = rule.sudo()._recipients(record)  # as the worker reads them
            wizard.recipients = ", ".join(people.mapped("display_name"))
            try:
                wizard.preview = wizard._render(record, people[:1] or self.env.user.partner_id)
            except UserError as error:  # such as a placeholder that was taken away since
                wizard.preview = Markup("<p class='text-danger'>%s</p>") % error

    # === ACTIONS ===

    def action_send_test(self):
        """Send all messages of the rule to the user himself; the log stays as it is."""
        self.ensure_one()
        self.rule_id.check_access("write")
        record = self._record()
        if not record:
            raise UserError(self.obstacle or self.env._("Choose a record first."))
        me = self.env.user.partner_id
        sources = self._sources(record, self.rule_id.sudo()._recipients(record)[:1] or me)
        refused = []
        for message in self.rule_id.content_ids:
            content = message._content_for(sources, self.env.lang)
            # sudo: the queues are the system's; the message goes to the user himself
            result = message.sudo()._deliver(me, content, self.rule_id._sender(record))
            if result["state"] != "sent":
                refused.append(f"{message._channel_name()}: {result['reason']}")
        if not self.rule_id.content_ids:
            raise UserError(self.env._("This rule sends no messages; it only does steps."))
        if len(refused) == len(self.rule_id.content_ids):
            raise UserError("\n".join(refused))
        self.env["caredesk.automation.message"]._wake_mail_queue()
        # What goes out goes out: another channel may have nothing to reach the user by.
        told = [self.env._("The test is on its way to you."), *refused]
        return self.rule_id._notify_user("\n".join(told))

    # === BUSINESS ===

    def _example(self):
        """Return a record that the rule is about and the user may read, perhaps none."""
        rule = self.rule_id
        records = rule._records()
        if self.is_once or not rule.model_name or not records.has_access("read"):
            return records
        domain = rule._conditions()
        if rule.trigger == "birthday":
            domain &= Domain("birthday", "!=", False)
        try:
            return records.search(domain, limit=1)
        except AccessError:
            return records  # the conditions lead to records he may not read

    def _chosen(self):
        """Return the chosen record, whether the user may read it or not."""
        self.ensure_one()
        records = self.rule_id._records()
        if self.is_once or not self.rule_id.model_name:
            return records
        return records.browse(self.res_id or ()).exists()

    def _record(self):
        """Return the chosen record if the user may read it, or the rule where there is none."""
        if self.is_once:
            return self.rule_id
        record = self._chosen()
        # sudo: placeholders as the worker reads them; the record itself was checked
        return record.sudo() if record.has_access("read") else record.browse()

    def _obstacle(self):
        """Return why the user sees no example, if so."""
        if self.is_once or not self.rule_id.model_name:
            return False
        if not self.rule_id._records().has_access("read"):
            return self.env._(
                "You may not read records of the type «%(kind)s», so there is no example: "
                "here are the texts as they are written.",
                kind=self.kind_name,
            )
        if not self._chosen().has_access("read"):
            return self.env._("You may not read this record. Choose another one.")
        return False

    def _sources(self, record, recipient):
        rule_sudo = self.rule_id.sudo()  # as the worker reads it
        return rule_sudo._sources(record, recipient.sudo())

    def _render(self, record, recipient):
        sources = self._sources(record, recipient)
        messages = self.rule_id.content_ids
        return self._lay_out(
            [(message, message._content_for(sources, recipient.lang)) for message in messages]
        )

    def _as_written(self):
        """Return the messages with their placeholders, as ``_lay_out`` takes them."""
        return [
            (message, {name: message[name] for name in message._content_fields() if message[name]})
            for message in self.rule_id.content_ids
        ]

    @api.model
    def _lay_out(self, contents):
        """Return HTML that shows messages one below the other.

        :param contents: pairs of a message and ``{field: text}``
        """
        parts = []
        for message, content in contents:
            body = content.get("body_html") or plaintext2html(content.get("body_text", ""))
            parts.append(
                Markup("<h5>%s</h5><p><b>%s</b></p><div class='border rounded p-3 mb-3'>%s</div>")
                % (message._channel_name(), content.get("subject", ""), body)
            )
        return Markup().join(parts)
