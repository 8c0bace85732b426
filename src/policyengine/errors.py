"""Diagnostics and the exception tree.

A diagnostic is data: a stable code, a severity, a message, a place, a hint. Text is built
last. The grammar of messages: lower case, no full stop, backticks round user input
(`source.quoted`), no Python type names; what is wrong first, what was expected after a
semicolon or in the hint. Every code has an entry in `codes.CODES` and a page in
docs/diagnostics/.
"""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from policyengine.source import Span, snippet, visible


class Severity(enum.Enum):
    """How bad a finding is: an error stops what was asked for, the others do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `span` is None only where there is no text to point at."""

    code: str
    message: str
    span: Span | None = None
    severity: Severity = Severity.ERROR
    hint: str | None = None
    related: tuple[tuple[Span, str], ...] = ()

    def render(self, *, with_snippet: bool = True) -> str:
        """`file:line:col: severity[code]: message`, then the snippet, then the hint."""
        where = f"{place(self.span)}: " if self.span else ""
        lines = [f"{where}{self.severity.value}[{self.code}]: {visible(self.message)}"]
        if self.span is not None and with_snippet and self.span.source.text:
            lines += ["  " + line for line in snippet(self.span).splitlines()]
        if self.hint:
            lines.append(f"  hint: {visible(self.hint)}")
        for span, text in self.related:
            lines.append(f"  {place(span)}: {visible(text)}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The machine-readable form, as in the `errors` of a decision."""
        out: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
        }
        if self.span is not None:
            out["location"] = location(self.span)
        if self.hint:
            out["hint"] = self.hint
        return out

    def __str__(self) -> str:
        return self.render()


def place(span: Span) -> str:
    """`file:line:column`, safe to print."""
    return f"{visible(span.file)}:{span.line}:{span.column}"


def location(span: Span) -> dict[str, Any]:
    """`{file, line, column}` of a span, as it stands in every machine-readable output."""
    return {"file": span.file, "line": span.line, "column": span.column}


class PolicyEngineError(Exception):
    """Root of everything this package raises on purpose.

    `diagnostics` is never empty; `str()` renders all of them.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic] | Diagnostic) -> None:
        found = (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        super().__init__(found)
        self.diagnostics: tuple[Diagnostic, ...] = found

    def __str__(self) -> str:
        return "\n".join(d.render() for d in self.diagnostics)


class DocumentError(PolicyEngineError):
    """A document that cannot be read at all: encoding, YAML or JSON syntax, limits."""


class SchemaError(PolicyEngineError):
    """A terms schema that is not one this engine supports."""


class PolicyError(PolicyEngineError):
    """A policy that does not load, lower or check."""


class ExpressionError(PolicyError):
    """A FEEL expression that does not parse or uses what is left out."""


class TermsError(PolicyEngineError):
    """A terms document that violates its schema: bad input, never a verdict."""


class WaiverError(PolicyEngineError):
    """A waiver file that is not valid."""


class ParameterError(PolicyEngineError):
    """Parameter overrides that do not fit the policy, or a dated value out of force."""


class UsageError(PolicyEngineError):
    """A call or a command line that makes no sense: no as-of date where one is needed, …"""


class BudgetError(PolicyEngineError):
    """A decision that ran out of its step budget: no verdict."""


class DisagreementError(PolicyEngineError):
    """Two executors gave different answers: a fault of the engine, and no verdict."""


class Diagnostics:
    """Collects findings so that a load reports all of them, then raises once."""

    #: words to be looked through for hints: as many as a second goes through
    MOST_WORDS = 100_000

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self._counted = self._errors = 0
        self._words = 0

    def error(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        hint: str | None = None,
        related: Sequence[tuple[Span, str]] = (),
    ) -> None:
        self.found.append(Diagnostic(code, message, span, Severity.ERROR, hint, tuple(related)))

    def warning(
        self, code: str, message: str, span: Span | None = None, hint: str | None = None
    ) -> None:
        self.found.append(Diagnostic(code, message, span, Severity.WARNING, hint))

    def extend(self, more: Iterable[Diagnostic]) -> None:
        self.found.extend(more)

    def suggest(self, word: str, known: Iterable[object]) -> str | None:
        """`did_you_mean`, for the first of many mistakes among many words: what nobody would
        read to the end is not worth minutes."""
        if not self.suggests:
            return None
        words = list(known)
        self._words += len(words)
        return did_you_mean(word, words) if self._words <= self.MOST_WORDS else None

    @property
    def suggests(self) -> bool:
        """Whether suggestions are still looked for."""
        return self._words <= self.MOST_WORDS

    @property
    def error_count(self) -> int:
        """How many errors there are, without going through all of them again."""
        for finding in self.found[self._counted :]:
            self._errors += finding.severity is Severity.ERROR
        self._counted = len(self.found)
        return self._errors

    @property
    def errors(self) -> list[Diagnostic]:
        return [d for d in self.found if d.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Diagnostic]:
        return [d for d in self.found if d.severity is not Severity.ERROR]

    def raise_errors(self, kind: type[PolicyEngineError]) -> None:
        """Raise `kind` with every finding so far if one of them is an error."""
        if self.errors:
            raise kind(ordered(self.found))


def ordered(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By file and place, those without a place first; duplicates are dropped, and warnings
    about what an error is about already."""

    def key(d: Diagnostic) -> tuple[str, int, str, str]:
        file, start = (d.span.file, d.span.start) if d.span else ("", -1)
        return file, start, d.code, d.message

    all_ = list(found)
    wrong = {(d.span.file, d.span.start, d.span.end)
             for d in all_ if d.span and d.severity is Severity.ERROR}  # fmt: skip
    unique: dict[tuple[str, int, str, str], Diagnostic] = {}
    for d in all_:
        if (
            d.severity is Severity.ERROR
            or d.span is None
            or (d.span.file, d.span.start, d.span.end) not in wrong
        ):
            unique.setdefault(key(d), d)
    return tuple(unique[k] for k in sorted(unique))


def did_you_mean(word: str, known: Iterable[object]) -> str | None:
    """A hint with the nearest of the known words, or None."""
    near = nearest(word, known)
    return f"did you mean `{visible(near, 80)}`?" if near is not None else None


def nearest(word: str, known: Iterable[object]) -> str | None:
    """The known word most like this one (its last path segment counts too), or None.

    What is known may come from a document, so that not all of it need be a text.
    """
    if len(word) > 200:
        return None
    words = sorted({one for one in known if isinstance(one, str)})
    same = [known for known in words if known.casefold() == word.casefold()]
    if same:
        return same[0]
    found = difflib.get_close_matches(word, words, n=1, cutoff=0.7)
    if found:
        return found[0]
    leaf = word.rpartition(".")[2]
    by_leaf: dict[str, str] = {}
    for candidate in words:
        by_leaf.setdefault(candidate.rpartition(".")[2], candidate)
    found = difflib.get_close_matches(leaf, sorted(by_leaf), n=1, cutoff=0.75)
    return by_leaf[found[0]] if found else None
