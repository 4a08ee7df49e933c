from odoo.addons.website.controllers.form import WebsiteForm

_MODEL = "caredesk.ticket"
#: Field of the form builder -> field of the support form.
_FIELDS = {
    "partner_name": "name",
    "email_from": "email",
    "phone": "phone",
    "name": "subject",
    "description": "content",
    "type_id": "type_id",
}


class TicketWebsiteForm(WebsiteForm):
    """Takes forms of the form builder through the one door of all public forms."""

    def insert_record(self, request, model_sudo, values, custom, meta=None):
        """Make a ticket of what was sent, files included; other models are Odoo's business."""
        if model_sudo.model != _MODEL:
            return super().insert_record(request, model_sudo, values, custom, meta)
        # A file in place of a text is no text.
        texts = {name: text for name, text in request.params.items() if isinstance(text, str)}
        typed = {ours: texts.get(theirs) for theirs, ours in _FIELDS.items()}
        further = [text for text in (typed["content"], custom, meta) if text]
        typed["content"] = "\n\n".join(further)
        uploads = request.httprequest.files
        ticket_sudo = request.env["caredesk.support.form"]._submit(
            # sudo: visitors cannot read companies; the website says whose form it is
            request.website.sudo().company_id,
            typed,
            [one for name in uploads for one in uploads.getlist(name)],
            request.httprequest.remote_addr,
        )
        return ticket_sudo.id

    def insert_attachment(self, model_sudo, id_record, files):
        """Leave the files of a ticket alone: they were checked and kept together with it."""
        if model_sudo.model != _MODEL:
            super().insert_attachment(model_sudo, id_record, files)
