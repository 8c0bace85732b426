"""What is called proved has no counter-example: policies where one lies off the beaten track.

Each case has a deal that a careless encoding overlooks. The finding it would refute is not made,
or is not called proved.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from tests.analysis.test_claims import FLAG, NUMBER, group, policy
from tests.symbolic.conftest import problem

from fuzz.loading import load
from policyengine import Policy
from policyengine.analysis.agreement import agree
from policyengine.analysis.audit.findings import Finding
from policyengine.analysis.audit.run import audit
from policyengine.analysis.equivalence import Relation, compare_policies
from policyengine.analysis.questions import questions
from policyengine.decision import Outcome
from policyengine.symbolic.solver import Status

TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
OPTIONS = {"enum": ["p", "q"]}


def claims(of: Policy, *codes: str) -> list[tuple[str, ...]]:
    """The codes and rules of findings that are called proved."""
    found = audit(of, codes=codes) if codes else audit(of)
    return sorted({(each.code, *each.rules) for each in found.findings if each.ground.proved})


def outcome(of: Policy, deal: Mapping[str, Any], rule: str = "R-1") -> Outcome:
    return of.evaluate(deal).outcomes[rule]


PASSES, FAILS, OPEN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN

OVERLOOKED: dict[str, tuple[Policy, Mapping[str, Any], Outcome]] = {
    "an option of another term": (
        policy({"y": {**TEXT, "minLength": 1}, "e": OPTIONS}, {"require": "y = e"}),
        {"y": "p", "e": "p"},
        PASSES,
    ),
    "an element that repeats, in a loop": (
        policy({"y": {"type": "array", "items": OPTIONS}},
               {"require": "count(for x in y return x) < 3"}),
        {"y": ["p", "p", "p"]},
        FAILS,
    ),
    "an element that repeats, in a sum": (
        policy({"y": {"type": "array", "items": OPTIONS}},
               {"require": "sum(for x in y return 1) < 3"}),
        {"y": ["p", "q", "p"]},
        FAILS,
    ),
    "a text that nothing names, by a branch": (
        policy({"y": TEXTS, "f": FLAG},
               {"require": 'every x in y satisfies string length(if f then x else "") < 20'}),
        {"y": ["a" * 30], "f": True},
        FAILS,
    ),
    "a text that nothing names, as a list of one": (
        policy({"y": TEXTS},
               {"require": "every x in y, z in [x] satisfies string length(z) < 20"}),
        {"y": ["a" * 30]},
        FAILS,
    ),
    "a text that nothing names, filtered": (
        policy({"y": TEXTS},
               {"require": "every x in y satisfies count(x[string length(item) > 20]) = 0"}),
        {"y": ["a" * 30]},
        FAILS,
    ),
    "a text that nothing names, among others": (
        policy({"y": TEXTS, "t": TEXT},
               {"forbid": 'some x in y satisfies list contains([x], t) and ends with(t, "99")'}),
        {"y": ["a99"], "t": "a99"},
        FAILS,
    ),
    "a text that nothing names, by its place": (
        policy({"y": TEXTS},
               {"require": "every x in y satisfies string length([x, \"b\"][1]) < 20"}),
        {"y": ["a" * 30]},
        FAILS,
    ),
    "a text that is put together": (
        policy({"y": {**TEXT, "pattern": "^[a-z]+$"}},
               {"require": 'not(y = substring("pqr", 1, 2))'}),
        {"y": "pq"},
        FAILS,
    ),
    "a text that is put together, in a list": (
        policy({"y": TEXTS}, {"require": 'not(list contains(y, substring("pqr", 1, 2)))'}),
        {"y": ["pq"]},
        FAILS,
    ),
    "a text with a pattern that is not solved": (
        policy({"y": {**TEXT, "pattern": "^Q[0-9]{4}Z$"}, "x": NUMBER},
               {"require": 'x > 3 or y = "a"'}),
        {"y": "Q1234Z", "x": 1},
        FAILS,
    ),
    "a field of an element that is null": (
        policy({"y": {"type": "array", "items": {
                    "type": ["object", "null"], "additionalProperties": False, "required": ["z"],
                    "properties": {"z": {"type": "number", "maximum": 2}}}}},
               {"require": "every x in y satisfies x.z > 3"}, required=("y",)),
        {"y": [None]},
        OPEN,
    ),
    "a required text with a pattern that is not solved": (
        policy({"y": {**TEXT, "pattern": "^Q[0-9]{4}Z$"}, "x": NUMBER}, {"require": "x > 3"},
               required=("y",)),
        {"y": "Q1234Z", "x": 1},
        FAILS,
    ),
    "a required list with a pattern that is not solved": (
        policy({"y": {**TEXTS, "minItems": 1, "items": {**TEXT, "pattern": "^Q[0-9]{4}Z$"}},
                "x": NUMBER}, {"require": "x > 3"}, required=("y",)),
        {"y": ["Q1234Z"], "x": 1},
        FAILS,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OVERLOOKED)
def test_deals_off_the_beaten_track_are_not_proved_away(name: str) -> None:
    of, deal, said = OVERLOOKED[name]
    assert outcome(of, deal) is said
    wrong = {FAILS: "never-fails", PASSES: "never-passes"}.get(said)
    assert (wrong, "R-1") not in claims(of)
    assert ("conflicting-rules",) not in claims(of)
    asked = problem(of, exact=True)
    found = asked.ask(asked.outcome("R-1", said))
    assert found is Status.SATISFIED or asked.encoder.open or asked.space.limits


# terms that no document can state --------------------------------------------------------------

EMPTY: list[Any] = [
    {"type": "number", "minimum": 5, "maximum": 3},
    {"type": "integer", "minimum": 0.2, "maximum": 0.8},
    {"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2},
    {"type": "number", "exclusiveMinimum": 1, "maximum": 1},
    {"type": "number", "minimum": 1, "maximum": 4, "multipleOf": 5},
    {"type": "integer", "minimum": 1, "maximum": 4, "multipleOf": 2.5},
    {"type": "number", "enum": [1, 2], "minimum": 5},
    {"enum": ["a", "b"], "pattern": "^q"},
    {"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": True, "minItems": 3},
    {"type": "array", "items": {"enum": ["a", "b"], "pattern": "^q"}, "minItems": 1},
    {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 1},
    {"type": "array", "minItems": 1, "items": {
        "type": "object", "additionalProperties": False, "required": ["z"],
        "properties": {"z": {"type": "number", "minimum": 2, "maximum": 1}}}},
]  # fmt: skip


@pytest.mark.parametrize("shape", EMPTY, ids=str)
def test_no_term_is_without_values(shape: Any) -> None:
    """What a formula says of a term holds of something: else it would prove anything."""
    with pytest.raises(AssertionError):
        policy({"y": shape, "x": NUMBER}, {"require": "x > 3"})


# what is named is named wherever it is asked ----------------------------------------------------


def test_what_the_rows_of_a_table_leave_open_is_no_proof() -> None:
    """Texts that nothing names are taken to differ between lists: a row about it is no proof."""
    of = load({
        "policy": "p", "version": "1",
        "terms": group({"y": TEXTS, "z": {"type": "array", "items": {**TEXT, "maxLength": 3}}}),
        "tables": [{"id": "shared", "hit_policy": "F", "output": {"type": "number"},
                    "inputs": ["some a in y satisfies list contains(z, a)"],
                    "rules": [[True, 1], ["-", 2]]}],
        "scorecards": [{"id": "s", "items": [{
            "id": "S-1", "title": "shared", "points": 1,
            "when": "some a in y satisfies list contains(z, a)"}]}],
        "rules": [{"id": "R-1", "title": "a rule", "require": "shared = 2"},
                  {"id": "R-2", "title": "a rule", "require": "score.s < 1"}],
    })  # fmt: skip
    assert of is not None
    assert outcome(of, {"y": ["abc"], "z": ["abc"]}) is FAILS
    assert claims(of) == []


# numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "x", "said"),
    [
        ("not(x > 0 and x + 1 = 1)", Decimal("1E-50"), FAILS),
        ("2 * x = x + x", Decimal("9E+6144"), OPEN),
    ],
)
def test_proofs_say_that_they_do_not_round(condition: str, x: Decimal, said: Outcome) -> None:
    of = policy({"x": {"type": "number"}}, {"require": condition})
    assert outcome(of, {"x": x}) is said
    (found,) = audit(of, codes=("never-fails",)).findings
    assert found.ground.cover == (
        "arithmetic: sums and multiples that 34 digits hold are looked at",
    )
    same = compare_policies(of, of)
    assert same.equivalent
    assert same.cover == found.ground.cover


LONG = "1.000000000000000000000000000000001"
POINTS = {"scorecards": [{"id": "s", "items": [
    {"id": "S-1", "title": "x", "when": {"a": True}, "points": Decimal("1E+33")},
    {"id": "S-2", "title": "x", "when": {"b": True}, "points": Decimal("1E-10")}]}]}  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "condition", "deal", "more"),
    [
        ({"x": {"type": "integer", "minimum": 1, "maximum": 10**19}},
         f"x * {LONG} - x = x * 0.000000000000000000000000000000001", {"x": 10**19 - 1}, {}),
        ({"x": {"type": "integer", "minimum": 0, "maximum": 10**19}},
         "x / 1267650600228229401496703205376 * 1267650600228229401496703205376 = x",
         {"x": 10**19 - 1}, {}),
        ({"a": FLAG, "b": FLAG}, "not(a and b) or score.s != 1000000000000000000000000000000000",
         {"a": True, "b": True}, POINTS),
    ],
)  # fmt: skip
def test_bounds_do_not_hide_what_is_rounded(
    terms: Any, condition: str, deal: Any, more: Any
) -> None:
    made = load({"policy": "p", "version": "1", "terms": group(terms), **more,
                 "rules": [{"id": "R-1", "title": "a rule", "require": condition}]})  # fmt: skip
    assert made is not None
    assert outcome(made, deal) is FAILS
    found = [each for each in audit(made).findings if each.ground.proved]
    assert found
    assert all("arithmetic" in str(each.ground.cover) for each in found)


@pytest.mark.parametrize(
    ("shape", "condition"),
    [
        ({"type": "integer", "minimum": 0, "maximum": 100}, "x + 1 > x"),
        ({"type": "number", "multipleOf": 0.01, "minimum": 0, "exclusiveMaximum": 9}, "x + 1 > x"),
        (NUMBER, "x >= 0"),
    ],
)
def test_numbers_of_few_digits_need_no_such_word(shape: Any, condition: str) -> None:
    found: Finding
    (found,) = audit(policy({"x": shape}, {"require": condition}), codes=("never-fails",)).findings
    assert found.ground.proved
    assert found.ground.cover == ()


def test_points_far_from_one_are_not_taken_for_nothing() -> None:
    made = load({
        "policy": "p", "version": "1", "terms": group({"b": FLAG}),
        "scorecards": [{"id": "s", "items": [
            {"id": "S-1", "title": "x", "when": {"b": True}, "points": Decimal("1E+150")}]}],
        "rules": [{"id": "R-1", "title": "a rule", "require": "score.s < 1"}],
    })  # fmt: skip
    assert made is not None
    assert outcome(made, {"b": True}) is FAILS
    assert claims(made) == []
    asked = problem(made)
    asked.form.rule("R-1")
    assert asked.limits == ("`score.s`: points this far from one are left open",)


# dates and durations ---------------------------------------------------------------------------

DATE = {"type": "string", "format": "date"}


@pytest.mark.parametrize(
    ("term", "condition", "value", "said"),
    [
        (DATE, 'x <= @"9999-12-31"', "20000-01-01", FAILS),
        (DATE, 'x >= @"0001-01-01"', "-0044-03-15", FAILS),
        (DATE, 'x + @"P1D" > x', "999999999-12-31", OPEN),
        ({"type": "string", "format": "duration"}, "x + x >= x or x < x + x", "P732000000000D",
         OPEN),
        ({"type": "string", "format": "x-years-months"}, "3 * x != x or x = 0 * x",
         "P2000000000Y", OPEN),
    ],
)  # fmt: skip
def test_dates_and_durations_of_all_time_count(
    term: Any, condition: str, value: str, said: Outcome
) -> None:
    of = policy({"x": term}, {"require": condition})
    assert outcome(of, {"x": value}) is said
    if said is FAILS:
        assert ("never-fails", "R-1") not in claims(of)
    asked = problem(of, final=True, exact=True)
    assert asked.ask(asked.outcome("R-1", said), asked.space.stated("x")) is Status.SATISFIED
    near = problem(of, {"x": value}, final=True)
    assert near.ask(near.outcome("R-1", said)) is Status.SATISFIED


# parameters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "condition"),
    [
        ({"k": OPTIONS}, 'k = "q" and list contains(parameters.ks, k)'),
        ({"k": {"type": "array", "items": OPTIONS}},
         'list contains(k, "q") and list contains(parameters.ks, "q")'),
        ({"a": TEXT, "b": TEXT}, ("""a != b and a != "p" and b != "p" and
         list contains(parameters.ks, a) and list contains(parameters.ks, b)"""))
    ],
)  # fmt: skip
def test_a_list_that_would_matter_with_other_texts_is_not_idle(terms: Any, condition: str) -> None:
    assert ("idle-parameter", "R-1") not in claims(with_parameter(terms, condition))
    never = with_parameter(terms, f"{condition} and 1 = 2")
    assert ("idle-parameter", "R-1") in claims(never)


def with_parameter(terms: Any, condition: str) -> Policy:
    rule = {"id": "R-1", "title": "a rule", "forbid": condition}
    made = load({"policy": "p", "version": "1", "terms": group(terms),
                 "parameters": {"ks": ["p"]}, "rules": [rule]})  # fmt: skip
    assert made is not None
    return made


# the smallest of anything ----------------------------------------------------------------------

#: in decimals a third has no end: no deal meets it, and a solver of reals says that some does
THIRD = {"require": "3 * x = 1"}


def test_no_deal_is_promised_that_no_decimal_is() -> None:
    ours = policy({"x": NUMBER}, THIRD)
    theirs = policy({"x": NUMBER}, {"require": "x > 0.5"})
    found = agree(ours, theirs)
    assert found.ruled_out is not None
    assert not found.ruled_out.least
    of = policy({"x": NUMBER}, THIRD, {"require": "x > 0.5"})
    (conflict,) = [each for each in audit(of).findings if each.code == "conflicting-rules"]
    assert conflict.hint is None
    assert "at most" in conflict.message


def test_the_fewest_questions_are_not_claimed_over_texts_that_cannot_be() -> None:
    """Two texts of different patterns never equal each other, but a solver takes them to."""
    of = policy({"a": {**TEXT, "pattern": "^a"}, "b": {**TEXT, "pattern": "^X"}, "f": FLAG},
                {"require": "a != b or f"})  # fmt: skip
    assert outcome(of, {"a": "another", "b": "X"}) is PASSES
    found = questions(of, {})
    paths = {each.path for each in found.needed or ()}
    assert not found.limits
    assert paths == {"a", "b"} or not found.smallest


def test_whole_policies_whose_schema_no_deal_fits_are_not_called_different() -> None:
    """A pattern that is not solved may hide every deal; nothing is said of policies then."""
    terms = {"y": {**TEXT, "pattern": "^Q[0-9]{4}Z$"}, "x": NUMBER}
    old = policy(terms, {"require": "x > 3"}, required=("y",))
    new = policy(terms, {"require": "x > 4"}, required=("y",))
    found = compare_policies(old, new).verdict
    assert found.relation is Relation.OPEN
    assert not found.proved
    assert agree(old, new).ruled_out is None
