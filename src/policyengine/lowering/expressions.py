"""FEEL expressions to the core: names resolved, types checked, shorthands spelt out."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from policyengine import core
from policyengine.checker import named
from policyengine.core import Expr
from policyengine.errors import ExpressionError
from policyengine.feel import ast, parse
from policyengine.feel.printer import to_text
from policyengine.lowering.scope import Frame, Scope, element_type
from policyengine.nodes import Scalar
from policyengine.source import Span, quoted
from policyengine.types import ANY, BOOLEAN, LIST, NUMBER, Type, context_of, list_of

#: nodes that a tested expression may come to, written out for each test of it
MAX_NODES = 20_000


def lower_text(text: str, node: Scalar, scope: Scope, *, condition: bool) -> Expr:
    """The core of an expression in a document; `condition` makes it a tree of leaves.

    Syntax errors are added to the scope's diagnostics.
    """
    try:
        parsed = parse(text, node.at)
    except ExpressionError as error:
        scope.diagnostics.extend(error.diagnostics)
        return scope.checker.broken(node.span)
    lowering = Expressions(scope)
    return lowering.condition(parsed) if condition else lowering.lower(parsed)


class Expressions:
    """Lowers one FEEL expression in a scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.checker = scope.checker

    # conditions: the tree an explanation shows -------------------------------------------------

    def condition(self, node: ast.Expr) -> Expr:
        """A condition whose connectives stay visible and whose other parts are leaves."""
        match node:
            case ast.And(operands=operands):
                return self.checker.conjunction([self.condition(o) for o in operands], node.span)
            case ast.Or(operands=operands):
                return self.checker.disjunction([self.condition(o) for o in operands], node.span)
            case ast.Not(operand=operand):
                return self.checker.negation(self.condition(operand), node.span)
        made = self.checker.condition(self.lower(node))
        if isinstance(made, core.Const) and isinstance(made.value, bool):
            always = "always holds" if made.value else "never holds"
            self.scope.diagnostics.warning(
                "constant-condition", f"this {always}, whatever the deal says", node.span
            )
        return core.Leaf(made, (to_text(node),), _subject(made), BOOLEAN, node.span)

    # expressions -------------------------------------------------------------------------------

    def lower(self, node: ast.Expr) -> Expr:
        handler = _HANDLERS.get(type(node))
        if handler is None:
            return self.refuse(node, f"{quoted(to_text(node))} has no place in a rule")
        return handler(self, node)

    def refuse(self, node: ast.Expr, message: str, hint: str | None = None) -> Expr:
        self.scope.diagnostics.error("feel-unsupported", message, node.span, hint)
        return self.checker.broken(node.span)

    def _literal(self, node: ast.Literal) -> Expr:
        return self.checker.const(node.value, node.span)

    def _at(self, node: ast.AtLiteral) -> Expr:
        if node.value is None:
            self.scope.diagnostics.error(
                "bad-date",
                f"{quoted(node.text)} is no date, time or duration",
                node.span,
                'write it as in `@"2026-01-31"`, `@"10:30:00"` or `@"P30D"`',
            )
            return self.checker.broken(node.span)
        return self.checker.const(node.value, node.span)

    def _name(self, node: ast.Name) -> Expr:
        return self.scope.path((node.name,), (node.span,))

    def _path(self, node: ast.Path) -> Expr:
        names, spans = [node.name], [node.span]
        source = node.source
        while isinstance(source, ast.Path):
            names.append(source.name)
            spans.append(source.span)
            source = source.source
        if isinstance(source, ast.Name):
            names.append(source.name)
            spans.append(source.span)
            return self.scope.path(tuple(reversed(names)), tuple(reversed(spans)))
        return self.checker.field(self.lower(node.source), node.name, node.span)

    def _list(self, node: ast.ListLiteral) -> Expr:
        return self.checker.list_of([self.lower(item) for item in node.items], node.span)

    def _context(self, node: ast.ContextLiteral) -> Expr:
        names: dict[str, Expr] = {}
        entries: list[tuple[str, Expr]] = []
        for entry in node.entries:
            if entry.key in names:
                return self.refuse(node, f"the entry {quoted(entry.key)} is written twice")
            with self.scope.bind(Frame(dict(names))):
                value = self.lower(entry.value)
            names[entry.key] = core.Local(entry.key, value.type, entry.span)
            entries.append((entry.key, value))
        type_ = context_of((key, value.type) for key, value in entries)
        return core.ContextOf(tuple(entries), type_, node.span)

    def _range(self, node: ast.RangeLiteral) -> Expr:
        low, high = (self._bound(side) for side in (node.low, node.high))
        if low is not None and high is not None:
            self.checker.comparable(low, high)
        item = (low or high or self.checker.broken(node.span)).type
        return core.RangeOf(
            low, high, node.low_included, node.high_included, Type("range", item=item), node.span
        )

    def _bound(self, node: ast.Expr) -> Expr | None:
        return None if isinstance(node, ast.Literal) and node.value is None else self.lower(node)

    def _unary(self, node: ast.UnaryComparison) -> Expr:
        return self.refuse(
            node,
            "a test without a value to test",
            "write the value before it, as in `x in (< 10)` or `x < 10`",
        )

    def _negate(self, node: ast.Negate) -> Expr:
        return self.checker.negate(self.lower(node.operand), node.span)

    def _arithmetic(self, node: ast.Arithmetic) -> Expr:
        left, right = self.lower(node.left), self.lower(node.right)
        return self.checker.arithmetic(node.operator, left, right, node.span)

    def _comparison(self, node: ast.Comparison) -> Expr:
        left, right = self.lower(node.left), self.lower(node.right)
        return self.checker.compare(node.operator, left, right, node.span)

    def _between(self, node: ast.Between) -> Expr:
        subject = self.repeated(self.lower(node.subject), 2)
        low, high = self.lower(node.low), self.lower(node.high)
        return self.checker.conjunction(
            [
                self.checker.compare(">=", subject, low, node.span),
                self.checker.compare("<=", subject, high, node.span),
            ],
            node.span,
        )

    def repeated(self, subject: Expr, times: int) -> Expr:
        """A subject that is about to be written out several times; refused where that, nested,
        would make an expression too large to evaluate."""
        nodes = sum(1 for _ in islice(core.walk(subject), MAX_NODES))
        if nodes == 1 or nodes * times <= MAX_NODES:
            return subject
        self.scope.diagnostics.error(
            "feel-too-deep",
            "this is tested too often to be written out each time",
            subject.span,
            "give it a name under `define`, and test that",
        )
        return self.checker.broken(subject.span)

    def _in(self, node: ast.In) -> Expr:
        times = sum(1 for test in node.tests for _ in ast.walk(test))
        subject = self.repeated(self.lower(node.subject), 1 + times)
        tests = [self.test(subject, test) for test in node.tests]
        return tests[0] if len(tests) == 1 else self.checker.disjunction(tests, node.span)

    def test(self, subject: Expr, node: ast.Expr) -> Expr:
        """Whether a subject passes one unary test."""
        if isinstance(node, ast.UnaryComparison):
            return self.checker.compare(node.operator, subject, self.lower(node.operand), node.span)
        if isinstance(node, ast.RangeLiteral):
            return self.within(subject, node)
        if any(isinstance(part, ast.Name) and part.name == "?" for part in ast.walk(node)):
            with self.scope.bind(Frame({"?": subject})):
                return self.checker.condition(self.lower(node))
        if isinstance(node, ast.ListLiteral) and any(
            isinstance(item, ast.RangeLiteral | ast.UnaryComparison) for item in node.items
        ):
            parts = [self.test(subject, item) for item in node.items]
            return self.checker.disjunction(parts, node.span)
        operand = self.lower(node)
        kind = operand.type.kind
        if kind == "range":
            return self.checker.call("includes", (operand, subject), {}, node.span)
        if kind == "list" and subject.type.kind != "list":
            return self.checker.member(subject, operand, node.span)
        if kind == "list" and (operand.type.item or ANY).kind == "list":
            return self.checker.member(subject, operand, node.span)
        return self.checker.compare("=", subject, operand, node.span)

    def within(self, subject: Expr, node: ast.RangeLiteral) -> Expr:
        parts = []
        low, high = self._bound(node.low), self._bound(node.high)
        if low is not None:
            op = ">=" if node.low_included else ">"
            parts.append(self.checker.compare(op, subject, low, node.span))
        if high is not None:
            op = "<=" if node.high_included else "<"
            parts.append(self.checker.compare(op, subject, high, node.span))
        if low is not None and high is not None:
            self._empty(low, high, node)
        if not parts:
            return self.refuse(node, "a range without any bound holds everything")
        return parts[0] if len(parts) == 1 else self.checker.conjunction(parts, node.span)

    def _empty(self, low: Expr, high: Expr, node: ast.RangeLiteral) -> None:
        if isinstance(low, core.Const) and isinstance(high, core.Const) and low.type == high.type:
            if low.type.kind == "number" and low.value > high.value:
                self.scope.diagnostics.error(
                    "empty-range",
                    "nothing lies in this range: its ends are the wrong way round",
                    node.span,
                )

    def _and(self, node: ast.And) -> Expr:
        return self.checker.conjunction([self.lower(o) for o in node.operands], node.span)

    def _or(self, node: ast.Or) -> Expr:
        return self.checker.disjunction([self.lower(o) for o in node.operands], node.span)

    def _not(self, node: ast.Not) -> Expr:
        return self.checker.negation(self.lower(node.operand), node.span)

    def _if(self, node: ast.If) -> Expr:
        return self.checker.choice(
            self.lower(node.condition), self.lower(node.then), self.lower(node.otherwise), node.span
        )

    def _iterators(
        self, iterations: tuple[ast.Iteration, ...], body: Callable[[], Expr]
    ) -> tuple[tuple[tuple[str, Expr], ...], Expr]:
        """The domains, each lowered with the names before it bound, and the body with all."""
        if not iterations:
            return (), body()
        first, rest = iterations[0], iterations[1:]
        over = self._domain(first)
        local = core.Local(first.name, element_type(over), first.span)
        with self.scope.bind(Frame({first.name: local})):
            more, made = self._iterators(rest, body)
        return ((first.name, over), *more), made

    def _domain(self, node: ast.Iteration) -> Expr:
        source = node.source
        if node.until is not None:
            low, high = self.lower(source), self.lower(node.until)
            return self._counting(low, high, node.span)
        if isinstance(source, ast.RangeLiteral):
            low, high = self.lower(source.low), self.lower(source.high)
            if source.low_included and source.high_included:
                return self._counting(low, high, node.span)
            return self.refuse(source, "a loop runs over a range that includes both its ends")
        over = self.lower(source)
        if over.type.kind not in ("list", "any"):
            self.scope.diagnostics.error(
                "type-mismatch", f"a loop runs over a list; this is {named(over.type)}", source.span
            )
            return self.checker.broken(source.span)
        return over

    def _counting(self, low: Expr, high: Expr, span: Span) -> Expr:
        for side in (low, high):
            if side.type.kind not in ("number", "any"):
                self.scope.diagnostics.error(
                    "type-mismatch", f"a loop counts numbers; this is {named(side.type)}", side.span
                )
        return core.Counting(low, high, list_of(NUMBER), span)

    def _for(self, node: ast.For) -> Expr:
        def body() -> Expr:
            partial = core.Local("partial", LIST, node.span)
            with self.scope.bind(Frame({"partial": partial})):
                return self.lower(node.body)

        iterators, made = self._iterators(node.iterations, body)
        return core.For(iterators, made, list_of(made.type), node.span)

    def _quantified(self, node: ast.Quantified) -> Expr:
        iterators, made = self._iterators(node.iterations, lambda: self.lower(node.condition))
        self.checker.condition(made, "what follows `satisfies`")
        return core.Quantified(node.quantifier, iterators, made, BOOLEAN, node.span)

    def _filter(self, node: ast.Filter) -> Expr:
        of = self.lower(node.source)
        item = core.Local(self.scope.fresh("item"), element_type(of), node.span)
        with self.scope.bind(Frame({"item": item}, item)):
            condition = self.lower(node.condition)
        if condition.type.kind == "number":
            # lowered once: lowering it again outside would double the work at each nesting
            if any(isinstance(n, core.Local) and n.name == item.name for n in core.walk(condition)):
                return self.refuse(
                    node,
                    "an index cannot depend on the element it picks",
                    "a filter is a condition, as in `list[item > 1]`",
                )
            return self.checker.index(of, condition, node.span)
        return self.checker.filter(of, item.name, condition, node.span)

    def _call(self, node: ast.Call) -> Expr:
        if node.function == "sort" and any(isinstance(a, ast.Lambda) for a in node.arguments):
            return self._sort(node)
        given = (*node.arguments, *(argument.value for argument in node.named))
        if any(isinstance(part, ast.Lambda) for part in given):
            return self.refuse(node, f"{quoted(node.function)} takes no function in a rule")
        args = [self.lower(arg) for arg in node.arguments]
        named = {arg.name: self.lower(arg.value) for arg in node.named}
        return self.checker.call(node.function, args, named, node.span)

    def _sort(self, node: ast.Call) -> Expr:
        if len(node.arguments) != 2 or not isinstance(node.arguments[1], ast.Lambda):
            return self.refuse(node, "`sort` takes a list and a function of two elements")
        of, precedes = self.lower(node.arguments[0]), node.arguments[1]
        names = tuple(parameter.name for parameter in precedes.parameters)
        if len(names) != 2:
            return self.refuse(
                precedes, "`sort` compares two elements: give its function two names"
            )
        item = element_type(of)
        bound: dict[str, Expr] = {name: core.Local(name, item, precedes.span) for name in names}
        with self.scope.bind(Frame(bound)):
            body = self.checker.condition(self.lower(precedes.body), "the function of `sort`")
        return core.SortBy(of, (names[0], names[1]), body, of.type, node.span)

    def _instance(self, node: ast.InstanceOf) -> Expr:
        return core.InstanceOf(self.lower(node.operand), node.type, BOOLEAN, node.span)


