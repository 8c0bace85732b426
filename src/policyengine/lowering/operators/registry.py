"""What an operator of the test notation is, and what it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyengine import core
from policyengine.checker import Checker, named
from policyengine.core import Expr
from policyengine.lowering.scope import Scope
from policyengine.nodes import Node
from policyengine.source import Span, quoted
from policyengine.types import ANY, BOOLEAN, Type
from policyengine.values.record import Record

if TYPE_CHECKING:
    from policyengine.lowering.conditions import Conditions


@dataclass
class Test:
    """One test being lowered: what is tested, the operand as written, and the leaf's words.

    `shown` is what the leaf shows of the operand; `text` replaces the whole leaf's words.
    """

    conditions: Conditions
    subject: Expr
    path: str
    operand: Node
    span: Span
    negated: bool
    shown: tuple[str | Expr, ...] = ()
    text: tuple[str | Expr, ...] = ()
    __test__ = False  # not a test case, whatever its name

    @property
    def scope(self) -> Scope:
        return self.conditions.scope

    @property
    def checker(self) -> Checker:
        return self.conditions.checker

    def error(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        self.scope.diagnostics.error(code, message, span, hint)

    def expect(self, name: str, *kinds: str) -> bool:
        """Whether the subject is of one of these kinds; reports it if not."""
        kind = self.subject.type.kind
        if kind in kinds or kind == "any":
            return True
        wanted = _listed(kinds)
        self.error(
            "operator-type",
            f"{quoted(name)} tests {wanted}; {quoted(self.path)} is {named(self.subject.type)}",
            self.span,
            _INSTEAD.get((kind, name)),
        )
        return False

    @property
    def item(self) -> Type:
        """The element type of a list subject."""
        return self.subject.type.item or ANY

    def compare(self, op: str, left: Expr, right: Expr, *, unordered: bool = False) -> Expr:
        return self.checker.compare(op, left, right, self.span, unordered=unordered)

    def member(self, value: Expr, options: Expr) -> Expr:
        return self.checker.member(value, options, self.span)

    def negation(self, of: Expr) -> Expr:
        return core.Not(of, BOOLEAN, self.span)

    def every(self, over: Expr, condition: Callable[[Expr], Expr], kind: str = "every") -> Expr:
        """`every` (or `some`) element of a list meets a condition made from it."""
        name = self.scope.fresh("item")
        local = core.Local(name, over.type.item or ANY, over.span)
        made = condition(local)
        return core.Quantified(kind, ((name, over),), made, BOOLEAN, self.span)


def _listed(kinds: tuple[str, ...]) -> str:
    """The kinds an operator tests, for a message."""
    if len(kinds) > 6:
        return "a single value"
    durations = "days and time duration", "years and months duration"
    words = [named(Type(kind)) for kind in kinds if kind not in durations]
    words += ["a duration"] if kinds[-1] in durations or kinds[0] in durations else []
    return ", ".join(words[:-1]) + " or " + words[-1] if len(words) > 1 else words[0]


class Operator(Record):
    """One operator: its name, one line for people, the form of its operand, and its meaning.

    `lower` gives the core of the test, or None after reporting.
    """

    name: str
    summary: str
    operand: str
    lower: Callable[[Test], Expr | None]


_INSTEAD = {
    ("list", "one_of"): "say `contains_any`, `contains_only` or `equals`",
    ("list", "none_of"): "say `contains_none`",
    ("string", "contains_any"): "say `one_of`",
    ("string", "contains_none"): "say `none_of`",
    ("string", "contains_only"): "say `one_of`",
    ("date", "less_than"): "say `before`",
    ("date", "at_most"): "say `on_or_before`",
    ("date", "more_than"): "say `after`",
    ("date", "at_least"): "say `on_or_after`",
    ("number", "before"): "say `less_than`",
    ("number", "after"): "say `more_than`",
    ("string", "count"): "`count` counts the elements of a list",
}
