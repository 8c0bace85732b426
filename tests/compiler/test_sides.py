"""Conditions as their two sides: Kleene's tables, for every way to state or leave out terms."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from policyengine import Outcome, Policy

POLICY = """\
policy: p
version: "1"
terms:
  type: object
  additionalProperties: false
  properties:
    t:
      type: object
      additionalProperties: false
      properties:
        a: {type: boolean}
        b: {type: number}
        c: {type: array, items: {enum: [x, y]}, uniqueItems: true}
        d: {type: number}
rules:
  - id: ALL
    title: t
    require: {all: [{t.a: true}, {t.b: {at_most: 1}}, {t.c: {contains_any: [x]}}]}
  - {id: ANY, title: t, forbid: {any: [{t.a: true}, {not: {t.b: {at_most: 1}}}]}}
  - id: NESTED
    title: t
    level: negotiable
    require:
      any:
        - all: [{t.a: true}, {t.b: {at_most: 1}}]
        - not: {any: [{t.a: true}, {t.c: {contains_any: [y]}}]}
  - id: UNLESS
    title: t
    require: {t.d: {at_least: 2}}
    unless: {all: [{t.a: true}, {t.c: {contains_any: [x]}}]}
  - id: APPLIES
    title: t
    applies: {any: [{t.a: true}, {t.b: {at_most: 1}}]}
    require: {all: [{t.d: {at_least: 2}}, {t.a: false}]}
  - id: SOME
    title: t
    require: {some_of: {at_least: 2, of: [{t.a: true}, {t.b: {at_most: 1}}, {t.d: {at_least: 2}}]}}
  - id: DEAR
    title: t
    require: 'not(every x in t.c satisfies x = "y") or t.d + 1 > 2'
"""
VALUES: dict[str, tuple[Any, ...]] = {
    "a": (True, False),
    "b": (1, 2),
    "c": (["x"], ["y"], []),
    "d": (1, 2),
}


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    path = tmp_path_factory.mktemp("sides") / "policy.yaml"
    path.write_text(POLICY, encoding="utf-8")
    return Policy.load(path)


@pytest.mark.parametrize("final", [False, True])
def test_every_deal_is_decided_as_by_the_reference(policy: Policy, final: bool) -> None:
    decide = policy.decider(final=final)
    seen: set[tuple[str, Outcome]] = set()
    for values in product(*((None, *several) for several in VALUES.values())):
        stated = {n: v for n, v in zip(VALUES, values, strict=True) if v is not None}
        slow = policy.evaluate({"t": stated}, engine="interpreter", final=final)
        assert decide({"t": stated}) == (slow.verdict, tuple(slow.outcomes.values())), stated
        assert decide.verdict({"t": stated}) is slow.verdict
        seen |= set(slow.outcomes.items())
    for rule in decide.rules:
        assert {(rule, Outcome.PASS), (rule, Outcome.FAIL)} <= seen
        assert ((rule, Outcome.UNKNOWN) in seen) is not final


def test_what_takes_long_is_asked_once(policy: Policy) -> None:
    """A rule that fails has both sides of its condition looked at."""
    source = policy.compiled().source
    assert source.count("call(") + source.count("arith(") == 1
    assert source.count("every(") + source.count("issubset(") <= 1
