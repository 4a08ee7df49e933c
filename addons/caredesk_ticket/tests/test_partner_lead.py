from odoo.tests import Form, tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestPartnerLead(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.firm = partners.create({"name": "Công ty Hoa Sen", "is_company": True})
        cls.lan = partners.create(
            {"name": "Chị Lan", "parent_id": cls.firm.id, "phone": "0901", "email": "lan@x.vn"}
        )

    def test_a_customer_shows_the_tickets_of_the_whole_firm(self):
        """S0-TKT-15: the company counts its own and its contacts', the contact its own."""
        self._ticket(partner_id=self.firm.id)
        ticket = self._ticket(partner_id=self.lan.id)
        self.assertEqual(self.firm.caredesk_ticket_count, 2)
        self.assertEqual(self.lan.caredesk_ticket_count, 1)
        found = self.env["caredesk.ticket"].search([("partner_id", "child_of", self.lan.id)])
        self.assertEqual(found, ticket)

    def test_archived_contacts_count_too(self):
        """S0-TKT-15: what a former contact asked belongs to the firm's history."""
        self._ticket(partner_id=self.lan.id)
        self.lan.active = False
        self.assertEqual(self.firm.caredesk_ticket_count, 1)

    def test_new_from_the_customer_has_the_customer(self):
        """S0-TKT-15: the button's action fills in the customer and lists only his tickets."""
        action = self.firm.action_caredesk_tickets()
        self.assertEqual(action["context"]["default_partner_id"], self.firm.id)
        ticket = self._ticket(partner_id=self.lan.id)
        other = self._ticket()
        found = self.env["caredesk.ticket"].search(action["domain"])
        self.assertIn(ticket, found)
        self.assertNotIn(other, found)
        new = self.env["caredesk.ticket"].with_context(**action["context"])
        self.assertEqual(new.create({"name": "x", "type_id": self.usage.id}).partner_id, self.firm)

    def test_the_count_is_what_the_user_sees(self):
        """IE-47: an agent of another group counts nothing of this customer."""
        self._ticket(partner_id=self.lan.id)
        stranger = self._user("chi")
        self._group("Other", stranger)
        self.assertEqual(self.lan.with_user(self.an).caredesk_ticket_count, 1)
        self.lan.invalidate_recordset()  # figures of another user, in the same transaction
        self.assertEqual(self.lan.with_user(stranger).caredesk_ticket_count, 0)

    def test_contact_details_come_from_the_customer(self):
        """S1-TKT-05: choosing the customer fills name, phone and e-mail, open to correction."""
        ticket = self._ticket(partner_id=self.lan.id)
        self.assertEqual(
            (ticket.partner_name, ticket.phone, ticket.email_from), ("Chị Lan", "0901", "lan@x.vn")
        )
        ticket.phone = "0902"
        self.assertEqual((ticket.phone, self.lan.phone), ("0902", "0901"))
        ticket.partner_id = self.firm
        self.assertEqual(ticket.partner_name, "Công ty Hoa Sen")
        self.assertEqual(ticket.phone, "0902", "an empty phone erases nothing")

    def test_deleting_a_customer_keeps_the_ticket(self):
        """S0-TKT-08: the work done remains, with the name it was done for."""
        ticket = self._ticket(partner_id=self.lan.id)
        self.lan.unlink()
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.partner_name, "Chị Lan")

    def test_a_lead_has_its_tickets(self):
        """S0-TKT-15: tickets of a lead or opportunity are counted and listed on it."""
        lead = self.env["crm.lead"].create(
            {"name": "Nâng cấp", "partner_name": "Hoa Sen", "email_from": "ceo@x.vn"}
        )
        action = lead.action_caredesk_tickets()
        new = self.env["caredesk.ticket"].with_context(**action["context"])
        ticket = new.create({"name": "Demo", "type_id": self.usage.id})
        self.assertEqual((ticket.lead_id, ticket.email_from), (lead, "ceo@x.vn"))
        self.assertEqual(lead.caredesk_ticket_count, 1)
        lead.unlink()
        self.assertTrue(ticket.exists())

    def test_salespeople_without_a_role_open_their_customers(self):
        """IE-49: without a support role the customer form works and shows no tickets."""
        self._ticket(partner_id=self.lan.id)
        sales = self._user("hanh", "user")
        form = Form(self.lan.with_user(sales))
        self.assertEqual(form.name, "Chị Lan")
        self.assertNotIn("caredesk_ticket_count", self.lan.with_user(sales).fields_get())

    def test_the_customer_is_found_by_phone_in_any_form(self):
        """S1-TKT-02: on the hotline the agent types the number the customer says."""
        self.env.company.country_id = self.env.ref("base.vn")
        caller = self.env["res.partner"].create(
            {
                "name": "Anh Phúc",
                "phone": "+84 912 000 345",
                "country_id": self.env.ref("base.vn").id,
            }
        )
        for query in ("0912000345", "0912 000 345", "84912000345", "+84 (912) 000-345"):
            with self.subTest(query):
                found = self.env["res.partner"].name_search(query)
                self.assertEqual([row[0] for row in found], [caller.id])
        self.assertNotIn(
            caller.id, [row[0] for row in self.env["res.partner"].name_search("0912 000 346")]
        )
