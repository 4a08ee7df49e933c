"""Odoo's form builder in a browser: our form is offered there, and what it makes works."""

from lxml import html

from odoo.tests import HttpCase, tagged

from odoo.addons.caredesk_ticket.tests.common import CareDeskMixin


@tagged("post_install", "-at_install")
class TestFormBuilder(CareDeskMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.designer = cls._user("designer", "admin")
        cls.designer.group_ids += cls.env.ref("website.group_website_designer")
        if "odoobot_state" in cls.designer._fields:  # its greeting is fetched as the page changes
            cls.designer.odoobot_state = "disabled"
        website = cls.env.ref("website.default_website")
        website.company_id.caredesk_default_group_id = cls.support

    def test_a_page_of_the_builder_makes_routed_tickets(self):
        """S4-CHN-02, S4-CHN-07: «Create a Ticket» is chosen in the editor; a visitor sends it."""
        path = self.env["website"].get_client_action_url("/contactus", True)
        self.start_tour(path, "caredesk_ticket_form_builder", login="designer", timeout=240)
        self.authenticate(None, None)
        page = html.fromstring(self.url_open("/contactus").text)
        [form] = page.xpath("//form[@data-model_name='caredesk.ticket']")
        typed = {
            "partner_name": "Phạm Thị Khách",
            "email_from": "khach@example.com",
            "phone": "0900000206",
            "name": "Máy in không chạy",
            "description": "Nhờ anh chị xem giúp.",
        }
        asked = set(form.xpath(".//@name"))
        self.assertLessEqual(set(typed), asked)
        needed = form.xpath(".//*[contains(@class, 's_website_form_model_required')]//@name")
        self.assertEqual(needed, ["name"], "what the builder keeps people from taking out")
        answer = self.url_open(f"{form.get('action')}caredesk.ticket", data=typed, method="POST")
        self.env.invalidate_all()
        ticket = self.env["caredesk.ticket"].browse(answer.json()["id"])
        self.assertEqual((ticket.channel, ticket.name), ("website", typed["name"]))
        self.assertState(ticket, "todo", self.an)

    def test_the_builder_may_use_our_fields_only(self):
        """IE-16: what the builder offers of a ticket is what a visitor may write."""
        model = self.env["ir.model"]._get("caredesk.ticket")
        models = model.with_user(self.designer).get_compatible_form_models()
        offered = {one["model"]: one for one in models}
        self.assertEqual(offered["caredesk.ticket"]["website_form_key"], "create_caredesk_ticket")
        names = {"name", "description", "partner_name", "email_from", "phone", "type_id"}
        self.assertEqual(set(model._get_form_writable_fields()), names)
