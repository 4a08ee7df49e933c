from odoo import models
from odoo.exceptions import UserError

from odoo.addons.caredesk_ticket.models.caredesk_rating_settings import DONE


class _NotReached(Exception):
    """The customer cannot be asked on Zalo; what was written for it is taken back."""


class CaredeskTicket(models.Model):
    """Asking how satisfied the customer is: in the conversation, else by template, else by mail."""

    _inherit = "caredesk.ticket"

    def _after_completion(self):
        """A customer known by Zalo only is asked there: no e-mail address is needed for it."""
        super()._after_completion()
        ticket_sudo = self.sudo()  # a setting of the group, not a secret
        if (
            ticket_sudo.zalo_contact_id
            and not ticket_sudo.email_from
            and ticket_sudo.group_id.rating_moment == DONE
            and not ticket_sudo.is_check_pending
            and self._zalo_rating_notice()
        ):
            ticket_sudo._own_code().write({"rating_pending": True})

    def _ask_for_rating(self):
        if not self._ask_for_rating_by_zalo():
            super()._ask_for_rating()

    def _zalo_rating_notice(self):
        """Return the notice by which the customer is asked for a rating, or nothing."""
        notices = self.env["caredesk.zalo.notice"]
        ticket_sudo = self.sudo()  # settings of the account
        found = ticket_sudo.zalo_contact_id and notices._of(ticket_sudo, "rating")
        return found.get(ticket_sudo, notices) if found else notices

    def _ask_for_rating_by_zalo(self):
        """Ask the customer on Zalo; tell whether he was reached, or is not to be asked at all."""
        self.ensure_one()
        notice = self._zalo_rating_notice()
        if not notice or self.rated_at or not self._is_worth_rating():
            return False
        contact = self.zalo_contact_id
        requests = self.env["caredesk.rating.request"]
        try:
            with self.env.cr.savepoint():
                if not requests._claim(self, f"zalo:{contact.id}"):
                    return True
                if not notice._tell(self)[0]:
                    raise _NotReached
        except _NotReached:
            return False
        self._message_log(body=self.env._("The customer was asked on Zalo how satisfied he is."))
        return True

    def _mail_rating_request(self):
        """Ask by e-mail after all: Zalo did not take the message."""
        if self.rated_at or not self._is_worth_rating():
            return
        template = self.group_id.rating_template_id
        if template.model != self._name:
            template = self.env.ref("caredesk_ticket.mail_template_rating")
        note = self.env._("The customer was asked how satisfied he or she is.")
        self._send_rating_mail(template, self._automatic_address(), note)


class CaredeskZaloMessage(models.Model):
    """What a customer answers to a template with faces is the rating of the ticket."""

    _inherit = "caredesk.zalo.message"

    def _take_feedback(self, rate, words):
        super()._take_feedback(rate, words)
        for message in self.filtered(lambda one: one.res_model == "caredesk.ticket" and one.rating):
            ticket = self.env["caredesk.ticket"].browse(message.res_id).exists()
            try:
                if ticket:
                    ticket._rate(_face(message.rating), words)
            except UserError as error:  # the time for it is over: it stands on the message alone
                ticket._message_log(body=str(error))


def _face(rate):
    """Return which of our three faces one to five stars are."""
    if rate <= 2:
        return 1
    return 3 if rate == 3 else 5
