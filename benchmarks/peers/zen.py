"""zen-engine (GoRules): one compiled expression that gives a list of booleans, which is its
fastest form (one expression a rule is 20 times slower), and a decision graph."""

from __future__ import annotations

import json

from benchmarks.contestant import Contestant, Runner, as_it_is, from_flags
from benchmarks.neutral import Base, Condition, pushed


def text(condition: Condition) -> str:
    kind = condition[0]
    if kind in ("all", "any"):
        word = " and " if kind == "all" else " or "
        return "(" + word.join(text(part) for part in condition[1]) + ")"
    if kind == "not":
        return f"not ({text(condition[1])})"
    path = condition[1]
    if kind == "is":
        return f"{path} == {str(condition[2]).lower()}"
    if kind == "compare":
        return f"{path} {condition[2]} {condition[3]}"
    options = "[" + ", ".join(f"'{option}'" for option in condition[2]) + "]"
    if kind == "among":
        return f"{path} in {options}"
    return f"some({path}, # in {options})"


def expression(base: Base) -> Runner:
    import zen

    listed = ", ".join(text(pushed(rule.passes)) for rule in base.rules)
    program = zen.compile_expression(f"[{listed}]")
    return Runner(as_it_is, program.evaluate, from_flags(base))


def on_text(base: Base) -> Runner:
    made = expression(base)
    return Runner(json.dumps, made.run, made.read)


def graph(base: Base) -> Runner:
    import zen

    expressions = [
        {"id": rule.id, "key": f"r{number}", "value": text(pushed(rule.passes))}
        for number, rule in enumerate(base.rules)
    ]
    content = {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "content": {}},
            {
                "id": "rules",
                "type": "expressionNode",
                "name": "rules",
                "content": {"expressions": expressions},
            },
            {"id": "out", "type": "outputNode", "name": "out", "content": {}},
        ],
        "edges": [
            {"id": "a", "sourceId": "in", "targetId": "rules"},
            {"id": "b", "sourceId": "rules", "targetId": "out"},
        ],
    }
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(content)))
    flags = from_flags(base)

    def read(raw: dict[str, dict[str, bool]]) -> tuple[str, tuple[bool, ...]]:
        return flags([raw["result"][f"r{number}"] for number in range(len(base.rules))])

    return Runner(as_it_is, decision.evaluate, read)


CONTESTANTS = (
    Contestant(
        "zen-engine", "a compiled expression, JSON text", "outcomes", on_text, "zen", "zen-engine"
    ),
    Contestant(
        "zen-engine, raw dict", "a compiled expression, dict", "outcomes",
        expression, "zen", "zen-engine",
    ),
    Contestant(
        "zen-engine, graph", "a decision graph, dict", "outcomes",
        graph, "zen", "zen-engine",
    ),
)  # fmt: skip
