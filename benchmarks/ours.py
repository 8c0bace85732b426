"""policyengine as a contestant: the rule base as YAML, and the ways to decide with it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import floor, generate
from benchmarks.contestant import Contestant, Runner, as_it_is
from benchmarks.neutral import Base, Condition, Deal, Term
from policyengine import Policy, Terms

MAIN = "policyengine"
FIRST = "policyengine, first time"
RAW = "policyengine, raw dict"
VERDICT = "policyengine, verdict only"
RETE = "policyengine, rete"
FLOOR = "generated Python, types checked"
VALIDATING = "generated Python, validating"
UNCHECKED = "generated Python, unchecked"
#: deals that the order of the sampled form is measured on; none of them is timed
_SAMPLED = 60


def write(base: Base, folder: Path) -> Path:
    """The rule base as a policy folder with a schema beside it; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    groups: dict[str, Any] = {}
    for term in base.terms:
        group = groups.setdefault(
            term.group, {"type": "object", "additionalProperties": False, "properties": {}}
        )
        group["properties"][term.name] = _schema(term)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Terms of a benchmark",
        "type": "object",
        "additionalProperties": False,
        "properties": groups,
    }
    (folder / "terms.schema.json").write_text(json.dumps(schema, indent=1), encoding="utf-8")
    (folder / "policy.yaml").write_text(
        "policy: benchmark\nversion: 1.0.0\nterms: terms.schema.json\n", encoding="utf-8"
    )
    lines = ["rules:"]
    for rule in base.rules:
        lines += [
            f"  - id: {rule.id}",
            f"    title: The benchmark's rule {rule.id}",
            f"    level: {'mandatory' if rule.mandatory else 'negotiable'}",
            f"    {'forbid' if rule.forbidden else 'require'}: {_yaml(rule.written)}",
        ]
        if rule.unless is not None:
            lines.append(f"    unless: {_yaml(rule.unless)}")
        lines.append(f"    because: {rule.id} does not hold.")
    (folder / "rules.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def contestants(base: Base, folder: Path) -> list[Contestant]:
    """Those of the engine and the floors; all decide the policy written to a folder."""
    policy = Policy.load(write(base, folder))
    decide = policy.decider()
    sampled = policy.decider(sample=generate.deals(base, _SAMPLED, seed=3))
    prepare = partial(checked, policy)

    def read(raw: Any) -> tuple[str, tuple[bool, ...]]:
        return raw[0].value, tuple(outcome.value == "pass" for outcome in raw[1])

    def read_verdict(raw: Any) -> tuple[str, None]:
        return raw.value, None

    def read_decision(raw: Any) -> tuple[str, tuple[bool, ...]]:
        return raw.verdict.value, tuple(item.value == "pass" for item in raw.outcomes.values())

    def fixed(runner: Runner) -> Any:
        return lambda _: runner

    evaluate = partial(policy.evaluate, engine="compiled")
    interpret = partial(policy.evaluate, engine="interpreter")
    both, decision = "verdict, outcomes", "Decision"
    found = [
        Contestant(
            MAIN, "decider, terms decided before", both, fixed(Runner(prepare, decide, read))
        ),
        Contestant(
            FIRST, "decider, terms validated in the clock", both,
            fixed(Runner(Terms.from_mapping, decide, read)), once=True,
        ),
        Contestant(
            RAW, "decider, dict validated in the clock", both,
            fixed(Runner(as_it_is, decide, read)),
        ),
        Contestant(
            VERDICT, "decider's `verdict`, terms decided before", "verdict",
            fixed(Runner(prepare, decide.verdict, read_verdict)),
        ),
        Contestant(
            f"{VERDICT}, sampled", "the same, its order measured on other deals", "verdict",
            fixed(Runner(prepare, sampled.verdict, read_verdict)),
        ),
        Contestant(
            f"{VERDICT}, raw dict", "`verdict`, dict validated in the clock", "verdict",
            fixed(Runner(as_it_is, decide.verdict, read_verdict)),
        ),
        Contestant(
            "policyengine, Decision", "evaluate, terms decided before, no reasons asked", decision,
            fixed(Runner(prepare, evaluate, read_decision)),
        ),
        Contestant(
            "policyengine, interpreter", "the reference", decision,
            fixed(Runner(prepare, interpret, read_decision)),
        ),
        Contestant(FLOOR, "dict, types of what it reads", both, floor_of(base, "checked")),
        Contestant(VALIDATING, "dict, all the schema says", both, floor_of(base, "validated")),
        Contestant(
            UNCHECKED, "tuple of values, no checks", both,
            floor_of(base, "unchecked"),
        ),
    ]  # fmt: skip
    return [*found, *_rete(policy, prepare, read_decision)]


def floor_of(base: Base, form: str) -> Any:
    def build(_: Base) -> Runner:
        def row(deal: Deal) -> tuple[Any, ...]:
            return tuple(deal[path.partition(".")[0]][path.partition(".")[2]] for path in base.used)

        prepare: Any = row if form == "unchecked" else as_it_is
        return Runner(prepare, floor.function(base, form), lambda raw: raw)

    return build


def _rete(policy: Policy, prepare: Any, read: Any) -> list[Contestant]:
    """The executor on durable-rules, where this version has one and it is installed."""
    from policyengine import engine

    if "rete" not in engine.ENGINES:
        return []

    def build(_: Base) -> Runner:
        return Runner(prepare, partial(policy.evaluate, engine="rete"), read)

    return [Contestant(RETE, "our executor on it", "Decision", build, "durable")]


def checked(policy: Policy, deal: Deal) -> Terms:
    """Terms already checked against the schema, as a service keeps them."""
    terms = Terms.from_mapping(deal)
    terms.check(policy.schema)
    return terms


def _schema(term: Term) -> dict[str, Any]:
    found: dict[str, Any]
    if term.kind == "number":
        found = {"type": "number", "minimum": 0, "maximum": 1000}
    elif term.kind == "boolean":
        found = {"type": "boolean"}
    elif term.kind == "enum":
        found = {"enum": list(term.options)}
    else:
        items = {"enum": list(term.options)}
        found = {"type": "array", "items": items, "uniqueItems": True}
    if term.default is not None:
        found["default"] = term.default
    return found


def _yaml(condition: Condition) -> str:
    kind = condition[0]
    if kind in ("all", "any"):
        return f"{{{kind}: [{', '.join(_yaml(part) for part in condition[1])}]}}"
    if kind == "not" and condition[1][0] == "overlaps":
        return f"{{{condition[1][1]}: {{contains_none: [{', '.join(condition[1][2])}]}}}}"
    if kind == "not":
        return f"{{not: {_yaml(condition[1])}}}"
    path = condition[1]
    if kind == "is":
        return f"{{{path}: {str(condition[2]).lower()}}}"
    if kind == "compare":
        word = {"<": "less_than", "<=": "at_most", ">": "more_than", ">=": "at_least"}[condition[2]]
        return f"{{{path}: {{{word}: {condition[3]}}}}}"
    options = ", ".join(condition[2])
    if kind == "overlaps":
        return f"{{{path}: {{contains_any: [{options}]}}}}"
    return f"{{{path}: {options if len(condition[2]) == 1 else f'[{options}]'}}}"
