"""Where a name is declared and used, and what a document holds."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from policyengine import nodes
from policyengine.errors import PolicyEngineError
from policyengine.languageserver import index as index_
from policyengine.languageserver.documents import waiver_files
from policyengine.languageserver.index import Index, Symbol
from policyengine.languageserver.model import Model
from policyengine.nodes import Node, Scalar
from policyengine.project import project_root
from policyengine.reading import format_of, read_document, read_path, read_source
from policyengine.source import Source, Span
from policyengine.values.record import Record


class Outline(Record):
    """An entry of a document's outline; `kind` is a `Symbol`'s, `case`, `waiver` or `group`."""

    name: str
    detail: str
    kind: str
    span: Span
    name_span: Span
    children: tuple[Outline, ...] = ()


def declaration(model: Model, symbol: Symbol) -> Span | None:
    return model.index.declared.get(symbol)


def references(model: Model, symbol: Symbol, *, declared: bool) -> list[Span]:
    """Every place that names something, in the order of files; those of waivers that lie
    elsewhere in the project included. While the policy has errors they are told by their
    text alone."""
    found = [*model.index.uses.get(symbol, ())] if model.valid else list(_by_text(model, symbol))
    if symbol.kind == "rule":
        found += _elsewhere(model).uses.get(symbol, [])
    own = model.index.declared.get(symbol)
    places = {(os.path.realpath(span.file), span.start): span for span in found}
    if own is not None:
        places.pop((os.path.realpath(own.file), own.start), None)
    ordered = [span for _, span in sorted(places.items(), key=lambda entry: entry[0])]
    return [own, *ordered] if declared and own is not None else ordered


def _by_text(model: Model, symbol: Symbol) -> Iterator[Span]:
    """The places in a policy's folder where a name stands as a word."""
    before = r"(?<![\w.-])(?:parameters\.|score\.)?" if symbol.kind != "rule" else r"(?<![\w.-])"
    word = re.compile(rf"{before}({re.escape(symbol.name)})(?![\w-]|\.\w)")
    files = sorted(model.path.rglob("*.y*ml")) if model.path.is_dir() else [model.path]
    for path in files:
        try:
            source = read_path(path, shown=path.as_posix())[0]
        except PolicyEngineError:
            continue
        yield from (source.span(*found.span(1)) for found in word.finditer(source.text))


def _elsewhere(model: Model) -> Index:
    """The waivers of a project that are about this policy: all their rules are its own."""
    known = {symbol.name for symbol in model.index.declared if symbol.kind == "rule"}
    folder = model.path if model.path.is_dir() else model.path.parent
    total = Index()
    for path in waiver_files(project_root(folder)):
        try:
            node = read_document(path, shown=path.as_posix()).node
        except PolicyEngineError:
            continue
        one = Index()
        index_.waivers(node, one)
        if one.uses and all(symbol.name in known for symbol in one.uses):
            for symbol, spans in one.uses.items():
                total.uses.setdefault(symbol, []).extend(spans)
    return total


def outline(source: Source, path: Path) -> list[Outline]:
    """What a document holds; empty for one that cannot be read."""
    try:
        node = read_source(source, format_of(path.name))
    except PolicyEngineError:
        return []
    if not isinstance(node, nodes.Mapping):
        return []
    found: list[Outline] = []
    for key, value in node.entries:
        name = str(key.value)
        if name in _NAMED and isinstance(value, nodes.Sequence):
            kind, label, detail = _NAMED[name]
            inner = [_entry(item, kind, label, detail) for item in value]
        elif name in ("parameters", "define"):
            kind = "parameter" if name == "parameters" else "definition"
            inner = _keys(value, kind)
        else:
            inner = _keys(value, "group") if isinstance(value, nodes.Mapping) else []
        children = tuple(entry for entry in inner if entry is not None)
        found.append(Outline(name, "", "group", _whole(key, value), key.span, children))
    return found


#: by list: the kind of its entries, the key that names one, and the key that says more
_NAMED = {
    "rules": ("rule", "id", "title"),
    "scorecards": ("score", "id", "title"),
    "tables": ("definition", "id", "title"),
    "interests": ("group", "element", "ours"),
    "cases": ("case", "name", ""),
    "waivers": ("waiver", "rule", "deal"),
    "mutants": ("case", "mutant", "reason"),
}


def _entry(item: Node, kind: str, label: str, detail: str) -> Outline | None:
    if not isinstance(item, nodes.Mapping):
        return None
    named, said = item.get(label), item.get(detail)
    if not isinstance(named, Scalar):
        return None
    name = str(named.value).strip()
    more = str(said.value) if isinstance(said, Scalar) else ""
    return Outline(name, more, kind, item.span, named.span) if name else None


def _keys(node: Node, kind: str) -> list[Outline | None]:
    entries = node.entries if isinstance(node, nodes.Mapping) else ()
    return [
        Outline(str(key.value), "", kind, _whole(key, value), key.span)
        for key, value in entries
        if str(key.value).strip()
    ]


def _whole(key: Scalar, value: Node) -> Span:
    return key.span.source.span(key.span.start, max(key.span.end, value.span.end))
