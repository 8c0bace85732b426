"""Two small policies compared, and brought to agree, held against every deal there is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from tests.analysis import small

from policyengine import Policy
from policyengine.analysis.agreement import agree
from policyengine.analysis.counter import TARGETS
from policyengine.analysis.equivalence import (
    OUTCOMES,
    VERDICTS,
    Comparison,
    Relation,
    compare_policies,
)
from policyengine.decision import Outcome
from policyengine.engine import Terms
from policyengine.errors import PolicyEngineError, UsageError

SEEDS = int(os.environ.get("BRUTE", "20"))


def pairs(seeds: range) -> Iterator[tuple[int, Policy, Policy]]:
    """Pairs of policies, mostly with schemas that differ in their defaults."""
    for seed in seeds:
        one, other = small.policy(seed), small.policy(seed + 7)
        if one is not None and other is not None:
            yield seed, one, other


def decided(of: Policy) -> list[tuple[Any, dict[str, Outcome]]]:
    decide = of.decider()
    ids = [rule.id for rule in of.core.rules]
    rows = [decide(small.deal(values)) for values in small.all_deals()]
    return [(verdict, dict(zip(ids, outcomes, strict=True))) for verdict, outcomes in rows]


def relation(old: list[int], new: list[int]) -> Relation:
    worse = any(b > a for a, b in zip(old, new, strict=True))
    better = any(b < a for a, b in zip(old, new, strict=True))
    if worse and better:
        return Relation.NEITHER
    return Relation.STRICTER if worse else Relation.LOOSER if better else Relation.EQUIVALENT


def rank(outcome: Outcome) -> int:
    return next(n for n, group in enumerate(OUTCOMES) if outcome in group)


def check(found: Comparison, old: Policy, new: Policy, rule: str | None, seed: int) -> None:
    """What is shown is so, under both, by the library's own way in."""
    for both, sign in ((found.stricter, 1), (found.looser, -1)):
        if both is None:
            continue
        before, after = (of.evaluate(both.first.document) for of in (old, new))
        if rule is None:
            apart = VERDICTS.index(after.verdict) - VERDICTS.index(before.verdict)
        else:
            apart = rank(after.outcomes[rule]) - rank(before.outcomes[rule])
        assert apart * sign > 0, f"seed {seed} {rule}"


@pytest.mark.parametrize("start", range(0, SEEDS, 10))
def test_policies_compare_as_their_deals_do(start: int) -> None:
    for seed, old, new in pairs(range(start, start + 10)):
        found = compare_policies(old, new)
        before, after = decided(old), decided(new)
        assert found.verdict.relation is relation(
            [VERDICTS.index(verdict) for verdict, _ in before],
            [VERDICTS.index(verdict) for verdict, _ in after],
        ), f"seed {seed}"
        assert found.verdict.proved
        assert found.spurious == 0
        check(found.verdict, old, new, None, seed)
        for rule, each in found.rules.items():
            wanted = relation(
                [rank(row[rule]) for _, row in before], [rank(row[rule]) for _, row in after]
            )
            assert each.relation is wanted, f"seed {seed} {rule}"
            check(each, old, new, rule, seed)


