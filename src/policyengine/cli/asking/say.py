"""Terms and values in the words of the schema, for pages; and as plain data, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from policyengine.decision.wording import in_words
from policyengine.output import words
from policyengine.schema import TermsSchema
from policyengine.schema.words import canonical
from policyengine.source import Span

if TYPE_CHECKING:
    from policyengine.analysis.ranges import Range
    from policyengine.output.text import Page, Style

_COLORS = {"accept": "green", "reject": "red", "conditional": "yellow", "undetermined": "cyan"}


def term(schema: TermsSchema, path: str) -> str:
    """`Years of the concession (sovereignty.concession_years)`."""
    label = schema.terms[path].label
    return f"{words.name(path, label)} ({path})" if label and label != path else path


def value(schema: TermsSchema, path: str, plain: Any) -> str:
    """A value with its unit, or in the schema's word for it."""
    spec = schema.terms[path]
    said = in_words(plain, spec.labels) if isinstance(plain, str | bool) else plain
    if said != plain:
        return f"{words.value(plain)} ({words.value(said)})"
    return words.value(plain if isinstance(plain, tuple) else _shown(plain), spec.unit)


def _shown(plain: Any) -> Any:
    return plain if isinstance(plain, Decimal | bool) else canonical(plain)


def within(schema: TermsSchema, path: str, found: Range) -> str:
    """A range of a term's values: `49 years or less`, `before 2027-01-01`, `above 50 %`."""
    day = schema.terms[path].shape.type.kind == "date"
    less, more = ("or earlier", "or later") if day else ("or less", "or more")
    low, high = _ends(schema, path, found)
    if low == high:
        return low or "any value"
    if not low:
        return f"{_below(schema, path)} {high}" if found.open_high else f"{high} {less}"
    if not high:
        return f"{_above(schema, path)} {low}" if found.open_low else f"{low} {more}"
    return _between(schema, path, found)


def anything(schema: TermsSchema, path: str, found: Ends) -> str:
    """A range as what would do: `anything up to 49 years`; nothing of a single value."""
    low, high = _ends(schema, path, found)
    if low == high:
        return ""
    if not low:
        return f"anything {_below(schema, path) if found.open_high else 'up to'} {high}"
    if not high:
        above = f"{_above(schema, path)} {low}" if found.open_low else f"from {low} on"
        return f"anything {above}"
    return f"anything {_between(schema, path, found)}"


class Ends(Protocol):
    """From where to where a term goes; None is the schema's end."""

    @property
    def low(self) -> Any: ...
    @property
    def high(self) -> Any: ...
    @property
    def open_low(self) -> bool: ...
    @property
    def open_high(self) -> bool: ...


def _ends(schema: TermsSchema, path: str, found: Ends) -> tuple[str, str]:
    """Both ends in words; the same where there is but one value."""
    shape = schema.terms[path].shape
    low, high = found.low, found.high
    if low is None and high is not None and high == shape.minimum:
        low = high
    if high is None and low is not None and low == shape.maximum:
        high = low
    first, last = ("" if end is None else value(schema, path, end) for end in (low, high))
    return first, last


def _between(schema: TermsSchema, path: str, found: Ends) -> str:
    low, high = _ends(schema, path, found)
    first = f"{_above(schema, path)} {low}" if found.open_low else f"from {low}"
    last = f"{_below(schema, path)} {high}" if found.open_high else high
    return f"{first} to {last}"


def _below(schema: TermsSchema, path: str) -> str:
    return "before" if schema.terms[path].shape.type.kind == "date" else "below"


def _above(schema: TermsSchema, path: str) -> str:
    return "after" if schema.terms[path].shape.type.kind == "date" else "above"


def range_data(found: Range) -> dict[str, Any]:
    """A range as plain data; an end that is null is the schema's."""
    return {
        "low": data(found.low),
        "high": data(found.high),
        "open_low": found.open_low,
        "open_high": found.open_high,
        "verdict": found.verdict.value,
    }


def cut_off(page: Page, why: str | None) -> None:
    """That something was cut off, and what to do about it."""
    if why is not None:
        from policyengine.analysis.limit import TIME

        page.blank()
        more = " `--seconds` gives more." if why == TIME else ""
        page.put(f"Not everything was worked out: {why}.{more}")


def data(plain: Any) -> Any:
    """A value as JSON has it."""
    return canonical(plain)


def location(span: Span | None) -> Mapping[str, Any] | None:
    if span is None:
        return None
    return {"file": span.file, "line": span.line, "column": span.column}


def where(span: Span | None) -> str:
    return f"{span.file}:{span.line}" if span is not None else ""


def verdict(page: Page, lead: str, word: str) -> None:
    page.put((lead + " ", ""), (word.upper(), f"bold {_COLORS[word]}"))


def limits(page: Page, found: tuple[str, ...]) -> None:
    """What the answer leaves open, so that nobody takes it for a proof."""
    if not found:
        return
    page.blank()
    page.put("Not a proof: the solver left this open.")
    for text in found:
        page.put(f"· {text}", indent=2, hang=4)


def joined(parts: list[str], last: str = "or") -> str:
    """`a, b or c`."""
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}" if len(parts) > 1 else "".join(parts)


def page_of(style: Style) -> Page:
    from policyengine.output.text import Page

    return Page(style)
