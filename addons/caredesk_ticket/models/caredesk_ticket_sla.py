from odoo import api, fields, models

#: Rows a run of the cron marks before it commits.
_BATCH = 500


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

        Promises count from the creation of the ticket; those already kept or broken stay.
        """
        policies = self.env["caredesk.sla.policy"]
        for ticket in self:
            running = ticket.sla_status_ids.filtered(lambda status: status.state == "running")
            ended = ticket.sla_status_ids - running
            running.unlink()
            start_at = ticket.create_date.replace(microsecond=0)
            due = policies._due(ticket.group_id.id, ticket.type_id.id, ticket.priority, start_at)
            ticket._sla_apply([[row for row in due if row[0] not in ended.policy_id.ids]])
            ticket._sla_refresh()

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

    @api.model
    def _is_human_answer(self, message):
        """Tell whether ``message`` is a public message of a colleague, not a note or a robot."""
        return (
            message.message_type in ("comment", "email_outgoing")
            and not message.is_internal
            and not message.subtype_id.internal
            and message.author_id.user_ids.filtered(lambda user: not user.share)
            and message.author_id != self.env.ref("base.partner_root")
        )

    # === CRON ===

    @api.model
    def _cron_sla(self):
        """Cron: mark the service levels that were missed; reads only the rows that are due."""
        domain = [("state", "=", "running"), ("deadline_at", "<", fields.Datetime.now())]
        statuses = self.env["caredesk.sla.status"].search(domain, limit=_BATCH)
        statuses = statuses.try_lock_for_update()
        statuses.write({"state": "failed"})
        statuses.ticket_id._sla_refresh()
        left = self.env["caredesk.sla.status"].search_count(domain, limit=_BATCH)
        self.env["ir.cron"]._commit_progress(len(statuses), remaining=left)
