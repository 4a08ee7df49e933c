from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from .caredesk_support_group import MAX_DAYS


class CaredeskSupportGroup(models.Model):
    """How a group's tickets go on after the work: quality check, follow-up, closing."""

    _inherit = "caredesk.support.group"

    quality_check = fields.Boolean(
        tracking=True,
        help="A completed ticket waits until a colleague of the performer has checked it; "
        "what does not pass goes back to the performer.",
    )
    follow_up_days = fields.Integer(
        tracking=True,
        help="So many days after the solution somebody is reminded to ask the customer whether "
        "it holds. 0: no follow-up.",
    )
    auto_close_days = fields.Integer(
        default=3,
        tracking=True,
        help="Done tickets are closed after so many days, but not before their quality check "
        "and follow-up. 0: never.",
    )
    shared_stage_ids = fields.Many2many(
        "caredesk.ticket.stage",
        string="Shared Stages",
        compute="_compute_shared_stage_ids",
        help="Stages without groups: all groups use them.",
    )

    # === COMPUTE ===

    def _compute_shared_stage_ids(self):
        shared = self.env["caredesk.ticket.stage"].search([("group_ids", "=", False)])
        for group in self:
            group.shared_stage_ids = shared

    # === CONSTRAINTS & ONCHANGE ===

    @api.constrains("follow_up_days", "auto_close_days")
    def _check_days(self):
        for group in self:
            if group.follow_up_days < 0 or group.auto_close_days < 0:
                raise ValidationError(self.env._("Minutes and days cannot be negative."))
            if max(group.follow_up_days, group.auto_close_days) > MAX_DAYS:
                raise ValidationError(self.env._("Choose at most %(days)s days.", days=MAX_DAYS))

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        groups.filtered("quality_check")._join_check_stage()
        return groups

    def write(self, vals):
        stages = self.stage_ids if "stage_ids" in vals else self.env["caredesk.ticket.stage"]
        result = super().write(vals)
        self._archive_unused(stages)
        if vals.get("quality_check"):
            self._join_check_stage()
        return result

    def unlink(self):
        stages = self.with_context(active_test=False).stage_ids
        result = super().unlink()
        self._archive_unused(stages)
        return result

    def web_read(self, specification):
        """Let the stages on the form of a group say how long that group's tickets stay there.

        A form cannot pass the id of its own record on to a list in it.
        """
        if len(self) == 1:
            own = {"caredesk_group_id": self.id}
            specification = {
                name: {**spec, "context": {**(spec.get("context") or {}), **own}}
                if name in ("stage_ids", "shared_stage_ids")
                else spec
                for name, spec in specification.items()
            }
        return super().web_read(specification)

    # === BUSINESS ===

    @api.model
    def _archive_unused(self, stages):
        """Archive those of ``stages`` that no group is left to use.

        Without groups they would become stages of all groups, mails to customers included.
        """
        # sudo: groups of other companies use stages too
        stages_sudo = stages.sudo().with_context(active_test=False)
        stages_sudo.filtered(lambda stage: not stage.group_ids).active = False

    def _join_check_stage(self):
        """Give each of these groups a stage to check in: its own, or the one that comes along."""
        stages = self.env["caredesk.ticket.stage"]
        without = self.filtered(lambda group: not stages._first_id(group.id, "done", "check"))
        if not without:
            return
        # sudo: choosing the setting was allowed, and the stage is part of it
        stage_sudo = (
            self.env.ref("caredesk_ticket.stage_quality_check", raise_if_not_found=False) or stages
        ).sudo()
        if not stage_sudo or stage_sudo._purpose() != "check":
            stage_sudo = stages.sudo().create(
                {
                    "name": self.env._("Quality Control"),
                    "sequence": 45,
                    "state": "done",
                    "is_quality_check": True,
                }
            )
        stage_sudo.write(
            {"active": True, "group_ids": [Command.link(group.id) for group in without]}
        )
