import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .care_defaults import without_defaults


class CaredeskCareInvite(models.Model):
    """An address for one customer at which one visit can be booked, moved and called off."""

    _name = "caredesk.care.invite"
    _description = "Booking Invitation"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Whose free time is offered.",
    )
    schedule_id = fields.Many2one("caredesk.care.schedule", index="btree_not_null")
    occasion_id = fields.Many2one(
        "caredesk.care.occasion", index="btree_not_null",
        domain="[('schedule_id', '=', schedule_id)]",
    )  # fmt: skip
    form_id = fields.Many2one("caredesk.care.form", index="btree_not_null", ondelete="restrict")
    name = fields.Char("Subject", required=True)
    duration = fields.Float("Duration (hours)", default=1.0, required=True)
    valid_until = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self) + timedelta(days=90)
    )
    token = fields.Char(
        required=True, readonly=True, copy=False, groups="base.group_system",
        default=lambda self: secrets.token_urlsafe(24),
    )  # fmt: skip
    task_id = fields.Many2one(
        "caredesk.care.task", "Visit", readonly=True, copy=False, index="btree_not_null",
        ondelete="set null",
    )  # fmt: skip
    url = fields.Char("Address", compute="_compute_url")

    _token_once = models.UniqueIndex("(token)", "There is an invitation of this address already.")
    _duration_fits = models.Constraint(
        "CHECK (duration > 0 AND duration <= 12)", "A visit lasts up to 12 hours."
    )

    def _compute_url(self):
        base = self.get_base_url()
        for invite in self:
            # sudo: who may read the invitation of the customer may hand out its address
            invite.url = f"{base}/caredesk/booking/{invite.sudo().token}"

    @api.constrains("partner_id", "company_id", "schedule_id", "form_id", "task_id")
    def _check_companies(self):
        for invite in self:
            companies = invite.partner_id.company_id | invite.schedule_id.company_id
            companies |= invite.form_id.company_id | invite.task_id.company_id
            if companies - invite.company_id:
                raise ValidationError(
                    self.env._("Customer, schedule and care form have to belong to the company.")
                )
            if invite.task_id and invite.task_id.partner_id != invite.partner_id:
                raise ValidationError(self.env._("The task is one of another customer."))

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        """Make invitations; which visit one is for is known by the booking page alone."""
        clean = without_defaults(self, {"task_id"})
        clean._refuse_visit(vals_list)
        return super(CaredeskCareInvite, clean).create(vals_list)

    def write(self, vals):
        """Change invitations, but not which visit they are for."""
        self._refuse_visit([vals])
        return super().write(vals)

    def _refuse_visit(self, vals_list):
        """Refuse a visit from people: whoever has the address may move and call it off.

        :raise UserError: one is named
        """
        if not self.env.su and any(vals.get("task_id") for vals in vals_list):
            raise UserError(self.env._("The visit is chosen on the booking page only."))

    # === ACTIONS ===

    def action_send(self):
        """Write the customer a mail with the address."""
        self.ensure_one()
        self.check_access("write")
        if not self.partner_id.email:
            raise UserError(self.env._("%s has no mail address.", self.partner_id.name))
        self._mail("mail_template_booking_invite")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The invitation to %s is on its way.", self.partner_id.name),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _mail(self, name):
        # sudo: rights on the invitation were checked; mails are the system's
        template_sudo = self.env.ref(f"caredesk_automation.{name}").sudo()
        mail = self.env["mail.mail"].sudo().browse(template_sudo.send_mail(self.id))
        for file_name, content in self._calendar_attachment():
            attachment = {
                "name": file_name,
                "raw": content,
                "mimetype": "text/calendar",
                "res_model": "mail.message",
                "res_id": mail.mail_message_id.id,
            }
            mail.attachment_ids = [(0, 0, attachment)]
