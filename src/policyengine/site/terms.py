"""The terms of a deal: what each may say, what silence means, and what reads it."""

from __future__ import annotations

from decimal import Decimal

from policyengine.output import words
from policyengine.schema import Shape, TermSpec
from policyengine.schema.words import a_shape
from policyengine.site import conditions
from policyengine.site.book import Book
from policyengine.site.markup import Markup, el, facts, link, made, table, text

_PLAIN = {"": "Without a group"}


def page(book: Book) -> Markup:
    groups: dict[str, list[TermSpec]] = {}
    for spec in book.schema.terms.values():
        groups.setdefault(spec.path.rpartition(".")[0], []).append(spec)
    read = sum(path in book.readers_of_terms for path in book.schema.terms)
    return made(
        el("h1", "Terms"),
        el(
            "p",
            f"What a deal may say. {len(book.schema.terms)} terms, of which the rules read {read}.",
            class_="lead",
        ),
        el("nav", _contents(groups, book), aria_label="Groups of terms"),
        *(_group(name, specs, book) for name, specs in groups.items()),
    )


def _title(name: str, book: Book) -> str:
    group = book.schema.group(name) if name else None
    return (group.title if group is not None else None) or _PLAIN.get(name, name)


def _contents(groups: dict[str, list[TermSpec]], book: Book) -> Markup:
    return el(
        "ul",
        *(
            el("li", link(f"#{book.anchor('group', name)}", _title(name, book)), f" ({len(specs)})")
            for name, specs in groups.items()
        ),
        class_="columns",
    )


def _group(name: str, specs: list[TermSpec], book: Book) -> Markup:
    anchor = book.anchor("group", name)
    title = made(_title(name, book), " ", el("span", name, class_="id") if name else None)
    return made(
        el("h2", title, id=anchor),
        *(_term(spec, book) for spec in specs),
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
