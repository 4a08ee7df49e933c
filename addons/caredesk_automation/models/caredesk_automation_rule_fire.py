import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.caredesk_ticket.models.conflicts import CONFLICTS

from ..domain.occasions import after_quiet, delayed, time_of
from .caredesk_automation_log import COUNTED

_logger = logging.getLogger(__name__)

#: In the context of whatever a rule does.
BY_RULE = "caredesk_by_rule"
#: Kinds of steps that write to nobody outside; of server actions and surveys nobody can tell.
_INWARD = ("ticket", "activity", "tag", "care_task", "points", "webhook")
#: Hours over which the occurrences of a rule are counted for the bulk guard.
_GUARD_HOURS = 1


class CaredeskAutomationRule(models.Model):
    """Entering occurrences into the ledger: each once, whoever comes how often."""

    _inherit = "caredesk.automation.rule"

    bulk_limit = fields.Integer(
        help="More than so many within an hour are held back until somebody says what becomes of "
        "them. 0: the limit of the company.",
    )

    _bulk_limit_positive = models.Constraint(
        "CHECK (bulk_limit >= 0)", "The bulk limit is not negative."
    )

    @api.model
    def _fire(self, trigger, records):
        """Have the rules that listen to ``trigger`` act on ``records``, after this transaction.

        Hook, called by whatever happens. Where no rule listens it costs nothing. What a rule
        makes itself sets off none: one that answers new tickets by a ticket would never end.
        """
        rule_ids = self._listening(trigger)
        if not rule_ids or not records or self.env.context.get(BY_RULE):
            return
        # sudo: rules act whoever sets them off
        for rule_sudo in self.sudo().browse(rule_ids):
            rule_sudo._enter_records(records.sudo(), trigger)

    def _enter_records(self, records, occurrence):
        """Enter one occurrence for each record of the rule's company."""
        self.ensure_one()
        if "company_id" in records._fields:
            records = records.filtered(lambda record: record.company_id.id in self._of_company())
        records = records.filtered_domain(self._own_domain())
        if records:
            found = SQL("SELECT unnest(%s) AS id", list(records.ids))
            self._enter(found, occurrence, fields.Datetime.now())

    def _own_domain(self):
        """Return which records the trigger is about, whatever the conditions say."""
        if self.trigger == "partner_create":
            return [("parent_id", "=", False)]
        return []

    def _of_company(self):
        return (self.company_id.id, False)

    def _enter(self, found, occurrence, moment):
        """Enter an occurrence for all ``found`` records that have none; return how many.

        :param found: SQL that selects ``id``
        :param occurrence: what distinguishes it from others of the same rule and record
        :param moment: when it happens; delay and quiet hours are added here
        """
        self.ensure_one()
        due = self._due_at(moment)
        self.env.cr.execute(
            SQL(
                "WITH entered AS ("
                " INSERT INTO caredesk_automation_run (rule_id, company_id, res_model, res_id,"
                " occurrence, step, state, due_at, first_due_at, attempts, stop_count,"
                " create_uid, create_date, write_uid, write_date)"
                " SELECT %(rule)s, %(company)s, %(model)s, found.id, %(occurrence)s, 0,"
                " 'pending', %(due)s, %(due)s, 0, %(stops)s, %(uid)s, %(now)s, %(uid)s, %(now)s"
                " FROM (%(found)s) AS found ON CONFLICT DO NOTHING RETURNING id)"
                " SELECT COUNT(*), MIN(id) FROM entered",
                rule=self.id,
                company=self.company_id.id,
                model=self._records()._name,
                occurrence=occurrence,
                due=due,
                stops=self.stop_count,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                found=found,
            )
        )
        count, first_id = self.env.cr.fetchone()
        if count:
            self.env["caredesk.automation.run"].invalidate_model()
            self._guard(count, first_id)
        return count

    def _due_at(self, moment):
        """Return when what happens at ``moment`` is sent: after the delay, not in quiet hours."""
        due = delayed(moment, self.delay_number, self.delay_unit, self.tz)
        return self._after_quiet(due)

    def _after_quiet(self, moment):
        """Return when what is due at ``moment`` is done: what wakes nobody, at once."""
        company = self.company_id
        begin, end = company.automation_quiet_from, company.automation_quiet_to
        later = after_quiet(moment, time_of(begin), time_of(end), company._caredesk_tz())
        return later if later > moment and self._reaches_out() else moment

    def _reaches_out(self):
        """Tell whether the rule may write to people outside: they are owed quiet and measure."""
        channels = set(self.content_ids.mapped("channel"))
        kinds = set(self.step_ids.mapped("kind"))
        return bool(channels & set(COUNTED) or kinds - set(_INWARD))

    # === BULK GUARD ===

    def _guard(self, count, first_id):
        """Hold back what came within an hour when it is more than somebody meant to send.

        :param count: how many were entered just now
        :param first_id: the first of them
        """
        limit = self.bulk_limit or self.company_id.automation_bulk_limit
        if not limit or (count <= limit and self._entered_lately(limit) <= limit):
            return
        entered = SQL(
            "rule_id = %s AND state = 'pending' AND step = 0 AND create_date > %s",
            self.id,
            self._guarded_since(),
        )
        runs = self.env["caredesk.automation.run"]
        runs._change_state(SQL("%s AND id >= %s", entered, first_id), "held")
        # Of those that came before a worker may have sent some since this transaction began, and
        # whoever imports customers must not fail by that.
        try:
            with self.env.cr.savepoint():
                runs._change_state(SQL("%s AND id < %s", entered, first_id), "held")
        except CONFLICTS:
            _logger.info("Automation rule %s: some of what is to be held back went out", self.id)
        self._tell_of_held()

    def _guarded_since(self):
        """Return since when occurrences count: a decision of a person begins a new count."""
        since = fields.Datetime.now() - timedelta(hours=_GUARD_HOURS)
        return max(since, self.released_at or since)

    def _entered_lately(self, limit):
        """Return how many occurrences were entered within the last hour, up to ``limit`` + 1."""
        domain = [
            ("rule_id", "=", self.id),
            ("step", "=", 0),
            ("create_date", ">", self._guarded_since()),
        ]
        return self.env["caredesk.automation.run"].search_count(domain, limit=limit + 1)

    def _tell_of_held(self):
        """Ask the person in charge, once; who left is stood in for by a manager."""
        kind = "caredesk_automation.mail_activity_type_held"
        user = self._who_decides()
        if self.activity_search([kind], user_id=user.id):
            return
        here = self.with_context(lang=user.lang, mail_activity_quick_update=True)
        here.activity_schedule(
            kind,
            user_id=user.id,
            summary=here.env._("Many messages at once: send them or drop them?"),
        )

    def _who_decides(self):
        """Return the person in charge, or somebody else of the company who may change the rule."""
        manager = "caredesk_automation.group_automation_manager"
        if self.user_id.active and self.user_id.has_group(manager):
            return self.user_id
        of_company = [("company_ids", "in", self.company_id.ids), ("share", "=", False)]
        people = self.env.ref(manager).all_user_ids.filtered_domain(of_company)
        return people.filtered("active").sorted("id")[:1] or self.user_id
