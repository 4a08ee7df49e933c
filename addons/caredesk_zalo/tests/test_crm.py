from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, tagged

from .common import ZaloMixin


class CrmMixin(ZaloMixin):
    """An agent of Zalo who sells too, and a customer who wrote."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        sales = "sales_team.group_sale_salesman_all_leads"
        groups = f"caredesk_zalo.group_agent,{sales},base.group_partner_manager"
        cls.seller = cls._zalo_user("seller", f"{groups},caredesk_ticket.group_intake")
        cls.account.user_ids |= cls.seller

    def setUp(self):
        super().setUp()
        self.contact = self._receive("Máy giặt nhà em kêu to quá").with_user(self.seller)

    def _known(self, **values):
        return self.env["res.partner"].create({"name": "Nguyễn Văn A", **values})

    def _wizard(self, **values):
        """Return the dialog as the browser fills it in: onchanges included."""
        context = self.contact.action_add_to_crm()["context"]
        with Form(
            self.env["caredesk.zalo.crm"].with_user(self.seller).with_context(**context)
        ) as form:
            for name, value in values.items():
                setattr(form, name, value)
        return form.record

    def _notes(self):
        return " ".join(self.contact.sudo().channel_id.message_ids.mapped("body"))


@tagged("post_install", "-at_install")
class TestAddToCrm(CrmMixin, TransactionCase):
    """«Thêm khách hàng vào CRM»."""

    def test_a_new_lead(self):
        """S2-CRM-02/03/04/05/06: pre-filled, made, linked, shown; the door closes behind."""
        self.contact.sudo().phone = "84901234567"
        wizard = self._wizard(target="lead")
        self.assertEqual((wizard.name, wizard.phone), (self.contact.name, "+84 901 234 567"))
        wizard.action_save()
        lead = self.contact.lead_id
        self.assertEqual(lead.phone, "+84 901 234 567")
        self.assertEqual(lead.source_id, self.env.ref("caredesk_zalo.utm_source_zalo"))
        self.assertEqual(self.contact.kind, "lead")
        self.assertIn("Added to CRM", self._notes())
        with self.assertRaisesRegex(UserError, "linked to"):
            self.contact.action_add_to_crm()

    def test_a_new_contact_of_a_company(self):
        """S2-CRM-04, S2-UPD-05: as a contact, its company made with it."""
        self._wizard(target="contact", company_name="Spa Hoa Mai").action_save()
        self.assertEqual(self.contact.partner_id.parent_id.name, "Spa Hoa Mai")
        self.assertTrue(self.contact.partner_id.parent_id.is_company)
        self.assertEqual(self.contact.kind, "contact")

    def test_duplicates_are_found_in_any_form(self):
        """S2-CRM-08/12/22, IE-42: e-mail whatever its case, phone with 0, 84 or +84."""
        self._known(email="An@Example.com")
        self._known(phone="0901 234 567")
        self.env["crm.lead"].create({"name": "Cũ", "type": "lead", "phone": "+84901234567"})
        for phone in ("0901234567", "84901234567", "+84 901-234-567"):
            found, hidden = self.contact._matches(phone, False)
            self.assertEqual([agrees for _record, agrees in found], ["phone", "phone"], phone)
            self.assertEqual(hidden, 0)
        found, _hidden = self.contact._matches(False, "AN@example.COM")
        self.assertEqual([agrees for _record, agrees in found], ["email"])
        self.assertEqual(self.contact._matches("", ""), ([], 0))

    def test_nothing_is_made_twice_in_silence(self):
        """S2-CRM-13/14/23: Save shows who is there instead of making another one."""
        known = self._known(phone="0901234567")
        wizard = self._wizard(target="contact", phone="+84901234567")
        self.assertEqual(wizard.match_ids.record, known)
        self.assertEqual(wizard.action_save()["res_id"], wizard.id)
        self.assertFalse(self.contact.partner_id)
        wizard.action_save_anyway()
        self.assertNotEqual(self.contact.partner_id, known)

    def test_save_looks_again(self):
        """S2-CRM-13: somebody made the same customer while the dialog stood open."""
        wizard = self._wizard(target="contact", phone="0901234567")
        self._known(phone="84901234567")
        wizard.action_save()
        self.assertFalse(self.contact.partner_id)
        self.assertTrue(wizard.match_ids)

    def test_what_colleagues_hide_is_counted(self):
        """S2-CRM-13: nobody makes a second lead of one he may not see."""
        own = self._zalo_user("own", "caredesk_zalo.group_agent,sales_team.group_sale_salesman")
        self.account.user_ids |= own
        self.env["crm.lead"].create(
            {"name": "Riêng", "type": "lead", "phone": "0901234567", "user_id": self.seller.id}
        )
        found, hidden = self.contact.with_user(own)._matches("0901234567", False)
        self.assertEqual((found, hidden), ([], 1))

    def test_link_changes_nothing(self):
        """S2-CRM-09/10/11/15/16/17: one is ticked, and stays as it is."""
        known = self._known(phone="0901234567")
        wizard = self._wizard(name="Tên khác", phone="0901234567")
        with self.assertRaisesRegex(UserError, "Tick one"):
            wizard.action_link()
        wizard.match_ids.is_chosen = True
        leads = self.env["crm.lead"].search_count([])
        self.assertEqual(wizard.action_link()["params"]["type"], "success")
        self.assertEqual(self.contact.partner_id, known)
        self.assertEqual(known.name, "Nguyễn Văn A")
        self.assertEqual(self.env["crm.lead"].search_count([]), leads)
        self.assertIn("Linked to", self._notes())

    def test_the_second_to_link_is_told(self):
        """IE-44: of two agents who link one customer, one does."""
        first, second = self._known(), self._known()
        self.contact._link_to(first)
        with self.assertRaisesRegex(UserError, "linked to"):
            self.contact._link_to(second)

    def test_merge_overwrites_and_keeps_the_past(self):
        """S2-CRM-18/19/20/21/24/25/26, C-17: exactly one is left, with the chat's data."""
        known = self._known(phone="12345", email="a@example.com", street="Hà Nội")
        ticket = self.env["caredesk.ticket"].create(
            {
                "name": "Cũ",
                "partner_id": known.id,
                "group_id": self.env["caredesk.support.group"].search([], limit=1).id,
            }
        )
        wizard = self._wizard(name="Nguyễn Văn B", email="A@example.com")
        wizard.match_ids.is_chosen = True
        wizard.action_merge()
        self.assertEqual((known.name, known.phone), ("Nguyễn Văn B", "12345"))
        self.assertEqual(known.street, "Hà Nội")
        self.assertEqual(self.contact.partner_id, known)
        self.assertEqual(ticket.partner_id, known)
        self.assertIn("Nguyễn Văn A", known.message_ids[0].body)
        same = [("email_normalized", "=", "a@example.com")]
        self.assertEqual(self.env["res.partner"].search_count(same), 1)

    def test_merge_swallows_the_raw_customer(self):
        """C-17: what the chat had made before disappears in the record that was chosen."""
        raw = self.env["crm.lead"].create({"name": "Thô", "type": "lead", "is_raw": True})
        raw.message_post(body="đã gọi")
        self.contact.sudo().lead_id = raw
        lead = self.env["crm.lead"].create({"name": "Cũ", "type": "lead", "phone": "0901234567"})
        self.contact._merge_into(lead.with_user(self.seller), {"name": "B", "phone": ""})
        self.assertFalse(raw.exists())
        self.assertEqual(self.contact.lead_id, lead)
        self.assertEqual((lead.contact_name, lead.phone), ("B", "0901234567"))
        self.assertIn("đã gọi", " ".join(lead.message_ids.mapped("body")))

    def test_who_was_linked_by_a_person_is_not_swallowed(self):
        """C-17, IE-44: merging elsewhere does not delete the customer somebody linked."""
        known, other = self._known(), self._known(phone="0901234567")
        self.contact._link_to(known.with_user(self.seller))
        with self.assertRaisesRegex(UserError, "linked to"):
            self.contact._merge_into(other.with_user(self.seller), {"name": "B"})
        self.assertTrue(known.exists())
        self.assertEqual(other.name, "Nguyễn Văn A")

    def test_merge_into_a_company_makes_its_person(self):
        """C-17, S2-CRM-19: a company keeps name and data; the customer is a person of it."""
        company = self._known(name="Spa Hoa Mai", is_company=True, phone="0901234567")
        self.contact._merge_into(company.with_user(self.seller), {"name": "Chị Hoa"})
        person = self.contact.partner_id
        self.assertEqual((person.name, person.parent_id), ("Chị Hoa", company))
        self.assertEqual((company.name, company.phone), ("Spa Hoa Mai", "0901234567"))

    def test_merge_leaves_the_address_of_a_company(self):
        """C-17, S2-CRM-19: where a customer lives is not where the company is he works for."""
        company = self._known(name="Spa Hoa Mai", is_company=True, street="1 Tràng Tiền")
        person = self._known(name="Chị Hoa", parent_id=company.id)
        for record in (company, person):
            self.contact.sudo().write({"partner_id": False, "lead_id": False})
            known = {"name": "Hoa", "address": "9 Lê Lợi"}
            self.contact._merge_into(record.with_user(self.seller), known)
            self.assertEqual(company.street, "1 Tràng Tiền")
        self.assertEqual(person.name, "Hoa")
        company.street = False
        self.contact.sudo()._take_info({"address": "9 Lê Lợi"}, "2026-01-05 08:00:00")
        self.assertFalse(company.street)
        self.assertEqual(self.contact.address, "9 Lê Lợi")
        made = self._known(street="9 Lê Lợi")
        self.contact.sudo().write({"partner_id": made.id, "has_made_record": True})
        self.contact._merge_into(person.with_user(self.seller), {"name": "Hoa"})
        self.assertFalse(company.street, "nor by what the chat had made")

    def test_raw_customer_is_added_to_crm(self):
        """S2-CRM-02, S2-CRM-03, S2-CRM-17, C-28: by hand as lead or contact, or linked; once."""
        for target in ("lead", "contact", "link"):
            raw = self.env["crm.lead"].create({"name": "Thô", "type": "lead", "is_raw": True})
            raw.message_post(body="đã gọi")
            file, meeting = self._hang_on(raw)
            self.contact.sudo().write({"partner_id": False, "lead_id": raw.id})
            self.assertTrue(self.contact._panel_offers()["add_to_crm"])
            if target == "link":
                record = self._known()
                self.contact._link_to(record.with_user(self.seller))
                self.assertEqual(record.name, "Nguyễn Văn A")
            else:
                self._wizard(target=target, name="Chị Hoa").action_save()
                record = self.contact.partner_id or self.contact.lead_id
                self.assertEqual(record.name, "Chị Hoa")
            self.assertEqual(raw.exists(), raw if target == "lead" else raw.browse())
            for kept in (file, meeting):
                self.assertEqual((kept.res_model, kept.res_id), (record._name, record.id))
            self.assertIn("đã gọi", " ".join(record.message_ids.mapped("body")))
            self.assertEqual(self.contact.kind, "lead" if target == "lead" else "contact")
            self.assertFalse(self.contact._panel_offers()["add_to_crm"])

    def _hang_on(self, lead):
        """Return a file and a meeting of a lead, both somebody else's."""
        here = {"res_model": lead._name, "res_id": lead.id}
        file = self.env["ir.attachment"].create({"name": "anh.txt", "raw": b"x", **here})
        meeting = self.env["calendar.event"].create(
            {
                "name": "Gặp",
                "start": "2026-01-05 08:00:00",
                "stop": "2026-01-05 09:00:00",
                "privacy": "private",
                "opportunity_id": lead.id,
                "res_model_id": self.env["ir.model"]._get_id(lead._name),
                "res_id": lead.id,
            }
        )
        return file, meeting

    def test_what_was_noted_on_the_raw_customer_is_kept(self):
        """S2-CRM-02, C-28: the form begins with what colleagues typed on the lead."""
        raw = self.env["crm.lead"].create(
            {"name": "Thô", "type": "lead", "is_raw": True, "phone": "0987 111 222",
             "email_from": "hoa@example.com", "partner_name": "Hoa Sen"}
        )  # fmt: skip
        self.contact.sudo().write({"partner_id": False, "lead_id": raw.id})
        self._wizard(target="contact", name="Chị Hoa").action_save()
        made = self.contact.partner_id
        self.assertEqual((made.phone, made.email), ("0987 111 222", "hoa@example.com"))

    def test_merge_needs_the_right_to_change(self):
        """IE-44: who may not change the record merges nothing into it."""
        known = self._known()
        with self.assertRaises(AccessError):
            self.contact.with_user(self.hang)._merge_into(known.with_user(self.hang), {"name": "B"})
        self.assertEqual(known.name, "Nguyễn Văn A")

    def test_no_link_across_companies(self):
        """IE-40, IE-44: a conversation of one company is not linked to another's customer."""
        other = self.env["res.company"].create({"name": "Khác"})
        self.seller.company_ids |= other
        known = self._known(company_id=other.id)
        contact = self.contact.with_context(allowed_company_ids=self.seller.company_ids.ids)
        with self.assertRaisesRegex(UserError, "belongs to"):
            contact._link_to(known.with_env(contact.env))

    def test_no_merge_across_companies(self):
        """IE-40, S2-CRM-19: what belongs to another company is not overwritten from here."""
        other = self.env["res.company"].create({"name": "Khác"})
        self.seller.company_ids |= other
        known = self._known(company_id=other.id)
        contact = self.contact.with_context(allowed_company_ids=self.seller.company_ids.ids)
        with self.assertRaisesRegex(UserError, "belongs to"):
            contact._merge_into(known.with_env(contact.env), {"name": "B"})
        self.assertEqual(known.name, "Nguyễn Văn A")

    def test_archived_meanwhile(self):
        """S2-CRM-15, S2-CRM-24, S2-ORD-01: a ticked record that was put away takes nobody."""
        known = self._known(phone="0901234567")
        wizard = self._wizard(phone="0901234567")
        wizard.match_ids.is_chosen = True
        known.active = False
        for button in (wizard.action_link, wizard.action_merge):
            with self.assertRaisesRegex(UserError, "archived"):
                button()
        self.contact.sudo().partner_id = known
        with self.assertRaisesRegex(UserError, "archived"):
            self.contact.action_new_order()

    def test_unlink(self):
        """S2-CRM-06, IE-44: a wrong link is undone, and both stay."""
        known = self._known()
        self.contact._link_to(known.with_user(self.seller))
        self.contact.action_unlink_customer()
        self.assertEqual(self.contact.kind, "unlinked")
        self.assertTrue(known.exists())

    def test_merged_leads_bring_their_conversation(self):
        """C-17, IE-44: Odoo's own merge of leads loses no conversation."""
        first = self.env["crm.lead"].create({"name": "1", "type": "opportunity"})
        second = self.env["crm.lead"].create({"name": "2", "type": "lead"})
        self.contact.sudo().lead_id = second
        head = (first | second).merge_opportunity()
        self.assertEqual(self.contact.lead_id, head)