def _subject(made: Expr) -> Expr | None:
    """What a leaf tests, where it tests one thing: the side that is not constant."""
    match made:
        case core.Compare(left=left, right=right):
            return right if isinstance(left, core.Const) else left
        case core.Member(value=value):
            return value
        case core.And(parts=parts) | core.Or(parts=parts):
            subjects = [_subject(part) for part in parts]
            return subjects[0] if all(s == subjects[0] for s in subjects) else None
        case core.Term() | core.Derived() | core.Field():
            return made
        case core.IsNull(of=of) | core.Not(of=of):
            return _subject(of)
    return None


#: each handler takes the node class it is listed under
_HANDLERS: dict[type, Callable[[Expressions, Any], Expr]] = {
    ast.Literal: Expressions._literal,
    ast.AtLiteral: Expressions._at,
    ast.Name: Expressions._name,
    ast.Path: Expressions._path,
    ast.ListLiteral: Expressions._list,
    ast.ContextLiteral: Expressions._context,
    ast.RangeLiteral: Expressions._range,
    ast.UnaryComparison: Expressions._unary,
    ast.Negate: Expressions._negate,
    ast.Arithmetic: Expressions._arithmetic,
    ast.Comparison: Expressions._comparison,
    ast.Between: Expressions._between,
    ast.In: Expressions._in,
    ast.And: Expressions._and,
    ast.Or: Expressions._or,
    ast.Not: Expressions._not,
    ast.If: Expressions._if,
    ast.For: Expressions._for,
    ast.Quantified: Expressions._quantified,
    ast.Filter: Expressions._filter,
    ast.Call: Expressions._call,
    ast.InstanceOf: Expressions._instance,
}
