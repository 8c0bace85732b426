"""Conditions in words, with links to what they read."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine import core
from policyengine.core import Expr
from policyengine.output import words
from policyengine.output.rule_words import Teller, bare, of_elements, over
from policyengine.site.book import Book
from policyengine.site.markup import Markup, Piece, el, link, made, several, text
from policyengine.source import visible

_LONG = 600


def condition(lead: str, expr: Expr, book: Book) -> Markup:
    """`lead` and what has to hold: a line for a test, a list within a list for a group."""
    teller = Teller(book.core, book.schema)
    kind, parts, inside = _group(expr, teller, lead)
    if not parts:
        return made(el("h3", lead), el("p", _leaf(expr, teller, book), class_="test"))
    return made(el("h3", f"{lead} {kind}"), _list(parts, inside, book))


def short(expr: Expr, book: Book) -> Markup:
    """A condition within a cell of a table."""
    teller = Teller(book.core, book.schema)
    kind, parts, inside = _group(expr, teller)
    if not parts:
        return _leaf(expr, teller, book)
    return made(el("p", kind, ":"), _list(parts, inside, book))


def _list(parts: Iterable[Expr], teller: Teller, book: Book) -> Markup:
    return el("ul", *(el("li", _part(part, teller, book)) for part in parts), class_="tree")


def _part(expr: Expr, teller: Teller, book: Book) -> Markup:
    kind, parts, inside = _group(expr, teller)
    if not parts:
        return _leaf(expr, teller, book)
    return made(el("span", kind, class_="kind"), _list(parts, inside, book))


def _group(
    expr: Expr, teller: Teller, lead: str | None = None, *, within: bool = False
) -> tuple[str, tuple[Expr, ...], Teller]:
    """The words over a group, its parts, and who tells of them; no parts for a single test."""
    expr = bare(expr)
    match expr:
        case core.And(parts=parts):
            return over("all", lead=lead, within=within), parts, teller
        case core.Or(parts=parts):
            return over("any", lead=lead, within=within), parts, teller
        case core.Not(of=of):
            return over("not", lead=lead, within=within), (of,), teller
        case core.AtLeast(count=number, parts=parts):
            return over("some_of", number, lead=lead, within=within), parts, teller
        case core.Leaf():
            found = teller.elements(expr)
            if found is not None:
                kind, below, inside = _group(found.condition, found.inside, within=True)
                said = f"{found.lead}, {kind}" if kind else found.lead
                return of_elements(said, lead=lead), below or (found.condition,), inside
    return "", (), teller


def _leaf(expr: Expr, teller: Teller, book: Book) -> Markup:
    expr = bare(expr)
    if isinstance(expr, core.Const) and isinstance(expr.value, bool):
        return made("always" if expr.value else "never")
    if not isinstance(expr, core.Leaf):
        return el("code", visible(" ".join(expr.span.text.split()), _LONG))
    subject, said = teller.fact(expr)
    if subject is None:
        return made(el("code", said), notes(expr, book))
    at = book.term_at(subject.path) or book.derived_at(subject.path) if subject.path else None
    name = link(at, subject.name) if at else subject.name
    return made(name, " ", coded(said), notes(expr, book))


def coded(said: str) -> Markup:
    """A text with what stands between backticks as code."""
    parts = said.split("`")
    if len(parts) != 3:
        return made(said)
    return made(parts[0], el("code", parts[1]), parts[2])


def notes(expr: Expr, book: Book) -> Markup | None:
    """Which parameters a condition takes its limits from, and what its values mean."""
    out: list[Piece] = []
    names = dict.fromkeys(n.name for n in core.walk(expr) if isinstance(n, core.Parameter))
    if names:
        links = [parameter(name, book) for name in names]
        out.append(el("small", "set by ", several(links), class_="note"))
    labels = _labels(expr, book)
    if labels:
        said = [made(el("code", value), ": ", label) for value, label in labels.items()]
        out.append(el("small", several(said, "; "), class_="note"))
    return made(out) if out else None


def _labels(expr: Expr, book: Book) -> dict[str, str]:
    """The values that a test names, in people's words."""
    subject = expr.subject if isinstance(expr, core.Leaf) else None
    if not isinstance(subject, core.Term):
        return {}
    spec = book.schema.terms.get(subject.path)
    known = spec.labels if spec is not None else {}
    found: dict[str, str] = {}
    for node in core.walk(expr):
        if not isinstance(node, core.Const):
            continue
        for item in node.value if isinstance(node.value, tuple | list) else (node.value,):
            value = words.value(item) if isinstance(item, str | bool) else ""
            if value in known and known[value] != value:
                found[value] = known[value]
    return found


def parameter(name: str, book: Book) -> Markup:
    at = book.parameter_at(name)
    shown = el("code", name)
    return link(at, shown) if at else shown


def term(path: str, book: Book) -> Markup:
    """A term by its label."""
    spec = book.schema.terms.get(path)
    shown = words.name(path, spec.label if spec else None)
    at = book.term_at(path)
    return link(at, shown, title=path) if at else made(shown)


def derived(name: str, book: Book) -> Markup:
    at = book.derived_at(name)
    return link(at, el("code", name)) if at else el("code", name)


def sentence(template: core.Template, book: Book) -> Markup:
    """A sentence as its author wrote it; what a deal fills in is a link to where it is from."""
    out: list[Piece] = []
    for part in template.parts:
        match part:
            case str():
                out.append(text(part))
            case core.Parameter(name=name):
                out.append(el("span", parameter(name, book), class_="slot"))
            case core.Term(path=path):
                out.append(el("span", term(path, book), class_="slot"))
            case core.Derived(name=name):
                out.append(el("span", derived(name, book), class_="slot"))
            case core.ScoreOf(id=id_):
                out.append(el("span", derived(f"score.{id_}", book), class_="slot"))
            case _:
                out.append(el("span", visible(part.span.text, 200), class_="slot"))
    return made(out)


def readers(kinds: Iterable[tuple[str, str]], book: Book) -> Markup | None:
    """Links to what reads something."""
    out = []
    for kind, name in kinds:
        if kind == "rule":
            out.append(link(book.rule_at(name), name))
        elif kind == "derived":
            out.append(derived(name, book))
        else:
            interest = book.core.interests[int(name)]
            out.append(link(book.interest_at(int(name)), f"interest: {interest.element}"))
    return several(out) if out else None
