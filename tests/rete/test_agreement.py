"""Law 3 on durable-rules: its outcomes are those of the reference and of the compiled form."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.differential import differs, load, run
from policyengine import Policy, Terms
from policyengine.engine import Engine
from policyengine.errors import Diagnostics
from policyengine.reading import read_document
from policyengine.testing import read_tests

pytestmark = pytest.mark.usefixtures("durable_rules")
ENGINES: tuple[Engine, ...] = ("rete", "compiled", "all", "interpreter")


@pytest.mark.slow
def test_the_pack_on_every_worked_case(pack: Policy, root: Path) -> None:
    folder = root / "rules" / "national-interest"
    diagnostics = Diagnostics()
    cases = [
        case
        for path in sorted(folder.glob("*_test.yaml"))
        for case in read_tests(
            read_document(path, shown=path.name).node, diagnostics, policy=pack, folder=folder
        ).cases
    ]
    diagnostics.raise_errors(AssertionError)  # type: ignore[arg-type]
    assert len(cases) > 100
    for number, case in enumerate(cases):
        policy = pack.with_parameters(case.parameters) if case.parameters else pack
        ways = list(itertools.product((False, True), repeat=2))
        # the case's own way, and one of the others in turn
        for final, assume in {(case.final, True), ways[number % 4]}:
            given_ = {"as_of": case.as_of or "2026-01-31", "final": final, "assume": assume}
            found = differs(policy, dict(case.terms), given_, ("rete", "compiled"))
            assert found is None, f"{case.name}: {found}"


@pytest.mark.slow
def test_the_examples_in_every_way(pack: Policy, root: Path) -> None:
    for path in sorted((root / "examples").glob("*/terms.yaml")):
        for final, assume in itertools.product((False, True), repeat=2):
            given_: dict[str, Any] = {"as_of": "2026-01-31", "final": final, "assume": assume}
            answers = {
                engine: pack.evaluate(Terms.from_path(path), engine=engine, **given_)
                for engine in ENGINES
            }
            assert len({str(answer.to_dict()) for answer in answers.values()}) == 1


@pytest.mark.slow
@pytest.mark.parametrize("seed", (11, 12))
def test_generated_policies(seed: int) -> None:
    made, policies, found = run(seed, ("rete",), keep_going=lambda done: done < 500)
    assert found is None, found
    assert policies > 25
    assert made >= 500


NAMES = [f"b{number}" for number in range(70)]
TERMS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        name: {"type": ["boolean", "null"], "x-may-not-apply": number % 7 == 0}
        for number, name in enumerate(NAMES)
    },
}


def tree(source: random.Random, depth: int) -> Any:
    """A condition over booleans, wide and deep enough not to be multiplied out."""
    kind = source.choice(("all", "any", "some_of", "not")) if depth else "leaf"
    if kind == "leaf":
        return {source.choice(NAMES): source.random() < 0.7}
    if kind == "not":
        return {"not": tree(source, depth - 1)}
    width = source.choice((2, 3, 5, 12, 30)) if depth == 1 else source.choice((2, 3, 5))
    parts = [tree(source, depth - 1 - source.randrange(depth)) for _ in range(width)]
    if kind == "some_of":
        return {"some_of": {"at_least": source.randint(1, width), "of": parts}}
    return {kind: parts}


@pytest.mark.slow
@settings(max_examples=12)
@given(st.integers(0, 2**32))
def test_wide_and_deep_conditions(seed: int) -> None:
    source = random.Random(seed)
    rules = []
    for number in range(source.choice((1, 2, 6))):
        rule: dict[str, Any] = {"id": f"R-{number}", "title": "A rule"}
        rule[source.choice(("require", "forbid"))] = tree(source, source.choice((1, 2, 3, 4)))
        for key in ("when", "unless"):
            if source.random() < 0.4:
                rule[key] = tree(source, source.choice((1, 2)))
        rules.append(rule)
    policy = load({"policy": "wide", "version": "1.0.0", "terms": TERMS, "rules": rules})
    if policy is None:  # a condition that contradicts itself
        return
    for final in (False, True):
        for known in (0.3, 0.8, 1.0):
            deal: dict[str, Any] = {
                name: source.random() < 0.5 for name in NAMES if source.random() < known
            }
            if listed := [name for name in NAMES[::7] if name not in deal]:
                deal["not_applicable"] = listed[: source.randrange(3)]
            assert differs(policy, deal, {"final": final}, ("rete",)) is None


def test_a_rule_that_runs_out_of_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole condition is unknown then, whatever its other leaves say."""
    from policyengine import interpreter

    monkeypatch.setattr(interpreter.Interpreter.__init__, "__kwdefaults__",
                        {"rule_steps": 40, "decision_steps": 1_000_000})  # fmt: skip
    terms = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "n": {"type": ["array", "null"], "items": {"type": "number"}},
            "b": {"type": ["boolean", "null"]},
        },
    }
    loop = "some x in n satisfies x > 100"
    rules = [
        {"id": "A", "title": "t", "require": {"any": [loop, {"b": True}]}},
        {"id": "B", "title": "t", "require": {"all": [{"b": True}, loop]}},
        {"id": "C", "title": "t", "require": {"b": True}, "unless": loop},
        {"id": "D", "title": "t", "require": {"not": loop}, "when": {"any": [loop, {"b": True}]}},
        {"id": "E", "title": "t", "require": {"all": [loop, loop, {"b": False}]}},
    ]
    policy = load({"policy": "steps", "version": "1.0.0", "terms": terms, "rules": rules})
    assert policy is not None
    for length, b, final in itertools.product((0, 10, 25, 39, 41, 90), (True, False, None), (0, 1)):
        deal = {"n": list(range(length)), "b": b}
        assert differs(policy, deal, {"final": bool(final)}, ("rete",)) is None, (length, b, final)
    spent = policy.evaluate({"n": list(range(90)), "b": True}, engine="rete")
    assert spent.outcomes["A"].value == "unknown"
