from odoo import api, models
from odoo.exceptions import ValidationError

from ..domain import sla

#: Hours that may be promised: a minute at least, ten years at most.
_SHORTEST, _LONGEST = 1 / 60 - 1e-6, 24 * 3650


class CaredeskSlaPolicy(models.Model):
    """What a policy may promise: nothing that cannot be kept, counted or followed up."""

    _inherit = "caredesk.sla.policy"

    # === CONSTRAINTS & ONCHANGE ===

    @api.constrains("use_working_hours", "calendar_id")
    def _check_calendar(self):
        for policy in self.filtered("use_working_hours"):
            if policy.calendar_id and not policy.calendar_id._caredesk_has_hours():
                raise ValidationError(
                    self.env._(
                        "%(calendar)s has no fixed working times. Choose working hours that "
                        "contain at least one period, or count the hours of the clock.",
                        calendar=policy.calendar_id.name,
                    )
                )

    @api.constrains("target", "stage_id", "group_id")
    def _check_stage(self):
        for policy in self.filtered(lambda policy: policy.target == sla.STAGE):
            stage, group = policy.stage_id, policy.group_id
            if not stage:
                raise ValidationError(
                    self.env._("Say which stage %(policy)s is about.", policy=policy.name)
                )
            if stage.state == "cancelled" or (group and not stage._is_used_by(group)):
                raise ValidationError(
                    self.env._(
                        "%(policy)s could not be kept: its tickets never come to «%(stage)s». "
                        "Choose a stage that its group uses, but not for cancelled tickets.",
                        policy=policy.name,
                        stage=stage.name,
                    )
                )

    @api.constrains("group_id", "escalate_group_id", "active")
    def _check_escalation(self):
        """Refuse escalations that would send tickets round in a circle.

        A policy for all groups leads from each of them: it may lead only to where no other
        policy leads away from.
        """
        for policy in self.filtered("escalate_group_id"):
            reached = policy._escalation_reaches()
            left = policy.group_id or reached - policy.escalate_group_id
            if left & reached:
                raise ValidationError(
                    self.env._(
                        "%(policy)s would send tickets round in a circle: they come back to "
                        "the group they left. Choose another group.",
                        policy=policy.name,
                    )
                )

    @api.constrains("hours")
    def _check_hours(self):
        """Refuse what no deadline can be made of: every new ticket would fail on it."""
        for policy in self:
            if not _SHORTEST <= policy.hours <= _LONGEST:
                raise ValidationError(
                    self.env._(
                        "The time allowed by %(policy)s has to be between one minute and "
                        "%(days)s days.",
                        policy=policy.name,
                        days=_LONGEST // 24,
                    )
                )

    # === BUSINESS ===

    def _escalation_reaches(self):
        """Return the groups this policy's tickets may come to, by way of other policies too."""
        self.ensure_one()
        reached, groups = self.escalate_group_id.browse(), self.escalate_group_id
        while groups - reached:
            reached |= groups
            following = self.search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("group_id", "in", (*groups.ids, False)),
                    ("escalate_group_id", "!=", False),
                ]
            )
            groups = following.escalate_group_id
        return reached
