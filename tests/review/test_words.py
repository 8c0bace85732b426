"""What a test met, in words that neither a rule that asks nor one that forbids can turn around."""

from __future__ import annotations

from decimal import Decimal

import pytest

from policyengine.cli.reviewing import words
from policyengine.decision import TermUse
from policyengine.decision.wording import Words
from policyengine.review.replay import Met

YEARS = TermUse("years", Decimal(8), True, False, "Length", "years")
LAW = TermUse(
    "law", "third", True, False, "Law", words=Words({"third": "a third law", "own": "ours"})
)


@pytest.mark.parametrize(
    ("met", "says"),
    (
        (Met("years more_than 30", True, Decimal(40), use=YEARS),
         "Length: 40 years, is more than 30 years"),
        (Met("years more_than 30", False, Decimal(8), use=YEARS),
         "Length: 8 years, is at most 30 years"),
        (Met("years more_than 30", None, use=YEARS),
         "Length: not stated, so whether it is more than 30 years is open"),
        (Met("law one_of [third, mixed]", False, "own", assumed=True, use=LAW),
         "Law: ours (assumed), is none of a third law, mixed"),
        (Met("law equals third", True, "third", use=LAW), 'Law: a third law, is "a third law"'),
        (Met("score.s at_least 3", False, Decimal(2)), "score.s: 2, is less than 3"),
        (Met("a > b", False, None, False, (("a", Decimal(1)), ("b", Decimal(2)))),
         "a > b: a 1, b 2, is false"),
    ),
)  # fmt: skip
def test_met(met: Met, says: str) -> None:
    assert words.met(met) == says
