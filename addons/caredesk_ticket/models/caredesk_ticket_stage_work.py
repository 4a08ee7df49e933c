import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from .caredesk_support_group import MAX_DAYS
from .mail_job import job_of

_logger = logging.getLogger(__name__)

ACTIVITY_FOR = [("performer", "Performer"), ("managers", "Managers of the Group")]


class CaredeskTicketStage(models.Model):
    """What a stage asks for when a ticket enters it: an activity, a plan, a mail."""

    _inherit = "caredesk.ticket.stage"

    activity_type_id = fields.Many2one(
        "mail.activity.type",
        domain="['|', ('res_model', '=', False), ('res_model', '=', 'caredesk.ticket')]",
        ondelete="restrict",
        help="Scheduled on tickets that enter the stage.",
    )
    activity_summary = fields.Char(translate=True)
    activity_days = fields.Integer("Due After", help="Days after the ticket entered the stage.")
    activity_for = fields.Selection(
        ACTIVITY_FOR, string="Assigned to", default="performer", required=True
    )
    activity_plan_id = fields.Many2one(
        "mail.activity.plan",
        domain="[('res_model', '=', 'caredesk.ticket')]",
        ondelete="restrict",
        help="Several activities at once, each with its own date and person.",
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        string="Mail to the Customer",
        domain="[('model', '=', 'caredesk.ticket')]",
        ondelete="restrict",
        help="Sent when a ticket enters the stage, once for each time. Not sent to unverified "
        "senders, in answer to a machine, nor when tickets are closed automatically.",
    )

    @api.constrains("activity_type_id", "activity_plan_id", "mail_template_id", "activity_days")
    def _check_entry_work(self):
        for stage in self:
            models_used = {
                stage.activity_type_id.res_model or "caredesk.ticket",
                stage.activity_plan_id.res_model or "caredesk.ticket",
                stage.mail_template_id.sudo().model or "caredesk.ticket",
            }
            if models_used != {"caredesk.ticket"}:
                raise ValidationError(
                    self.env._(
                        "The activity, plan and mail of %(stage)s have to be made for tickets.",
                        stage=stage.name,
                    )
                )
            if stage.activity_days < 0:
                raise ValidationError(self.env._("Minutes and days cannot be negative."))
            if stage.activity_days > MAX_DAYS:
                raise ValidationError(self.env._("Choose at most %(days)s days.", days=MAX_DAYS))

    @api.model
    @tools.ormcache()
    def _ids_with_entry_work(self):
        """Return the ids of the stages that ask for something when a ticket enters them."""
        # sudo: asked for whoever moves a ticket
        stages_sudo = (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    "|",
                    "|",
                    ("activity_type_id", "!=", False),
                    ("activity_plan_id", "!=", False),
                    ("mail_template_id", "!=", False),
                ]
            )
        )
        return frozenset(stages_sudo.ids)


class CaredeskTicket(models.Model):
    _inherit = "caredesk.ticket"

    # === BUSINESS ===

    def _enter_stage(self):
        """Do what the present stage asks for; costs nothing where it asks for nothing.

        What goes wrong is written on the ticket and never keeps it from moving on.
        """
        busy_ids = self.env["caredesk.ticket.stage"]._ids_with_entry_work()
        if not busy_ids:
            return
        for ticket in self.filtered(lambda ticket: ticket.stage_id.id in busy_ids):
            # sudo: the system's work on behalf of whoever moves the ticket
            ticket_sudo = ticket.sudo().with_context(mail_activity_quick_update=True)
            works = (
                ticket_sudo._schedule_stage_activity,
                ticket_sudo._schedule_stage_plan,
                ticket_sudo._queue_stage_mail,
            )
            for work in works:
                ticket_sudo._try_on_entry(work)

    def _try_on_entry(self, work):
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                work()
        except Exception:
            _logger.exception("Stage %s of %s: entry failed", self.stage_id.id, self)
            self._message_log(
                body=Markup("<p>%s</p>")
                % self.env._(
                    "An activity or mail of the stage «%(stage)s» could not be made. A manager "
                    "should look at the stage.",
                    stage=self.stage_id.name,
                )
            )

    def _schedule_stage_activity(self):
        stage = self.stage_id
        if not stage.activity_type_id:
            return
        person = self._person_in_charge(managers_first=stage.activity_for == "managers")
        self.activity_schedule(
            activity_type_id=stage.activity_type_id.id,
            summary=stage.with_context(lang=person.lang).activity_summary or "",
            date_deadline=self._today_of(person) + timedelta(days=stage.activity_days),
            user_id=person.id,
        )

    def _schedule_stage_plan(self):
        """Schedule the activities of the stage's plan; «ask at launch» means the performer."""
        for template in self.stage_id.activity_plan_id.template_ids:
            person = self._person_in_charge()
            if template.responsible_type != "on_demand":
                person = template._determine_responsible(person, self)["responsible"]
            self.activity_schedule(
                activity_type_id=template.activity_type_id.id,
                summary=self._in_language_of(person, template, "summary", "summary"),
                note=self._in_language_of(person, template, "note", "default_note"),
                date_deadline=template._get_date_deadline(self._today_of(person)),
                user_id=person.id,
            )

    @api.model
    def _in_language_of(self, person, template, name, type_name):
        """Return the text ``name`` of a plan's line as ``person`` reads it.

        Odoo keeps a plan in one language. What it took over from the kind of activity is
        there in all of them; what somebody wrote himself stays as written.
        """
        kind = template.activity_type_id
        # None: the source text, also where English is not installed
        languages = [None, *(code for code, _name in self.env["res.lang"].get_installed())]
        taken_over = {kind.with_context(lang=code)[type_name] for code in languages}
        if template[name] not in taken_over:
            return template[name]
        return kind.with_context(lang=person.lang)[type_name]

    @api.model
    def _today_of(self, person):
        """Return the day it is where ``person`` works; mail and crons have no zone of their own."""
        tz = person.tz or self.env.context.get("tz") or self.env.user.tz
        return fields.Date.context_today(self.with_context(tz=tz))

    def _person_in_charge(self, managers_first=False):
        """Return the user who has to do something: performer, manager or member of the group."""
        self.ensure_one()
        group = self.group_id
        performer = self.user_id.filtered("active")
        managers = group.manager_ids.filtered("active")
        people = managers | performer if managers_first else performer | managers
        return (people or group.member_ids.user_id)[:1]

    def _queue_stage_mail(self):
        """Queue the stage's mail to the customer; Odoo's mail queue sends it."""
        template = self.stage_id.mail_template_id
        address = template and self._may_mail_customer() and self._automatic_address()
        if address:
            values = self._automatic_mail_values(address)
            template.send_mail(self.id, force_send=False, email_values=values)

    def _may_mail_customer(self):
        """Tell whether an automatic mail may go to the customer now."""
        self.ensure_one()
        job = job_of(self.env)
        answerable = not job or job.verdict.is_answerable
        return answerable and not self.env.context.get("caredesk_no_stage_mail")
