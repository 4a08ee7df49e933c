import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .batches import work_off
from .conflicts import CONFLICTS

_logger = logging.getLogger(__name__)


class CaredeskTicketAssignment(models.Model):
    """Telling people that they got a ticket: on the screen at once, by mail in the background."""

    _inherit = "caredesk.ticket.assignment"

    @api.model
    def _notify_screens(self, vals_list):
        """Have those who get tickets and the boards of the groups told at the commit."""
        pending = self.env["caredesk.support.group"]._pending_notices()
        for vals in vals_list:
            pending["groups"] |= {vals.get("to_group_id"), vals.get("from_group_id")} - {
                False,
                None,
            }
            pending["users"] |= {vals.get("to_user_id"), vals.get("from_user_id")} - {False, None}
            if vals["notice_pending"]:
                pending["toasts"].setdefault(vals["to_user_id"], []).append(vals["ticket_id"])

    @api.model
    def _send_toasts(self, tickets_of):
        """Show people on their screens what they got.

        :param tickets_of: ``{user id: ids of tickets}``
        """
        for user_id, ticket_ids in tickets_of.items():
            # sudo: each is told of his or her own tickets only
            user_sudo = self.env["res.users"].sudo().browse(user_id)
            tickets_sudo = self.env["caredesk.ticket"].sudo().browse(ticket_ids).exists()
            if tickets_sudo:
                toast = self._prepare_toast(user_sudo, tickets_sudo)
                user_sudo._bus_send("simple_notification", toast)

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
        done, left = work_off(
            self,
            [("notice_pending", "=", True)],
            type(self)._send_notice,
            lambda batch: batch.write({"notice_pending": False}),
        )
        self.env["ir.cron"]._commit_progress(done, remaining=left)

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
        domain = Domain("state", "=", "unassigned") & Domain("unassigned_alert_at", "=", False)
        domain &= Domain.OR(
            Domain("group_id", "=", group.id)
            & Domain(
                "clock_started_at", "<=", now - timedelta(minutes=group.unassigned_alert_minutes)
            )
            for group in groups
        )
        done, left = work_off(
            self,
            domain,
            type(self)._alert_unassigned,
            lambda batch: batch._own_code().write({"unassigned_alert_at": now}),
            order=self._order,
        )
        self.env["ir.cron"]._commit_progress(done, remaining=left)

    def _alert_unassigned(self):
        self.ensure_one()
        self._tell(self._told_of_problems(), self._prepare_unassigned_alert)

    @api.model
    def _prepare_unassigned_alert(self, ticket):
        subject = ticket.env._("Nobody serves ticket %(title)s", title=ticket.display_name)
        body = ticket.env._(
            "The ticket has been waiting in the queue of %(group)s for %(time)s.",
            group=ticket.group_id.name,
            time=ticket._duration_in_words(ticket.queue_seconds),
        )
        return subject, body

    @api.model
    def _tell_each(self, records, tell):
        """Call ``tell`` with each record; one that fails is logged and does not stop the others.

        :raise psycopg2.OperationalError: somebody else was faster; nothing may be committed
        """
        for record in records:
            try:
                with self.env.cr.savepoint():
                    tell(record)
            except CONFLICTS:
                raise  # not the record's fault: to be done again, not to be given up
            except Exception:
                _logger.exception("Nobody could be told of %s", record)

    def _told_of_problems(self):
        """Return the users who are told when the group of this ticket fails its customer.

        Where nobody is in the group, those who can put somebody in.
        """
        people = self.group_id.manager_ids or self.group_id.member_ids.user_id
        if people:
            return people
        # sudo: who has the role is asked by the system
        managers_sudo = self.env.ref("caredesk_ticket.group_manager").sudo().all_user_ids
        return managers_sudo.filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids
        )

    def _tell(self, people, prepare):
        """Notify ``people`` (users) of this ticket, all who share a language in that language.

        :param prepare: called with this ticket in a language, returns subject and body
        """
        self.ensure_one()
        for lang, users in people.grouped("lang").items():
            ticket = self.with_context(lang=lang)
            subject, body = prepare(ticket)
            ticket.message_notify(
                partner_ids=users.partner_id.ids,
                subject=subject,
                body=body,
                email_layout_xmlid="mail.mail_notification_layout",
                model_description=ticket.env["ir.model"]._get(ticket._name).display_name,
            )
