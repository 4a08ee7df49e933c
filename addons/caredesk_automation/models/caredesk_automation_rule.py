import logging
from ast import literal_eval

from psycopg2 import DataError

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..domain.occasions import DAYS, HOURS, MINUTES
from .automation_triggers import ACTION, EVENT, TIME

_logger = logging.getLogger(__name__)

KINDS = [(ACTION, "Action"), (EVENT, "Event"), (TIME, "Time")]
STATES = [("running", "Running"), ("stopped", "Stopped")]
#: Days that an offset, a silence, a cycle or a delay may reach at most.
DECADE = 3650
#: Fields that name the trigger of each kind.
_KIND_FIELDS = {ACTION: "action_kind", EVENT: "event_kind", TIME: "time_kind"}


class CaredeskAutomationRule(models.Model):
    """What is done by itself for customers: when, for whom, through which channels.

    Setting off, looking for due dates, the ledger and the sending lie in files beside this one.
    """

    _name = "caredesk.automation.rule"
    _description = "Automation Rule"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, name, id"

    # identity
    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(default=10)
    state = fields.Selection(
        STATES, default="running", required=True, readonly=True, copy=False, tracking=True
    )
    description = fields.Text("Note", translate=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Person in Charge",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Is told when messages are held back.",
    )

    # trigger
    trigger_kind = fields.Selection(KINDS, "Trigger", required=True, default=EVENT, tracking=True)
    action_kind = fields.Selection(lambda self: self._selection_kinds(ACTION), "After")
    event_kind = fields.Selection(lambda self: self._selection_kinds(EVENT), "On")
    time_kind = fields.Selection(lambda self: self._selection_kinds(TIME), "How Often")
    trigger = fields.Char(
        "Trigger Key", compute="_compute_trigger", store=True, precompute=True, index=True
    )
    trigger_name = fields.Char("When", compute="_compute_trigger_name")
    model_name = fields.Char(
        "Records", compute="_compute_model_name", export_string_translation=False
    )
    by_day = fields.Boolean(compute="_compute_model_name", export_string_translation=False)
    domain = fields.Char(
        "Conditions",
        default="[]",
        help="All of them must hold when the first message is about to go out.",
    )

    # when
    offset_when = fields.Selection(
        [("before", "Before"), ("on", "On the Day"), ("after", "After")],
        "Send",
        default="on",
        required=True,
    )
    offset_days = fields.Integer("Days")
    silent_days = fields.Integer(
        "Days without Contact",
        default=90,
        help="No call, ticket, order, conversation or care for so long; if there never was any, "
        "counted from the day the customer was entered.",
    )
    paid_share = fields.Float("Paid Share (%)", default=50, help="Share of the contract's amount.")
    hour = fields.Float("At", default=8.0, required=True, help="Time of day of the company.")
    tz = fields.Char(
        "Time Zone", compute="_compute_tz", help="That of the company, else of its working hours."
    )
    weekday_0 = fields.Boolean("Mon", default=True)
    weekday_1 = fields.Boolean("Tue")
    weekday_2 = fields.Boolean("Wed")
    weekday_3 = fields.Boolean("Thu")
    weekday_4 = fields.Boolean("Fri")
    weekday_5 = fields.Boolean("Sat")
    weekday_6 = fields.Boolean("Sun")
    day = fields.Integer(
        "Day of the Month", default=1, help="From the 29th on: the last day in shorter months."
    )
    audience = fields.Selection(
        [("each", "Every customer who fits"), ("once", "One message, about no customer")],
        "For",
        default="each",
        required=True,
    )
    delay_number = fields.Integer("Delay", help="How long after the trigger to send.")
    delay_unit = fields.Selection(
        [(MINUTES, "Minutes"), (HOURS, "Hours"), (DAYS, "Days")], default=DAYS, required=True
    )
    cycle_on = fields.Boolean("Repeat", help="Send again at equal distances, for some time.")
    cycle_every_days = fields.Integer("Every (Days)", default=10)
    cycle_within_days = fields.Integer("Within (Days)", default=50)

    # what
    content_ids = fields.One2many(
        "caredesk.automation.message", "rule_id", "Messages by Channel", copy=True
    )
    step_ids = fields.One2many("caredesk.automation.step", "rule_id", "Further Steps", copy=True)

    # === COMPUTE ===

    @api.depends("trigger_kind", "action_kind", "event_kind", "time_kind")
    def _compute_trigger(self):
        for rule in self:
            rule.trigger = rule[_KIND_FIELDS[rule.trigger_kind]] if rule.trigger_kind else False

    @api.depends("trigger")
    def _compute_trigger_name(self):
        labels = self._trigger_labels()
        for rule in self:
            rule.trigger_name = labels.get(rule.trigger, "")

    @api.depends("trigger", "audience")
    def _compute_model_name(self):
        triggers = self._triggers()
        for rule in self:
            trigger = triggers.get(rule.trigger)
            rule.model_name = False if rule._is_once() else trigger and trigger.model
            rule.by_day = bool(trigger and trigger.by_day)

    @api.depends("company_id")
    def _compute_tz(self):
        for rule in self:
            rule.tz = (rule.company_id or self.env.company)._caredesk_tz()

    # === CONSTRAINTS & ONCHANGE ===

    @api.onchange("trigger")
    def _onchange_trigger(self):
        """Conditions on other records make no sense any more."""
        trigger = self._triggers().get(self.trigger)
        self.domain = trigger.conditions if trigger else "[]"

    @api.constrains("trigger_kind", "action_kind", "event_kind", "time_kind")
    def _check_trigger(self):
        for rule in self:
            if not rule.trigger:
                field = self._fields[_KIND_FIELDS[rule.trigger_kind]]
                raise ValidationError(
                    self.env._(
                        "Please fill in «%(field)s»: what sets the rule off.",
                        field=field._description_string(self.env),
                    )
                )

    @api.constrains("content_ids", "step_ids", "state")
    def _check_content(self):
        for rule in self.filtered(lambda rule: rule.state == "running"):
            if not rule.content_ids and not rule.step_ids:
                raise ValidationError(
                    self.env._(
                        "Please fill in «Messages by Channel»: at least one message or a "
                        "further step."
                    )
                )

    @api.constrains("offset_days", "silent_days", "cycle_within_days", "delay_number", "delay_unit")
    def _check_distances(self):
        for rule in self:
            delay = DECADE if rule.delay_unit == "days" else 100_000
            days = max(rule.offset_days, rule.silent_days, rule.cycle_within_days)
            if days > DECADE or rule.delay_number > delay:
                raise ValidationError(self.env._("Days and delays reach ten years at most."))

    @api.constrains("hour", "day", "offset_days", "delay_number", "silent_days", "paid_share")
    def _check_numbers(self):
        for rule in self:
            if not 0 <= round(rule.hour * 60) < 24 * 60:
                raise ValidationError(self.env._("The time of day is from 00:00 to 23:59."))
            if not 1 <= rule.day <= 31:
                raise ValidationError(self.env._("The day of the month is from 1 to 31."))
            if min(rule.offset_days, rule.delay_number) < 0:
                raise ValidationError(self.env._("Numbers of days and the delay are not negative."))
            if rule.silent_days < 1:
                raise ValidationError(self.env._("A customer is silent for one day at least."))
            if not 0 < rule.paid_share <= 100:
                raise ValidationError(self.env._("The paid share is above 0 and up to 100%."))

    @api.constrains("cycle_on", "cycle_every_days", "cycle_within_days")
    def _check_cycle(self):
        for rule in self.filtered("cycle_on"):
            if not 1 <= rule.cycle_every_days <= rule.cycle_within_days:
                raise ValidationError(
                    self.env._("A rule repeats every 1 day or more, within at least as many days.")
                )

    @api.constrains("time_kind", "trigger_kind", *(f"weekday_{n}" for n in range(7)))
    def _check_weekdays(self):
        for rule in self:
            if rule.trigger == "weekly" and not rule._weekdays():
                raise ValidationError(self.env._("Please choose at least one day of the week."))

    @api.constrains("domain", "trigger")
    def _check_domain(self):
        """Try the conditions out.

        As the system, like all constraints: who writes rules need not be allowed to read orders
        or tickets. The fields he or she names have to be open to him or her all the same.
        """
        for rule in self.filtered("model_name"):
            try:
                rule._check_fields_open(rule.sudo(False)._records(), rule._conditions())
                with self.env.cr.savepoint():
                    rule._records().search(rule._conditions(), limit=1)
            except (ValueError, SyntaxError, TypeError, KeyError, DataError) as error:
                _logger.info("Conditions %r of a rule cannot be used", rule.domain, exc_info=True)
                raise ValidationError(
                    self.env._("These conditions cannot be used. Please choose them anew.")
                ) from error

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        rules._check_complete()
        rules._plan()
        return rules

    def write(self, vals):
        if not vals.get("active", True):
            vals = {**vals, "state": "stopped"}  # what is put away sends nothing
        result = super().write(vals)
        if vals.keys() & {"state", "active", "trigger_kind", *_KIND_FIELDS.values()}:
            self.env.registry.clear_cache()
        if vals.get("state") == "stopped":
            self._cancel_waiting()
        if moved := vals.keys() & self._planning_fields():
            self._plan(is_hour_only=moved == {"hour"})
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for rule, vals in zip(self, vals_list, strict=True):
            # A copy is to be looked at before it sends.
            vals["state"] = "stopped"
            if "name" not in (default or {}):
                vals["name"] = self.env._("%(title)s (copy)", title=rule.name)
        return vals_list

    def _check_complete(self):
        """Raise for new rules without trigger or content: nothing else would look at them."""
        self._check_trigger()
        self._check_content()

    # === BUSINESS ===

    def _spec(self):
        """Return what is known of the rule's trigger."""
        self.ensure_one()
        return self._triggers()[self.trigger]

    def _is_once(self):
        """Tell whether the rule is about no record: one message at a time of the clock."""
        return self.trigger_kind == TIME and self.audience == "once"

    def _records(self):
        """Return the empty recordset of what the rule is about."""
        return self.env[self.model_name or self._name]

    def _conditions(self):
        """Return the conditions; only constants, no code.

        :raise ValueError, SyntaxError: this is no domain
        """
        self.ensure_one()
        return Domain(literal_eval(self.domain or "[]"))

    def _weekdays(self):
        return frozenset(number for number in range(7) if self[f"weekday_{number}"])

    def _offset(self):
        """Return the days after the event that the message goes out; before it: below zero."""
        self.ensure_one()
        return {"before": -1, "on": 0, "after": 1}[self.offset_when] * self.offset_days

    @api.model
    @tools.ormcache("trigger")
    def _listening(self, trigger):
        """Return the ids of the running rules that listen to a trigger."""
        # sudo: rules listen whoever sets them off
        rules_sudo = self.sudo().search([("trigger", "=", trigger), ("state", "=", "running")])
        return tuple(rules_sudo.ids)
