"""Small changes to a condition as written, each the slip of a careful author."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from policyengine.document import LEVELS
from policyengine.nodes import Mapping, Node, Scalar, Sequence
from policyengine.source import Span
from policyengine.testing.mutation.change import PLAIN, Change, Kind, Kinds
from policyengine.testing.mutation.expressions import changes_of_text
from policyengine.values.numbers import to_text

COMBINATORS = ("all", "any", "not", "some_of")
#: operator: what it is taken for; what `not` would do is left to the negation of the test
SLIPS = {
    "more_than": "at_least",
    "at_least": "more_than",
    "less_than": "at_most",
    "at_most": "less_than",
    "before": "on_or_before",
    "on_or_before": "before",
    "after": "on_or_after",
    "on_or_after": "after",
    "contains_any": "contains_all",
    "contains_all": "contains_any",
    "contains_only": "contains_any",
    "starts_with": "ends_with",
    "ends_with": "starts_with",
    "every": "some",
    "some": "every",
}
_ELEMENTS = ("every", "some", "none")


def changes(node: Node, where: str, kinds: Kinds, *, top: bool = True) -> Iterator[Change]:
    """The changes to a condition; the negation of the whole is its owner's (`top`)."""
    if isinstance(node, Scalar):
        yield from changes_of_text(node, where)
    elif isinstance(node, Mapping) and node.entries:
        key, value = node.entries[0]
        if key.value in COMBINATORS and len(node.entries) == 1:
            yield from _combinator(node, key, value, where, kinds)
        else:
            yield from _tests(node, where, kinds)
    if not top and not (isinstance(node, Mapping) and node.keys() == ["not"]):
        made = Mapping(node.span, ((Scalar(node.span, "not"), node),))
        yield Change(node, made, where, "negated", node.span, _negated(node))


def _negated(node: Node) -> str:
    """The text of a negation, in the place of what it negates."""
    text = _flat(node.span)
    if isinstance(node, Mapping) and "\n" in node.span.text and not text.startswith("{"):
        return f"not: {{{node.entries[0][0].value}: …}}"
    if isinstance(node, Mapping) and not text.startswith("{"):
        return f"not: {{{text}}}"
    return f"{{not: {text}}}"


def rewritten(root: Node, change: Change) -> Node | None:
    """A tree with one change made in it; None where nothing is left."""
    if root is change.node:
        return change.made
    if isinstance(root, Sequence):
        items = [rewritten(item, change) for item in root.items]
        return Sequence(root.span, tuple(item for item in items if item is not None))
    if isinstance(root, Mapping):
        entries = [(key, rewritten(value, change)) for key, value in root.entries]
        return Mapping(root.span, tuple((k, v) for k, v in entries if v is not None))
    return root


def _combinator(
    node: Mapping, key: Scalar, value: Node, where: str, kinds: Kinds
) -> Iterator[Change]:
    name = str(key.value)
    inner = f"{where}.{name}"
    if name == "not":
        yield Change(node, value, where, "not dropped", node.span, _flat(value.span))
        yield from changes(value, inner, kinds)
        return
    parts: Node | None = value
    if name == "some_of" and isinstance(value, Mapping):
        count, parts = value.get("at_least"), value.get("of")
        if isinstance(count, Scalar) and isinstance(count.value, Decimal):
            yield from numbers(count, f"{inner}.at_least", Decimal(1))
        inner = f"{inner}.of"
    if not isinstance(parts, Sequence):
        return
    if name != "some_of" and len(parts) > 1:
        other = "any" if name == "all" else "all"
        made = Mapping(node.span, ((Scalar(key.span, other), value),))
        yield Change(node, made, where, f"{name} → {other}", key.span, other)
    for number, part in enumerate(parts, 1):
        at = f"{inner}[{number}]"
        if len(parts) > 1:
            yield Change(part, None, at, "dropped", part.span, "")
        yield from changes(part, at, kinds, top=len(parts) == 1)


