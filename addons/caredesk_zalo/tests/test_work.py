from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, tagged

from .test_crm import CrmMixin


@tagged("post_install", "-at_install")
class TestWork(CrmMixin, TransactionCase):
    """Tickets, activities and orders begun in a conversation."""

    def _open(self, action, user=None):
        model = self.env[action["res_model"]].with_user(user or self.seller)
        return Form(model.with_context(**action["context"]))

    def _link(self):
        partner = self.env["res.partner"].create({"name": "Chị Lan"})
        self.contact._link_to(partner.with_user(self.seller))
        return partner

    def test_ticket(self):
        """S2-TKT-01/02/03/04, S1-TKT-03: filled in, linked both ways, told in the chat."""
        action = self.contact.action_new_ticket()
        with self._open(action) as form:
            form.name = "Máy giặt kêu"
            form.type_id = self.env.ref("caredesk_ticket.ticket_type_general")
        ticket = form.record
        self.assertEqual((ticket.channel, ticket.zalo_contact_id), ("zalo", self.contact))
        self.assertIn("kêu to quá", ticket.description)
        self.assertIn(ticket.number, self._notes())
        self.assertEqual(
            ticket.action_zalo_conversation()["context"]["active_id"], self.contact.channel_id.id
        )
        ticket.sudo()._own_code()._transition("cancel", {"cancel_reason": "trùng"})
        self.assertIn("Cancelled", self._notes())

    def test_ticket_quotes_chosen_messages(self):
        """S2-TKT-03: the messages that were ticked, and no others."""
        self._receive("Câu thứ hai")
        first = self.contact.channel_id.message_ids.filtered(lambda m: "kêu to" in m.body)
        action = self.contact.action_new_ticket(first.ids)
        self.assertIn("kêu to", action["context"]["default_description"])
        self.assertNotIn("thứ hai", action["context"]["default_description"])

    def test_ticket_knows_how_to_reach_the_customer(self):
        """S2-TKT-03: e-mail and phone of the contact; what one lacks the card of the chat has."""
        partner = self._link()
        partner.email = "lan@example.com"
        self.contact.sudo().phone = "0901234567"
        form = self._open(self.contact.action_new_ticket())
        self.assertEqual(form.email_from, "lan@example.com")
        self.assertEqual((form.partner_name, form.phone), ("Chị Lan", "+84 901 234 567"))

    def test_ticket_quotes_no_notes(self):
        """S2-TKT-03, S2-CMT-01: the customer reads his ticket; what colleagues noted stays here."""
        channel = self.contact.channel_id.with_user(self.seller)
        note = channel.message_post(
            body="Khách khó tính", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        for chosen in (None, note.ids + channel.sudo().message_ids.ids):
            quoted = self.contact.action_new_ticket(chosen)["context"]["default_description"]
            self.assertIn("kêu to quá", quoted)
            self.assertNotIn("khó tính", quoted)

    def test_ticket_needs_a_role(self):
        """S2-TKT-01: who may make no tickets is told so, not shown a form that cannot be saved."""
        with self.assertRaisesRegex(AccessError, "role in support"):
            self.contact.with_user(self.hang).action_new_ticket()

    def test_template(self):
        """S2-X6: to whom nothing else can be written, in this very conversation; if known."""
        with self.assertRaisesRegex(UserError, "Add .* to CRM"):
            self.contact.action_send_template()
        partner = self._link()
        self.contact.sudo().create(
            {
                "name": "The same at another account",
                "oa_id": self.account.id,
                "zalo_user_id": "77",
                "partner_id": partner.id,
                "last_customer_at": "2099-01-01",
            }
        )
        wizard = self._open(self.contact.action_send_template())
        self.assertEqual(wizard.contact_id, self.contact)

    def test_a_part_of_a_ticket_stays_in_the_conversation(self):
        """S2-TKT-02, IE-12: what is split off is answered where the customer wrote."""
        tickets = self.env["caredesk.ticket"]
        ticket = tickets._create_from_channel(
            "zalo", [{"name": "T", "zalo_contact_id": self.contact.id}]
        )
        message = ticket.message_post(
            body="Và một việc khác", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        dialog = self.env["caredesk.ticket.split"].create(
            {"ticket_id": ticket.id, "name": "Việc khác", "message_ids": message.ids}
        )
        part = tickets.browse(dialog.action_split()["res_id"])
        self.assertEqual((part.channel, part.zalo_contact_id), ("zalo", self.contact))
        self.assertIn(part.number, self._notes())

    def test_ticket_of_a_stranger_is_refused(self):
        """S2-TKT-04, IE-40: nobody tells his ticket's news to a customer he may not see."""
        maker = self._zalo_user("maker", "caredesk_ticket.group_creator")
        tickets = self.env["caredesk.ticket"].with_user(maker)
        kind = self.env.ref("caredesk_ticket.ticket_type_general")
        vals = {"name": "T", "type_id": kind.id}
        with self.assertRaises(AccessError):
            tickets.create({**vals, "zalo_contact_id": self.contact.id})
        with self.assertRaises(AccessError):
            tickets.with_context(default_zalo_contact_id=self.contact.id).create(vals)

    def test_ticket_gets_its_customer_later(self):
        """S2-TKT-04: a ticket of an unlinked customer is his once he is linked."""
        tickets = self.env["caredesk.ticket"]
        ticket = tickets._create_from_channel(
            "zalo", [{"name": "T", "zalo_contact_id": self.contact.id}]
        )
        self.assertFalse(ticket.partner_id)
        partner = self._link()
        self.assertEqual(ticket.partner_id, partner)

    def test_order(self):
        """S2-ORD-01/02/03/04, C-29: for contacts only; linked, told in the chat."""
        with self.assertRaisesRegex(UserError, "contacts"):
            self.contact.action_new_order()
        partner = self._link()
        action = self.contact.action_new_order()
        order = self.env["sale.order"].with_context(**action["context"]).create({})
        self.assertEqual((order.partner_id, order.zalo_contact_id), (partner, self.contact))
        self.assertIn(order.name, self._notes())

    def test_activities(self):
        """S2-ACT-01/02/03/04/05: call and task are activities, a meeting is in the calendar."""
        self.assertEqual(
            self.contact.action_new_call()["context"]["active_model"], self.contact._name
        )
        partner = self._link()
        for action in (self.contact.action_new_call(), self.contact.action_new_task()):
            with self._open(action) as form:
                form.summary = "Gọi lại"
            form.record.action_schedule_activities()
        types = partner.activity_ids.activity_type_id.mapped("category")
        self.assertEqual(len(partner.activity_ids), 2)
        self.assertIn("phonecall", types)
        action = self.contact.action_new_meeting()
        event = self.env["calendar.event"].with_context(**action["context"]).create(
            {"start": "2026-01-05 08:00:00", "stop": "2026-01-05 09:00:00"}
        )  # fmt: skip
        self.assertIn(partner, event.partner_ids)
        self.assertEqual((event.res_model, event.res_id), ("res.partner", partner.id))

    def test_who_does_not_sell_works_with_leads_too(self):
        """S2-TKT-01, S2-ACT-01, C-28: an agent of support who may not read the lead he talks to."""
        agent = self._zalo_user("help", "caredesk_zalo.group_agent,caredesk_ticket.group_agent")
        self.account.user_ids |= agent
        self.contact.sudo().lead_id = self.env["crm.lead"].create(
            {"name": "Thô", "type": "lead", "is_raw": True}
        )
        contact = self.contact.with_user(agent)
        contact.sudo().channel_id._add_members(users=agent)
        with self._open(contact.action_new_ticket(), agent) as form:
            form.name = "Máy giặt kêu"
            form.type_id = self.env.ref("caredesk_ticket.ticket_type_general")
        self.assertEqual(form.record.zalo_contact_id, contact)
        with self._open(contact.action_new_call(), agent) as form:
            form.summary = "Gọi lại"
        form.record.action_schedule_activities()
        action = contact.action_new_meeting()
        events = self.env["calendar.event"].with_user(agent).with_context(**action["context"])
        event = events.create({"start": "2026-01-05 08:00:00", "stop": "2026-01-05 09:00:00"})
        self.assertEqual((event.res_model, event.res_id), (contact._name, contact.id))
        panel = contact.channel_id.zalo_panel()
        self.assertIn("Gọi lại", [one["name"] for one in panel["activities"]])
        panel = self.contact.channel_id.with_user(self.seller).zalo_panel()
        self.assertIn("Gọi lại", [one["name"] for one in panel["activities"]])
