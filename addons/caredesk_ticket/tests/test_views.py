"""Every screen loads for every role, and every filter and grouping of a search view works."""

from lxml import etree

from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import CareDeskCase

_ALL = ("creator", "agent", "intake", "manager", "admin")
#: action -> roles that may open it
_ACTIONS = {
    "caredesk_ticket_action": _ALL,
    "caredesk_ticket_action_my": _ALL,
    "caredesk_ticket_action_my_groups": _ALL,
    "caredesk_ticket_action_unassigned": _ALL,
    "caredesk_ticket_action_created": _ALL,
    "caredesk_ticket_action_analysis": _ALL[1:],
    "caredesk_sla_report_action": _ALL[1:],
    "caredesk_ticket_kpi_action": _ALL[1:],
    "caredesk_ticket_stage_time_action": _ALL[1:],
    "caredesk_support_group_action": _ALL,
    "caredesk_ticket_type_action": _ALL,
    "caredesk_ticket_stage_action": _ALL,
    "caredesk_sla_policy_action": _ALL,
    "caredesk_hook_source_action": ("admin",),
    "caredesk_hook_call_action": ("admin",),
}
#: menu -> roles that see it
_MENUS = {
    "caredesk_menu_root": _ALL,
    "caredesk_ticket_menu_all": _ALL,
    "caredesk_ticket_menu_created": _ALL,
    "caredesk_ticket_menu_my": _ALL[1:],
    "caredesk_ticket_menu_my_groups": _ALL[1:],
    "caredesk_ticket_menu_unassigned": _ALL[1:],
    "caredesk_menu_view_support": _ALL[1:],
    "caredesk_ticket_menu_workload": _ALL[1:],
    "caredesk_skill_menu": ("manager", "admin"),
    "caredesk_ticket_dashboard_menu": _ALL[1:],
    "caredesk_hook_source_menu": ("admin",),
    "caredesk_hook_call_menu": ("admin",),
    "caredesk_ticket_menu_analysis": _ALL[1:],
    "caredesk_sla_report_menu": _ALL[1:],
    "caredesk_ticket_menu_kpi": _ALL[1:],
    "caredesk_ticket_menu_stage_time": _ALL[1:],
    "caredesk_support_group_menu": ("manager", "admin"),
    "caredesk_ticket_type_menu": ("manager", "admin"),
    "caredesk_ticket_stage_menu": ("manager", "admin"),
    "caredesk_sla_policy_menu": ("admin",),
    "caredesk_menu_settings": (),
}


