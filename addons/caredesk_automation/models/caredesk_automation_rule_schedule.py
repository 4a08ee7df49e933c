import logging
from datetime import time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.caredesk_ticket.models.conflicts import CONFLICTS

from ..domain.occasions import (
    Timetable,
    at_local,
    birthday_keys,
    concerned_day,
    fire_days,
    local_day,
    time_of,
)
from .automation_triggers import TIME

_logger = logging.getLogger(__name__)

#: What has to be true of a record when a message goes out, also after a delay and in a cycle.
_UNDER_WAY = Domain("state", "in", ("running", "expired"))
_LASTING = {
    "contract_end": _UNDER_WAY & Domain("is_renewed", "=", False),
    "installment_due": Domain("payment_state", "in", ("due", "partial"))
    & Domain("contract_id", "any", _UNDER_WAY & Domain("active", "=", True)),
    "paid_share": Domain("state", "in", ("running", "expired", "closed")),
    "invoice_due": Domain("state", "=", "posted")
    & Domain("payment_state", "in", ("not_paid", "partial")),
}
#: The field with the day that an occurrence of each trigger is about.
_DAY_FIELDS = {
    "contract_end": "date_end",
    "installment_due": "due_date",
}
_DAY = timedelta(days=1)
#: Events that are looked for by the day.
DAILY_EVENTS = ("birthday", "contract_end", "installment_due", "invoice_due", "no_contact")


