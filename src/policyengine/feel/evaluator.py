"""A walk over the tree: one method per node, found by its class."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from policyengine.feel import ast
from policyengine.feel.budget import Budget
from policyengine.feel.builtins import BUILTINS
from policyengine.feel.iteration import counted, elements
from policyengine.operators import access, arithmetic
from policyengine.operators.comparison import compare
from policyengine.operators.fault import Fault
from policyengine.operators.membership import compare_by, matches_test
from policyengine.operators.typing import instance_of
from policyengine.values.logic import Truth, conjunction, disjunction, negation
from policyengine.values.ranges import Matcher, Range

_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": arithmetic.add,
    "-": arithmetic.subtract,
    "*": arithmetic.multiply,
    "/": arithmetic.divide,
    "**": arithmetic.power,
}


class Scope:
    """Names and their values, inside those of an outer scope."""

    __slots__ = ("names", "outer")

    def __init__(self, names: Mapping[str, Any], outer: Scope | None = None) -> None:
        self.names = names
        self.outer = outer

    def find(self, name: str) -> tuple[bool, Any]:
        """(whether there is such a name, its value)"""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return True, scope.names[name]
            scope = scope.outer
        return False, None


class Function:
    """A function as a value: a built-in or an inline one, called with positional arguments."""

    __slots__ = ("call",)

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call = call

    def __call__(self, *arguments: Any) -> Any:
        return self.call(*arguments)


class Evaluator:
    """Evaluates trees within one budget."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget

    def value(self, node: ast.Expr, scope: Scope) -> Any:
        """The value; null where an operation raises `Fault`."""
        try:
            return _METHODS[type(node)](self, node, scope)
        except Fault:
            return None

    def truth(self, node: ast.Expr, scope: Scope) -> Truth:
        """The value of a condition; anything but true and false is null."""
        value = self.value(node, scope)
        return value if isinstance(value, bool) else None

    # -- values

    def _literal(self, node: ast.Literal | ast.AtLiteral, _: Scope) -> Any:
        return node.value

    def _name(self, node: ast.Name, scope: Scope) -> Any:
        found, value = scope.find(node.name)
        if not found and node.name in BUILTINS:
            builtin = BUILTINS[node.name]
            return Function(lambda *arguments: self.apply(builtin.name, arguments))
        return value

    def _list(self, node: ast.ListLiteral, scope: Scope) -> Any:
        return self.budget.made(tuple(self.value(item, scope) for item in node.items))

    def _context(self, node: ast.ContextLiteral, scope: Scope) -> Any:
        made: dict[str, Any] = {}
        inner = Scope(made, scope)
        for entry in node.entries:
            if entry.key in made:
                return None
            made[entry.key] = self.value(entry.value, inner)
        return self.budget.made(made)

    def _range(self, node: ast.RangeLiteral, scope: Scope) -> Any:
        low, high = self.value(node.low, scope), self.value(node.high, scope)
        if low is None or high is None:
            return None
        compare(low, high)
        return Range(low, high, node.low_included, node.high_included)

    def _unary_comparison(self, node: ast.UnaryComparison, scope: Scope) -> Any:
        operand = self.value(node.operand, scope)
        if node.operator in ("=", "!="):
            return Matcher(node.operator, operand)
        if operand is None:
            return None
        compare(operand, operand)
        included = node.operator.endswith("=")
        if node.operator.startswith("<"):
            return Range(None, operand, False, included)
        return Range(operand, None, included, False)

    # -- operators

    def _negate(self, node: ast.Negate, scope: Scope) -> Any:
        value = self.value(node.operand, scope)
        return None if value is None else arithmetic.negate(value)

    def _arithmetic(self, node: ast.Arithmetic, scope: Scope) -> Any:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        if left is None or right is None:
            return None
        made = _ARITHMETIC[node.operator](left, right)
        return self.budget.text(made) if isinstance(made, str) else made

    def _comparison(self, node: ast.Comparison, scope: Scope) -> Truth:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        self._charge((left, right))
        return compare_by(node.operator, left, right, nulls_equal=True)

    def _between(self, node: ast.Between, scope: Scope) -> Truth:
        subject = self.value(node.subject, scope)
        low, high = self.value(node.low, scope), self.value(node.high, scope)
        return conjunction((compare_by(">=", subject, low), compare_by("<=", subject, high)))

    def _in(self, node: ast.In, scope: Scope) -> Truth:
        subject = self.value(node.subject, scope)
        return self.any_test(subject, node.tests, scope)

    def any_test(self, subject: Any, tests: tuple[ast.Expr, ...], scope: Scope) -> Truth:
        """Whether a value passes one of the tests."""
        inner = Scope({"?": subject}, scope)
        return disjunction(self._test(subject, test, inner) for test in tests)

    def _test(self, subject: Any, test: ast.Expr, scope: Scope) -> Truth:
        try:
            if isinstance(test, ast.UnaryComparison):
                operand = self.value(test.operand, scope)
                return compare_by(test.operator, subject, operand, nulls_equal=True)
            wanted = self.value(test, scope)
            if wanted is None and isinstance(test, ast.RangeLiteral):
                return None
            if isinstance(wanted, bool) and _mentions(test, "?"):
                return wanted
            self._charge((subject, wanted))
            return matches_test(subject, wanted, nulls_equal=True)
        except Fault:
            return None

    def _and(self, node: ast.And, scope: Scope) -> Truth:
        return conjunction(self.truth(part, scope) for part in node.operands)

    def _or(self, node: ast.Or, scope: Scope) -> Truth:
        return disjunction(self.truth(part, scope) for part in node.operands)

    def _not(self, node: ast.Not, scope: Scope) -> Truth:
        return negation(self.truth(node.operand, scope))

    def _instance_of(self, node: ast.InstanceOf, scope: Scope) -> bool:
        value = self.value(node.operand, scope)
        self._charge((value,))
        return instance_of(value, node.type)

    # -- choices and loops

    def _if(self, node: ast.If, scope: Scope) -> Any:
        chosen = node.then if self.truth(node.condition, scope) else node.otherwise
        return self.value(chosen, scope)

    def _for(self, node: ast.For, scope: Scope) -> Any:
        made: list[Any] = []
        wants_partial = _mentions(node.body, "partial")
        cost = self.budget.cost(node.body)
        for inner in self._product(node.iterations, scope):
            self.budget.spend(cost)
            if wants_partial:
                inner = Scope({"partial": self.budget.made(tuple(made))}, inner)
            made.append(self.value(node.body, inner))
        return self.budget.made(tuple(made))

    def _quantified(self, node: ast.Quantified, scope: Scope) -> Truth:
        cost = self.budget.cost(node.condition)

        def answers() -> Iterator[Truth]:
            for inner in self._product(node.iterations, scope):
                self.budget.spend(cost)
                yield self.truth(node.condition, inner)

        return disjunction(answers()) if node.quantifier == "some" else conjunction(answers())

    def _product(self, iterations: tuple[ast.Iteration, ...], scope: Scope) -> Iterator[Scope]:
        """Scopes over all combinations, the last iterator fastest; each may use those
        before it. `Fault` where one has nothing to run over."""
        if not iterations:
            yield scope
            return
        first, rest = iterations[0], iterations[1:]
        source = self.value(first.source, scope)
        if first.until is not None:
            domain = counted(source, self.value(first.until, scope))
        else:
            domain = elements(source)
        for item in domain:
            self.budget.spend(1)
            yield from self._product(rest, Scope({first.name: item}, scope))

    def _filter(self, node: ast.Filter, scope: Scope) -> Any:
        source = self.value(node.source, scope)
        if source is None:
            return None
        items = source if isinstance(source, tuple) else (source,)
        if isinstance(node.condition, ast.Literal) and isinstance(node.condition.value, Decimal):
            return access.index(items, node.condition.value)
        cost = self.budget.cost(node.condition)
        kept = []
        for number, item in enumerate(items or (None,)):
            self.budget.spend(cost)
            inner = Scope({"item": item}, scope)
            if isinstance(item, dict):
                inner = Scope(item, inner)
            answer = self.value(node.condition, inner)
            if number == 0 and isinstance(answer, Decimal):
                return access.index(items, answer)
            if answer is True and items:
                kept.append(item)
        return self.budget.made(tuple(kept))

    def _path(self, node: ast.Path, scope: Scope) -> Any:
        source = self.value(node.source, scope)
        if isinstance(source, tuple):
            self._charge((source,))
        return access.property_of(source, node.name)

    # -- calls

    def _call(self, node: ast.Call, scope: Scope) -> Any:
        found, value = scope.find(node.function)
        if found and isinstance(value, Function):
            return value(*(self.value(argument, scope) for argument in node.arguments))
        if node.function not in BUILTINS:
            return None
        if node.named:
            names = [argument.name for argument in node.named]
            if len(set(names)) < len(names):
                return None
            named = {argument.name: self.value(argument.value, scope) for argument in node.named}
            self._charge(tuple(named.values()))
            return self._paid(BUILTINS[node.function].call_named(named))
        return self.apply(
            node.function, tuple(self.value(argument, scope) for argument in node.arguments)
        )

    def apply(self, function: str, arguments: tuple[Any, ...]) -> Any:
        """Call a built-in function with positional arguments."""
        self._charge(arguments)
        return self._paid(BUILTINS[function].call(arguments))

    def _charge(self, arguments: tuple[Any, ...]) -> None:
        """Pay for values that are about to be walked through."""
        for argument in arguments:
            if isinstance(argument, tuple | dict):
                self.budget.spend(self.budget.size(argument))
            elif isinstance(argument, str):
                self.budget.text(argument)

    def _paid(self, value: Any) -> Any:
        return self.budget.text(value) if isinstance(value, str) else self.budget.made(value)

    def _apply(self, node: ast.Apply, scope: Scope) -> Any:
        callee = self.value(node.callee, scope)
        if not isinstance(callee, Function) or node.named:
            return None
        return callee(*(self.value(argument, scope) for argument in node.arguments))

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Function:
        names = [parameter.name for parameter in node.parameters]
        cost = self.budget.cost(node.body)

        def call(*arguments: Any) -> Any:
            if len(arguments) != len(names):
                raise Fault("invalid-argument", "wrong number of arguments for the function")
            self.budget.spend(cost)
            return self.value(node.body, Scope(dict(zip(names, arguments, strict=True)), scope))

        return Function(call)

    def _unary_tests(self, node: ast.UnaryTests, scope: Scope) -> Truth:
        _, subject = scope.find("?")
        if not node.tests:
            return True
        passed = self.any_test(subject, node.tests, scope)
        return negation(passed) if node.negated else passed


