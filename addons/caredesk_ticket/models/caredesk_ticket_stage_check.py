from odoo import api, models
from odoo.exceptions import ValidationError


class CaredeskTicketStage(models.Model):
    """Stages that check quality: what is set up about them never ends the checking silently."""

    _inherit = "caredesk.ticket.stage"

    # === CRUD ===

    def write(self, vals):
        if not vals.keys() & {"active", "group_ids", "is_quality_check", "state"}:
            return super().write(vals)
        if not vals.get("is_quality_check", True):
            self._check_nothing_waits()
        checking = self.env["caredesk.support.group"]._with_check_stage()
        result = super().write(vals)
        checking._check_check_stage()
        return result

    def unlink(self):
        checking = self.env["caredesk.support.group"]._with_check_stage()
        result = super().unlink()
        checking._check_check_stage()
        return result

    # === BUSINESS ===

    def _check_nothing_waits(self):
        """Raise while tickets wait here for their check: they would be closed without it."""
        # sudo: tickets the user cannot see wait as well
        tickets_sudo = self.env["caredesk.ticket"].sudo()
        waiting_sudo = tickets_sudo.search(
            [("is_check_pending", "=", True), ("stage_id", "in", self.ids)], limit=1
        )
        if waiting_sudo:
            raise ValidationError(
                self.env._(
                    "Tickets wait in «%(stage)s» for their quality check. Check them first.",
                    stage=waiting_sudo.stage_id.name,
                )
            )


class CaredeskSupportGroup(models.Model):
    _inherit = "caredesk.support.group"

    # === CRUD ===

    def write(self, vals):
        if "stage_ids" not in vals:
            return super().write(vals)
        checking = self & self._with_check_stage()
        result = super().write(vals)
        checking._check_check_stage()
        return result

    # === BUSINESS ===

    @api.model
    def _with_check_stage(self):
        """Return the groups that check quality and have a stage for it."""
        # sudo: a stage serves groups the user may not see
        groups_sudo = self.sudo().search([("quality_check", "=", True)])
        return groups_sudo.filtered(lambda group: group._check_stage_id()).with_env(self.env)

    def _check_stage_id(self):
        self.ensure_one()
        return self.env["caredesk.ticket.stage"]._first_id(self.id, "done", "check")

    def _check_check_stage(self):
        """Raise when one of these groups checks quality and has no stage for it any more."""
        for group_sudo in self.sudo().exists():  # its setting and name are no secret
            if group_sudo.quality_check and not group_sudo._check_stage_id():
                self.env.registry.clear_cache()  # what was just looked up is taken back
                raise ValidationError(
                    self.env._(
                        "%(group)s checks the quality of its work, and no stage would be left to "
                        "check in. Switch the quality check of the group off first.",
                        group=group_sudo.name,
                    )
                )
