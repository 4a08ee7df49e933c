from odoo import api, models

from ..domain.mail_triage import BULK
from .mail_job import FORGED, INTERNAL


class CaredeskMailGateway(models.AbstractModel):
    """Where each mail goes: to a new ticket, onto the ticket it answers, or to the parked ones."""

    _inherit = "caredesk.mail.gateway"

    # === DECIDING ===

    @api.model
    def _judge_routes(self, job, message_dict, routes):
        """Return the routes to take; what is not taken is parked.

        Answers by strangers, and to tickets that are closed, become routes to new tickets.
        """
        kept = []
        for route in self._routes_of_parked(job, routes) if job.parked else routes:
            if route[0] != "caredesk.ticket":
                kept.append(route)
                continue
            reason = "" if job.is_forced else self._reason_to_park(job, route)
            if reason:
                self._park(job, self._route_group(job, route), reason)
            else:
                kept.append(self._decide_route(job, message_dict, route))
        return kept

    @api.model
    def _routes_of_parked(self, job, routes):
        """Return the one route of a parked mail: its other routes were taken when it came."""
        group = job.parked.group_id
        for route in routes:
            if route[0] == "caredesk.ticket" and self._route_group(job, route) == group:
                return [route]
        return [("caredesk.ticket", False, {"group_id": group.id}, self.env.uid, None)]

    @api.model
    def _reason_to_park(self, job, route):
        """Return why a mail is not taken on ``route``, empty when it is."""
        guard = self.env["caredesk.mail.guard"]
        if not job.sender:
            return "no_sender"
        if guard._is_own_address(job.sender):
            return "loop"
        alias = route[4]
        if job.identity == FORGED or (
            job.is_stranger_by_identity and alias and alias.alias_contact != "everyone"
        ):
            return "spoofed"
        ticket = self.env["caredesk.ticket"].sudo().browse(route[1] or ())
        if ticket and guard._is_participant(job, ticket):
            return ""
        if job.is_machine:
            if job.verdict.kind == BULK and self._route_group(job, route).accept_bulk_mail:
                return ""
            return "bulk" if job.verdict.kind == BULK else "automatic"
        return "loop" if guard._is_flooding(job) else ""

    @api.model
    def _decide_route(self, job, message_dict, route):
        """Return ``route`` with what is to be done on it, in its custom values."""
        _model, ticket_id, values, user_id, alias = route
        ticket = self.env["caredesk.ticket"].sudo().browse(ticket_id or ())
        guard = self.env["caredesk.mail.guard"]
        mentioned = guard._cited_tickets(job, self._route_group(job, route))
        decision = {}
        if ticket and not job.is_forced and guard._is_participant(job, ticket):
            decision["as_note"] = job.is_machine
            if not (job.is_machine or guard._may_answer(job, ticket)):
                mentioned, ticket = ticket | mentioned, ticket.browse()
        else:
            mentioned, ticket = ticket | mentioned, ticket.browse()
        if not ticket:
            message_dict.pop("parent_id", None)
            message_dict.pop("is_internal", None)
            decision["mentioned_ids"] = mentioned.ids
        values = dict(values or {}, caredesk_decision=decision)
        if not ticket:
            values["group_id"] = self._route_group(job, route).id
        # Whom a mail claims to be from decides nothing about rights unless it is proved.
        user_id = user_id if job.identity == INTERNAL else self.env.uid
        return ("caredesk.ticket", ticket.id, values, user_id, alias)

    @api.model
    def _route_group(self, job, route):
        """Return the group of a new ticket: the alias', the given, or the company's default."""
        _model, ticket_id, values, _user_id, alias = route
        groups = self.env["caredesk.support.group"].sudo()
        group = groups
        if alias and not (ticket_id and not alias.alias_parent_thread_id):
            group = self._groups_of(alias.sudo())
        group = group or groups.browse((values or {}).get("group_id") or ()).exists()
        if group.active:
            return group
        ticket = self.env["caredesk.ticket"].sudo().browse(ticket_id or ())
        company = group.company_id or ticket.company_id or self.env.company
        return groups._default_group(company).sudo()

    @api.model
    def _default_group(self, job):
        group = job.groups[:1]
        if group.active:
            return group
        company = group.company_id or self.env.company
        return self.env["caredesk.support.group"]._default_group(company)

    # === PARKING ===

    @api.model
    def _park_routes(self, job, routes, reason):
        for route in routes:
            self._park(job, self._route_group(job, route), reason)

    @api.model
    def _park(self, job, group, reason, error="", ticket=None):
        # sudo: the system keeps what nobody has looked at yet
        self.env["caredesk.mail.parked"].sudo()._park(job, group, reason, error, ticket)
        job.stored = True
