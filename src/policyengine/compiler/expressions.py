"""Expressions of the core to Python expressions, three-valued where they have to be.

A `Code` knows whether it can be None; where it cannot, connectives and comparisons are
Python's own.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from policyengine import core
from policyengine.compiler.names import Code, GapError, Names, first_name, word
from policyengine.compiler.support import fast
from policyengine.core import Expr
from policyengine.feel.builtins import BUILTINS
from policyengine.operators.unknown import has_unknown

_PYTHON = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
#: a longer expression becomes a variable
LONG_LINE = 4_000


class Expressions(Names):
    """Emits the code of expressions; a node it has no code for raises `GapError`."""

    # expressions ---------------------------------------------------------------------------------

    def truth(self, expr: Expr | None, absent: bool) -> Code:
        if expr is None:
            return Code(str(absent), False, 0)
        return self.condition(expr)

    def condition(self, expr: Expr) -> Code:
        """The code of an expression that stands where a truth value does: of one whose type is
        not known to be boolean, unknown for everything but true and false."""
        code, inner = self.value(expr), expr
        while isinstance(inner, core.Leaf):
            inner = inner.of
        if inner.type.kind == "boolean":
            return code
        return Code(f"truth({code.text})", True, code.cost + 5)

    def value(self, expr: Expr) -> Code:
        """The code of an expression; statements it needs are emitted before it."""
        handler = _HANDLERS.get(type(expr))
        if handler is None:
            raise GapError(type(expr).__name__)
        code = handler(self, expr)
        if len(code.text) > LONG_LINE and not self.locals:
            return Code(self.named("x", code), code.nullable, 1)
        return code

    def _const(self, expr: core.Const) -> Code:
        return Code(self.constant(fast(expr.value)), expr.value is None, 0)

    def _term(self, expr: core.Term) -> Code:
        return self.term(expr.path)

    def _derived(self, expr: core.Derived) -> Code:
        return self.derived[expr.name]

    def _score_of(self, expr: core.ScoreOf) -> Code:
        return self.scores[expr.id]

    def _parameter(self, expr: core.Parameter) -> Code:
        value = self.parameters.get(expr.name)
        return Code(self.constant(fast(value)), value is None, 0)

    def _as_of(self, _: core.AsOf) -> Code:
        return Code(self.constant(self.as_of), self.as_of is None, 0)

    def _local(self, expr: core.Local) -> Code:
        name, nullable = self.locals[expr.name]
        return Code(name, nullable, 1)

    def _field(self, expr: core.Field) -> Code:
        if expr.of.type.kind != "context":
            raise GapError("Field")
        of = self.value(expr.of)
        key = self.constant(expr.name)
        return Code(f"fast(field({of.text}, {key}))", True, 8)

    def _stated(self, expr: core.Stated) -> Code:
        # a default stands in the row where the document is silent, so the row says both
        column = f"? {expr.path}"
        name = self.names.get(column)
        if name is None:
            name = self.names[column] = f"stated_{word(expr.path)}_{len(self.paths)}"
            self.paths.append(column)
        if self.final:
            return Code(name, False, 1)
        return Code(f"(True if {name} else None)", True, 2)

    def _leaf(self, expr: core.Leaf) -> Code:
        known = self.hoisted.get(expr)
        if known is not None and not self.locals:
            return known
        code = self.value(expr.of)
        if self.shared[expr] > 1 and not self.locals and code.cost > 2:
            code = Code(self.named("c", code), code.nullable, 1)
            self.hoisted[expr] = code
        return code

    def _and(self, expr: core.And) -> Code:
        return self.connective(expr.parts, settles=False)

    def _or(self, expr: core.Or) -> Code:
        return self.connective(expr.parts, settles=True)

    def connective(self, parts: tuple[Expr, ...], *, settles: bool) -> Code:
        """`and` (settled by False) or `or` (settled by True); two-valued parts first, then by
        cost. With unknowns, the settling value is looked for in all parts."""
        made = [(self.condition(part), part) for part in parts]
        made.sort(key=lambda p: (p[0].nullable, self.weight(p[0].cost, p[1], settles=settles)))
        codes = [code for code, _ in made]
        if not codes:
            return Code(str(not settles), False, 0)
        cost = sum(code.cost for code in codes) + 1
        word = " or " if settles else " and "
        if not any(code.nullable for code in codes):
            return Code("(" + word.join(code.text for code in codes) + ")", False, cost)
        if len(codes) == 1:
            return codes[0]
        plain = [code.text for code in codes if not code.nullable]
        open_ = [code for code in codes if code.nullable]
        names = [self.bound(code) for code in open_]
        if settles:
            tests = [*plain, *(f"{name} is True" for name in names)]
            unknown = " or ".join(f"{first_name(name)} is None" for name in names)
            text = f"(True if {' or '.join(tests)} else None if {unknown} else False)"
        else:
            tests = [*(f"not {text}" for text in plain), *(f"{name} is False" for name in names)]
            unknown = " or ".join(f"{first_name(name)} is None" for name in names)
            text = f"(False if {' or '.join(tests)} else None if {unknown} else True)"
        return Code(text, True, cost + len(open_))

    def weight(self, cost: int, part: Expr, *, settles: bool) -> float:
        """What asking a part costs for each deal that it settles; its cost alone where there is
        no sample. Nobody can see the order: no part has an effect, and unknown parts are all
        looked at."""
        if self.rates is None or self.locals:
            return cost
        return (cost + 1) / (self.rates(part, settles) + 0.01)

    def _not(self, expr: core.Not) -> Code:
        return self.negated(self.condition(expr.of))

    def negated(self, of: Code) -> Code:
        if not of.nullable:
            return Code(f"(not {of.text})", False, of.cost)
        name = self.bound(of)
        return Code(f"(None if {name} is None else not {first_name(name)})", True, of.cost + 1)

    def _is_null(self, expr: core.IsNull) -> Code:
        if self.final:
            raise GapError("IsNull in a final document")
        of = self.value(expr.of)
        if not of.nullable:
            return Code("False", False, 0)
        return Code(f"(False if {of.text} is not None else None)", True, of.cost + 1)

    def _at_least(self, expr: core.AtLeast) -> Code:
        codes = [self.condition(part) for part in expr.parts]
        listed = ", ".join(code.text for code in codes)
        nullable = any(code.nullable for code in codes)
        return Code(f"at_least({expr.count}, ({listed},))", nullable, 10)

    def _compare(self, expr: core.Compare) -> Code:
        left, right = self.operand(expr.left, expr.right), self.operand(expr.right, expr.left)
        kinds = {expr.left.type.kind, expr.right.type.kind}
        cost = left.cost + right.cost + 1
        simple = kinds == {"number"} or (
            expr.op in ("=", "!=") and len(kinds) == 1 and kinds <= {"string", "boolean", "date"}
        )
        if kinds == {"boolean"} and right.text in ("True", "False"):
            same = (expr.op == "=") is (right.text == "True")
            return left if same else self.negated(left)
        if expr.unordered and self.constant_list(expr.right) == () and self.items_known(expr.left):
            empty = self.negated(left)
            return empty if expr.op == "=" else self.negated(empty)
        if expr.unordered:
            return Code(
                f"compare_sets({expr.op == '='}, {left.text}, {right.text})", True, cost + 20
            )
        if not simple:
            op = self.constant(expr.op)
            return Code(f"compare({op}, {left.text}, {right.text})", True, cost + 20)
        op = _PYTHON[expr.op]
        guards, texts = [], []
        for code in (left, right):
            text = code.text
            if code.nullable:
                text = self.bound(code)
                guards.append(f"{text} is None")
                text = first_name(text)
            texts.append(text)
        plain = f"{texts[0]} {op} {texts[1]}"
        if not guards:
            return Code(f"({plain})", False, cost)
        if len(guards) == 2:
            # `|`, not `or`: both sides are evaluated before either is used
            return Code(f"(None if ({guards[0]}) | ({guards[1]}) else {plain})", True, cost + 2)
        return Code(f"(None if {guards[0]} else {plain})", True, cost + 1)

    def operand(self, expr: Expr, beside: Expr) -> Code:
        """One side of a comparison."""
        value = self.constant_value(expr)
        if type(value) is Decimal:
            return Code(self.number(value, beside), False, 0)
        return self.value(expr)

    def number(self, value: Decimal, beside: Expr) -> str:  # noqa: ARG002  # forms override it
        """A number that is compared with another expression, or looked for in a list."""
        return self.constant(fast(value))

    def _arith(self, expr: core.Arith) -> Code:
        left, right = self.value(expr.left), self.value(expr.right)
        op = self.constant(expr.op)
        return Code(f"arith({op}, {left.text}, {right.text})", True, 30)

    def _neg(self, expr: core.Neg) -> Code:
        of = self.value(expr.of)
        return Code(f"negate({of.text})", True, 20)

    def _member(self, expr: core.Member) -> Code:
        value, options = self.value(expr.value), self.value(expr.options)
        constant = self.constant_list(expr.options)
        kind = expr.value.type.kind
        item = expr.options.type.item
        if (
            constant is not None
            and kind in ("string", "number", "boolean")
            and _plain(constant, kind)
        ):
            among = self.constant(self.among(constant, expr.value))
            if not value.nullable:
                return Code(f"({value.text} in {among})", False, value.cost + 1)
            name = self.bound(value)
            first = first_name(name)
            return Code(f"(None if {name} is None else {first} in {among})", True, value.cost + 2)
        strings = kind == "string" and item is not None and item.kind == "string"
        if strings and not value.nullable and self.items_known(expr.options):
            name = self.bound(options)
            first = first_name(name)
            text = f"{value.text} in {first}"
            if not options.nullable:
                return Code(f"({value.text} in {options.text})", False, options.cost + 2)
            return Code(f"(None if {name} is None else {text})", True, options.cost + 3)
        return Code(f"member({value.text}, {options.text})", True, 30)

    def among(self, options: tuple[Any, ...], value: Expr) -> frozenset[Any]:  # noqa: ARG002
        """Constants that a value is looked for in."""
        return frozenset(map(fast, options))

    def items_known(self, expr: Expr) -> bool:
        """Whether no element of a list can be unknown."""
        if isinstance(expr, core.Term):
            shape = self.schema.terms[expr.path].shape.item
            return shape is not None and not shape.nullable
        return self.constant_list(expr) is not None

    def constant_list(self, expr: Expr) -> tuple[Any, ...] | None:
        value = self.constant_value(expr)
        return value if isinstance(value, tuple) and not has_unknown(value) else None

    def constant_value(self, expr: Expr) -> Any:
        """The value of a constant, the empty list or a parameter; None for anything else."""
        if isinstance(expr, core.Const):
            return expr.value
        if isinstance(expr, core.ListOf) and not expr.items:
            return ()
        return self.parameters.get(expr.name) if isinstance(expr, core.Parameter) else None

    def _list_of(self, expr: core.ListOf) -> Code:
        items = ", ".join(f"slow({self.value(item).text})" for item in expr.items)
        return Code(f"({items}{',' if len(expr.items) == 1 else ''})", False, 5)

    def _call(self, expr: core.Call) -> Code:
        codes = [self.value(arg) for arg in expr.args]
        if expr.name == "count" and len(codes) == 1 and expr.args[0].type.kind == "list":
            if isinstance(expr.args[0], core.Term) and self.items_known(expr.args[0]):
                (code,) = codes
                if not code.nullable:
                    return Code(f"len({code.text})", False, 2)
                name = self.bound(code)
                first = first_name(name)
                return Code(f"(None if {name} is None else len({first}))", True, 3)
        arguments = ", ".join(code.text for code in codes)
        builtin = self.constant(BUILTINS[expr.name])
        return Code(f"call({builtin}, [{arguments}])", True, 40)

    def _if(self, expr: core.If) -> Code:
        condition = self.condition(expr.condition)
        then, otherwise = self.value(expr.then), self.value(expr.otherwise)
        name = self.bound(condition)
        first = first_name(name)
        text = f"(None if {name} is None else {then.text} if {first} else {otherwise.text})"
        return Code(text, True, condition.cost + then.cost + otherwise.cost)

    def _quantified(self, expr: core.Quantified) -> Code:
        """A generator that `some` or `every` settles; unknown at once if a list is."""
        sets = self.set_operation(expr)
        if sets is not None:
            return sets
        outer = dict(self.locals)
        loops, guard = [], None
        try:
            for number, (name, over) in enumerate(expr.iterators):
                code = self.value(over)
                text = code.text
                if number == 0 and (code.nullable or ":=" in text):
                    bound = self.bound(code)
                    text = first_name(bound)
                    guard = f"{bound} is None"
                elif code.nullable or ":=" in text:
                    raise GapError("Quantified")
                self.temporaries += 1
                variable = f"i{self.temporaries}"
                loops.append(f"for {variable} in elements({text})")
                self.locals[name] = (variable, True)
            condition = self.condition(expr.condition).text
        finally:
            inner = self.locals
            self.locals = outer
        if ":=" in condition:
            # what is assigned in a loop is the loop's own
            names = ", ".join(variable for variable, _ in inner.values())
            condition = f"(lambda {names}: {condition})({names})"
        kind = "some" if expr.kind == "some" else "every"
        text = f"{kind}({condition} {' '.join(loops)})"
        return Code(f"(None if {guard} else {text})" if guard else text, True, 100)

    def set_operation(self, expr: core.Quantified) -> Code | None:
        """A loop that asks for members of a constant list, as one operation on sets."""
        if len(expr.iterators) != 1 or not isinstance(expr.condition, core.Member):
            return None
        ((name, over),), member = expr.iterators, expr.condition
        if not isinstance(member.value, core.Local) or member.value.name != name:
            return None
        some = "not {k}.isdisjoint({t})" if expr.kind == "some" else None
        for constant, term, operation in (
            (over, member.options, some or "{k}.issubset({t})"),
            (member.options, over, some or "{k}.issuperset({t})"),
        ):
            values = self.constant_list(constant)
            if values is None or not isinstance(term, core.Term) or not self.items_known(term):
                continue
            item = term.type.item
            if item is None or item.kind != "string" or not _plain(values, "string"):
                continue
            code, among = self.value(term), self.constant(frozenset(values))
            text = operation.format(k=among, t=code.text)
            if not code.nullable:
                return Code(f"({text})", False, 5)
            return Code(f"(None if {code.text} is None else {text})", True, 6)
        return None

    def _table(self, expr: core.Table) -> Code:
        rows = [self.condition(row.condition) for row in expr.rows]
        outputs = [self.value(row.output) for row in expr.rows]
        fallback = self.value(expr.default) if expr.default is not None else Code("None", True, 0)
        conditions = ", ".join(code.text for code in rows)
        results = ", ".join(f"slow({code.text})" for code in outputs)
        text = f"table({self.constant(expr)}, [{conditions}], [{results}], slow({fallback.text}))"
        return Code(text, True, 60)


def _plain(values: tuple[Any, ...], kind: str) -> bool:
    wanted = {"string": str, "number": Decimal, "boolean": bool}[kind]
    return all(type(value) is wanted for value in values)


_HANDLERS: dict[type, Callable[[Expressions, Any], Code]] = {
    core.Const: Expressions._const,
    core.Term: Expressions._term,
    core.Derived: Expressions._derived,
    core.ScoreOf: Expressions._score_of,
    core.Parameter: Expressions._parameter,
    core.AsOf: Expressions._as_of,
    core.Local: Expressions._local,
    core.Field: Expressions._field,
    core.Stated: Expressions._stated,
    core.Leaf: Expressions._leaf,
    core.And: Expressions._and,
    core.Or: Expressions._or,
    core.Not: Expressions._not,
    core.IsNull: Expressions._is_null,
    core.AtLeast: Expressions._at_least,
    core.Compare: Expressions._compare,
    core.Arith: Expressions._arith,
    core.Neg: Expressions._neg,
    core.Member: Expressions._member,
    core.ListOf: Expressions._list_of,
    core.Call: Expressions._call,
    core.If: Expressions._if,
    core.Quantified: Expressions._quantified,
    core.Table: Expressions._table,
}
