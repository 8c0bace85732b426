"""Names in scope while a policy is lowered, and what each stands for.

From the inside out: names bound by quantifiers, loops and filters, and the fields of the
element they run over; definitions and tables; terms; `parameters`, `score` and `as_of`.
Definitions are lowered when first asked for, which orders them and finds cycles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from policyengine import core
from policyengine.checker import Checker
from policyengine.core import Expr
from policyengine.errors import Diagnostics
from policyengine.schema import Group, TermsSchema
from policyengine.source import Span, quoted
from policyengine.types import ANY, DATE, NUMBER, Type

_T = TypeVar("_T")

#: definitions of which each is asked for by the one before, where it comes after it
MAX_CHAIN = 32


@dataclass(frozen=True, slots=True)
class Frame:
    """Names bound at one place. The fields of `item`, if it is a context, are names too."""

    names: Mapping[str, Expr]
    item: Expr | None = None

    def find(self, name: str, span: Span) -> Expr | None:
        bound = self.names.get(name)
        if bound is not None:
            return _moved(bound, span)
        if self.item is not None and self.item.type.kind == "context":
            type_ = self.item.type.field(name)
            if type_ is not None:
                return core.Field(self.item, name, type_, span)
        return None

    def known(self) -> Iterator[str]:
        yield from self.names
        if self.item is not None:
            yield from (name for name, _ in self.item.type.fields or ())


def _moved(expr: Expr, span: Span) -> Expr:
    if isinstance(expr, core.Local):
        return core.Local(expr.name, expr.type, span)
    return expr


@dataclass
class Scope:
    """Everything a condition may name, and what of it has been named so far.

    `pending` maps each definition, table and scorecard to the function that lowers it.
    """

    schema: TermsSchema
    diagnostics: Diagnostics
    checker: Checker
    parameters: Mapping[str, core.ParameterValue]
    pending: dict[str, Callable[[], core.Definition]]
    pending_scores: dict[str, Callable[[], core.Scorecard]]
    places: Mapping[str, Span]
    definitions: dict[str, core.Definition] = field(default_factory=dict)
    scorecards: dict[str, core.Scorecard] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    used_parameters: set[str] = field(default_factory=set)
    used_definitions: set[str] = field(default_factory=set)
    uses_as_of: bool = False
    frames: tuple[Frame, ...] = ()
    busy: list[str] = field(default_factory=list)
    too_deep: bool = False

    # binding -------------------------------------------------------------------------------

    def fresh(self, name: str) -> str:
        """A name for a bound element that hides no other: `item`, then `item#2`, …"""
        bound = {known for frame in self.frames for known in _locals(frame)}
        if name not in bound:
            return name
        number = 2
        while f"{name}#{number}" in bound:
            number += 1
        return f"{name}#{number}"

    def bind(self, frame: Frame) -> _Bound:
        return _Bound(self, frame)

    # resolving -----------------------------------------------------------------------------

    def path(self, names: tuple[str, ...], spans: tuple[Span, ...]) -> Expr:
        """What a dotted path stands for; reports and gives a broken node if nothing."""
        first, whole = names[0], spans[-1]
        for frame in reversed(self.frames):
            found = frame.find(first, spans[0])
            if found is not None:
                return self.fields(found, names[1:], spans[1:])
        if first == "parameters" and len(names) > 1:
            return self.fields(self.parameter(names[1], spans[1]), names[2:], spans[2:])
        if first == "score" and len(names) > 1:
            return self.fields(self.score(names[1], spans[1]), names[2:], spans[2:])
        if first == "as_of":
            self.uses_as_of = True
            return self.fields(core.AsOf(DATE, spans[0]), names[1:], spans[1:])
        if first in self.pending or first in self.definitions:
            return self.fields(self.definition(first, spans[0]), names[1:], spans[1:])
        return self.term(names, spans, whole)

    def fields(self, of: Expr, names: tuple[str, ...], spans: tuple[Span, ...]) -> Expr:
        for name, span in zip(names, spans, strict=True):
            of = self.checker.field(of, name, span)
        return of

    def term(self, names: tuple[str, ...], spans: tuple[Span, ...], whole: Span) -> Expr:
        """The term that a prefix of the path names, and its fields after that."""
        group = self.schema.root
        for number, name in enumerate(names):
            member = group.members.get(name)
            if member is None:
                break
            if isinstance(member, Group):
                group = member
                continue
            found = core.Term(member.path, member.type, spans[number])
            return self.fields(found, names[number + 1 :], spans[number + 1 :])
        else:
            path = ".".join(names)
            example = next(
                (term for term in self.schema.terms if term.startswith(path + ".")), None
            )
            self.diagnostics.error(
                "group-not-term",
                f"{quoted(path)} is a group of terms, not a term",
                whole,
                f"name one of its terms, such as `{example}`" if example else None,
            )
            return self.checker.broken(whole)
        path = ".".join(names)
        hint, looks = None, self.diagnostics.suggests
        if looks:
            hint = self.diagnostics.suggest(path, self.known_names(names))
        if len(names) == 1 and path in self.parameters:
            hint = f"write `parameters.{path}` for the value of the parameter"
        elif len(names) == 1 and looks and self.is_value(path):
            hint = f'a text stands in double quotes: `"{path}"`'
        self.diagnostics.error("unknown-term", f"there is no term {quoted(path, 120)}", whole, hint)
        return self.checker.broken(whole)

    def is_value(self, name: str) -> bool:
        """Whether some term may have this value."""
        types = (spec.type.item or spec.type for spec in self.schema.terms.values())
        return any(name in type_.enum for type_ in types if type_.enum)

    def is_known(self, name: str) -> bool:
        """Whether a name without dots stands for something here."""
        return (
            name in self.schema.terms
            or name in self.pending
            or name in self.definitions
            or name == "as_of"
            or any(name in frame.known() for frame in self.frames)
        )

    def known_names(self, names: tuple[str, ...]) -> set[str]:
        known = set(self.schema.terms) | set(self.pending) | set(self.definitions) | {"as_of"}
        if len(names) == 1:
            known |= {name for frame in self.frames for name in frame.known()}
        known |= {f"parameters.{name}" for name in self.parameters}
        return known | {f"score.{name}" for name in self.pending_scores}

    def parameter(self, name: str, span: Span) -> Expr:
        found = self.parameters.get(name)
        if found is None:
            self.diagnostics.error(
                "unknown-parameter",
                f"there is no parameter {quoted(name)}",
                span,
                self.diagnostics.suggest(name, self.parameters)
                or "declare it under `parameters` in the manifest",
            )
            return self.checker.broken(span)
        self.used_parameters.add(name)
        return core.Parameter(name, found.type, span)

    def definition(self, name: str, span: Span) -> Expr:
        self.used_definitions.add(name)
        made = self.definitions.get(name)
        if made is None:
            if not self._enter(name, span):
                return self.checker.broken(span)
            try:
                made = self._alone(self.pending[name])
            except RecursionError:
                return self._too_deep(name, span)
            self.definitions[name] = made
            self.order.append(name)
        return core.Derived(name, made.value.type, span)

    def score(self, name: str, span: Span) -> Expr:
        key = f"score.{name}"
        if name not in self.pending_scores:
            self.diagnostics.error(
                "unknown-score",
                f"there is no scorecard {quoted(name)}",
                span,
                self.diagnostics.suggest(name, self.pending_scores),
            )
            return self.checker.broken(span)
        if name not in self.scorecards:
            if not self._enter(key, span):
                return self.checker.broken(span)
            try:
                card = self._alone(self.pending_scores[name])
            except RecursionError:
                return self._too_deep(key, span)
            self.scorecards[name] = card
            self.order.append(key)
        return core.ScoreOf(name, NUMBER, span)

    def _too_deep(self, name: str, span: Span) -> Expr:
        if self.busy:
            raise RecursionError  # reported where the chain of definitions begins
        self.diagnostics.error(
            "feel-too-deep",
            f"{quoted(name)} is defined through too many other definitions",
            self.places.get(name, span),
            "put first those that others use",
        )
        self.too_deep = True
        return self.checker.broken(span)

    def _alone(self, lower: Callable[[], _T]) -> _T:
        """Lower a definition with none of the names bound where it is used."""
        outside, self.frames = self.frames, ()
        try:
            return lower()
        finally:
            self.frames = outside
            self.busy.pop()

    def _enter(self, name: str, span: Span) -> bool:
        if self.too_deep and self.busy:
            return False  # reported; the same chain again would only cost time
        if name in self.busy:
            cycle = [*self.busy[self.busy.index(name) :], name]
            self.diagnostics.error(
                "definition-cycle",
                f"{quoted(name)} is defined by itself: " + " → ".join(f"`{n}`" for n in cycle),
                self.places.get(name, span),
            )
            return False
        if len(self.busy) >= MAX_CHAIN:
            raise RecursionError
        self.busy.append(name)
        return True


class _Bound:
    """Binds a frame, and keeps names of definitions being lowered out of it."""

    def __init__(self, scope: Scope, frame: Frame) -> None:
        self.scope = scope
        self.frame = frame

    def __enter__(self) -> None:
        self.before = self.scope.frames
        self.scope.frames = (*self.before, self.frame)

    def __exit__(self, *_: object) -> None:
        self.scope.frames = self.before


def _locals(frame: Frame) -> Iterator[str]:
    for bound in (*frame.names.values(), frame.item):
        if isinstance(bound, core.Local):
            yield bound.name


def element_type(over: Expr) -> Type:
    """The type of what an iterator runs over."""
    if over.type.kind == "list":
        return over.type.item or ANY
    return over.type
