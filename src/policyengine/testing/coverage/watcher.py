"""The reference interpreter with an eye on some nodes: what each came out as."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from policyengine import core
from policyengine.core import Expr
from policyengine.facts import Facts
from policyengine.interpreter import Interpreter
from policyengine.testing.coverage.boundaries import sides
from policyengine.testing.coverage.granularity import distance
from policyengine.testing.coverage.points import Point


class Watched:
    """The nodes of one policy that its points are about, looked up by identity."""

    def __init__(self, policy: core.Policy, points: Iterable[Point]) -> None:
        self.policy = policy
        self.points = tuple(points)
        self.nodes: set[int] = set()
        self.operands: set[int] = set()
        self.compared: set[int] = set()
        for point in self.points:
            if isinstance(point.node, core.Compare):
                self.compared.add(id(point.node))
                self.operands |= {id(point.node.left), id(point.node.right)}
            elif point.node is not None:
                self.nodes.add(id(point.node))
        self.tables = {
            id(definition.value): definition.value
            for definition in policy.definitions.values()
            if isinstance(definition.value, core.Table)
        }


class Watcher(Interpreter):
    """Evaluates as the interpreter does and remembers the values of watched nodes.

    A condition within a loop is seen once for each turn.
    """

    def __init__(self, policy: core.Policy, facts: Facts, watched: Watched) -> None:
        self.watched = watched
        self.seen: dict[int, list[Any]] = {}
        self.pairs: dict[int, list[tuple[Any, Any]]] = {}
        self._operand: dict[int, Any] = {}
        super().__init__(policy, facts)

    def value(self, expr: Expr, scope: Mapping[str, Any]) -> Any:
        found = super().value(expr, scope)
        key = id(expr)
        watched = self.watched
        if key in watched.operands:
            self._operand[key] = found
        if key in watched.nodes:
            self.seen.setdefault(key, []).append(found)
        if key in watched.compared:
            assert isinstance(expr, core.Compare)
            pair = self._operand.get(id(expr.left)), self._operand.get(id(expr.right))
            self.pairs.setdefault(key, []).append(pair)
        return found

    def answers(self, rules: Mapping[str, str]) -> Iterator[tuple[int, str]]:
        """(point number, answer) of everything seen; `rules` are the outcomes by id."""
        for number, point in enumerate(self.watched.points):
            if point.applied and rules.get(point.owner) == "not_applicable":
                continue
            if point.kind == "outcome":
                if point.owner in rules:
                    yield number, rules[point.owner]
            elif point.kind == "boundary":
                yield from ((number, side) for side in self._sides(point))
            elif point.kind == "row":
                if self._hit(point):
                    yield number, "hit"
            else:
                for value in self.seen.get(id(point.node), ()):
                    if value is None or isinstance(value, bool):
                        yield number, "unknown" if value is None else str(value).lower()

    def distances(self, rules: Mapping[str, str]) -> Iterator[tuple[int, Decimal, Any]]:
        """(point number, distance from the limit, value) of everything held against a limit."""
        for number, point in enumerate(self.watched.points):
            if point.applied and rules.get(point.owner) == "not_applicable":
                continue
            if point.kind == "boundary":
                for value, limit in self._pairs(point):
                    apart = distance(value, limit)
                    if apart is not None:
                        yield number, apart, value

    def _sides(self, point: Point) -> Iterator[str]:
        assert point.step is not None
        for value, limit in self._pairs(point):
            yield from sides(value, limit, point.step)

    def _pairs(self, point: Point) -> Iterator[tuple[Any, Any]]:
        """What was compared with the limit, and the limit."""
        for left, right in self.pairs.get(id(point.node), ()):
            yield (right, left) if point.flipped else (left, right)

    def _hit(self, point: Point) -> bool:
        """Whether a table took a row: it matched, and under F none before it did."""
        for table in self.watched.tables.values():
            rows = [self.seen.get(id(row.condition), [None])[-1] for row in table.rows]
            if point.node is table:
                return bool(self.seen.get(id(table))) and all(row is False for row in rows)
            for row, value in zip(table.rows, rows, strict=True):
                if row.condition is point.node:
                    return value is True
                if table.hit_policy == "F" and value is not False:
                    break
        return False
