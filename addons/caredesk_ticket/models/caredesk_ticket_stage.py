from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

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
    _inherit = ["caredesk.forgetful"]
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
    target_hours = fields.Float(
        help="How long a ticket may stay in this stage, waiting not counted. 0: no target."
    )
    is_quality_check = fields.Boolean(
        "Quality Check",
        help="Completed tickets wait here until somebody other than the performer has checked "
        "them. They leave it only by a passed check, or back to work.",
    )
    is_closing = fields.Boolean("Closing Stage", help="Closed tickets are put here.")

    # === CONSTRAINTS & ONCHANGE ===

    @api.constrains("is_quality_check", "is_closing", "state")
    def _check_kind(self):
        for stage in self:
            if stage.is_quality_check and stage.is_closing:
                raise ValidationError(
                    self.env._("%(stage)s cannot check tickets and close them.", stage=stage.name)
                )
            if (stage.is_quality_check or stage.is_closing) and stage.state != "done":
                raise ValidationError(
                    self.env._(
                        "%(stage)s checks or closes tickets: it has to belong to the state Done.",
                        stage=stage.name,
                    )
                )

    @api.constrains("state")
    def _check_state_of_tickets(self):
        # sudo: tickets of other groups and companies are in the stage too
        tickets_sudo = self.env["caredesk.ticket"].sudo().with_context(active_test=False)
        for stage in self:
            # Waiting tickets stay in the stage they were worked on in.
            other = [("stage_id", "=", stage.id), ("state", "not in", (stage.state, "waiting"))]
            if tickets_sudo.search(other, limit=1, order="id"):
                raise ValidationError(
                    self.env._(
                        "Tickets are in «%(stage)s»: its state cannot change any more. Archive it "
                        "and make another stage.",
                        stage=stage.name,
                    )
                )

    @api.constrains("target_hours")
    def _check_target_hours(self):
        if any(stage.target_hours < 0 for stage in self):
            raise ValidationError(self.env._("The target of a stage cannot be negative."))

    # === BUSINESS ===

    @api.model
    @tools.ormcache("group_id", "state", "purpose")
    def _first_id(self, group_id, state, purpose=""):
        """Return the id of the first stage of ``state`` that a group uses, False if none.

        A stage of the group's own comes before the stages all groups share.

        :param purpose: 'check' or 'closing' for the stages that check or close, else the
            stages in which tickets are worked on
        """
        # sudo: every creator of a ticket gets its first stage
        # and gets the same one, whatever the context of who asked first
        stages_sudo = (
            self.sudo()
            .with_context(active_test=True)
            .search([("state", "=", state), ("group_ids", "in", (group_id, False))])
        )
        fitting = stages_sudo.filtered(lambda stage: stage._purpose() == purpose)
        if not fitting and not purpose:
            fitting = stages_sudo.filtered("is_closing")  # better than no stage at all
        own = fitting.filtered("group_ids")
        return (own or fitting)[:1].id

    def _purpose(self):
        """Return what the stage is for: 'check', 'closing', or '' for ordinary work."""
        self.ensure_one()
        if self.is_quality_check:
            return "check"
        return "closing" if self.is_closing else ""

    def _is_used_by(self, group):
        """Tell whether tickets of ``group`` may be in this stage."""
        self.ensure_one()
        # sudo: which groups use a stage is no secret; an archived one keeps its stages too
        groups_sudo = self.sudo().with_context(active_test=False).group_ids
        return not groups_sudo or group in groups_sudo
