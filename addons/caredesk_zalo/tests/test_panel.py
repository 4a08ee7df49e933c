from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from ..wizard.caredesk_zalo_address import ADDON, KEY
from .test_crm import CrmMixin


@tagged("post_install", "-at_install")
class TestPanel(CrmMixin, TransactionCase):
    """The panel beside the conversation, and what it changes."""

    def _panel(self, user=None):
        return self.contact.sudo().channel_id.with_user(user or self.seller).zalo_panel()

    def _edit(self, **values):
        action = self.contact.action_edit()
        model = self.env[action["res_model"]].with_user(self.seller)
        wizard = model.with_context(**action["context"]).create(values)
        return wizard.action_save()

    def test_unlinked_customer(self):
        """S2-CRM-03, S2-ORD-01: adding to CRM is offered, an order is not."""
        panel = self._panel()
        self.assertEqual(panel["customer"]["kind"], "unlinked")
        self.assertFalse(panel["record"])
        self.assertTrue(panel["can"]["add_to_crm"])
        self.assertFalse(panel["can"]["order"])
        self.assertFalse(panel["can"]["convert"])

    def test_linked_customer(self):
        """S2-CRM-06/17, S2-TAG-09, S2-TKT-04, S2-ORD-04, S2-ACT-05: who he is, what he has."""
        partner = self.env["res.partner"].create({"name": "Chị Lan", "phone": "0901234567"})
        self.contact._link_to(partner.with_user(self.seller))
        tag = self.env["caredesk.tag"].with_user(self.seller).create({"name": "VIP"})
        self.contact.tag_ids = [Command.link(tag.id)]
        ticket = self.env["caredesk.ticket"]._create_from_channel(
            "zalo", [{"name": "T", "zalo_contact_id": self.contact.id, "partner_id": partner.id}]
        )
        order = self.env["sale.order"].create({"partner_id": partner.id})
        partner.activity_schedule("mail.mail_activity_data_call", summary="Gọi lại")
        panel = self._panel()
        self.assertEqual(panel["record"]["name"], "Chị Lan")
        self.assertEqual([one["name"] for one in panel["tags"]], ["VIP"])
        self.assertIn(ticket.number, panel["tickets"][0]["name"])
        self.assertEqual([one["name"] for one in panel["activities"]], ["Gọi lại"])
        self.assertFalse(panel["can"]["add_to_crm"])
        seller = self._zalo_user(
            "orders", "caredesk_zalo.group_agent,sales_team.group_sale_manager"
        )
        self.account.user_ids |= seller
        panel = self._panel(seller)
        self.assertEqual([one["name"] for one in panel["orders"]], [order.name])
        self.assertTrue(panel["can"]["order"])
        self.assertEqual(panel["tags"], [], "a colleague's own tag is his own")

    def test_other_peoples_panels(self):
        """S2-UPD-01: who does not serve the account sees nothing of its customers."""
        with self.assertRaises(AccessError):
            self._panel(self.minh)

    def test_the_panel_costs_the_same_after_years(self):
        """Five of each are read, however many there are."""
        partner = self.env["res.partner"].create({"name": "Chị Lan"})
        self.contact._link_to(partner.with_user(self.seller))
        values = {"name": "T", "zalo_contact_id": self.contact.id, "partner_id": partner.id}
        tickets = self.env["caredesk.ticket"]
        tickets._create_from_channel("zalo", [values])
        self.env.flush_all()
        self.env.invalidate_all()
        self._panel()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._panel()
        once = self.env.cr.sql_log_count - before
        tickets._create_from_channel("zalo", [values] * 8)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(len(self._panel()["tickets"]), 5)
        self.assertLessEqual(self.env.cr.sql_log_count - before, once)

    def test_edit_what_the_chat_knows(self):
        """S2-UPD-01/02/03/06: an unlinked customer is changed on his card."""
        self._edit(name="Chị Mai", phone="0901234567", address="12 Lê Lợi")
        self.assertEqual(self.contact.name, "Chị Mai")
        self.assertEqual(self._panel()["customer"]["address"], "12 Lê Lợi")

    def test_edit_the_contact(self):
        """S2-UPD-03/05: a linked customer is changed on his record, his company chosen."""
        partner = self.env["res.partner"].create({"name": "Lan", "email": "lan@example.com"})
        self.contact._link_to(partner.with_user(self.seller))
        company = self.env["res.partner"].create({"name": "Spa", "is_company": True})
        self._edit(name="Chị Lan", address="12 Lê Lợi", parent_id=company.id)
        self.assertEqual((partner.name, partner.street), ("Chị Lan", "12 Lê Lợi"))
        self.assertEqual((partner.parent_id, partner.email), (company, "lan@example.com"))

    def test_address_suggestions(self):
        """S2-UPD-04: Odoo's own suggestions where they are installed and have a key, else text."""
        wizard = self.env["caredesk.zalo.edit"].with_user(self.seller)

        def widget():
            arch = etree.fromstring(wizard.get_view(view_type="form")["arch"])
            return arch.find(".//field[@name='address']").get("widget")

        self.env["ir.config_parameter"].set_param(KEY, "key")
        modules = self.registry._init_modules
        self.patch(self.registry, "_init_modules", modules - {ADDON})
        self.assertFalse(widget())
        self.patch(self.registry, "_init_modules", modules | {ADDON})
        self.assertEqual(widget(), ADDON)
        self.env["ir.config_parameter"].set_param(KEY, False)
        self.assertFalse(widget())

    def test_edit_leaves_the_address_of_the_company(self):
        """S2-UPD-03, C-17: a person's address is the company's, shown and not changed here."""
        company = self.env["res.partner"].create(
            {"name": "Spa", "is_company": True, "street": "1 Tràng Tiền"}
        )
        person = self.env["res.partner"].create({"name": "Hoa", "parent_id": company.id})
        self.contact._link_to(person.with_user(self.seller))
        self._edit(address="9 Lê Lợi", phone="0901 234 567")
        self.assertEqual(company.street, "1 Tràng Tiền")
        self.assertTrue(person.phone)

    def test_edit_needs_the_right(self):
        """S2-UPD-01: the rights of the record apply."""
        partner = self.env["res.partner"].create({"name": "Lan"})
        self.contact.sudo().partner_id = partner
        action = self.contact.with_user(self.hang).action_edit()
        model = self.env[action["res_model"]].with_user(self.hang)
        wizard = model.with_context(**action["context"]).create({"name": "X"})
        with self.assertRaises(AccessError):
            wizard.action_save()

    def test_quick_reply(self):
        """S2-KBR-01/02/03/04, S2-X5: found without accents, sent as text, counted."""
        agent = self._zalo_user("kb", "caredesk_zalo.group_agent,caredesk_ticket.group_agent")
        self.account.user_ids |= agent
        article = self.env["caredesk.knowledge.article"].create(
            {
                "question": "Bảo hành bao lâu?",
                "answer": "<p>Dạ 24 tháng ạ.</p>",
                "is_published": True,
            }
        )
        articles = self.env["caredesk.knowledge.article"].with_user(agent)
        found = articles.search_articles("bao hanh", limit=5)
        self.assertIn(article.id, [one["id"] for one in found])
        reply = articles.browse(article.id).action_quick_reply()
        text = reply["answers"][0]["text"]
        self._answer(self.contact.sudo(), text, agent)
        articles._count_sent(article.ids, [])  # what the composer hands over with the message
        self._send()
        self.assertEqual(article.usage_count, 1)
        sent = self.env["caredesk.zalo.message"].search([("contact_id", "=", self.contact.id)])
        self.assertIn("24 tháng", sent.mapped("text")[0])
