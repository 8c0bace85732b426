"""What has no form is named with its reason, and what the reference says stays possible."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.symbolic.conftest import problem

from fuzz.encoding import Asking, Counts
from fuzz.loading import load
from fuzz.vocabulary import group
from policyengine.analysis.audit.inquiry import Encoded
from policyengine.decision import Outcome, Verdict
from policyengine.errors import TermsError
from policyengine.symbolic.beside import alike
from policyengine.symbolic.mentions import Mentions, merged
from policyengine.symbolic.solver import Solver, Status
from policyengine.symbolic.verifier import document_of
from policyengine.symbolic.z import z3
from policyengine.values.record import replace

TERMS = {
    "n": {"type": "number"}, "k": {"enum": ["a", "b"]}, "u": {"type": "string"},
    "i": {"enum": [1, 2, 3]}, "f": {"type": "boolean"}, "yes": {"enum": [True]},
    "d": {"type": "string", "format": "date"}, "when": {"enum": ["2024-01-01", "2024-06-01"],
                                                         "type": "string", "format": "date"},
    "s": {"type": "string", "format": "duration"}, "m": {"type": "string",
                                                         "format": "x-years-months"},
    "l": {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": 2},
    "v": {"type": "array", "items": {"type": "string"}},
    "set": {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "maxItems": 2},
    "pair": {"type": "array", "items": {"type": "number"}, "uniqueItems": True},
    "p": {"type": "array", "items": group({"x": {"type": "number"}, "y": {"enum": ["a", "b"]}})},
    "q": {"type": "array", "maxItems": 2,
          "items": group({"zs": {"type": "array", "items": {"type": "number"}, "maxItems": 2}})},
    "t": {"type": "string", "format": "time"},
    "flags": {"type": "array", "items": {"type": "boolean"}},
}  # fmt: skip
DEALS: list[Any] = [
    {}, {"n": 2, "k": "a", "u": "a", "i": 2, "f": True, "yes": True, "d": "2024-01-01"},
    {"n": 4, "k": "b", "u": "zz", "i": 3, "f": False, "when": "2024-06-01", "d": "2024-06-01"},
    {"flags": [], "u": "zz", "v": ["zz"]}, {"flags": [True]},
    {"flags": [False], "q": [{"zs": [2]}]}, {"q": [{"zs": []}, {}]}, {"q": [{"zs": [1]}, {}]},
    {"s": "P1D", "m": "P1M", "l": [1], "v": ["a"], "set": ["a"], "pair": [1]},
    {"s": "PT36H", "m": "P2Y", "l": [1, 2], "v": ["b", "a", "a"], "set": ["b", "a"],
     "p": [{"x": 1, "y": "a"}, {}], "f": True, "n": 2, "u": "b"},
    {"v": [], "p": [], "t": "10:00:00", "flags": [False, True], "pair": [1, 2], "n": 1, "i": 1,
     "k": "a"},
]  # fmt: skip

#: conditions, and the reason that is named; None where they have a form after all
REASONS: dict[str, str | None] = {
    "-i < -1": None,
    "k instance of string": None,
    "n instance of number": None,
    "k instance of number": None,
    "n * i = 4": "it multiplies two terms",
    "s * 0.5 > s": "it takes a fraction of a duration",
    "n / 3 > 1": "a quotient is rounded to 34 digits, which is left out",
    's / @"P1D" = 1': "it divides durations",
    "n ** 2 > 1": "it raises to a power",
    "1 / n > 1": "it divides by a term",
    'd + s > d': "it adds a duration that may not be whole days to a date",
    'd + @"-PT12H" = d': "it adds a duration that may not be whole days to a date",
    'd + @"P1M" > d': "it adds a years and months duration to a date",
    "yes": None,
    "when > d": None,
    "every x in n..3 satisfies x > 1": "it counts to a number that is not settled",
    "some x in 1..100 satisfies x = n": "its loops have too many turns",
    "every a in p, b in p, c in p, e in p satisfies a.x > b.x":
        "its loops have too many turns",
    "count(n[item > 1]) = 1": None,
    'count(v[item = "a"]) = 1': "it filters a list whose elements may repeat",
    "count(for x in v return x) = 1": "it runs over a list whose elements may repeat",
    "(if f then k else n) = 2": "its branches give values of different forms",
    'v = ["b", "a"]': "the order of a list is left open",
    "all(for x in l return n > 1)": None,
    "l[2] = 2": None,
    "if f then n / 0 > 1 else n > 1": None,
    "score.s > 1": None,
    "some x in 1..4 satisfies x = n": None,
    "every x in 4..1 satisfies x >= n": None,
    "every a in q, z in a.zs satisfies z > 1": None,
    "count(if f then l else [3]) = 1": None,
    "any(flags)": None,
    "all(flags)": None,
    'contains(u, "z")': "`contains` of a text that nothing names is left open",
    "some x in v satisfies x = u":
        "texts that nothing names are taken to differ from other terms'",
    "l[-1] = 1": "it takes an element from the end, or beyond those looked at",
    "l[n] = 1": "it takes an element by a number that is not settled",
    "pair[1] = 1": "elements that repeat each other are not ruled out",
    "count(set) = 2": None,
}  # fmt: skip


CARD = [{"id": "s", "items": [
    {"id": "S-1", "title": "x", "when": {"f": True}, "points": 2},
    {"id": "S-2", "title": "x", "when": "n / 0 > 1 and k = \"a\"", "points": 1},
]}]  # fmt: skip


def loaded(condition: Any) -> Any:
    rule = {"id": "R", "title": "a rule", "require": condition}
    data = {"policy": "p", "version": "1", "terms": group(TERMS), "scorecards": CARD}
    return load({**data, "rules": [rule]})


@pytest.mark.parametrize("condition", REASONS)
def test_reasons(condition: str) -> None:
    made, reason = loaded(condition), REASONS[condition]
    assert made is not None
    found = Encoded(problem(made)).limits(["R"], ())
    said = {each.rpartition("`: ")[2] for each in found}
    assert said == ({reason} if reason else set()), condition
    agrees(made)


def test_what_is_not_stated_at_the_end_is_known_not_to_be() -> None:
    agrees(loaded({"n": {"stated": False}}))


def agrees(made: Any) -> None:
    for final in (False, True):
        asking = Asking(made, {"as_of": "2026-01-31", "final": final}, Counts())
        for deal in DEALS:
            assert asking.of_deal(deal) is None, deal


# terms of two schemas ----------------------------------------------------------------------------

FIRST = {"type": "number", "minimum": 0, "default": 1, "x-may-not-apply": True}


@pytest.mark.parametrize(
    ("second", "said"),
    [(FIRST, True), ({**FIRST, "title": "t"}, True), ({**FIRST, "minimum": 1}, False),
     ({**FIRST, "default": 2}, False), ({**FIRST, "x-may-not-apply": False}, False),
     ({k: v for k, v in FIRST.items() if k != "default"}, False)],
)  # fmt: skip
def test_a_term_is_shared_only_where_two_schemas_have_it_alike(second: Any, said: bool) -> None:
    rule = {"id": "R", "title": "a rule", "require": "x > 3"}
    data = {"policy": "p", "version": "1", "rules": [rule]}
    one, two = (load({**data, "terms": group({"x": shape})}) for shape in (FIRST, second))
    assert one is not None
    assert two is not None
    assert alike(one.schema.terms["x"], two.schema.terms["x"]) is said
    required = replace(one.schema.terms["x"], required=True)
    assert not alike(one.schema.terms["x"], required)
    bare = replace(one.schema.terms["x"], has_default=False)
    assert not alike(one.schema.terms["x"], bare)


# the solver ------------------------------------------------------------------------------------


def test_the_assumptions_that_were_enough() -> None:
    a, b, c = map(z3.Bool, "abc")
    solver = Solver()
    solver.add([z3.Not(z3.And(a, c)), True])
    asked = [True, a, z3.Or(b, a), c]
    assert solver.ask(*asked) is Status.IMPOSSIBLE
    assert solver.core(asked) == [1, 3]
    assert solver.core([a, False]) == [1]
    solver.add([False])
    assert solver.ask() is Status.IMPOSSIBLE


def test_time_that_is_up_and_callers_who_gave_up() -> None:
    solver = Solver(seconds=60)
    x = z3.Real("x")
    solver.add([3 * x == 1])
    assert solver.ask() is Status.SATISFIED
    assert str(solver.number(x)) == "1/3"
    solver.limit(0)
    assert solver.ask() is Status.OPEN
    solver.heed(lambda: False)
    assert solver.ask() is Status.OPEN
    solver.heed(lambda: True)
    with pytest.raises(KeyboardInterrupt):
        solver.ask()


# documents -------------------------------------------------------------------------------------


def test_what_is_stated_is_no_longer_listed() -> None:
    base = {"not_applicable": ["a.b", "c"], "a": {"x": 1}}
    assert document_of({"a.b": 2}, base=base) == {
        "not_applicable": ["c"], "a": {"x": 1, "b": 2}}  # fmt: skip
    assert document_of({"a.b": 2, "c": 3}, base=base) == {"a": {"x": 1, "b": 2}, "c": 3}
    assert base["not_applicable"] == ["a.b", "c"]


def test_no_decision_is_no_replay() -> None:
    judge = problem(loaded("n > 1")).judge
    assert judge.replay({"n": "x"}) is None
    assert judge.values({"n": "x"}, []) is None
    with pytest.raises(TermsError):
        judge.decide({"n": "x"})
    replay = judge.replay({"n": 2})
    assert replay is not None
    assert replay.outcomes["R"] is Outcome.PASS


def test_what_two_policies_mention() -> None:
    one = Mentions({"a": ("x", "y")}, {"a": ()}, {"a": 1})
    two = Mentions({"a": ("y", "z"), "b": ("q",)}, {}, {"a": 3, "b": 0})
    both = merged(one, two)
    assert both.texts == {"a": ("x", "y", "z"), "b": ("q",)}
    assert both.places == {"a": 3, "b": 0}


def test_numbers_move_as_finely_as_the_finest_constant_beside_them() -> None:
    rules = [{"id": f"R-{n}", "title": "a rule", "require": condition}
             for n, condition in enumerate(["n > 0.25", "n > 1", "sum(l) > 1.5"])]  # fmt: skip
    made = load({"policy": "p", "version": "1", "terms": group(TERMS), "rules": rules})
    assert made is not None
    asked = problem(made)
    assert [asked.space.places(path) for path in ("n", "l", "i")] == [2, 1, 0]
    assert asked.ask(asked.outcome("R-0", Outcome.FAIL), asked.space.stated("n"),
                     asked.space.holds("n", Decimal("0.25"))) is Status.SATISFIED  # fmt: skip


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("kind", ["number", "integer"])
def test_excluded_bounds_are_excluded(kind: str, exact: bool) -> None:
    shape = {"type": kind, "exclusiveMinimum": 1, "exclusiveMaximum": 3.5}
    data = {"policy": "p", "version": "1", "terms": group({"x": shape})}
    made = load({**data, "rules": [{"id": "R", "title": "a rule", "require": "x > 2"}]})
    assert made is not None
    asked = problem(made, exact=exact)
    passes = asked.outcome("R", Outcome.PASS)
    for value, said in ((1, False), (2, True), (3, True), (4, False)):
        found = asked.ask(asked.space.stated("x"), asked.space.holds("x", Decimal(value)))
        assert (found is Status.SATISFIED) is said
    assert asked.ask(passes) is Status.SATISFIED


def test_where_no_rule_applies_nothing_is_decided() -> None:
    rule = {"id": "R", "title": "a rule", "applies": {"f": True}, "require": "n > 1"}
    made = load({"policy": "p", "version": "1", "terms": group(TERMS), "rules": [rule]})
    assert made is not None
    agrees(made)
    asked = problem(made)
    skipped = asked.outcome("R", Outcome.NOT_APPLICABLE)
    assert asked.ask(skipped, asked.verdict(Verdict.UNDETERMINED)) is Status.SATISFIED
    assert asked.ask(skipped, asked.verdict(Verdict.ACCEPT)) is Status.IMPOSSIBLE


@pytest.mark.parametrize("item", [{"type": "string"}, {"type": "number"}, {"enum": ["a", "b"]}])
def test_lists_are_as_long_as_their_bounds_say(item: Any) -> None:
    shape = {"type": "array", "items": item, "minItems": 1, "maxItems": 2}
    data = {"policy": "p", "version": "1", "terms": group({"x": shape})}
    rules = [{"id": f"R-{n}", "title": "a rule", "require": f"count(x) = {n}"} for n in range(4)]
    made = load({**data, "rules": rules})
    assert made is not None
    asked = problem(made)
    said = [asked.ask(asked.outcome(rule["id"], Outcome.PASS)) for rule in rules]
    assert said == [Status.IMPOSSIBLE, Status.SATISFIED, Status.SATISFIED, Status.IMPOSSIBLE]
