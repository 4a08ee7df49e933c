"""One row of the table: our figure, the peer's, their ratio and how far the rounds lay apart."""

from dataclasses import dataclass
from statistics import median


@dataclass
class Metric:
    """What was measured in a row of rounds; in each, we and the peer took turns.

    values, peer_values: one figure a round, in `unit`, larger is better unless `at_most`.
    violations: what else must hold for the figure to count, one line each.
    at_most: smaller is better, the ratio must not exceed the target.
    difference: the «ratio» is ours less the peer's, in `unit`.
    """

    id: str
    unit: str
    peer: str
    target: float
    values: list[float]
    peer_values: list[float]
    violations: list[str]
    at_most: bool = False
    difference: bool = False

    @property
    def ratios(self) -> list[float]:
        """Ours over the peer's, round by round: neighbours in time share the machine's mood."""
        rounds = zip(self.values, self.peer_values, strict=True)
        if self.difference:
            return [ours - peers for ours, peers in rounds]
        return [ours / peers for ours, peers in rounds]

    @property
    def met(self) -> bool:
        """Whether the median reaches the target, and nothing was violated."""
        ratio = median(self.ratios)
        reached = ratio <= self.target if self.at_most else ratio >= self.target
        return reached and not self.violations

    def as_json(self) -> dict:
        """The row of the report; `spread` holds the lowest and the highest round."""
        return {
            "id": self.id,
            "value": round(median(self.values), 2),
            "unit": self.unit,
            "peer": self.peer,
            "peer_value": round(median(self.peer_values), 2),
            "ratio": round(median(self.ratios), 2),
            "target": self.target,
            "met": self.met,
            "violations": len(self.violations),
            "rounds": len(self.values),
            "spread": {
                "value": _ends(self.values),
                "peer_value": _ends(self.peer_values),
                "ratio": _ends(self.ratios),
            },
        }

    def as_text(self) -> str:
        """The row as people read it."""
        row = self.as_json()
        low, high = row["spread"]["ratio"]
        bound, verdict = "≤ " if self.at_most else "", "met" if self.met else "MISSED"
        relation = f"{self.unit} more than" if self.difference else "times"
        lines = [
            f"{self.id:20} {row['value']:>8} {self.unit}  (peer {row['peer_value']}: {self.peer})",
            f"{'':20} {row['ratio']:>8} {relation} the peer, target {bound}{self.target}: {verdict}"
            f"  [{low} … {high} in {row['rounds']} rounds]",
            *(f"{'':20} VIOLATION {line}" for line in self.violations),
        ]
        return "\n".join(lines)


def _ends(values: list[float]) -> list[float]:
    return [round(min(values), 2), round(max(values), 2)]
