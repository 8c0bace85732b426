"""The reference interpreter: slow, obvious, the oracle every other executor is held to.

It evaluates all parts of `and`, `or` and the like, so that the errors and the steps it
counts do not depend on an order of evaluation; only `if` chooses. Unknown is `None`, and it
propagates through everything but Kleene's connectives, quantifiers and membership.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cmp_to_key
from typing import Any, assert_never

from policyengine import combining, core
from policyengine.core import Expr
from policyengine.decision import Outcome
from policyengine.errors import BudgetError, Diagnostic
from policyengine.facts import DECISION_STEPS, FREE_TEXT, RULE_STEPS, Facts
from policyengine.feel.builtins import BUILTINS
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

#: Lists and contexts that a value may hold within each other.
MAX_DEPTH = 64
#: Elements of a list made so far that one step pays for, where a loop reads `partial`.
_COPIED_A_STEP = 100


class Located(Record):
    """An error while evaluating, and where."""

    code: str
    message: str
    span: Span


class RuleResult(Record):
    """What became of a rule, before waivers, and the truth values it follows from.

    `faults` holds the errors that left it unknown; it is empty for every other outcome. `over`
    names those of `applies`, `unless` and `requirement` that ran out of steps.
    """

    outcome: Outcome
    applies: Truth
    unless: Truth
    requirement: Truth
    faults: tuple[Located, ...]
    over: tuple[str, ...] = ()


class _OutOfStepsError(Exception):
    pass


class Interpreter:
    """Evaluates one policy on one set of facts. Definitions and scores are worked out first,
    unless another interpreter on the same facts has `settled` them."""

    def __init__(
        self,
        policy: core.Policy,
        facts: Facts,
        *,
        rule_steps: int = RULE_STEPS,
        decision_steps: int = DECISION_STEPS,
        settled: Interpreter | None = None,
    ) -> None:
        self.policy = policy
        self.facts = facts
        self.rule_steps = rule_steps
        self.left = decision_steps
        self.steps = 0
        #: whether what was evaluated last ran out of a rule's steps
        self.spent = False
        self.costs: dict[int, tuple[int, ...]] = {}
        self.faults: list[Located] = []
        #: the size of each list and context met; kept with it, so that its id stays its own
        self.sizes: dict[int, tuple[tuple[int, int], Any]] = {}
        #: what became of the rules evaluated so far, by id
        self.results: dict[str, RuleResult] = {}
        self.derived: dict[str, tuple[Any, tuple[Located, ...]]] = {}
        self.scores: dict[str, tuple[Decimal | None, tuple[Located, ...]]] = {}
        if settled is not None:
            self.derived, self.scores = settled.derived, settled.scores
            return
        for name in policy.order:
            if name in policy.definitions:
                self.derived[name] = self.guarded(policy.definitions[name].value)
            else:
                card = policy.scorecards[name.removeprefix("score.")]
                self.scores[card.id] = self._score(card)

    # whole rules ---------------------------------------------------------------------------

    def rule(self, rule: core.Rule) -> RuleResult:
        """The outcome of a rule before waivers, worked out once. Raises `BudgetError` for the
        decision's."""
        known = self.results.get(rule.id)
        if known is None:
            known = self.results[rule.id] = self._rule(rule)
        return known

    def _rule(self, rule: core.Rule) -> RuleResult:
        if not self.in_force(rule) or self.disarmed(rule):
            return RuleResult(Outcome.NOT_APPLICABLE, False, False, None, ())
        self.steps = 0
        over: list[str] = []
        applies, applies_faults = self._part(rule.applies, "applies", over, absent=True)
        unless, unless_faults = self._part(rule.unless, "unless", over, absent=False)
        requirement, faults = self._part(rule.requirement, "requirement", over, absent=True)
        if self.facts.final:
            # what is still unknown counts against the deal; an error stays unknown
            applies = True if applies is None and not applies_faults else applies
            unless = False if unless is None and not unless_faults else unless
            requirement = False if requirement is None and not faults else requirement
        outcome = combining.outcome(applies, unless, requirement)
        shown = applies_faults + unless_faults + faults if outcome is Outcome.UNKNOWN else ()
        return RuleResult(outcome, applies, unless, requirement, shown, tuple(over))

    def _part(
        self, expr: Expr | None, name: str, over: list[str], *, absent: bool
    ) -> tuple[Truth, tuple[Located, ...]]:
        self.spent = False
        value, faults = self.truth(expr, absent=absent)
        if self.spent:
            over.append(name)
        return value, faults

    def in_force(self, rule: core.Rule) -> bool:
        """Whether the as-of date lies in the rule's `effective` dates, both included."""
        if rule.effective_from is None and rule.effective_until is None:
            return True
        as_of = self.facts.as_of
        assert as_of is not None, "the engine asks for an as-of date where a policy needs one"
        day = as_of.to_python()
        if rule.effective_from is not None and day < rule.effective_from:
            return False
        return rule.effective_until is None or day <= rule.effective_until

    def disarmed(self, rule: core.Rule) -> bool:
        """Whether the requirement reads nothing but terms listed as not applicable."""
        listed = self.facts.deal.not_applicable
        if not listed:
            return False
        reads = core.terms_read(self.policy, rule.requirement)
        return bool(reads) and reads <= listed

    def truth(self, expr: Expr | None, *, absent: bool) -> tuple[Truth, tuple[Located, ...]]:
        """The truth value of a condition, and the errors met in it; `absent` if there is none."""
        if expr is None:
            return absent, ()
        value, faults = self.guarded(expr, keep_steps=True)
        if value is None or isinstance(value, bool):
            return value, faults
        return None, (*faults, _not_a_condition(expr))

    def guarded(self, expr: Expr, *, keep_steps: bool = False) -> tuple[Any, tuple[Located, ...]]:
        """A value and the errors met on the way; over budget it is unknown with an error."""
        if not keep_steps:
            self.steps = 0
        outer, self.faults = self.faults, []
        try:
            value = self.value(expr, {})
        except _OutOfStepsError:
            value = None
            self.spent = True
            message = f"took more than {self.rule_steps} steps"
            self.faults.append(Located("budget-exceeded", message, expr.span))
        faults, self.faults = tuple(dict.fromkeys(self.faults)), outer
        return value, faults

    def _score(self, card: core.Scorecard) -> tuple[Decimal | None, tuple[Located, ...]]:
        total: Decimal | None = Decimal(0)
        faults: list[Located] = []
        for item in card.items:
            points, more = self.guarded(item.points)
            self.steps = 0
            holds, also = self.truth(item.when, absent=True)
            faults += [*more, *also]
            if holds is None or points is None:
                total = None
            elif holds and total is not None:
                try:
                    total = arithmetic.add(total, points)
                except Fault as fault:
                    faults.append(Located(fault.code, fault.message, item.span))
                    total = None
        return total, tuple(faults)

    # expressions ---------------------------------------------------------------------------

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
                self.step(len(_as_list(listed)))
                return list_contains(_as_list(listed), wanted)
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
            case core.For(iterators=iterators, body=body):
                domain, known = self._product(iterators, body, scope)
                made: list[Any] = []
                partial = any(
                    isinstance(node, core.Local) and node.name == "partial"
                    for node in core.walk(body)
                )
                for inner in domain:
                    if partial:  # what has been made so far; a copy for each turn
                        self.step(len(made) // _COPIED_A_STEP)
                        inner = {**inner, "partial": tuple(made)}
                    made.append(self.value(body, inner))
                return self.made(tuple(made)) if known[0] else None
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
        self.faults.append(_not_a_condition(expr))
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

    # loops -------------------------------------------------------------------------------

    def step(self, count: int = 1) -> None:
        """Pay for steps; raises when the rule's or the decision's budget is spent."""
        self.steps += count
        self.left -= count
        if self.left < 0:
            raise BudgetError(
                Diagnostic(
                    "decision-budget-exceeded",
                    "the decision took more steps than it may; there is no verdict",
                    hint="shorten the lists that rules loop over",
                )
            )
        if self.steps > self.rule_steps:
            raise _OutOfStepsError

    def made(self, value: Any) -> Any:
        """A value that was made; a list or context too large to walk is out of budget."""
        size, depth = self._size(value)
        if size - 1 > self.rule_steps or depth > MAX_DEPTH:
            raise _OutOfStepsError
        return value

    def _size(self, value: Any) -> tuple[int, int]:
        """The elements of a value at all depths, shared ones each time they occur, and how
        deep it is; remembered, so that sharing costs nothing to count."""
        if not isinstance(value, tuple | dict):
            return 1, 0
        known = self.sizes.get(id(value))
        if known is None:
            below = list(map(self._size, value.values() if isinstance(value, dict) else value))
            size = 1 + sum(part for part, _ in below)
            known = (size, 1 + max((depth for _, depth in below), default=0)), value
            self.sizes[id(value)] = known
        return known[0]

    def _costs(self, iterators: tuple[tuple[str, Expr], ...], body: Expr) -> tuple[int, ...]:
        """What a turn of each iterator costs, remembered: a loop may stand in a loop."""
        known = self.costs.get(id(body))
        if known is None:
            known = self.costs[id(body)] = core.turn_costs(iterators, body)
        return known

    def _domain(self, over: Expr, scope: Mapping[str, Any]) -> Iterator[Any] | None:
        """What an iterator runs over, made lazily; None for unknown."""
        if isinstance(over, core.Counting):
            low, high = self.value(over.low, scope), self.value(over.high, scope)
            if low is None or high is None:
                return None
            return _count(low, high)
        value = self.value(over, scope)
        return None if value is None else iter(_as_list(value))

    def _product(
        self, iterators: tuple[tuple[str, Expr], ...], body: Expr, scope: Mapping[str, Any]
    ) -> tuple[Iterator[dict[str, Any]], list[bool]]:
        """Scopes over the product of the iterators. The list's one element says, once the
        iterator is exhausted, whether every domain was known."""
        known = [True]
        costs = self._costs(iterators, body)

        def product(number: int, inner: dict[str, Any]) -> Iterator[dict[str, Any]]:
            if number == len(iterators):
                yield inner
                return
            name, over = iterators[number]
            domain = self._domain(over, inner)
            if domain is None:
                known[0] = False
                return
            for value in domain:
                self.step(costs[number])
                yield from product(number + 1, {**inner, name: value})

        return product(0, dict(scope)), known

    def _filter(self, expr: core.Filter, scope: Mapping[str, Any]) -> Any:
        value = self.value(expr.of, scope)
        if value is None:
            return None
        kept = []
        unknown = False
        (cost,) = self._costs((), expr.condition)
        for item in _as_list(value):
            self.step(cost)
            keep = self._truth(expr.condition, {**scope, expr.name: item})
            unknown = unknown or keep is None
            if keep:
                kept.append(item)
        return None if unknown else tuple(kept)

    def _sort(self, expr: core.SortBy, scope: Mapping[str, Any]) -> Any:
        value = self.value(expr.of, scope)
        if value is None:
            return None
        unknown = False
        (cost,) = self._costs((), expr.precedes)

        def order(left: Any, right: Any) -> int:
            nonlocal unknown
            self.step(cost)
            first, second = expr.names
            before = self._truth(expr.precedes, {**scope, first: left, second: right})
            if before is None:
                unknown = True
                return 0
            if before:
                return -1
            after = self._truth(expr.precedes, {**scope, first: right, second: left})
            unknown = unknown or after is None
            return 1 if after else 0

        made = tuple(sorted(_as_list(value), key=cmp_to_key(order)))
        return None if unknown else made


def _not_a_condition(expr: Expr) -> Located:
    return Located("type-mismatch", "a condition is true or false", expr.span)


def _cost(argument: Any) -> int:
    """The steps a function takes for an argument: one for each element of a list, one for
    four characters of a long text."""
    if isinstance(argument, tuple):
        return len(argument)
    if isinstance(argument, str) and len(argument) > FREE_TEXT:
        return (len(argument) - FREE_TEXT) // 4
    return 0


def _as_list(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _index(value: Any, position: Any) -> Any:
    if value is None or position is None:
        return None
    if not isinstance(position, Decimal):
        raise Fault("bad-index", "an index is a whole number from 1, or from -1 backwards")
    return access.index(_as_list(value), position)


def _count(low: Any, high: Any) -> Iterator[Decimal]:
    if not isinstance(low, Decimal) or not isinstance(high, Decimal):
        raise Fault("type-mismatch", "a loop counts from a number to a number")
    step = 1 if low <= high else -1
    current = low
    while (current <= high) if step > 0 else (current >= high):
        yield current
        current = arithmetic.add(current, Decimal(step))
