from odoo.tests import tagged

from .mail_common import MailGatewayCase


@tagged("post_install", "-at_install")
class TestMailPreview(MailGatewayCase):
    """What is seen of a parked mail before anybody decides on it."""

    def _preview(self, body, kind):
        raw = self._good(body, Precedence="bulk", Content_Type=kind)
        return self._receive_parked(raw, "bulk").preview

    def test_plain_text_is_shown(self):
        """S4-CHN-09, IE-17: the words of the mail, lines kept."""
        self.assertEqual(
            self._preview("Xin chào,\n\nKhuyến mãi lớn!", "text/plain; charset=utf-8"),
            "Xin chào,\n\nKhuyến mãi lớn!",
        )

    def test_html_is_shown_as_text(self):
        """S4-CHN-09, IE-16: nothing of it can run or call home: neither tags nor scripts stay."""
        body = (
            "<html><head><style>p {color: red}</style><script>alert(1)</script></head><body>"
            "<p>Xin\n <b>chào</b></p><img src='https://example.com/x.png' onerror='alert(2)'/>"
            "</body></html>"
        )
        preview = self._preview(body, "text/html; charset=utf-8")
        self.assertEqual(preview, "Xin chào")

    def test_a_long_mail_is_cut(self):
        """S4-CHN-09: a preview is a beginning, however long the mail."""
        preview = self._preview("a" * 20_000, "text/plain; charset=utf-8")
        self.assertEqual(len(preview), 5_000)