def _mentions(node: ast.Expr, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.name == name for part in ast.walk(node))


_METHODS: Mapping[type, Callable[[Evaluator, Any, Scope], Any]] = {
    ast.Literal: Evaluator._literal,
    ast.AtLiteral: Evaluator._literal,
    ast.Name: Evaluator._name,
    ast.ListLiteral: Evaluator._list,
    ast.ContextLiteral: Evaluator._context,
    ast.RangeLiteral: Evaluator._range,
    ast.UnaryComparison: Evaluator._unary_comparison,
    ast.Negate: Evaluator._negate,
    ast.Arithmetic: Evaluator._arithmetic,
    ast.Comparison: Evaluator._comparison,
    ast.Between: Evaluator._between,
    ast.In: Evaluator._in,
    ast.And: Evaluator._and,
    ast.Or: Evaluator._or,
    ast.Not: Evaluator._not,
    ast.InstanceOf: Evaluator._instance_of,
    ast.If: Evaluator._if,
    ast.For: Evaluator._for,
    ast.Quantified: Evaluator._quantified,
    ast.Filter: Evaluator._filter,
    ast.Path: Evaluator._path,
    ast.Call: Evaluator._call,
    ast.Apply: Evaluator._apply,
    ast.Lambda: Evaluator._lambda,
    ast.UnaryTests: Evaluator._unary_tests,
}
