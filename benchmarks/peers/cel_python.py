"""cel-python: one program that gives a list of booleans; the deal converted beforehand."""

from __future__ import annotations

from typing import Any

from benchmarks.contestant import Contestant, Runner, from_flags
from benchmarks.neutral import Base, Deal, pushed
from benchmarks.peers.cel_rust import text


def build(base: Base) -> Runner:
    import celpy

    environment = celpy.Environment(runner_class=celpy.CompiledRunner)
    listed = ", ".join(text(pushed(rule.passes)) for rule in base.rules)
    program = environment.program(environment.compile(f"[{listed}]"))

    def prepare(deal: Deal) -> Any:
        # limits are written as doubles, and cel-python compares no int with one
        doubles = {
            group: {name: _double(value) for name, value in terms.items()}
            for group, terms in deal.items()
        }
        return {group: celpy.json_to_cel(terms) for group, terms in doubles.items()}

    return Runner(prepare, program.evaluate, from_flags(base))


def _double(value: Any) -> Any:
    return float(value) if type(value) is int else value


CONTESTANT = Contestant(
    "cel-python", "one program, its compiled runner", "outcomes", build, "celpy", "cel-python"
)
