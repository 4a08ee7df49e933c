from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import is_html_empty

CHANNELS = [
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("notification", "Notification"),
    ("voice", "Voice Call"),
]


class WholeHtml(fields.Html):
    """HTML with a text of its own in each language.

    Odoo's own translates term by term: a paragraph more in one language is one more in all.
    """

    def _get_attrs(self, model_class, name):
        return {**super()._get_attrs(model_class, name), "translate": True}


class CaredeskAutomationMessage(models.Model):
    """The content of one channel of a rule.

    Other addons add channels: a key of ``channel`` and a method ``_deliver_<key>``.
    """

    _name = "caredesk.automation.message"
    _description = "Automation Message"
    _order = "sequence, id"
    _rec_name = "channel"

    rule_id = fields.Many2one(
        "caredesk.automation.rule", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    channel = fields.Selection(CHANNELS, required=True, default="email")
    subject = fields.Char(translate=True)
    body_html = WholeHtml(
        "Content", translate=True, sanitize_overridable=False, sanitize_attributes=True
    )
    body_text = fields.Text("Text", translate=True)
    insert_field_id = fields.Many2one(
        "caredesk.automation.merge.field",
        "Insert Merge Field",
        store=False,
        help="Is put at the end of the text; move it to where it belongs.",
    )
    excerpt = fields.Char("Content Excerpt", compute="_compute_excerpt")

    _channel_uniq = models.UniqueIndex(
        "(rule_id, channel)", "A rule has one message for each channel."
    )

    # === COMPUTE ===

    @api.depends("subject", "body_text", "channel")
    def _compute_excerpt(self):
        for message in self:
            text = message.subject if message.channel == "email" else message.body_text
            message.excerpt = " ".join((text or "").split())[:120]

    # === CONSTRAINTS & ONCHANGE ===

    @api.onchange("insert_field_id")
    def _onchange_insert_field_id(self):
        name = "body_html" if self.channel == "email" else "body_text"
        self.insert_field_id._put_into(self, name)

    @api.constrains("channel", "subject", "body_html", "body_text")
    def _check_content(self):
        for message in self:
            missing = [
                self._fields[name]._description_string(self.env)
                for name in message._content_fields()
                if not message[name] or (name == "body_html" and is_html_empty(message[name]))
            ]
            if missing:
                raise ValidationError(
                    self.env._(
                        "Please fill in «%(field)s» of the message by %(channel)s.",
                        field=missing[0],
                        channel=message._channel_name(),
                    )
                )
            message._check_placeholders()

    def _check_placeholders(self):
        """Raise where the text holds a placeholder that would stay empty."""
        merge = self.env["caredesk.automation.merge.field"]
        merge._check_texts(self, self._content_fields())

    # === CRUD ===

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        """Clean HTML on this way too: Odoo writes whole translations past the field."""
        field = self._fields[field_name]
        if isinstance(field, WholeHtml):
            translations = {
                lang: value and field.convert_to_cache(value, self)
                for lang, value in translations.items()
            }
        return super()._update_field_translations(field_name, translations, digest, source_lang)

    # === BUSINESS ===

    def _content_fields(self):
        """Return the names of the fields that the channel sends."""
        self.ensure_one()
        return ("subject", "body_html") if self.channel == "email" else ("body_text",)

    def _channel_name(self):
        return dict(self._fields["channel"]._description_selection(self.env))[self.channel]

    def _content_for(self, sources, lang):
        """Return what one recipient reads, as ``{field: text}``, in his or her language.

        :param sources: records the placeholders are read from, by kind
        """
        here = self.with_context(lang=lang or self.env.lang, tz=self.rule_id.tz)
        merge = self.env["caredesk.automation.merge.field"]  # says what is wrong in our language
        sources = {kind: record.with_env(here.env) for kind, record in sources.items() if record}
        model = here.rule_id.model_name
        return {
            name: merge._fill(here[name], sources, model)
            for name in here._content_fields()
            if here[name]
        }
