"""Drafts of a deal: what changed, and what moved because of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.review.conftest import POLICY, RULES, written

from policyengine import Verdict
from policyengine.engine import Terms
from policyengine.review import DraftChange, compare
from policyengine.review.replay import Question

FIRST = {"deal": {"id": "d"}, "years": 40, "use": "office", "rent": 20, "rooms": ["hall", "yard"],
         "steps": [{"year": 1, "rent": 5}, {"year": 2, "rent": 6}]}  # fmt: skip
Step = Callable[..., DraftChange]


@pytest.fixture
def step() -> Step:
    def made(question: Question | None = None, **changes: Any) -> DraftChange:
        later = {k: v for k, v in {**FIRST, **changes}.items() if v is not None}
        drafts = [("one", Terms.from_mapping(FIRST)), ("two", Terms.from_mapping(later))]
        asked = question or Question(date(2026, 1, 31))
        (found,) = compare(written("lease", POLICY + RULES), drafts, asked).steps
        return found

    return made


def test_nothing(step: Step) -> None:
    found = step()
    assert not found.changed
    assert found.rules == found.missing == found.settled == found.scores == ()


def test_a_number_and_what_moves(step: Step) -> None:
    found = step(years=20)
    (term,) = found.terms
    assert (term.path, term.label, term.unit, term.kind) == ("years", "Length", "years", "changed")
    assert (term.before.value, term.after.value) == (Decimal(40), Decimal(20))
    assert found.verdicts == (Verdict.REJECT, Verdict.ACCEPT)
    assert [(m.rule, m.before.outcome, m.after.outcome) for m in found.rules] == [
        ("L-1", "fail", "pass")
    ]
    assert found.rules[0].before.message == "40 years are too long."
    assert {test.text for test in found.rules[0].before.tests} == {
        "years more_than 30",
        "use one_of [office, storage]",
    }


def test_stated_withdrawn_and_assumed(step: Step) -> None:
    found = step(rent=None, share=0.5)
    kinds = {t.path: (t.kind, t.before.state, t.after.state) for t in found.terms}
    assert kinds == {
        "rent": ("withdrawn", "stated", "assumed"),
        "share": ("stated", "missing", "stated"),
    }
    silent = step(Question(date(2026, 1, 31), assume=False), rent=None)
    assert silent.terms[0].after.state == "missing"
    assert [term.path for term in silent.missing] == ["rent"]


def test_what_is_newly_missing_and_settled(step: Step) -> None:
    found = step(years=None)
    assert "years" in [term.path for term in found.missing]
    assert found.settled == ()
    assert found.verdicts[1] is Verdict.UNDETERMINED
    assert found.scores[0].after.value is None


def test_lists(step: Step) -> None:
    assert step(rooms=["yard", "hall"]).terms == ()  # the order has no meaning there
    (rooms,) = step(rooms=["roof", "hall"]).terms
    assert [(i.before, i.after) for i in rooms.items] == [("yard", None), (None, "roof")]
    (steps,) = step(steps=[{"year": 1, "rent": 5}, {"year": 2, "rent": 7}, {"year": 3}]).terms
    assert [(i.index, i.before, i.after) for i in steps.items] == [
        (2, {"year": Decimal(2), "rent": Decimal(6)}, {"year": Decimal(2), "rent": Decimal(7)}),
        (3, None, {"year": Decimal(3)}),
    ]


def test_scores_and_evidence(step: Step) -> None:
    found = step(rooms=["hall"], evidence={"years": {"source": "draft", "confidence": "low"}})
    (score,) = found.scores
    assert (score.id, score.before.value, score.after.value) == ("gain", Decimal(1), Decimal(-1))
    (evidence,) = found.evidence
    assert (evidence.path, evidence.before) == ("years", None)
    assert found.changed


def test_a_number_written_otherwise_is_no_change(step: Step) -> None:
    assert step(rent=Decimal("20.00")).terms == ()
