from markupsafe import Markup

from odoo import api, fields, models

_TRACKING = "caredesk-"


class CaredeskZaloMessage(models.Model):
    """Templates in the outbox: to a customer of the account, or to a phone number."""

    _inherit = "caredesk.zalo.message"

    kind = fields.Selection(
        selection_add=[("template", "Template")], ondelete={"template": "cascade"}
    )
    template_id = fields.Many2one(
        "caredesk.zalo.template", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    template_values = fields.Json(readonly=True)
    phone = fields.Char(readonly=True)
    res_model = fields.Char(readonly=True, export_string_translation=False)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    rating = fields.Integer(
        readonly=True, aggregator="avg", help="1 to 5, as the customer gave it."
    )
    feedback = fields.Char(readonly=True)

    # === SENDING ===

    def _send_with(self, client):
        if self.kind != "template":
            return super()._send_with(client)
        code, values = self.template_id.code, self.template_values
        if self.phone:
            return client.messages.send_template_by_phone(
                self.phone, code, values, tracking_id=f"{_TRACKING}{self.id}"
            )
        return client.messages.send_template(self.contact_id.zalo_user_id, code, values)

    def _fail(self, reason, code):
        super()._fail(reason, code)
        words = self.env["caredesk.zalo.reason"]._text(code, reason)
        for message in self.filtered("template_id"):
            message._note_on_record(
                self.env._(
                    "Zalo template %(name)s was not sent: %(reason)s",
                    name=message.text,
                    reason=words,
                )
            )

    def _advance(self, state):
        waiting = self.filtered(lambda one: one.kind == "template" and one.state == "sending")
        super()._advance(state)
        for message in waiting:
            message._note_on_record(self.env._("Zalo template %s was sent.", message.text))

    def _note_on_record(self, text):
        """Note on the record a template is about what became of it."""
        self.ensure_one()
        if not self.res_model or self.res_model not in self.env:
            return
        record = self.env[self.res_model].browse(self.res_id).exists()
        if record:
            record._message_log(body=Markup("<p>%s</p>") % text)

    # === WHAT ZALO TELLS ===

    @api.model
    def _tracked(self, account, tracking_id):
        """Return the message an event of a template to a phone number is about."""
        number = str(tracking_id or "").removeprefix(_TRACKING)
        if not number.isdigit() or len(number) > 18:
            return self.browse()
        return self.search([("id", "=", int(number)), ("oa_id", "=", account.id)])

    def _take_feedback(self, rate, words):
        """Keep what a customer thinks, as asked by a template."""
        for message in self:
            message.write({"rating": min(max(rate, 0), 5), "feedback": words})
            message._note_on_record(
                self.env._(
                    "Zalo template %(name)s was rated %(rate)s of 5. %(words)s",
                    name=message.text,
                    rate=rate,
                    words=words,
                )
            )


class CaredeskZaloEvent(models.Model):
    """Deliveries and ratings of templates; they name no customer of the account."""

    _inherit = "caredesk.zalo.event"

    def _handlers(self):
        return super()._handlers() | {
            "user_feedback": self._on_feedback,
            "change_template_status": self._on_template_changed,
            "change_template_quality": self._on_template_changed,
        }

    def _on_delivery(self, event):
        tracking = self._message_of(event).get("tracking_id")
        if not tracking:
            return super()._on_delivery(event)
        found = self.env["caredesk.zalo.message"]._tracked(self.oa_id, tracking)
        found._advance("delivered")
        return "done" if found else "ignored"

    def _on_feedback(self, event):
        message = self._message_of(event)
        messages = self.env["caredesk.zalo.message"]
        found = messages._tracked(self.oa_id, message.get("tracking_id"))
        if not found:
            found = messages._of_zalo(self.oa_id, event.message_ids)
        rate = str(message.get("rate") or "")
        picked = message.get("feedbacks")
        words = [str(one) for one in picked] if isinstance(picked, list) else []
        words.append(str(message.get("note") or ""))
        found._take_feedback(int(rate) if rate.isdigit() else 0, ". ".join(filter(None, words)))
        return "done" if found else "ignored"

    def _on_template_changed(self, event):
        """Have the templates read again: what the event says is only that they changed."""
        self.oa_id._begin("check")

    def _message_of(self, event):
        message = event.body.get("message")
        return message if isinstance(message, dict) else {}
