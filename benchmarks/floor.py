"""The floor: the Python a programmer would write by hand for one rule base, and no more.

It reads the same nested dictionary, checks the type of each term it reads, works out every
rule without stopping early, and gives the verdict and every outcome. No unknowns, no
defaults, no decimals, no ranges or enums checked, no reasons. A second form validates all
that the schema says, as our decider does on a raw dictionary.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.neutral import Base, Condition, Term, pushed

_TYPES = {"boolean": "bool", "enum": "str", "list": "list"}


def source(base: Base, form: str = "checked") -> str:
    """The text of `decide`: `checked` checks the types of what it reads, `validated` all that
    the schema says of every term, `unchecked` takes a tuple of values and checks nothing."""
    names = {path: f"t{number}" for number, path in enumerate(base.used)}
    lines = {"checked": _checked, "validated": _validated, "unchecked": _unchecked}[form](
        base, names
    )
    lines.append("rejected = conditional = False")
    for number, rule in enumerate(base.rules):
        flag = "rejected" if rule.mandatory else "conditional"
        lines.append(f"if {_text(pushed(rule.passes), names)}: r{number} = PASS")
        lines.append(f"else: r{number} = FAIL; {flag} = True")
    outcomes = ", ".join(f"r{number}" for number in range(len(base.rules)))
    lines.append("verdict = REJECT if rejected else CONDITIONAL if conditional else ACCEPT")
    lines.append(f"return verdict, ({outcomes},)")
    return "def decide(deal):\n" + "".join(f"    {line}\n" for line in lines)


def function(base: Base, form: str = "checked") -> Callable[[Any], Any]:
    space: dict[str, Any] = {
        "PASS": True,
        "FAIL": False,
        "ACCEPT": "accept",
        "REJECT": "reject",
        "CONDITIONAL": "conditional",
    }
    for number, term in enumerate(base.terms):
        space[f"known{number}"] = frozenset(term.options)
    exec(compile(source(base, form), "<floor>", "exec"), space)
    made: Callable[[Any], Any] = space["decide"]
    return made


def _unchecked(_: Base, names: dict[str, str]) -> list[str]:
    return [f"{', '.join(names.values())}, = deal"]


def _checked(base: Base, names: dict[str, str]) -> list[str]:
    lines = []
    for group in dict.fromkeys(path.partition(".")[0] for path in names):
        lines.append(f"{group} = deal[{group!r}]")
        for path, name in names.items():
            if path.startswith(f"{group}."):
                term = base.term(path)
                lines.append(f"{name} = {group}[{term.name!r}]")
                lines.append(f"if {_wrong(name, term.kind)}: raise TypeError({path!r})")
    return lines


def _validated(base: Base, names: dict[str, str]) -> list[str]:
    """Types, ranges, options, repeated items and unknown keys, of every term stated."""
    groups: dict[str, list[tuple[int, Term]]] = {}
    for number, term in enumerate(base.terms):
        groups.setdefault(term.group, []).append((number, term))
    lines = [f"if len(deal) != {len(groups)}: raise KeyError"]
    for group, members in groups.items():
        lines.append(f"{group} = deal[{group!r}]")
        lines.append(f"if type({group}) is not dict: raise TypeError({group!r})")
        lines.append(f"if len({group}) != {len(members)}: raise KeyError({group!r})")
        for number, term in members:
            name = names.get(term.path, "t")
            lines.append(f"{name} = {group}[{term.name!r}]")
            lines.append(f"if {_invalid(name, number, term)}: raise ValueError({term.path!r})")
    return lines


def _invalid(name: str, number: int, term: Term) -> str:
    wrong = _wrong(name, term.kind)
    if term.kind == "number":
        return f"{wrong} or not 0 <= {name} <= 1000"
    if term.kind == "enum":
        return f"{wrong} or {name} not in known{number}"
    if term.kind == "list":
        return f"{wrong} or not known{number}.issuperset({name}) or len(set({name})) != len({name})"
    return wrong


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