@tagged("post_install", "-at_install")  # menus and forms of other addons must be complete
class TestViews(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {role: cls._user(f"role_{role}", role) for role in (*_ALL, "user")}
        for state in ("done", "todo", "in_progress", "waiting"):
            cls._held_ticket(cls.an, state)

    def _action(self, name):
        return self.env.ref(f"caredesk_ticket.{name}")

    def test_plain_mail_is_read_whole(self):
        """S1-TKT-05: lines of a mail in plain text wrap; Odoo shows mail apart from its page."""
        paths = self.env["ir.asset"]._get_asset_paths("mail.assets_message_email", {})
        self.assertIn(
            "/caredesk_ticket/static/src/message_email/message_email.css",
            [path[0] for path in paths],
        )

    def test_views_load_for_each_role(self):
        """IE-02, S1-LST-01, S1-LST-02: list, kanban, form, calendar, pivot, graph, activity."""
        for name, roles in _ACTIONS.items():
            action = self._action(name)
            views = [(False, kind) for kind in (*action.view_mode.split(","), "search")]
            for role in roles:
                with self.subTest(action=name, role=role):
                    records = self.env[action.res_model].with_user(self.users[role])
                    loaded = records.get_views(views)["views"]
                    self.assertEqual(set(loaded), {kind for _view, kind in views})
                    fields = records._fields.keys() & {"name", "number", "date"}
                    records.web_search_read([], {field: {} for field in fields}, limit=5)

    def test_form_reads_for_each_role(self):
        """S0-TKT-10, S0-TKT-31: everybody who sees a ticket can open its form."""
        for role in _ALL:
            user = self.users[role]
            ticket = self._ticket(by=user)
            with self.subTest(role=role):
                form = Form(ticket.with_user(user))
                self.assertEqual(form.name, "Cannot print")

    def test_filters_and_groupings_work(self):
        """S1-LST-03, S1-LST-04, S1-LST-05, S1-MGT-06: each filter's domain and grouping runs."""
        for name, roles in _ACTIONS.items():
            manager = self.users["manager" if "manager" in roles else roles[-1]]
            records = self.env[self._action(name).res_model].with_user(manager)
            arch = records.get_views([(False, "search")])["views"]["search"]["arch"]
            for node in etree.fromstring(arch).iter("filter"):
                with self.subTest(model=records._name, filter=node.get("name")):
                    domain = safe_eval(node.get("domain") or "[]", {"uid": manager.id})
                    records.search(domain, limit=1)
                    grouping = safe_eval(node.get("context") or "{}").get("group_by")
                    if grouping:
                        records.web_read_group([], [grouping], ["__count"])

    def _found(self, filter_name, user=None):
        """Return the tickets of this test's group that a ready filter finds."""
        user = user or self.users["manager"]
        tickets = self.env["caredesk.ticket"].with_user(user)
        arch = tickets.get_views([(False, "search")])["views"]["search"]["arch"]
        (node,) = etree.fromstring(arch).xpath(f"//filter[@name='{filter_name}']")
        domain = safe_eval(node.get("domain"), {"uid": user.id})
        return tickets.search([*domain, ("group_id", "=", self.support.id)])

    def test_status_labels(self):
        """S1-LST-03, S1-TKT-09: New, In Progress, Waiting, Completed as ready filters."""
        self.support.auto_assign = False
        self._ticket()
        wanted = {
            "new": {"unassigned", "todo"},
            "in_progress": {"in_progress"},
            "waiting": {"waiting"},
            "completed": {"done"},
        }
        for name, states in wanted.items():
            self.assertEqual(set(self._found(name).mapped("state")), states)

    def test_urgent(self):
        """S1-MGT-06: very high priority or severity, or a service level missed or due soon."""
        self._freeze()
        calm = self._ticket(name="Calm")
        very_high = self._ticket(priority="3")
        severe = self._ticket(severity="3")
        due = self._ticket()
        missed = self._ticket()
        late = self._ticket()
        own = due._own_code().with_env(due._own_code().env)
        own.write({"sla_deadline": "2026-03-02 11:30:00", "sla_state": "running"})
        late._own_code().write({"sla_deadline": "2026-03-02 15:00:00", "sla_state": "running"})
        missed._own_code().write({"sla_state": "failed"})
        found = self._found("urgent")
        self.assertEqual(
            found & (calm | very_high | severe | due | missed | late),
            found & (very_high | severe | due | missed),
        )
        self.assertLessEqual(very_high | severe | due | missed, found)
        self.assertEqual(self._found("overdue") & (due | missed | late), missed)

    def test_own_lists(self):
        """IE-02, S0-TKT-58, S1-MGT-02, S4-X1: mine, my groups', created by me, to classify."""
        unclassified = self._ticket(group_id=self.support.id)
        self.assertEqual(self._found("my_tickets", self.an).user_id, self.an)
        self.assertIn(unclassified, self._found("my_groups", self.binh))
        self.assertFalse(self._found("my_groups", self.users["agent"]))
        self.assertEqual(self._found("to_classify"), unclassified)
        mine = self._ticket(by=self.users["creator"])
        self.assertEqual(self._found("created_by_me", self.users["creator"]), mine)

    def test_required_fields(self):
        """S0-TKT-05, S0-TKT-14, S0-TKT-08: title, content and type are needed, no customer is."""
        tickets = self.env["caredesk.ticket"].with_user(self.users["creator"])
        values = {"name": "Broken", "description": "<p>It is</p>", "type_id": self.usage}
        for missing in values:
            form = Form(tickets)
            for name, value in values.items():
                if name != missing:
                    setattr(form, name, value)
            with self.assertRaisesRegex(AssertionError, f"{missing} is a required field"):
                form.save()
        form = Form(tickets)
        for name, value in values.items():
            setattr(form, name, value)
        ticket = form.save()
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.group_id, self.support)

    def test_menus_by_role(self):
        """S0-TKT-03, S0-TKT-49, S0-TKT-60: each role sees the menus it may use, no others."""
        for role, user in self.users.items():
            visible = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            for name, roles in _MENUS.items():
                with self.subTest(role=role, menu=name):
                    menu = self.env.ref(f"caredesk_ticket.{name}")
                    self.assertEqual(menu.id in visible, role in roles)

    def test_new_button_needs_the_right(self):
        """S0-TKT-04, S0-TKT-09: the list offers New only to those who may create."""
        for role in _ALL:
            tickets = self.env["caredesk.ticket"].with_user(self.users[role])
            arch = tickets.get_views([(False, "list")])["views"]["list"]["arch"]
            self.assertNotEqual(etree.fromstring(arch).get("create"), "False")
        self.assertFalse(
            self.env["caredesk.ticket"].with_user(self.users["user"]).has_access("create")
        )

    def test_partner_and_lead_open_their_tickets(self):
        """S0-TKT-15: the buttons of customer and lead open their tickets, New fills them in."""
        partner = self.env["res.partner"].create({"name": "Hoa Sen", "phone": "0243"})
        user = self.users["agent"]
        arch = partner.with_user(user).get_views([(False, "form")])["views"]["form"]["arch"]
        self.assertTrue(etree.fromstring(arch).xpath("//button[@name='action_caredesk_tickets']"))
        action = partner.with_user(user).action_caredesk_tickets()
        form = Form(self.env["caredesk.ticket"].with_user(user).with_context(**action["context"]))
        self.assertEqual((form.partner_id, form.phone), (partner, "0243"))
        arch = partner.with_user(self.users["user"]).get_views([(False, "form")])["views"]["form"]
        self.assertNotIn("action_caredesk_tickets", arch["arch"])

    def test_settings_store_the_default_group(self):
        """S0-TKT-52, S0-TKT-53: choosing the default group in the settings stores it."""
        settings = self.env["res.config.settings"].create({})
        settings.caredesk_default_group_id = self.support
        settings.execute()
        self.assertEqual(self.company.caredesk_default_group_id, self.support)
        board = self.env["caredesk.support.group"].with_user(self.an).get_support_board()
        self.assertEqual(board["group"], self.support.id)

    def test_type_form(self):
        """S0-TKT-61: a type needs a name and a support group; description is free."""
        types = self.env["caredesk.ticket.type"].with_user(self.users["manager"])
        form = Form(types)
        form.name = "Key issuing"
        form.description = "Licence keys"
        with self.assertRaisesRegex(AssertionError, "group_id is a required field"):
            form.save()
        form.group_id = self.support
        self.assertEqual(form.save().group_id, self.support)

    def test_no_colour_depends_on_the_hour_of_the_browser(self):
        """S4-HD-05: the client compares its local ``now`` with UTC: east of it all looks late."""
        views = self.env["ir.ui.view"].search([("model", "=like", "caredesk.%")])
        for view in views:
            for node in etree.fromstring(view.arch_db).iter():
                for name, expression in node.attrib.items():
                    if name.startswith("decoration-") or name in ("invisible", "readonly"):
                        self.assertNotRegex(expression, r"[<>]=? *now\b", view.name)

    def test_no_box_to_tick_stands_in_an_alert(self):
        """IE-12: a box that is not ticked has the colour of its ground, and nobody finds it."""
        views = self.env["ir.ui.view"].search(
            [("model", "=like", "caredesk.%"), ("type", "=", "form")]
        )
        for view in views:
            for node in etree.fromstring(view.arch_db).xpath(
                "//div[contains(concat(' ', @class, ' '), ' alert ')]//field[not(@readonly)]"
            ):
                field = self.env[view.model]._fields.get(node.get("name"))
                hidden = field is None or field.readonly or node.get("invisible") == "1"
                if not hidden:
                    self.assertNotEqual(field.type, "boolean", f"{view.name}: {field.name}")

    def test_outcomes_speak_the_language_of_the_user(self):
        """S1-FLW-07: the dialog that completes a ticket is in Vietnamese for a Vietnamese."""
        self.env["res.lang"]._activate_lang("vi_VN")
        outcome = self.env.ref("caredesk_ticket.selection__caredesk_ticket__outcome__solved")
        outcome.with_context(lang="vi_VN").name = "Xử lý được"
        dialog = self.env["caredesk.ticket.complete"].with_context(lang="vi_VN")
        choices = dict(dialog.fields_get(["outcome"])["outcome"]["selection"])
        self.assertEqual(choices["solved"], "Xử lý được")
