from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command, Domain

from ..domain import routing

#: Tickets that give their skills up in one run of the cron.
_WAIVED_AT_ONCE = 200


class CaredeskTicket(models.Model):
    """Skills a ticket needs: taken over from its type, heeded by routing, not by hand."""

    _inherit = "caredesk.ticket"

    skill_ids = fields.Many2many(
        "caredesk.skill",
        "caredesk_ticket_skill_rel",
        "ticket_id",
        "skill_id",
        string="Required Skills",
        ondelete="restrict",
        copy=False,
        help="Given automatically only to members who have all of these.",
    )
    skill_key = fields.Char(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="The lane of the queue: the ids of the skills routing looks for.",
    )

    _skill_wait_idx = models.Index(
        "(clock_started_at) WHERE state = 'unassigned' AND skill_key IS NOT NULL"
    )

    # === CRUD ===

    @api.model
    def _prepare_ticket_vals(self, vals, now):
        """Let a new ticket need what its type needs, unless it was said what it needs."""
        vals = super()._prepare_ticket_vals(vals, now)
        given = vals.get("skill_ids", self.env.context.get("default_skill_ids"))
        if given:
            skills = self.new({"skill_ids": given}).skill_ids._origin
            skills._check_usable_in(self.env["res.company"].browse(vals["company_id"]))
            vals["skill_key"] = routing.skill_key(skills.ids)
        elif "skill_ids" not in vals:
            # sudo: what a type needs is no secret to who may use it
            kind_sudo = self.env["caredesk.ticket.type"].sudo().browse(vals.get("type_id") or ())
            if kind_sudo.skill_key:
                vals["skill_key"] = kind_sudo.skill_key
                vals["skill_ids"] = [Command.set(list(routing.skills_of(kind_sudo.skill_key)))]
        return vals

    def write(self, vals):
        """Keep the lane in step with the skills; a new type brings its own."""
        retyped = self.browse()
        if "type_id" in vals and "skill_ids" not in vals:
            retyped = self.filtered(lambda ticket: ticket.type_id.id != vals["type_id"])
        result = super().write(vals)
        retyped._follow_type()
        if "skill_ids" in vals and not (self._is_own_code() and "skill_key" in vals):
            self._follow_skills()
        changed = self if "skill_ids" in vals else retyped
        if changed and not self._is_own_code():  # else whoever moves them routes them
            queued = changed.sudo().filtered(lambda ticket: ticket.state == "unassigned")
            self.env["caredesk.dispatcher"]._dispatch(queued.group_id)
        return result

    # === BUSINESS ===

    def _follow_type(self):
        """Take the skills of the present type over, where they differ."""
        for ticket in self.sudo():  # the type was written by who may write it
            skills = ticket.type_id.skill_ids
            if ticket.skill_ids != skills:
                ticket._write_skills(skills)

    def _follow_skills(self):
        for ticket in self.sudo():  # the skills were written by who may write them
            ticket.skill_ids._check_usable_in(ticket.company_id)
            ticket._write_skills(ticket.skill_ids)

    def _write_skills(self, skills):
        """Set the skills together with the lane of the queue they lead to."""
        self.ensure_one()
        key = routing.skill_key(skills.ids) or False
        self._own_code().write({"skill_ids": [Command.set(skills.ids)], "skill_key": key})

    @api.model
    def _give(self, user_of, method, now, reason=None):
        """Note where people gave a ticket to somebody who lacks a skill: allowed, not hidden."""
        result = super()._give(user_of, method, now, reason)
        if method != "auto":
            for ticket in user_of:
                if ticket.skill_key:
                    ticket._note_missing_skills()
        return result

    def _note_missing_skills(self):
        self.ensure_one()
        wanted = self.env["caredesk.skill"].browse(routing.skills_of(self.skill_key))
        missing = wanted - self._seat_of(self.user_id, self.group_id).skill_ids
        if missing:
            self._message_log(
                body=self.env._(
                    "%(user)s got this ticket without the required skill: %(skills)s.",
                    user=self.user_id.sudo().name,
                    skills=", ".join(missing.mapped("name")),
                )
            )

    # === CRON ===

    @api.model
    def _waive_skills_overdue(self):
        """Let tickets that waited too long for their skills be given to any member.

        They move into the lane of tickets that need nothing; what they needed stays shown.
        """
        now = fields.Datetime.now()
        groups = self.env["caredesk.support.group"].search([("skill_fallback_minutes", ">", 0)])
        if not groups:
            return
        waited = Domain.OR(
            Domain("group_id", "=", group.id)
            & Domain(
                "clock_started_at", "<=", now - timedelta(minutes=group.skill_fallback_minutes)
            )
            for group in groups
        )
        shortest = timedelta(minutes=min(groups.mapped("skill_fallback_minutes")))
        queued = Domain("state", "=", "unassigned") & Domain("skill_key", "!=", False)
        queued &= Domain("clock_started_at", "<=", now - shortest)  # what the index is read by
        tickets = self.search(queued & waited, limit=_WAIVED_AT_ONCE, order="clock_started_at")
        tickets = tickets.try_lock_for_update()
        tickets._own_code().write({"skill_key": False})
        for ticket in tickets:
            ticket._message_log(
                body=ticket.with_context(lang=ticket.company_id.partner_id.lang).env._(
                    "Nobody with the required skills was free for %(minutes)s minutes: anybody "
                    "may get the ticket now.",
                    minutes=ticket.group_id.skill_fallback_minutes,
                )
            )
        self.env["caredesk.dispatcher"]._dispatch(tickets.group_id)
