from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError, UserError

#: What a meeting, a call and a task are in Odoo.
ACTIVITY_TYPES = {"call": "mail.mail_activity_data_call", "task": "mail.mail_activity_data_todo"}
#: So many of the last messages go into a ticket when none were chosen.
QUOTED = 5


class CaredeskZaloContact(models.Model):
    """What an agent starts from a conversation: dialogs, filled in as far as the chat knows."""

    _name = "caredesk.zalo.contact"
    _inherit = ["caredesk.zalo.contact", "mail.activity.mixin"]

    # === ACTIONS ===

    def action_add_to_crm(self):
        """Open the dialog that makes a lead or contact of the customer, or finds the one he is."""
        self.ensure_one()
        self._check_unlinked()
        return self._dialog(self.env._("Add to CRM"), "caredesk.zalo.crm")

    def action_edit(self):
        """Open the dialog that changes what is known of the customer."""
        self.ensure_one()
        return self._dialog(self.env._("Edit Customer"), "caredesk.zalo.edit")

    def action_edit_tags(self):
        """Open the dialog of the customer's tags: Save keeps them, Cancel changes nothing."""
        self.ensure_one()
        view = self.env.ref("caredesk_zalo.caredesk_zalo_contact_view_tags")
        return {
            **self._dialog(self.env._("Tags"), self._name),
            "res_id": self.id,
            "views": [(view.id, "form")],
        }

    def action_new_ticket(self, message_ids=None):
        """Open the form of a new ticket of the customer.

        :param message_ids: messages of the conversation to quote; the last ones without
        """
        self.ensure_one()
        if not self.env.user.has_group("caredesk_ticket.group_creator"):
            raise AccessError(self.env._("You need a role in support to make tickets."))
        return self._form(
            self.env._("New Ticket"),
            "caredesk.ticket",
            {
                "channel": "zalo",
                "zalo_contact_id": self.id,
                "partner_id": self.partner_id.id,
                "lead_id": self._readable_lead().id,
                "partner_name": self.partner_id.name or self.name,
                "phone": self.partner_id.phone or self.phone,
                "email_from": self.partner_id.email or self.email,
                "description": self._quote(message_ids),
            },
        )

    def action_send_template(self):
        """Open the dialog that sends a template, also to whom nothing else can be written."""
        self.ensure_one()
        record = self._known_record()
        action = self._dialog(self.env._("Send Zalo Template"), "caredesk.zalo.template.send")
        action["context"] |= {"default_res_model": record._name, "default_res_id": record.id}
        return action

    def action_new_call(self):
        """Plan a call to the customer."""
        return self._plan_activity("call")

    def action_new_task(self):
        """Plan something to do for the customer."""
        return self._plan_activity("task")

    def action_new_meeting(self):
        """Open the form of a meeting with the customer."""
        record = self._record_to_plan_on()
        partner = self.partner_id or self._readable_lead().partner_id
        return self._form(
            self.env._("New Meeting"),
            "calendar.event",
            {
                "name": self.name,
                "partner_ids": (partner | self.env.user.partner_id).ids,
                "res_model_id": self.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "opportunity_id": self.lead_id.id if record == self.lead_id else False,
            },
        )

    def action_new_order(self):
        """Open the form of a quotation for a customer who is a contact.

        :raise UserError: the customer is none yet
        """
        self.ensure_one()
        if not self.partner_id:
            raise UserError(
                self.env._(
                    "Orders are for customers who are contacts. Add %s to CRM as a contact, or "
                    "convert the lead first.",
                    self.name,
                )
            )
        self._check_usable(self.partner_id)
        values = {"partner_id": self.partner_id.id, "zalo_contact_id": self.id, "origin": "Zalo"}
        return self._form(self.env._("New Quotation"), "sale.order", values)

    def action_convert_lead(self):
        """Open the dialog that makes a contact, and a company if wanted, of the lead."""
        self.ensure_one()
        if not self.lead_id or self.partner_id:
            raise UserError(self.env._("%s is not a lead.", self.name))
        return self._dialog(self.env._("Convert Lead"), "caredesk.zalo.convert")

    def action_new_opportunity(self):
        """Open the form of an opportunity; who is a lead becomes a contact before.

        Whether that needs no question depends on the company's setting for customer kinds.
        """
        self.ensure_one()
        if self._known_record() == self.partner_id:
            return self._opportunity_form()
        if self._is_organisation() is False:
            self._convert_lead({})
            return self._opportunity_form()
        dialog = self._dialog(self.env._("Convert Lead"), "caredesk.zalo.convert")
        dialog["context"]["default_then_opportunity"] = True
        return dialog

    # === DIALOGS ===

    def _known_record(self):
        """Return the contact or lead the customer is.

        :raise UserError: he is none yet
        """
        record = self.partner_id or self.lead_id
        if not record:
            raise UserError(self.env._("Add %s to CRM first.", self.name))
        return record

    def _readable_lead(self):
        """Return the lead the customer is, as far as the user may know it: not all agents sell."""
        return self.lead_id._filtered_access("read")

    def _record_to_plan_on(self):
        """Return what the user may plan something on: who the customer is, else the chat's card."""
        record = self._comment_record()
        return record if record.has_access(record._mail_post_access) else self

    def _plan_activity(self, kind):
        self.ensure_one()
        record = self._record_to_plan_on()
        action = self._dialog(self.env._("Plan an Activity"), "mail.activity.schedule")
        action["context"] = {
            "active_model": record._name,
            "active_id": record.id,
            "active_ids": record.ids,
            "default_res_model": record._name,
            "default_res_ids": repr(record.ids),
            "default_activity_type_id": self.env.ref(ACTIVITY_TYPES[kind]).id,
        }
        return action

    def _opportunity_form(self):
        values = {"type": "opportunity", "partner_id": self.partner_id.id}
        values |= {"source_id": self.env.ref("caredesk_zalo.utm_source_zalo").id}
        return self._form(self.env._("New Opportunity"), "crm.lead", values)

    def _dialog(self, name, model):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_contact_id": self.id},
        }

    def _form(self, name, model, values):
        defaults = {f"default_{key}": value for key, value in values.items() if value}
        return {**self._dialog(name, model), "context": defaults}

    def _quote(self, message_ids):
        """Return messages of the conversation as quoted text for a ticket.

        Customers read the ticket in the portal, so what colleagues noted is not for it.
        """
        if not self.channel_id:
            return False
        domain = [
            ("model", "=", "discuss.channel"),
            ("res_id", "=", self.channel_id.id),
            ("message_type", "=", "comment"),
            ("subtype_id", "=", self.env.ref("mail.mt_comment").id),
        ]
        if message_ids:
            domain.append(("id", "in", message_ids))
        messages = self.env["mail.message"].search(
            domain, order="id desc", limit=None if message_ids else QUOTED
        )
        quote = Markup("<p><b>%s</b></p><blockquote>%s</blockquote>")
        return Markup("").join(
            quote % (message.author_guest_id.name or message.author_id.name or "", message.body)
            for message in reversed(messages)
        )
