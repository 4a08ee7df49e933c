from odoo.tests import TransactionCase, tagged
from odoo.tools import file_open

from .common import ZaloMixin


@tagged("post_install", "-at_install")
class TestNeutralize(ZaloMixin, TransactionCase):
    """A copy of a database reaches no customer."""

    def test_copy_sends_nothing_and_spends_no_token(self):
        """Z-4: tokens and secrets are gone, and what waited to be sent has failed."""
        contact = self._receive()
        message = self._answer(contact)
        self.env.flush_all()
        with file_open("caredesk_zalo/data/neutralize.sql") as statements:
            self.env.cr.execute(statements.read())
        self.env.invalidate_all()
        self.assertEqual(self.account.state, "draft")
        self.assertFalse(self.account.access_token or self.account.refresh_token)
        self.assertFalse(self.app.app_secret or self.app.webhook_secret)
        self.assertEqual(message.zalo_delivery_ids.state, "failed")
        before = len(self.world.messages)
        message.zalo_delivery_ids.state = "queued"
        self._send()
        self.assertEqual(len(self.world.messages), before)
        self.assertEqual(message.zalo_delivery_ids.state, "failed")
