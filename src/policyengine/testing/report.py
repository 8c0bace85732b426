"""The result of testing a policy, whole: cases, coverage, mutants, and whether it is enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from policyengine.errors import Severity
from policyengine.output.report import Check, Place, Report
from policyengine.output.report import Status as Answer
from policyengine.output.text import count
from policyengine.testing.coverage import KINDS, Closings, Coverage, Gap, State
from policyengine.testing.coverage.reasons import headline, unclosed, why
from policyengine.testing.mutation import MutationResult
from policyengine.testing.results import CaseResult, RunResult, Status
from policyengine.values.record import Record

#: what a kind of coverage is called
NAMES = {"outcome": "outcomes", "leaf": "conditions", "boundary": "limits", "row": "table rows"}
_STATUS = {
    Status.PASSED: Answer.PASSED,
    Status.FAILED: Answer.FAILED,
    Status.ERROR: Answer.ERROR,
}


class Tested(Record):
    """One policy tested. `thresholds` are the percents asked for, by kind of coverage, `all`
    for all of them together; `closings` say how gaps are closed."""

    run: RunResult
    coverage: Coverage | None = None
    closings: Closings = Closings()
    thresholds: Mapping[str, Decimal] = {}
    mutation: MutationResult | None = None

    @property
    def missed(self) -> dict[str, Fraction]:
        """The thresholds that coverage does not reach, with what it does reach."""
        if self.coverage is None:
            return {}
        reached = {
            kind: self.coverage.percent(None if kind == "all" else kind) for kind in self.thresholds
        }
        return {kind: p for kind, p in reached.items() if p < Fraction(self.thresholds[kind])}

    @property
    def exit_code(self) -> int:
        """0, 1 where something was found wanting, 2 where a case could not be decided."""
        if self.run.count(Status.ERROR):
            return 2
        enough = not self.missed and (self.mutation is None or self.mutation.passed)
        return 0 if self.run.passed and enough else 1


def summary(tested: Tested) -> str:
    """One sentence with the result of the cases."""
    run = tested.run
    parts = [f"{count(len(run.cases), 'case')}"]
    for status, word in ((Status.FAILED, "failed"), (Status.ERROR, "without a decision")):
        if run.count(status):
            parts.append(f"{run.count(status)} {word}")
    if run.passed:
        parts.append("all passed")
    if run.skipped:
        parts.append(f"{run.skipped} not selected")
    return ", ".join(parts)


def report(tested: Tested) -> Report:
    """The result for every format that is not this command's own."""
    checks = [_case(result) for result in tested.run.cases]
    checks += _coverage(tested)
    checks += _mutants(tested)
    return Report(
        command="test", title=tested.run.path, checks=tuple(checks), summary=summary(tested)
    )


def _case(result: CaseResult) -> Check:
    details: list[str] = []
    for failure in result.failures:
        details.append(f"expected: {failure.expected}")
        details.append(f"actual: {failure.actual}")
        details += [f"why: {line}" for line in failure.why]
    first = result.failures[0] if result.failures else None
    message = f"expected {first.expected}, found {first.actual}" if first else ""
    if result.status is Status.ERROR:
        message = f"no decision: {result.diagnostics[0].message}"
    where = first.expectation.span if first else result.case.span
    return Check(
        name=result.case.name,
        group=result.file,
        status=_STATUS[result.status],
        message=message,
        details=tuple(details),
        location=Place.of(where),
        code="test-case",
        diagnostics=result.diagnostics,
    )


def _coverage(tested: Tested) -> Iterator[Check]:
    coverage = tested.coverage
    if coverage is None:
        return
    kinds = [kind for kind in KINDS if coverage.asked(kind)]
    for kind in [*kinds, *(["all"] if "all" in tested.thresholds else [])]:
        chosen = None if kind == "all" else kind
        line = covered(coverage, chosen)
        wanted = tested.thresholds.get(kind)
        message = f"{line}; the threshold is {wanted:f}%" if kind in tested.missed else ""
        gaps = [gap for gap in coverage.gaps() if chosen is None or gap.point.kind == kind]
        yield Check(
            name=NAMES.get(kind, kind),
            group="coverage",
            status=Answer.FAILED if kind in tested.missed else Answer.PASSED,
            message=message,
            title=line,
            details=tuple(_gap(tested, coverage, gap) for gap in gaps),
            code="coverage",
        )


def _gap(tested: Tested, coverage: Coverage, gap: Gap) -> str:
    line = (
        f"{Place.of(gap.point.span)}: {gap.point.owner}: {gap.point.text} "
        f"{headline(gap)}: {why(coverage, gap)}"
    )
    closing = tested.closings.gap(gap)
    return line if closing.state is State.FOUND else f"{line}; {unclosed(closing)}"


def covered(coverage: Coverage, kind: str | None) -> str:
    """`348 of 352 (98.8%)`, cut rather than rounded: only all of it is 100%."""
    percent = coverage.percent(kind)
    tenths = int(percent * 10)
    shown = f"{tenths // 10}.{tenths % 10}" if tenths % 10 or percent.denominator != 1 else None
    return f"{coverage.covered(kind)} of {coverage.asked(kind)} ({shown or tenths // 10}%)"


def _mutants(tested: Tested) -> Iterator[Check]:
    mutation = tested.mutation
    if mutation is None:
        return
    yield Check(
        name="killed",
        group="mutants",
        status=Answer.PASSED,
        title=f"{mutation.killed} of {mutation.total} mutants",
        code="mutants",
    )
    for survivor in mutation.survivors:
        yield Check(
            name=survivor.mutant,
            group="mutants",
            status=Answer.FAILED if survivor.reason is None else Answer.SKIPPED,
            message=f"no case tells this change: {survivor.mutant}",
            details=(f"- {survivor.before}", f"+ {survivor.after}"),
            location=Place.of(survivor.span),
            code="mutant-survives",
            waived=survivor.reason,
        )
    for unused in mutation.unused:
        yield Check(
            name=unused.mutant,
            group="mutants",
            status=Answer.FAILED,
            message="listed as a mutant that survives, and does not",
            location=Place.of(unused.span),
            code="mutant-unused",
            level=Severity.WARNING,
        )
