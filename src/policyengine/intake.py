"""Terms in: a deal's document checked against the terms schema, once, into flat values.

The check is written against plain data, so that a dictionary from a program and a document
from a file meet the same one; positions are looked up afterwards, only for what is wrong or
shown. A problem is never skipped: a document that violates its schema gives no values.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from policyengine import nodes
from policyengine.errors import Diagnostic, TermsError, did_you_mean, nearest, ordered
from policyengine.nodes import Node
from policyengine.schema import Group, Shape, TermSpec, TermsSchema
from policyengine.source import Span, quoted, text_of
from policyengine.types import DURATION, TEMPORAL
from policyengine.values import jsontext, temporal
from policyengine.values.durations import DayTimeDuration, YearMonthDuration, parse_duration
from policyengine.values.numbers import NumeralError, from_python, to_text
from policyengine.values.record import Record

Pointer: TypeAlias = tuple[str | int, ...]
#: where in the document, code, message, hint
Problem: TypeAlias = tuple[Pointer, str, str, str | None]

MAX_PROBLEMS = 50
MAX_DEPTH = 64
_EVIDENCE = ("source", "clause", "confidence", "note")
_CONFIDENCE = ("high", "medium", "low")


class Deal(Record):
    """Checked terms.

    `values` holds what the document states, by dotted path, null left out; `document` is
    the plain data it was read from and `node` its positioned form, if it came from a text.
    """

    values: Mapping[str, Any]
    evidence: Mapping[str, Mapping[str, str]]
    not_applicable: frozenset[str]
    id: str | None
    document: Mapping[str, Any]
    node: Node | None = None
    source: str | None = None
    source_digest: str | None = None

    def digest(self) -> str:
        """SHA-256 over the canonical JSON of the terms; worked out on each call."""
        return jsontext.digest(canonical(self.document))

    def span(self, path: str) -> Span | None:
        """Where the document states a term, or None."""
        return find(self.node, tuple(path.split("."))) if self.node is not None else None


def check(
    document: Any,
    schema: TermsSchema,
    *,
    node: Node | None = None,
    source: str | None = None,
    source_digest: str | None = None,
) -> Deal:
    """The deal a document states; raises `TermsError` with every violation found."""
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    evidence: Mapping[str, Mapping[str, str]] = {}
    listed: frozenset[str] = frozenset()
    if not isinstance(document, Mapping):
        problems.append(((), "terms-shape", "the terms of a deal are a mapping of groups", None))
    else:
        _group(document, schema.root, (), values, problems, schema)
        evidence = _evidence(document.get("evidence"), schema, problems)
        listed = _not_applicable(document.get("not_applicable"), schema, values, problems)
    if problems:
        raise TermsError(diagnostics(problems, node))
    deal_id = values.get("deal.id")
    return Deal(
        values,
        evidence,
        listed,
        deal_id if isinstance(deal_id, str) else None,
        document,
        node,
        source,
        source_digest,
    )


def diagnostics(problems: list[Problem], node: Node | None) -> tuple[Diagnostic, ...]:
    """Problems with their places; without a document, the path stands in the message."""
    found = []
    for pointer, code, message, hint in problems:
        span = None
        if node is not None:
            span = find(node, pointer, key=code in ("unknown-term", "unknown-key"))
        if code == "missing-required" and not pointer and isinstance(node, nodes.Mapping):
            span = node.entries[0][0].span if node.entries else span
        path = _path(pointer)
        text = f"{quoted(path, 120)} {message}" if path else message
        found.append(Diagnostic(code, text, span, hint=hint))
    return ordered(found)


def _path(pointer: Pointer) -> str:
    """A pointer as an expression has it: an element of a list by its number, from 1."""
    path = ""
    for part in pointer:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def find(node: Node | None, pointer: Pointer, *, key: bool = False) -> Span | None:
    """The span of the value (or key) at a pointer; of what is nearest to it if it is absent."""
    if node is None:
        return None
    span = node.span
    for number, part in enumerate(pointer):
        last = number == len(pointer) - 1
        if isinstance(node, nodes.Mapping):
            name = node.key(str(part))
            below = node.get(str(part))
            if below is None or name is None:
                return node.entries[0][0].span if node.entries else node.span
            span = name.span if key and last else below.span
            if not last or not key:
                span = below.span if isinstance(below, nodes.Scalar) else name.span
            node = below
        elif isinstance(node, nodes.Sequence) and isinstance(part, int) and part < len(node):
            node = node.items[part]
            span = node.span
        else:
            return span
    return span


# groups -----------------------------------------------------------------------------------


def _group(
    data: Mapping[Any, Any],
    group: Group,
    pointer: Pointer,
    values: dict[str, Any],
    problems: list[Problem],
    schema: TermsSchema,
) -> None:
    members = group.members
    for name, value in data.items():
        member = members.get(name) if isinstance(name, str) else None
        if member is None:
            if not pointer and name in ("evidence", "not_applicable"):
                continue
            _unknown(name, pointer, group, problems, schema)
        elif isinstance(member, TermSpec):
            if value is not None or not member.shape.nullable:
                made = convert(value, member.shape, (*pointer, name), problems)
                if made is not None:
                    values[member.path] = made
        elif isinstance(value, Mapping):
            _group(value, member, (*pointer, name), values, problems, schema)
        else:
            problems.append(
                ((*pointer, name), "wrong-type", f"must be a group of terms; {found(value)}", None)
            )
    lead = "" if pointer else "the document "
    unknown = [name for name in data if isinstance(name, str) and name not in members]
    meant = {nearest(name, members) for name in unknown[:MAX_PROBLEMS]}
    for name in group.required:
        if name not in data and name not in meant:
            message = f"{lead}does not state {quoted(name)}, which is required"
            problems.append((pointer, "missing-required", message, None))


def _unknown(
    name: Any, pointer: Pointer, group: Group, problems: list[Problem], schema: TermsSchema
) -> None:
    if len(problems) >= MAX_PROBLEMS:
        return
    path = ".".join(map(text_of, (*pointer, name)))
    hint = did_you_mean(text_of(name), group.members) or did_you_mean(path, schema.terms)
    if isinstance(name, str) and "." in name and name in schema.terms:
        hint = "a dotted path is not a key; nest the term under its group"
    problems.append(
        ((*pointer, text_of(name)), "unknown-term", "is not a term of the schema", hint)
    )


# values -----------------------------------------------------------------------------------


def convert(value: Any, shape: Shape, pointer: Pointer, problems: list[Problem]) -> Any:
    """A plain value as the engine holds it, or None after adding to `problems`."""
    if len(problems) >= MAX_PROBLEMS:
        return None
    if value is None:
        if not shape.nullable:
            problems.append(
                (
                    pointer,
                    "wrong-type",
                    f"may not be null; expected {_a(shape)}",
                    "leave out what the deal does not state",
                )
            )
        return None
    made = _CONVERT[shape.type.kind](value, shape, pointer, problems)
    if made is None:
        return None
    # an enum lists texts where a date, a time or a duration is written as one
    written = _text(value) if shape.type.kind in TEMPORAL | DURATION else made
    if shape.enum is not None and not _among(written, shape.enum):
        known = [_text(option) for option in shape.enum]
        listing = ", ".join(f"`{option}`" for option in known[:12])
        more = f" and {len(known) - 12} more" if len(known) > 12 else ""
        problems.append(
            (
                pointer,
                "not-in-enum",
                f"is {quoted(_text(value))}; expected one of {listing}{more}",
                did_you_mean(_text(value), known),
            )
        )
        return None
    return made


def _number(value: Any, shape: Shape, pointer: Pointer, problems: list[Problem]) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        hint = None
        if isinstance(value, str) and _is_numeral(value):
            hint = "remove the quotes: a number in quotes is a text"
        return _wrong(value, shape, pointer, problems, hint)
    try:
        made = from_python(value)
    except NumeralError as error:
        problems.append((pointer, "bad-number", f"is {quoted(value)}: {error}", None))
        return None
    bad = None
    if shape.integer and made != made.to_integral_value():
        bad = "a whole number"
    elif shape.minimum is not None and made < shape.minimum:
        bad = f"at least {to_text(shape.minimum)}"
    elif shape.maximum is not None and made > shape.maximum:
        bad = f"at most {to_text(shape.maximum)}"
    elif shape.exclusive_minimum is not None and made <= shape.exclusive_minimum:
        bad = f"more than {to_text(shape.exclusive_minimum)}"
    elif shape.exclusive_maximum is not None and made >= shape.exclusive_maximum:
        bad = f"less than {to_text(shape.exclusive_maximum)}"
    elif shape.multiple_of is not None and not _is_multiple(made, shape.multiple_of):
        bad = f"a multiple of {to_text(shape.multiple_of)}"
    if bad is not None:
        code = "wrong-type" if bad == "a whole number" else "out-of-bounds"
        problems.append((pointer, code, f"is {to_text(made)}; expected {bad}", None))
        return None
    return made


def _is_multiple(value: Decimal, of: Decimal) -> bool:
    from fractions import Fraction

    return of != 0 and (Fraction(value) / Fraction(of)).denominator == 1


def _boolean(value: Any, shape: Shape, pointer: Pointer, problems: list[Problem]) -> Any:
    if isinstance(value, bool):
        return value
    hint = None
    if isinstance(value, str) and value.lower() in ("yes", "no", "on", "off", "true", "false"):
        hint = "write `true` or `false`; `yes`, `no`, `on` and `off` are texts in YAML 1.2"
    return _wrong(value, shape, pointer, problems, hint)


def _string(value: Any, shape: Shape, pointer: Pointer, problems: list[Problem]) -> Any:
    if not isinstance(value, str):
        hint = "put it in quotes to make it a text" if isinstance(value, int | Decimal) else None
        return _wrong(value, shape, pointer, problems, hint)
    if any("\ud800" <= char <= "\udfff" for char in value):
        problems.append(
            (pointer, "bad-text", "holds a lone surrogate, which is no character", None)
        )
        return None
    if not _fits_text(value, shape, pointer, problems):
        return None
    return value


def _fits_text(value: str, shape: Shape, pointer: Pointer, problems: list[Problem]) -> bool:
    bad = None
    if shape.min_length is not None and len(value) < shape.min_length:
        bad = f"expected at least {_some(shape.min_length, 'character')}"
    elif shape.max_length is not None and len(value) > shape.max_length:
        bad = f"expected at most {_some(shape.max_length, 'character')}"
    elif shape.pattern is not None:
        from policyengine.operators.regex import search

        if not search(shape.pattern, value):
            bad = f"expected a text that matches {quoted(shape.pattern)}"
    if bad is not None:
        problems.append((pointer, "out-of-bounds", f"is {quoted(value)}; {bad}", None))
        return False
    return True


def _temporal(
    parse: Callable[[str], Any], expected: str, native: tuple[type, ...]
) -> Callable[[Any, Shape, Pointer, list[Problem]], Any]:
    def convert_temporal(
        value: Any, shape: Shape, pointer: Pointer, problems: list[Problem]
    ) -> Any:
        if isinstance(value, native) and type(value) in native:
            value = value.isoformat() if hasattr(value, "isoformat") else str(value)
        if not isinstance(value, str):
            return _wrong(value, shape, pointer, problems, f"write it as {expected}")
        try:
            made = parse(value)
        except ValueError as error:
            problems.append(
                (pointer, "bad-date", f"is {quoted(value)}: {error}", f"write it as {expected}")
            )
            return None
        return made if _fits_text(value, shape, pointer, problems) else None

    return convert_temporal


def _duration_of(kind: type) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        made = parse_duration(text)
        if type(made) is not kind:
            raise ValueError(
                "a duration in years and months; expected one in days and time"
                if kind is DayTimeDuration
                else "a duration in days and time; expected one in years and months"
            )
        return made

    return parse


def _list(value: Any, shape: Shape, pointer: Pointer, problems: list[Problem]) -> Any:
    if not isinstance(value, list | tuple):
        hint = "write it as a list with one element" if isinstance(value, str) else None
        return _wrong(value, shape, pointer, problems, hint)
    before = len(problems)
    assert shape.item is not None
    made = [
        convert(item, shape.item, (*pointer, number), problems) for number, item in enumerate(value)
    ]
    if len(problems) > before:
        return None
    bad = None
    if shape.min_items is not None and len(made) < shape.min_items:
        bad = f"expected at least {_some(shape.min_items, 'element')}"
    elif shape.max_items is not None and len(made) > shape.max_items:
        bad = f"expected at most {_some(shape.max_items, 'element')}"
    elif shape.unique:
        seen: dict[str, int] = {}
        for number, item in enumerate(made):
            key = jsontext.dumps(canonical(item), canonical=True)
            if key in seen:
                problems.append(
                    ((*pointer, number), "duplicate-item", f"repeats {quoted(_text(item))}", None)
                )
                return None
            seen[key] = number
    if bad is not None:
        problems.append(
            (pointer, "out-of-bounds", f"has {_some(len(made), 'element')}; {bad}", None)
        )
        return None
    return tuple(made)


def _object(value: Any, shape: Shape, pointer: Pointer, problems: list[Problem]) -> Any:
    if not isinstance(value, Mapping):
        return _wrong(value, shape, pointer, problems, None)
    before = len(problems)
    known = {name: field for name, field, _ in shape.fields}
    made: dict[str, Any] = dict.fromkeys(known)
    for name, item in value.items():
        if name not in known:
            problems.append(
                (
                    (*pointer, text_of(name)),
                    "unknown-term",
                    "is not a field of the schema",
                    did_you_mean(text_of(name), known),
                )
            )
        else:
            made[name] = convert(item, known[name], (*pointer, name), problems)
    for name, _, required in shape.fields:
        if required and name not in value:
            problems.append(
                (
                    pointer,
                    "missing-required",
                    f"does not state {quoted(name)}, which is required",
                    None,
                )
            )
    return made if len(problems) == before else None


_CONVERT: Mapping[str, Callable[[Any, Shape, Pointer, list[Problem]], Any]] = {
    "number": _number,
    "boolean": _boolean,
    "string": _string,
    "list": _list,
    "context": _object,
    "date": _temporal(
        temporal.parse_date, "`YYYY-MM-DD`, a day that exists", (dt.date, temporal.Date)
    ),
    "time": _temporal(temporal.parse_time, "`hh:mm:ss`", (dt.time, temporal.Time)),
    "date and time": _temporal(
        temporal.parse_date_time,
        "`YYYY-MM-DDThh:mm:ss`",
        (dt.datetime, temporal.DateTime),
    ),
    "days and time duration": _temporal(
        _duration_of(DayTimeDuration), "`P10DT4H`", (DayTimeDuration,)
    ),
    "years and months duration": _temporal(
        _duration_of(YearMonthDuration), "`P1Y6M`", (YearMonthDuration,)
    ),
}


# evidence and what does not apply -----------------------------------------------------------


def _evidence(
    data: Any, schema: TermsSchema, problems: list[Problem]
) -> Mapping[str, Mapping[str, str]]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        problems.append((("evidence",), "wrong-type", "must map terms to their evidence", None))
        return {}
    out: dict[str, Mapping[str, str]] = {}
    for path, entry in data.items():
        at: Pointer = ("evidence", text_of(path))
        if path not in schema.terms:
            hint = did_you_mean(text_of(path), schema.terms)
            problems.append((at, "unknown-term", "is evidence for no term of the schema", hint))
        elif not isinstance(entry, Mapping):
            problems.append(
                (at, "wrong-type", "must be a mapping with a `source` and a `confidence`", None)
            )
        else:
            for key, text in entry.items():
                if key not in _EVIDENCE:
                    hint = did_you_mean(text_of(key), _EVIDENCE)
                    problems.append(
                        ((*at, text_of(key)), "unknown-key", "is not a key of evidence", hint)
                    )
                elif not isinstance(text, str):
                    problems.append(
                        ((*at, key), "wrong-type", f"must be a text; {found(text)}", None)
                    )
                elif key == "confidence" and text not in _CONFIDENCE:
                    problems.append(
                        (
                            (*at, key),
                            "not-in-enum",
                            f"is {quoted(text)}; expected `high`, `medium` or `low`",
                            did_you_mean(text, _CONFIDENCE),
                        )
                    )
            out[path] = dict(entry)
    return out


def _not_applicable(
    data: Any, schema: TermsSchema, values: Mapping[str, Any], problems: list[Problem]
) -> frozenset[str]:
    if data is None:
        return frozenset()
    if not isinstance(data, list | tuple):
        problems.append((("not_applicable",), "wrong-type", "must be a list of terms", None))
        return frozenset()
    listed: set[str] = set()
    for number, path in enumerate(data):
        at: Pointer = ("not_applicable", number)
        spec = schema.terms.get(path) if isinstance(path, str) else None
        if spec is None:
            hint = did_you_mean(text_of(path), schema.terms)
            problems.append((at, "unknown-term", f"is {quoted(path)}, which is no term", hint))
        elif not spec.may_not_apply:
            problems.append(
                (
                    at,
                    "must-apply",
                    f"is {quoted(path)}, which applies to every deal",
                    "only a term that the schema marks `x-may-not-apply` may be listed",
                )
            )
        elif path in values:
            problems.append(
                (at, "not-applicable-stated", f"is {quoted(path)}, which the deal states", None)
            )
        elif path in listed:
            problems.append((at, "duplicate-item", f"repeats {quoted(path)}", None))
        else:
            listed.add(path)
    return frozenset(listed)


# words --------------------------------------------------------------------------------------


def found(value: Any) -> str:
    """`found …`, for a message about a value of the wrong type."""
    if isinstance(value, Mapping):
        return "found a mapping"
    if isinstance(value, list | tuple):
        return "found a list"
    if value is None:
        return "found nothing"
    if isinstance(value, str):
        return f"found the text {quoted(value)}"
    if isinstance(value, bool):
        return f"found `{str(value).lower()}`"
    if isinstance(value, int | float | Decimal):
        return f"found the number {quoted(value)}"
    return "found something no document can hold"


def _some(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _wrong(
    value: Any, shape: Shape, pointer: Pointer, problems: list[Problem], hint: str | None
) -> None:
    problems.append((pointer, "wrong-type", f"must be {_a(shape)}; {found(value)}", hint))


def _a(shape: Shape) -> str:
    words = {"boolean": "`true` or `false`", "string": "a text", "context": "a mapping"}
    kind = shape.type.kind
    if shape.integer:
        return "a whole number"
    return words.get(kind, f"a {shape.type}")


def _among(value: Any, options: tuple[Any, ...]) -> bool:
    return any(type(value) is type(option) and value == option for option in options)


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return to_text(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | dict):
        return jsontext.dumps(canonical(value))
    return str(value)


def _is_numeral(text: str) -> bool:
    try:
        Decimal(text)
    except ArithmeticError:
        return False
    return True


def canonical(value: Any) -> Any:
    """Plain data with numbers as decimals and temporal values as text: what a digest is of."""
    if isinstance(value, Mapping):
        return {str(key): canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float | Decimal):
        return from_python(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
