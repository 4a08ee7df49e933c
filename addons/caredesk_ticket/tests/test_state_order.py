from odoo.tests import tagged

from .common import CareDeskCase

LIFE = ["unassigned", "todo", "in_progress", "waiting", "done", "cancelled"]


@tagged("post_install", "-at_install")
class TestStateOrder(CareDeskCase):
    """States stand in the order of the life cycle, not of the alphabet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lonely = cls._group("Lonely")
        cls._seat(cls, cls.an).capacity = 9
        for state in ("done", "waiting", "in_progress", "todo"):
            cls._held_ticket(cls.an, state)
        cls._ticket(type_id=cls._type(cls.lonely).id)
        cls._ticket(type_id=False, group_id=cls.lonely.id).action_cancel("Spam")
        cls.domain = [("group_id", "in", (cls.support | cls.lonely).ids)]
        cls.tickets = cls.env["caredesk.ticket"]

    def test_pivot_and_graph(self):
        """S1-LST-02, S1-LST-03: grouping by state follows the life cycle, upwards and down."""
        groups = self.tickets.formatted_read_group(self.domain, ["state"], ["__count"])
        self.assertEqual([group["state"] for group in groups], LIFE)
        totals, by_group, by_state = self.tickets.formatted_read_grouping_sets(
            self.domain, [[], ["group_id"], ["state"]], ["__count", "work_seconds:sum"]
        )
        self.assertEqual((len(totals), len(by_group)), (1, 2))
        self.assertEqual([group["state"] for group in by_state], LIFE)
        both = self.tickets._read_group(
            self.domain, ["group_id", "state"], order="group_id, state desc"
        )
        self.assertEqual(
            [state for _group, state in both],
            [*sorted(LIFE[1:5], key=LIFE.index, reverse=True), "cancelled", "unassigned"]
            if both[0][0] == self.support
            else ["cancelled", "unassigned", *LIFE[4:0:-1]],
        )

    def test_lists(self):
        """S1-LST-01, S1-LST-03: a click on the column's head sorts by life cycle too."""
        found = self.tickets.search(self.domain, order="state, id")
        self.assertEqual(found.mapped("state"), LIFE)
        found = self.tickets.search(self.domain, order="state desc")
        self.assertEqual(found.mapped("state"), LIFE[::-1])

    def _columns(self, *domain, **context):
        board = self.tickets.with_context(read_group_expand=True, **context)
        result = board.web_read_group([*self.domain, *domain], ["state"], ["__count"])
        return [(group["state"], group["__count"]) for group in result["groups"]]

    def test_a_board_shows_all_states(self):
        """IE-02, S1-LST-03: empty columns too; one's own tickets are never unassigned."""
        mine = ("user_id", "=", self.an.id)
        self.assertEqual(self._columns(), [(state, 1) for state in LIFE])
        self.assertEqual([state for state, _count in self._columns(mine)], LIFE)
        held = self._columns(mine, caredesk_held_only=True)
        self.assertEqual([state for state, _count in held], LIFE[1:])