@pytest.mark.parametrize("start", range(0, SEEDS // 2, 10))
def test_a_witness_is_the_nearest(start: int) -> None:
    """No deal that shows the same states fewer terms."""
    for seed, old, new in pairs(range(start, start + 10)):
        found = compare_policies(old, new).verdict
        before, after = decided(old), decided(new)
        for both, sign in ((found.stricter, 1), (found.looser, -1)):
            if both is None:
                continue
            fewest = min(
                sum(value is not None for value in values.values())
                for values, (a, _), (b, _) in zip(small.all_deals(), before, after, strict=True)
                if (VERDICTS.index(b) - VERDICTS.index(a)) * sign > 0
            )
            assert len(both.first.document) == fewest, f"seed {seed}"


@pytest.mark.parametrize("start", range(0, SEEDS, 10))
def test_sides_agree_where_some_deal_is_accepted_by_both(start: int) -> None:
    for seed, ours, theirs in pairs(range(start, start + 10)):
        one, other = decided(ours), decided(theirs)
        for target, verdicts in TARGETS.items():
            found = agree(ours, theirs, target=target)
            there = any(
                a in verdicts and b in verdicts for (a, _), (b, _) in zip(one, other, strict=True)
            )
            assert (found.deal is not None) is there, f"seed {seed} {target}"
            assert found.spurious == 0
            if found.deal is not None:
                for of in (ours, theirs):
                    assert of.evaluate(found.deal.first.document).verdict in verdicts
                continue
            assert found.ruled_out is not None
            assert found.ruled_out.least
            assert found.proved
            size = len(found.ruled_out.ours) + len(found.ruled_out.theirs)
            assert size == fewest_rules(ours, theirs, one, other, target), f"seed {seed}"


def fewest_rules(ours: Policy, theirs: Policy, one: Any, other: Any, target: str) -> int:
    """The least number of rules of both sides that no deal meets together."""
    levels = ("mandatory", "negotiable") if target == "accept" else ("mandatory",)
    rules = [(side, rule.id) for side, of in enumerate((ours, theirs))
             for rule in of.core.rules if rule.level in levels]  # fmt: skip
    met = (Outcome.PASS, Outcome.NOT_APPLICABLE)
    rows = [
        (a, b)
        for (_, a), (_, b) in zip(one, other, strict=True)
        if all(any(o is not Outcome.NOT_APPLICABLE for o in row.values()) for row in (a, b))
    ]
    for size in range(len(rules) + 1):
        for chosen in combinations(rules, size):
            if not any(all(row[side][rule] in met for side, rule in chosen) for row in rows):
                return size
    raise AssertionError("nothing rules a deal out")


# schemas that differ -------------------------------------------------------------------------

BASE = """\
policy: example
version: 1.0.0
terms:
  type: object
  additionalProperties: false
  properties: {%s}
rules:
  - {id: R-1, title: Short, require: {years: {at_most: %s}}}
"""


def policy(folder: Any, properties: str, most: str = "10", required: str = "") -> Policy:
    path = folder / "policy.yaml"
    text = BASE % (properties, most)
    if required:
        text = text.replace("  properties:", f"  required: [{required}]\n  properties:")
    path.write_text(text, "utf-8")
    return Policy.load(path)


def test_what_two_schemas_do_not_share_is_named(tmp_path: Any) -> None:
    old = policy(tmp_path, "years: {type: integer, minimum: 0, maximum: 50}, a: {type: boolean}")
    new = policy(tmp_path, "years: {type: number, minimum: 0, maximum: 10.5}, b: {type: boolean}")
    found = compare_policies(old, new)
    assert found.terms.apart == ("a", "b")
    assert found.terms.reshaped == ("years",)
    # from 11 years on there is no deal that both allow
    assert found.equivalent
    stricter = compare_policies(old, policy(tmp_path, "years: {type: number, maximum: 20}", "9.5"))
    assert stricter.verdict.relation is Relation.STRICTER
    assert stricter.verdict.stricter is not None
    assert stricter.verdict.stricter.first.document == {"years": 10}


def test_a_default_that_changes_is_compared(tmp_path: Any) -> None:
    old = policy(tmp_path, "years: {type: integer, minimum: 0, default: 5}")
    new = policy(tmp_path, "years: {type: integer, minimum: 0, default: 15}")
    found = compare_policies(old, new).verdict
    assert found.relation is Relation.STRICTER
    assert found.stricter is not None
    assert found.stricter.first.document == {}


def test_no_deal_fits_both(tmp_path: Any) -> None:
    old = policy(tmp_path, "years: {type: integer}")
    new = policy(tmp_path, "years: {type: integer}, a: {type: boolean}", required="a")
    for question in (compare_policies, agree):
        with pytest.raises(UsageError) as refused:
            question(old, new)
        assert refused.value.diagnostics[0].code == "no-common-deal"


def test_a_deal_stays_near_to_one_at_hand(tmp_path: Any) -> None:
    years = "years: {type: integer, minimum: 0}, note: {type: string}"
    ours, theirs = policy(tmp_path, years, "10"), policy(tmp_path, years, "8")
    near = Terms.from_text("years: 20\nnote: kept\n", format="yaml")
    found = agree(ours, theirs, near=near)
    assert found.deal is not None
    assert found.deal.first.document == {"years": 8, "note": "kept"}
    locked = agree(ours, theirs, near=near, locked=["years"])
    assert locked.deal is None
    assert locked.ruled_out is not None
    assert locked.ruled_out.terms == ("years",)
    assert len(locked.ruled_out.ours) + len(locked.ruled_out.theirs) == 1
    with pytest.raises(PolicyEngineError):
        agree(ours, theirs, near=near, locked=["yeras"])


def test_what_the_schema_fixes_stays_as_the_deal_at_hand_has_it(tmp_path: Any) -> None:
    years = "years: {type: integer, minimum: 0, x-fixed: true}, note: {type: string}"
    ours, theirs = policy(tmp_path, years, "10"), policy(tmp_path, years, "8")
    near = Terms.from_text("years: 20\nnote: kept\n", format="yaml")
    held = agree(ours, theirs, near=near)
    assert held.deal is None
    assert held.ruled_out is not None
    assert held.ruled_out.terms == ("years",)
    silent = agree(ours, theirs, near=Terms.from_text("note: kept\n", format="yaml"))
    assert silent.ruled_out is not None
    assert silent.ruled_out.terms == ("years",)
    freed = agree(ours, theirs, near=near, unlocked=["years"])
    assert freed.deal is not None
    assert freed.deal.first.document == {"years": 8, "note": "kept"}
    # nothing is at hand to stay as it is
    assert agree(ours, theirs).deal is not None