class CaredeskAutomationRule(models.Model):
    """Looking for what is due by the calendar: events of a day, and fixed times."""

    _inherit = "caredesk.automation.rule"

    scanned_at = fields.Datetime(
        "Looked for until", readonly=True, copy=False, help="Nothing older is looked for again."
    )
    next_run_at = fields.Datetime("Next Run", readonly=True, copy=False)
    released_at = fields.Datetime(readonly=True, copy=False, export_string_translation=False)

    _due_idx = models.Index("(next_run_at) WHERE state = 'running' AND active IS TRUE")

    # === PLANNING ===

    @api.model
    def _planning_fields(self):
        """Return the fields that move the next run."""
        weekdays = (f"weekday_{number}" for number in range(7))
        return {
            "state", "active", "trigger_kind", "action_kind", "event_kind", "time_kind", "hour",
            "day", "company_id", *weekdays,
        }  # fmt: skip

    def _plan(self, is_hour_only=False):
        """Set the next run from now on; what was before a change is not made up.

        :param is_hour_only: just the hour was moved: the day it was moved on, and days on which
            the scheduled action stood still, are not lost by that
        """
        now = fields.Datetime.now()
        for rule in self:
            table = rule._timetable()
            runs = table and rule.active and rule.state == "running"
            since = rule.scanned_at or now if is_hour_only else now
            # sudo: dates of the system that follow from what the user may set
            rule.sudo().write(
                {"scanned_at": since, "next_run_at": table.next_after(since) if runs else False}
            )

    def _timetable(self):
        """Return when the rule looks for something to do; None where things come to it."""
        self.ensure_one()
        if self.trigger in DAILY_EVENTS:
            return Timetable("daily", time_of(self.hour), self.tz)
        if self.trigger_kind == TIME and self.trigger:
            return Timetable(self.trigger, time_of(self.hour), self.tz, self._weekdays(), self.day)
        return None

    # === CRON ===

    @api.model
    def _cron_scan(self):
        """Cron: enter what is due by the calendar, rule by rule."""
        self._scan_paid_shares()
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=1)
        domain = [("state", "=", "running"), ("next_run_at", "<=", fields.Datetime.now())]
        for rule in self.search(domain, order="next_run_at, id"):
            # A worker that sends refers to its rule with each line of the log: it is in no way.
            if not rule.try_lock_for_update(allow_referencing=True).filtered_domain(domain):
                continue  # somebody else is at it, or was
            rule._scan_alone(fields.Datetime.now())
            if not commit(1, remaining=self.search_count(domain, limit=10)):
                return
        commit(remaining=0)

    def _scan_alone(self, now):
        """Scan; a rule that cannot be read is tried again in an hour and stops no other."""
        try:
            with self.env.cr.savepoint():
                here = self.with_company(self.company_id).with_context(tz=self.tz)
                here._scan(now)
        except CONFLICTS:
            raise  # nobody's fault: the whole run is done again
        except Exception as error:
            _logger.info("Automation rule %s cannot be scanned", self.id, exc_info=True)
            self.next_run_at = now + timedelta(hours=1)  # scanned_at stays: nothing is lost
            self.env["caredesk.automation.log"].create(
                {
                    "rule_id": self.id,
                    "company_id": self.company_id.id,
                    "state": "failed",
                    "reason": str(error),
                }
            )

    def _scan(self, now):
        """Enter all that became due since the last time, and plan the next."""
        self.ensure_one()
        table = self._timetable()
        since = self.scanned_at or now
        if self.trigger_kind == TIME:
            self._scan_times(table.due_between(since, now))
        else:
            window = self._catch_up_window()
            if table.due_between(since, now - window):
                self._log_missed(since)
            for day in fire_days(since, now, table.at, self.tz, window):
                self._enter_day(day)
        self.write({"scanned_at": now, "next_run_at": table.next_after(now)})

    def _catch_up_window(self):
        """Return how late events may be told; of the day that just began none is given up."""
        return timedelta(days=max(self.company_id.automation_catch_up_days, 1))

    def _scan_times(self, times):
        """Enter the latest time; those missed before it are written to the log."""
        for missed in times[:-1]:
            self._log_missed(missed)
        if times:
            self._enter_time(times[-1])

    def _enter_time(self, moment):
        """Enter a moment of the timetable; return how many occurrences are new."""
        key = f"{self.trigger} {local_day(moment, self.tz)}"
        if self._is_once():
            return self._enter(SQL("SELECT %s AS id", self.id), key, moment)
        customers = Domain("caredesk_is_external", "=", True) & Domain("parent_id", "=", False)
        return self._enter_found(customers, key, moment)

    def _log_missed(self, moment):
        here = self.with_context(lang=self.user_id.lang)
        self.env["caredesk.automation.log"].create(
            {
                "rule_id": self.id,
                "company_id": self.company_id.id,
                "sent_at": moment,
                "state": "skipped",
                "reason": here.env._("Missed: scheduled actions stood still at this time."),
            }
        )

    def _enter_today(self):
        """Enter what the rule would find today, whatever the hour; return how many."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self.trigger_kind == TIME:
            return self._enter_time(now)
        if self.trigger in DAILY_EVENTS:
            return self._enter_day(local_day(now, self.tz), now)
        return 0

    # === EVENTS ===

    def _enter_day(self, day, moment=None):
        """Enter the events the rule tells of on ``day``; return how many are new."""
        offset = self.silent_days if self.trigger == "no_contact" else self._offset()
        concerned = concerned_day(day, offset)
        # «Once a year»: a birthday that is corrected after the greeting brings no second one.
        key = f"{concerned:%Y}" if self.trigger == "birthday" else concerned.isoformat()
        moment = moment or at_local(day, time_of(self.hour), self.tz)
        domain = getattr(self, f"_domain_of_{self.trigger}")(concerned)
        return self._enter_found(domain, key, moment)

    def _enter_found(self, domain, key, moment):
        """Enter all records of ``domain`` that meet the conditions; return how many are new."""
        records = self._records()
        records.flush_model()  # the query below knows nothing of what is not written yet
        if "company_id" in records._fields:
            domain &= Domain("company_id", "in", self._of_company())
        query = records._search(domain & self._conditions())
        return self._enter(query.select(), f"{self.trigger} {key}", moment)

    @api.model
    def _domain_of_birthday(self, day):
        keys = birthday_keys(day)

        def to_sql(model, alias, _query):
            return SQL("%s IN %s", model._birthday_key_sql(alias), keys)

        return Domain.custom(to_sql=to_sql) & Domain("caredesk_is_external", "=", True)

    def _domain_of_no_contact(self, day):
        # A company was spoken with where one of its people was: they get no message of their own.
        customers = Domain("caredesk_is_external", "=", True) & Domain("parent_id", "=", False)
        return self._silent_since(day) & customers

    def _silent_since(self, day):
        """Return who was last spoken with on ``day``, or was entered then and never spoken with."""
        since, until = (at_local(date, time.min, self.tz) for date in (day, day + _DAY))
        entered = Domain("create_date", ">=", since) & Domain("create_date", "<", until)
        never = Domain("caredesk_last_contact", "=", False)
        return Domain("caredesk_last_contact", "=", day) | (never & entered)

    @api.model
    def _domain_of_contract_end(self, day):
        return Domain("date_end", "=", day) & _LASTING["contract_end"]

    @api.model
    def _domain_of_installment_due(self, day):
        return Domain("due_date", "=", day) & _LASTING["installment_due"]

    @api.model
    def _domain_of_invoice_due(self, day):
        return self.env["account.move"]._caredesk_due_on(day) & _LASTING["invoice_due"]

    def _lasts(self, record):
        """Tell whether a record is still such as the trigger needs it: unpaid, under way."""
        if self.trigger == "no_contact":
            last = record.caredesk_last_contact or local_day(record.create_date, self.tz)
            return last <= self.company_id._caredesk_today() - timedelta(days=self.silent_days)
        return bool(record.filtered_domain(_LASTING.get(self.trigger, Domain.TRUE)))

    def _is_moved(self, record, occurrence):
        """Tell whether a record's date is another one than the occurrence was entered for."""
        name = _DAY_FIELDS.get(self.trigger)
        return bool(name) and not occurrence.startswith(f"{self.trigger} {record[name]}")

    def _why_over(self):
        """Return why a record is no longer such as the trigger needs it."""
        if self.trigger == "no_contact":
            return self.env._("There was contact with the customer in the meantime.")
        return self.env._("It was paid or ended in the meantime.")

    # === PAID SHARE ===

    @api.model
    def _scan_paid_shares(self):
        """Tell rules of the contracts whose paid share grew past theirs."""
        contracts = self.env["caredesk.contract"]
        contracts.flush_model(["paid_percent", "paid_percent_told"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id, paid_percent_told, paid_percent FROM caredesk_contract"
                " WHERE paid_percent > paid_percent_told"
                # What is paid on a draft is told when it is put in force.
                " AND state IN ('running', 'expired', 'closed') ORDER BY id LIMIT 1000"
                " FOR NO KEY UPDATE SKIP LOCKED"
            )
        )
        rules = self.browse(self._listening("paid_share"))
        for contract_id, told, paid in rows:
            contract = contracts.browse(contract_id)
            for rule in rules:
                if told < rule.paid_share <= paid:
                    rule._enter_records(contract, f"paid_share {rule.paid_share:g}")
            contract.paid_percent_told = paid
