from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from .rating_common import RatingMixin


@tagged("post_install", "-at_install")
class TestRating(RatingMixin, TransactionCase):
    # === THE RATING ===

    def test_rating_is_shown_on_the_ticket(self):
        """S4-CSAT-01: grade, comment and a note stand on the ticket; who completed it is rated."""
        rating = self.ticket._rate(1, "Chờ quá lâu <b>!</b>")
        self.assertEqual(self.ticket.rating_grade, "bad")
        self.assertEqual(self.ticket.rating_comment, "Chờ quá lâu <b>!</b>")
        self.assertEqual(self.ticket.rating_last_value, 1)
        self.assertEqual(rating.rated_partner_id, self.an.partner_id)
        self.assertEqual(rating.partner_id, self.customer)
        note = self.ticket.message_ids[0]
        spoken = self.ticket.with_context(lang=self.ticket.company_id.partner_id.lang).env
        words = dict(self.ticket._fields["rating_grade"]._description_selection(spoken))
        self.assertIn(words["bad"], note.body, "in the language of the company")
        self.assertIn("&lt;b&gt;", note.body, "a comment is text")
        self.assertTrue(note.is_internal)
        with Form(self.ticket.with_user(self.chi)) as form:
            self.assertEqual(form.rating_comment, "Chờ quá lâu <b>!</b>")

    def test_a_rating_does_not_reopen_the_ticket(self):
        """S4-CSAT-01: a verdict is no answer: the ticket stays done, or closed."""
        self.ticket._set_closed()
        self.ticket._rate(5, "Cảm ơn!")
        self.assertTrue(self.ticket.is_closed)
        self.assertFalse(self.ticket.customer_replied)

    def test_change_within_the_window(self):
        """S4-CSAT-01: a change replaces the rating; after some days it is final."""
        self.ticket._rate(1, "Bad")
        notes = len(self.ticket.message_ids)
        self.ticket._rate(5, "Solved after all")
        self.assertEqual(len(self.ticket.rating_ids), 1)
        self.assertEqual(len(self.ticket.message_ids), notes, "the note is changed too")
        self.assertEqual(self.ticket.rating_grade, "great")
        self.ticket._own_code().write({"rated_at": fields.Datetime.now() - timedelta(days=8)})
        with self.assertRaises(UserError):
            self.ticket._rate(1)
        self.assertFalse(self.ticket._portal_rating_url())

    def test_only_what_can_be_rated(self):
        """S4-CSAT-01: not before the end, not after thirty days, not when cancelled."""
        self.assertIn("/support/rate/", self.ticket._portal_rating_url())
        open_ticket = self._held_ticket(self.binh, partner_id=self.customer.id)
        self.assertFalse(open_ticket._portal_rating_url())
        with self.assertRaises(UserError):
            open_ticket._rate(5)
        for rate in (0, 2, 6):
            with self.assertRaises(UserError):
                self.ticket._rate(rate)
        self.ticket._own_code().write({"done_at": fields.Datetime.now() - timedelta(days=31)})
        self.assertFalse(self.ticket._portal_rating_url())

    def test_one_rating_for_a_ticket_in_the_database(self):
        """S4-CSAT-01: two rows for one ticket are refused whoever writes them."""
        self.ticket._rate(5)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.ticket._create_rating({"rating": 1, "consumed": True})

    def test_comment_is_cut_and_cleaned(self):
        """S4-CSAT-01: what a browser may send and a database cannot keep is taken out."""
        self.ticket._rate(3, "a\x00b" + "x" * 5000)
        self.assertTrue(self.ticket.rating_comment.startswith("abx"))
        self.assertEqual(len(self.ticket.rating_comment), 2000)

    # === THE MANAGER ===

    def test_low_rating_calls_the_manager(self):
        """S4-CSAT-01: an activity for the group's manager, in his language, once."""
        self.env["res.lang"]._activate_lang("vi_VN")
        self.chi.lang = "vi_VN"
        kind = self.env.ref("caredesk_ticket.mail_activity_type_unhappy")
        kind.with_context(lang="vi_VN").summary = "Gọi cho khách"
        self.ticket._rate(1, "Tệ <i>quá</i>")
        activity = self._unhappy()
        self.assertEqual(activity.user_id, self.chi)
        self.assertEqual(activity.summary, "Gọi cho khách")
        self.assertIn("Tệ &lt;i&gt;", activity.note)
        self.ticket._rate(1, "Vẫn tệ")
        self.assertEqual(len(self._unhappy()), 1)
        self.ticket._rate(5)
        self.assertFalse(self._unhappy(), "he has changed his mind")

    def test_alert_limit_of_the_group(self):
        """S4-CSAT-01: the group decides from which grade on its manager is called."""
        self.ticket._rate(3)
        self.assertFalse(self._unhappy())
        self.support.rating_alert = "okay"
        self.ticket._rate(3)
        self.assertTrue(self._unhappy())
        self.support.rating_alert = "nobody"
        other = self._done()
        other._rate(1)
        self.assertFalse(self._unhappy(other))

    # === FIGURES ===

    def test_figures_and_averages(self):
        """S4-CSAT-01: satisfaction by performer and group; what is not rated counts nowhere."""
        self.ticket._rate(5)
        self._done()._rate(1)
        self._done()  # not rated
        self._done(self.binh)._rate(3)
        self.env.flush_all()
        domain = [("group_id", "=", self.support.id)]
        figures = self.tickets._satisfaction_figures(domain)
        self.assertEqual(figures["count"], 3)
        self.assertEqual(figures["average"], 3)
        self.assertEqual((figures["great"], figures["okay"], figures["bad"]), (1, 1, 1))
        self.assertAlmostEqual(figures["percent"], 100 / 3)
        by_performer = self.env["caredesk.satisfaction"]._read_group(
            domain, ["user_id"], ["rating:avg", "__count"]
        )
        self.assertEqual(
            {user: (average, count) for user, average, count in by_performer},
            {self.an: (3, 2), self.binh: (3, 1)},
        )
        ((average,),) = self.tickets._read_group(domain, [], ["rating_last_value:avg"])
        self.assertEqual(average, 3, "tickets without a rating are no zeros")
        nothing = self.tickets._satisfaction_figures([("id", "=", 0)])
        self.assertEqual(nothing["count"], 0)
        self.assertFalse(nothing["average"])

    def test_search_by_grade(self):
        """S4-CSAT-01: tickets are found by what their customers said."""
        bad, okay = self._done(), self._done()
        self.ticket._rate(5)
        bad._rate(1)
        okay._rate(3)
        for grade, ticket in (("great", self.ticket), ("bad", bad), ("okay", okay)):
            found = self.tickets.search(
                [("rating_grade", "=", grade), ("group_id", "=", self.support.id)]
            )
            self.assertEqual(found, ticket)
        unrated = self._done()
        domain = [("rating_grade", "=", False), ("group_id", "=", self.support.id)]
        self.assertEqual(self.tickets.search(domain), unrated)

    def test_creation_asks_nothing_about_ratings(self):
        """S4-CSAT-01: a new ticket costs no query for the rating it does not have."""
        self.env.flush_all()
        statements = []
        original = type(self.env.cr).execute

        def execute(cursor, query, *args, **kwargs):
            statements.append(str(query))
            return original(cursor, query, *args, **kwargs)

        self.patch(type(self.env.cr), "execute", execute)
        self._ticket(partner_id=self.customer.id)
        self.env.flush_all()
        self.assertTrue(statements)
        self.assertFalse([text for text in statements if "rating_rating" in text])

    # === RIGHTS ===

    def test_nobody_writes_ratings_by_hand(self):
        """S4-CSAT-01: Odoo lets every employee write ratings; of tickets nobody may, by no way."""
        rating = self.ticket._rate(1)
        for user in (self.an, self.chi, self._user("nhanvien", "user")):
            ratings = self.env["rating.rating"].with_user(user)
            with self.assertRaises(AccessError):
                rating.with_user(user).write({"rating": 5})
            with self.assertRaises(AccessError):
                ratings.create(
                    {
                        "res_model_id": self.env["ir.model"]._get_id("caredesk.ticket"),
                        "res_id": self._done().id,
                        "rating": 5,
                        "consumed": True,
                    }
                )
            other = ratings.create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": self.customer.id,
                }
            )
            with self.assertRaises(AccessError):
                other.write(
                    {
                        "res_model_id": self.env["ir.model"]._get_id("caredesk.ticket"),
                        "res_id": self.ticket.id,
                    }
                )
            with self.assertRaises(UserError):
                self.ticket.with_user(user).rating_apply(5, rating=rating)
            with self.assertRaises(UserError):
                self.ticket.with_user(user).write({"rating_last_value": 5})
        self.assertEqual(rating.rating, 1)

    def test_ratings_are_read_by_who_reads_the_ticket(self):
        """S4-CSAT-01: no rating of a foreign group's ticket, neither as row, field nor figure."""
        rating = self.ticket._rate(1, "secret")
        self.env.flush_all()
        outsider = self._user("ngoai", "agent")
        self._group("Others", outsider)
        plain = self._user("nhanvien", "user")
        cases = [(self.an, True), (self.chi, True), (outsider, False), (plain, False)]
        for user, sees in cases:
            with self.subTest(user=user.login):
                domain = [("id", "=", rating.id)]
                found = self.env["rating.rating"].with_user(user).search(domain)
                self.assertEqual(bool(found), sees)
                self.assertEqual(rating.with_user(user).has_access("read"), sees)
        figures = self.tickets.with_user(outsider)._satisfaction_figures([])
        self.assertFalse(figures["count"])
        own = self.env["caredesk.satisfaction"].with_user(self.an).search([])
        self.assertIn(self.ticket, own.ticket_id)

    def test_other_companies_see_nothing(self):
        """S4-CSAT-01: ratings stay in the company of their ticket."""
        rating = self.ticket._rate(1)
        self.env.flush_all()
        company = self._company("Elsewhere")
        stranger = self._user(
            "la", "manager", company_id=company.id, company_ids=[(6, 0, company.ids)]
        )
        self.assertFalse(rating.with_user(stranger).has_access("read"))
        self.assertFalse(self.env["caredesk.satisfaction"].with_user(stranger).search([]))
