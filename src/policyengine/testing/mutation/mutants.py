"""The mutants of a policy: its documents with one change each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from policyengine.document import (
    ManifestDoc,
    ParameterDoc,
    RuleDoc,
    RulesDoc,
    ScorecardDoc,
    TableDoc,
    Text,
)
from policyengine.engine import Policy
from policyengine.loader import Loaded
from policyengine.nodes import Node, Scalar, Sequence
from policyengine.source import Span
from policyengine.testing.coverage.granularity import step_of
from policyengine.testing.mutation.change import PLAIN, Change, Kind, Kinds
from policyengine.testing.mutation.changes import (
    changes,
    items,
    numbers,
    other_levels,
    rewritten,
    test,
)
from policyengine.testing.mutation.expressions import changes_of_text
from policyengine.values.record import Record, replace

_DAY = dt.timedelta(days=1)
#: hit policy: what it is taken for
_HIT_POLICIES = {
    "U": "F",
    "A": "F",
    "F": "U",
    "P": "F",
    "R": "O",
    "O": "R",
    "C": "O",
    "C+": "C>",
    "C<": "C>",
    "C>": "C<",
    "C#": "C+",
}
#: hit policies under which the order of rows has a meaning
_ORDERED = ("F", "R", "C")


class Mutant(Record):
    """A policy with one change.

    `id` names it without line numbers: `SOV-5: forbid.all[2].x.concession_years: at_least →
    more_than`. `owner` is the rule, scorecard item, table, definition or parameter. `loaded`
    are the documents with the change. `span` and `text` are the change in the source.
    """

    id: str
    kind: str
    owner: str
    loaded: Loaded
    span: Span
    text: str


def mutants(policy: Policy) -> Iterator[Mutant]:
    """Every mutant, in the order of the documents; some are not valid policies."""
    loaded = policy.loaded

    def kinds(path: str) -> Kind:
        spec = policy.schema.terms.get(path)
        if spec is None:
            return PLAIN
        shape = spec.shape.item or spec.shape
        options = tuple(option for option in shape.enum or () if isinstance(option, str))
        return Kind(step_of(spec.shape), options)

    makers = _Makers(loaded, kinds)
    yield from makers.parameters()
    yield from makers.definitions()
    for number, file in enumerate(loaded.files):
        for doc in file.rules:
            yield from makers.rule(number, file, doc)
        for card in file.scorecards:
            yield from makers.scorecard(number, file, card)
        for table in file.tables:
            yield from makers.table(number, file, table)


class _Makers:
    def __init__(self, loaded: Loaded, kinds: Kinds) -> None:
        self.loaded = loaded
        self.kinds = kinds

    # rules -----------------------------------------------------------------------------------

    def rule(self, number: int, file: RulesDoc, doc: RuleDoc) -> Iterator[Mutant]:
        owner = doc.id.value

        def mutant(change: Change, **made: Any) -> Mutant:
            rules = _swapped(file.rules, doc, replace(doc, **made))
            return self.mutant("rule", owner, change, number, replace(file, rules=rules))

        for change in changes(doc.condition, doc.form, self.kinds):
            made = rewritten(doc.condition, change)
            if made is not None:
                yield mutant(change, condition=made)
        form = doc.node.key(doc.form)
        other = "forbid" if doc.form == "require" else "require"
        if form is not None:
            yield mutant(_at(form, other, doc.form, f"{doc.form} → {other}"), form=other)
        for name in ("applies", "unless"):
            part: Node | None = getattr(doc, name)
            key = doc.node.key(name)
            if part is None or key is None:
                continue
            span = key.span.source.span(key.span.start, part.span.end)
            yield mutant(Change(part, None, name, "dropped", span, ""), **{name: None})
            for change in changes(part, name, self.kinds, top=False):
                made = rewritten(part, change)
                if made is not None:
                    yield mutant(change, **{name: made})
        level = doc.node.get("level") or doc.id.node
        for word in other_levels(doc.level):
            change = _at(level, word, "level", f"{doc.level} → {word}")
            yield mutant(change, level=word)
        yield from self.effective(doc, mutant)

    def effective(self, doc: RuleDoc, mutant: Any) -> Iterator[Mutant]:
        effective = doc.node.get("effective")
        for name, key in (("effective_from", "from"), ("effective_until", "until")):
            day: dt.date | None = getattr(doc, name)
            node = effective.get(key) if effective is not None and day else None  # type: ignore[union-attr]
            if node is None or day is None:
                continue
            for by in (-_DAY, _DAY):
                try:
                    moved = day + by
                except OverflowError:
                    continue
                what = f"{day} → {moved}"
                change = _at(node, moved.isoformat(), f"effective.{key}", what)
                yield mutant(change, **{name: moved})

    # scorecards --------------------------------------------------------------------------------

    def scorecard(self, number: int, file: RulesDoc, doc: ScorecardDoc) -> Iterator[Mutant]:
        for item in doc.items:
            owner = item.id.value

            def mutant(change: Change, made: Any, item: Any = item, owner: str = owner) -> Mutant:
                kept = _swapped(doc.items, item, made)
                cards = _swapped(file.scorecards, doc, replace(doc, items=kept))
                return self.mutant("item", owner, change, number, replace(file, scorecards=cards))

            for change in changes(item.when, "when", self.kinds, top=False):
                made = rewritten(item.when, change)
                if made is not None:
                    yield mutant(change, replace(item, when=made))
            for change in test(item.points, "points", PLAIN, self.kinds):
                yield mutant(change, replace(item, points=change.made))
            if len(doc.items) > 1:
                yield mutant(Change(item.points, None, "item", "dropped", item.span, ""), None)

    # tables ------------------------------------------------------------------------------------

    def table(self, number: int, file: RulesDoc, doc: TableDoc) -> Iterator[Mutant]:
        owner = doc.id.value

        def mutant(change: Change, **made: Any) -> Mutant:
            tables = _swapped(file.tables, doc, replace(doc, **made))
            return self.mutant("table", owner, change, number, replace(file, tables=tables))

        code = doc.hit_policy.value
        if code in _HIT_POLICIES:
            other = _HIT_POLICIES[code]
            change = _at(doc.hit_policy.node, other, "hit_policy", f"{code} → {other}")
            yield mutant(change, hit_policy=Text(other, doc.hit_policy.node))
        for at, row in enumerate(doc.rows, 1):
            cells, output, span = row
            where = f"rules[{at}]"
            if len(doc.rows) > 1:
                drop = Change(output, None, where, "dropped", span, "")
                yield mutant(drop, rows=_swapped(doc.rows, row, None))
            if at < len(doc.rows) and code in _ORDERED:
                after = doc.rows[at]
                order = [after if r is row else row if r is after else r for r in doc.rows]
                swap = Change(output, None, where, "after the next", span, after[2].text)
                yield mutant(swap, rows=tuple(order))
            for column, cell in enumerate(cells, 1):
                for change in _cell(
                    cell, f"{where}[{column}]", doc.inputs[column - 1].value, self.kinds
                ):
                    made = tuple(
                        rewritten(c, change) or change.made if c is cell else c for c in cells
                    )
                    yield mutant(change, rows=_swapped(doc.rows, row, (made, output, span)))
            for change in _output(output, f"{where}.output", doc):
                changed = (cells, change.made, span)
                yield mutant(change, rows=_swapped(doc.rows, row, changed))
        if doc.default is not None:
            for change in _output(doc.default, "default", doc):
                yield mutant(change, default=change.made)

    # the manifest ------------------------------------------------------------------------------

    def parameters(self) -> Iterator[Mutant]:
        manifest = self.loaded.manifest
        for doc in manifest.parameters:
            where = "value"
            if doc.value is not None:
                for change in _value(doc.value, where):
                    yield self.parameter(manifest, doc, change, value=rewritten(doc.value, change))
            for number, (day, node) in enumerate(doc.dated):
                at = f"[{number + 1}]"
                for change in _value(node, f"{at}.value"):
                    row = (day, rewritten(node, change))
                    rows = (*doc.dated[:number], row, *doc.dated[number + 1 :])
                    yield self.parameter(manifest, doc, change, dated=rows)
                for by in (-_DAY, _DAY):
                    row = (day + by, node)
                    rows = (*doc.dated[:number], row, *doc.dated[number + 1 :])
                    change = _at(node, str(day + by), f"{at}.from", f"{day} → {day + by}")
                    yield self.parameter(manifest, doc, change, dated=rows)

    def parameter(
        self, manifest: ManifestDoc, doc: ParameterDoc, change: Change, **made: Any
    ) -> Mutant:
        kept = _swapped(manifest.parameters, doc, replace(doc, **made))
        loaded = replace(self.loaded, manifest=replace(manifest, parameters=kept))
        return _mutant("parameter", doc.name.value, change, loaded)

    def definitions(self) -> Iterator[Mutant]:
        manifest = self.loaded.manifest
        for name, text in manifest.definitions:
            for change in changes_of_text(text.node, "define"):
                made = change.made
                assert isinstance(made, Scalar)
                pair = (name, Text(str(made.value), made))
                kept = tuple(pair if n is name else (n, t) for n, t in manifest.definitions)
                loaded = replace(self.loaded, manifest=replace(manifest, definitions=kept))
                yield _mutant("definition", name.value, change, loaded)

    def mutant(self, kind: str, owner: str, change: Change, number: int, file: RulesDoc) -> Mutant:
        files = (*self.loaded.files[:number], file, *self.loaded.files[number + 1 :])
        return _mutant(kind, owner, change, replace(self.loaded, files=files))


def _mutant(kind: str, owner: str, change: Change, loaded: Loaded) -> Mutant:
    id_ = f"{owner}: {change.where}: {change.what}"
    return Mutant(id_, kind, owner, loaded, change.span, change.text)


def _swapped(docs: tuple[Any, ...], old: Any, new: Any) -> tuple[Any, ...]:
    """A tuple with one element replaced, or left out where that is None."""
    return tuple(new if doc is old else doc for doc in docs if doc is not old or new is not None)


def _at(node: Node, text: str, where: str, what: str) -> Change:
    return Change(node, None, where, what, node.span, text)


def _value(node: Node, where: str) -> Iterator[Change]:
    """The changes to the value of a parameter."""
    if isinstance(node, Sequence):
        yield from items(node, where, PLAIN)
    elif isinstance(node, Scalar) and isinstance(node.value, Decimal):
        yield from numbers(
            node, where, Decimal(1).scaleb(min(0, int(node.value.as_tuple().exponent)))
        )
    elif isinstance(node, Scalar):
        yield from test(node, where, PLAIN, lambda _: PLAIN)


def _cell(cell: Node, where: str, input_: str, kinds: Kinds) -> Iterator[Change]:
    """The changes to a cell: its operators and values, and that it matches everything."""
    yield from test(cell, where, kinds(input_), kinds)
    if not (isinstance(cell, Scalar) and cell.value == "-"):
        yield Change(cell, Scalar(cell.span, "-"), where, "matches all", cell.span, "-")


def _output(node: Node, where: str, doc: TableDoc) -> Iterator[Change]:
    """Another output for a row: a value that the table gives elsewhere."""
    if isinstance(node, Scalar) and isinstance(node.value, Decimal):
        yield from numbers(node, where, Decimal(1))
        return
    given = (*doc.values, *(output for _, output, _ in doc.rows))
    seen = {node.span.text}
    for other in given:
        if other.span.text not in seen:
            seen.add(other.span.text)
            what = f"{node.span.text} → {other.span.text}"
            yield Change(node, other, where, what, node.span, other.span.text)
            return
