"""Which sums the engine may round: whatever is said to be exact is."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.symbolic.conftest import setting

from fuzz.loading import load
from fuzz.vocabulary import group
from policyengine.operators.arithmetic import OPERATIONS
from policyengine.symbolic.rounding import may_round

INTEGER = {"type": "integer", "minimum": -9, "maximum": 99}
CENTS = {"type": "number", "multipleOf": 0.01, "exclusiveMinimum": 0, "maximum": 9}
LIST = {"type": "array", "items": CENTS}
TERMS = {
    "i": INTEGER, "j": {**INTEGER, "maximum": 10**32}, "c": CENTS, "n": {"type": "number"},
    "h": {"type": "integer", "minimum": 0}, "e": {"enum": [1, 2.5, 10]}, "l": LIST,
    "d": {"type": "string", "format": "date"}, "b": {"type": "boolean"},
    "s": {"type": "string", "format": "duration"},
    "q": {"type": "array", "items": group({"v": CENTS, "k": {"type": "string"}})},
    "p": {"type": "array", "items": group({"v": CENTS, "w": {"type": "number"}})},
}  # fmt: skip
LONG = "1.000000000000000000000000000000001"


def rounds(condition: Any, points: Any = 1, policy: str = "C+", **parameters: Any) -> bool:
    """Of a condition, in a policy whose table and whose scorecard add up 2 and `points`."""
    items = [{"id": f"S-{n}", "title": "x", "when": {"b": True}, "points": each}
             for n, each in enumerate([2, points])]  # fmt: skip
    made = load({
        "policy": "p", "version": "1", "terms": group(TERMS), "parameters": parameters,
        "define": {"twice": "i + i", "third": f"i * {LONG}"},
        "scorecards": [{"id": "s", "items": items}],
        "tables": [{"id": "grade", "hit_policy": policy, "inputs": ["b"],
                    "output": {"type": "number"}, "rules": [[True, points], ["-", 2]]}],
        "rules": [{"id": "R", "title": "a rule", "require": condition}],
    })  # fmt: skip
    assert made is not None, condition
    return may_round(setting(made), [made.core.rules[0].requirement])


@pytest.mark.parametrize(
    "condition",
    ["i + c > 1", "i * c * e > 1", "-i - c > 1", "i / 8 > 1", "i / -0.125 > 1", "sum(l) > 1",
     "sum(for x in l return x * i) > 1", "every x in l satisfies x * x > 1", "count(l) + i > 1",
     "max(i, c) + abs(c) > 1", "n > 1", "if n > 1 then i + c > 1 else b", "n = h or j > n",
     "some x in q satisfies x.v * x.v > 1", "l[1] * l[2] > 1", "{v: c, w: v * 2}.w + i > 1",
     "j + i > 1", "twice * 3 > 1", "score.s + i > 1", "grade + i > 1", 'd + @"P1D" > as_of',
     "s + s > s", "s * 3 > s", "count(l[item + i > 1]) > 1", "some x in 1..3 satisfies x + i > 1",
     "2 / 4 * i > 1", {"i": {"at_most": {"parameter": "few"}}}, "i * parameters.few > 1",
     "i / parameters.few > 1", "(if n > 1 then 1 else 2) * i > 1", "i * 0 > c"],
)  # fmt: skip
def test_what_34_digits_hold_is_exact(condition: Any) -> None:
    assert not rounds(condition, few=[{"from": "2000-01-01", "value": 4}])


@pytest.mark.parametrize(
    "condition",
    ["n + 1 > 1", "h + 1 > 1", "i + c * n > 1", f"i * {LONG} > 1", "i / 3 > 1", "i / c > 1",
     "j + c > 1", "j * j > 1", "i ** 2 > 1", "sum(p.w) > 1", "every x in p satisfies x.w + 1 > 1",
     "count(l[item + n > 1]) > 1", "d.year * j > 1", "j * count(l) > 1", "third > 1",
     "floor(i) + i > 1", "sum(for x in l, y in l return x * y * j) > 1", "{v: n}.v + 1 > 1",
     f"i * c * {LONG} > 1", "i * parameters.long > 1", "(if b then n else i) + 1 > 1",
     "i / 1267650600228229401496703205376 > 1", "1E20 + i * 1E-20 > 1", "b and j * j > 1",
     "max(j, n) - 1 > 1", "some x in [j, c] satisfies x * j > 1", "i / 0 > 1"],
)  # fmt: skip
def test_what_may_be_longer_is_told(condition: Any) -> None:
    assert rounds(condition, long=Decimal(LONG))


@pytest.mark.parametrize(("points", "said"), [(0.5, False), (Decimal("1E-30"), True)])
def test_scores_are_sums(points: Any, said: bool) -> None:
    assert rounds("score.s > 1", points) is said


@pytest.mark.parametrize(("policy", "said"), [("C+", True), ("C#", False), ("C>", False)])
def test_tables_that_collect_are_sums(policy: str, said: bool) -> None:
    assert rounds("grade > 1", Decimal("1E+30"), policy) is said


# held against the engine -------------------------------------------------------------------------

#: what terms may be that are whole multiples of a step within bounds
NUMBERS = {"i": [Decimal(-9), Decimal(99)], "j": [Decimal(-9), Decimal(10**32)],
           "c": [Decimal("0.01"), Decimal(9)]}  # fmt: skip
LEAVES = st.sampled_from([*NUMBERS, "3", "0.1", "1E10", "1E-12", LONG, "7", "8"])
SUMS = st.recursive(
    LEAVES,
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*"), inner)
        | st.tuples(inner, st.just("/"), st.sampled_from(["3", "8", "0.1", "1E-12"]))
    ),
    max_leaves=6,
)


@settings(max_examples=60)
@given(SUMS, st.sampled_from([0, 1]))
@example(("i", "*", LONG), 1)
@example((("i", "/", "8"), "-", ("j", "*", "0.1")), 1)
def test_what_is_said_to_be_exact_is(made: Any, end: int) -> None:
    text = written(made)
    if not rounds(f"{text} > {LONG}"):
        assert Fraction(engine(made, end)) == exact(made, end), text


def written(made: Any) -> str:
    return made if isinstance(made, str) else f"({' '.join(map(written, made))})"


def engine(made: Any, end: int) -> Any:
    if isinstance(made, str):
        return NUMBERS[made][end] if made in NUMBERS else Decimal(made)
    left, op, right = made
    return OPERATIONS[op](engine(left, end), engine(right, end))


def exact(made: Any, end: int) -> Fraction:
    if isinstance(made, str) or not any(name in written(made) for name in NUMBERS):
        return Fraction(engine(made, end))  # constants are worked out as the engine does
    left, op, right = exact(made[0], end), made[1], exact(made[2], end)
    if op == "/":
        return left / right
    return left * right if op == "*" else left + right if op == "+" else left - right
