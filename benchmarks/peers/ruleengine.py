"""rule-engine: a parsed rule for each rule."""

from __future__ import annotations

from typing import Any

from benchmarks.contestant import Contestant, Runner, flat, flat_name, from_flags
from benchmarks.neutral import Base, Condition, pushed


def text(condition: Condition) -> str:
    kind = condition[0]
    if kind in ("all", "any"):
        word = " and " if kind == "all" else " or "
        return "(" + word.join(text(part) for part in condition[1]) + ")"
    if kind == "not":
        return f"not ({text(condition[1])})"
    name = flat_name(condition[1])
    if kind == "is":
        return name if condition[2] else f"not {name}"
    if kind == "compare":
        return f"{name} {condition[2]} {condition[3]}"
    if kind == "among":
        return f"{name} in [" + ", ".join(f"'{option}'" for option in condition[2]) + "]"
    return "(" + " or ".join(f"'{option}' in {name}" for option in condition[2]) + ")"


def build(base: Base) -> Runner:
    import rule_engine

    rules: list[Any] = [rule_engine.Rule(text(pushed(rule.passes))) for rule in base.rules]
    return Runner(flat, lambda deal: [rule.matches(deal) for rule in rules], from_flags(base))


CONTESTANT = Contestant(
    "rule-engine", "matches for each rule", "outcomes", build, "rule_engine", "rule-engine"
)
