import csv

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import file_open

from odoo.addons.caredesk_ticket.tests.test_access_matrix import OPERATIONS

from .common import ZaloMixin

ROLES = {
    "zalo_agent": "caredesk_zalo.group_agent",
    "chat_admin": "caredesk_zalo.group_chat_admin",
    "zalo_admin": "caredesk_zalo.group_admin",
    "system": "caredesk_zalo.group_admin,base.group_system",
}


@tagged("post_install", "-at_install")
class TestZaloRights(TransactionCase):
    """The rights of the Zalo roles, compared with what was agreed and committed.

    What the roles of the ticket core may (nothing) stands in ``access_matrix.csv``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(cls.env, f"zalo_role_{role}", groups)
            for role, groups in ROLES.items()
        }
        cls.models = {
            name
            for name, model in cls.env.registry.items()
            if model._original_module == "caredesk_zalo" and not model._abstract
        }

    def _granted(self, model, role):
        records = self.env[model].with_user(self.users[role])
        return tuple(str(int(records.has_access(right))) for right in OPERATIONS)

    def test_rights_are_as_agreed(self):
        """S2-X1, IE-45: each right of each Zalo role on each model; a new model needs a row."""
        with file_open("caredesk_zalo/tests/access_matrix_zalo.csv") as lines:
            rows = list(csv.DictReader(lines))
        agreed = {
            (row["model"], row["role"]): tuple(row[right] for right in OPERATIONS) for row in rows
        }
        granted = {
            (model, role): self._granted(model, role) for model in self.models for role in ROLES
        }
        self.assertEqual(granted, agreed)

    def test_each_role_has_the_rights_of_the_one_below(self):
        """S2-X1: nobody loses a right by a promotion."""
        ladder = list(ROLES)
        for model in self.models:
            for lower, higher in zip(ladder, ladder[1:], strict=False):
                both = zip(self._granted(model, lower), self._granted(model, higher), strict=True)
                self.assertTrue(all(up >= down for down, up in both), (model, higher))


@tagged("post_install", "-at_install")
class TestZaloGuard(ZaloMixin, TransactionCase):
    """What RPC could do beside the buttons."""

    def setUp(self):
        super().setUp()
        self.contact = self._receive()
        self.channel = self.contact.channel_id

    def test_system_fields_of_a_customer_are_not_written_by_people(self):
        """S2-X6, S2-X2: neither the window nor the agent is changed by a call from outside."""
        contact = self.contact.with_user(self.hang)
        for name, value in (
            ("last_customer_at", "2030-01-01 00:00:00"),
            ("user_id", self.hang.id),
            ("zalo_user_id", "1"),
            ("erased_at", "2020-01-01 00:00:00"),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                contact.write({name: value})
        contact.write({"name": "Chị Hoa", "phone": "0912345678"})
        self.assertEqual(contact.phone, "+84 912 345 678")

    def test_hosts_are_the_systems(self):
        """Z-5: who chooses where calls go gets the secrets sent; a Zalo administrator does not."""
        chief = self._zalo_user("chief", "caredesk_zalo.group_admin")
        app = self.app.with_user(chief)
        app.calls_per_minute = 100
        for name in ("oauth_url", "openapi_url", "business_url", "media_domains"):
            with self.subTest(name), self.assertRaises(AccessError):
                app.write({name: "https://example.com"})
        self.assertNotIn("openapi_url", app.get_views([(False, "form")])["views"]["form"]["arch"])
        made = app.create({"name": "Second", "app_id": "99"})
        self.assertEqual(made.sudo().openapi_url, "https://openapi.zalo.me")

    def test_nobody_makes_a_conversation_of_his_own_with_a_customer(self):
        """S2-X2: a user without Zalo cannot write to a customer through a channel he made."""
        stranger = new_test_user(self.env, "zalo_stranger", "base.group_user")
        channels = self.env["discuss.channel"].with_user(stranger)
        lonely = self.env["caredesk.zalo.contact"]._of(self.account, "77")
        for vals in (
            {"name": "x", "channel_type": "zalo"},
            {"name": "x", "channel_type": "group", "zalo_contact_id": lonely.id},
        ):
            with self.assertRaises(AccessError):
                channels.create(vals)
        own = channels.create({"name": "x", "channel_type": "group"})
        with self.assertRaises(AccessError):
            own.zalo_contact_id = lonely
        with self.assertRaises(AccessError):
            self.channel.with_user(self.hang).zalo_status = "closed"

    def test_who_serves_does_not_just_leave(self):
        """S2-TRF-01: the customer would have nobody; handing over or closing is the way."""
        channel = self.channel.with_user(self.hang)
        channel.zalo_take()
        with self.assertRaisesRegex(UserError, "Transfer or close"):
            channel.action_unfollow()
