import io

from odoo.tests import HttpCase, tagged

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f"


@tagged("post_install", "-at_install")
class TestWebsiteForm(HttpCase):
    """Forms of the website's form builder make tickets, under the limits of the public form."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env.ref("website.default_website")
        cls.group = cls.env["caredesk.support.group"].create({"name": "Website support"})
        cls.website.company_id.caredesk_default_group_id = cls.group
        cls.kind = cls.env["caredesk.ticket.type"].create(
            {"name": "Question", "group_id": cls.group.id}
        )

    def _send(self, files=(), **values):
        """Send a form as the website's script does; return the answer."""
        data = {
            "partner_name": "Phạm Thị Khách",
            "email_from": "khach@example.com",
            "name": "Máy in không chạy",
            "description": "Nhờ anh chị xem giúp.",
            **values,
        }
        uploads = {f"Attach a File[0][{n}]": one for n, one in enumerate(files)}
        answer = self.url_open(
            "/website/form/caredesk.ticket", data=data, files=uploads or None, method="POST"
        )
        self.env.invalidate_all()
        return answer.json()

    def _tickets(self):
        return self.env["caredesk.ticket"].search([("group_id", "=", self.group.id)])

    def test_a_form_makes_a_ticket(self):
        """S4-CHN-07, S4-CHN-02: fields, a field of the page's own, type and file arrive."""
        answer = self._send(
            files=[("ảnh.png", io.BytesIO(PNG), "image/png")],
            type_id=str(self.kind.id),
            phone="0900000206",
            Serial="ABC-123",
        )
        ticket = self._tickets()
        self.assertEqual(answer, {"id": ticket.id})
        self.assertEqual((ticket.channel, ticket.type_id), ("website", self.kind))
        self.assertEqual(ticket.partner_id.email, "khach@example.com")
        self.assertIn("ABC-123", ticket.description)
        self.assertTrue(ticket.auto_reply_pending)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(files.mapped("name"), ["ảnh.png"])

    def test_a_file_in_place_of_a_text_is_no_text(self):
        """S4-CHN-07: it ends in a plain answer, not in a server error or a title of nonsense."""
        for name in ("description", "name"):
            data = {"partner_name": "Khách", "email_from": "khach@example.com", "name": "Máy in"}
            data.pop(name, None)
            answer = self.url_open(
                "/website/form/caredesk.ticket",
                data=data,
                files={name: ("x.txt", io.BytesIO(b"x"), "text/plain")},
                method="POST",
            )
            self.assertEqual(answer.status_code, 200)
        self.assertNotIn("FileStorage", str(self._tickets().mapped("name")))

    def test_what_is_not_offered_is_not_taken(self):
        """IE-16: a form sets neither customer nor group, performer or state."""
        other = self.env["caredesk.support.group"].create({"name": "Other"})
        self._send(group_id=str(other.id), state="done", user_id="2", partner_id="1", number="X")
        ticket = self._tickets()
        self.assertEqual((ticket.state, ticket.user_id.id), ("unassigned", False))
        self.assertNotEqual(ticket.partner_id.id, 1)
        inside = self.env["caredesk.ticket.type"].create(
            {"name": "Inside", "group_id": other.id, "is_public": False}
        )
        self.assertIn("error", self._send(type_id=str(inside.id), name="Second"))
        self.assertEqual(len(self._tickets()), 1)

    def test_the_limits_of_the_public_form_hold(self):
        """IE-16: caps, files and text are judged as on /support."""
        self.env["ir.config_parameter"].set_param("caredesk_ticket.form_max_per_address", 1)
        bad = ("x.html", io.BytesIO(b"<script>alert(1)</script>"), "image/png")
        self.assertIn("error", self._send(files=[bad]))
        self.assertIn("error", self._send(email_from="nobody"))
        self.assertFalse(self._tickets())
        self._send(name="<script>alert(1)</script>", description="<img src=x onerror=alert(1)>")
        self.assertIn("&lt;img", self._tickets().description)
        self.assertIn("error", self._send(name="Too many"))

    def test_other_forms_are_left_alone(self):
        """S4-CHN-07: a form of another model goes Odoo's own way."""
        answer = self.url_open(
            "/website/form/caredesk.support.group", data={"name": "x"}, method="POST"
        ).json()
        self.assertIn("error", answer)

    def test_the_menu_leads_to_the_form(self):
        """S4-CHN-02: the website's menu has the support form, in the website's look."""
        page = self.url_open("/support").text
        self.assertIn("o_caredesk_support_form", page)
        self.assertIn('href="/support"', page)
