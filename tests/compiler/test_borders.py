"""Where the generated function hands over to the reference, and where it may be short."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import pytest

from fuzz.differential import load
from policyengine import Outcome, PolicyEngineError, Terms
from policyengine.engine import Policy
from policyengine.facts import DECISION_STEPS


def policy_of(*requirements: Any, level: str = "mandatory") -> Policy:
    leaf = {"x-may-not-apply": True}
    properties = {
        "a": {"type": "boolean", **leaf},
        "b": {"type": "number", **leaf},
        "c": {"type": "array", "items": {"enum": ["x", "y"]}, "uniqueItems": True, **leaf},
        "n": {"type": "array", "items": {"type": "number"}},
    }
    group = {"type": "object", "properties": properties}
    found = load(
        {
            "policy": "borders",
            "version": "1.0.0",
            "terms": {"type": "object", "properties": {"t": group}},
            "rules": [
                {"id": f"R{at}", "title": "r", "level": level, "because": "No.", "require": require}
                for at, require in enumerate(requirements)
            ],
        }
    )
    assert found is not None
    return found


def answer(policy: Policy, document: Any, engine: Any) -> Any:
    try:
        found = policy.evaluate(document, engine=engine)
    except PolicyEngineError as error:
        return [each.code for each in error.diagnostics]
    return found.verdict, tuple(found.outcomes.values())


def same(policy: Policy, document: Any) -> Any:
    """The answer of the reference, which every other way gives too."""
    wanted = answer(policy, document, "interpreter")
    assert answer(policy, document, "compiled") == wanted, document
    decide = policy.decider()
    for terms in (document, Terms.from_mapping(document)):
        for _ in range(2):
            try:
                found: Any = decide(terms)
            except PolicyEngineError as error:
                found = [each.code for each in error.diagnostics]
            assert found == wanted, document
    return wanted


def test_a_list_beside_the_empty_one() -> None:
    policy = policy_of("t.c = []", "t.c != []", {"t.c": {"equals": []}}, {"t.c": {"is_not": []}})
    for value in ([], ["x"], ["x", "y"], None):
        same(policy, {"t": {"c": value}})
    same(policy, {"t": {}})
    empty = same(policy, {"t": {"c": []}})[1]
    assert empty == (Outcome.PASS, Outcome.FAIL, Outcome.PASS, Outcome.FAIL)


_PAIRS = "every x in t.n, y in t.n satisfies x + y > 0"


def test_a_list_so_long_that_the_steps_run_out_is_for_the_reference() -> None:
    policy = policy_of(_PAIRS)
    longest = policy.compiled().longest
    decide = policy.decider()
    for length in (longest, 4 * longest):
        document = {"t": {"n": [1] * length}}
        found = decide(document)
        assert found == answer(policy, document, "interpreter")
        assert found[1] == (Outcome.PASS if length == longest else Outcome.UNKNOWN,)


def test_many_rules_leave_each_fewer_steps() -> None:
    rules = 30
    policy = policy_of(*[_PAIRS] * rules)
    longest = policy.compiled().longest
    document = {"t": {"n": [1] * longest}}
    assert policy.decider()(document) == ("accept", (Outcome.PASS,) * rules)
    assert longest < policy_of(_PAIRS).compiled().longest
    # as many steps again as the conditions take, for what they do not count
    assert 2 * rules * longest**2 < DECISION_STEPS


@pytest.mark.parametrize("level", ["mandatory", "negotiable", "advisory"])
def test_a_rule_does_not_apply_where_all_of_its_terms_do_not(level: str) -> None:
    policy = policy_of(
        {"all": [{"t.a": True}, {"t.b": {"at_most": 1}}]},
        {"any": [{"t.a": True}, {"t.b": {"at_most": 1}}, {"t.c": {"contains_any": ["x"]}}]},
        {"t.b": {"at_most": 1}},
        level=level,
    )
    read = (("t.a", "t.b"), ("t.a", "t.b", "t.c"), ("t.b",))
    values = {"a": (True, False), "b": (1, 2), "c": (["x"], ["y"])}
    for size in range(4):
        for listed in combinations(values, size):
            stated = [name for name in values if name not in listed]
            for chosen in product(*(values[name] for name in stated)):
                terms = dict(zip(stated, chosen, strict=True))
                document = {"t": terms, "not_applicable": [f"t.{name}" for name in listed]}
                outcomes = same(policy, document)[1]
                paths = {f"t.{name}" for name in listed}
                for outcome, terms_read in zip(outcomes, read, strict=True):
                    applies = not paths.issuperset(terms_read)
                    assert (outcome is not Outcome.NOT_APPLICABLE) is applies, document
