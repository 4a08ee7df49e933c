from odoo import api, fields, models

#: Rows the cron marks, and tells people of, before it commits.
_BATCH = 100


class CaredeskTicket(models.Model):
    """Service levels of a ticket: deadlines are computed when something changes and stored."""

    _inherit = "caredesk.ticket"

    sla_status_ids = fields.One2many("caredesk.sla.status", "ticket_id", string="Service Levels")
    sla_deadline = fields.Datetime(
        "SLA Deadline", readonly=True, copy=False, help="The next service level that is due."
    )
    sla_state = fields.Selection(
        [("none", "No SLA"), ("running", "Running"), ("reached", "Reached"), ("failed", "Failed")],
        "SLA State",
        default="none",
        readonly=True,
        copy=False,
    )

    # === CRUD ===

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"priority", "type_id"}:
            self.filtered("is_open").sudo()._sla_reapply()
        return result

    # === BUSINESS ===

    @api.model
    def _sla_prepare(self, vals_list, now):
        """Set the deadlines of new tickets in their values.

        :return: for each ticket what ``caredesk.sla.policy._due`` gave, for :meth:`_sla_apply`
        """
        policies = self.env["caredesk.sla.policy"]
        known = {}  # a batch of like tickets has like deadlines
        prepared = []
        for vals in vals_list:
            key = (vals["group_id"], vals.get("type_id"), vals["priority"])
            if key not in known:
                known[key] = policies._due(*key, now)
            due = known[key]
            vals["sla_deadline"] = min((deadline for *_rest, deadline in due), default=False)
            vals["sla_state"] = "running" if due else "none"
            prepared.append(due)
        return prepared

    def _sla_apply(self, prepared):
        """Store the service levels computed by :meth:`_sla_prepare`."""
        self.env["caredesk.sla.status"].sudo().create(
            [
                {
                    "ticket_id": ticket.id,
                    "policy_id": policy_id,
                    "target": target,
                    "deadline_at": deadline,
                }
                for ticket, due in zip(self, prepared, strict=True)
                for policy_id, target, deadline in due
            ]
        )

    def _sla_reapply(self):
        """Apply the policies anew after type, priority or group changed.

        Promises count from the creation of the ticket; those already kept or broken stay. A new
        one about what has happened already is kept or broken from the start.
        """
        policies = self.env["caredesk.sla.policy"]
        for ticket in self:
            running = ticket.sla_status_ids.filtered(lambda status: status.state == "running")
            ended = ticket.sla_status_ids - running
            running.unlink()
            start_at = ticket.create_date.replace(microsecond=0)
            due = policies._due(ticket.group_id.id, ticket.type_id.id, ticket.priority, start_at)
            ticket._sla_apply([[row for row in due if row[0] not in ended.policy_id.ids]])
            ticket._sla_reach_past()
            ticket._sla_refresh()

    def _sla_reach_past(self):
        """End running promises whose answer or result was given before they were made."""
        self.ensure_one()
        happened_at = {
            "first_response": self.first_response_at,
            "resolution": self.state == "done" and self.done_at,
        }
        for status in self.sla_status_ids.filtered(lambda status: status.state == "running"):
            if moment := happened_at[status.target]:
                status._reach(moment)

    def _sla_on_state(self, now):
        """Stop or resume the resolution clock when a ticket ends or is reopened."""
        for ticket in self.filtered("sla_status_ids"):
            resolution = ticket.sla_status_ids.filtered(lambda s: s.target == "resolution")
            if ticket.state == "done":
                resolution.filtered(lambda s: s.state == "running")._reach(now)
            elif ticket.state == "cancelled":
                ticket.sla_status_ids.filtered(lambda s: s.state == "running").unlink()
            elif ticket.is_open:
                resolution.filtered(lambda s: s.state == "reached").write(
                    {"state": "running", "reached_at": False}
                )
            ticket._sla_refresh()

    def _sla_refresh(self):
        """Recompute what lists and queues show: next deadline and overall state."""
        for ticket in self:
            statuses = ticket.sla_status_ids
            running = statuses.filtered(lambda status: status.state == "running")
            states = set(statuses.mapped("state"))
            state = next((s for s in ("failed", "running", "reached") if s in states), "none")
            ticket._own_code().write(
                {
                    "sla_deadline": min(running.mapped("deadline_at"), default=False),
                    "sla_state": state,
                }
            )

    # === MAIL / PORTAL HOOKS ===

    def _message_post_after_hook(self, message, msg_vals):
        """Stop the first-response clock at the first public answer of a colleague."""
        result = super()._message_post_after_hook(message, msg_vals)
        if not self.first_response_at and self._is_human_answer(message):
            # sudo: whoever may answer a ticket stops its clock
            ticket_sudo = self.sudo()
            ticket_sudo._own_code().write({"first_response_at": message.date})
            ticket_sudo.sla_status_ids.filtered(
                lambda s: s.target == "first_response" and s.state == "running"
            )._reach(message.date)
            ticket_sudo._sla_refresh()
        return result

    def _is_human_answer(self, message):
        """Tell whether ``message`` is a public answer of somebody who serves this ticket.

        Notes and robots do not answer, nor do colleagues who only asked for something.
        """
        return bool(
            message.message_type in ("comment", "email_outgoing")
            and not message.is_internal
            and not message.subtype_id.internal
            and message.author_id != self.env.ref("base.partner_root")
            and self._is_served_by(message.author_id)
        )

    def _is_served_by(self, partner):
        """Tell whether ``partner`` is performer, member of the group, intake or manager."""
        self.ensure_one()
        ticket_sudo = self.sudo()  # who serves a ticket is asked for whoever reads it
        servers = ticket_sudo.user_id | ticket_sudo.group_id.member_ids.user_id
        return any(
            not user.share and (user in servers or user.has_group("caredesk_ticket.group_intake"))
            for user in partner.sudo().user_ids
        )

    # === CRON ===

    @api.model
    def _cron_sla(self):
        """Cron: mark the service levels that were missed and tell who has to know, once each.

        Reads only the rows that are due.
        """
        domain = [("state", "=", "running"), ("deadline_at", "<", fields.Datetime.now())]
        statuses = self.env["caredesk.sla.status"].search(domain, limit=_BATCH)
        statuses = statuses.try_lock_for_update()
        statuses.write({"state": "failed"})
        statuses.ticket_id._sla_refresh()
        self._tell_each(statuses, lambda status: status.ticket_id._alert_missed(status))
        left = self.env["caredesk.sla.status"].search_count(domain, limit=_BATCH)
        self.env["ir.cron"]._commit_progress(len(statuses), remaining=left)

    def _alert_missed(self, status):
        """Tell the performer and the managers of the group that ``status`` was missed."""

        def prepare(ticket):
            subject = ticket.env._("Ticket %(title)s missed a deadline", title=ticket.display_name)
            body = ticket.env._(
                "The service level «%(policy)s» was not kept.",
                policy=status.with_env(ticket.env).policy_id.name,
            )
            return subject, body

        self._tell(self.user_id | self._told_of_problems(), prepare)
