"""What the watcher sees in one deal, for all deals: answers of points as propositions.

A proposition may hold of a deal that does not give the answer (an `if` is looked at without
what an error in it would stop), never fail to hold of one that does: so what is impossible of
it is impossible of the answer, and what is possible is still to be evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from policyengine import core
from policyengine.core import Expr
from policyengine.decision import Outcome
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.encoder import Encoder
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.rules import PolicyForm
from policyengine.symbolic.setting import Setting
from policyengine.symbolic.values import Number, Value, aligned, as_truth, lifted, wholly_known
from policyengine.testing.coverage.parts import Part
from policyengine.testing.coverage.points import Point
from policyengine.testing.coverage.watcher import Watched


class _Watching(Encoder):
    """Encodes as the encoder does and remembers the values of watched nodes, each with when it
    is evaluated: once for each turn of a loop."""

    def __init__(self, problem: Problem, watched: Watched) -> None:
        setting = problem.setting
        super().__init__(
            setting.policy, problem.space, setting.parameters, setting.as_of, final=setting.final
        )
        self.watched = watched
        self.seen: dict[int, list[tuple[Bool, Value]]] = {}
        self.pairs: dict[int, list[tuple[Bool, Value, Value]]] = {}
        self._operand: dict[int, Value] = {}
        self._guards: tuple[Bool, ...] = ()

    def value(self, expr: Expr, scope: Mapping[str, Value]) -> Value:
        found = super().value(expr, scope)
        key = id(expr)
        watched = self.watched
        if key in watched.operands:
            self._operand[key] = found
        if key in watched.nodes:
            self.seen.setdefault(key, []).append((bools.every(self._guards), found))
        if key in watched.compared:
            assert isinstance(expr, core.Compare)
            pair = self._operand[id(expr.left)], self._operand[id(expr.right)]
            self.pairs.setdefault(key, []).append((bools.every(self._guards), *pair))
        return found

    def under(self, guard: Bool, expr: Expr, scope: Mapping[str, Value]) -> Value:
        outer, self._guards = self._guards, (*self._guards, guard)
        try:
            return super().under(guard, expr, scope)
        finally:
            self._guards = outer

    def derived(self, name: str) -> tuple[Value, Bool]:
        # worked out before any rule, wherever it is read first
        outer, self._guards = self._guards, ()
        try:
            return super().derived(name)
        finally:
            self._guards = outer


class View:
    """One part of a policy over all deals of a setting; `exact` as a `Problem` takes it."""

    def __init__(
        self, part: Part, setting: Setting, watched: Watched, *, exact: bool, finer: int, work: int
    ) -> None:
        self.part = part
        self.problem = Problem(setting, exact=exact, finer=finer, work=work)
        self._encoder = _Watching(self.problem, watched)
        self.problem.encoder = self._encoder
        self.problem.form = PolicyForm(self._encoder)
        if part.rule is not None:
            self.problem.form.rule(part.rule.id)
        for name in part.policy.order:
            self._encoder.derived(name)

    @property
    def limits(self) -> tuple[str, ...]:
        """What of the part, or of the terms it reads, is not looked at whole."""
        problem, terms = self.problem, self.part.terms
        found = [f"`{text}`: {why}" for text, why in self._encoder.open.items()]
        limits = problem.space.limits
        found += [f"`{path}`: {limits[path]}" for path in terms if path in limits]
        return (*found, *problem.lengths(terms))

    def answers(self, point: Point, answer: str) -> Bool:
        """That a deal gives an answer."""
        if point.kind == "outcome":
            return self.problem.outcome(point.owner, Outcome(answer))
        if point.kind == "row":
            return self._hit(point)
        if point.kind == "boundary":
            found = self._beside(point, answer)
        else:
            found = self._comes_out(point, answer)
        if point.applied:
            skipped = self.problem.outcome(point.owner, Outcome.NOT_APPLICABLE)
            return bools.both(bools.no(skipped), found)
        return found

    def _comes_out(self, point: Point, answer: str) -> Bool:
        found = []
        for guard, value in self._encoder.seen.get(id(point.node), ()):
            truth = as_truth(value)
            is_ = {"true": truth.true, "false": truth.false}.get(answer, bools.no(truth.known))
            found.append(bools.both(guard, is_))
        return bools.some(found)

    def _beside(self, point: Point, side: str) -> Bool:
        assert point.step is not None
        found = []
        for guard, left, right in self._encoder.pairs.get(id(point.node), ()):
            value, limit = (right, left) if point.flipped else (left, right)
            known = bools.both(wholly_known(value), wholly_known(limit))
            found.append(bools.every([guard, known, _lies(value, limit, side, point.step)]))
        return bools.some(found)

    def _hit(self, point: Point) -> Bool:
        """That a table takes a row: it matches, and under F no row before it does."""
        for table in self._encoder.watched.tables.values():
            rows = [row.condition for row in table.rows]
            if point.node is not table and not any(row is point.node for row in rows):
                continue
            before: list[Bool] = []
            for row in rows:
                ((_, value),) = self._encoder.seen[id(row)]
                truth = as_truth(value)
                if row is point.node:
                    earlier = before if table.hit_policy == "F" else []
                    return bools.every([truth.true, *earlier])
                before.append(truth.false)
            return bools.every(before)
        return False


def _lies(value: Value, limit: Value, side: str, width: Decimal) -> Bool:
    """That a value lies at a limit, or no further than a width above or below it."""
    one, two = lifted(value), lifted(limit)
    if not isinstance(one, Number) or not isinstance(two, Number):
        return True  # no form: it is found out when the deal is evaluated
    a, b, shared = aligned(one, two)
    if side == "at":
        return a == b
    most = Fraction(width) / shared
    apart = a - b if side == "above" else b - a
    return bools.both(apart > 0, apart * most.denominator <= most.numerator)
