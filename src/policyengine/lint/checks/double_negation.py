"""A negation of a negation, where an operator says it plainly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policyengine import nodes
from policyengine.document import RuleDoc
from policyengine.errors import Severity
from policyengine.lint.model import Check, Edit, Finding
from policyengine.lint.subject import Subject
from policyengine.nodes import Node
from policyengine.source import Span, quoted

#: an operator and the one that is true where it is false
_OPPOSITE = {"is_not": "equals", "none_of": "one_of", "contains_none": "contains_any"}


def _find(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    for doc, _ in subject.rules:
        if doc.form == "forbid":
            yield from _forbidden(doc)
        for condition in (doc.condition, doc.applies, doc.unless):
            if condition is not None:
                yield from _below(condition)


def _forbidden(doc: RuleDoc) -> Iterator[Finding]:
    key = doc.node.key("forbid")
    negated = _negated(doc.condition)
    if key is not None and negated is not None:
        message = f"{quoted(doc.id.value)} forbids what is not so"
        yield Finding(message, key.span, f"require it: {negated}")


def _below(node: Node) -> Iterator[Finding]:
    if isinstance(node, nodes.Sequence):
        for item in node:
            yield from _below(item)
    elif isinstance(node, nodes.Mapping):
        for key, value in node.entries:
            negated = _negated(value) if key.value == "not" else None
            if negated is not None and len(node) == 1:
                fix = _fix(node, value)
                yield Finding("a negation of a negation", key.span, f"write {negated}", (), fix)
            else:
                yield from _below(value)


def _negated(node: Node) -> str | None:
    """What is true where a condition that is a negation is false, in words; None for others."""
    if not isinstance(node, nodes.Mapping) or len(node) != 1:
        return None
    key, value = node.entries[0]
    if key.value == "not":
        return "what is in the inner `not`"
    operator = _operator(value)
    if operator is not None:
        return f"`{key.value}` with `{_OPPOSITE[str(operator.value)]}`"
    return None


def _operator(node: Node) -> nodes.Scalar | None:
    if isinstance(node, nodes.Mapping) and len(node) == 1 and node.entries[0][0].value in _OPPOSITE:
        return node.entries[0][0]
    return None


def _fix(outer: nodes.Mapping, inner: Node) -> tuple[Edit, ...]:
    """Edits for a negation within braces on one line; a block is left to its author."""
    assert isinstance(inner, nodes.Mapping)
    text = outer.span.text
    if not text.startswith("{") or "\n" in text or "#" in text:
        return ()
    key, value = inner.entries[0]
    if key.value == "not":
        return (Edit(outer.span, value.span.text),)
    operator = _operator(value)
    assert operator is not None
    source = outer.span.source
    start, end = inner.span.start, inner.span.end
    made = source.text[start : operator.span.start] + _OPPOSITE[str(operator.value)]
    return (Edit(Span(source, outer.span.start, outer.span.end),
                 made + source.text[operator.span.end : end]),)  # fmt: skip


CHECK = Check(
    "double-negation",
    "a negation of a negation",
    Severity.WARNING,
    _find,
)
