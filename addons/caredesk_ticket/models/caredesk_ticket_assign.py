from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CaredeskTicket(models.Model):
    """Who works on a ticket: take, assign, transfer, release, reopen."""

    _inherit = "caredesk.ticket"

    # === ACTIONS ===

    def action_take(self):
        """Take an unassigned ticket of one of the user's groups."""
        for ticket in self:
            ticket.check_access("read")
            if ticket.user_id:
                raise UserError(
                    self.env._(
                        "Ticket %(number)s is already taken by %(user)s.",
                        number=ticket.number,
                        user=ticket.user_id.sudo().name,
                    )
                )
            ticket._check_state("take")
            ticket._check_can_take(self.env.user, ticket.group_id)
            ticket.sudo()._give({ticket.sudo(): self.env.uid}, "take", fields.Datetime.now())
        return True

    def action_assign(self, user):
        """Assign the ticket to a member of its group; for intake and managers.

        :param user: ``res.users`` record or its id. A busy member may be chosen.
        """
        user = self._as_user(user)
        for ticket in self:
            ticket._check_step(
                "assign", ticket._is_intake(), self.env._("an intake agent or a manager")
            )
            ticket._check_not_his(user)
            ticket._give_by_hand(user, "assign")
        return True

    def action_transfer(self, user, reason=None):
        """Pass the ticket on to another member of its group.

        :param user: ``res.users`` record or its id. A busy member may be chosen.
        """
        user, reason = self._as_user(user), self._as_text(reason)
        for ticket in self:
            ticket._check_step(
                "transfer",
                ticket._is_performer() or ticket._is_manager(),
                self.env._("its performer or a manager"),
            )
            ticket._check_not_his(user)
            ticket._give_by_hand(user, "transfer", reason)
        return True

    def action_release(self, reason=None):
        """Put the ticket back into the queue of its group; for managers."""
        for ticket in self:
            ticket._check_step("release", ticket._is_manager(), self.env._("a manager"))
        self.sudo()._release(self._as_text(reason) or self.env._("Put back by hand"))
        return True

    # === CHECKS ===

    @api.model
    def _as_user(self, user):
        """Return the user that a caller named by record or id.

        :raise UserError: it is neither, or nobody
        """
        users = self.env["res.users"]
        if isinstance(user, int) and not isinstance(user, bool):
            user = users.browse(user)
        if not isinstance(user, type(users)) or len(user) != 1 or not user.sudo().exists():
            raise UserError(self.env._("Name one existing employee who gets the ticket."))
        return user

    @api.model
    def _as_text(self, value):
        """Return what a caller gave as text, without blanks around it and zero bytes in it.

        :raise UserError: it is something else
        """
        if value and not isinstance(value, str):
            raise UserError(self.env._("A reason or a result has to be text."))
        return (value or "").replace("\x00", "").strip()

    @api.model
    def _seat_of(self, user, group):
        # sudo: whether somebody is in a group is no secret to who deals with its tickets
        return (
            self.env["caredesk.support.member"]
            .sudo()
            .search(
                [
                    ("group_id", "=", group.id),
                    ("user_id", "=", user.id),
                    ("user_id.active", "=", True),
                ],
                limit=1,
            )
        )

    def _check_not_his(self, user):
        self.ensure_one()
        if user == self.user_id:
            raise UserError(self.env._("%(user)s has the ticket already.", user=user.sudo().name))

    @api.model
    def _check_performer(self, user, group):
        """Raise unless ``user`` is a member of ``group``; managers are not exempt."""
        if not self._seat_of(user, group):
            raise UserError(
                self.env._(
                    "%(user)s is not a member of %(group)s, which serves this ticket.",
                    user=user.sudo().name,
                    group=group.sudo().name,
                )
            )

    @api.model
    def _check_can_take(self, user, group):
        """Raise unless ``user`` may take one more ticket of ``group`` now."""
        seat_sudo = self._seat_of(user, group)
        if not seat_sudo:
            raise AccessError(
                self.env._("Only members of %(group)s take its tickets.", group=group.sudo().name)
            )
        # Before the figures are read: from here on nobody else raises this person's load.
        self._raise_load_of(user, assigned=True)
        seat_sudo.invalidate_recordset(["availability", "open_count", "waiting_count"])
        if reason := seat_sudo._reason_not_to_take():
            raise UserError(reason)

    @api.model
    def _raise_load_of(self, users, assigned=False):
        now = fields.Datetime.now() if assigned else None
        self.env["caredesk.support.agent"]._raise_load(users.ids, now)

    # === BUSINESS ===

    def _give_by_hand(self, user, method, reason=None):
        self.ensure_one()
        self._check_performer(user, self.group_id)
        previous = self.user_id
        self._raise_load_of(user, assigned=True)
        self.sudo()._give({self.sudo(): user.id}, method, fields.Datetime.now(), reason)
        if previous and previous != user:
            self.env["caredesk.dispatcher"]._dispatch_for(previous)

    @api.model
    def _give(self, user_of, method, now, reason=None):
        """Hand tickets to performers: state Not Started, clocks, history, notices.

        The one place where an existing ticket gets a performer. The caller has checked rights
        and availability and raised the load of these people.

        :param user_of: ``{ticket (sudo): user id}``
        :param method: key of ``caredesk.ticket.assignment.method``
        """
        if not user_of:
            return
        log = []
        for ticket, user_id in user_of.items():
            entry = ticket._prepare_assignment(now, method, user_id, reason=reason)
            if method == "auto":
                # News also for who caused it: by completing another ticket, by coming back.
                entry["notice_pending"] = True
            log.append(entry)
            was_waiting = ticket.state == "waiting"
            ticket._own_code().write(
                {
                    "user_id": user_id,
                    "state": "todo",
                    **ticket._stage_vals(ticket._stage_for("todo"), now),
                    "waiting_reason": False,
                    "assigned_at": now,
                    "unassigned_alert_at": False,
                    **ticket._clock_vals(now, "todo"),
                }
            )
            ticket._switch_time_line(now, "todo")
            if was_waiting or ticket._sla_promises_stage():
                ticket._sla_on_state(now)
        self.env["caredesk.ticket.assignment"].sudo().create(log)

    def _prepare_assignment(self, now, method, user_id, group=None, reason=None):
        self.ensure_one()
        return {
            "ticket_id": self.id,
            "date": now,
            "method": method,
            "from_user_id": self.user_id.id,
            "to_user_id": user_id,
            "from_group_id": self.group_id.id if group else False,
            "to_group_id": (group or self.group_id).id,
            "by_user_id": self.env.uid,
            "reason": reason,
        }

    def _release(self, reason):
        """Put tickets back into the queue of their group and serve it again."""
        now = fields.Datetime.now()
        released = self.filtered(lambda ticket: ticket.user_id and ticket.is_open)
        users = released.user_id
        for ticket in released:
            log = ticket._prepare_assignment(now, "release", False, reason=reason)
            ticket._transition("release", {"user_id": False, "waiting_reason": False})
            self.env["caredesk.ticket.assignment"].sudo().create(log)
        if released:
            self.env["caredesk.dispatcher"]._dispatch(released.group_id)
            self.env["caredesk.dispatcher"]._dispatch_for(users)

    def _reopen(self, reason=None):
        """Bring an ended ticket back: to its performer while he is a member, else the queue.

        :param reason: told to the performer and kept in the history
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        now = fields.Datetime.now()
        vals = {
            "active": True,
            "is_closed": False,
            "closed_at": False,
            "closed_by_id": False,
            "done_at": False,
            "done_by_id": False,
            "cancel_reason": False,
            "cancelled_at": False,
            "unassigned_alert_at": False,
            **ticket_sudo._drop_follow_up(),
        }
        user = ticket_sudo.user_id
        successor = ticket_sudo._group_instead()
        stays = not successor and bool(user) and bool(self._seat_of(user, ticket_sudo.group_id))
        user_id = user.id if stays else False
        log = ticket_sudo._prepare_assignment(now, "reopen", user_id, reason=reason)
        was_cancelled = ticket_sudo.state == "cancelled"
        if stays:
            self._raise_load_of(user, assigned=True)
            ticket_sudo._transition("reopen", vals)
        else:
            ticket_sudo._transition("requeue", dict(vals, user_id=False))
        if was_cancelled:
            ticket_sudo._sla_reapply()  # cancelling withdrew the promises
        self.env["caredesk.ticket.assignment"].sudo().create(log)
        if successor:
            former = ticket_sudo.group_id.name
            reason = self.env._("Nobody serves %(group)s", group=former)
            ticket_sudo._hand_over(successor, reason)
        elif not stays:
            self.env["caredesk.dispatcher"]._route(ticket_sudo)

    def _group_instead(self):
        """Return the group that serves this ticket now that its own is archived.

        Empty while its own group works, or where the company has no default group: then it is
        better off with who knows it than with nobody.
        """
        self.ensure_one()
        groups = self.env["caredesk.support.group"]
        return groups if self.group_id.active else groups._default_group(self.company_id)
