"""Where the names of a policy are declared and where they are used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from policyengine import core, nodes
from policyengine.core import Expr
from policyengine.engine import Policy
from policyengine.errors import PolicyEngineError
from policyengine.loader import Loaded
from policyengine.nodes import Node, Scalar
from policyengine.reading import read_document
from policyengine.source import Span
from policyengine.testing.suite import beside
from policyengine.values.record import Record


class Symbol(Record):
    """A name of a policy; `kind` is `rule`, `parameter`, `term`, `definition` (a table, too)
    or `score`."""

    kind: str
    name: str


@dataclass
class Index:
    """By symbol: where it is declared, every place that names it, and which rules read it,
    also by way of definitions."""

    declared: dict[Symbol, Span] = field(default_factory=dict)
    uses: dict[Symbol, list[Span]] = field(default_factory=dict)
    readers: dict[Symbol, list[str]] = field(default_factory=dict)
    _seen: set[tuple[Symbol, str, int]] = field(default_factory=set, repr=False)

    def use(self, symbol: Symbol, span: Span) -> None:
        """Note a place; what stands before or around the name there is left out."""
        at = span.text.rfind(symbol.name)
        if at >= 0:
            start = span.start + at
            span = span.source.span(start, start + len(symbol.name))
        place = (symbol, span.file, span.start)
        if place not in self._seen:
            self._seen.add(place)
            self.uses.setdefault(symbol, []).append(span)

    def reader(self, symbol: Symbol, rule: str) -> None:
        known = self.readers.setdefault(symbol, [])
        if rule not in known:
            known.append(rule)


def indexed(policy: Policy) -> Index:
    """The index of a policy that loads; its tests and waiver files are read for the names in
    them, and passed over where they cannot be."""
    index = declared(policy.loaded)
    meant = policy.core
    for rule in meant.rules:
        exprs = [*core.written(rule), *_public(rule)]
        _note(index, exprs)
        for expr in exprs:
            for symbol in _reach(meant, expr):
                index.reader(symbol, rule.id)
    for definition in meant.definitions.values():
        _note(index, [definition.value])
    for card in meant.scorecards.values():
        _note(index, [expr for item in card.items for expr in (item.when, item.points)])
    for interest in meant.interests:
        _note(index, [expr for expr in (interest.served, interest.conflict) if expr is not None])
    for path in beside(policy):
        _read(path, index, _test)
    for path in policy.loaded.waivers:
        _read(path, index, waivers)
    return index


def declared(loaded: Loaded) -> Index:
    """What documents declare, whether or not they are without mistakes."""
    index = Index()
    for parameter in loaded.manifest.parameters:
        index.declared[Symbol("parameter", parameter.name.value)] = parameter.name.span
    for name, _ in loaded.manifest.definitions:
        index.declared[Symbol("definition", name.value)] = name.span
    for file in loaded.files:
        index.declared |= {Symbol("rule", rule.id.value): rule.id.span for rule in file.rules}
        index.declared |= {Symbol("definition", t.id.value): t.id.span for t in file.tables}
        index.declared |= {Symbol("score", card.id.value): card.id.span for card in file.scorecards}
    for path, term in loaded.schema.terms.items():
        start = term.span.start
        index.declared[Symbol("term", path)] = term.span.source.span(start, start + 1)
    return index


def _public(rule: core.Rule) -> Iterator[Expr]:
    told = rule.public
    if told is not None:
        for template in (told.say, told.open, told.ask):
            if template is not None:
                yield from (part for part in template.parts if not isinstance(part, str))


def _symbol(node: Expr) -> Symbol | None:
    match node:
        case core.Term(path=path) | core.Stated(path=path):
            return Symbol("term", path)
        case core.Parameter(name=name):
            return Symbol("parameter", name)
        case core.Derived(name=name):
            return Symbol("definition", name)
        case core.ScoreOf(id=name):
            return Symbol("score", name)
    return None


def _nodes(expr: Expr) -> Iterator[Expr]:
    """An expression and all below it, what a leaf shows included."""
    for node in core.walk(expr):
        yield node
        if isinstance(node, core.Leaf):
            for part in (*node.text, node.subject):
                if part is not None and not isinstance(part, str):
                    yield from core.walk(part)


def _note(index: Index, exprs: Iterable[Expr]) -> None:
    for expr in exprs:
        for node in _nodes(expr):
            symbol = _symbol(node)
            if symbol is not None:
                index.use(symbol, node.span)


def _reach(policy: core.Policy, expr: Expr) -> set[Symbol]:
    """What an expression reads, also by way of definitions and scorecards."""
    found: set[Symbol] = set()
    waiting = [expr]
    while waiting:
        for node in _nodes(waiting.pop()):
            symbol = _symbol(node)
            if symbol is None or symbol in found:
                continue
            found.add(symbol)
            if symbol.kind == "definition":
                waiting.append(policy.definitions[symbol.name].value)
            elif symbol.kind == "score":
                for item in policy.scorecards[symbol.name].items:
                    waiting += [item.when, item.points]
    return found


# test files and waivers ---------------------------------------------------------------------


def _read(path: Path, index: Index, note: Callable[[Node, Index], None]) -> None:
    try:
        node = read_document(path, shown=path.as_posix()).node
    except PolicyEngineError:
        return
    note(node, index)


def _entries(node: Node | None) -> tuple[tuple[Scalar, Node], ...]:
    return node.entries if isinstance(node, nodes.Mapping) else ()


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, nodes.Sequence) else ()


def _get(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, nodes.Mapping) else None


def _test(node: Node, index: Index) -> None:
    _stated(_get(node, "base"), "", index)
    for case in _items(_get(node, "cases")):
        _stated(_get(case, "terms"), "", index)
        _keys("parameter", _get(case, "parameters"), index)
        waivers(case, index)
        expect = _get(case, "expect")
        for group in ("outcomes", "messages"):
            _keys("rule", _get(expect, group), index)
        _keys("score", _get(expect, "scores"), index)
        for path in _items(_get(expect, "missing")):
            if isinstance(path, Scalar) and isinstance(path.value, str):
                index.use(Symbol("term", path.value), path.span)
    for mutant in _items(_get(node, "mutants")):
        _mutant(_get(mutant, "mutant"), index)


def _mutant(named: Node | None, index: Index) -> None:
    """The id of a mutant begins with that of its rule, table or scorecard."""
    if isinstance(named, Scalar) and isinstance(named.value, str):
        of = named.value.partition(":")[0].partition(" ")[0]
        at = named.span.text.find(of)
        span = named.span.source.span(named.span.start + at, named.span.start + at + len(of))
        for symbol in (Symbol(kind, of) for kind in ("rule", "definition", "score")):
            if symbol in index.declared and at >= 0:
                index.use(symbol, span)


def _keys(kind: str, node: Node | None, index: Index) -> None:
    for key, _ in _entries(node):
        index.use(Symbol(kind, str(key.value)), key.span)


def _stated(node: Node | None, above: str, index: Index) -> None:
    """The terms that a document states, by their keys."""
    for key, value in _entries(node):
        path = f"{above}{key.value}"
        symbol = Symbol("term", path)
        if symbol in index.declared:
            span = key.span  # of a path in parts, its last
            index.uses.setdefault(symbol, []).append(span)
        else:
            _stated(value, f"{path}.", index)


def waivers(node: Node, index: Index) -> None:
    """The rules that waivers are of."""
    for waiver in _items(_get(node, "waivers")):
        rule = _get(waiver, "rule")
        if isinstance(rule, Scalar) and isinstance(rule.value, str):
            index.use(Symbol("rule", rule.value), rule.span)
