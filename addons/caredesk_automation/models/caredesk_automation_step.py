from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import plaintext2html

from .caredesk_automation_rule import DECADE
from .caredesk_automation_rule_fire import BY_RULE

KINDS = [
    ("ticket", "Create a ticket"),
    ("activity", "Plan an activity"),
    ("tag", "Tag the customer"),
    ("action", "Run a server action"),
]


class CaredeskAutomationStep(models.Model):
    """What a rule does besides sending messages.

    Other addons add kinds: a key of ``kind``, the field it needs in ``_needed`` and a method
    ``_perform_<key>(record)`` that does it for one record.
    """

    _name = "caredesk.automation.step"
    _description = "Automation Step"
    _order = "sequence, id"
    _rec_name = "kind"

    rule_id = fields.Many2one(
        "caredesk.automation.rule", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, required=True, default="activity")
    title = fields.Char(translate=True, help="Of the ticket or activity; may hold placeholders.")
    note = fields.Text(translate=True, help="May hold placeholders.")
    ticket_type_id = fields.Many2one("caredesk.ticket.type")
    activity_type_id = fields.Many2one("mail.activity.type")
    days = fields.Integer("Due in (Days)", default=1)
    user_id = fields.Many2one(
        "res.users",
        "Assigned to",
        domain="[('share', '=', False)]",
        help="Empty: the person in charge of the record.",
    )
    tag_ids = fields.Many2many("res.partner.category", string="Tags")
    action_id = fields.Many2one(
        "ir.actions.server",
        "Server Action",
        groups="base.group_system",
        ondelete="restrict",
        help="Anything else Odoo can do; an administrator sets it up.",
    )

    detail = fields.Char("Details", compute="_compute_detail", help="What the step is done with.")

    # === COMPUTE ===

    @api.depends(lambda self: ["kind", *self._needed().values()])
    def _compute_detail(self):
        needed = self._needed()
        for step in self:
            # sudo: names of what the rule does; who reads the step may know them
            chosen_sudo = step.sudo()[needed[step.kind]] if step.kind else ()
            step.detail = ", ".join(one.display_name for one in chosen_sudo)

    # === CONSTRAINTS ===

    @api.constrains(lambda self: ["kind", "title", "note", *self._needed().values()])
    def _check_complete(self):
        merge = self.env["caredesk.automation.merge.field"]
        for step in self:
            name = self._needed()[step.kind]
            if not step.sudo()[name]:  # sudo: whether there is one, not which
                step._raise_if_not_open(name)
                field = self._fields[name]._description_string(self.env)
                raise ValidationError(self.env._("Please fill in «%(field)s».", field=field))
            merge._check_texts(step, ("title", "note"))

    def _raise_if_not_open(self, name):
        """Name the kind of the step to whom its field is not shown.

        :raise ValidationError: the user cannot fill in the field
        """
        # Not whether the field is open here: constraints run as the system.
        groups = self._fields[name].groups
        if not groups or self.env.user.has_groups(groups):
            return
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        raise ValidationError(
            self.env._("Only an administrator sets up a step «%(kind)s».", kind=kinds[self.kind])
        )

    @api.constrains("kind", "action_id", "rule_id")
    def _check_action(self):
        """An action acts on the id it is given, whatever kind of record that is the id of."""
        for step in self:
            step._raise_if_misfit(step.rule_id._records())

    @api.constrains("days")
    def _check_days(self):
        for step in self:
            if not 0 <= step.days <= DECADE:
                raise ValidationError(self.env._("Days and delays reach ten years at most."))

    def _raise_if_misfit(self, record):
        """Refuse a server action made for records of another kind than ``record``.

        :raise ValidationError: it would change the wrong ones
        """
        self.ensure_one()
        if self._needed()[self.kind] != "action_id":
            return
        # sudo: which records the action is about, nothing else
        model_sudo = self.sudo().action_id.model_id
        if model_sudo and model_sudo.model != record._name:
            raise ValidationError(
                self.env._(
                    "The server action is about «%(made_for)s», this rule about «%(records)s».",
                    made_for=model_sudo.name,
                    records=self.env["ir.model"]._get(record._name).name,
                )
            )

    # === CRUD ===

    def copy_data(self, default=None):
        """Copy what the user may see: server actions only for administrators."""
        if self._has_field_access(self._fields["action_id"], "read"):
            return super().copy_data(default)
        vals_list = super().copy_data({**(default or {}), "action_id": False})
        for step, vals in zip(self, vals_list, strict=True):
            del vals["action_id"]
            if self._needed()[step.kind] == "action_id":
                vals.clear()
        return vals_list

    # === BUSINESS ===

    @api.model
    def _needed(self):
        """Return the name of the field that each kind needs. Hook for other addons."""
        return {
            "ticket": "ticket_type_id",
            "activity": "activity_type_id",
            "tag": "tag_ids",
            "action": "action_id",
        }

    def _perform(self, record):
        """Do the step for one record; whoever calls rolls back what fails."""
        self.ensure_one()
        self._raise_if_misfit(record)  # the action may have been changed since it was chosen
        step = self.with_context(**{BY_RULE: True})
        getattr(step, f"_perform_{self.kind}")(record.with_env(step.env))

    def _words(self, record):
        """Return title and note for a record, placeholders replaced."""
        merge = self.env["caredesk.automation.merge.field"]
        sources = self.rule_id._sources(record, self.rule_id._customer(record))
        model = self.rule_id.model_name
        return (
            merge._fill(self.title or self.rule_id.name, sources, model),
            merge._fill(self.note or "", sources, model),
        )

    def _perform_ticket(self, record):
        title, note = self._words(record)
        self.env["caredesk.ticket"]._create_from_channel(
            "other",
            [
                {
                    "name": title,
                    "description": plaintext2html(note or title),
                    "type_id": self.ticket_type_id.id,
                    "partner_id": self.rule_id._customer(record).id,
                }
            ],
        )

    def _perform_activity(self, record):
        title, note = self._words(record)
        # What has no activities of its own, such as an instalment, has a customer who does.
        target = record if "activity_ids" in record._fields else self.rule_id._customer(record)
        if not target:
            raise UserError(self.env._("There is no record to plan an activity on."))
        target.with_context(mail_notify_force_send=False).activity_schedule(
            activity_type_id=self.activity_type_id.id,
            summary=title,
            note=plaintext2html(note) if note else False,
            user_id=self._assignee(record).id,
            date_deadline=self.rule_id.company_id._caredesk_today() + timedelta(days=self.days),
        )

    def _assignee(self, record):
        """Return who is to do what the step plans: nobody who left the company."""
        return self.user_id.filtered("active") or self.rule_id._owner(record)

    def _perform_tag(self, record):
        links = [fields.Command.link(tag.id) for tag in self.tag_ids]
        self.rule_id._customer(record).write({"category_id": links})

    def _perform_action(self, record):
        # sudo: an administrator chose the action for this rule
        action_sudo = self.sudo().action_id
        action_sudo.with_context(
            active_model=record._name, active_id=record.id, active_ids=record.ids
        ).run()
