"""Forms of single values: what is left open may be anything, what is counted is exact."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.symbolic.conftest import problem

from fuzz.loading import load
from policyengine.analysis.pins import pins
from policyengine.decision import Outcome
from policyengine.intake import check
from policyengine.symbolic import bools
from policyengine.symbolic.solver import Status

BIG = "1000000000000000000000000000000001"


def asked_about(condition: str, deal: dict[str, Any]) -> tuple[Any, list[Any]]:
    schema = {"type": "object", "additionalProperties": False,
              "properties": {"x": {"type": "number"}}}  # fmt: skip
    made = load({"policy": "p", "version": "1", "terms": schema,
                 "rules": [{"id": "R", "title": "a rule", "require": condition}]})  # fmt: skip
    assert made is not None
    asked = problem(made, deal)
    asked.form.rule("R")
    return asked, pins(asked, check(deal, made.schema))


def test_a_number_left_open_may_be_a_fraction() -> None:
    asked, here = asked_about("floor(x, 1) = 0.5", {"x": 0.55})
    assert asked.limits
    assert asked.ask(*here, asked.outcome("R", Outcome.PASS)) is Status.SATISFIED


@pytest.mark.parametrize("x", [BIG, "0.1000000000000000000000000000000001"])
def test_numbers_of_34_digits_have_a_form(x: str) -> None:
    asked, here = asked_about(f"x = {x}", {"x": Decimal(x)})
    assert asked.limits == ()
    said = asked.outcome("R", Outcome.PASS)
    assert asked.ask(*here) is Status.SATISFIED
    assert asked.ask(*here, bools.no(said)) is Status.IMPOSSIBLE


def test_loops_count_in_34_digits() -> None:
    asked, here = asked_about(f"some i in {BIG}..{BIG[:-1]}3 satisfies i = x",
                              {"x": Decimal(BIG[:-1] + "2")})  # fmt: skip
    assert asked.limits == ()
    assert asked.ask(*here, asked.outcome("R", Outcome.PASS)) is Status.SATISFIED


# found by the fuzz -------------------------------------------------------------------------------


def test_nothing_is_in_an_empty_list() -> None:
    asked, here = asked_about("not(list contains([], x))", {})
    assert asked.ask(*here, bools.no(asked.outcome("R", Outcome.PASS))) is Status.IMPOSSIBLE


def shown(term: dict[str, Any], condition: str, outcome: Outcome, **others: Any) -> Any:
    """A deal that is decided as asked."""
    schema = {"type": "object", "additionalProperties": False, "properties": {"x": term, **others}}
    made = load({"policy": "p", "version": "1", "terms": schema,
                 "rules": [{"id": "R", "title": "a rule", "require": condition}]})  # fmt: skip
    assert made is not None
    asked = problem(made)
    assert asked.ask(asked.outcome("R", outcome)) is Status.SATISFIED
    found = asked.witness()
    assert found is not None
    assert found.outcomes["R"] is outcome
    return found.document


def test_steps_leave_digits_for_what_they_are_multiples_of() -> None:
    half = {"type": "number", "multipleOf": 0.5}
    assert shown(half, "x < 999999999999999999999999999999999", Outcome.FAIL)["x"] >= 10**32


def test_one_text_of_two_shapes_fits_both() -> None:
    short = {"type": "string", "minLength": 1, "maxLength": 4, "pattern": "^[a-z]"}
    found = shown({"type": "string"}, "x = y", Outcome.PASS, y=short)
    assert found["x"] == found["y"]
    apart = shown({**short, "pattern": "^X"}, "x = y or x != y", Outcome.PASS, y=short)
    assert apart["x"] != apart["y"]
