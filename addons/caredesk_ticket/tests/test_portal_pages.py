from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.caredesk_ticket.controllers import portal_list

from .portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestPortalPages(PortalCase):
    """What the customer's pages show, and what they never show."""

    def setUp(self):
        super().setUp()
        self._log_in(self.oanh)

    def _list(self, **options):
        query = "&".join(f"{name}={value}" for name, value in options.items())
        return self.url_open(f"/my/tickets?{query}").text

    def _listed(self, *tickets, **options):
        page = self._list(**options)
        return [f'href="/my/tickets/{ticket.id}"' in page for ticket in tickets]

    # === START PAGE AND LIST ===

    def test_start_page(self):
        """IE-15: a card with the open tickets, and how many wait for his answer."""
        self.assertIn("/my/tickets", self.url_open("/my").text)
        counters = {"counters": ["caredesk_yours_count"]}
        figures = self.make_jsonrpc_request("/my/counters", counters)
        self.assertEqual(figures["caredesk_yours_count"], 0)
        self.ticket.with_user(self.an).action_wait("customer")
        figures = self.make_jsonrpc_request("/my/counters", counters)
        self.assertEqual(figures["caredesk_yours_count"], 1)

    def test_search_without_accents(self):
        """IE-15: by title, content and number, typed with or without accents; not others'."""
        mine = self._portal_ticket(
            self.oanh, name="Lỗi đăng nhập", description="<p>Sai mật khẩu</p>"
        )
        theirs = self._portal_ticket(self.yen, name="Lỗi đăng nhập")
        for query in ("loi dang nhap", "mật khẩu", "MAT KHAU", mine.number):
            with self.subTest(query=query):
                found = self._listed(mine, self.ticket, theirs, search=query, filterby="all")
                self.assertEqual(found, [True, False, False])
        self.assertIn("Nothing found", self._list(search="zzzz"))

    def test_filters(self):
        """IE-15: open, waiting for him, done, all; what is no filter counts as open."""
        waiting = self._portal_ticket(self.oanh, name="Waits")
        waiting.with_user(waiting.user_id).action_wait("customer")
        self._step(self.ticket, "close")
        pair = (self.ticket, waiting)
        self.assertEqual(self._listed(*pair), [False, True])
        self.assertEqual(self._listed(*pair, filterby="yours"), [False, True])
        self.assertEqual(self._listed(*pair, filterby="done"), [True, False])
        self.assertEqual(self._listed(*pair, filterby="all"), [True, True])
        self.assertEqual(self._listed(*pair, filterby="x')or(1=1"), [False, True])

    def test_sort_group_and_pages(self):
        """IE-15: by number or title, in groups by state or type, in pages."""
        second = self._portal_ticket(self.oanh, name="Another")
        second.with_user(second.user_id).action_wait("customer")
        for sortby, first in (("newest", second), ("oldest", self.ticket), ("name", second)):
            page = self._list(sortby=sortby)
            other = (second | self.ticket) - first
            places = [page.index(f'"/my/tickets/{ticket.id}"') for ticket in (first, other)]
            self.assertEqual(places, sorted(places), sortby)
        grouped = self._list(groupby="state")
        self.assertLess(grouped.index("Received</h6>"), grouped.index("Waiting for You</h6>"))
        self.assertIn("Usage guidance</h6>", self._list(groupby="type"))
        with patch.object(portal_list, "_PER_PAGE", 1):
            self.assertEqual(self._listed(second, self.ticket), [True, False])
            page = self.url_open("/my/tickets/page/2").text
            self.assertIn(self.ticket.number, page)
            self.assertNotIn(second.number, page)

    # === A TICKET ===

    def test_states_in_the_customers_words(self):
        """IE-15, S0-TKT-65: six states of ours, and what the customer reads of each."""
        mine = self.ticket.with_user(self.an)
        seen = [self.ticket.portal_state]
        steps = (
            mine.action_start,
            lambda: mine.action_wait("customer"),
            mine.action_continue,
            lambda: mine.action_wait("not_now"),
            lambda: mine.action_complete(result="Fixed"),
            lambda: self.ticket.sudo()._set_closed(),
        )
        for step in steps:
            step()
            seen.append(self.ticket.portal_state)
        wanted = ["received", "working", "yours", "working", "working", "done", "closed"]
        self.assertEqual(seen, wanted)

    def test_history_tells_what_concerns_the_customer(self):
        """IE-15: received, worked on, asked, reopened, solved; nothing of our own affairs."""
        clock = self._freeze()
        ticket = self._portal_ticket(self.oanh, type_id=self.usage.id)
        mine = ticket.with_user(ticket.user_id)
        for step in (
            mine.action_start,
            lambda: mine.action_wait("not_now"),
            mine.action_continue,
            lambda: mine.action_wait("customer"),
            lambda: mine.action_complete(result="Fixed"),
        ):
            clock.tick(60)
            step()
        words = [word for _date, word in ticket._portal_history()]
        self.assertEqual(
            words,
            [
                "We received your request",
                "We are working on it",
                "We asked you for an answer",
                "Solved",
            ],
        )
        clock.tick(60)
        ticket.with_user(self.oanh).sudo()._portal_reopen("Again", [])
        self.assertEqual([word for _date, word in ticket._portal_history()][-1], "Reopened")

    def test_conversation(self):
        """IE-15: request, answers and files; internal notes and their files never."""
        self._answer(self.ticket, self.an, "Try this", [("guide.txt", b"guide")])
        note = self._note(self.ticket, self.an, "He is difficult", [("secret.txt", b"secret")])
        page = self._get("", self.ticket).text
        for text in ("The printer is silent", "Try this", "guide.txt"):
            self.assertIn(text, page)
        for text in ("He is difficult", "secret.txt", "Ticket created"):
            self.assertNotIn(text, page)
        path = f"/files/{note.attachment_ids.id}"
        self.assertEqual(self._get(path, self.ticket).status_code, 404)

    def test_a_mailed_request_is_shown_once(self):
        """IE-15: the mail that made the ticket is its first message, not said twice."""
        self.ticket._own_code().write({"source_message_id": "<1@example.com>"})
        self.ticket.message_post(
            body="The printer is silent.",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.oanh.partner_id.id,
            message_id="<1@example.com>",
        )
        self.assertEqual(self._get("", self.ticket).text.count("The printer is silent"), 1)

    def test_names_of_employees_by_setting(self):
        """IE-15: who answers, or the group only."""
        self._answer(self.ticket, self.an, "Try this")
        self.an.name = "Trần Văn An"
        self.assertIn("Trần Văn An", self._get("", self.ticket).text)
        self.support.portal_show_performer = False
        page = self._get("", self.ticket).text
        self.assertNotIn("Trần Văn An", page)
        self.assertIn("Support", page)

    def test_the_promised_time_by_setting(self):
        """IE-15: until when he hears from us, where the group says so."""
        self.ticket._own_code().write({"sla_deadline": "2030-05-06 03:00:00"})
        self.assertNotIn("06/05/2030", self._get("", self.ticket).text)
        self.support.portal_show_deadline = True
        self.assertIn("06/05/2030 10:00", self._get("", self.ticket).text, "in his time zone")

    def test_a_merged_ticket_names_where_it_goes_on(self):
        """IE-15: the number, as in the mail about it; nothing can be done with it."""
        other = self._portal_ticket(self.oanh)
        manager = self._user("quan", "manager")
        self.ticket.with_user(manager).action_merge_into(other)
        page = self._get("", self.ticket).text
        self.assertIn(other.number, page)
        self.assertNotIn("/reply", page)

    def test_a_merged_ticket_of_another_customer_stays_unseen(self):
        """IE-15: its words are internal notes on the other's ticket, and stay it here too."""
        theirs = self._portal_ticket(self.yen, name="Other", description="<p>Private words</p>")
        theirs.with_user(self.yen).sudo()._portal_reply("My private answer", [])
        manager = self._user("quan", "manager")
        theirs.with_user(manager).action_merge_into(self.ticket, other_customer=True)
        page = self._get("", self.ticket).text
        for text in ("Private words", "My private answer", theirs.number):
            self.assertNotIn(text, page)

    def test_rate_button(self):
        """IE-15: shown when there is an address to rate at."""
        tickets = type(self.env["caredesk.ticket"])
        for address in (False, "/support/rate/abc"):
            with patch.object(tickets, "_portal_rating_url", return_value=address):
                page = self._get("", self.ticket).text
            self.assertEqual("/support/rate/abc" in page, bool(address))

    def test_guests_read_it_in_their_language(self):
        """IE-15: the page of a link speaks the customer's language."""
        self.env["res.lang"]._activate_lang("vi_VN")
        self._log_in(None)
        self.oanh.partner_id.lang = "vi_VN"
        self.usage.with_context(lang="vi_VN").name = "Hướng dẫn sử dụng"
        page = self._get("", self.ticket, self._link(self.ticket)).text
        self.assertIn("Hướng dẫn sử dụng", page)
