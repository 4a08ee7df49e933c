from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..domain.states import step_between

#: Passed in the context by the server's own code. An object, not a value: what comes in by
#: RPC is JSON and can never be this very object, so the guard cannot be talked around.
_OWN_CODE = object()

#: What only the steps of the life cycle may change.
_FLOW_FIELDS = frozenset(
    {
        "activities_planned",
        "assigned_at",
        "auto_reply_pending",
        "cancel_reason",
        "cancelled_at",
        "clock_kind",
        "clock_started_at",
        "mail_acknowledged_at",
        "mail_count",
        "mail_sender_key",
        "mail_unverified",
        "mentioned_ticket_ids",
        "merge_snapshot",
        "merged_at",
        "merged_into_id",
        "merged_ticket_ids",
        "closed_at",
        "closed_by_id",
        "company_id",
        "customer_replied",
        "done_at",
        "done_by_id",
        "first_response_at",
        "first_response_seconds",
        "customer_feedback",
        "follow_up_reminded_at",
        "followed_up_at",
        "forgotten_reminded_at",
        "is_closed",
        "number",
        "portal_link_no",
        "quality_failed_count",
        "queue_seconds_closed",
        "rated_at",
        "rating_last_value",
        "rating_pending",
        "resolution_seconds",
        "skill_key",
        "sla_deadline",
        "sla_state",
        "snooze_over",
        "snooze_until",
        "source_message_id",
        "stage_entered_at",
        "started_at",
        "state",
        "status_mail_pending",
        "unassigned_alert_at",
        "waiting_reason",
        "waiting_seconds_closed",
        "work_seconds_closed",
    }
)
_GUARDED_DEFAULTS = frozenset(f"default_{name}" for name in _FLOW_FIELDS)
#: What a ticket has that a customer opened. A mail says itself whether a machine may answer it.
BY_CUSTOMER = {"auto_reply_pending": True}
#: What stays writable on a closed ticket: nothing a customer was told depends on it.
_FREE_WHEN_CLOSED = frozenset({"active", "message_main_attachment_id"})


class CaredeskTicket(models.Model):
    _inherit = "caredesk.ticket"

    def _own_code(self):
        """Return ``self`` such that its writes pass the guard. For server code only.

        New performers are told by our own notices, not a second time by mail.thread.
        """
        return self.with_context(caredesk_own_code=_OWN_CODE, mail_auto_subscribe_no_notify=True)

    def _is_own_code(self):
        return self.env.context.get("caredesk_own_code") is _OWN_CODE

    def _without_guarded_defaults(self):
        """Return ``self`` without ``default_…`` of guarded fields in the context.

        A context comes from outside, and defaults are filled in after the values were checked.
        """
        context = self.env.context
        return self.with_env(
            self.env(context={k: v for k, v in context.items() if k not in _GUARDED_DEFAULTS})
        )

    def write(self, vals):
        if self._is_own_code():
            return super().write(vals)
        self._check_vals(vals)
        self._check_closed(vals)
        self._check_archived(vals)
        vals = dict(vals)
        self._check_flow_fields(vals)
        self._check_links(vals)
        user_id = vals.pop("user_id", None) if "user_id" in vals else False
        stage_id = vals.pop("stage_id", None)
        moves_group = bool(vals.keys() & {"type_id", "group_id"})
        if moves_group:
            self._write_classification(vals)
        result = super().write(vals) if vals else True
        if stage_id:
            self._write_stage(self.env["caredesk.ticket.stage"].browse(stage_id))
        if user_id is not False:
            self._write_performer(self.env["res.users"].browse(user_id or ()))
        return result

    def _check_flow_fields(self, vals):
        forbidden = sorted(vals.keys() & _FLOW_FIELDS)
        changed = [
            name
            for name in forbidden
            if any(
                ticket._fields[name].convert_to_write(ticket[name], ticket) != vals[name]
                for ticket in self
            )
        ]
        if changed:
            labels = ", ".join(
                self._fields[name].get_description(self.env, ["string"])["string"]
                for name in changed
            )
            raise UserError(
                self.env._(
                    "%(fields)s cannot be set directly. Use the buttons of the ticket: Take, "
                    "Start, Wait, Continue, Complete, Transfer, Cancel, Reopen or Close.",
                    fields=labels,
                )
            )
        for name in forbidden:
            del vals[name]

    @api.model
    def _link_names(self):
        """Return the names of fields that name records of which a ticket shows something."""
        return ("partner_id", "lead_id", "type_id", "parent_id")

    @api.model
    def default_get(self, fields):
        """Give no default from outside to what only the steps may change."""
        values = super().default_get(fields)
        for name in values.keys() & _FLOW_FIELDS:
            if not self._fields[name].default:
                del values[name]
        return values

    @api.model
    def _check_links(self, vals):
        """Raise unless the user may see what the values link to."""
        for name in self._link_names():
            if vals.get(name):
                self.env[self._fields[name].comodel_name].browse(vals[name]).check_access("read")

    def _check_closed(self, vals):
        if vals.keys() <= _FREE_WHEN_CLOSED:
            return
        closed = self.filtered("is_closed")
        if closed:
            raise UserError(
                self.env._(
                    "Ticket %(number)s is closed and can no longer be changed. Reopen it first.",
                    number=closed[0].number,
                )
            )

    def _check_archived(self, vals):
        """Keep open tickets in sight: unseen they would still fill their performer's capacity."""
        if vals.get("active", True):
            return
        still_open = self.filtered("is_open")
        if still_open:
            raise UserError(
                self.env._(
                    "Ticket %(number)s is open and cannot be archived. Complete or cancel it "
                    "first.",
                    number=still_open[0].number,
                )
            )

    def _step_to(self, target):
        """Take the step from the present state to ``target``, as if its button was pressed."""
        self.ensure_one()
        step = step_between(self.state, target)
        labels = dict(self._fields["state"]._description_selection(self.env))
        if step is None:
            raise UserError(
                self.env._(
                    "Ticket %(number)s cannot go from «%(state)s» to «%(target)s».",
                    number=self.number,
                    state=labels[self.state],
                    target=labels[target],
                )
            )
        if step in ("wait", "complete", "cancel"):
            raise UserError(
                self.env._(
                    "Open ticket %(number)s and use its button to bring it to «%(target)s»: it "
                    "asks for what has to be recorded.",
                    number=self.number,
                    target=labels[target],
                )
            )
        getattr(self, f"action_{step}")()

    def _write_performer(self, user):
        """Handle a performer that was set in a list or a kanban column."""
        for ticket in self:
            if ticket.user_id == user:
                continue
            if not user:
                ticket.action_release()
            elif ticket.user_id == self.env.user:
                ticket.action_transfer(user)
            else:
                ticket.action_assign(user)

    # === WHO MAY ===

    def _is_manager(self):
        return self.env.su or self.env.user.has_group("caredesk_ticket.group_manager")

    def _is_intake(self):
        return self.env.su or self.env.user.has_group("caredesk_ticket.group_intake")

    def _is_performer(self):
        self.ensure_one()
        return self.env.su or self.user_id == self.env.user

    def _check_step(self, step, allowed, who):
        """Raise unless the step fits the state and ``allowed`` says that the user may.

        :param step: key of ``domain.states.STEPS``
        :param allowed: whether this user may take the step on this ticket
        :param who: translated words for who may, used in the error
        """
        self.ensure_one()
        self.check_access("read")
        if not allowed:
            raise AccessError(
                self.env._(
                    "You cannot do this with ticket %(number)s: %(who)s can.",
                    number=self.number,
                    who=who,
                )
            )
        self._check_state(step)
