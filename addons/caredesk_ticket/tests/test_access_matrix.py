import csv

from odoo.tests import tagged
from odoo.tools import file_open

from .common import ROLES, CareDeskCase

OPERATIONS = ("read", "write", "create", "unlink")


@tagged("post_install", "-at_install")
class TestAccessMatrix(CareDeskCase):
    """Who may do what with which model, compared with what was agreed and committed.

    Each addon of the suite keeps its own ``tests/access_matrix.csv``: one row per model and
    role, 1 or 0 for each of the four rights.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {role: cls._user(f"role_{role}", role) for role in ROLES}
        cls.addons = sorted(
            name for name in cls.env.registry._init_modules if name.startswith("caredesk")
        )

    def _models_of(self, addon):
        """Return the names of the stored models that ``addon`` brings."""
        return {
            name
            for name, model in self.env.registry.items()
            if model._original_module == addon and not model._abstract
        }

    def _agreed(self, addon):
        """Return ``{(model, role): rights}``, rights as a tuple of four booleans."""
        try:
            with file_open(f"{addon}/tests/access_matrix.csv") as lines:
                rows = list(csv.DictReader(lines))
        except FileNotFoundError:
            return {}
        return {
            (row["model"], row["role"]): tuple(row[right] == "1" for right in OPERATIONS)
            for row in rows
        }

    def _granted(self, model, role):
        records = self.env[model].with_user(self.users[role])
        return tuple(records.has_access(right) for right in OPERATIONS)

    def test_every_model_has_a_row_for_every_role(self):
        """S0-TKT-09, S0-TKT-17: a new model without its rows in the matrix fails here."""
        for addon in self.addons:
            agreed = self._agreed(addon)
            wanted = {(model, role) for model in self._models_of(addon) for role in ROLES}
            self.assertEqual(wanted - agreed.keys(), set(), f"missing in {addon}")
            self.assertEqual(agreed.keys() - wanted, set(), f"left over in {addon}")

    def test_rights_are_as_agreed(self):
        """S0-TKT-09, S0-TKT-17, S0-TKT-46: each right of each role on each model."""
        for addon in self.addons:
            for (model, role), rights in self._agreed(addon).items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(
                        dict(zip(OPERATIONS, self._granted(model, role), strict=True)),
                        dict(zip(OPERATIONS, rights, strict=True)),
                    )

    def test_outsiders_have_no_right_at_all(self):
        """C-30: portal users, visitors and employees without a role come in by the doors only."""
        for addon in self.addons:
            for model in self._models_of(addon):
                for role in ("user", "portal", "public"):
                    self.assertEqual(self._granted(model, role), (False,) * 4, (model, role))

    def test_each_role_has_the_rights_of_the_one_below(self):
        """S0-TKT-09: the roles are a ladder; nobody loses a right by a promotion."""
        ladder = ("creator", "agent", "intake", "manager", "admin")
        for addon in self.addons:
            for model in self._models_of(addon):
                for lower, higher in zip(ladder, ladder[1:], strict=False):
                    both = zip(
                        self._granted(model, lower), self._granted(model, higher), strict=True
                    )
                    self.assertTrue(all(up or not down for down, up in both), (model, higher))
