"""What a place in a text names: a term, a parameter, a rule, an operator, a key.

Told from the text around the place and the keys above it, so that it is known while the
document has mistakes."""

from __future__ import annotations

import re
from pathlib import Path

from policyengine.languageserver import grammar
from policyengine.languageserver.cursor import ITEM, Cursor, cursor
from policyengine.languageserver.documents import kind_of
from policyengine.languageserver.index import Symbol
from policyengine.languageserver.model import Model
from policyengine.lowering.operators import OPERATORS
from policyengine.schema import Group, TermSpec
from policyengine.source import Source, Span
from policyengine.values.record import Record

_WORD = re.compile(r"[\w.-]+")
#: keys of a test file below which terms stand
_TERMS = ("base", "terms")
_RULES = ("outcomes", "messages")


class Pointed(Record):
    """A word of a text; `symbol` is what it names, `operator` or `key` what else it may be."""

    span: Span
    symbol: Symbol | None = None
    operator: str | None = None
    key: grammar.Key | None = None


def pointed(source: Source, offset: int, path: Path, model: Model | None) -> Pointed | None:
    """What stands at a place, or None where nothing does that has a name."""
    word = word_at(source, offset)
    if word is None:
        return None
    end = word.end
    here = cursor(source, end)
    kind = kind_of(path, source.text)
    is_key = here.is_key
    for candidate in _parts(word, offset):
        symbol = _symbol(candidate, here, kind, model, is_key=is_key)
        if symbol is not None:
            return Pointed(candidate, symbol)
    name = word.text
    if kind in grammar.KINDS and is_key:
        place = grammar.place(kind, here.path)
        if name in OPERATORS and "operators" in place.names:
            return Pointed(word, operator=name)
        key = place.key(name)
        if key is not None:
            return Pointed(word, key=key)
    return None


def word_at(source: Source, offset: int) -> Span | None:
    """The word that a place lies in or at the end of."""
    line = source.position(offset)[0]
    start = source.line_starts[line - 1]
    for found in _WORD.finditer(source.line(line)):
        if start + found.start() <= offset <= start + found.end():
            bare = found[0].strip(".-")
            begin = start + found.start() + found[0].find(bare) if bare else 0
            return source.span(begin, begin + len(bare)) if bare else None
    return None


def _parts(word: Span, offset: int) -> list[Span]:
    """A word, then what is left of it where it is cut at its dots, back to the place."""
    text, start = word.text, word.start
    ends = (start + number for number in range(len(text) - 1, 0, -1) if text[number] == ".")
    return [word, *(word.source.span(start, end) for end in ends if end >= offset)]


def _symbol(
    word: Span, here: Cursor, kind: str, model: Model | None, *, is_key: bool
) -> Symbol | None:
    if model is None:
        return None
    name, index = word.text, model.index
    above = here.path
    last = above[-1] if above else ""
    if last == "parameter" or (kind in ("policy", "test") and last == "parameters" and is_key):
        return _known(model, "parameter", name.removeprefix("parameters."))
    if name.startswith("parameters."):
        return _known(model, "parameter", name.split(".")[1])
    if name.startswith("score."):
        return _known(model, "score", name.split(".")[1])
    if kind == "policy" and last == "define" and is_key:
        return _known(model, "definition", name)
    if kind == "rules" and last == "id":
        for sort in ("rule", "definition", "score"):
            if Symbol(sort, name) in index.declared:
                return Symbol(sort, name)
    if (kind == "waivers" and last == "rule") or (kind == "test" and last in (*_RULES, "rule")):
        return _known(model, "rule", name)
    if kind == "test" and last == "scores" and is_key:
        return _known(model, "score", name)
    if kind == "terms" or (kind == "test" and set(above) & set(_TERMS)):
        return _stated(name, above, model, is_key=is_key)
    if kind in ("policy", "rules") or (kind == "test" and "missing" in above):
        return _known(model, "term", name) or _known(model, "definition", name)
    return None


def _known(model: Model, kind: str, name: str) -> Symbol | None:
    symbol = Symbol(kind, name)
    if symbol in model.index.declared or (kind == "term" and term_of(model, name) is not None):
        return symbol
    if kind == "parameter" and model.loaded is not None:
        known = (parameter.name.value for parameter in model.loaded.manifest.parameters)
        return symbol if name in known else None
    return None


def _stated(name: str, above: tuple[str, ...], model: Model, *, is_key: bool) -> Symbol | None:
    """The term that a key of a deal states, by the keys above it; of a value, that of its own."""
    steps = term_steps(above)
    path = ".".join((*steps, name) if is_key else steps)
    return _known(model, "term", path)


def term_steps(above: tuple[str, ...]) -> tuple[str, ...]:
    """The keys of a path that belong to a deal."""
    for number, key in enumerate(above):
        if key in _TERMS and above[:number] in ((), ("cases", ITEM)):
            above = above[number + 1 :]
            break
    return tuple(key for key in above if key != ITEM)


def term_of(model: Model, path: str) -> TermSpec | None:
    return model.schema.terms.get(path) if model.schema is not None else None


def group_of(model: Model, path: str) -> Group | None:
    if model.schema is None:
        return None
    return model.schema.group(path) if path else model.schema.root
