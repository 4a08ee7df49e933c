from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..domain import routing
from .caredesk_support_group import MAX_DAYS


class CaredeskSkill(models.Model):
    """Something a ticket may need and only some members can do: a language, a machine."""

    _name = "caredesk.skill"
    _description = "Support Skill"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: all companies use the skill.")

    # === CONSTRAINTS & ONCHANGE ===

    @api.constrains("company_id")
    def _check_company_of_users(self):
        for skill in self.filtered("company_id"):
            for model in ("caredesk.ticket.type", "caredesk.support.member"):
                # sudo: what the user cannot see uses the skill as well
                users_sudo = self.env[model].sudo().search([("skill_ids", "in", skill.ids)])
                users_sudo._check_skill_company()

    # === CRUD ===

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for model in ("caredesk.ticket", "caredesk.ticket.type", "caredesk.support.member"):
            # sudo: what the user cannot see uses the skill as well
            everything_sudo = self.env[model].sudo().with_context(active_test=False)
            used = everything_sudo.search([("skill_ids", "in", self.ids)], limit=1)
            if used:
                raise UserError(
                    self.env._(
                        "The skill %(skill)s is in use and cannot be deleted. Archive it instead.",
                        skill=(used.skill_ids & self)[0].name,
                    )
                )

    # === BUSINESS ===

    def _check_usable_in(self, company):
        """Raise when one of these skills belongs to another company than ``company``."""
        foreign = self.filtered(lambda one: one.company_id and one.company_id != company)
        if foreign:
            raise ValidationError(
                self.env._("The skill %(skill)s belongs to another company.", skill=foreign[0].name)
            )


class CaredeskTicketType(models.Model):
    _inherit = "caredesk.ticket.type"

    skill_ids = fields.Many2many(
        "caredesk.skill",
        "caredesk_ticket_type_skill_rel",
        "type_id",
        "skill_id",
        string="Required Skills",
        ondelete="restrict",
        help="New tickets of this type are given only to members who have all of these.",
    )
    skill_key = fields.Char(compute="_compute_skill_key", store=True, precompute=True)

    @api.depends("skill_ids")
    def _compute_skill_key(self):
        """Keep the skills where a new ticket finds them without a query."""
        for kind in self:
            kind.skill_key = routing.skill_key(kind.skill_ids._origin.ids)

    @api.constrains("skill_ids", "group_id")
    def _check_skill_company(self):
        for kind in self:
            kind.skill_ids._check_usable_in(kind.company_id)


class CaredeskSupportMember(models.Model):
    _inherit = "caredesk.support.member"

    skill_ids = fields.Many2many(
        "caredesk.skill",
        "caredesk_support_member_skill_rel",
        "member_id",
        "skill_id",
        string="Skills",
        ondelete="restrict",
    )

    @api.constrains("skill_ids", "group_id")
    def _check_skill_company(self):
        for member in self:
            member.skill_ids._check_usable_in(member.company_id)

    # === CRUD ===

    def write(self, vals):
        result = super().write(vals)
        if "skill_ids" in vals:
            self.env["caredesk.dispatcher"]._dispatch(self.group_id)
        return result


class CaredeskSupportGroup(models.Model):
    _inherit = "caredesk.support.group"

    skill_fallback_minutes = fields.Integer(
        "Skills Given Up After",
        help="A ticket that waited this many minutes for somebody with its skills is given to "
        "any free member. 0: it waits as long as it takes.",
    )

    @api.constrains("skill_fallback_minutes")
    def _check_skill_fallback(self):
        if any(group.skill_fallback_minutes < 0 for group in self):
            raise ValidationError(self.env._("Minutes and days cannot be negative."))
        if any(group.skill_fallback_minutes > MAX_DAYS * 24 * 60 for group in self):
            raise ValidationError(self.env._("Choose at most %(days)s days.", days=MAX_DAYS))
