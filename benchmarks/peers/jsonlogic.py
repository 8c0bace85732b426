"""json-logic-qubit: a JsonLogic expression for each rule."""

from __future__ import annotations

from typing import Any

from benchmarks.contestant import Contestant, Runner, as_it_is, from_flags
from benchmarks.neutral import Base, Condition, pushed


def tree(condition: Condition) -> dict[str, Any]:
    kind = condition[0]
    if kind in ("all", "any"):
        return {"and" if kind == "all" else "or": [tree(part) for part in condition[1]]}
    if kind == "not":
        return {"!": [tree(condition[1])]}
    value = {"var": condition[1]}
    if kind == "is":
        return {"===": [value, condition[2]]}
    if kind == "compare":
        return {condition[2]: [value, condition[3]]}
    if kind == "among":
        return {"in": [value, list(condition[2])]}
    tests: list[dict[str, Any]] = [{"in": [option, value]} for option in condition[2]]
    return tests[0] if len(tests) == 1 else {"or": tests}


def build(base: Base) -> Runner:
    from json_logic import jsonLogic

    rules = [tree(pushed(rule.passes)) for rule in base.rules]
    return Runner(
        as_it_is, lambda deal: [jsonLogic(rule, deal) for rule in rules], from_flags(base)
    )


CONTESTANT = Contestant(
    "json-logic-qubit", "jsonLogic for each rule", "outcomes",
    build, "json_logic", "json-logic-qubit",
)  # fmt: skip
