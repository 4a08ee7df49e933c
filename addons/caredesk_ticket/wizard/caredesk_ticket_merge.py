from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CaredeskTicketMerge(models.TransientModel):
    """Merge chosen tickets into one of them, or a ticket into any other."""

    _name = "caredesk.ticket.merge"
    _description = "Merge Tickets"

    ticket_ids = fields.Many2many("caredesk.ticket", string="Tickets", required=True)
    target_id = fields.Many2one(
        "caredesk.ticket",
        string="Ticket That Stays",
        required=True,
        ondelete="cascade",
        compute="_compute_target_id",
        store=True,
        readonly=False,
        domain="[('merged_into_id', '=', False), ('is_closed', '=', False),"
        " ('state', '!=', 'cancelled'), ('id', 'in', candidate_ids)] if candidate_ids else"
        " [('merged_into_id', '=', False), ('is_closed', '=', False),"
        " ('state', '!=', 'cancelled'), ('id', 'not in', ticket_ids)]",
        help="This ticket stays; the others are cancelled and point to it.",
    )
    candidate_ids = fields.Many2many("caredesk.ticket", compute="_compute_candidate_ids")
    merged_ids = fields.Many2many(
        "caredesk.ticket", compute="_compute_merged_ids", string="Will be merged"
    )
    is_other_customer = fields.Boolean(compute="_compute_merged_ids")
    confirm_other_customer = fields.Boolean("Merge all the same")

    @api.model
    def default_get(self, fields):
        """Begin with the tickets chosen in the list, or the one whose form is open."""
        values = super().default_get(fields)
        context = self.env.context
        if "ticket_ids" in fields and context.get("active_model") == "caredesk.ticket":
            ids = context.get("active_ids") or [context.get("active_id")]
            values["ticket_ids"] = [Command.set(ids)]
        return values

    @api.depends("ticket_ids")
    def _compute_candidate_ids(self):
        """Several chosen tickets: one of them goes on. A single one goes into any other."""
        for dialog in self:
            several = len(dialog.ticket_ids) > 1
            dialog.candidate_ids = dialog.ticket_ids if several else False

    @api.depends("ticket_ids")
    def _compute_target_id(self):
        """Propose the ticket that is worked on already, else the oldest."""
        for dialog in self:
            open_tickets = dialog.ticket_ids.filtered("is_open")
            several = len(dialog.ticket_ids) > 1
            begun = open_tickets.sorted(lambda t: (not t.started_at, t._origin.id))
            dialog.target_id = begun[:1]._origin if several else False

    @api.depends("ticket_ids", "target_id")
    def _compute_merged_ids(self):
        for dialog in self:
            target = dialog.target_id
            merged = dialog.ticket_ids._origin - target
            dialog.merged_ids = merged
            dialog.is_other_customer = bool(target) and any(
                ticket._is_other_customer(target) for ticket in merged
            )

    def action_merge(self):
        """Merge the tickets and open the one that goes on.

        By its address: a conversation the browser has read before would miss what moved.
        """
        self.ensure_one()
        merged = self.ticket_ids - self.target_id
        if not merged:
            raise UserError(self.env._("Choose at least two tickets to merge."))
        merged.action_merge_into(self.target_id, other_customer=self.confirm_other_customer)
        form = f"action-caredesk_ticket.caredesk_ticket_action/{self.target_id.id}"
        return {"type": "ir.actions.act_url", "url": f"/odoo/{form}", "target": "self"}
