from collections import defaultdict

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError


class CaredeskTicket(models.Model):
    """Undoing a merge: what moved comes back, until the target is closed."""

    _inherit = "caredesk.ticket"

    # === ACTIONS ===

    def action_undo_merge(self):
        """Bring merged tickets back as they were, with their messages, files and followers."""
        self.check_access("read")
        for ticket in self:
            target = ticket.sudo().merged_into_id.sudo(False)
            if not target:
                raise UserError(
                    self.env._("Ticket %(number)s is not merged.", number=ticket.number)
                )
            (ticket | target).check_access("write")
            (ticket | target).sudo()._lock_rows()  # the rights were checked in the line before
            ticket._check_undo_merge(target)
            ticket.sudo()._undo_merge()
        return True

    def action_undo_merge_here(self):
        """Undo the merge, from the form: the page is read anew with what came back."""
        self.action_undo_merge()
        return {"type": "ir.actions.client", "tag": "reload"}

    # === CHECKS ===

    def _check_undo_merge(self, target):
        self.ensure_one()
        names = {"number": self.number, "target": target.number}
        if target.sudo().merged_into_id:
            raise UserError(
                self.env._(
                    "%(target)s has itself been merged since. Undo that merge first.", **names
                )
            )
        if target.is_closed:
            raise UserError(
                self.env._(
                    "%(target)s is closed: the merge of %(number)s can no longer be undone.",
                    **names,
                )
            )

    # === BUSINESS ===

    def _undo_merge(self):
        """Restore the ticket: what moved comes back, the state follows by the usual steps.

        The time in between counts on no clock. A ticket whose performer has left goes back
        to the queue; one that was in progress stands next when he is busy with another.
        """
        self.ensure_one()
        target, snapshot = self.merged_into_id, self.merge_snapshot
        self._move_back(target, snapshot)
        self._take_children_back(snapshot.get("children", []))
        self._own_code().write({"merged_into_id": False, "merged_at": False})
        self._reopen()
        self._own_code().write({"merge_snapshot": False})
        self._resume_as(snapshot)
        if snapshot.get("customer_replied"):
            self._own_code().write({"customer_replied": True})
            self._sla_on_customer_message(fields.Datetime.now())
        for ticket, other in ((self, target), (target, self)):
            ticket._message_log(
                body=Markup("<p>%s</p>")
                % ticket.env._("The merge with %(number)s was undone.", number=other.number)
            )

    def _resume_as(self, snapshot):
        """Take the reopened ticket on to the state it had, where its performer still has it."""
        if self.state != "todo":
            return
        if snapshot["state"] == "waiting":
            # A day that has passed meanwhile brings it back with the next run of the cron.
            until = snapshot.get("snooze_until") or False
            vals = {"waiting_reason": snapshot["waiting_reason"], "snooze_until": until}
            self._transition("wait", vals)
            self._dispatch_freed()
            return
        several = self.group_id.allow_parallel_work or not self._in_progress_of_performer()
        if snapshot["state"] == "in_progress" and several:
            self._transition("start")

    def _move_back(self, target, snapshot):
        """Move what is recorded in ``snapshot``, and still on ``target``, back here."""
        here = {"res_id": self.id, "record_name": self.display_name}
        there = target.id
        by_kind = defaultdict(list)
        for message_id, *kind in snapshot["messages"]:
            by_kind[tuple(kind) if snapshot["private"] else None].append(message_id)
        for kind, ids in by_kind.items():
            messages = self.env["mail.message"].browse(ids).exists()
            kept = {"subtype_id": kind[0], "is_internal": kind[1]} if kind else {}
            messages.filtered(lambda message: message.res_id == there).write({**here, **kept})
        for model, key in (("ir.attachment", "attachments"), ("mail.activity", "activities")):
            rows = self.env[model].browse(snapshot[key]).exists()
            rows.filtered(lambda row: row.res_id == there).write({"res_id": self.id})
        staying = target.user_id.partner_id.ids
        leaving = [one for one in snapshot["followers"] if one not in staying]
        target.message_unsubscribe(partner_ids=leaving)
