"""Small changes to a FEEL expression: one token for another."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from policyengine.errors import ExpressionError
from policyengine.feel.lexer import Token, tokens
from policyengine.nodes import Scalar
from policyengine.testing.mutation.change import Change
from policyengine.values.numbers import to_text

_OPERATORS = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "=": "!=",
    "!=": "=",
    "+": "-",
    "-": "+",
    "*": "/",
    "/": "*",
}
_WORDS = {
    "and": "or",
    "or": "and",
    "true": "false",
    "false": "true",
    "some": "every",
    "every": "some",
}


def changes_of_text(node: Scalar, where: str) -> Iterator[Change]:
    """The changes to an expression; one that does not parse or check afterwards is dropped
    by whoever lowers it."""
    text = node.value
    if not isinstance(text, str):
        return
    try:
        found = tokens(text, node.at)
    except ExpressionError:
        return
    for number, token in enumerate(found):
        for other in _others(token):
            made = text[: token.start] + other + text[token.end :]
            # which of several, where the same token stands there more than once
            same = sum(one.text == token.text for one in found[: number + 1])
            nth = f" ({same})" if sum(one.text == token.text for one in found) > 1 else ""
            span = node.at(token.start, token.end)
            what = f"{token.text}{nth} → {other}"
            yield Change(node, Scalar(node.span, made, node.style), where, what, span, other)


def _others(token: Token) -> Iterator[str]:
    if token.kind == "op" and token.text in _OPERATORS:
        yield _OPERATORS[token.text]
    elif token.kind == "name" and token.text in _WORDS:
        yield _WORDS[token.text]
    elif token.kind == "number" and isinstance(token.value, Decimal):
        yield to_text(token.value + 1)
        yield to_text(token.value - 1)
