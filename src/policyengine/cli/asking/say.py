"""Terms and values in the words of the schema, for pages; and as plain data, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

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
    if isinstance(plain, str) and spec.labels.get(plain, plain) != plain:
        return f"{words.value(plain)} ({words.value(spec.labels[plain])})"
    return words.value(plain if isinstance(plain, tuple) else _shown(plain), spec.unit)


def _shown(plain: Any) -> Any:
    return plain if isinstance(plain, Decimal | bool) else canonical(plain)


def within(schema: TermsSchema, path: str, found: Range) -> str:
    """A range of a term's values: `49 years or less`, `before 2027-01-01`, `above 50 %`."""
    day = schema.terms[path].shape.type.kind == "date"
    less, more, below, above = (
        ("or earlier", "or later", "before", "after") if day else ("or less", "or more", "below",
                                                                   "above")
    )  # fmt: skip
    if found.low is None and found.high is None:
        return "any value"
    low = value(schema, path, found.low) if found.low is not None else ""
    high = value(schema, path, found.high) if found.high is not None else ""
    if not low:
        return f"{below} {high}" if found.open_high else f"{high} {less}"
    if not high:
        return f"{above} {low}" if found.open_low else f"{low} {more}"
    if low == high:
        return low
    first = f"{above} {low}" if found.open_low else f"from {low}"
    return f"{first} to {below} {high}" if found.open_high else f"{first} to {high}"


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
