"""Plain values as the engine holds them, checked against their shapes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from policyengine.errors import Diagnostics, did_you_mean
from policyengine.schema.model import Shape
from policyengine.schema.words import a_shape, canonical, found, shown, some
from policyengine.source import quoted, text_of
from policyengine.types import (
    DURATION,
    TEMPORAL,
)
from policyengine.values import jsontext, temporal
from policyengine.values.durations import DayTimeDuration, YearMonthDuration, parse_duration
from policyengine.values.numbers import NumeralError, from_python, to_text

Pointer: TypeAlias = tuple[str | int, ...]


#: where in the document, code, message, hint
Problem: TypeAlias = tuple[Pointer, str, str, str | None]


MAX_PROBLEMS = 50


MAX_DEPTH = 64


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
                    f"may not be null; expected {a_shape(shape)}",
                    "leave out what the deal does not state",
                )
            )
        return None
    made = _CONVERT[shape.type.kind](value, shape, pointer, problems)
    if made is None:
        return None
    # an enum lists texts where a date, a time or a duration is written as one
    written = shown(value) if shape.type.kind in TEMPORAL | DURATION else made
    if shape.enum is not None and not _among(written, shape.enum):
        known = [shown(option) for option in shape.enum]
        listing = ", ".join(f"`{option}`" for option in known[:12])
        more = f" and {len(known) - 12} more" if len(known) > 12 else ""
        problems.append(
            (
                pointer,
                "not-in-enum",
                f"is {quoted(shown(value))}; expected one of {listing}{more}",
                suggested(shown(value), known, problems),
            )
        )
        return None
    return made


def _number(value: Any, shape: Shape, pointer: Pointer, problems: list[Problem]) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        hint = None
        if isinstance(value, str):
            if _is_numeral(value):
                hint = "remove the quotes: a number in quotes is a text"
            else:
                from policyengine.schema import numerals

                hint = numerals.hint(value, shape.type.unit)
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
        bad = f"expected at least {some(shape.min_length, 'character')}"
    elif shape.max_length is not None and len(value) > shape.max_length:
        bad = f"expected at most {some(shape.max_length, 'character')}"
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
        bad = f"expected at least {some(shape.min_items, 'element')}"
    elif shape.max_items is not None and len(made) > shape.max_items:
        bad = f"expected at most {some(shape.max_items, 'element')}"
    elif shape.unique:
        seen: dict[str, int] = {}
        for number, item in enumerate(made):
            key = jsontext.dumps(canonical(item), canonical=True)
            if key in seen:
                problems.append(
                    ((*pointer, number), "duplicate-item", f"repeats {quoted(shown(item))}", None)
                )
                return None
            seen[key] = number
    if bad is not None:
        problems.append(
            (pointer, "out-of-bounds", f"has {some(len(made), 'element')}; {bad}", None)
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
        if len(problems) >= MAX_PROBLEMS:
            return None
        if name not in known:
            problems.append(
                (
                    (*pointer, text_of(name)),
                    "unknown-term",
                    "is not a field of the schema",
                    suggested(text_of(name), known, problems),
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


def suggested(word: str, known: Collection[str], problems: list[Problem]) -> str | None:
    """The nearest of the known words, while so many problems among so many words are soon
    looked through."""
    if (len(problems) + 1) * len(known) > Diagnostics.MOST_WORDS:
        return None
    return did_you_mean(word, known)


def _wrong(
    value: Any, shape: Shape, pointer: Pointer, problems: list[Problem], hint: str | None
) -> None:
    problems.append((pointer, "wrong-type", f"must be {a_shape(shape)}; {found(value)}", hint))


def _among(value: Any, options: tuple[Any, ...]) -> bool:
    return any(type(value) is type(option) and value == option for option in options)


def _is_numeral(text: str) -> bool:
    try:
        # other digits and `1_000` are numbers to Decimal alone
        return text.isascii() and "_" not in text and Decimal(text).is_finite()
    except ArithmeticError:
        return False
