from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestSearch(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create(
            {"name": "Nguyễn Đình Đức", "phone": "+84 901 234 567", "email": "Duc@Example.com"}
        )
        cls.ticket = cls._ticket(
            name="Lỗi đăng nhập phần mềm",
            description="<p>Màn hình báo <b>sai mật khẩu</b> từ sáng</p>",
            partner_id=cls.customer.id,
        )
        cls.other = cls._ticket(name="Cấp key", description="<p>Xin thêm 5 bản quyền</p>")

    def _found(self, query):
        domain = [("search_any", "ilike", query), ("id", "in", (self.ticket | self.other).ids)]
        return self.env["caredesk.ticket"].search(domain)

    def test_words_of_title_and_content_without_accents(self):
        """S1-MGT-05: typed with or without accents, in any case, parts of words too."""
        for query in ("lỗi đăng nhập", "loi dang nhap", "LOI DANG", "sai mat khau", "mật khẩ"):
            self.assertEqual(self._found(query), self.ticket, query)

    def test_short_words_are_found_where_a_word_begins(self):
        """S1-MGT-05: «an» finds «An» and «(an», not «Lan» or «toàn»; longer words also inside."""
        self.other.name = "Kiểm toàn bộ cho chị Lan"
        self.an.name = "Toàn"
        for title in ("An gọi lại", "Máy (an toàn)", "Thi/An", "AN"):
            self.ticket.name = title
            self.assertEqual(self._found("an"), self.ticket, title)
        self.ticket.name = "Máy in"
        self.assertFalse(self._found("an"))
        self.assertEqual(self._found("lan kiem"), self.other)
        self.assertIn(self.other, self._found("uyen"), "inside «quyền»: four letters")

    def test_every_word_must_occur(self):
        """S1-MGT-05: words may stand apart and in any order, but none may be missing."""
        self.assertEqual(self._found("khau dang phan"), self.ticket)
        self.assertFalse(self._found("loi key"))

    def test_by_number(self):
        """S1-MGT-05, IE-01: the whole number or its end."""
        self.assertEqual(self._found(self.ticket.number), self.ticket)
        self.assertEqual(self._found(self.ticket.number.lower()), self.ticket)
        self.assertIn(self.other, self._found(self.other.number.rpartition("/")[2]))

    def test_by_customer(self):
        """S1-MGT-05: name and e-mail of the customer."""
        for query in ("nguyen dinh duc", "Đình Đức", "duc@example.com", "DUC@EXAMPLE"):
            self.assertEqual(self._found(query), self.ticket, query)

    def test_by_phone_in_any_form(self):
        """S1-MGT-05, S1-TKT-02: 0…, 84…, +84…, with spaces, dots, brackets, or a part of it."""
        for query in (
            "0901234567",
            "84901234567",
            "+84901234567",
            "0901 234 567",
            "(+84) 901.234.567",
            "234567",
        ):
            self.assertEqual(self._found(query), self.ticket, query)

    def test_by_performer(self):
        """S1-MGT-05: what a colleague holds, by a part of the name without accents."""
        self.an.name = "Trần Thị Ánh"
        self.assertEqual(self._found("thi anh"), self.ticket)
        self.an.name = "Trần Thị Lanh"
        self.assertFalse(self._found("anh"))

    def test_a_customer_of_an_unknown_sender_is_found(self):
        """S1-MGT-05: name, phone and e-mail typed on the ticket count as well."""
        vals = {"partner_name": "Chị Hồng", "phone": "0912 000 111", "email_from": "h@x.vn"}
        self.other.write(vals)
        for query in ("chi hong", "+84912000111", "h@x.vn"):
            self.assertEqual(self._found(query), self.other, query)

    def test_a_customer_who_changed_his_number_is_found_by_the_new_one(self):
        """S1-MGT-05: search follows the customer's data, not a copy from the past."""
        self.customer.write({"phone": "0988 777 666", "name": "Lê Văn Mới"})
        self.assertEqual(self._found("0988777666"), self.ticket)
        self.assertEqual(self._found("le van moi"), self.ticket)

    def test_search_follows_edits(self):
        """S1-MGT-05: a changed title is found, the old one no more."""
        self.ticket.name = "Mất mạng"
        self.assertEqual(self._found("mat mang"), self.ticket)
        self.assertFalse(self._found("dang nhap"))

    def test_hostile_queries_are_plain_text(self):
        """S1-MGT-05: quotes, wildcards and markup neither fail nor find everything."""
        for query in ("'; DROP TABLE caredesk_ticket; --", "<script>", "\\", "\x00zz", "🖨"):
            self.assertFalse(self._found(query), query)
        self.ticket.name = "Giảm 100% phí"
        self.assertEqual(self._found("100%"), self.ticket)
        self.assertFalse(self._found("loi_dang"))

    def test_nothing_typed_finds_all(self):
        """S1-MGT-05: an empty search box does not empty the list."""
        self.assertEqual(len(self._found("   ")), 2)

    def test_search_respects_the_rules(self):
        """S1-MGT-05: who may not see a ticket does not find it."""
        stranger = self._user("hoa", "creator")
        found = self.env["caredesk.ticket"].with_user(stranger)
        self.assertFalse(found.search([("search_any", "ilike", "dang nhap")]))

    def test_other_operators(self):
        """S1-MGT-05: the negation of a search finds the rest, or says it cannot."""
        domain = [("search_any", "not ilike", "dang nhap"), ("group_id", "=", self.support.id)]
        self.assertEqual(self.env["caredesk.ticket"].search(domain), self.other)
