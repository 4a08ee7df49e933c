import contextlib

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.misc import clean_context

from ..domain.clock import clock_of
from .caredesk_ticket_guard import _FLOW_FIELDS, BY_CUSTOMER
from .ir_sequence import TICKET_CODE


class CaredeskTicket(models.Model):
    """Making tickets: the one way in for people, mail, forms, chats and imports."""

    _inherit = "caredesk.ticket"

    @api.model
    def _create_from_channel(self, channel, vals_list):
        """Create tickets for something a customer sent.

        The one door for mail, portal, forms, chats and hooks: group, routing, clocks, service
        levels and the first line of the conversation are the same for all of them.

        :param channel: key of the field ``channel``
        :param vals_list: list of values; ``group_id`` or ``type_id`` may be missing
        :return: the tickets, in the order of ``vals_list``
        """
        # sudo: customers have no right to create tickets; the channels' own checks came before
        own = self.with_env(self.env(su=True, context=clean_context(self.env.context)))._own_code()
        tickets = own.create([BY_CUSTOMER | vals | {"channel": channel} for vals in vals_list])
        return tickets.with_env(self.sudo().env)

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        if not self._is_own_code():
            self._check_new(vals_list)
        # What mail.thread does on create costs more than all the rest together; the parts
        # that matter (followers, first line) are written for the whole batch at once below.
        quiet = self._without_guarded_defaults().with_context(tracking_disable=True)
        with quiet._environments_kept():
            prepared, by_hand, promises, queued_group_ids = quiet._prepare_new(vals_list, now)
            tickets = super(CaredeskTicket, quiet).create(prepared)
        tickets_sudo = tickets.with_env(self.env).sudo()  # rows of the system: not their creators'
        tickets_sudo._add_first_rows(now, by_hand, promises)
        tickets_sudo._enter_stage()
        if queued_group_ids:
            self.env["caredesk.dispatcher"]._dispatch_after_commit(queued_group_ids)
        tickets_sudo._after_create()
        return tickets.with_env(self.env)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for ticket, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%(title)s (copy)", title=ticket.name)
        return vals_list

    # === BUSINESS ===

    @contextlib.contextmanager
    def _environments_kept(self):
        """Keep the environments that checks and rules ask for again and again.

        Odoo drops an environment nobody holds, and builds the next one with a view of the cache
        of its own: a third of what one ticket costs in Python.
        """
        kept = (self.sudo(), self.sudo().with_context(active_test=False))
        yield kept

    @api.model
    def _prepare_new(self, vals_list, now):
        """Complete the values of new tickets and route them.

        :return: (values for each ticket, for each whether its creator named the performer, for
            each the values of its service levels, ids of the groups with tickets left in the
            queue)
        """
        self._fetch_facts(vals_list)
        prepared = [self._prepare_ticket_vals(vals, now) for vals in vals_list]
        self._set_numbers(prepared)
        by_hand = [bool(vals["user_id"]) for vals in prepared]
        promises = self._sla_prepare(prepared, now)
        queued_group_ids = self._route_new(prepared, now)
        for vals in prepared:
            vals.update(
                active=True,
                clock_kind=clock_of(vals["state"]),
                clock_started_at=now,
                stage_id=self._stage_of_new(vals),
                stage_entered_at=now,
            )
        self._fetch_staff(prepared)
        return prepared, by_hand, promises, queued_group_ids

    def _after_create(self):
        """Hook: what else new tickets bring with them. ``self`` is in superuser mode.

        Cheaper than another ``create``: whoever extends it shares environment and cache.
        """

    @api.model
    def _default_links(self, vals):
        """Return the links that come from outside as defaults: checked like what was given."""
        own_defaults = self.env["ir.default"]._get_model_defaults(self._name)
        names = [
            name
            for name in self._link_names()
            if name not in vals and (f"default_{name}" in self.env.context or name in own_defaults)
        ]
        return self.default_get(names) if names else {}

    @api.model
    def _prepare_ticket_vals(self, vals, now):
        """Return complete values of one new ticket; raises where they make no sense."""
        vals = dict(vals)
        if not self._is_own_code():
            vals = self._default_links(vals) | vals
            self._check_create_vals(vals)
            self._check_links(vals)
        group = self._group_of_vals(vals)
        kind = self.env["caredesk.ticket.type"].browse(vals.get("type_id") or ())
        # sudo: a creator need not be able to read the group; its company decides the ticket's
        vals.update(group_id=group.id, company_id=group.sudo().company_id.id)
        defaults = self.env.context
        for name in ("priority", "severity"):  # an empty cell of an import says nothing either
            given = vals.get(name) or defaults.get(f"default_{name}")
            vals[name] = given or kind[f"default_{name}"] or "1"
        vals["state"] = "unassigned"
        user_id = vals.get("user_id") or defaults.get("default_user_id")
        vals["user_id"] = False
        if user_id:
            user = self.env["res.users"].browse(user_id)
            self._check_performer(user, group)
            self._check_may_give(user, group)
            vals.update(user_id=user.id, state="todo", assigned_at=now)
        return vals

    @api.model
    def _check_create_vals(self, vals):
        allowed = {"user_id", "stage_id", "company_id", "state", "number"}
        forbidden = sorted(vals.keys() & (_FLOW_FIELDS - allowed))
        state = vals.pop("state", "unassigned") or "unassigned"
        vals.pop("company_id", None)
        vals.pop("number", None)
        if forbidden or state != "unassigned":
            raise UserError(
                self.env._(
                    "A new ticket starts unassigned with its clocks at zero; %(fields)s cannot "
                    "be given.",
                    fields=", ".join(forbidden or ["state"]),
                )
            )

    @api.model
    def _group_of_vals(self, vals):
        """Return the group that serves a new ticket: its type's, the given, or the default."""
        kind = self.env["caredesk.ticket.type"].browse(vals.get("type_id") or ())
        if not kind and self.env.context.get("default_type_id"):
            kind = kind.browse(self.env.context["default_type_id"])
            vals["type_id"] = kind.id
        group_id = vals.get("group_id") or self.env.context.get("default_group_id")
        groups = self.env["caredesk.support.group"]
        # sudo: whoever may use the type may have its group serve the ticket
        group_sudo = kind.sudo().group_id or groups.sudo().browse(group_id or ())
        group = groups.browse(group_sudo.ids)
        if group_sudo.active:
            return group
        vals["type_id"] = False  # its group, if any, is served no more: to be classified anew
        company = (
            group_sudo.company_id
            or self.env["res.company"].browse(vals.get("company_id"))
            or self.env.company
        )
        group = self.env["caredesk.support.group"]._default_group(company)
        if not group:
            raise UserError(
                self.env._(
                    "No group can take this ticket: choose a ticket type, or set the default "
                    "support group of %(company)s in the settings.",
                    company=company.name,
                )
            )
        return group

    @api.model
    def _check_may_give(self, user, group):
        """Raise unless the user may name ``user`` as performer of a new ticket of ``group``."""
        if self._is_own_code() or self._is_intake():
            self._raise_load_of(user, assigned=True)
            return
        if user != self.env.user:
            raise AccessError(
                self.env._("Only intake agents and managers assign new tickets to others.")
            )
        self._check_can_take(user, group)

    @api.model
    def _set_numbers(self, vals_list):
        """Give each new ticket its number, one query per company."""
        by_company = {}
        for vals in vals_list:
            if not vals.get("number"):
                by_company.setdefault(vals["company_id"], []).append(vals)
        for company_id, group_vals in by_company.items():
            numbers = self._next_numbers(company_id, len(group_vals))
            for vals, number in zip(group_vals, numbers, strict=True):
                vals["number"] = number

    @api.model
    def _next_numbers(self, company_id, count):
        now = fields.Datetime.now()
        moment = f"{now:%Y-%m-%d %H}:{now.minute // 15}"  # time zones differ by quarters
        sequence_id, form = self._numbering(company_id, self.env.context.get("tz"), moment)
        if not form:
            # sudo: sequences are not readable by those who create tickets
            sequence_sudo = self.env["ir.sequence"].sudo().browse(sequence_id)
            return [sequence_sudo.next_by_id() for _index in range(count)]
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s::regclass) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence_id:03d}",
                count,
            )
        )
        return [form % row[0] for row in rows]

    @api.model
    @tools.ormcache("company_id", "tz", "moment")
    def _numbering(self, company_id, tz, moment):
        """Return how the tickets of a company are numbered in this quarter of an hour.

        :return: (id of the sequence, pattern for the number); no pattern when each number has
            to be asked for: numbering without gaps, by date range, or with minutes in it
        """
        sequence_sudo = (
            self.env["ir.sequence"]
            .sudo()
            .search(
                [("code", "=", TICKET_CODE), ("company_id", "in", (company_id, False))],
                order="company_id",
                limit=1,
            )
        )
        if not sequence_sudo:
            raise UserError(
                self.env._("There is no sequence with code caredesk.ticket to number tickets.")
            )
        texts = f"{sequence_sudo.prefix or ''}{sequence_sudo.suffix or ''}"
        if (
            sequence_sudo.implementation != "standard"
            or sequence_sudo.use_date_range
            or "min)" in texts
            or "sec)" in texts
        ):
            return sequence_sudo.id, None
        prefix, suffix = (part.replace("%", "%%") for part in sequence_sudo._get_prefix_suffix())
        return sequence_sudo.id, f"{prefix}%0{sequence_sudo.padding}d{suffix}"
