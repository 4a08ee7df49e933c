from odoo.tests import tagged

from .common import SurveyCase


@tagged("post_install", "-at_install")
class TestScores(SurveyCase):
    """The score of an answer: by question, section and survey."""

    def test_every_type_earns_its_points(self):
        """IE-21: choices, several choices, scale, stars, NPS, number and text together."""
        survey = self._survey(
            {"caredesk_type": "single", "suggested_answer_ids": self._choices({"A": 2, "B": 0})},
            {
                "caredesk_type": "multiple",
                "suggested_answer_ids": self._choices({"X": 1, "Y": 2, "Z": -1}),
            },
            {"caredesk_type": "scale", "answer_score": 4},
            {"caredesk_type": "stars"},
            {"caredesk_type": "nps"},
            {"caredesk_type": "number", "answer_numerical_box": 42, "answer_score": 3},
            {"caredesk_type": "long_text"},
        )
        entry = self._answer(survey, "A", ["Y", "Z"], 3, 4, 7, 42, "Thank you")
        points = entry.user_input_line_ids.sorted("question_sequence").mapped("answer_score")
        self.assertEqual(sum(points), 2 + (2 - 1) + 2 + 4 + 7 + 3)
        self.assertEqual(entry.scoring_total, 19)
        most = 2 + 3 + 4 + 5 + 10 + 3
        self.assertEqual(entry.scoring_percentage, round(100 * 19 / most, 2))
        self.assertEqual(entry.nps_group, "passive")

    def test_scale_next_to_a_right_choice(self):
        """IE-21: four of five and the right choice: 3 of 4 points and 2 of 2, not 28.57 %."""
        survey = self._survey(
            {"caredesk_type": "scale", "answer_score": 4},
            {"caredesk_type": "single", "suggested_answer_ids": self._choices({"A": 2, "B": 0})},
        )
        self.assertEqual(self._answer(survey, 4, "A").scoring_percentage, 83.33)

    def test_negative_total_is_zero_percent(self):
        """IE-21: wrong choices may cost points; a percentage is never below zero."""
        survey = self._survey(
            {"caredesk_type": "single", "suggested_answer_ids": self._choices({"A": 2, "B": -3})}
        )
        entry = self._answer(survey, "B")
        self.assertEqual((entry.scoring_total, entry.scoring_percentage), (-3, 0))

    def test_text_alone_scores_nothing(self):
        """IE-21: free text scores 0, and nothing is divided by zero."""
        entry = self._answer(self._survey({"caredesk_type": "long_text"}), "Hello")
        self.assertEqual((entry.scoring_total, entry.scoring_percentage), (0, 0))

    def test_skipped_question_counts_in_the_most(self):
        """IE-21: what is left out earns nothing of what could have been earned."""
        survey = self._survey({"caredesk_type": "stars"}, {"caredesk_type": "stars"})
        entry = self._answer(survey, 5, None)
        self.assertEqual(entry.scoring_percentage, 50)

    def test_zero_is_an_answer(self):
        """IE-21: a recommendation of 0 is a detractor, not a skipped question."""
        entry = self._answer(self._survey({"caredesk_type": "nps"}, kind="nps"), "0")
        self.assertEqual((entry.nps_group, entry.scoring_percentage), ("detractor", 0))
        self.assertFalse(entry.user_input_line_ids.skipped)

    def test_scores_by_section(self):
        """IE-21: each section has its own points."""
        survey = self._survey(
            {"is_page": True, "title": "Service"},
            {"caredesk_type": "stars"},
            {"is_page": True, "title": "Product"},
            {"caredesk_type": "nps"},
        )
        entry = self._answer(survey, 4, 5)
        self.assertEqual(entry.section_scores, "Service: 4 / 5 (80 %)\nProduct: 5 / 10 (50 %)")

    def test_archived_before_it_was_shown(self):
        """IE-21: what nobody was asked is not missing from the score; what was asked is."""
        survey = self._survey({"caredesk_type": "stars"}, {"caredesk_type": "nps"})
        entry = self._entry(survey)
        survey.question_ids[1].action_archive()
        self._fill(entry, 5)
        self.assertEqual(entry.scoring_percentage, 100)

    def test_question_nobody_was_led_to(self):
        """IE-21: a question that depends on an answer not given costs nothing."""
        survey = self._survey(
            {"caredesk_type": "single", "suggested_answer_ids": self._choices({"A": 2, "B": 0})},
            {"caredesk_type": "nps"},
        )
        first, second = survey.question_ids
        second.triggering_answer_ids = first.suggested_answer_ids[1]
        entry = self._entry(survey)
        entry._mark_in_progress()
        entry._save_lines(first, [str(first.suggested_answer_ids[0].id)])
        entry._mark_done()
        self.assertEqual(entry.scoring_percentage, 100)

    def test_survey_without_scoring(self):
        """IE-21: points of choices count for nothing where the survey is not scored."""
        survey = self._survey(
            {"caredesk_type": "single", "suggested_answer_ids": self._choices({"A": 2, "B": 0})},
            {"caredesk_type": "stars"},
            scoring_type="no_scoring",
        )
        entry = self._answer(survey, "B", 4)
        self.assertFalse(entry.is_scored)
        self.assertEqual((entry.scoring_total, entry.scoring_percentage), (0, 0))

    def test_later_change_of_points_leaves_past_scores(self):
        """IE-20: what was achieved stays, whatever a question is worth today."""
        survey = self._survey(
            {"caredesk_type": "single", "suggested_answer_ids": self._choices({"A": 2, "B": 0})}
        )
        entry = self._answer(survey, "A")
        survey.question_ids.suggested_answer_ids[0].answer_score = 20
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((entry.scoring_total, entry.scoring_percentage), (2, 100))
        self.assertEqual(entry.user_input_line_ids.most_points, 2)
        self.assertEqual(entry.section_scores, "Without section: 2 / 2 (100 %)")
