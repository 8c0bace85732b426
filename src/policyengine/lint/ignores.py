"""Comments that take a finding back, with a reason.

    # policyengine: ignore[missing-ask] until=2026-12-31 the ministry has still to word it

on the line of the finding or on lines of their own right above it. The codes and the reason
have to be there; after `until` (the day is included) the comment takes nothing back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from policyengine.errors import did_you_mean
from policyengine.formatting.tree import read
from policyengine.lint.model import Finding
from policyengine.source import Source, Span, quoted
from policyengine.values.record import Record

_MEANT = re.compile(r"#\s*policyengine\s*:\s*ignore\b", re.IGNORECASE)
_FORM = re.compile(
    r"# policyengine: ignore\[(?P<codes>[^\]]*)\](?:\s+until=(?P<until>\S+))?(?P<reason>.*)"
)
_HINT = "write `# policyengine: ignore[code] until=YYYY-MM-DD reason`; `until` may be left out"

BAD, EXPIRED, UNUSED = "bad-ignore", "expired-ignore", "unused-ignore"


class Ignore(Record):
    """A comment that takes back findings of `codes` on a line of a file, and why."""

    codes: tuple[str, ...]
    until: date | None
    line: int
    span: Span
    reason: str


def ignores(
    sources: Iterable[Source], known: Collection[str]
) -> tuple[tuple[Ignore, ...], tuple[Finding, ...]]:
    """The comments of some texts, and findings on those that are not well formed."""
    made: list[Ignore] = []
    wrong: list[Finding] = []
    for source in sources:
        for span, line in _comments(source):
            found = _ignore(span, line, known)
            if isinstance(found, Ignore):
                made.append(found)
            else:
                wrong.append(found)
    return tuple(made), tuple(wrong)


def _comments(source: Source) -> Iterator[tuple[Span, int]]:
    """Comments that are meant as ignores, and the line that each is about."""
    if "policyengine" not in source.text.casefold():
        return
    comments = read(source).comments
    own = {source.position(c.at)[0] for c in comments if c.own_line}
    for comment in comments:
        if not _MEANT.match(comment.text):
            continue
        line = source.position(comment.at)[0]
        while line in own:
            line += 1
        yield source.span(comment.at, comment.at + len(comment.text)), line


def _ignore(span: Span, line: int, known: Collection[str]) -> Ignore | Finding:
    form = _FORM.fullmatch(span.text)
    if form is None:
        return Finding("this comment takes nothing back: it names no code", span, _HINT)
    codes = tuple(code.strip() for code in form["codes"].split(","))
    for code in codes:
        if code not in known:
            message = f"{quoted(code)} is the code of no check" if code else "a code is missing"
            return Finding(message, span, did_you_mean(code, known) or _HINT)
    if not form["reason"].strip(" -:."):
        return Finding("this comment takes nothing back: it has no reason", span, _HINT)
    until = None
    if form["until"] is not None:
        try:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", form["until"], re.ASCII):
                raise ValueError
            until = date.fromisoformat(form["until"])
        except ValueError:
            message = f"{quoted(form['until'])} is not a date; expected `YYYY-MM-DD`"
            return Finding(message, span, _HINT)
    return Ignore(codes, until, line, span, form["reason"].strip(" -:"))
