from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

#: What customers and colleagues wrote to each other; notes never go to a customer this way.
_TYPES = ("email", "comment")


class CaredeskTicketSplit(models.TransientModel):
    """Make a ticket of its own out of messages that are about another matter.

    The messages are quoted, not moved: the customer's conversation stays whole where he
    answers it, and first response and figures of the ticket stay what they were.
    """

    _name = "caredesk.ticket.split"
    _description = "Split Ticket"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade")
    name = fields.Char("Title", required=True)
    type_id = fields.Many2one(
        "caredesk.ticket.type",
        string="Ticket Type",
        compute="_compute_type_id",
        store=True,
        readonly=False,
        ondelete="cascade",
    )
    message_ids = fields.Many2many(
        "mail.message",
        string="Messages",
        domain="[('model', '=', 'caredesk.ticket'), ('res_id', '=', ticket_id),"
        " ('message_type', 'in', ('email', 'comment')), ('is_internal', '=', False),"
        " ('subtype_id.internal', '=', False)]",
    )

    @api.model
    def default_get(self, fields):
        """Begin with the ticket whose form is open."""
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "caredesk.ticket":
            values.setdefault("ticket_id", self.env.context.get("active_id"))
        return values

    @api.depends("ticket_id")
    def _compute_type_id(self):
        for dialog in self:
            dialog.type_id = dialog.ticket_id.type_id

    def action_split(self):
        """Create the ticket, link both, and open the new one."""
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        messages = self.message_ids.sorted("id")
        public = messages.filtered(
            lambda m: m.message_type in _TYPES and not (m.is_internal or m.subtype_id.internal)
        )
        own = public.filtered(lambda m: m.model == ticket._name and m.res_id == ticket.id)
        if not messages or own != messages:
            raise UserError(self.env._("Choose the messages of this ticket that go to a new one."))
        # sudo inside: the right to change the ticket was checked above
        part = ticket._create_from_channel(ticket.channel, [self._prepare_part_vals(messages)])
        part = part.with_env(self.env)
        self._copy_files(messages, part)
        self.env["caredesk.ticket.link"].sudo().create(
            {"ticket_id": part.id, "kind": "related", "other_id": ticket.id}
        )
        ticket._message_log(
            body=Markup("<p>%s</p>")
            % self.env._("Part of this ticket goes on in %(number)s.", number=part.number)
        )
        part._message_log(
            body=Markup("<p>%s</p>")
            % self.env._("Split from ticket %(number)s.", number=ticket.number)
        )
        return part.sudo(False).get_formview_action()

    def _prepare_part_vals(self, messages):
        ticket = self.ticket_id
        return {
            "name": self.name,
            "type_id": self.type_id.id,
            "group_id": (self.type_id.sudo().group_id or ticket.group_id).id,  # its type's group
            "description": Markup("").join(self._quote(message) for message in messages),
            "partner_id": ticket.partner_id.id,
            "partner_name": ticket.partner_name,
            "email_from": ticket.email_from,
            "phone": ticket.phone,
            "priority": ticket.priority,
            "severity": ticket.severity,
            "nature": ticket.nature,
            "mail_unverified": ticket.mail_unverified,
            "auto_reply_pending": False,  # the customer wrote once, and was answered then
        }

    def _quote(self, message):
        author = message.author_id.sudo().name or message.email_from or ""  # shown there anyway
        return Markup("<p><b>%s</b> · %s</p><blockquote>%s</blockquote>") % (
            author,
            format_datetime(self.env, message.date),
            message.body or "",
        )

    def _copy_files(self, messages, part):
        # sudo: who reads the messages reads their files
        for file in messages.attachment_ids.sudo():
            file.copy({"res_model": part._name, "res_id": part.id})
