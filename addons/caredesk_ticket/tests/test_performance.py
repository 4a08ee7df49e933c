from lxml import etree

from odoo.tests import tagged, warmup

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestPerformance(CareDeskCase):
    """Query budgets: what a user's daily clicks may cost. Lower them when they are undercut."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Tú", "email": "tu@example.com"})
        cls.env["caredesk.sla.policy"].create(
            {"name": "Solve", "group_id": cls.support.id, "hours": 48}
        )
        cls.nhan = cls._user("nhan", "intake")
        cls.env["caredesk.support.member"].search([("group_id", "=", cls.support.id)]).capacity = 50
        cls.batch = cls._tickets(40, partner_id=cls.customer.id)
        for ticket in cls.batch[:10]:
            ticket.with_user(ticket.user_id).action_wait("customer")
        cls.env.flush_all()

    def _vals(self, number):
        """Return values of ``number`` tickets with type and customer."""
        return [self._ticket_vals(partner_id=self.customer.id) for _n in range(number)]

    def _cold(self, user):
        """Return the model as ``user`` reads it first: nothing in the record cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["caredesk.ticket"].with_user(user)

    def _spec(self, view_type):
        """Return what the web client asks for to draw the view, fields of sub-lists included."""
        tickets = self.env["caredesk.ticket"].with_user(self.nhan)
        view = tickets.get_view(view_type=view_type)
        return self._spec_of(tickets, etree.fromstring(view["arch"]))

    def _spec_of(self, model, node):
        spec = {}
        for child in node:
            if not isinstance(child.tag, str):
                continue
            if child.tag != "field":
                spec.update(self._spec_of(model, child))
                continue
            name = child.get("name")
            field = model._fields[name]
            spec[name] = {}
            if field.type == "many2one":
                spec[name] = {"fields": {"display_name": {}}}
            elif field.type in ("one2many", "many2many"):
                spec[name] = {"fields": self._spec_of(model[name].browse(), child)}
        return spec

    @warmup
    def test_create_one(self):
        """IE-51: one ticket with type, customer, service level, routing and assignment."""
        tickets = self._cold(self.nhan)
        with self.assertQueryCount(8):
            tickets.create(self._vals(1))

    @warmup
    def test_create_a_batch(self):
        """IE-05, IE-51: a hundred routed tickets cost hardly more queries than one."""
        tickets = self._cold(self.nhan)
        with self.assertQueryCount(8):
            tickets.create(self._vals(100))

    @warmup
    def test_read_the_list(self):
        """IE-51, S1-LST-01: the first page of the list, 40 rows: no query per row."""
        spec = self._spec("list")
        tickets = self._cold(self.nhan)
        with self.assertQueryCount(13):
            page = tickets.web_search_read([("group_id", "=", self.support.id)], spec, limit=80)
        self.assertEqual(page["length"], 40)

    @warmup
    def test_read_the_form(self):
        """IE-51: opening a ticket with its history."""
        spec = self._spec("form")
        ticket = self._cold(self.an).browse(self.batch[0].id)
        with self.assertQueryCount(30):  # one of them counts the meetings
            ticket.web_read(spec)

    @warmup
    def test_one_step(self):
        """IE-51: pressing Start: the gate, state, clock, time line, tracking."""
        ticket = self._cold(self.an).browse(self.batch[20].id)
        ticket = ticket.with_user(ticket.sudo().user_id)
        with self.assertQueryCount(29):
            ticket.action_start(pause_others=True)
