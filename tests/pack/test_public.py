"""What the pack says to the other side, in every way in which a rule can be broken or left open."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policyengine import Outcome, Policy, core

GOLDEN = Path(__file__).with_name("public.txt")
# A treaty that is accepted: whatever is raised is raised for what a way lays over it.
PLAIN: dict[str, dict[str, Any]] = {
    "deal": {"id": "plain", "instrument": "treaty", "types": ["trade"]},
    "parties": {"principal": "BLR", "counterparties": ["USA"]},
    "exit": {"unilateral_withdrawal_principal": True},
    "trade": {"market_access": "mfn"},
}
NOT_STATED = "(not stated)"
# Sentences that say of a term that the draft is silent on it, without showing it.
SILENCE = {"C-13": "deal.legally_binding", "STATE-5": "sovereignty.jurisdiction_retained"}


def reads(rule: core.Rule) -> list[str]:
    found: dict[str, None] = {}
    for expr in (rule.applies, rule.unless, rule.requirement):
        for node in core.walk(expr) if expr is not None else ():
            if isinstance(node, core.Term | core.Stated):
                found.setdefault(node.path)
    return list(found)


def values(path: str, policy: Policy) -> Iterator[Any]:
    """What a deal may say of a term, each value once; last, nothing."""
    for code in policy.schema.terms[path].labels:
        value = {"true": True, "false": False}.get(code, code)
        yield [value] if path == "deal.types" else value
    yield None


def ways(rule: core.Rule, policy: Policy) -> Iterator[dict[str, Any]]:
    paths = reads(rule)
    for chosen in itertools.product(*[values(path, policy) for path in paths]):
        yield dict(zip(paths, chosen, strict=True))


def laid(way: dict[str, Any]) -> dict[str, Any]:
    deal = {group: dict(terms) for group, terms in PLAIN.items()}
    for path, value in way.items():
        group, name = path.split(".")
        deal.setdefault(group, {})[name] = value
    return deal


def pattern(template: core.Template) -> re.Pattern[str]:
    """Matches the sentence, whatever values it shows."""
    parts = [
        re.escape(p).replace("\\\n", r"\s") if isinstance(p, str) else ".+" for p in template.parts
    ]
    return re.compile("".join(parts).strip())


@cache
def raised(
    policy: Policy, rule: core.Rule, final: bool
) -> list[tuple[dict[str, Any], Outcome, str, str]]:
    """Each way that raises a point of the rule: the way, the outcome, what is said and asked."""
    assert rule.public is not None
    known = [pattern(one) for one in (rule.public.say, rule.public.open) if one is not None]
    found: list[tuple[dict[str, Any], Outcome, str, str]] = []
    for way in ways(rule, policy):
        decision = policy.evaluate(laid(way), final=final)
        outcome = decision.outcomes[rule.id]
        if outcome not in (Outcome.FAIL, Outcome.UNKNOWN):
            continue
        found += [
            (way, outcome, point.say, point.ask or "")
            for point in policy.statement(laid(way), decision).points
            if any(one.fullmatch(point.say) for one in known)
        ]
    return found


def public(policy: Policy) -> list[core.Rule]:
    return [rule for rule in policy.core.rules if rule.public is not None]


def told(policy: Policy) -> str:
    """Every sentence that can go to the other side, with the first way that leads to it."""
    lines = []
    for rule in public(policy):
        lines.append(rule.id)
        seen: set[str] = set()
        for final in (False, True):
            for way, outcome, say, _ in raised(policy, rule, final):
                if say in seen:
                    continue
                seen.add(say)
                stated = [f"{path}: {value}" for path, value in way.items() if value is not None]
                where = f"{outcome.value} as final" if final else outcome.value
                lines += [f"  {where}: {', '.join(stated) or 'nothing stated'}", f"    {say}"]
        lines += dict.fromkeys(f"    -> {ask}" for *_, ask in raised(policy, rule, False))
    return "\n".join(lines) + "\n"


def test_sentences_in_every_way(pack: Policy) -> None:
    text = told(pack)
    if os.environ.get("UPDATE_GOLDENS"):
        GOLDEN.write_text(text, "utf-8")
    assert text == GOLDEN.read_text("utf-8"), "UPDATE_GOLDENS=1 regenerates"


@pytest.mark.parametrize("final", [False, True])
def test_no_sentence_says_more_than_the_draft(final: bool, pack: Policy) -> None:
    for rule in public(pack):
        assert rule.public is not None
        points = raised(pack, rule, final)
        assert points or final, rule.id
        for way, outcome, say, _ in points:
            where = f"{rule.id}: {way}: {say}"
            shown = [
                part.path
                for template in (rule.public.say, rule.public.open or rule.public.say)
                for part in template.parts
                if isinstance(part, core.Term) and part.path in way
            ]
            # "(not stated)" stands for what the way leaves out, and for nothing else.
            missing = {path for path in shown if way[path] is None}
            assert say.count(NOT_STATED) == len(missing), where
            if rule.id in SILENCE:
                silent = way[SILENCE[rule.id]] is None
                assert ("does not say" in say) == silent, where
            else:
                assert "does not say" not in say, where
            if outcome is Outcome.UNKNOWN:
                assert missing or "does not" in say, where


def test_no_public_sentence_names_a_limit_or_an_ally(pack: Policy) -> None:
    """A rule that compares with a parameter is not told to anybody."""
    for rule in public(pack):
        for expr in (rule.applies, rule.unless, rule.requirement):
            for node in core.walk(expr) if expr is not None else ():
                assert not isinstance(node, core.Parameter), rule.id
