"""Conditions where only their truth counts: when they are true, and when they are false.

A truth value that may be unknown takes three branches to make and two to ask. Where it is only
asked, two expressions do: a false `all` has a false part, a true one none but true parts, and
neither ever holds what is unknown. Most rules hold, and so one expression is all that runs.
"""

from __future__ import annotations

from policyengine import core
from policyengine.compiler.expressions import LONG_LINE, Expressions
from policyengine.compiler.names import Code
from policyengine.core import Expr
from policyengine.values.record import Record

#: a condition of this cost is worth a variable rather than being worked out for either side
_WORTH_A_NAME = 8


class Sides(Record):
    """Python expressions that are true where a condition is true, and where it is false; whether
    it can be neither, and a rough cost."""

    true: str
    false: str
    nullable: bool
    cost: int


class Conditions(Expressions):
    """Emits conditions as their two sides."""

    def sides(self, expr: Expr | None, *, absent: bool) -> Sides:
        """The sides of a condition; of `absent` where there is none."""
        if expr is None:
            return Sides(str(absent), str(not absent), False, 0)
        found = self._parts(expr)
        if found is None or max(len(found.true), len(found.false)) > LONG_LINE:
            code = self.condition(expr)
            if code.nullable and code.cost > _WORTH_A_NAME:
                code = Code(self.named("q", code), True, 1)
            false = f"{code.text} is False" if code.nullable else f"not {code.text}"
            true = f"{code.text} is True" if code.nullable else code.text
            return Sides(true, false, code.nullable, code.cost)
        return found

    def _parts(self, expr: Expr) -> Sides | None:
        """The sides of a condition put together from others; None for any other."""
        match expr:
            case core.Leaf(of=of) if self.shared[expr] < 2:
                return self._parts(of)
            case core.Not(of=of):
                found = self.sides(of, absent=True)
                return Sides(found.false, found.true, found.nullable, found.cost)
            case core.And(parts=parts) if len(parts) > 1:
                return self._connected(parts, settles=False)
            case core.Or(parts=parts) if len(parts) > 1:
                found = self._connected(parts, settles=True)
                return Sides(found.false, found.true, found.nullable, found.cost)
        return None

    def _connected(self, parts: tuple[Expr, ...], *, settles: bool) -> Sides:
        """The sides of an `all`, and in turn those of an `any`; cheap parts come first."""
        made = [(self.sides(part, absent=True), part) for part in parts]
        made.sort(
            key=lambda pair: (
                pair[0].nullable,
                self.weight(pair[0].cost, pair[1], settles=settles),
            )
        )
        found = [sides for sides, _ in made]
        ands = [each.false if settles else each.true for each in found]
        ors = [each.true if settles else each.false for each in found]
        return Sides(
            f"({' and '.join(ands)})",
            f"({' or '.join(ors)})",
            any(each.nullable for each in found),
            sum(each.cost for each in found) + 1,
        )
