"""Expressions as canonical text: one space round operators, no parentheses but those needed.

`parse(to_text(tree)) == tree` for every tree the parser makes.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from policyengine.feel import ast
from policyengine.feel.names import RESERVED
from policyengine.types import Type
from policyengine.values.numbers import to_text as number_text

# How tightly each construct binds; an operand printed looser than its place gets parentheses.
_OPEN, _OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER, _MINUS, _TYPED, _POSTFIX = range(10)
_ARITHMETIC = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _POWER}
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def to_text(node: ast.Expr) -> str:
    """The canonical text of an expression."""
    return _at(node, _OPEN)


def string_text(value: str) -> str:
    """A string as a literal."""
    return '"' + "".join(map(_escaped, value)) + '"'


def key_text(key: str) -> str:
    """A key of a context: as a name if it is a plain one, else as a string."""
    return key if _PLAIN_NAME.fullmatch(key) and key not in RESERVED else string_text(key)


def type_text(type_: Type) -> str:
    """A type as it stands after `instance of`."""
    if type_.kind in ("list", "range"):
        inner = type_.item
        bare = inner is None or inner.kind == "any"
        return type_.kind if bare or inner is None else f"{type_.kind}<{type_text(inner)}>"
    if type_.kind == "context" and type_.fields is not None:
        fields = ", ".join(f"{name}: {type_text(field)}" for name, field in type_.fields)
        return f"context<{fields}>"
    return {"any": "Any", "null": "Null"}.get(type_.kind, type_.kind)


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable() or char == " ":
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):06x}"


def _at(node: ast.Expr, level: int) -> str:
    """A part in a place that binds this tightly."""
    text, tightness = _print(node)
    return f"({text})" if tightness < level else text


def _listed(nodes: Any) -> str:
    return ", ".join(to_text(node) for node in nodes)


def _print(node: ast.Expr) -> tuple[str, int]:
    """(text, how tightly it binds)"""
    match node:
        case ast.Literal(value=value):
            return _literal(value)
        case ast.AtLiteral(text=text):
            return "@" + string_text(text), _POSTFIX
        case ast.Name(name=name):
            return name, _POSTFIX
        case ast.ListLiteral(items=items):
            return f"[{_listed(items)}]", _POSTFIX
        case ast.ContextLiteral(entries=entries):
            inner = ", ".join(f"{key_text(e.key)}: {to_text(e.value)}" for e in entries)
            return f"{{{inner}}}", _POSTFIX
        case ast.RangeLiteral():
            return _range(node), _POSTFIX
        case ast.UnaryComparison(operator=operator, operand=operand):
            return f"{operator} {_at(operand, _ADD)}", -1
        case ast.Negate(operand=operand):
            return f"-{_negated(operand)}", _MINUS
        case ast.Arithmetic(operator=operator, left=left, right=right):
            level = _ARITHMETIC[operator]
            return f"{_at(left, level)} {operator} {_at(right, level + 1)}", level
        case ast.Comparison(operator=operator, left=left, right=right):
            return f"{_at(left, _COMPARE)} {operator} {_at(right, _ADD)}", _COMPARE
        case ast.Between(subject=subject, low=low, high=high):
            bounds = f"{_at(low, _ADD)} and {_at(high, _ADD)}"
            return f"{_at(subject, _COMPARE)} between {bounds}", _COMPARE
        case ast.In(subject=subject, tests=tests):
            return f"{_at(subject, _COMPARE)} in {_tests(tests)}", _COMPARE
        case ast.And(operands=operands):
            return " and ".join(_at(part, _COMPARE) for part in operands), _AND
        case ast.Or(operands=operands):
            return " or ".join(_at(part, _AND) for part in operands), _OR
        case ast.Not(operand=operand):
            return f"not({to_text(operand)})", _POSTFIX
        case ast.InstanceOf(operand=operand, type=type_):
            return f"{_at(operand, _TYPED)} instance of {type_text(type_)}", _TYPED
        case ast.Filter(source=source, condition=condition):
            return f"{_source(source)}[{to_text(condition)}]", _POSTFIX
        case ast.Path(source=source, name=name):
            return f"{_source(source)}.{name}", _POSTFIX
        case ast.Call(function=name, arguments=arguments, named=named):
            return f"{name}({_listed([*arguments, *named])})", _POSTFIX
        case ast.Apply(callee=callee, arguments=arguments, named=named):
            shown = f"({to_text(callee)})" if isinstance(callee, ast.Name) else _source(callee)
            return f"{shown}({_listed([*arguments, *named])})", _POSTFIX
        case ast.NamedArgument(name=name, value=argument):
            return f"{name}: {to_text(argument)}", _OPEN
        case ast.UnaryTests(tests=tests, negated=negated):
            inner = ", ".join(_print(test)[0] for test in tests) or "-"
            return f"not({inner})" if negated else inner, _OPEN
    return _statement(node), _OPEN


def _statement(node: ast.Expr) -> str:
    """What runs on to the end of the expression."""
    match node:
        case ast.If(condition=condition, then=then, otherwise=otherwise):
            parts = (to_text(condition), to_text(then), to_text(otherwise))
            return "if {} then {} else {}".format(*parts)
        case ast.For(iterations=iterations, body=body):
            return f"for {_listed(iterations)} return {to_text(body)}"
        case ast.Quantified(quantifier=word, iterations=iterations, condition=condition):
            return f"{word} {_listed(iterations)} satisfies {to_text(condition)}"
        case ast.Iteration(name=name, source=source, until=until):
            end = f"..{to_text(until)}" if until is not None else ""
            return f"{name} in {to_text(source)}{end}"
        case ast.Lambda(parameters=parameters, body=body):
            return f"function({_listed(parameters)}) {to_text(body)}"
        case ast.Parameter(name=name, type=type_):
            return name if type_ is None else f"{name}: {type_text(type_)}"
        case ast.ContextEntry(key=key, value=value):
            return f"{key_text(key)}: {to_text(value)}"
    raise AssertionError(f"no text for {type(node).__name__}")


def _literal(value: ast.LiteralValue) -> tuple[str, int]:
    if value is None:
        return "null", _POSTFIX
    if isinstance(value, bool):
        return ("true" if value else "false"), _POSTFIX
    if isinstance(value, Decimal):
        return number_text(value), _POSTFIX
    return string_text(value), _POSTFIX


def _negated(operand: ast.Expr) -> str:
    """After a minus sign: a number there would be read as part of it."""
    if isinstance(operand, ast.Literal) and isinstance(operand.value, Decimal):
        return f"({to_text(operand)})"
    leftmost = operand
    while isinstance(leftmost, ast.Filter | ast.Path | ast.Apply | ast.InstanceOf):
        leftmost = next(ast.children(leftmost))
    if isinstance(leftmost, ast.Literal) and isinstance(leftmost.value, Decimal):
        return f"({to_text(operand)})"
    return _at(operand, _MINUS)


def _source(node: ast.Expr) -> str:
    """Before a filter, a path or a call."""
    if isinstance(node, ast.Literal) and isinstance(node.value, Decimal):
        return f"({to_text(node)})" if node.value < 0 else to_text(node)
    return _at(node, _POSTFIX)


def _range(node: ast.RangeLiteral) -> str:
    opening = "[" if node.low_included else "("
    closing = "]" if node.high_included else ")"
    return f"{opening}{to_text(node.low)}..{to_text(node.high)}{closing}"


def _tests(tests: tuple[ast.Expr, ...]) -> str:
    if len(tests) == 1:
        test = tests[0]
        return _print(test)[0] if isinstance(test, ast.UnaryComparison) else _at(test, _ADD)
    return f"({', '.join(_print(test)[0] for test in tests)})"
