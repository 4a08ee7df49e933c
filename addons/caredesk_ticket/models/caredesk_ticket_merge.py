from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: Log lines stay with the ticket they are about; what people wrote to each other moves.
_LOG_TYPES = ("notification", "user_notification")


class CaredeskTicket(models.Model):
    """Merging tickets that are about the same matter.

    A merged ticket is cancelled and points to the ticket that goes on. Its messages,
    attachments and activities move there, so that one conversation is read in one place; its
    time lines and assignments stay, because they tell what was done when. What moved is kept
    in a snapshot, so that undoing moves back exactly that.
    """

    _inherit = "caredesk.ticket"

    # A name of a linked record is shown to whoever reads the link: agents may see the title of
    # the other ticket, people who only create tickets its number.
    merged_into_id = fields.Many2one(
        "caredesk.ticket",
        string="Merged into",
        ondelete="restrict",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="caredesk_ticket.group_agent",
    )
    merged_into_number = fields.Char(related="merged_into_id.number", string="Merged into Number")
    merged_at = fields.Datetime(readonly=True, copy=False)
    merged_ticket_ids = fields.One2many(
        "caredesk.ticket",
        "merged_into_id",
        string="Merged Tickets",
        readonly=True,
        copy=False,
        groups="caredesk_ticket.group_agent",
    )
    merge_snapshot = fields.Json(readonly=True, copy=False, groups=fields.NO_ACCESS)

    # === COMPUTE ===

    @api.depends("merged_into_id")
    def _compute_buttons(self):
        """Offer no Reopen on a merged ticket: Undo Merge is what brings it back."""
        result = super()._compute_buttons()
        self.filtered("merged_into_number").can_reopen = False
        return result

    # === ACTIONS ===

    def action_merge_into(self, target, other_customer=False):
        """Merge these open tickets into ``target``, which goes on.

        :param target: ``caredesk.ticket`` record or its id
        :param other_customer: whether the user has confirmed that a ticket of another customer
            is merged; its messages become internal notes on the target
        :raise UserError: the tickets cannot be merged; the text says why
        """
        target = self._as_ticket(target)
        (self | target).check_access("write")
        (self | target).sudo()._lock_rows()  # the rights were checked in the line before
        for ticket in self:
            ticket._check_merge(target, other_customer)
        for ticket in self:
            ticket.sudo()._merge_into(target.sudo())
        return True

    def action_reopen(self):
        """Refuse to reopen a merged ticket: its conversation is elsewhere."""
        for ticket in self:
            if target := ticket.sudo().merged_into_id:
                raise UserError(
                    self.env._(
                        "Ticket %(number)s was merged into %(target)s. Undo the merge instead.",
                        number=ticket.number,
                        target=target.number,
                    )
                )
        return super().action_reopen()

    # === CHECKS ===

    def _as_ticket(self, target):
        """Return the existing ticket that a caller named by record or id."""
        if isinstance(target, int) and not isinstance(target, bool):
            target = self.browse(target)
        if not isinstance(target, type(self.browse())) or len(target) != 1 or not target.exists():
            raise UserError(self.env._("Name one existing ticket that goes on."))
        return target

    def _lock_rows(self):
        """Lock these tickets, so that two merges the opposite way round cannot both succeed."""
        self.env.execute_query(
            SQL(
                "SELECT id FROM caredesk_ticket WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                self.ids,
            )
        )

    def _check_merge(self, target, other_customer):
        """Raise unless this ticket can be merged into ``target``."""
        self.ensure_one()
        reason = self._reason_not_to_merge(target)
        if reason:
            raise UserError(reason)
        if self._is_other_customer(target) and not other_customer:
            raise UserError(
                self.env._(
                    "Tickets %(number)s and %(target)s are of different customers. Confirm that "
                    "they shall be merged all the same.",
                    number=self.number,
                    target=target.number,
                )
            )

    def _reason_not_to_merge(self, target):
        """Return why this ticket cannot be merged into ``target``, empty when it can."""
        self.ensure_one()
        names = {"number": self.number, "target": target.number}
        ended = target.is_closed or target.state == "cancelled"
        reasons = [
            (self == target, self.env._("A ticket cannot be merged with itself.")),
            (
                self.company_id != target.company_id,
                self.env._("%(number)s and %(target)s belong to different companies.", **names),
            ),
            (
                bool(target.sudo().merged_into_id),
                self.env._("%(target)s itself was merged into another ticket.", **names),
            ),
            (
                bool(self.sudo().merged_into_id),
                self.env._("%(number)s is merged already.", **names),
            ),
            (
                ended,
                self.env._("%(target)s is closed or cancelled. Choose another ticket.", **names),
            ),
            (
                not self.is_open,
                self.env._("%(number)s has ended; only open tickets are merged.", **names),
            ),
        ]
        return next((text for holds, text in reasons if holds), "")

    def _is_other_customer(self, target):
        """Tell whether the tickets are of different customers, as far as one knows."""
        self.ensure_one()
        # sudo: compared only
        mine, theirs = (t.sudo().partner_id.commercial_partner_id for t in (self, target))
        if mine and theirs:
            return mine != theirs
        one, other = ((t.email_from or "").strip().lower() for t in (self, target))
        if not ((mine or one) and (theirs or other)):
            return False  # internal work has no customer whom anything could be kept from
        return one != other or not one

    def _is_internal_beside(self, target):
        """Tell whether on one of both colleagues write among themselves, and a customer reads."""
        mine, theirs = (bool(ticket.partner_id or ticket.email_from) for ticket in (self, target))
        return mine != theirs

    # === BUSINESS ===

    def _merge_target(self):
        """Return the ticket in which this one goes on, itself when it is not merged."""
        self.ensure_one()
        ticket = self.sudo()  # where a ticket went is told to whoever reads it
        while ticket.merged_into_id:
            ticket = ticket.merged_into_id
        return ticket.with_env(self.env)

    def _merge_into(self, target):
        self.ensure_one()
        private = self._is_other_customer(target) or self._is_internal_beside(target)
        asks = self._is_unanswered_request()
        snapshot = {
            "state": self.state,
            "waiting_reason": self.waiting_reason,
            "snooze_until": fields.Datetime.to_string(self.snooze_until),
            "private": private,
            "children": self._move_children(target),
            **self._move_conversation(target, private),
        }
        self._transition(
            "cancel",
            {
                "cancel_reason": self.env._("Merged into %(target)s", target=target.number),
                "waiting_reason": False,
                "merged_into_id": target.id,
                "merged_at": fields.Datetime.now(),
                "merge_snapshot": snapshot,
            },
        )
        # A question merged into a ticket that is done must not be closed away with it.
        unread = self.customer_replied or (asks and target.state == "done")
        if unread and not target.customer_replied:
            target._own_code().write({"customer_replied": True})
        if asks:
            target._sla_on_customer_message(fields.Datetime.now())
        self._log_merge(target)
        self._dispatch_freed()

    def _hand_over(self, group, reason, keep_type=False):
        """Take along to another company what was merged into these: one undoes it there still."""
        result = super()._hand_over(group, reason, keep_type=keep_type)
        self.sudo()._take_merged_along(group)  # what was merged shares its ticket's fate
        return result

    def _take_merged_along(self, group):
        merged = self.with_context(active_test=False).merged_ticket_ids.filtered(
            lambda ticket: ticket.company_id != group.company_id
        )
        if not merged:
            return
        now = fields.Datetime.now()
        merged._own_code().write(
            {"group_id": group.id, "company_id": group.company_id.id, "type_id": False}
        )
        for ticket in merged:
            ticket._own_code().write(ticket._stage_vals(ticket._stage_for("cancelled"), now))
        merged._drop_foreign_ties()
        merged._take_merged_along(group)

    def _is_unanswered_request(self):
        """Tell whether a customer waits for an answer on this ticket."""
        self.ensure_one()
        has_customer = bool(self.partner_id or self.email_from)
        return has_customer and (self.customer_replied or not self.first_response_at)

    def _move_conversation(self, target, private):
        """Move messages, files and activities to ``target``, and add the followers there.

        :param private: make the messages internal notes, which the other customer never sees
        :return: what moved, for the snapshot
        """
        messages = self.env["mail.message"].search(
            [*self._rows_of("model"), ("message_type", "not in", _LOG_TYPES)]
        )
        # Whoever may read a ticket may read its files: another customer's stay where they are,
        # and are opened from the notes.
        files = self.env["ir.attachment"]
        files = files if private else files.search(self._rows_of("res_model"))
        activities = self.env["mail.activity"].search(self._rows_of("res_model"))
        kinds = [[m.id, m.subtype_id.id, bool(m.is_internal)] for m in messages]
        vals = {"res_id": target.id, "record_name": target.display_name}
        if private:
            vals.update(is_internal=True, subtype_id=self._note_subtype_id())
        messages.write(vals)
        files.write({"res_id": target.id})
        activities.write({"res_id": target.id})
        # A customer follows on to what is his; of colleagues, those who may read it anyway.
        followers = self.message_partner_ids.filtered(
            lambda partner: (partner.partner_share and not private) or target._is_read_by(partner)
        )
        added = followers - target.message_partner_ids
        target.message_subscribe(partner_ids=added.ids)
        return {
            "messages": kinds,
            "attachments": files.ids,
            "activities": activities.ids,
            "followers": added.ids,
        }

    def _is_read_by(self, partner):
        """Tell whether ``partner`` is a colleague who may read this ticket anyway."""
        colleagues = partner.user_ids.filtered(lambda user: user.active and not user.share)
        return any(
            self.with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .has_access("read")
            for user in colleagues
        )

    def _rows_of(self, model_field):
        return [(model_field, "=", self._name), ("res_id", "=", self.id)]

    def _note_subtype_id(self):
        return self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")

    def _log_merge(self, target):
        """Say on both tickets what happened; the target quotes what the merged one was about."""
        self._message_log(
            body=Markup("<p>%s</p>")
            % self.env._("This ticket goes on in %(number)s.", number=target.number)
        )
        text = self.env._("Ticket %(title)s was merged into this one.", title=self.display_name)
        quote = Markup("<blockquote>%s</blockquote>") % self.description if self.description else ""
        target._message_log(body=Markup("<p>%s</p>%s") % (text, quote))
