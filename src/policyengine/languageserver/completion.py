"""What may be typed at a place: keys, terms, operators, values, parameters, rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from policyengine import core
from policyengine.languageserver import grammar
from policyengine.languageserver.cursor import ITEM, Cursor, cursor
from policyengine.languageserver.documents import kind_of
from policyengine.languageserver.hover import operator_text, term_text, tests
from policyengine.languageserver.model import Model
from policyengine.languageserver.pointed import group_of, term_of, term_steps
from policyengine.lowering.operators import OPERATORS
from policyengine.schema import Group, Shape, TermSpec
from policyengine.source import Source, Span
from policyengine.values.record import Record

_WORD = re.compile(r"[\w.-]*\Z")
_OPEN_BRACE = re.compile(r"\{[^{}]*\Z")
#: `term = "` and the like, at the end of an expression
_COMPARED = re.compile(r"""([A-Za-z_][\w.]*)\s*!?=\s*["'\\]*[\w-]*\Z""")
_SENTENCES = ("because", "ask", "say", "open")
_CONSTANT = ("parameter_operand", "term_operand")


class Item(Record):
    """One proposal: `text` replaces `span`. `kind` is `term`, `group`, `value`, `operator`,
    `parameter`, `definition`, `rule` or `key`."""

    label: str
    kind: str
    text: str
    span: Span
    detail: str = ""
    documentation: str = ""


def complete(source: Source, offset: int, path: Path, model: Model | None) -> list[Item]:
    """Proposals for a place, in the order in which they should be shown."""
    here = cursor(source, offset)
    word = _WORD.search(source.text[here.start : offset])
    start = here.start + word.start() if word is not None else offset
    at = _Place(here, source.span(start, offset), model)
    kind = kind_of(path, source.text)
    if kind == "terms":
        return at.unique(at.deal())
    if kind not in grammar.KINDS:
        return []
    return at.unique(at.document(kind))


