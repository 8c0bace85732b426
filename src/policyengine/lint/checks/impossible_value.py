"""A text, or an element of a list, that a term is held against and can never be.

A single number beyond the bounds is `settled-condition`; a value that an enum does not have, or
of another type than the term, is an error of the policy itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from policyengine import core
from policyengine.core import Expr
from policyengine.errors import Severity
from policyengine.lint.model import Check, Finding
from policyengine.lint.subject import Subject
from policyengine.schema import TermSpec
from policyengine.schema.convert import Problem, convert
from policyengine.schema.model import Shape
from policyengine.schema.words import shown
from policyengine.source import Span, quoted

#: a value, where it stands, and the parameter that holds it
_Value = tuple[Any, Span, str | None]


def _find(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    policy = subject.policy.core
    told: set[tuple[str, str, str, int]] = set()
    for expr in _all(policy):
        for node in core.walk(expr):
            for term, value, span, parameter in _held(node, policy):
                spec = subject.policy.schema.terms.get(term.path)
                why = _refused(value, spec) if spec is not None else None
                key = (term.path, shown(value), span.file, span.start)
                if why is not None and key not in told:
                    told.add(key)
                    where = f"the parameter {quoted(parameter)} holds" if parameter else "this is"
                    yield Finding(
                        f"{where} {quoted(shown(value))}, which {quoted(term.path)} can never be",
                        span,
                        f"of the term the schema says: it {why}",
                    )


def _all(policy: core.Policy) -> Iterator[Expr]:
    for rule in policy.rules:
        yield from core.written(rule)
    for one in policy.definitions.values():
        yield one.value
    for card in policy.scorecards.values():
        for item in card.items:
            yield item.when
    for interest in policy.interests:
        yield from (part for part in (interest.served, interest.conflict) if part is not None)


def _held(node: Expr, policy: core.Policy) -> Iterator[tuple[core.Term, Any, Span, str | None]]:
    """Terms with the values that they are held against one by one."""
    if isinstance(node, core.Compare) and node.op in ("=", "!="):
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(side, core.Term):
                for value, span, parameter in _values(other, policy):
                    if isinstance(value, str) or parameter:
                        yield side, value, span, parameter
    elif isinstance(node, core.Member) and isinstance(node.value, core.Term):
        for value, span, parameter in _values(node.options, policy):
            yield node.value, value, span, parameter
    elif isinstance(node, core.Member) and isinstance(node.options, core.Term):
        for value, span, parameter in _values(node.value, policy):
            yield node.options, value, span, parameter


def _values(expr: Expr, policy: core.Policy) -> Iterator[_Value]:
    if isinstance(expr, core.Const):
        yield from ((one, expr.span, None) for one in _each(expr.value))
    elif isinstance(expr, core.ListOf):
        for item in expr.items:
            yield from _values(item, policy)
    elif isinstance(expr, core.Parameter):
        given = policy.parameters[expr.name]
        dated = (
            given.value.values if isinstance(given.value, core.Dated) else ((None, given.value),)
        )
        for _, value in dated:
            yield from ((one, given.span, expr.name) for one in _each(value))


def _each(value: Any) -> Iterable[Any]:
    return value if isinstance(value, tuple) else (value,)


def _refused(value: Any, spec: TermSpec) -> str | None:
    """Why the schema refuses a value; None where it takes it."""
    shape = spec.shape
    if shape.type.kind == "list" and shape.item is not None:
        shape = shape.item
    if not _plain(value) or not _plain_kind(shape):
        return None
    problems: list[Problem] = []
    convert(value, shape, (), problems)
    return problems[0][2] if problems else None


def _plain(value: Any) -> bool:
    return isinstance(value, str | bool | Decimal | int)


def _plain_kind(shape: Shape) -> bool:
    return shape.type.kind in ("string", "number", "boolean")


CHECK = Check(
    "impossible-value",
    "a value that a term is held against and can never be",
    Severity.ERROR,
    _find,
)