@tagged("post_install", "-at_install")
class TestConvert(CrmMixin, TransactionCase):
    """«Tạo cơ hội», «Chuyển đổi lead»."""

    def setUp(self):
        super().setUp()
        self._wizard(target="lead", phone="0901234567").action_save()
        self.lead = self.contact.lead_id

    def _convert(self, **values):
        action = self.contact.action_convert_lead()
        wizard = self.env["caredesk.zalo.convert"].with_user(self.seller)
        return wizard.with_context(**action["context"]).create(values)

    def test_a_lead_becomes_a_contact(self):
        """S2-CNV-02/03/04/05/06: popup, conversion, a second popup, the contact is shown."""
        said = self._convert(name="Trần Thị B").action_convert()
        self.assertIn("changed", said["params"]["title"])
        self.assertEqual(self.contact.partner_id.name, "Trần Thị B")
        self.assertEqual(self.contact.kind, "contact")
        self.assertTrue(self.lead.zalo_converted_at)
        with self.assertRaisesRegex(UserError, "not a lead"):
            self.contact.action_convert_lead()

    def test_two_convert_at_once(self):
        """S2-CNV-04: the second is told that it is done."""
        first, second = self._convert(name="B"), self._convert(name="B")
        first.action_convert()
        with self.assertRaisesRegex(UserError, "already"):
            second.action_convert()

    def test_converted_elsewhere(self):
        """S2-CNV-03, S2-CNV-06: CRM's own conversion makes the chat's lead a contact too."""
        wizard = self._convert(name="B")
        partner = self.env["res.partner"].create({"name": "Chị B"})
        wizards = self.env["crm.lead2opportunity.partner"].with_context(
            active_model="crm.lead", active_id=self.lead.id, active_ids=self.lead.ids
        )
        values = {"name": "convert", "action": "exist", "partner_id": partner.id}
        wizards.create(values).action_apply()
        self.assertEqual(self.contact.partner_id, partner)
        with self.assertRaisesRegex(UserError, "already"):
            wizard.action_convert()

    def test_contact_written_on_the_lead(self):
        """S2-CNV-03, S2-CNV-06, C-28: whom a colleague writes on the lead, the chat knows too."""
        ticket = self._ticket(zalo_contact_id=self.contact.id)
        other = self.env["res.company"].create({"name": "Khác"})
        theirs = {"company_id": other.id, "partner_id": self._known(company_id=other.id).id}
        lead = self.lead.sudo()
        lead.write({"user_id": False, "team_id": False, **theirs})
        self.assertFalse(self.contact.partner_id, "of a company the conversation is not of")
        ours = {"company_id": self.contact.company_id.id, "partner_id": False}
        lead.write({"user_id": self.seller.id, **ours})
        self.lead.partner_id = self._known()
        self.assertEqual(self.contact.partner_id, self.lead.partner_id)
        self.assertEqual(ticket.partner_id, self.lead.partner_id)

    def test_crm_leaves_the_customer_of_the_chat(self):
        """S2-CNV-06, C-28: who is known stays; nobody of another company hinders CRM."""
        known = self._known()
        self.contact.sudo().write({"partner_id": known.id, "lead_id": self.lead.id})
        self.lead.sudo()._handle_partner_assignment(create_missing=True)
        self.assertTrue(self.lead.partner_id)
        self.assertEqual(self.contact.partner_id, known)
        other = self.env["res.company"].create({"name": "Khác"})
        theirs = {"company_id": other.id, "partner_id": self._known(company_id=other.id).id}
        self.contact.sudo().partner_id = False
        lead = self.lead.sudo()
        lead.write({"user_id": False, "team_id": False, **theirs})
        lead._handle_partner_assignment()
        self.assertFalse(self.contact.partner_id)

    def test_converting_a_lead_whose_contact_is_known(self):
        """S2-X4, S2-CNV-03: no second company is made, and no ticket loses its customer."""
        ticket = self._ticket(lead_id=self.lead.id)
        self.lead.partner_id = self._known()
        self.contact.sudo().partner_id = False
        self._convert(
            kind="organisation", company_name="Spa Hoa Mai", move_to="company"
        ).action_convert()
        self.assertEqual(self.contact.partner_id, self.lead.partner_id)
        self.assertEqual(ticket.partner_id, self.lead.partner_id)
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Spa Hoa Mai")]))

    def _ticket(self, **values):
        group = self.env["caredesk.support.group"].search([], limit=1)
        return self.env["caredesk.ticket"].create({"name": "T", "group_id": group.id, **values})

    def test_company_contact_and_opportunity(self):
        """S2-X4, S2-OPP-06/07/08: an organisation becomes company, contact and opportunity."""
        ticket = self._ticket(lead_id=self.lead.id)
        self._convert(
            kind="organisation",
            company_name="Spa Hoa Mai",
            make_opportunity=True,
            move_to="company",
            user_id=self.seller.id,
        ).action_convert()
        company = self.contact.partner_id.parent_id
        self.assertEqual((company.name, company.is_company), ("Spa Hoa Mai", True))
        self.assertEqual(self.lead.type, "opportunity")
        self.assertEqual(self.lead.partner_id, self.contact.partner_id)
        self.assertEqual(self.lead.user_id, self.seller)
        self.assertEqual(ticket.partner_id, company)

    def test_a_company_needs_a_name(self):
        """S2-OPP-06: without one the dialog says so."""
        with self.assertRaisesRegex(UserError, "company"):
            self._convert(kind="organisation", company_name=False).action_convert()

    def test_fields_the_administrator_mapped(self):
        """S2-X4: name, e-mail and company go over by themselves, others by the table."""
        field = self.env["ir.model.fields"]._get
        self.env["caredesk.zalo.lead.map"].create(
            {
                "lead_field_id": field("crm.lead", "referred").id,
                "partner_field_id": field("res.partner", "ref").id,
            }
        )
        self.lead.referred = "Chị Lan"
        self._convert(name="B").action_convert()
        self.assertEqual(self.contact.partner_id.ref, "Chị Lan")

    def test_opportunity_of_a_person(self):
        """S2-OPP-02/03/04/05/09: the lead becomes a contact without a question."""
        self.env.company.zalo_customer_rule = "individual"
        action = self.contact.action_new_opportunity()
        self.assertEqual(action["res_model"], "crm.lead")
        self.assertEqual(action["context"]["default_partner_id"], self.contact.partner_id.id)
        self.assertFalse(self.contact.partner_id.parent_id)
        with Form(self.env["crm.lead"].with_context(**action["context"])) as form:
            form.name = "Máy giặt mới"
        self.assertEqual(form.record.type, "opportunity")
        self.assertEqual(form.record.partner_id, self.contact.partner_id)

    def test_opportunity_by_rule(self):
        """S2-OPP-09: always a company, by the company's name, or asked each time."""
        for rule, name, organisation in (
            ("organisation", False, True),
            ("by_name", "Spa", True),
            ("by_name", False, False),
            ("ask", "Spa", None),
        ):
            self.env.company.zalo_customer_rule = rule
            self.lead.partner_name = name
            self.assertIs(self.contact._is_organisation(), organisation, rule)
        self.env.company.zalo_customer_rule = "organisation"
        action = self.contact.action_new_opportunity()
        self.assertEqual(action["res_model"], "caredesk.zalo.convert")
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        then = wizard.create({"company_name": "Spa"}).action_convert()
        self.assertEqual(then["context"]["default_partner_id"], self.contact.partner_id.id)