class _Place:
    def __init__(self, here: Cursor, word: Span, model: Model | None) -> None:
        self.here = here
        self.word = word
        self.model = model
        self.last = here.path[-1] if here.path else ""
        self.meant = model.policy.core if model is not None and model.policy is not None else None

    def unique(self, items: Iterable[Item]) -> list[Item]:
        return list({(item.label, item.kind): item for item in items}.values())

    def item(self, label: str, kind: str, *, after: str = "", **told: str) -> Item:
        return Item(label, kind, label + after, self.word, **told)

    def document(self, kind: str) -> Iterator[Item]:
        path = self.here.path
        if kind == "test" and self.in_deal():
            yield from self.deal()
            return
        if self.here.is_key:
            yield from self.keys(grammar.place(kind, path), kind)
        else:
            yield from self.values(grammar.place(kind, path), kind)

    # keys ---------------------------------------------------------------------------------

    def keys(self, place: grammar.Place, kind: str) -> Iterator[Item]:
        names = place.names
        if kind == "test":
            if self.last in ("outcomes", "messages"):
                yield from self.rules(after=": ")
            elif self.last == "scores":
                yield from self.named(self.meant.scorecards if self.meant else (), "definition")
            elif self.last == "parameters":
                yield from self.parameters(after=": ")
        if place.is_condition:
            fields = self.fields()
            if fields is not None:
                yield from (self.item(name, "term", after=": ") for name, _, _ in fields)
            else:
                yield from self.terms(after=": ")
            # an entry of a list may become an expression instead
            yield from self.expression_words() if self.last == ITEM else ()
        wanted = None
        if "operators" in names:
            term = self.subject()
            wanted = tests(term.type) if term is not None else list(OPERATORS)
            for name in wanted:
                summary = OPERATORS[name].summary
                yield self.item(
                    name,
                    "operator",
                    after=": ",
                    detail=summary,
                    documentation=operator_text(name),
                )
        for key in place.entries:
            if key.name in OPERATORS and "operators" in names:
                continue
            yield self.item(
                key.name, "key", after=": ", detail=key.title, documentation=key.description
            )
        if self.here.is_key and self.last == ITEM and not self.here.in_flow:
            yield from self.values(place, kind)

    def fields(self) -> tuple[tuple[str, Shape, bool], ...] | None:
        """The fields of an item, where the place is in a condition on items."""
        for number in range(len(self.here.path) - 1, 0, -1):
            if self.here.path[number] in ("every", "some", "none"):
                term = self.term(self.here.path[number - 1])
                item = term.shape.item if term is not None else None
                return item.fields if item is not None else None
        return None

    def subject(self) -> TermSpec | None:
        """The term that the keys above are a test on."""
        for name in reversed(self.here.path):
            term = self.term(name)
            if term is not None:
                return term
        return None

    def term(self, path: str) -> TermSpec | None:
        return term_of(self.model, path) if self.model is not None else None

    # values -------------------------------------------------------------------------------

    def values(self, place: grammar.Place, kind: str) -> Iterator[Item]:
        path, names = self.here.path, place.names
        if self.last == "parameter":
            yield from self.parameters()
        elif self.last == "term" or (kind == "rules" and "inputs" in path):
            yield from self.terms()
        elif kind == "waivers" and self.last == "rule":
            yield from self.rules()
        elif kind == "test" and "missing" in path:
            yield from self.terms()
        elif self.last in _SENTENCES:
            if _OPEN_BRACE.search(self.here.text):
                yield from self.expression_words()
        elif "expression" in names or place.is_condition:
            yield from self.expression()
        else:
            term = self.subject()
            if term is not None and names & {"test", "constant", "operand", "operands"}:
                yield from self.constants(term)
                if names & set(_CONSTANT) and not self.here.text:
                    for name in ("parameter", "term"):
                        yield Item(name, "key", f"{{{name}: }}", self.word)
            yield from (self.item(value, "value") for value in place.values())

    def constants(self, term: TermSpec) -> Iterator[Item]:
        """The values that a term has, or that the items of a list have."""
        type_ = term.type.item if term.type.kind == "list" and term.type.item else term.type
        if type_.kind == "boolean":
            yield from (self.item(value, "value") for value in ("true", "false"))
        for value in type_.enum or ():
            yield self.item(value, "value", detail=term.labels.get(value, ""))

    def expression(self) -> Iterator[Item]:
        compared = _COMPARED.search(self.here.text)
        term = self.term(compared[1]) if compared else None
        if term is not None and term.type.enum:
            quoted = any(quote in compared[0] for quote in "\"'") if compared else False
            for value in term.type.enum:
                text = value if quoted else f'"{value}"'
                yield Item(value, "value", text, self.word, term.labels.get(value, ""))
            return
        yield from self.expression_words()

    def expression_words(self) -> Iterator[Item]:
        """Everything that an expression may name."""
        typed = self.word.text
        if typed.startswith("parameters."):
            yield from self.parameters(before="parameters.")
            return
        yield from self.terms()
        if self.meant is not None:
            yield from self.named(self.meant.definitions, "definition", after="")
            scores = [f"score.{name}" for name in self.meant.scorecards]
            yield from self.named(scores, "definition", after="")
        yield from self.parameters(before="parameters.")
        yield self.item("as_of", "definition", detail="the date of the decision")

    # names --------------------------------------------------------------------------------

    def terms(self, after: str = "") -> Iterator[Item]:
        schema = self.model.schema if self.model is not None else None
        for path, term in schema.terms.items() if schema is not None else ():
            yield self.term_item(path, term, after)

    def term_item(self, label: str, term: TermSpec, after: str) -> Item:
        return self.item(
            label,
            "term",
            after=after,
            detail=f"{term.type}{f', {term.title}' if term.title else ''}",
            documentation=term_text(term, self.model),
        )

    def parameters(self, before: str = "", after: str = "") -> Iterator[Item]:
        loaded = self.model.loaded if self.model is not None else None
        for parameter in loaded.manifest.parameters if loaded is not None else ():
            name = parameter.name.value
            detail = ""
            if self.meant is not None and name in self.meant.parameters:
                value = self.meant.parameters[name]
                detail = str(value.type) + (
                    " by date" if isinstance(value.value, core.Dated) else ""
                )
            yield self.item(before + name, "parameter", after=after, detail=detail)

    def rules(self, after: str = "") -> Iterator[Item]:
        loaded = self.model.loaded if self.model is not None else None
        for file in loaded.files if loaded is not None else ():
            for rule in file.rules:
                yield self.item(rule.id.value, "rule", after=after, detail=rule.title.value)

    def named(self, names: Iterable[str], kind: str, after: str = ": ") -> Iterator[Item]:
        yield from (self.item(name, kind, after=after) for name in names)

    # deals --------------------------------------------------------------------------------

    def in_deal(self) -> bool:
        return self.here.path[:1] == ("base",) or self.here.path[:3] == ("cases", ITEM, "terms")

    def deal(self) -> Iterator[Item]:
        """The terms and values of a deal."""
        if self.model is None:
            return
        steps = ".".join(term_steps(self.here.path))
        term = self.term(steps)
        if term is not None:
            yield from self.constants(term)
            return
        group = group_of(self.model, steps)
        if group is None or not self.here.is_key:
            return
        for name, member in group.members.items():
            if isinstance(member, Group):
                yield self.item(name, "group", after=":", detail=member.title or "")
            else:
                yield self.term_item(name, member, ": ")
        if not steps and self.here.path[:1] == ("cases",):
            yield from self.terms(after=": ")
