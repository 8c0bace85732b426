"""Questions that make no sense are refused, with a code and a hint."""

from __future__ import annotations

import pytest
from tests.analysis import small

from policyengine import UsageError
from policyengine.analysis.counter import counter


def refused(**how: object) -> str:
    of = small.policy(1)
    assert of is not None
    with pytest.raises(UsageError) as caught:
        counter(of, {}, **how)  # type: ignore[arg-type]
    (found,) = caught.value.diagnostics
    assert found.message == found.message.lower()
    return found.code


def test_a_target_that_is_none() -> None:
    assert refused(target="reject") == "bad-target"


def test_a_pattern_that_names_no_term() -> None:
    assert refused(locked=["flags"]) == "unknown-term"
    assert refused(unlocked=["no.such"]) == "unknown-term"