def _tests(node: Mapping, where: str, kinds: Kinds) -> Iterator[Change]:
    for key, value in node.entries:
        path = str(key.value)
        at = f"{where}.{path}"
        if len(node.entries) > 1:
            yield _without(node, key, at)
        yield from test(value, at, kinds(path), kinds)


def _without(node: Mapping, key: Scalar, where: str) -> Change:
    """A mapping without one of its entries."""
    value = node.get(str(key.value))
    assert value is not None
    rest = tuple(entry for entry in node.entries if entry[0] is not key)
    span = key.span.source.span(key.span.start, value.span.end)
    return Change(node, Mapping(node.span, rest), where, "dropped", span, "")


def test(value: Node, where: str, kind: Kind, kinds: Kinds) -> Iterator[Change]:
    """The changes to what stands beside a term: a value, a list, or operators."""
    if isinstance(value, Scalar):
        yield from _scalar(value, where, kind)
    elif isinstance(value, Sequence):
        yield from items(value, where, kind)
    elif not _refers(value):
        for key, operand in value.entries:
            name = str(key.value)
            at = f"{where}.{name}"
            if len(value.entries) > 1:
                yield _without(value, key, at)
            if name in SLIPS:
                entries = tuple(
                    (Scalar(k.span, SLIPS[name]), v) if k is key else (k, v)
                    for k, v in value.entries
                )
                made = Mapping(value.span, entries)
                what = f"{name} → {SLIPS[name]}"
                yield Change(value, made, where, what, key.span, SLIPS[name])
            if name in _ELEMENTS:
                yield from changes(operand, at, kinds)
            elif name == "count":
                yield from test(operand, at, PLAIN, kinds)
            else:
                yield from test(operand, at, kind, kinds)


test.__test__ = False  # type: ignore[attr-defined]  # not a test case, whatever its name


def items(value: Sequence, where: str, kind: Kind) -> Iterator[Change]:
    """A list without one of its items, with one that it leaves out, and its numbers moved."""
    for number, item in enumerate(value, 1):
        at = f"{where}[{number}]"
        if len(value) > 1 and not (isinstance(item, Scalar) and isinstance(item.value, Decimal)):
            yield Change(item, None, at, f"{_flat(item.span)} dropped", item.span, "")
        elif isinstance(item, Scalar):
            yield from _scalar(item, at, kind)
    given = {item.value for item in value if isinstance(item, Scalar)}
    for option in kind.options if given <= set(kind.options) else ():
        if option not in given and len(value) + 1 < len(kind.options):
            made = Sequence(value.span, (*value.items, Scalar(value.span, option)))
            text = f"{_flat(value.span).removesuffix(']').rstrip()}, {option}]"
            yield Change(value, made, where, f"{option} added", value.span, text)


def numbers(node: Scalar, where: str, width: Decimal) -> Iterator[Change]:
    """A number one step less and one step more."""
    assert isinstance(node.value, Decimal)
    for by in (-width, width):
        moved = to_text(node.value + by)
        made = Scalar(node.span, node.value + by)
        yield Change(node, made, where, f"{to_text(node.value)} → {moved}", node.span, moved)


def _scalar(node: Scalar, where: str, kind: Kind) -> Iterator[Change]:
    if isinstance(node.value, bool):
        other = str(not node.value).lower()
        what = f"{str(node.value).lower()} → {other}"
        yield Change(node, Scalar(node.span, not node.value), where, what, node.span, other)
    elif isinstance(node.value, Decimal):
        yield from numbers(node, where, kind.step)
    elif node.value in kind.options:
        at = kind.options.index(str(node.value))
        other = kind.options[(at + 1) % len(kind.options)]
        if other != node.value:
            what = f"{node.value} → {other}"
            yield Change(node, Scalar(node.span, other), where, what, node.span, other)


def _refers(node: Mapping) -> bool:
    return len(node.entries) == 1 and node.entries[0][0].value in ("parameter", "term")


def _flat(span: Span) -> str:
    return " ".join(span.text.split())


def other_levels(level: str) -> tuple[str, ...]:
    """The levels that a rule's is taken for."""
    return tuple(other for other in LEVELS if other != level)
