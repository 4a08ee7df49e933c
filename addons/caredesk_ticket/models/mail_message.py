from odoo import api, models

from odoo.addons.mail.tools.discuss import Store


class MailMessage(models.Model):
    """Whose ticket was merged reads his own messages on, but not what the other is about.

    Odoo names the record of a message to everybody who reads the message, its author included.
    A merge moves messages to a ticket that their author may not be allowed to see.
    """

    _inherit = "mail.message"

    @api.depends_context("uid")
    def _compute_record_name(self):
        super()._compute_record_name()
        if self.env.su:
            return
        numbers = self._numbers_only(self.env.user)
        for message in self:
            if number := numbers.get(message._ticket_id()):
                message.record_name = number

    def _to_store(self, store: Store, fields, **kwargs):
        shows_thread = "message_format" in fields
        super()._to_store(store, fields, **kwargs)
        reader = store.target.get_user(self.env)
        if not (shows_thread and reader):
            return
        numbers = self._numbers_only(reader)
        for ticket_id, number in numbers.items():
            ticket = self.env["caredesk.ticket"].browse(ticket_id)
            store.add_records_fields(ticket, [Store.Attr("display_name", number)], as_thread=True)
        for message in self:
            if number := numbers.get(message._ticket_id()):
                names = ("default_subject", "record_name")
                store.add_records_fields(message, [Store.Attr(name, number) for name in names])

    def _ticket_id(self):
        self.ensure_one()
        return self.res_id if self.model == "caredesk.ticket" else False

    def _numbers_only(self, reader):
        """Return ``{ticket id: number}`` of the tickets whose title ``reader`` must not learn."""
        ids = {message._ticket_id() for message in self} - {False}
        tickets = self.env["caredesk.ticket"].with_user(reader)
        tickets = tickets.with_context(
            active_test=False, allowed_company_ids=reader.company_ids.ids
        ).browse(ids)
        # sudo: only whether something was merged into them
        merged = tickets.filtered(lambda ticket: ticket.sudo().merged_ticket_ids)
        hidden = merged - merged._filtered_access("read")
        return {ticket.id: ticket.sudo().number for ticket in hidden}  # he is told the number
