from odoo import api, fields, models

from .mail_job import job_of


class CaredeskSupportGroup(models.Model):
    _inherit = "caredesk.support.group"

    tell_merged = fields.Boolean(
        "Tell Customers of Merged Tickets",
        default=True,
        help="The customer of a merged ticket gets a mail with the number under which it goes on.",
    )


class CaredeskTicket(models.Model):
    """Merged tickets and mail: what comes in for one lands where it goes on."""

    _inherit = "caredesk.ticket"

    def message_post(self, **kwargs):
        """Post on the ticket in which a merged one goes on.

        For another customer's ticket it becomes a note: neither customer reads the other.
        """
        ticket_sudo = self.sudo()  # only whether it is merged; who may post is checked below
        kind = kwargs.get("message_type", "notification")
        if not ticket_sudo.merged_into_id or kind not in ("comment", "email"):
            return super().message_post(**kwargs)
        self.check_access(self._mail_post_access)
        self._check_may_send(kwargs.get("attachment_ids"))
        if ticket_sudo._is_private_on_target():
            kwargs.update(subtype_id=self._note_subtype_id(), subtype_xmlid=None, is_internal=True)
        kwargs.pop("parent_id", None)
        # sudo: who may write on a ticket may write where it goes on; his files were checked
        message = self._merge_target().sudo().message_post(**kwargs)
        ticket_sudo._remember_moved(message.sudo())
        return message.with_env(self.env)

    def _message_post_after_hook(self, message, msg_vals):
        """Hook: remember which merged ticket an answer was for, so that undoing finds it."""
        result = super()._message_post_after_hook(message, msg_vals)
        job = job_of(self.env)
        if job and job.merged_from_id:
            self.sudo().browse(job.merged_from_id)._remember_moved(message.sudo())
            if job.as_note and not job.is_machine:
                # A note of the other customer: nobody is told by itself, and it needs an answer.
                self._add_performer(message, msg_vals)
                self.sudo()._own_code().write({"customer_replied": True})
        return result

    def _check_may_send(self, attachment_ids):
        """Raise unless the user may read the files, but those that wait for this message."""
        files = self.env["ir.attachment"].browse(attachment_ids or ())
        # sudo: only to tell the user's own fresh uploads, which belong to nothing yet
        waiting_sudo = files.sudo().filtered(
            lambda file: (
                file.res_model in ("mail.compose.message", "mail.scheduled.message")
                and file.create_uid == self.env.user
            )
        )
        (files - waiting_sudo).check_access("read")

    def _is_private_on_target(self):
        """Tell whether the customers differ anywhere on the way to where this ticket goes on."""
        ticket, private = self, False
        while ticket.merged_into_id:
            private = private or (ticket.merge_snapshot or {}).get("private", False)
            ticket = ticket.merged_into_id
        return private

    def _said_about(self):
        """Return the tickets that words to or of the customers of these ones are about.

        A merged one goes on in its target, unless there another customer is spoken with.
        """
        public = self.filtered(lambda ticket: not ticket._is_private_on_target())
        return self.browse().union(*(ticket._merge_target() for ticket in public))

    def _remember_moved(self, message):
        """Add ``message`` to what goes back when the merge is undone, or one further on.

        What a customer wrote is a note only where another customer reads: back on his own
        ticket it is an answer again.
        """
        self.ensure_one()
        by_customer = self._is_by_customer_side(message)
        row = [message.id, message.subtype_id.id, bool(message.is_internal)]
        if by_customer:
            comment_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
            row = [message.id, comment_id, False]
        if message.is_internal and self._is_private_on_target():
            # Whoever may read a ticket may read its files, see _move_conversation.
            message.attachment_ids.write({"res_id": self.id})
        ticket = self
        while snapshot := ticket.merge_snapshot:
            grown = {
                "messages": [*snapshot["messages"], row],
                "attachments": [*snapshot["attachments"], *message.attachment_ids.ids],
                "customer_replied": by_customer or snapshot.get("customer_replied", False),
            }
            ticket._own_code().write({"merge_snapshot": {**snapshot, **grown}})
            ticket = ticket.merged_into_id

    def _is_by_customer_side(self, message):
        """Tell whether a person outside wrote ``message``."""
        job = job_of(self.env)
        author = message.author_id
        ours = author and not author.partner_share or author == self.env.ref("base.partner_root")
        return not ours and not (job and job.is_machine)

    def _merge_into(self, target):
        result = super()._merge_into(target)
        self._tell_merged(target)
        return result

    def _tell_merged(self, target):
        """Queue the mail that tells the customer under which number the ticket goes on.

        Numbers only, nothing a stranger wrote; not to a sender who could not be verified.
        """
        address = self._automatic_address()
        if not address or not self.group_id.tell_merged:
            return
        # From the group that goes on with it: an answer belongs there.
        values = {**self._automatic_mail_values(address), **target._automatic_sender()}
        template = self.env.ref("caredesk_ticket.mail_template_merged")
        mail_id = template.send_mail(self.id, force_send=False, email_values=values)
        snapshot = {**self.merge_snapshot, "told_mail_id": mail_id}
        self._own_code().write({"merge_snapshot": snapshot})

    def _undo_merge(self):
        """Recall the mail that tells of the merge, while it waits to be sent."""
        mail = self.env["mail.mail"].browse(self.merge_snapshot.get("told_mail_id") or ())
        result = super()._undo_merge()
        mail.exists().filtered(lambda row: row.state in ("outgoing", "exception")).unlink()
        return result


