"""Rule bases and deals in a notation of nobody's, from which every contestant is translated.

A condition is a tuple: `("is", term, bool)`, `("among", term, options)`, `("compare", term, op,
number)`, `("overlaps", term, options)`, `("all", conditions)`, `("any", conditions)` and
`("not", condition)`. A rule passes where its condition holds; there are no unknowns in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Condition = tuple[Any, ...]
#: a deal as a document: group, name, value
Deal = dict[str, dict[str, Any]]
#: a verdict, and which rules pass, in order
Answer = tuple[str, tuple[bool, ...]]

OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True)
class Term:
    """`kind` is number, boolean, enum or list. `good` and `bad` are the values that the rules
    of a base agree to allow and may refuse."""

    path: str
    kind: str
    options: tuple[str, ...]
    default: Any
    good: tuple[Any, ...]
    bad: tuple[Any, ...]
    soft: bool

    @property
    def group(self) -> str:
        return self.path.partition(".")[0]

    @property
    def name(self) -> str:
        return self.path.partition(".")[2]


@dataclass(frozen=True)
class Rule:
    """`forbidden` says that `written` is what must not hold; `unless` lifts the rule."""

    id: str
    mandatory: bool
    forbidden: bool
    written: Condition
    unless: Condition | None

    @property
    def passes(self) -> Condition:
        """The condition under which the rule passes."""
        needed = ("not", self.written) if self.forbidden else self.written
        return ("any", (self.unless, needed)) if self.unless is not None else needed


@dataclass(frozen=True)
class Base:
    terms: tuple[Term, ...]
    rules: tuple[Rule, ...]

    def term(self, path: str) -> Term:
        return next(term for term in self.terms if term.path == path)

    @property
    def used(self) -> list[str]:
        """The terms that some rule reads, in the order of the schema."""
        read = {path for rule in self.rules for path in terms_of(rule.passes)}
        return [term.path for term in self.terms if term.path in read]

    def verdict(self, passed: tuple[bool, ...]) -> str:
        failed = [rule for rule, passes in zip(self.rules, passed, strict=True) if not passes]
        if any(rule.mandatory for rule in failed):
            return "reject"
        return "conditional" if failed else "accept"


def terms_of(condition: Condition) -> set[str]:
    if condition[0] in ("all", "any"):
        return {path for part in condition[1] for path in terms_of(part)}
    if condition[0] == "not":
        return terms_of(condition[1])
    return {condition[1]}


def pushed(condition: Condition, negate: bool = False) -> Condition:
    """The same condition with `not` only before an `among` or an `overlaps`."""
    kind = condition[0]
    if kind == "not":
        return pushed(condition[1], not negate)
    if kind in ("all", "any"):
        turned = {"all": "any", "any": "all"}[kind] if negate else kind
        return (turned, tuple(pushed(part, negate) for part in condition[1]))
    if not negate:
        return condition
    if kind == "is":
        return ("is", condition[1], not condition[2])
    if kind == "compare":
        return ("compare", condition[1], OPPOSITE[condition[2]], condition[3])
    return ("not", condition)


def holds(condition: Condition, deal: Deal) -> bool:
    """What a condition means: the answers that every contestant is held to."""
    kind = condition[0]
    if kind == "all":
        return all(holds(part, deal) for part in condition[1])
    if kind == "any":
        return any(holds(part, deal) for part in condition[1])
    if kind == "not":
        return not holds(condition[1], deal)
    group, _, name = condition[1].partition(".")
    value = deal[group][name]
    if kind == "is":
        return bool(value is condition[2])
    if kind == "among":
        return bool(value in condition[2])
    if kind == "overlaps":
        return any(item in condition[2] for item in value)
    left, right = value, condition[3]
    found = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}
    return bool(found[condition[2]])


def expected(base: Base, deal: Deal) -> Answer:
    passed = tuple(holds(rule.passes, deal) for rule in base.rules)
    return base.verdict(passed), passed
