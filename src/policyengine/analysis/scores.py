"""What a proposal does to scorecards: benefits and risks before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine.analysis.setting import At, Case
from policyengine.decision import Score
from policyengine.values.record import Record


class ScoreChange(Record):
    """A scorecard under the deal as it is, and as proposed."""

    id: str
    title: str | None
    before: Score
    after: Score

    @property
    def changed(self) -> bool:
        """Whether its value is another, or what may still become of it."""
        one, other = self.before, self.after
        return (one.value, one.low, one.high) != (other.value, other.low, other.high)


def scores(asked: Case, at: At, document: Mapping[str, Any]) -> tuple[ScoreChange, ...]:
    """Every scorecard of a policy; none where it has none."""
    if not asked.policy.core.scorecards:
        return ()
    before, after = (
        asked.policy.evaluate(each, as_of=at.as_of, final=at.final, assume=at.assume).scores
        for each in (asked.deal.document, document)
    )
    return tuple(ScoreChange(id_, before[id_].title, before[id_], after[id_]) for id_ in before)
