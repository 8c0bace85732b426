"""Expressions of the core as symbolic values.

One method a node, in step with the reference interpreter. What has no linear form becomes a
free value of its type, and its text and the reason are named in `open`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from policyengine import core
from policyengine.core import Expr
from policyengine.symbolic import access, bools, loops
from policyengine.symbolic.arithmetic import calculated, negated
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.calls import called
from policyengine.symbolic.comparing import NoFormError, compared, member
from policyengine.symbolic.merging import pick
from policyengine.symbolic.space import Space
from policyengine.symbolic.tables import settled
from policyengine.symbolic.values import (
    AMOUNTS,
    NUMBER,
    Fields,
    Fixed,
    Free,
    Listing,
    Number,
    Slot,
    Truth,
    Value,
    as_truth,
    lifted,
    shared_factor,
    times,
)
from policyengine.symbolic.z import z3
from policyengine.values.temporal import Date

Scope = Mapping[str, Value]


class Encoder:
    """Encodes one policy over one space, for a date and a way to read silence.

    A parameter's value may be a symbolic one, for questions about all its values. `open` holds
    what was left free, by the text of the expression, and why.
    """

    def __init__(
        self,
        policy: core.Policy,
        space: Space,
        parameters: Mapping[str, Any],
        as_of: Date | None,
        *,
        final: bool = False,
    ) -> None:
        self.policy = policy
        self.space = space
        self.parameters = parameters
        self.as_of = as_of
        self.final = final
        self.open: dict[str, str] = {}
        #: when an error was met, in what is being encoded
        self.faults: list[Bool] = []
        self._derived: dict[str, tuple[Value, Bool]] = {}
        self._free: dict[Expr, tuple[Value, Bool]] = {}
        self._named: str | None = None

    # entry points ------------------------------------------------------------------------------

    def guarded(self, expr: Expr) -> tuple[Value, Bool]:
        """The value of an expression, and when an error is met in it."""
        outer, self.faults = self.faults, []
        value = self.value(expr, {})
        fault, self.faults = bools.some(self.faults), outer
        return value, fault

    def truth_of(self, expr: Expr) -> tuple[Truth, Bool]:
        """The truth value of a condition, and when an error is met in it."""
        value, fault = self.guarded(expr)
        return as_truth(value), fault

    def derived(self, name: str) -> tuple[Value, Bool]:
        """A definition, a table or a scorecard (`score.id`), encoded once."""
        found = self._derived.get(name)
        if found is None:
            if name in self.policy.definitions:
                found = self.guarded(self.policy.definitions[name].value)
            else:
                found = self._score(self.policy.scorecards[name.removeprefix("score.")])
            self._derived[name] = found
        return found

    def name(self, why: str) -> None:
        """Name something the encoding leaves out."""
        self.open.setdefault(self._named or "", why)

    def free_truth(self, why: str) -> Bool:
        self.name(f"{why} is left open")
        return bools.fresh("open")

    # expressions -------------------------------------------------------------------------------

    def value(self, expr: Expr, scope: Scope) -> Value:
        """The symbolic value of an expression."""
        if isinstance(expr, core.Leaf):
            return self.value(expr.of, scope)
        outer, self._named = self._named, " ".join(expr.span.text.split()) or self._named
        try:
            return _ENCODE[type(expr)](self, expr, scope)
        except NoFormError as why:
            return self._left_free(expr, scope, str(why))
        finally:
            self._named = outer

    def truth(self, expr: Expr, scope: Scope) -> Truth:
        return as_truth(self.value(expr, scope))

    def _left_free(self, expr: Expr, scope: Scope, why: str) -> Value:
        self.name(why)
        found = self._free.get(expr) if not scope else None
        if found is None:
            # unknown by an error, or merely unknown: that is open as well
            value = self._fresh(expr)
            found = value, bools.both(bools.no(value.known), bools.fresh("error"))
            if not scope:
                self._free[expr] = found
        self.faults.append(found[1])
        return found[0]

    def _fresh(self, expr: Expr) -> Value:
        known = bools.fresh("known")
        kind = expr.type.kind
        if kind == "boolean":
            holds = bools.fresh("holds")
            return Truth(bools.both(known, holds), bools.both(known, bools.no(holds)))
        if kind in AMOUNTS:
            fresh = z3.FreshReal if kind == NUMBER else z3.FreshInt
            return Number(known, fresh("open"), Fraction(1), kind)
        return Free(known)

    def _score(self, card: core.Scorecard) -> tuple[Value, Bool]:
        known: list[Bool] = []
        faults: list[Bool] = []
        terms: list[tuple[Bool, Number]] = []
        for item in card.items:
            points, more = self.guarded(item.points)
            when, also = self.truth_of(item.when)
            faults += [more, also]
            number = lifted(points)
            known.append(bools.both(when.known, number.known))
            if isinstance(number, Number):
                terms.append((when.true, number))
            elif number.known is not False:
                self.open.setdefault(f"score.{card.id}", "points this far from one are left open")
                terms.append((when.true, Number(True, z3.FreshReal("open"), Fraction(1))))
        shared = shared_factor(tuple(n.factor for _, n in terms) or (Fraction(1),))
        total: Any = 0
        for holds, number in terms:
            total = total + bools.choose(holds, times(number, shared), 0)
        return Number(bools.every(known), total, shared, NUMBER), bools.some(faults)

    # leaves of the tree --------------------------------------------------------------------------

    def _constant(self, expr: core.Const, scope: Scope) -> Value:
        return Fixed(expr.value)

    def _term(self, expr: core.Term, scope: Scope) -> Value:
        return self.space.term(expr.path)

    def _derived_name(self, expr: core.Derived, scope: Scope) -> Value:
        value, fault = self.derived(expr.name)
        self.faults.append(fault)
        return value

    def _score_of(self, expr: core.ScoreOf, scope: Scope) -> Value:
        value, fault = self.derived(f"score.{expr.id}")
        self.faults.append(fault)
        return value

    def _parameter(self, expr: core.Parameter, scope: Scope) -> Value:
        value = self.parameters.get(expr.name)
        return value if isinstance(value, Value) else Fixed(value)

    def _as_of(self, expr: core.AsOf, scope: Scope) -> Value:
        return Fixed(self.as_of)

    def _local(self, expr: core.Local, scope: Scope) -> Value:
        return scope[expr.name]

    def _stated(self, expr: core.Stated, scope: Scope) -> Value:
        stated = self.space.stated(expr.path)
        return Truth(stated, bools.no(stated) if self.final else False)

    def _is_null(self, expr: core.IsNull, scope: Scope) -> Value:
        outer, self.faults = self.faults, []
        value = self.value(expr.of, scope)
        fault, self.faults = bools.some(self.faults), outer
        self.faults.append(fault)
        absent = bools.both(bools.no(value.known), bools.no(fault)) if self.final else False
        return Truth(absent, value.known)

    # logic -------------------------------------------------------------------------------------

    def _and(self, expr: core.And, scope: Scope) -> Value:
        parts = [self.truth(part, scope) for part in expr.parts]
        return Truth(
            bools.every(part.true for part in parts), bools.some(part.false for part in parts)
        )

    def _or(self, expr: core.Or, scope: Scope) -> Value:
        parts = [self.truth(part, scope) for part in expr.parts]
        return Truth(
            bools.some(part.true for part in parts), bools.every(part.false for part in parts)
        )

    def _not(self, expr: core.Not, scope: Scope) -> Value:
        of = self.truth(expr.of, scope)
        return Truth(of.false, of.true)

    def _at_least(self, expr: core.AtLeast, scope: Scope) -> Value:
        parts = [self.truth(part, scope) for part in expr.parts]
        possible = bools.at_least(expr.count, [bools.no(part.false) for part in parts])
        return Truth(bools.at_least(expr.count, [part.true for part in parts]), bools.no(possible))

    def _if(self, expr: core.If, scope: Scope) -> Value:
        condition = self.truth(expr.condition, scope)
        branches = []
        for guard, branch in ((condition.true, expr.then), (condition.false, expr.otherwise)):
            branches.append((guard, self.under(guard, branch, scope)))
        made = pick(branches)
        if made is None:
            raise NoFormError("its branches give values of different forms")
        return made

    def under(self, guard: Bool, expr: Expr, scope: Scope) -> Value:
        """A value whose errors count only where a guard holds."""
        outer, self.faults = self.faults, []
        value = self.value(expr, scope)
        fault, self.faults = bools.some(self.faults), outer
        self.faults.append(bools.both(guard, fault))
        return value

    # values ------------------------------------------------------------------------------------

    def _compare(self, expr: core.Compare, scope: Scope) -> Value:
        left, right = self.value(expr.left, scope), self.value(expr.right, scope)
        return compared(self, expr.op, left, right, unordered=expr.unordered)

    def _arith(self, expr: core.Arith, scope: Scope) -> Value:
        return calculated(
            self, expr.op, self.value(expr.left, scope), self.value(expr.right, scope)
        )

    def _neg(self, expr: core.Neg, scope: Scope) -> Value:
        return negated(self, self.value(expr.of, scope))

    def _member(self, expr: core.Member, scope: Scope) -> Value:
        return member(self, self.value(expr.value, scope), self.value(expr.options, scope))

    def _list_of(self, expr: core.ListOf, scope: Scope) -> Value:
        items = [self.value(item, scope) for item in expr.items]
        if all(type(item) is Fixed for item in items):
            return Fixed(tuple(item.value for item in items if isinstance(item, Fixed)))
        return Listing(True, tuple(Slot(True, item) for item in items), positional=True)

    def _context_of(self, expr: core.ContextOf, scope: Scope) -> Value:
        inner = dict(scope)
        made = {}
        for name, entry in expr.entries:
            made[name] = inner[name] = self.value(entry, inner)
        return Fields(True, made)

    def _call(self, expr: core.Call, scope: Scope) -> Value:
        return called(self, expr.name, [self.value(arg, scope) for arg in expr.args])

    def _field(self, expr: core.Field, scope: Scope) -> Value:
        return access.property_of(self, self.value(expr.of, scope), expr.name)

    def _instance_of(self, expr: core.InstanceOf, scope: Scope) -> Value:
        return access.is_instance(self.value(expr.of, scope), expr.wanted)

    def _index(self, expr: core.Index, scope: Scope) -> Value:
        return access.element(self, self.value(expr.of, scope), self.value(expr.index, scope))

    # loops and tables --------------------------------------------------------------------------

    def _quantified(self, expr: core.Quantified, scope: Scope) -> Value:
        return loops.quantified(self, expr, scope)

    def _for(self, expr: core.For, scope: Scope) -> Value:
        return loops.made(self, expr, scope)

    def _filter(self, expr: core.Filter, scope: Scope) -> Value:
        return loops.filtered(self, expr, scope)

    def _table(self, expr: core.Table, scope: Scope) -> Value:
        conditions = [self.truth(row.condition, scope) for row in expr.rows]
        outputs = [self.value(row.output, scope) for row in expr.rows]
        default = self.value(expr.default, scope) if expr.default is not None else None
        return settled(self, expr, conditions, outputs, default)

    def _no_form(self, expr: Expr, scope: Scope) -> Value:
        raise NoFormError("it has no linear form")


_ENCODE: Mapping[type, Callable[[Encoder, Any, Scope], Value]] = {
    core.Const: Encoder._constant,
    core.Term: Encoder._term,
    core.Derived: Encoder._derived_name,
    core.ScoreOf: Encoder._score_of,
    core.Parameter: Encoder._parameter,
    core.AsOf: Encoder._as_of,
    core.Local: Encoder._local,
    core.Field: Encoder._field,
    core.Stated: Encoder._stated,
    core.IsNull: Encoder._is_null,
    core.And: Encoder._and,
    core.Or: Encoder._or,
    core.Not: Encoder._not,
    core.AtLeast: Encoder._at_least,
    core.Compare: Encoder._compare,
    core.Arith: Encoder._arith,
    core.Neg: Encoder._neg,
    core.Member: Encoder._member,
    core.ListOf: Encoder._list_of,
    core.ContextOf: Encoder._context_of,
    core.Call: Encoder._call,
    core.If: Encoder._if,
    core.Quantified: Encoder._quantified,
    core.For: Encoder._for,
    core.Filter: Encoder._filter,
    core.Index: Encoder._index,
    core.InstanceOf: Encoder._instance_of,
    core.Table: Encoder._table,
    core.RangeOf: Encoder._no_form,
    core.Counting: Encoder._no_form,
    core.SortBy: Encoder._no_form,
}