class CaredeskMailGuard(models.AbstractModel):
    _inherit = "caredesk.mail.guard"

    @api.model
    def _is_participant(self, job, ticket):
        """Count those of the merged tickets in: their conversation goes on here."""
        if super()._is_participant(job, ticket):
            return True
        if self.env.context.get("caredesk_itself_only"):
            return False
        return bool(self._merged_of(job, ticket))

    @api.model
    def _takes_part(self, job, ticket):
        """Tell whether the sender takes part in ``ticket`` itself, merged ones not counted."""
        return self.with_context(caredesk_itself_only=True)._is_participant(job, ticket)

    @api.model
    def _merged_of(self, job, ticket):
        """Return the first ticket merged into ``ticket`` that the sender takes part in."""
        for merged in ticket.merged_ticket_ids:
            if self._takes_part(job, merged):
                return merged
            if deeper := self._merged_of(job, merged):
                return deeper
        return ticket.browse()


class CaredeskMailGateway(models.AbstractModel):
    _inherit = "caredesk.mail.gateway"

    @api.model
    def _decide_route(self, job, message_dict, route):
        """Take an answer to a merged ticket to the one where it goes on."""
        model, ticket_id, values, user_id, alias = route
        ticket = self.env["caredesk.ticket"].sudo().browse(ticket_id or ())
        target = ticket._merge_target() if ticket else ticket
        route = super()._decide_route(job, message_dict, (model, target.id, values, user_id, alias))
        decision = route[2]["caredesk_decision"]
        if route[1]:
            decision.update(self._decide_merged(job, ticket, target))
        return route

    @api.model
    def _decide_merged(self, job, ticket, target):
        """Return what a mail on ``target`` has to do with a merged ticket, if anything.

        An answer of the customer of a merged ticket who has no part in the target itself is
        kept from the target's customer: it becomes a note.
        """
        guard = self.env["caredesk.mail.guard"]
        belongs = guard._takes_part(job, target)
        merged = ticket if ticket != target else ticket.browse()
        if not (merged or belongs):
            merged = guard._merged_of(job, target)
        if not merged:
            return {}
        decision = {"merged_from_id": merged.id}
        if merged._is_private_on_target() and not belongs:
            decision["as_note"] = True
        return decision

    @api.model
    def _set_route(self, job, route):
        job.merged_from_id = (route[2] or {}).get("caredesk_decision", {}).get("merged_from_id", 0)
        return super()._set_route(job, route)
