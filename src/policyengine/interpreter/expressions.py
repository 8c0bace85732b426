"""What each node of the core comes to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, assert_never

from policyengine import core
from policyengine.core import Expr
from policyengine.facts import FREE_TEXT, Facts
from policyengine.feel.builtins import BUILTINS
from policyengine.interpreter.loops import Loops, as_list
from policyengine.operators import access, arithmetic
from policyengine.operators.fault import Fault
from policyengine.operators.membership import compare_by, list_contains
from policyengine.operators.typing import instance_of
from policyengine.operators.unknown import has_unknown, same_members
from policyengine.source import Span
from policyengine.tables import settle
from policyengine.values.logic import Truth, at_least, conjunction, disjunction, negation
from policyengine.values.ranges import Range
from policyengine.values.record import Record


class Located(Record):
    """An error while evaluating, and where."""

    code: str
    message: str
    span: Span


class Expressions(Loops):
    """Evaluates expressions on one set of facts, over what is `derived` and the `scores`."""

    def __init__(self, facts: Facts, rule_steps: int, decision_steps: int) -> None:
        super().__init__(rule_steps, decision_steps)
        self.facts = facts
        self.faults: list[Located] = []
        self.derived: dict[str, tuple[Any, tuple[Located, ...]]] = {}
        self.scores: dict[str, tuple[Decimal | None, tuple[Located, ...]]] = {}

    def value(self, expr: Expr, scope: Mapping[str, Any]) -> Any:
        """The value of an expression, or None for unknown; errors are added to `faults`."""
        try:
            return self._value(expr, scope)
        except Fault as fault:
            self.faults.append(Located(fault.code, fault.message, expr.span))
            return None

    def _value(self, expr: Expr, scope: Mapping[str, Any]) -> Any:
        match expr:
            case core.Const(value=value):
                return value
            case core.Term(path=path):
                return self.facts.term(path)
            case core.Derived(name=name):
                value, faults = self.derived[name]
                self.faults.extend(faults)
                return value
            case core.ScoreOf(id=name):
                value, faults = self.scores[name]
                self.faults.extend(faults)
                return value
            case core.Parameter(name=name):
                # absent only where a rule out of force asks for one that has no value yet
                return self.facts.parameters.get(name)
            case core.AsOf():
                return self.facts.as_of
            case core.Local(name=name):
                return scope[name]
            case core.Field(of=of, name=name):
                return self._field(self.value(of, scope), name)
            case core.Stated(path=path):
                if self.facts.is_stated(path):
                    return True
                return False if self.facts.final else None
            case core.IsNull(of=of):
                before = len(self.faults)
                if self.value(of, scope) is not None:
                    return False
                return True if self.facts.final and len(self.faults) == before else None
            case core.Leaf(of=of):
                return self.value(of, scope)
            case core.And(parts=parts):
                return conjunction([self._truth(part, scope) for part in parts])
            case core.Or(parts=parts):
                return disjunction([self._truth(part, scope) for part in parts])
            case core.Not(of=of):
                return negation(self._truth(of, scope))
            case core.AtLeast(count=count, parts=parts):
                return at_least(count, [self._truth(part, scope) for part in parts])
            case core.Compare():
                return self._compare(expr, scope)
            case core.Arith(op=op, left=left, right=right):
                first, second = self.value(left, scope), self.value(right, scope)
                if has_unknown(first) or has_unknown(second):
                    return None
                return arithmetic.OPERATIONS[op](first, second)
            case core.Neg(of=of):
                value = self.value(of, scope)
                return None if value is None else arithmetic.negate(value)
            case core.Member(value=member, options=options):
                wanted, listed = self.value(member, scope), self.value(options, scope)
                if has_unknown(wanted) or listed is None:
                    return None
                self.step(len(as_list(listed)))
                return list_contains(as_list(listed), wanted)
            case core.ListOf(items=items):
                self.step(len(items))
                return self.made(tuple(self.value(item, scope) for item in items))
            case core.ContextOf(entries=entries):
                inner = dict(scope)
                for name, entry in entries:
                    inner[name] = self.value(entry, inner)
                return self.made({name: inner[name] for name, _ in entries})
            case core.RangeOf():
                return self._range(expr, scope)
            case core.Call(name=name, args=args):
                return self._call(name, [self.value(arg, scope) for arg in args])
            case core.If(condition=condition, then=then, otherwise=otherwise):
                chosen = self._truth(condition, scope)
                if chosen is None:
                    return None
                return self.value(then if chosen else otherwise, scope)
            case core.Counting():
                counted = self._domain(expr, scope)
                return None if counted is None else tuple(counted)
            case core.Quantified(kind=kind, iterators=iterators, condition=condition):
                domain, known = self._product(iterators, condition, scope)
                values = [self._truth(condition, inner) for inner in domain]
                if not known[0]:
                    values.append(None)
                return disjunction(values) if kind == "some" else conjunction(values)
            case core.For():
                return self._for_each(expr, scope)
            case core.Filter():
                return self._filter(expr, scope)
            case core.Index(of=of, index=position):
                return _index(self.value(of, scope), self.value(position, scope))
            case core.SortBy():
                return self._sort(expr, scope)
            case core.InstanceOf(of=of, wanted=wanted_type):
                value = self.value(of, scope)
                return None if has_unknown(value) else instance_of(value, wanted_type)
            case core.Table(rows=rows, default=default):
                conditions = [self._truth(row.condition, scope) for row in rows]
                outputs = [self.value(row.output, scope) for row in rows]
                fallback = self.value(default, scope) if default is not None else None
                return settle(expr, conditions, outputs, fallback)
        assert_never(expr)

    def _truth(self, expr: Expr, scope: Mapping[str, Any]) -> Truth:
        value = self.value(expr, scope)
        if value is None or isinstance(value, bool):
            return value
        self.faults.append(not_a_condition(expr))
        return None

    def _compare(self, expr: core.Compare, scope: Mapping[str, Any]) -> Truth:
        left, right = self.value(expr.left, scope), self.value(expr.right, scope)
        if has_unknown(left) or has_unknown(right):
            return None
        if expr.unordered and isinstance(left, tuple) and isinstance(right, tuple):
            same = same_members(left, right)
            return same if expr.op == "=" else negation(same)
        return compare_by(expr.op, left, right)

    def _field(self, value: Any, name: str) -> Any:
        if value is None:
            return None
        if isinstance(value, tuple):
            self.step(len(value))
            return tuple(self._field(item, name) for item in value)
        return access.property_of(value, name)

    def _range(self, expr: core.RangeOf, scope: Mapping[str, Any]) -> Any:
        low = self.value(expr.low, scope) if expr.low is not None else None
        high = self.value(expr.high, scope) if expr.high is not None else None
        if (expr.low is not None and low is None) or (expr.high is not None and high is None):
            return None
        return Range(low, high, expr.low_included, expr.high_included)

    def _call(self, name: str, args: list[Any]) -> Any:
        builtin = BUILTINS[name]
        self.step(sum(map(_cost, args)))
        if not builtin.kleene and any(map(has_unknown, args)):
            return None
        return self.made(builtin.apply(args))


def not_a_condition(expr: Expr) -> Located:
    return Located("type-mismatch", "a condition is true or false", expr.span)


def _cost(argument: Any) -> int:
    """The steps a function takes for an argument: one for each element of a list, one for
    four characters of a long text."""
    if isinstance(argument, tuple):
        return len(argument)
    if isinstance(argument, str) and len(argument) > FREE_TEXT:
        return (len(argument) - FREE_TEXT) // 4
    return 0


def _index(value: Any, position: Any) -> Any:
    if value is None or position is None:
        return None
    if not isinstance(position, Decimal):
        raise Fault("bad-index", "an index is a whole number from 1, or from -1 backwards")
    return access.index(as_list(value), position)
