from odoo.modules import Manifest
from odoo.tests import tagged
from odoo.tools import convert_file

from .common import CareDeskCase

#: Models of the ticket core with indexes and constraints of their own.
MODELS = (
    "caredesk.ticket",
    "caredesk.ticket.time",
    "caredesk.ticket.stage.visit",
    "caredesk.ticket.quality",
    "caredesk.ticket.assignment",
    "caredesk.sla.policy",
    "caredesk.sla.status",
    "caredesk.support.agent",
    "caredesk.support.member",
)


@tagged("post_install", "-at_install")
class TestInstall(CareDeskCase):
    """What an installation leaves in the database, and what an upgrade must not touch."""

    def test_it_works_right_after_installing(self):
        """IE-18, S0-TKT-50: a default group, a type, stages and a promise, without demo data."""
        group = self.env.ref("caredesk_ticket.support_group_customer_care")
        kind = self.env.ref("caredesk_ticket.ticket_type_general")
        self.assertEqual(kind.group_id, group)
        self.assertEqual(self.env.ref("caredesk_ticket.sla_policy_48h").hours, 48)
        ticket = self._ticket(type_id=kind.id)
        self.assertTrue(ticket.number and ticket.stage_id and ticket.sla_deadline)

    def test_each_state_a_ticket_enters_has_a_stage(self):
        """C-01: the common stages cover all states but Waiting, which keeps its stage."""
        stages = self.env["caredesk.ticket.stage"]
        for state in ("unassigned", "todo", "in_progress", "done", "cancelled"):
            self.assertTrue(stages._first_id(self.support.id, state), state)

    def test_indexes_and_constraints_are_in_the_database(self):
        """IE-51: every declared index, unique index and check was really created."""
        for name in MODELS:
            model = self.env[name]
            self.env.cr.execute(
                "SELECT indexname FROM pg_indexes WHERE tablename = %(table)s UNION "
                "SELECT conname FROM pg_constraint WHERE conrelid = %(table)s::regclass",
                {"table": model._table},
            )
            existing = {row[0] for row in self.env.cr.fetchall()}
            declared = {key for key in model._table_objects if key.startswith(model._table)}
            self.assertTrue(declared <= existing, declared - existing)

    def test_what_people_edit_survives_an_upgrade(self):
        """IE-49: groups, types, stages, promises, numbers and crons are theirs after install."""
        records = self.env["ir.model.data"].search(
            [
                ("module", "=", "caredesk_ticket"),
                (
                    "model",
                    "in",
                    (
                        "caredesk.support.group",
                        "caredesk.ticket.type",
                        "caredesk.ticket.stage",
                        "caredesk.sla.policy",
                        "ir.sequence",
                        "ir.cron",
                    ),
                ),
            ]
        )
        self.assertGreater(len(records), 10)
        self.assertEqual(records.filtered(lambda one: not one.noupdate).mapped("name"), [])

    def test_one_app_holds_everything(self):
        """C-08, S0-TKT-03, S0-TKT-49, S0-TKT-60: one app Support; each role sees its menus."""
        seen = {}
        for role in ("user", "creator", "agent", "manager"):
            menus = self.env["ir.ui.menu"].with_user(self._user(f"menu_{role}", role))
            menu_ids = menus._visible_menu_ids()
            names = self.env["ir.model.data"].search(
                [
                    ("module", "=", "caredesk_ticket"),
                    ("model", "=", "ir.ui.menu"),
                    ("res_id", "in", list(menu_ids)),
                ]
            )
            seen[role] = set(names.mapped("name"))
        settings = {"caredesk_menu_configuration", "caredesk_ticket_type_menu"}
        self.assertFalse(seen["user"])
        self.assertIn("caredesk_ticket_menu_all", seen["creator"])
        self.assertNotIn("caredesk_menu_view_support", seen["creator"])
        self.assertIn("caredesk_menu_view_support", seen["agent"])
        self.assertNotIn("caredesk_menu_configuration", seen["agent"])
        self.assertLessEqual(settings, seen["manager"])
        root = self.env.ref("caredesk_ticket.caredesk_menu_root")
        below = root.search([("id", "child_of", root.id)])
        self.assertLessEqual(set(names.mapped("res_id")), set(below.ids), "nothing stands apart")

    def test_all_crons_run_on_an_empty_system(self):
        """IE-49: with nothing to do each scheduled action ends without error."""
        crons = self.env["ir.model.data"].search(
            [("module", "=", "caredesk_ticket"), ("model", "=", "ir.cron")]
        )
        self.assertTrue(crons)
        for data in crons:
            cron = self.env["ir.cron"].browse(data.res_id)
            self.assertTrue(cron.active, cron.name)
            with self.subTest(cron.name), self.enter_registry_test_mode():
                cron.method_direct_trigger()

    def test_what_we_add_to_others_goes_with_us(self):
        """IE-49: our columns on core models are recorded as ours, so uninstalling drops them."""
        for model, name in (
            ("res.partner", "caredesk_ticket_ids"),
            ("crm.lead", "caredesk_ticket_ids"),
            ("res.company", "caredesk_default_group_id"),
        ):
            field = self.env["ir.model.fields"]._get(model, name)
            self.assertIn("caredesk_ticket", field.modules.split(", "))

    def test_nothing_of_enterprise_is_needed(self):
        """IE-49: every dependency, near and far, is a community module."""
        module = self.env["ir.module.module"].search([("name", "=", "caredesk_ticket")])
        needed = module.upstream_dependencies(exclude_states=("",)) | module
        self.assertEqual(set(needed.mapped("license")) - {"LGPL-3"}, set())


@tagged("post_install", "-at_install")
class TestDemoData(CareDeskCase):
    """The example firm, loaded from its files into the transaction of the test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for path in Manifest.for_addon("caredesk_ticket")["demo"]:
            convert_file(cls.env, "caredesk_ticket", path, {}, mode="init", noupdate=True)

    def test_four_types_of_the_example(self):
        """S0-TKT-55: installation, guidance, bug, key issuing; each has its group."""
        for name in ("installation", "guidance", "bug", "key"):
            kind = self.env.ref(f"caredesk_ticket.ticket_type_{name}")
            self.assertTrue(kind.group_id.member_ids, kind.name)

    def test_tickets_of_the_example_find_their_people(self):
        """S0-TKT-19: install software for customer A, explain the use to customer B."""
        for name in ("installation", "guidance"):
            kind = self.env.ref(f"caredesk_ticket.ticket_type_{name}")
            customer = self.env["res.partner"].create({"name": f"Khách {name}"})
            ticket = self._ticket(type_id=kind.id, partner_id=customer.id)
            self.assertEqual(ticket.group_id, kind.group_id)
            if ticket.user_id:
                self.assertIn(ticket.user_id, kind.group_id.member_ids.user_id)
