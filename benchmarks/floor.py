"""The floor: the Python a programmer would write by hand for one rule base, and no more.

It reads the same nested dictionary, checks the type of each term it reads, works out every
rule without stopping early, and gives the verdict and every outcome. No unknowns, no
defaults, no decimals, no ranges or enums checked, no reasons.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.neutral import Base, Condition, pushed

_TYPES = {"boolean": "bool", "enum": "str", "list": "list"}


def source(base: Base, *, checked: bool = True) -> str:
    """The text of `decide(deal)`; without `checked`, of `decide(row)` on a tuple of values."""
    names = {path: f"t{number}" for number, path in enumerate(base.used)}
    lines = []
    if checked:
        lines = ["def decide(deal):"]
        for group in dict.fromkeys(path.partition(".")[0] for path in names):
            lines.append(f"    {group} = deal[{group!r}]")
            for path, name in names.items():
                if path.startswith(f"{group}."):
                    lines.append(f"    {name} = {group}[{base.term(path).name!r}]")
                    lines.append(f"    if {_wrong(name, base.term(path).kind)}:")
                    lines.append(f"        raise TypeError({path!r})")
    else:
        lines = ["def decide(row):", f"    {', '.join(names.values())}, = row"]
    lines.append("    rejected = conditional = False")
    for number, rule in enumerate(base.rules):
        flag = "rejected" if rule.mandatory else "conditional"
        lines.append(f"    if {_text(pushed(rule.passes), names)}: r{number} = PASS")
        lines.append(f"    else: r{number} = FAIL; {flag} = True")
    outcomes = ", ".join(f"r{number}" for number in range(len(base.rules)))
    lines.append("    verdict = REJECT if rejected else CONDITIONAL if conditional else ACCEPT")
    lines.append(f"    return verdict, ({outcomes},)")
    return "\n".join(lines) + "\n"


def function(base: Base, *, checked: bool = True) -> Callable[[Any], Any]:
    space: dict[str, Any] = {
        "PASS": True,
        "FAIL": False,
        "ACCEPT": "accept",
        "REJECT": "reject",
        "CONDITIONAL": "conditional",
    }
    exec(compile(source(base, checked=checked), "<floor>", "exec"), space)
    made: Callable[[Any], Any] = space["decide"]
    return made


def _wrong(name: str, kind: str) -> str:
    if kind == "number":
        return f"type({name}) is not int and type({name}) is not float"
    return f"type({name}) is not {_TYPES[kind]}"


def _text(condition: Condition, names: dict[str, str]) -> str:
    kind = condition[0]
    if kind in ("all", "any"):
        word = " and " if kind == "all" else " or "
        return "(" + word.join(_text(part, names) for part in condition[1]) + ")"
    negated = ""
    if kind == "not":
        negated, condition = "not ", condition[1]
    name = names[condition[1]]
    if condition[0] == "is":
        return name if condition[2] else f"not {name}"
    if condition[0] == "compare":
        return f"{name} {condition[2]} {condition[3]!r}"
    options = condition[2]
    if condition[0] == "among":
        if len(options) == 1:
            return f"{name} {'!=' if negated else '=='} {options[0]!r}"
        return f"{name} {negated}in {{{', '.join(map(repr, options))}}}"
    tests = [f"{option!r} {negated}in {name}" for option in options]
    return "(" + (" and " if negated else " or ").join(tests) + ")"
