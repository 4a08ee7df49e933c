"""What the statistics page shows of one question: bars, each with the answers behind it."""


class QuestionChart:
    """A question, or all copies of a bank question, and the counts of its answers.

    :param questions: recordset; more than one only where they are copies of one
    :param rows: ``{question id: [(choice id, matrix row id, scale value, skipped, count, sum of
        numbers)]}``
    :param texts: ``{question id: latest texts}``
    :param people: ``{question id: people who answered}`` where one person gives several answers
    :param period: domain on answers for the days that count
    """

    def __init__(self, questions, rows, texts, people, period):
        self.question = questions[:1]
        self.questions = questions
        self.rows = [row for question in questions for row in rows.get(question.id, ())]
        self.answered = sum(
            people.get(question.id, self._given(rows.get(question.id, ())))
            for question in questions
        )
        self.texts = [text for question in questions for text in texts.get(question.id, ())][:5]
        self.base = [
            ("question_id", "in", questions.ids),
            ("user_input_id.state", "=", "done"),
            ("user_input_id.test_entry", "=", False),
            *period,
        ]

    def as_dict(self):
        """Return what the screen needs of this question."""
        return {
            "id": self.question.id,
            "title": self.question.title,
            "type": self.question.caredesk_type,
            "archived": not self.question.active,
            "answered": self.answered,
            "skipped": sum(row[4] for row in self.rows if row[3]),
            "average": self._average(),
            "most": self._most_of_scale() if self._is_scale else None,
            "bars": self._with_shares(self._bars()),
            "texts": self.texts,
            "domain": [*self.base, ("skipped", "=", False)],
        }

    @staticmethod
    def _given(rows):
        """Return how many answers were given, not counting what was skipped."""
        return sum(row[4] for row in rows if not row[3])

    @property
    def _is_scale(self):
        return self.question.question_type == "scale"

    def _average(self):
        """Return the mean of a scale or of numbers, two decimals; None for other types."""
        given = [row for row in self.rows if not row[3]]
        count = self._given(given)
        if not count:
            return None
        if self._is_scale:
            return round(sum((row[2] or 0) * row[4] for row in given) / count, 2)
        if self.question.question_type == "numerical_box":
            return round(sum(row[5] or 0 for row in given) / count, 2)
        return None

    def _bars(self):
        if self._is_scale:
            return self._scale_bars()
        if self.question.question_type == "matrix":
            return self._matrix_bars()
        if self.question.suggested_answer_ids:
            return self._choice_bars()
        return []

    def _scale_bars(self):
        counts = {}
        for _choice, _row, value, skipped, count, _sum in self.rows:
            if not skipped:
                counts[value] = counts.get(value, 0) + count
        return [
            {
                "label": str(value),
                "count": counts.get(value, 0),
                "domain": [*self.base, ("skipped", "=", False), ("value_scale", "=", value)],
            }
            for value in range(min(self.questions.mapped("scale_min")), self._most_of_scale() + 1)
        ]

    def _most_of_scale(self):
        """Return the upper end; the bank's question may have changed between two copies."""
        return max(self.questions.mapped("scale_max"))

    def _choice_bars(self):
        """Count choices; those of copies of one question belong together by their words."""
        counts = {}
        for choice_id, _row, _value, skipped, count, _sum in self.rows:
            if not skipped and choice_id:
                counts[choice_id] = counts.get(choice_id, 0) + count
        bars = {}
        for choice in self.questions.suggested_answer_ids:
            bar = bars.setdefault(choice.value_label, {"count": 0, "ids": []})
            bar["count"] += counts.get(choice.id, 0)
            bar["ids"].append(choice.id)
        return [
            {
                "label": label,
                "count": bar["count"],
                "domain": [*self.base, ("suggested_answer_id", "in", bar["ids"])],
            }
            for label, bar in bars.items()
        ]

    def _matrix_bars(self):
        """Count the cells; those of copies of one question belong together by their words."""
        counts = {}
        for choice_id, row_id, _value, skipped, count, _sum in self.rows:
            if not skipped:
                counts[row_id, choice_id] = counts.get((row_id, choice_id), 0) + count
        bars, rows = {}, {}
        for row in self.questions.matrix_row_ids:
            for choice in row.matrix_question_id.suggested_answer_ids:
                bar = bars.setdefault(
                    (row.value, choice.value), {"count": 0, "rows": [], "ids": []}
                )
                count = counts.get((row.id, choice.id), 0)
                bar["count"] += count
                bar["rows"].append(row.id)
                bar["ids"].append(choice.id)
                rows[row.value] = rows.get(row.value, 0) + count
        return [
            {
                "label": f"{row} · {choice}",
                "count": bar["count"],
                "of": rows[row],
                "domain": [
                    *self.base,
                    ("matrix_row_id", "in", bar["rows"]),
                    ("suggested_answer_id", "in", bar["ids"]),
                ],
            }
            for (row, choice), bar in bars.items()
        ]

    def _with_shares(self, bars):
        """Return the bars with their share in per cent, one decimal.

        Of several choices: of the people who answered. Of a matrix: of its row. Else of all bars.
        """
        total = sum(bar["count"] for bar in bars)
        if self.question.question_type == "multiple_choice":
            total = self.answered
        for bar in bars:
            of = bar.pop("of", total)
            bar["share"] = round(100.0 * bar["count"] / of, 1) if of else 0.0
        return bars
