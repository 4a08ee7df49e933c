from odoo import api, fields, models, tools

STATES = [
    ("unassigned", "Unassigned"),
    ("todo", "Not Started"),
    ("in_progress", "In Progress"),
    ("waiting", "Waiting"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]


class CaredeskTicketStage(models.Model):
    """A step of a group's own process. Each stage belongs to one of the six states."""

    _name = "caredesk.ticket.stage"
    _description = "Ticket Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    state = fields.Selection(
        STATES,
        required=True,
        help="Tickets enter the first stage of a state when they reach that state.",
    )
    description = fields.Text("Goal", translate=True, help="What is achieved in this stage.")
    fold = fields.Boolean("Folded in Kanban")
    active = fields.Boolean(default=True)
    group_ids = fields.Many2many(
        "caredesk.support.group",
        string="Support Groups",
        help="Groups that use this stage. Empty: all groups.",
    )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # === BUSINESS ===

    @api.model
    @tools.ormcache("group_id", "state")
    def _first_id(self, group_id, state):
        """Return the id of the first stage of ``state`` that a group uses, False if none.

        A stage of the group's own comes before the stages all groups share.
        """
        # sudo: every creator of a ticket gets its first stage
        stages_sudo = self.sudo().search(
            [("state", "=", state), ("group_ids", "in", (group_id, False))]
        )
        own = stages_sudo.filtered("group_ids")
        return (own or stages_sudo)[:1].id
