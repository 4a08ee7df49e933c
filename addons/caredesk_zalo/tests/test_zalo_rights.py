import csv

from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import file_open

from odoo.addons.caredesk_ticket.tests.test_access_matrix import OPERATIONS

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
