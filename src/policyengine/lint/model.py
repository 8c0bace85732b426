"""What a check is, what it finds, and how a finding may be mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from policyengine.errors import Severity
from policyengine.source import Span
from policyengine.values.record import Record

if TYPE_CHECKING:
    from policyengine.lint.subject import Subject


class Edit(Record):
    """A text in place of what a span covers; an empty span inserts."""

    span: Span
    text: str


class Finding(Record):
    """One thing found. `fix` are edits that mend it without changing what the policy means."""

    message: str
    span: Span | None
    hint: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    fix: tuple[Edit, ...] = ()


class Check(Record):
    """One check: `find` is given the policy and the options, those in `options` among them.

    `title` says in one line what it reports. `severity` is that of a finding where the
    project's settings say nothing else.
    """

    code: str
    title: str
    severity: Severity
    find: Callable[[Subject, Mapping[str, Any]], Iterable[Finding]]
    options: Mapping[str, int] = {}  # a record field, never changed
