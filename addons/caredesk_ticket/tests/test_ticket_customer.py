from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestTicketCustomer(CareDeskCase):
    """Ticket, lead, meetings and conversations of one customer find each other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.firm = partners.create({"name": "Công ty Hoa Sen", "is_company": True})
        cls.lan = partners.create(
            {"name": "Chị Lan", "parent_id": cls.firm.id, "email": "lan@x.vn"}
        )
        cls.sales = cls._user("hanh", "intake")
        cls.sales.group_ids = [Command.link(cls.env.ref("sales_team.group_sale_salesman").id)]

    def _lead(self, **vals):
        values = {"name": "Nâng cấp", "type": "opportunity", "user_id": self.sales.id, **vals}
        return self.env["crm.lead"].create(values)

    def _messages(self, partner, user):
        domain = partner.with_user(user).action_caredesk_conversations()["domain"]
        return self.env["mail.message"].with_user(user).search(domain)

    def test_a_lead_makes_a_ticket(self):
        """S4-CHN-10: New Ticket on a lead fills in title, content, customer and the link."""
        lead = self._lead(partner_id=self.lan.id, description="<p>Máy in kêu</p>")
        context = lead.with_user(self.sales).action_caredesk_new_ticket()["context"]
        tickets = self.env["caredesk.ticket"].with_user(self.sales).with_context(**context)
        ticket = tickets.create({"type_id": self.usage.id})
        self.assertEqual(
            (ticket.name, ticket.partner_id, ticket.lead_id), ("Nâng cấp", self.lan, lead)
        )
        self.assertIn("Máy in kêu", ticket.description)

    def test_ticket_and_lead_count_each_other(self):
        """S4-CHN-11: the ticket counts the customer's opportunities, the lead its tickets."""
        lead = self._lead(partner_id=self.firm.id)
        self._lead()
        ticket = self._ticket(partner_id=self.lan.id)
        mine = ticket.with_user(self.sales)
        self.assertEqual(mine.lead_count, 1, "the firm's")
        linked = self._lead(name="Anonymous")
        mine.lead_id = linked
        self.assertEqual(mine.lead_count, 2)
        self.assertEqual(linked.with_user(self.sales).caredesk_ticket_count, 1)
        found = self.env["crm.lead"].search(mine.action_open_leads()["domain"])
        self.assertEqual(found, lead | linked)

    def test_a_ticket_makes_a_lead_once(self):
        """S4-CHN-11: the new opportunity holds the request and is linked, once."""
        ticket = self._ticket(partner_name="Anh Phúc", phone="0912000345")
        mine = ticket.with_user(self.sales)
        lead = self.env["crm.lead"].browse(mine.action_create_lead()["res_id"])
        self.assertEqual((ticket.lead_id, lead.contact_name), (lead, "Anh Phúc"))
        self.assertEqual((lead.name, lead.phone), (ticket.name, "0912000345"))
        self.assertEqual(mine.action_create_lead()["res_id"], lead.id)
        self.assertIn(ticket.number, lead.message_ids[:1].body)

    def test_only_salespeople_make_leads_of_tickets(self):
        """S4-CHN-11, IE-47: an agent without a sales role cannot, nor see the figure."""
        ticket = self._ticket()
        with self.assertRaises(AccessError):
            ticket.with_user(self.an).action_create_lead()
        self.assertNotIn("lead_count", ticket.with_user(self.an).fields_get())

    def test_the_customer_of_a_converted_lead(self):
        """S4-CHN-11: its tickets get the customer, also closed ones; another's stays."""
        lead = self._lead(contact_name="Chị Lan", email_from="lan@y.vn")
        ticket = self._ticket(lead_id=lead.id, email_from="lan@y.vn")
        other = self._ticket(lead_id=lead.id, partner_id=self.firm.id)
        closed = self._held_ticket(self.an, "done", lead_id=lead.id)
        closed.action_close()
        lead.with_user(self.sales)._handle_partner_assignment(create_missing=True)
        self.assertTrue(lead.partner_id)
        self.assertEqual((ticket | closed).partner_id, lead.partner_id)
        self.assertEqual(other.partner_id, self.firm)

    def test_merged_leads_bring_their_tickets(self):
        """S4-CHN-11: no ticket loses its lead when duplicates of it are merged."""
        leads = self._lead(partner_id=self.lan.id) | self._lead(email_from="lan@x.vn")
        tickets = self.env["caredesk.ticket"]
        for lead in leads:
            tickets |= self._ticket(lead_id=lead.id)
        kept = leads.merge_opportunity()
        self.assertEqual(tickets.lead_id, kept)
        self.assertEqual(kept.caredesk_ticket_count, 2)
        self.assertEqual(tickets.partner_id, self.lan)

    def test_merged_leads_bring_archived_tickets(self):
        """S4-CHN-11: a ticket that was put away does not lose its lead either."""
        lead, kept = self._lead(partner_id=self.lan.id), self._lead(email_from="lan@x.vn")
        closed = self._held_ticket(self.an, "done", lead_id=lead.id)
        closed.action_close()
        closed.active = False
        self._ticket(lead_id=lead.id).lead_id = False
        self.assertTrue(lead.has_caredesk_tickets)
        kept._merge_dependences(lead)
        self.assertEqual(closed.lead_id, kept)

    def test_meetings_of_ticket_and_customer(self):
        """S1-STA-03: the ticket counts meetings about it and those its customer attends."""
        ticket = self._ticket(partner_id=self.lan.id)
        mine = ticket.with_user(self.an)
        context = mine.action_open_meetings()["context"]
        events = self.env["calendar.event"].with_user(self.an)
        times = {"start": "2026-03-03 08:00:00", "stop": "2026-03-03 09:00:00"}
        about = events.with_context(**context).create(times)
        self.assertEqual((about.res_model, about.res_id), ("caredesk.ticket", ticket.id))
        self.assertIn(self.lan, about.partner_ids)
        with_her = self.env["calendar.event"].create(
            {"name": "Demo", "partner_ids": [Command.set(self.lan.ids)], **times}
        )
        self.env["calendar.event"].create({"name": "Other", **times})
        mine.invalidate_recordset()
        self.assertEqual(mine.meeting_count, 2)
        found = self.env["calendar.event"].search(mine.action_open_meetings()["domain"])
        self.assertEqual(found, about | with_her)

    def test_conversations_of_a_customer_in_one_place(self):
        """S4-CHN-01, S1-STA-03: mails, answers and done calls of all records, without log lines."""
        ticket = self._ticket(partner_id=self.lan.id)
        lead = self._lead(partner_id=self.firm.id)
        stranger = self._ticket()
        said = (
            ticket.message_post(body="Alo", message_type="comment", author_id=self.lan.id)
            | lead.message_post(body="Báo giá", message_type="comment")
            | self.firm.message_post(body="Gọi lại", message_type="comment")
        )
        stranger.message_post(body="Khác", message_type="comment")
        call = ticket.activity_schedule("mail.mail_activity_data_call", user_id=self.an.id)
        call.action_feedback(feedback="Khách hẹn chiều")
        found = self._messages(self.firm, self.env.user)
        done = found - said
        self.assertEqual(said - found, self.env["mail.message"])
        self.assertEqual(done.mail_activity_type_id, call.activity_type_id)
        self.assertEqual(self._messages(self.lan, self.env.user) & said, said[0])

    def test_conversations_are_what_the_user_may_read(self):
        """S4-CHN-01, IE-47: an agent reads nothing of another group's tickets there."""
        ticket = self._ticket(partner_id=self.lan.id)
        said = ticket.message_post(body="Alo", message_type="comment", author_id=self.lan.id)
        stranger = self._user("chi")
        self._group("Other", stranger)
        self.assertIn(said, self._messages(self.lan, self.an))
        self.assertNotIn(said, self._messages(self.lan, stranger))
