import time
from dataclasses import replace

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from zalo_sandbox import events

from .common import ZaloMixin


@tagged("post_install", "-at_install")
class TestErasure(ZaloMixin, TransactionCase):
    """A customer who wishes to be forgotten is."""

    #: The whole database is searched for these; nobody else in it has them.
    PERSON = "246845883529990077"
    SECRET = "bí mật của riêng chị"
    NAME = "Hoa Mai Nở Muộn"

    def setUp(self):
        super().setUp()
        self.world.add_person(self.account.oa_id, self.NAME, user_id=self.PERSON)
        self.contact = self._receive(self.SECRET)
        self._answer(self.contact, f"trả lời {self.SECRET}")
        self._send()
        self.channel = self.contact.channel_id
        self.file = self.env["ir.attachment"].create(
            {
                "name": "cccd.png",
                "raw": b"x",
                "res_model": "discuss.channel",
                "res_id": self.channel.id,
            }
        )
        self._shares(self.contact, name=self.NAME, phone="0987001122", address=self.SECRET)

    def _withdraw(self, **values):
        self._deliver(
            {
                "event_name": "user_withdraw",
                "app_id": self.app.app_id,
                "user_id": self.PERSON,
                "timestamp": str(self.world.now_ms()),
                **values,
            }
        )
        self._work()

    def _left(self):
        """Return everything the database still holds of the customer, as one text."""
        self.env.flush_all()
        found = []
        for table in (
            "caredesk_zalo_contact",
            "caredesk_zalo_event",
            "caredesk_zalo_message",
            "caredesk_zalo_media",
            "caredesk_zalo_proposal",
            "caredesk_zalo_erasure",
            "mail_message",
            "mail_guest",
            "discuss_channel",
        ):
            self.env.cr.execute(f"SELECT row_to_json(t)::text FROM {table} t")  # noqa: S608
            found += [row[0] for row in self.env.cr.fetchall()]
        return "\n".join(found)

    def test_withdrawal_erases_data_texts_and_files(self):
        """S2-INF-03, IE-45, IE-53: the customer's wish at Zalo leaves nothing of him here."""
        self._withdraw(oa_id=self.account.oa_id)
        left = self._left()
        for trace in (self.SECRET, self.PERSON, "987 001 122", self.NAME):
            self.assertNotIn(trace, left)
        self.assertFalse(self.file.exists())
        self.assertTrue(self.contact.erased_at)

    def test_figures_stay_and_what_was_erased_is_written_down(self):
        """IE-45: rows stay countable; who looks it up finds counts, without a name."""
        before = len(self.channel.message_ids)
        self._withdraw(oa_id=self.account.oa_id)
        self.assertEqual(len(self.channel.message_ids), before)
        note = self.env["caredesk.zalo.erasure"].search([("contact_id", "=", self.contact.id)])
        self.assertEqual((note.wished_by, note.file_count), ("customer", 1))
        self.assertGreaterEqual(note.message_count, 3)
        with self.assertRaisesRegex(UserError, "deleted"):
            self._answer(self.contact)

    def test_wish_without_account_counts_for_each_of_the_app(self):
        """IE-36, IE-45: Zalo names the person only; a stranger's wish changes nothing."""
        self._withdraw(user_id="1")
        self.assertFalse(self.contact.erased_at)
        self._withdraw()
        self.assertTrue(self.contact.erased_at)

    def test_who_writes_again_is_somebody_new(self):
        """IE-45: an erased customer who comes back begins anew."""
        self._withdraw(oa_id=self.account.oa_id)
        again = self._receive("em quay lại")
        self.assertNotEqual(again, self.contact)
        self.assertNotEqual(again.channel_id, self.channel)

    def test_word_after_the_wish_is_kept(self):
        """IE-45, IE-53: it came together with the wish, and belongs to somebody new."""
        wish = {"event_name": "user_withdraw", "app_id": self.app.app_id, "user_id": self.PERSON}
        wish["timestamp"] = str(self.world.now_ms())
        wish["oa_id"] = self.account.oa_id
        time.sleep(0.002)
        self._deliver(wish, self._says("em quay lại"))
        self._work()
        self.assertTrue(self.contact.erased_at)
        self.assertIn("em quay lại", self._texts(self._contact()))

    def test_what_comes_late_does_not_bring_him_back(self):
        """IE-45, IE-53: what happened before the wish and is delivered after it is forgotten."""
        late = self._says(self.SECRET)
        person = self.world.person(self.account.oa_id, self.PERSON)
        shared = events.submitted(self.world, person, "new")
        self._withdraw(oa_id=self.account.oa_id)
        self._deliver(late, shared)
        self._work()
        self.assertFalse(self._contact())
        self.assertFalse(self.contact.search_count([("id", ">", self.contact.id)]))
        left = self._left()
        for trace in (self.SECRET, self.PERSON, self.NAME):
            self.assertNotIn(trace, left)

    def test_marks_and_farewells_make_no_customer(self):
        """IE-53: of somebody we do not know, neither makes a record."""
        person = self.world.person(self.account.oa_id, self.PERSON)
        self._withdraw(oa_id=self.account.oa_id)
        account = self.world.accounts[self.account.oa_id]
        message = replace(self.world.messages[-1], message_id="of nobody")
        self._deliver(
            events.follow(self.world, account, replace(person, follows=False)),
            events.receipt(self.world, message, person, seen=True),
            events.receipt(self.world, message, person, seen=False),
        )
        self._work()
        self.assertFalse(self._contact())

    def test_record_made_from_zalo_goes_a_linked_one_stays(self):
        """IE-45, IE-53: what exists because of Zalo only is anonymised; a customer of the company
        is named for somebody to decide."""
        lead = self.env["crm.lead"].create({"name": f"Zalo: {self.NAME}", "phone": "0987001122"})
        lead.message_post(body=self.SECRET)
        self.contact.write({"lead_id": lead.id, "has_made_record": True})
        self._withdraw(oa_id=self.account.oa_id)
        self.assertFalse(lead.active or lead.phone)
        self.assertNotIn(self.NAME, lead.name)
        self.assertNotIn(self.SECRET, self._left())
        other = self._receive("người khác")
        other.partner_id = partner = self.env["res.partner"].create({"name": "Khách quen"})
        other._erase("admin")
        self.assertEqual((partner.active, partner.name), (True, "Khách quen"))
        note = self.env["caredesk.zalo.erasure"].search([("contact_id", "=", other.id)])
        self.assertIn(str(partner.id), note.kept_name)

    def test_wish_reaches_nobody_a_person_linked(self):
        """IE-45, IE-53: who was linked, merged or sold to since is a customer of the company."""
        partners = self.env["res.partner"]
        made, known = partners.create([{"name": self.NAME}, {"name": "Khách quen"}])
        merge = self.env["base.partner.merge.automatic.wizard"]
        product = self.env["product.product"].create({"name": "Máy lạnh"})
        sold = {"order_line": [Command.create({"product_id": product.id})], "state": "sale"}
        for step in (
            lambda made: self.contact.write({"partner_id": known.id}),
            lambda made: merge._merge((made | known).ids, known),
            lambda made: self.env["sale.order"].create({"partner_id": made.id, **sold}),
        ):
            made = made.exists() or partners.create({"name": self.NAME})
            self.contact.write({"partner_id": made.id, "has_made_record": True, "erased_at": False})
            step(made)
            self.env.invalidate_all()
            partner = self.contact.partner_id
            name = partner.name
            self.contact._erase("admin")
            self.assertEqual((partner.active, partner.name), (True, name))

    def test_deliveries_and_tickets_of_nobody_are_emptied(self):
        """IE-53: places of templates, numbers, ratings and quotes in tickets are his data too."""
        delivery = self.env["caredesk.zalo.message"].search([("contact_id", "=", self.contact.id)])
        delivery[0].write({"template_values": {"name": self.SECRET}, "phone": "84987001122"})
        delivery[0].feedback = self.SECRET
        ticket = self.env["caredesk.ticket"]._create_from_channel(
            "zalo",
            [{"name": "T", "zalo_contact_id": self.contact.id, "description": self.SECRET}],
        )
        self._withdraw(oa_id=self.account.oa_id)
        self.assertNotIn(self.SECRET, self._left())
        self.assertFalse(ticket.description or ticket.phone)
        self.assertNotEqual(ticket.partner_name, self.NAME)

    def test_button_is_for_zalo_administrators(self):
        """IE-45: neither agents nor chat administrators erase."""
        chief = self._zalo_user("chief", "caredesk_zalo.group_chat_admin")
        for user in (self.hang, chief):
            with self.assertRaises(AccessError):
                self.contact.with_user(user).action_erase()
        admin = self._zalo_user("boss", "caredesk_zalo.group_admin")
        self.contact.with_user(admin).action_erase()
        note = self.env["caredesk.zalo.erasure"].search([("contact_id", "=", self.contact.id)])
        self.assertEqual((note.wished_by, note.create_uid.id), ("admin", admin.id))
