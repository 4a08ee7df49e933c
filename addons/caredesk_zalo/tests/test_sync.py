from ast import literal_eval

from odoo.tests import TransactionCase, tagged

from odoo.addons.caredesk_zalo import hooks

from .common import ZaloMixin


@tagged("post_install", "-at_install")
class TestSync(ZaloMixin, TransactionCase):
    """What a first message makes of somebody."""

    def _leads(self):
        return self.env["crm.lead"].search([("zalo_contact_ids", "in", self._contact().ids)])

    def test_nothing_unless_wanted(self):
        """S2-RCV-06: without the setting nobody becomes a customer by writing."""
        contact = self._receive()
        self.assertFalse(contact.partner_id or contact.lead_id)

    def test_raw_customer_exactly_once(self):
        """S2-RCV-06, C-28: one raw lead with the first message, none later; named by Zalo."""
        self.account.sync_mode = "raw"
        contact = self._receive()
        lead = contact.lead_id
        self.assertTrue(lead.is_raw)
        self.assertEqual((lead.type, lead.source_id.name), ("lead", "Zalo"))
        self._run("ir_cron_profiles")
        self.assertEqual(lead.contact_name, "Nguyễn Thị Hoa")
        self.assertIn("Nguyễn Thị Hoa", lead.name)
        contact.lead_id = False
        self._receive("lại là em")
        self.assertFalse(contact.lead_id)
        lead.action_qualify()
        self.assertFalse(lead.is_raw)

    def test_raw_customer_stands_in_his_own_list_only(self):
        """C-28, S2-X5: not among CRM's leads until somebody made him one."""
        self.account.sync_mode = "raw"
        lead = self._receive().lead_id
        lists = ("crm.crm_lead_all_leads", "crm.crm_case_form_view_salesteams_lead")

        def shown(name):
            domain = self.env["ir.actions.act_window"]._for_xml_id(name)["domain"]
            return lead in self.env["crm.lead"].search(literal_eval(domain))

        self.assertTrue(shown("caredesk_zalo.crm_lead_action_raw"))
        self.assertFalse(any(map(shown, lists)))
        lead.action_qualify()
        self.assertFalse(shown("caredesk_zalo.crm_lead_action_raw"))
        self.assertTrue(all(map(shown, lists)))

    def test_crm_gets_its_lists_back(self):
        """C-28, IE-49: who uninstalls Zalo finds all leads in CRM's lists, and no error."""
        action = self.env.ref("crm.crm_lead_all_leads")
        self.assertIn("is_raw", action.domain)
        hooks.give_lists_back(self.env)
        self.assertEqual(literal_eval(action.domain), literal_eval(hooks.LEADS))

    def test_lead_or_contact(self):
        """S2-RCV-06: the account chooses what becomes of people."""
        self.account.sync_mode = "lead"
        contact = self._receive()
        self.assertTrue(contact.lead_id)
        self.assertFalse(contact.lead_id.is_raw)
        self.account.sync_mode = "contact"
        self._deliver(self._says("chào", user_id="246845883529197922"))
        self._work()
        self._run("ir_cron_profiles")
        other = self._contact("246845883529197922")
        self.assertTrue(other.partner_id)
        self.assertEqual(other.partner_id.name, other.name)
        self.assertFalse(other.lead_id)

    def test_later_setting_leaves_known_people_alone(self):
        """S2-RCV-06: it is the first message that counts, not the first after the setting."""
        contact = self._receive()
        self.account.sync_mode = "raw"
        self._receive("nữa")
        self.assertFalse(contact.lead_id)

    def test_known_number_makes_no_second_record(self):
        """S2-RCV-06, IE-42: whoever shared a known number before is proposed to be linked."""
        partner = self.env["res.partner"].create({"name": "Hoa", "phone": "+84987600321"})
        contact = self.env["caredesk.zalo.contact"]._of(self.account, self.PERSON)
        contact.phone = "0987600321"
        self.account.sync_mode = "contact"
        self._receive()
        self.assertFalse(contact.partner_id)
        self.assertEqual(contact.proposal_ids.partner_id, partner)
