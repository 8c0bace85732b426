"""durable-rules as its users write it: a fact asserted, rules fire, the fact retracted.

Rules are written for failures, so that few fire: more than 64 at once is an error of its
own (303). Its two timer threads are not started, so that they disturb nobody's times.
"""

from __future__ import annotations

from typing import Any

from benchmarks.contestant import Contestant, Runner, flat, flat_name, from_failed
from benchmarks.neutral import Base, Condition, Deal, pushed

_WORD = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}


def tree(condition: Condition) -> dict[str, Any]:
    kind = condition[0]
    if kind in ("all", "any"):
        return {"$and" if kind == "all" else "$or": [tree(part) for part in condition[1]]}
    negate = kind == "not"
    if negate:
        condition = condition[1]
    name = flat_name(condition[1])
    if condition[0] == "is":
        return {name: condition[2]}
    if condition[0] == "compare":
        return {_WORD[condition[2]]: {name: condition[3]}}
    if condition[0] == "among":
        tests = [{"$neq": {name: o}} if negate else {name: o} for o in condition[2]]
    else:
        # no operator on a list survived the comparison of answers: an item is a property
        tests = [{f"{name}__{option}": not negate} for option in condition[2]]
    if len(tests) == 1:
        return tests[0]
    return {"$and" if negate else "$or": tests}


def build(base: Base) -> Runner:
    from durable import engine

    class Quiet(engine.Host):  # type: ignore[misc]
        def _run(self) -> None:
            """Start no threads."""

    failed: list[int] = []

    def note(number: int) -> Any:
        return lambda _: failed.append(number)

    rules = {
        f"r{number}": {
            "all": [{"m": tree(pushed(rule.passes, negate=True))}],
            "run": note(number),
        }
        for number, rule in enumerate(base.rules)
    }
    # a fact that no rule takes is an exception, so that one rule always takes it
    rules["always"] = {"all": [{"m": {"stated": True}}], "run": lambda _: None}
    host = Quiet()
    host.set_rulesets({"deals": rules})

    def prepare(deal: Deal) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for term in base.terms:
            value = deal[term.group][term.name]
            if term.kind == "list":
                for option in term.options:
                    found[f"{flat_name(term.path)}__{option}"] = option in value
        found |= {name: value for name, value in flat(deal).items() if type(value) is not list}
        return {"id": 1, "sid": 1, "stated": True, **found}

    def run(fact: dict[str, Any]) -> list[int]:
        failed.clear()
        host.assert_fact("deals", fact)
        host.retract_fact("deals", fact)
        return list(failed)

    return Runner(prepare, run, from_failed(base))


CONTESTANT = Contestant(
    "durable-rules", "Host, a fact asserted and retracted", "outcomes",
    build, "durable", "durable-rules",
    most=100,
    most_because="256 rules that end alike crash the process, 512 hang it",
)  # fmt: skip
