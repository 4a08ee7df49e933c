from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

LINK_KINDS = [
    ("related", "is related to"),
    ("duplicate", "is a duplicate of"),
    ("blocks", "blocks"),
]


class CaredeskTicketLink(models.Model):
    """One sentence about two tickets: this one is related to, duplicates or blocks that one."""

    _name = "caredesk.ticket.link"
    _description = "Ticket Link"
    _order = "id desc"
    _rec_name = "kind"

    ticket_id = fields.Many2one(
        "caredesk.ticket", required=True, readonly=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(LINK_KINDS, string="Link", required=True, default="related")
    other_id = fields.Many2one(
        "caredesk.ticket",
        string="Other Ticket",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('id', '!=', ticket_id)]",
    )
    ticket_state = fields.Selection(related="ticket_id.state", string="State of Ticket")
    other_state = fields.Selection(related="other_id.state", string="State of Other Ticket")
    company_id = fields.Many2one(related="ticket_id.company_id")

    _pair_uniq = models.UniqueIndex(
        "(LEAST(ticket_id, other_id), GREATEST(ticket_id, other_id), kind)",
        "These tickets are linked in this way already.",
    )
    _not_itself = models.Constraint(
        "CHECK(ticket_id <> other_id)", "A ticket cannot be linked to itself."
    )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        links = super().create(vals_list)
        links._check_tickets()
        return links

    def write(self, vals):
        result = super().write(vals)
        self._check_tickets()
        return result

    # === ACTIONS ===

    def action_remove(self):
        """Remove the links."""
        return self.unlink()

    # === CHECKS ===

    def _check_tickets(self):
        """Raise unless the user sees both tickets of each link and one company has them."""
        for link in self:
            (link.ticket_id | link.other_id).check_access("read")
            if link.ticket_id.company_id != link.other_id.company_id:
                raise ValidationError(
                    self.env._("Tickets of different companies cannot be linked.")
                )


class CaredeskTicket(models.Model):
    """Tickets that belong together: parent and children, and links of other kinds."""

    _inherit = "caredesk.ticket"

    parent_id = fields.Many2one(
        "caredesk.ticket",
        string="Parent Ticket",
        ondelete="set null",
        copy=False,
        index="btree_not_null",
        tracking=True,
        domain="[('id', '!=', id), ('company_id', '=', company_id)]",
        groups="caredesk_ticket.group_agent",
    )
    child_ids = fields.One2many(
        "caredesk.ticket",
        "parent_id",
        string="Child Tickets",
        groups="caredesk_ticket.group_agent",
    )
    link_ids = fields.Many2many("caredesk.ticket.link", compute="_compute_link_ids")

    # === COMPUTE ===

    @api.depends_context("uid")
    def _compute_link_ids(self):
        links = self.env["caredesk.ticket.link"]
        if self.ids:
            links = links.search(
                Domain("ticket_id", "in", self.ids) | Domain("other_id", "in", self.ids)
            )
        for ticket in self:
            ticket.link_ids = links.filtered(
                lambda link, one=ticket._origin: one in (link.ticket_id, link.other_id)
            )

    # === CONSTRAINTS & ONCHANGE ===

    @api.constrains("parent_id")
    def _check_parent(self):
        for ticket in self.filtered("parent_id"):
            if ticket.company_id != ticket.parent_id.company_id:
                raise ValidationError(
                    self.env._("Parent and child tickets have to belong to the same company.")
                )
            if ticket._has_cycle("parent_id"):
                raise UserError(
                    self.env._(
                        "%(number)s cannot be below itself: its parent is one of its own children.",
                        number=ticket.number,
                    )
                )

    # === ACTIONS ===

    def action_open_link(self):
        """Ask which ticket this one is linked to, and how."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Link to Another Ticket"),
            "res_model": "caredesk.ticket.link",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    # === BUSINESS ===

    def _move_children(self, target):
        """Put what is below this ticket below ``target``, in which it goes on.

        Where ``target`` is itself below this ticket, the branch it is in takes this ticket's
        place: nothing can be below itself.

        :return: ``[[id of the child, id of its new parent or False]]``, for undoing
        """
        self.ensure_one()
        above = target._with_parents()
        moved = []
        for child in self.with_context(active_test=False).child_ids:
            parent = self.parent_id if child in above else target
            child._own_code().write({"parent_id": parent.id})
            moved.append([child.id, parent.id])
        return moved

    def _with_parents(self):
        """Return this ticket and all those it is below."""
        self.ensure_one()
        line = self
        while (parent := line[-1:].parent_id) and parent not in line:
            line += parent
        return line

    def _take_children_back(self, moved):
        """Undo :meth:`_move_children`, but for what people have moved on since."""
        self.ensure_one()
        for child_id, parent_id in moved:
            child = self.browse(child_id).exists()
            if child and child.parent_id.id == parent_id and child.company_id == self.company_id:
                child._own_code().write({"parent_id": self.id})

    def _hand_over(self, group, reason, keep_type=False):
        """Drop what ties a ticket to its old company when it moves to another one."""
        result = super()._hand_over(group, reason, keep_type=keep_type)
        self._drop_foreign_ties()
        return result

    def _drop_foreign_ties(self):
        """Part these tickets from parents, children and linked ones of other companies."""
        foreign = self.filtered(
            lambda ticket: (ticket.parent_id | ticket.child_ids).company_id - ticket.company_id
        )
        foreign._own_code().write({"parent_id": False})
        foreign.child_ids._own_code().write({"parent_id": False})
        # sudo: links that the user does not see end as well
        links_sudo = self.sudo().link_ids
        links_sudo.filtered(
            lambda link: link.ticket_id.company_id != link.other_id.company_id
        ).unlink()
