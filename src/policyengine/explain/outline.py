"""Conditions and sentences as far as they are the same for every deal, worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from policyengine import core
from policyengine import decision as d
from policyengine.core import Expr
from policyengine.decision.wording import in_words
from policyengine.explain.words import NOT_STATED, of_objects, of_term, place, readable, words
from policyengine.schema import TermsSchema

#: what an expression is worth on a deal, or None for unknown
Value = Callable[[Expr], Any]


class Sentence:
    """Texts and expressions in turn, the expressions shown as their values. Where no deal can
    change it, it is put together once, and `fixed` from then on."""

    __slots__ = ("_is_fixed", "_parts", "_show", "_strip", "fixed")

    def __init__(
        self,
        parts: Iterable[str | Expr],
        show: Callable[[Expr, Any], str],
        *,
        strip: bool = False,
    ) -> None:
        self._parts = tuple(parts)
        self._show = show
        self._strip = strip
        self.fixed: str | None = None
        self._is_fixed = not any(
            not isinstance(part, str) and _depends_on_deal(part) for part in self._parts
        )

    def fill(self, value: Value) -> str:
        if self.fixed is not None:
            return self.fixed
        show = self._show
        text = "".join(
            [part if isinstance(part, str) else show(part, value(part)) for part in self._parts]
        )
        if self._strip:
            text = text.strip()
        if self._is_fixed:
            self.fixed = text
        return text


def template(template: core.Template | None, schema: TermsSchema) -> Sentence | None:
    """A rule's `because` or `ask`: texts that the schema has words for are in its words."""
    if template is None:
        return None

    def show(expr: Expr, value: Any) -> str:
        spec = schema.terms.get(expr.path) if isinstance(expr, core.Term) else None
        value = of_term(value, spec)
        return readable(in_words(value, spec.labels) if spec is not None else value)

    return Sentence(template.parts, show, strip=True)


class Outline:
    """A condition: `kind` is that of `decision.Condition`, and `parts` those below it.

    Of a leaf: `reads` are the terms it reads, what it tests first, then as they are written,
    then what definitions read; `asks` those of them whose being stated is asked for, which no
    default answers; `fields` the fields of elements that are read. `heavy` says that it, and
    `heavy_subject` that what it tests, can run out of steps.
    """

    __slots__ = (
        "asks",
        "count",
        "expr",
        "fields",
        "heavy",
        "heavy_subject",
        "kind",
        "location",
        "parts",
        "reads",
        "subject",
        "text",
    )

    expr: Expr
    text: Sentence
    subject: Expr | None
    reads: tuple[str, ...]
    asks: frozenset[str]
    fields: tuple[str, ...]
    heavy: bool
    heavy_subject: bool
    location: d.Location | None

    def __init__(
        self, kind: str, parts: tuple[Outline, ...] = (), count: int | None = None
    ) -> None:
        self.kind = kind
        self.parts = parts
        self.count = count

    def leaves(self) -> list[Outline]:
        if self.kind == "leaf":
            return [self]
        return [leaf for part in self.parts for leaf in part.leaves()]


def outline(policy: core.Policy, expr: Expr) -> Outline:
    """The outline of a condition."""
    match expr:
        case core.And(parts=parts):
            return Outline("all", tuple(outline(policy, part) for part in parts))
        case core.Or(parts=parts):
            return Outline("any", tuple(outline(policy, part) for part in parts))
        case core.AtLeast(count=count, parts=parts):
            return Outline("some_of", tuple(outline(policy, part) for part in parts), count)
        case core.Not(of=of):
            return Outline("not", (outline(policy, of),))
    return _leaf(policy, expr)


def _leaf(policy: core.Policy, expr: Expr) -> Outline:
    made = Outline("leaf")
    inner, made.subject = expr, None
    if isinstance(expr, core.Leaf):
        inner, made.subject = expr.of, expr.subject
        made.text = Sentence(expr.text, _shown)
    else:
        made.text = Sentence((" ".join(expr.span.text.split()),), _shown)
    made.expr = expr
    subject = () if made.subject is None else tuple(core.walk(made.subject))
    nodes = tuple(core.walk(inner))
    found = [node.path for node in (*subject, *nodes) if isinstance(node, core.Term | core.Stated)]
    made.reads = tuple(dict.fromkeys([*found, *sorted(core.terms_read(policy, expr))]))
    made.asks = frozenset(node.path for node in nodes if isinstance(node, core.Stated))
    made.fields = tuple(dict.fromkeys(n.name for n in nodes if isinstance(n, core.Field)))
    made.heavy = any(isinstance(node, _HEAVY) for node in nodes)
    made.heavy_subject = any(isinstance(node, _HEAVY) for node in subject)
    made.location = place(expr.span)
    return made


def _shown(expr: Expr, value: Any) -> str:
    """An expression within the text of a leaf."""
    if value is None:
        named = [node.path for node in core.walk(expr) if isinstance(node, core.Term)]
        return f"{', '.join(named)} {NOT_STATED}" if named else NOT_STATED
    if isinstance(value, tuple) and not of_objects(value):
        return f"[{words(value) if value else ''}]"
    return words(value)


def _depends_on_deal(expr: Expr) -> bool:
    return any(isinstance(node, _OF_A_DEAL) for node in core.walk(expr))


#: nodes whose value is another for another deal
_OF_A_DEAL = (core.Term, core.Stated, core.IsNull, core.Derived, core.ScoreOf)
#: nodes that take steps for each element of a list or character of a text
_HEAVY = (
    core.Quantified,
    core.For,
    core.Filter,
    core.SortBy,
    core.Counting,
    core.Call,
    core.Member,
    core.Field,
)
