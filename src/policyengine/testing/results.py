"""What a run of tests found, frozen."""

from __future__ import annotations

import enum

from policyengine.errors import Diagnostic
from policyengine.testing.cases import Case
from policyengine.testing.expectations import Expectation
from policyengine.values.record import Record


class Status(enum.Enum):
    """What became of a case. `ERROR`: there is no decision to compare, since the deal or the
    question could not be read; this is not the answer `FAILED`."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"


class Failure(Record):
    """An expectation that was not met: `expected` and `actual` in words, and why the decision
    is what it is, a line each with places in the rules and in the deal."""

    expectation: Expectation
    expected: str
    actual: str
    why: tuple[str, ...]


class CaseResult(Record):
    """One case: its failures in the order of the file; `diagnostics` say why an `ERROR` is one."""

    case: Case
    file: str
    status: Status
    failures: tuple[Failure, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


class RunResult(Record):
    """The cases of one policy that were run, in the order of files and cases.

    `policy` is its id and `path` where it was read from; `skipped` counts the cases that a
    selection left out.
    """

    policy: str
    path: str
    cases: tuple[CaseResult, ...]
    skipped: int = 0

    def count(self, status: Status) -> int:
        return sum(result.status is status for result in self.cases)

    @property
    def passed(self) -> bool:
        """Whether every case passed, of which there is at least one."""
        return bool(self.cases) and self.count(Status.PASSED) == len(self.cases)
