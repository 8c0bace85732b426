"""business-rules: a variable for each term, and an action that notes a failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.contestant import Contestant, Runner, flat, flat_name, from_failed
from benchmarks.neutral import Base, Condition, pushed

_WORD = {
    "<": "less_than",
    "<=": "less_than_or_equal_to",
    ">": "greater_than",
    ">=": "greater_than_or_equal_to",
}


def tree(condition: Condition) -> dict[str, Any]:
    kind = condition[0]
    if kind in ("all", "any"):
        return {kind: [tree(part) for part in condition[1]]}
    shares = "shares_at_least_one_element_with"
    if kind == "not":
        condition, shares = condition[1], "shares_no_elements_with"
    name, operand = flat_name(condition[1]), condition[2]
    if condition[0] == "is":
        return {"name": name, "operator": "is_true" if operand else "is_false", "value": ""}
    if condition[0] == "compare":
        return {"name": name, "operator": _WORD[operand], "value": condition[3]}
    return {"name": name, "operator": shares, "value": list(operand)}


def build(base: Base) -> Runner:
    from business_rules import run_all
    from business_rules.actions import BaseActions, rule_action
    from business_rules.fields import FIELD_NUMERIC
    from business_rules.variables import (
        BaseVariables,
        boolean_rule_variable,
        numeric_rule_variable,
        select_multiple_rule_variable,
    )

    typed = {"number": numeric_rule_variable(), "boolean": boolean_rule_variable()}
    listed = select_multiple_rule_variable()

    def variable(name: str, kind: str) -> Any:
        get: Callable[[Any], Any] = lambda self: self.deal[name]  # noqa: E731
        if kind == "enum":
            get = lambda self: (self.deal[name],)  # noqa: E731
        get.__name__ = name
        return typed.get(kind, listed)(get)

    def start(self: Any, deal: dict[str, Any]) -> None:
        self.deal = deal

    members = {flat_name(t.path): variable(flat_name(t.path), t.kind) for t in base.terms}
    variables = type("Variables", (BaseVariables,), {**members, "__init__": start})

    class Actions(BaseActions):  # type: ignore[misc]
        def __init__(self) -> None:
            self.failed: list[int] = []

        @rule_action(params={"rule": FIELD_NUMERIC})
        def fail(self, rule: int) -> None:
            self.failed.append(rule)

    rules = [
        {
            "conditions": tree(pushed(rule.passes, negate=True)),
            "actions": [{"name": "fail", "params": {"rule": number}}],
        }
        for number, rule in enumerate(base.rules)
    ]

    def run(deal: dict[str, Any]) -> list[int]:
        actions = Actions()
        run_all(rules, variables(deal), actions)
        return actions.failed

    return Runner(flat, run, from_failed(base))


CONTESTANT = Contestant(
    "business-rules", "run_all, an action notes failures", "outcomes",
    build, "business_rules", "business-rules",
)  # fmt: skip
