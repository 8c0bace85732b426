"""Terms and values in the words of the schema, for pages; and as plain data, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from policyengine.output import words
from policyengine.schema import TermsSchema
from policyengine.schema.words import canonical
from policyengine.source import Span

if TYPE_CHECKING:
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
    return plain.isoformat() if hasattr(plain, "isoformat") else plain


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
