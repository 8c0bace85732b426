"""The engine against the second account of its semantics, over every combination."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations_with_replacement, product
from typing import Any

import pytest
from tests.semantics import oracle

from policyengine import combining, core
from policyengine.decision import Level, Outcome
from policyengine.operators.fault import Fault
from policyengine.source import Source
from policyengine.tables import HIT_POLICIES, settle
from policyengine.types import ANY
from policyengine.values.logic import at_least, conjunction, disjunction, negation

SPAN = Source("<table>", "").span(0, 0)


@pytest.mark.parametrize("values", [v for n in range(4) for v in product(oracle.TRUTHS, repeat=n)])
def test_connectives(values: tuple[bool | None, ...]) -> None:
    """Kleene's tables are what agreement over all ways to settle the unknown gives."""
    assert conjunction(values) is oracle.settled(values, lambda *way: all(way))
    assert disjunction(values) is oracle.settled(values, lambda *way: any(way))
    for count in range(1, 5):
        expected = oracle.settled(values, lambda *way, n=count: sum(way) >= n)
        assert at_least(count, values) is expected


def test_negation() -> None:
    assert [negation(value) for value in oracle.TRUTHS] == [False, True, None]


@pytest.mark.parametrize("values", list(product(oracle.TRUTHS, repeat=3)))
def test_the_outcome_of_a_rule(values: tuple[bool | None, ...]) -> None:
    assert combining.outcome(*values).value == oracle.outcome(*values)


def test_waivers_touch_failures_and_unknowns_alone() -> None:
    assert {before.value: combining.waive(before).value for before in Outcome} == {
        "pass": "pass",
        "fail": "waived",
        "unknown": "waived",
        "not_applicable": "not_applicable",
        "waived": "waived",
    }


def test_verdicts_of_up_to_three_rules() -> None:
    rules = list(product(Level, Outcome))
    for number in range(4):
        for chosen in combinations_with_replacement(rules, number):
            plain = [(level.value, outcome.value) for level, outcome in chosen]
            assert combining.verdict(chosen).value == oracle.verdict(plain), plain
            nothing = all(of == "advisory" or found == "not_applicable" for of, found in plain)
            assert combining.nothing_applied(chosen) is nothing


# tables -----------------------------------------------------------------------------------------

RANKING = (Decimal(3), Decimal(1), Decimal(2))


def table_of(policy: str, rows: int, default: Any) -> core.Table:
    nothing = core.Const(None, ANY, SPAN)
    return core.Table(
        "t",
        policy,
        tuple(core.TableRow(nothing, nothing, SPAN) for _ in range(rows)),
        nothing if default is not None else None,
        RANKING,
        ANY,
        SPAN,
    )


def engine(policy: str, matched: tuple[Any, ...], out: tuple[Any, ...], default: Any) -> Any:
    try:
        return settle(table_of(policy, len(matched), default), list(matched), list(out), default)
    except Fault as fault:
        expected = {"U": "table-not-unique", "A": "table-disagrees"}.get(policy)
        assert fault.code in ("table-no-match", expected)  # noqa: PT017
        return oracle.VIOLATED


@pytest.mark.parametrize("policy", HIT_POLICIES)
@pytest.mark.parametrize("default", [None, Decimal(1)], ids=["bare", "default"])
def test_tables_say_what_every_way_to_settle_them_says(policy: str, default: Any) -> None:
    """Sound: a value is given only if no way to settle the rows or the outputs gives another."""
    settled = 0
    for number in range(1, 4):
        for matched in product(oracle.TRUTHS, repeat=number):
            for out in product((Decimal(1), Decimal(3), None), repeat=number):
                found = engine(policy, matched, out, default)
                ways = oracle.table_ways(policy, RANKING, default, matched, out)
                if found is not None:
                    settled += 1
                    assert set(ways) == {found}, (matched, out)
                elif None not in matched and None not in out:
                    raise AssertionError(f"unknown over known rows: {matched} {out}")
    assert settled > 20


@pytest.mark.parametrize("policy", ["A", "P", "C<", "C>"])
def test_an_unknown_row_that_cannot_matter_does_not(policy: str) -> None:
    """Complete: where a row matches for sure and all ways agree, the value is given."""
    for number in range(1, 4):
        for matched in product(oracle.TRUTHS, repeat=number):
            for out in product((Decimal(1), Decimal(2), Decimal(3)), repeat=number):
                ways = oracle.table_ways(policy, RANKING, None, matched, out)
                if True in matched and len(set(ways)) == 1:
                    assert engine(policy, matched, out, None) == ways[0], (matched, out)


def test_first_settles_only_when_all_earlier_rows_are_false() -> None:
    for matched in product(oracle.TRUTHS, repeat=3):
        found = engine("F", matched, (Decimal(1), Decimal(1), Decimal(1)), Decimal(1))
        before = matched[: matched.index(True)] if True in matched else matched
        assert (found is None) is (None in before)
