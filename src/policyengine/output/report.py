"""What a command found, before any format: checks and findings, frozen.

A command turns its own result into a `Report`; every format of `output/registry.py` renders
one, so that a command gets junit, sarif, github, markdown, html and tap by writing one small
function. `pretty` and `json` stay each command's own: they say what only it knows.

    def report(results) -> Report:
        return Report(
            command="test",
            title="rules/national-interest",
            summary="61 cases pass, 1 fails",
            checks=tuple(
                Check(
                    name=case.name,
                    group=case.file,
                    status=Status.PASSED if case.passed else Status.FAILED,
                    message="" if case.passed else case.why,
                    location=Place.of(case.span),
                )
                for case in results
            ),
        )

    for piece in registry.pieces("junit", report(results)):
        output.write(piece)

A check is something that was asked and has an answer, good answers included: a test case, a
document validated, a file formatted, a rule of a deal, a change between two policies. A
diagnostic is something found at a place. Put the diagnostics of a check on the check, those
of none on the report, each once. Two questions of a report then answer everything:

* `cases()`: every check, and every loose diagnostic as a check (junit, tap);
* `findings()`: every diagnostic, and every check that did not go well and has none (sarif,
  github).

Texts are as documents have them: no caller escapes, cuts or wraps anything; each format does
that for its own medium.

| status  | junit                      | tap 14         | sarif                | github   |
|---------|----------------------------|----------------|----------------------|----------|
| passed  | a case                     | `ok`           | no result            | nothing  |
| failed  | `<failure type="failed">`  | `not ok`       | a result, by level   | by level |
| unknown | `<failure type="unknown">` | `not ok`       | a result, by level   | by level |
| skipped | `<skipped>`                | `ok … # SKIP`  | none (1)             | nothing  |
| error   | `<error>`                  | `not ok`       | a result, `error`    | error    |

(1) One that is `waived` is a suppressed result. tap names the status in a block below; it has
no `# TODO` for unknown, which would count as success.

Diagnostics of a check that passed (warnings) are findings by their severity and text of the
case; they fail nothing. Whether warnings fail (`--strict`) is the command's to decide: by the
status that it gives the check.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping

from policyengine.errors import Diagnostic, Severity
from policyengine.output.several import Standing
from policyengine.source import Span
from policyengine.values.record import Record


class Status(enum.Enum):
    """The answer of a check. `FAILED` and `UNKNOWN` both count against it: what could not be
    settled is not what holds. `ERROR`: the check itself could not be made."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    ERROR = "error"

    @property
    def good(self) -> bool:
        return self in (Status.PASSED, Status.SKIPPED)


class Place(Record):
    """A place in a file, from 1; `text` says what is there, where that is not plain."""

    file: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    text: str | None = None

    @classmethod
    def of(cls, span: Span | None, text: str | None = None) -> Place | None:
        """The place of a span, None for None. The end is exclusive, as in a span."""
        if span is None:
            return None
        return cls(span.file, span.line, span.column, span.end_line, span.end_column, text)

    def __str__(self) -> str:
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n is not None)]
        return ":".join(parts)


class Check(Record):
    """One thing that was asked.

    `name` is unique within its `group` (a file, a deal: a suite in junit), `title` says it in
    words. `message` is one sentence on why the status is not `PASSED`; `details` are lines
    for whoever looks closer (expected, actual; the difference of two texts). `location` is
    where the reader acts, `related` what else to look at. `code` is the rule, lint or
    diagnostic behind it: the rule id in sarif. `level` says how bad a bad status is; None
    has no weight, and is a warning where a format has to have one. `waived` is why a failure
    does not count, for a check that is `SKIPPED` for that reason. `duration` is in
    seconds; without one the output is the same on every run.
    """

    name: str
    group: str
    status: Status
    message: str = ""
    title: str = ""
    details: tuple[str, ...] = ()
    location: Place | None = None
    related: tuple[Place, ...] = ()
    code: str | None = None
    level: Severity | None = Severity.ERROR
    diagnostics: tuple[Diagnostic, ...] = ()
    waived: str | None = None
    duration: float | None = None


class Topic(Record):
    """What a code means: a rule of a policy, a lint, a diagnostic. `uri` is where to read more,
    if it is an address at all: it may come from a document."""

    code: str
    title: str
    help: str = ""
    uri: str | None = None


class Report(Record):
    """Everything a command found about one subject; evaluate makes one for each deal.

    `command` is the subcommand's name; `title` the subject (a path, a deal); `summary` one
    sentence with the result. `topics` explain codes of checks and diagnostics where there is
    more to say than the code. `properties` are short facts for machines (a digest, a date).
    `standing` is the answer on a deal, for whoever shows some of several.
    """

    command: str
    title: str
    checks: tuple[Check, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    summary: str = ""
    topics: tuple[Topic, ...] = ()
    properties: Mapping[str, str] = {}  # a record field, never changed
    standing: Standing | None = None

    @property
    def good(self) -> bool:
        """Whether nothing counts against the subject."""
        return all(case.status.good for case in self.cases())

    def count(self, status: Status) -> int:
        return sum(case.status is status for case in self.cases())

    def cases(self) -> Iterator[Check]:
        """Every check, then every loose diagnostic as one: failed if it is an error."""
        yield from self.checks
        for number, found in enumerate(self.diagnostics, 1):
            wrong = found.severity is Severity.ERROR
            yield Check(
                name=f"{found.code} {number}",
                group=found.span.file if found.span is not None else self.title,
                status=Status.FAILED if wrong else Status.PASSED,
                message=found.message if wrong else "",
                title=found.message,
                location=Place.of(found.span),
                code=found.code,
                level=found.severity,
                diagnostics=(found,),
            )

    def findings(self) -> Iterator[Finding]:
        """Everything to act on: diagnostics, and bad or waived checks that have none."""
        for check in self.checks:
            for found in check.diagnostics:
                yield _finding(found, check)
            bad = not check.status.good or check.waived is not None
            if bad and not check.diagnostics:
                yield Finding(
                    code=check.code or check.status.value,
                    level=_level(check),
                    message=check.message or check.title or check.name,
                    status=check.status,
                    subject=f"{check.group}/{check.name}" if check.group else check.name,
                    title=check.title,
                    location=check.location,
                    related=check.related,
                    waived=check.waived,
                    weighs=check.level is not None,
                )
        for found in self.diagnostics:
            yield _finding(found, None)


def _level(check: Check) -> Severity:
    if check.status is Status.ERROR:
        return Severity.ERROR
    return check.level if check.level is not None else Severity.WARNING


class Finding(Record):
    """One thing to act on; `subject` tells it from others of its code, on every run alike.
    `weighs` is false for a check without a level."""

    code: str
    level: Severity
    message: str
    status: Status
    subject: str
    title: str = ""
    hint: str | None = None
    location: Place | None = None
    related: tuple[Place, ...] = ()
    waived: str | None = None
    weighs: bool = True


def _finding(found: Diagnostic, check: Check | None) -> Finding:
    place = Place.of(found.span)
    if place is None and check is not None:
        place = check.location
    related = tuple(Place.of(span, text) for span, text in found.related)
    wrong = found.severity is Severity.ERROR
    return Finding(
        code=found.code,
        level=found.severity,
        message=found.message,
        status=Status.FAILED if wrong else Status.PASSED,
        subject=f"{check.group}/{check.name}" if check is not None else "",
        hint=found.hint,
        location=place,
        related=tuple(one for one in related if one is not None),
    )
