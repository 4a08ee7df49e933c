from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CaredeskZaloContact(models.Model):
    """Who serves a customer, and who is in the conversation because of it.

    The field ``user_id`` is the truth. A conversation nobody serves is in the sidebar of all
    agents of the account; one that somebody serves is in the sidebar of him and of the people
    he asked in; a closed one is in nobody's, so that a sidebar holds what there is to do and
    not all there ever was. Whoever takes it changes the customer's row: two at once meet there,
    and the second begins again and finds it taken.
    """

    _inherit = "caredesk.zalo.contact"

    channel_status = fields.Selection(related="channel_id.zalo_status", string="Conversation Is")

    @api.constrains("user_id")
    def _check_user_id(self):
        for contact in self.filtered("user_id"):
            if not contact.oa_id._may_serve(contact.user_id):
                raise ValidationError(
                    self.env._(
                        "%(user)s is not an agent of %(account)s.",
                        user=contact.user_id.name,
                        account=contact.oa_id.name,
                    )
                )

    def write(self, vals):
        if "user_id" not in vals:
            return super().write(vals)
        before = {contact: contact.user_id for contact in self}
        result = super().write(vals)
        for contact in self:
            if contact.channel_id and contact.user_id != before[contact]:
                # sudo: the right to write the customer was checked, and may just have ended
                contact.sudo()._put_members_in_step(before[contact])
        return result

    # === GIVING ===

    def _attend(self):
        """See to it that the right person serves a customer who writes now.

        A closed conversation opens again, for the same person if available. One that waits for
        somebody is offered anew: perhaps somebody came online since.
        """
        self.ensure_one()
        channel = self.channel_id
        was_closed = channel.zalo_status == "closed"
        if not (self.user_id and self._is_kept(was_closed)):
            chosen = self.oa_id._pick(self)
            if chosen != self.user_id:
                self.user_id = chosen
                if channel and chosen:
                    channel._zalo_post_note(self.env._("%s serves the customer now.", chosen.name))
        if was_closed:
            channel._zalo_set_status("open")

    def _is_kept(self, was_closed):
        """Tell whether the customer stays with who serves him."""
        account = self.oa_id
        if not account._may_serve(self.user_id):
            return False
        return not was_closed or bool(account._available(self.user_id))

    def _claim(self, user):
        """Let the first who answers serve the customer."""
        self.ensure_one()
        if not self.user_id and self.oa_id._may_serve(user):
            self.user_id = user

    # === WHO IS IN THE CONVERSATION ===

    def _put_members_in_step(self, before):
        """Let the right people see the conversation after it changed hands.

        :param before: who served the customer, perhaps nobody
        """
        self.ensure_one()
        channel = self.channel_id
        receivers = self.oa_id.user_ids
        wanted = self.user_id or receivers.filtered("active")
        present = channel.channel_member_ids.partner_id
        if channel.zalo_status == "closed":
            leaving, wanted = present, wanted.browse()
        else:
            leaving = present & ((receivers | before).partner_id - wanted.partner_id)
        for partner in leaving:
            channel._action_unfollow(partner=partner, post_leave_message=False)
        channel._add_members(users=wanted, post_joined_message=False)
        channel._zalo_push_state()

    def _tell_agent(self, note):
        """Tell who serves the customer now that a colleague handed him over.

        :param note: what the colleague wants him to know, perhaps empty
        """
        self.ensure_one()
        # sudo: the colleague may have lost the right to read the customer a moment ago
        contact_sudo = self.sudo().with_context(lang=self.user_id.lang)
        text = contact_sudo.env._("The conversation with %s is yours now.", self.name)
        body = Markup("<p>%s</p>") % text
        if note:
            body += Markup("<p>%s</p>") % note
        contact_sudo.message_notify(
            partner_ids=self.user_id.partner_id.ids,
            subject=contact_sudo.env._("Zalo: %s", self.name),
            body=body,
            author_id=self.env.user.partner_id.id,
            force_send=False,  # the mail queue's business, not that of this request
        )
