from datetime import timedelta

from odoo import api, fields, models

#: Notices sent before the cron commits.
_BATCH = 50


class CaredeskTicketAssignment(models.Model):
    """Telling people that they got a ticket: on the screen at once, by mail in the background."""

    _inherit = "caredesk.ticket.assignment"

    def _notify_screens(self):
        """Show a notice to those who got tickets and refresh the boards of the groups.

        Only when somebody concerned is online: the bus opens a database connection of its own
        for each message, which would be the dearest part of creating a ticket.
        """
        groups = self.to_group_id | self.from_group_id
        online = groups._online_people()
        by_user = {}
        for assignment in self.filtered("notice_pending"):
            by_user.setdefault(assignment.to_user_id, []).append(assignment.ticket_id)
        for user, tickets in by_user.items():
            if user in online:
                user._bus_send("simple_notification", self._prepare_toast(user, tickets))
        if online:
            groups._notify_board()

    @api.model
    def _prepare_toast(self, user, tickets):
        translated = self.with_context(lang=user.lang).env
        message = tickets[0].display_name
        if len(tickets) > 1:
            message = translated._("%(count)s tickets", count=len(tickets))
        return {"type": "info", "title": translated._("Assigned to you"), "message": message}

    @api.model
    def _cron_send_notices(self):
        """Cron: mail the new performers, each by his or her own notification preference."""
        domain = [("notice_pending", "=", True)]
        pending = self.search(domain, limit=_BATCH, order="id").try_lock_for_update()
        for assignment in pending:
            assignment._send_notice()
        pending.write({"notice_pending": False})
        left = self.search_count(domain, limit=_BATCH)
        self.env["ir.cron"]._commit_progress(len(pending), remaining=left)

    def _send_notice(self):
        """Tell the performer, unless the ticket has moved on to somebody else since."""
        self.ensure_one()
        ticket = self.ticket_id
        if ticket.user_id != self.to_user_id or not ticket.is_open:
            return
        ticket = ticket.with_context(lang=self.to_user_id.lang)
        ticket.message_notify(
            partner_ids=self.to_user_id.partner_id.ids,
            subject=ticket.env._("Ticket %(title)s was assigned to you", title=ticket.display_name),
            body=ticket.env["ir.qweb"]._render(
                "caredesk_ticket.notice_assigned",
                {
                    "ticket": ticket,
                    "assignment": self,
                    "access_link": ticket._notify_get_action_link("view"),
                },
                minimal_qcontext=True,
            ),
            email_layout_xmlid="mail.mail_notification_layout",
            model_description=ticket.env["ir.model"]._get(ticket._name).display_name,
        )


class CaredeskTicket(models.Model):
    _inherit = "caredesk.ticket"

    unassigned_alert_at = fields.Datetime(readonly=True, copy=False)

    def _track_subtype(self, init_values):
        """Log changes of the state under a subtype of their own, which one can subscribe to."""
        if "state" in init_values:
            return self.env.ref("caredesk_ticket.mt_ticket_state")
        return super()._track_subtype(init_values)

    @api.model
    def _cron_alert_unassigned(self):
        """Cron: tell the managers of a group once of each ticket nobody serves for too long."""
        now = fields.Datetime.now()
        groups = self.env["caredesk.support.group"].search([("unassigned_alert_minutes", ">", 0)])
        for group in groups:
            since = now - timedelta(minutes=group.unassigned_alert_minutes)
            tickets = self.search(
                [
                    ("group_id", "=", group.id),
                    ("state", "=", "unassigned"),
                    ("clock_started_at", "<=", since),
                    ("unassigned_alert_at", "=", False),
                ],
                limit=_BATCH,
            )
            for ticket in tickets:
                ticket._alert_unassigned()
            tickets._own_code().write({"unassigned_alert_at": now})

    def _alert_unassigned(self):
        self.ensure_one()
        group = self.group_id
        people = group.manager_ids or group.member_ids.user_id
        if not people:
            return
        self.message_notify(
            partner_ids=people.partner_id.ids,
            subject=self.env._("Nobody serves ticket %(title)s", title=self.display_name),
            body=self.env._(
                "The ticket has been waiting in the queue of %(group)s for %(time)s.",
                group=group.name,
                time=self._duration_in_words(self.queue_seconds),
            ),
            email_layout_xmlid="mail.mail_notification_layout",
        )
