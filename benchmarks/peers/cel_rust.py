"""common-expression-language, CEL in Rust: one program that gives a list of booleans, on flat
names, which are quicker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.contestant import Contestant, Runner, flat, flat_name, from_flags
from benchmarks.neutral import Base, Condition, Deal, pushed


def text(condition: Condition, name: Callable[[str], str] = str) -> str:
    kind = condition[0]
    if kind in ("all", "any"):
        word = " && " if kind == "all" else " || "
        return "(" + word.join(text(part, name) for part in condition[1]) + ")"
    if kind == "not":
        return f"!({text(condition[1], name)})"
    path = name(condition[1])
    if kind == "is":
        return path if condition[2] else f"!{path}"
    if kind == "compare":
        return f"{path} {condition[2]} {float(condition[3])}"
    if kind == "among":
        return f"{path} in [" + ", ".join(f"'{option}'" for option in condition[2]) + "]"
    return "(" + " || ".join(f"'{option}' in {path}" for option in condition[2]) + ")"


def program(base: Base, name: Callable[[str], str]) -> Any:
    import cel

    listed = ", ".join(text(pushed(rule.passes), name) for rule in base.rules)
    return cel.compile(f"[{listed}]")


def prepared(base: Base) -> Runner:
    import cel

    def prepare(deal: Deal) -> Any:
        return cel.Context(variables=flat(deal))

    return Runner(prepare, program(base, flat_name).execute, from_flags(base))


def raw(base: Base) -> Runner:
    return Runner(flat, program(base, flat_name).execute, from_flags(base))


_PACKAGE = "common-expression-language"
CONTESTANTS = (
    Contestant(_PACKAGE, "Rust CEL, prepared Context", "outcomes", prepared, "cel", _PACKAGE),
    Contestant(f"{_PACKAGE}, raw dict", "Rust CEL, flat dict", "outcomes", raw, "cel", _PACKAGE),
)
