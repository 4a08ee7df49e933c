from odoo import api, fields, models

from ..domain import sla

SLA_STATES = [
    (sla.NONE, "No SLA"),
    (sla.RUNNING, "Running"),
    (sla.NEAR, "Nearly Due"),
    (sla.PAUSED, "Paused"),
    (sla.REACHED, "Reached"),
    (sla.FAILED, "Failed"),
]
#: What policies ask for: when one of these changes, other promises may hold.
_FACTS = {"priority", "severity", "type_id", "partner_id", "tag_ids"}
#: Promises that are still to be kept, be it late.
LIVE = [("reached_at", "=", False), ("is_withdrawn", "=", False)]


class CaredeskTicket(models.Model):
    """Service levels of a ticket: deadlines are computed when something changes and stored."""

    _inherit = "caredesk.ticket"

    sla_status_ids = fields.One2many("caredesk.sla.status", "ticket_id", string="Service Levels")
    sla_deadline = fields.Datetime(
        "SLA Deadline",
        readonly=True,
        copy=False,
        help="The next service level that is due, or the first that was missed and still waits.",
    )
    sla_state = fields.Selection(
        SLA_STATES, "SLA State", default=sla.NONE, readonly=True, copy=False
    )
    sla_live = fields.Json(
        "Time Left",
        compute="_compute_sla_live",
        help="Working time left until the next service level is due.",
    )

    # === COMPUTE ===

    @api.depends("sla_deadline", "sla_state")
    def _compute_sla_live(self):
        """Say what a screen needs to count down by itself, whatever its own clock shows.

        ``{"left": seconds, negative when late, "ticks": whether they count at this moment,
        "until": seconds until that changes or None, "stops": where they do not count yet, seconds
        until they stop again or None, "state": state}``; False without a promise.
        """
        now = fields.Datetime.now()
        # sudo: the figures of whoever may read the ticket
        live = self.sudo()._sla_rows(LIVE)
        for ticket in self:
            rows = live.get(ticket.id) if ticket.is_open else None
            # The promise whose deadline the ticket shows; while all stand, the one with least left.
            due = rows and rows.filtered("deadline_at").sorted("deadline_at")[:1]
            ticket.sla_live = rows and min(
                (self._prepare_sla_live(status, now) for status in due or rows),
                key=lambda figures: figures["left"],
            )

    @api.model
    def _prepare_sla_live(self, status, now):
        hours, clock = status._hours(), status._clock()
        left = clock.left_at(now, hours)
        ticks, until = hours.next_change(now) if clock.since else (False, None)
        # Whoever looks at it over lunch sees it go on when work begins, and end in the evening.
        stops = None if ticks or not until else hours.next_change(until)[1]
        return {
            "left": left,
            "ticks": ticks,
            "until": until and int((until - now).total_seconds()),
            "stops": stops and int((stops - now).total_seconds()),
            "state": status.state,
        }

    # === CRUD ===

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & _FACTS:
            self.filtered("is_open").sudo()._sla_reapply()
        elif "stage_id" in vals and "state" not in vals:  # a step looks after it by itself
            self.filtered(lambda ticket: ticket.sla_state != sla.NONE).sudo()._sla_on_stage()
        return result

    # === BUSINESS: NEW TICKETS ===

    @api.model
    def _sla_prepare(self, vals_list, now):
        """Set the deadlines of new tickets in their values.

        :return: for each ticket the values of its service levels, for :meth:`_sla_apply`
        """
        policies = self.env["caredesk.sla.policy"]
        known = {}  # a batch of like tickets has like deadlines
        prepared = []
        for vals in vals_list:
            group_id = vals["group_id"]
            rules = policies._rules_of(group_id)
            facts = self._sla_facts_of_vals(vals, rules)
            key = (group_id, facts)
            if key not in known:
                known[key] = [
                    self._prepare_sla_row(rule, now)
                    for rule in rules
                    if rule.target != sla.NEXT_RESPONSE and rule.matches(facts)
                ]
            rows = known[key]
            vals["sla_deadline"] = min((row["deadline_at"] for row in rows), default=False)
            vals["sla_state"] = sla.RUNNING if rows else sla.NONE
            prepared.append(rows)
        return prepared

    @api.model
    def _sla_facts_of_vals(self, vals, rules):
        """Return the facts of a new ticket; customer and tags only where a rule asks for them."""
        customer_id, tag_ids = None, frozenset()
        partner_id = vals.get("partner_id") or self.env.context.get("default_partner_id")
        if partner_id and any(rule.customer_ids for rule in rules):
            # sudo: whom a promise was made to is asked for whoever creates the ticket
            partner_sudo = self.env["res.partner"].sudo().browse(partner_id)
            customer_id = partner_sudo.commercial_partner_id.id
        if vals.get("tag_ids") and any(rule.tag_ids for rule in rules):
            tag_ids = frozenset(self.new({"tag_ids": vals["tag_ids"]}).tag_ids.ids)
        return sla.Facts(
            vals.get("type_id") or None, vals["priority"], vals["severity"], customer_id, tag_ids
        )

    @api.model
    def _prepare_sla_row(self, rule, start_at):
        """Return the values of a service level whose clock starts to run at ``start_at``."""
        hours = self.env["resource.calendar"]._caredesk_hours(rule.calendar)
        clock = sla.SlaClock(rule.seconds, since=start_at)
        return {
            "policy_id": rule.policy_id,
            "target": rule.target,
            "started_at": start_at,
            "calendar_id": rule.calendar and rule.calendar[0],
            **self.env["caredesk.sla.status"]._prepare_clock(clock, hours, rule.warn_seconds),
        }

    def _sla_apply(self, prepared):
        """Store the service levels computed by :meth:`_sla_prepare`."""
        self.env["caredesk.sla.status"].sudo().create(
            [
                {"ticket_id": ticket.id, **row}
                for ticket, rows in zip(self, prepared, strict=True)
                for row in rows
            ]
        )

    # === BUSINESS: WHAT HAPPENS TO A TICKET ===

    def _sla_on_state(self, now):
        """Stop, pause or resume the clocks of tickets whose state has changed."""
        rows_of = self._sla_rows([])
        for ticket in self:
            rows = rows_of.get(ticket.id)
            if not rows:
                continue
            live = rows._live()
            live._fail_overdue(now)
            live._arrived()._reach(now)
            live = live._live()
            if ticket.state == "done":
                live.filtered(lambda row: row.target != sla.STAGE)._reach(now)
                live.filtered(lambda row: row.target == sla.STAGE)._run(now)
            elif ticket.state == "cancelled":
                live.filtered(lambda row: row.state != sla.FAILED).unlink()
                live.exists()._run(now)
            else:
                ended = rows.filtered("reached_at")
                ended.filtered(
                    lambda row: row.target == sla.RESOLUTION and row.policy_id.active
                )._resume(now)
                live._run(now)
        self._sla_refresh()

    def _sla_promises_stage(self):
        """Tell whether a policy of the group promises to reach a stage; asks no database."""
        self.ensure_one()
        rules = self.env["caredesk.sla.policy"]._rules_of(self.group_id.id)
        return any(rule.target == sla.STAGE for rule in rules)

    def _sla_on_stage(self):
        """End the promises to reach a stage of tickets that are there, or farther."""
        live = self.env["caredesk.sla.status"].search([("ticket_id", "in", self.ids), *LIVE])
        arrived = live._arrived()
        if arrived:
            arrived._reach(fields.Datetime.now())
            arrived.ticket_id._sla_refresh()

    def _sla_on_answer(self, now):
        """Stop the clocks that wait for an answer to the customer."""
        self.env["caredesk.sla.status"].search(
            [
                ("ticket_id", "in", self.ids),
                ("target", "in", sla.RESPONSES),
                *LIVE,
            ]
        )._reach(now)
        self._sla_refresh()

    def _sla_on_customer_message(self, now):
        """Start the clock of the next response, unless the customer waits for one already.

        While the first answer is missing its own promise counts.
        """
        for ticket in self:
            if not ticket.is_open or not ticket.first_response_at:
                continue
            facts = ticket._sla_facts()
            waiting = ticket._sla_rows(LIVE).get(ticket.id, [])
            promised = {row.policy_id.id for row in waiting}
            rules = self.env["caredesk.sla.policy"]._rules_of(ticket.group_id.id)
            rows = [
                self._prepare_sla_row(rule, now)
                for rule in rules
                if rule.target == sla.NEXT_RESPONSE
                and rule.policy_id not in promised
                and rule.matches(facts)
            ]
            if rows:
                ticket._sla_apply([rows])
                ticket.sla_status_ids._live()._run(now)
                ticket._sla_refresh()

    def _sla_refresh(self):
        """Bring what lists and queues show in line with the promises: deadline and state."""
        rows_of = self._sla_rows([])
        for ticket in self:
            rows = rows_of.get(ticket.id, self.env["caredesk.sla.status"])
            live = rows._live() if ticket.is_open else rows[:0]
            vals = {
                "sla_deadline": min(filter(None, live.mapped("deadline_at")), default=False),
                "sla_state": sla.overall(rows.mapped("state")),
            }
            if any(ticket[name] != value for name, value in vals.items()):
                ticket._own_code().write(vals)

    def _sla_rows(self, domain):
        """Return ``{ticket id: service levels}`` of these tickets that fit ``domain``."""
        rows = self.env["caredesk.sla.status"].search([("ticket_id", "in", self.ids), *domain])
        return {ticket.id: group for ticket, group in rows.grouped("ticket_id").items()}

    def _sla_facts(self):
        self.ensure_one()
        return sla.Facts(
            self.type_id.id or None,
            self.priority or "0",  # emptied by a caller: the database refuses it, in words
            self.severity or "0",
            self.commercial_partner_id.id or None,
            frozenset(self.tag_ids.ids),
        )
