"""The terms of a deal: what each may say, what silence means, and what reads it."""

from __future__ import annotations

from decimal import Decimal

from policyengine.output import words
from policyengine.output.text import count
from policyengine.schema import Shape, TermSpec
from policyengine.schema.words import a_shape
from policyengine.site import conditions
from policyengine.site.book import Book
from policyengine.site.markup import Markup, el, facts, made, table, text

_PLAIN = {"": "Without a group"}
_FEW = 12  # terms that a page shows in full without being asked


def page(book: Book) -> Markup:
    groups: dict[str, list[TermSpec]] = {}
    for spec in book.schema.terms.values():
        groups.setdefault(spec.path.rpartition(".")[0], []).append(spec)
    folded = len(book.schema.terms) > _FEW
    read = sum(path in book.readers_of_terms for path in book.schema.terms)
    return made(
        el("h1", "Terms"),
        el(
            "p",
            f"What a deal may say. {len(book.schema.terms)} terms, of which the rules read {read}.",
            class_="lead",
        ),
        el(
            "div",
            *(_group(name, specs, book, folded=folded) for name, specs in groups.items()),
            data_find="words of a term, its path or its values",
            data_units=True,
        ),
    )


def _title(name: str, book: Book) -> str:
    group = book.schema.group(name) if name else None
    return (group.title if group is not None else None) or _PLAIN.get(name, name)


def _group(name: str, specs: list[TermSpec], book: Book, *, folded: bool) -> Markup:
    """A group, which may be folded to the names of its terms: a page can have hundreds."""
    names = "; ".join(words.name(spec.path, spec.label) for spec in specs)
    return el(
        "details",
        el(
            "summary",
            el("h2", _title(name, book)),
            el("span", name, class_="id") if name else None,
            el("small", count(len(specs), "term")),
            el("span", names, class_="names"),
        ),
        *(_term(spec, book) for spec in specs),
        class_="group",
        open=not folded,
        id=book.anchor("group", name),
    )


def _term(spec: TermSpec, book: Book) -> Markup:
    anchor = book.anchor("term", spec.path)
    readers = conditions.readers(book.readers_of_terms.get(spec.path, ()), book)
    return el(
        "section",
        el("h3", words.name(spec.path, spec.label), id=f"{anchor}~title"),
        el("p", el("code", spec.path), class_="soft"),
        el("p", text(spec.description), class_="text") if spec.description else None,
        facts(
            (
                ("Value", _kind(spec.shape)),
                ("Silence", silence(spec)),
                ("Values", _values(spec)),
                ("Fixed", "A fact that no negotiation changes." if spec.fixed else None),
                (
                    "May not apply",
                    "A document may list it as not applicable: a rule whose requirement reads "
                    "only such terms then does not apply."
                    if spec.may_not_apply
                    else None,
                ),
                ("Read by", readers or "nothing"),
            )
        ),
        class_="card unit plain",
        id=anchor,
        aria_labelledby=f"{anchor}~title",
    )


def silence(spec: TermSpec) -> str:
    """What a deal that does not state the term says."""
    if spec.required:
        return "A deal has to state it."
    if not spec.has_default:
        return "Unknown: what rests on it stays open."
    value = words.value(spec.default, spec.unit)
    label = spec.labels.get(words.value(spec.default))
    return f"Silence means {value}" + (f": {label}." if label else ".")


def _kind(shape: Shape) -> str:
    """`a number in years, at least 0`."""
    said = a_shape(shape).replace("`", "")
    unit = shape.type.unit
    if unit and unit not in said:
        said += f" in {unit}"
    limits: list[str] = []
    for bound, lead in (
        (shape.minimum, "at least"),
        (shape.exclusive_minimum, "more than"),
        (shape.maximum, "at most"),
        (shape.exclusive_maximum, "less than"),
        (shape.multiple_of, "a multiple of"),
    ):
        if isinstance(bound, Decimal):
            limits.append(f"{lead} {words.quantity(bound)}")
    for number, lead, noun in (
        (shape.min_length, "at least", "characters"),
        (shape.max_length, "at most", "characters"),
        (shape.min_items, "at least", "elements"),
        (shape.max_items, "at most", "elements"),
    ):
        if number is not None:
            limits.append(f"{lead} {number} {noun}")
    if shape.unique:
        limits.append("none twice, in any order")
    if shape.pattern:
        limits.append(f"in the form {shape.pattern}")
    said = ", ".join([said, *limits])
    if shape.item is not None and (shape.item.fields or shape.item.minimum is not None):
        said += f"; each {_kind(shape.item)}"
    if shape.fields:
        inner = "; ".join(f"{name}: {_kind(part)}" for name, part, _ in shape.fields)
        said += f" of {inner}"
    return said


def _values(spec: TermSpec) -> Markup | None:
    """What an enumeration lists, in people's words where it has them."""
    shape = spec.shape
    listed = shape.enum or (shape.item.enum if shape.item is not None else None) or ()
    values = [words.value(value) for value in listed if value is not None]
    if not values and shape.type.kind == "boolean" and spec.labels:
        values = ["true", "false"]
    if not values:
        return None
    if not spec.labels:
        return made(", ".join(values))
    rows = [(el("code", value), spec.labels.get(value, "")) for value in values]
    return table(("value", "meaning"), rows, label=f"Values of {spec.path}")
