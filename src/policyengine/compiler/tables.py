"""Tables: what a single term settles, looked up by its value.

Most rules read one term, and most terms are read by several rules. For a term with few values
(an enum, a boolean) or of which only an order matters (a number that is compared with
constants), the outcomes of all rules that read it alone, and the truth of every test of it in
other rules, are worked out beforehand for each value or interval; a decision looks them up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, TypeAlias

from policyengine import combining, core
from policyengine.compiler.floats import Constants, as_float
from policyengine.core import Expr
from policyengine.decision import Outcome
from policyengine.schema import TermsSchema
from policyengine.values.logic import Truth, conjunction, disjunction, negation
from policyengine.values.record import Record

#: a term's path, an operator, and the constant: a value, or several for `in`
Test: TypeAlias = tuple[str, str, Any]
#: a value of an enum or a boolean; for numbers the place among the cuts: 2n + 1 for the nth
#: cut itself, 2n for what lies below it; None for unknown
Cell: TypeAlias = Any

_TRUTHS = {"<": (-1,), "<=": (-1, 0), "=": (0,), "!=": (-1, 1), ">=": (0, 1), ">": (1,)}


class Reader(Record):
    """Tells which conditions are tests of one term."""

    schema: TermsSchema
    constants: Constants
    floats: frozenset[str]

    def test(self, expr: Expr) -> Test | None:
        """A condition as a test of one term with a constant, or None."""
        while isinstance(expr, core.Leaf):
            expr = expr.of
        match expr:
            case core.Term(path=path) if self.kind(path) == "boolean":
                return path, "=", True
            case core.Compare(op=op, left=core.Term(path=path), right=right):
                value = self.constant(path, right)
                if value is None or (op not in ("=", "!=") and self.kind(path) != "number"):
                    return None
                return path, op, value
            case core.Member(value=core.Term(path=path), options=options):
                listed = self.constants.value(options)
                if not isinstance(listed, tuple) or self.kind(path) in (None, "boolean"):
                    return None
                values = tuple(self.plain(path, option) for option in listed)
                return None if None in values else (path, "in", values)
        return None

    def kind(self, path: str) -> str | None:
        """`boolean`, `enum` or `number`, for a term that can have a table."""
        spec = self.schema.terms[path]
        kind = spec.type.kind
        if kind == "boolean" and spec.shape.enum is None:
            return "boolean"
        if kind == "string" and spec.shape.enum is not None:
            return "enum"
        return "number" if kind == "number" and path in self.floats else None

    def constant(self, path: str, expr: Expr) -> Any:
        value = self.constants.value(expr)
        return None if value is None else self.plain(path, value)

    def plain(self, path: str, value: Any) -> Any:
        """A constant of the term's own kind, as a table holds it; None for any other."""
        kind = self.kind(path)
        if kind == "number":
            return as_float(value)
        wanted = {"boolean": bool, "enum": str}.get(kind or "")
        return value if wanted is not None and type(value) is wanted else None

    def tests(self, expr: Expr | None) -> Iterator[Test | None]:
        """The tests that a condition is made of; None among them for anything else."""
        if expr is None or isinstance(expr, core.Const):
            return
        found = self.test(expr)
        if found is None and isinstance(expr, core.Leaf | core.And | core.Or | core.Not):
            for part in core.children(expr):
                yield from self.tests(part)
        else:
            yield found

    def only(self, rule: core.Rule) -> str | None:
        """The one term that a rule consists of tests of, or None."""
        if rule.applies is not None:
            return None
        paths = set()
        for expr in (rule.requirement, rule.unless):
            for test in self.tests(expr):
                if test is None:
                    return None
                paths.add(test[0])
        return paths.pop() if len(paths) == 1 else None

    def truth(self, expr: Expr, cell: Cell, cuts: tuple[Any, ...]) -> Truth:
        """The truth of a condition that consists of tests of one term."""
        found = self.test(expr)
        if found is not None:
            return holds(found, cell, cuts)
        match expr:
            case core.Leaf(of=of):
                return self.truth(of, cell, cuts)
            case core.Not(of=of):
                return negation(self.truth(of, cell, cuts))
            case core.And(parts=parts):
                return conjunction([self.truth(part, cell, cuts) for part in parts])
            case core.Or(parts=parts):
                return disjunction([self.truth(part, cell, cuts) for part in parts])
        assert isinstance(expr, core.Const), expr
        return expr.value if isinstance(expr.value, bool) else None

    def outcome(
        self, rule: core.Rule, cell: Cell, cuts: tuple[Any, ...], *, final: bool
    ) -> Outcome:
        """The outcome of a rule that consists of tests of one term."""
        requirement = self.truth(rule.requirement, cell, cuts)
        unless: Truth = False
        if rule.unless is not None:
            unless = self.truth(rule.unless, cell, cuts)
        if final:  # no test of this kind fails with an error, so unknown counts against the deal
            requirement, unless = requirement is True, unless is True
        return combining.outcome(True, unless, requirement)


def holds(test: Test, cell: Cell, cuts: tuple[Any, ...]) -> Truth:
    """Whether a test holds for a value, or for a place among the cuts."""
    _, op, wanted = test
    if cell is None:
        return None
    if not cuts:
        return cell in wanted if op == "in" else (cell == wanted) is (op == "=")
    if op == "in":
        return bool(cell % 2) and cuts[cell // 2] in wanted
    at = 2 * cuts.index(wanted) + 1
    return (cell > at) - (cell < at) in _TRUTHS[op]


def cuts_of(tests: list[Test]) -> tuple[int | float, ...]:
    """The numbers that tests compare with, in order."""
    found: set[int | float] = set()
    for _, op, wanted in tests:
        found.update(wanted if op == "in" else (wanted,))
    return tuple(sorted(found))


def edges_of(
    cuts: tuple[int | float, ...], rows: list[Any]
) -> tuple[list[tuple[int | float, bool]], list[Any]]:
    """Where the rows of a number's places change, and the rows between, equal neighbours joined.

    An edge is a cut, and whether the cut itself still lies below it.
    """
    edges: list[tuple[int | float, bool]] = []
    kept = [rows[0]]
    for place, row in enumerate(rows[1:], 1):
        if row != kept[-1]:
            edges.append((cuts[(place - 1) // 2], place % 2 == 0))
            kept.append(row)
    return edges, kept


def key_of(edge: tuple[int | float, bool]) -> int | float:
    """An edge for `bisect_right`. What lies above a cut begins with the next float: a value is a
    float or a whole number, and neither lies between the two."""
    cut, below = edge
    return math.nextafter(float(cut), math.inf) if below else cut
