"""Every operator, function, hit policy and node of the language is encoded as the reference
means it, or is known to have no form.

The cases are made from the registries themselves: what is added to one of them without an
encoding, or without an entry in `OPEN` below, fails here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, get_args

import pytest
from tests.symbolic.conftest import problem

from fuzz.chance import Chance
from fuzz.conditions import _OPERATORS, Conditions
from fuzz.deals import Deals
from fuzz.encoding import Asking, Counts
from fuzz.expressions import _HOLE, Expressions
from fuzz.grammar import FORMS
from fuzz.loading import load
from fuzz.policies import Policies, _names
from fuzz.vocabulary import TERMS, Data, group
from policyengine import core
from policyengine.analysis.audit.inquiry import Encoded
from policyengine.engine import Policy
from policyengine.feel.builtins import BUILTINS
from policyengine.lowering.operators import OPERATORS
from policyengine.symbolic.encoder import _ENCODE
from policyengine.symbolic.tables import _HIT
from policyengine.tables import HIT_POLICIES

#: functions that have no linear form of terms that may be anything: what they come to is left
#: open, and named. Of terms that have few values they are worked out.
OPEN = {
    "after", "append", "before", "ceiling", "coincides", "concatenate", "contains", "context",
    "context merge", "context put", "date", "date and time", "day of week", "day of year",
    "decimal", "distinct values", "duration", "during", "ends with", "even", "exp", "finished by",
    "finishes", "flatten", "floor", "get entries", "get value", "includes", "index of",
    "insert before", "is", "list replace", "log", "lower case", "matches", "mean", "median",
    "meets", "met by", "mode", "modulo", "month of year", "number", "odd", "overlaps",
    "overlaps after", "overlaps before", "product", "range", "remove", "replace", "reverse",
    "round down", "round half down", "round half up", "round up", "sort", "split", "sqrt",
    "started by", "starts", "starts with", "stddev", "string", "string join", "string length",
    "sublist", "substring", "substring after", "substring before", "time", "union", "upper case",
    "week of year", "years and months duration",
}  # fmt: skip

#: forms of the grammar that rules do not take
REFUSED = {("LD", "(for d in {RD} return d)")}

#: a condition about a value of a kind
ABOUT = {
    "B": "{}",
    "N": "{} > 1",
    "S": '{} = "a"',
    "D": "{} < as_of",
    "DT": '{} < @"2025-01-01T00:00:00"',
    "T": "{} < t.hour",
    "DD": '{} > @"P1D"',
    "YM": '{} > @"P1M"',
    "LN": "sum({}) > 1",
    "LS": 'list contains({}, "a")',
    "LD": "count({}) > 1",
    "LC": "count({}) > 1",
    "LL": "count({}) > 1",
    "C": "({}).v > 1",
    "RN": "includes({}, t.price)",
    "RD": "includes({}, t.signed)",
}
_RULES, _DEALS = 14, 2
PARAMETERS = {
    "limit": 3, "kinds": ["loan", "grant"], "tags": ["a", "b"], "amounts": [1, 2.5], "word": "a",
    "within": "[1..5]", "day": "2025-01-01", "spell": "P1D", "term": "P1M",
    "stepped": [{"from": "2000-01-01", "value": 1}, {"from": "2025-01-01", "value": 2}],
}  # fmt: skip
NAMES = {"N": ["limit", "stepped"], "D": ["day"], "LE": ["kinds"], "S": ["word"]}


@cache
def terms() -> Data:
    """Every kind of term; some with a default, some that may not apply."""
    made = {}
    for number, (name, term) in enumerate(TERMS.items()):
        made[name] = dict(term.shape)
        if term.values and number % 4 == 1:
            made[name]["default"] = term.values[-1]
        if number % 5 == 2:
            made[name]["x-may-not-apply"] = True
    return group({"t": group(made)})


def policy(conditions: list[Any], **more: Any) -> Data:
    rules = [{"id": f"R-{n}", "title": "made", "require": c} for n, c in enumerate(conditions)]
    return {"policy": "p", "version": "1", "terms": terms(), "parameters": PARAMETERS,
            "rules": rules, **more}  # fmt: skip


def parts(conditions: Sequence[Any]) -> list[list[Any]]:
    return [list(conditions[n : n + _RULES]) for n in range(0, len(conditions), _RULES)]


def loaded(conditions: list[Any], **more: Any) -> Policy:
    made = load(policy(conditions, **more))
    assert made is not None, conditions
    return made


def expressions(chance: Chance) -> Expressions:
    names, _ = _names(terms())
    return Expressions(chance, names)


def from_forms(kind: str, form: str, seed: str) -> str | None:
    """A condition about a form of the grammar; None where none of some loads."""
    for attempt in range(25):
        made = expressions(Chance(f"{seed} {form} {attempt}")).filled(form, 1)
        condition = ABOUT[kind].format(made)
        if load(policy([condition])) is not None:
            return condition
    return None


@cache
def grammar() -> tuple[str, ...]:
    forms = [(kind, form) for kind, many in FORMS.items() for form in many]
    made = [from_forms(kind, form, "forms") for kind, form in forms]
    assert {form for form, one in zip(forms, made, strict=True) if one is None} == REFUSED
    return tuple(one for one in made if one is not None)


def agrees(data: Data, seed: str, settings: Data) -> Counts:
    """Pins drawn deals of a policy; what differs fails."""
    made = load(data)
    assert made is not None
    counts = Counts()
    asking = Asking(made, settings, counts)
    source = Deals(Chance(seed), data["terms"], made)
    for _ in range(_DEALS):
        deal = source.near(source.base())
        assert asking.of_deal(deal) is None, f"{asking.of_deal(deal)}: {deal} {data['rules']}"
    return counts


SETTINGS = [{"as_of": "2025-01-01", "final": f, "assume": a} for f in (False, True)
            for a in (True, False)]  # fmt: skip


# nodes, operators, hit policies: nothing is forgotten --------------------------------------------


def test_every_node_of_the_core_is_encoded() -> None:
    assert {*_ENCODE, core.Leaf} == set(get_args(core.Expr))


def test_every_hit_policy_is_encoded() -> None:
    assert {*_HIT, "F"} == set(HIT_POLICIES)


def test_every_operator_is_tried() -> None:
    tried = {operator for operators in _OPERATORS.values() for operator in operators}
    assert tried - {"plain", "list"} == set(OPERATORS)


# functions --------------------------------------------------------------------------------------


#: a term, or what is made of terms, of each kind
TERM_OF = {
    "B": "t.bound", "N": "t.price", "S": "t.title", "D": "t.signed", "DT": "t.at", "T": "t.hour",
    "DD": "t.span", "YM": "t.lease", "LN": "t.nums", "LS": "t.words", "LE": "t.tags",
    "LD": "t.days", "LC": "t.parts", "LL": "t.grid", "C": "{v: t.price, ok: t.bound}",
    "RN": "[1..t.price]", "RD": "[t.signed..t.ends]", "I": "1", "X": "t.title",
}  # fmt: skip


def canonical(name: str) -> str:
    """A function of terms, in a form that the grammar has of it."""
    at = re.compile(rf"(?<![a-z ]){re.escape(name)}\(")
    for kind, forms in FORMS.items():
        for form in filter(at.search, forms):
            filled = _HOLE.sub(
                lambda hole: TERM_OF[hole.group(1).upper()] if hole.group(1) else hole.group()[0],
                form,
            )
            condition = ABOUT[kind].format(filled)
            if load(policy([condition])) is not None:
                return condition
    raise AssertionError(f"the grammar has no form with `{name}` that loads")


def test_functions_without_a_form_are_those_listed() -> None:
    names = [name for name in BUILTINS if name != "not"]  # which is the connective
    encoded = Encoded(problem(loaded([canonical(name) for name in names])))
    left = {name for n, name in enumerate(names) if encoded.limits([f"R-{n}"], ())}
    assert left == OPEN


# what each of them comes to ----------------------------------------------------------------------


@pytest.mark.parametrize("part", range(2))
def test_every_form_of_the_grammar_agrees(part: int) -> None:
    settled = 0
    for number, conditions in enumerate(parts(grammar())[part::2]):
        counts = agrees(policy(conditions), f"{part} {number}", SETTINGS[number % 4])
        settled += counts.settled
    assert settled > 40


def operator_cases() -> Iterator[Any]:
    names, enums = _names(terms())
    parameters = {kind: NAMES.get(kind, []) for kind in _OPERATORS}
    made = Conditions(Chance("operators"), names, enums, parameters)
    for kind, operators in _OPERATORS.items():
        for operator in dict.fromkeys(operators):
            paths = made.testable(kind)
            if not paths or operator in ("plain", "list"):
                continue
            for _ in range(25):
                test = {paths[0]: {operator: made.operand(operator, kind, paths[0])}}
                if load(policy([test])) is not None:
                    yield test
                    break


def test_every_operator_agrees() -> None:
    tests = list(operator_cases())
    assert {name for test in tests for one in test.values() for name in one} == set(OPERATORS)
    for number, conditions in enumerate(parts(tests)):
        agrees(policy(conditions), f"operators {number}", SETTINGS[number % 4])


@pytest.mark.parametrize("name", HIT_POLICIES)
def test_every_hit_policy_agrees(name: str) -> None:
    tried = 0
    for seed in range(200):
        maker = Policies(Chance(f"table {seed}"))
        maker.names, maker.enums = _names(terms())
        maker.parameters, maker.plain = {}, True
        table = maker.table()
        if table["hit_policy"] != name or "total" in str(table):
            continue
        maker.grade(table)
        kind = next(kind for kind, names in maker.names.items() if "grade" in names)
        test = {"grade": maker.conditions().on(kind, "grade")}
        data = policy([test, {"not": test}], tables=[table])
        if load(data) is None:
            continue
        agrees(data, f"table {seed}", SETTINGS[seed % 4])
        tried += 1
        if tried == 3:
            return
    raise AssertionError("too few tables were made")


PARTS = "t.parts"
EVERYTHING_ELSE: list[Any] = [
    {PARTS: {"every": {"amount": {"more_than": 2}}}},
    {PARTS: {"some": {"all": [{"ok": True}, {"kind": ["loan", "grant"]}]}}},
    {PARTS: {"none": {"amount": {"stated": True}}}},
    {PARTS: {"count": {"between": [1, 2]}}},
    {"t.price": {"at_most": {"parameter": "stepped"}}},
    {"t.rate": {"stated": True}},
    {"t.signed": {"on_or_before": {"term": "t.ends"}}},
    "score.s >= 2",
    "score.s > 2",
    "t.rate = null",
    {"some_of": {"at_least": 2, "of": [{"t.bound": True}, {"t.open": True}, {"t.secret": True}]}},
    "total > 3 and total <= 4",
]


@pytest.mark.parametrize("day", ["2024-12-31", "2025-01-01", "2025-06-30", "2025-07-01"])
def test_scores_waivers_dates_and_silence_agree(day: str) -> None:
    items = [
        {"id": "S-1", "title": "x", "when": {"t.bound": True}, "points": 2},
        {"id": "S-2", "title": "x", "when": {"t.price": {"at_least": 3}}, "points": 0.5},
        {"id": "S-3", "title": "x", "when": {"t.open": True}, "points": -2},
    ]
    data = policy(
        EVERYTHING_ELSE,
        scorecards=[{"id": "s", "items": items}],
        define={"total": "t.price + t.years"},
    )
    levels = ["mandatory", "negotiable", "advisory"]
    for number, rule in enumerate(data["rules"]):
        rule["level"] = levels[number % 3]
        if number % 4 == 1:
            rule["applies"] = {"t.open": True}
        if number % 4 == 2:
            rule["unless"] = {"t.secret": True}
        if number % 5 == 3:
            rule["effective"] = {"from": "2025-01-01", "until": "2025-06-30"}
    for settings in SETTINGS:
        how = {**settings, "as_of": day, "waived": ["R-0", "R-1"]}
        counts = agrees(data, f"{day} {settings}", how)
        assert counts.free == 0
