"""The result of testing a policy as a page for people."""

from __future__ import annotations

from typing import Any

from policyengine.explain import of_objects, words
from policyengine.output.text import Page, Style, count
from policyengine.source import Span, visible
from policyengine.testing.coverage import Closing, Coverage, Found, Gap, State
from policyengine.testing.coverage.reasons import headline, unclosed, why
from policyengine.testing.mutation import MutationResult
from policyengine.testing.report import NAMES, Tested, covered, summary
from policyengine.testing.results import CaseResult, Status

_MARKS = {
    Status.PASSED: ("pass", "green"),
    Status.FAILED: ("FAIL", "bold red"),
    Status.ERROR: ("ERROR", "bold red"),
}
_DETAIL = 6


def page(tested: Tested, style: Style, *, verbose: bool = False) -> str:
    """Failures in full, every file with its count, every case where `verbose`."""
    made = Page(style)
    made.heading(tested.run.path)
    _cases(made, tested, verbose=verbose)
    if tested.coverage is not None:
        _coverage(made, tested, tested.coverage, verbose=verbose)
    if tested.mutation is not None:
        _mutants(made, tested.mutation)
    made.blank()
    passed = tested.exit_code == 0
    made.put(("passed" if passed else "failed", "bold green" if passed else "bold red"),
             f": {_conclusion(tested)}", hang=2)  # fmt: skip
    return made.text()


def _conclusion(tested: Tested) -> str:
    parts = [summary(tested)]
    for kind, reached in tested.missed.items():
        name = NAMES.get(kind, "all")
        shown = int(reached * 10) / 10
        parts.append(f"coverage of {name} is {shown}%, below {tested.thresholds[kind]:f}%")
    mutation = tested.mutation
    if mutation is not None and not mutation.passed:
        parts.append(f"{count(len(mutation.open), 'mutant')} told by no case")
        if mutation.unused:
            parts.append(f"{len(mutation.unused)} listed in vain")
    return "; ".join(parts)


def _cases(made: Page, tested: Tested, *, verbose: bool) -> None:
    files: dict[str, list[CaseResult]] = {}
    for result in tested.run.cases:
        files.setdefault(result.file, []).append(result)
    for file, results in files.items():
        good = sum(result.status is Status.PASSED for result in results)
        all_good = good == len(results)
        made.put(
            ("pass" if all_good else "FAIL", "green" if all_good else "bold red"),
            f"  {visible(file)}: {good} of {count(len(results), 'case')}",
            hang=6,
        )
        for result in results:
            if verbose or result.status is not Status.PASSED:
                _case(made, result)


def _case(made: Page, result: CaseResult) -> None:
    mark, color = _MARKS[result.status]
    made.put((mark, color), f"  {visible(result.case.name)}", indent=2, hang=8)
    for failure in result.failures:
        rows = (
            ("expected", failure.expected + f"  ({_place(failure.expectation.span)})"),
            ("actual", failure.actual),
            *(("why", line) for line in failure.why),
        )
        for name, text in rows:
            lead = len(text) - len(text.lstrip())
            made.put((f"{name:<10}", "dim"), text.lstrip(), indent=_DETAIL + lead, hang=16 + lead)
    for diagnostic in result.diagnostics:
        for line in diagnostic.render().split("\n"):
            made.put_raw(" " * _DETAIL + line)


# coverage -----------------------------------------------------------------------------------


def _coverage(made: Page, tested: Tested, coverage: Coverage, *, verbose: bool) -> None:
    made.heading("coverage")
    for kind in (*coverage.kinds(), None):
        name = NAMES[kind] if kind else "all"
        wanted = tested.thresholds.get(kind or "all")
        least = f", {wanted:f}% asked for" if wanted is not None else ""
        missed = (kind or "all") in tested.missed
        line = covered(coverage, kind)
        made.put((f"{name:<12}", "bold"), (line + least, "red" if missed else ""),
                 hang=12)  # fmt: skip
    proved = tested.closings.count(State.PROVED)
    if proved:
        made.blank()
        made.put(f"{proved} of {count(len(coverage.gaps()), 'gap')} can be closed by no deal, "
                 "which is proved: dead conditions, not missing cases", hang=2)  # fmt: skip
    for gap in coverage.gaps():
        made.blank()
        _gap(made, coverage, gap, tested.closings.gap(gap))
    if verbose:
        _left_out(made, coverage)


def _gap(made: Page, coverage: Coverage, gap: Gap, closing: Closing) -> None:
    point = gap.point
    made.put(f"{_place(point.span)}: ", (point.owner, "bold"),
             f": {visible(point.text, 200)} ", (headline(gap), "yellow"), hang=2)  # fmt: skip
    made.put(why(coverage, gap), indent=2, hang=4)
    if closing.found is None:
        made.put(unclosed(closing), indent=2, hang=4)
    else:
        made.put(f"found: {_found(closing.found)}", indent=2, hang=4)


def _found(found: Found) -> str:
    changes = [
        f"{path}: {_value(value)}"
        for path, value in found.changes.items()
        if path not in found.not_applicable
    ]
    changes += [f"{path}: listed as not applicable" for path in found.not_applicable]
    start = f"`{visible(found.start.case.name, 120)}` ({visible(found.start.file)})"
    asked = [f"{key}: {_asked(value)}" for key, value in found.question.items()]
    told = f"{start} with {', '.join(changes)}" if changes else start
    return f"{told}, asked with {', '.join(asked)}" if asked else told


def _asked(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value}"


def _value(value: Any) -> str:
    """What a deal would say, as it would be written: a list stands in brackets."""
    if value is None:
        return "left out"
    if isinstance(value, tuple) and not of_objects(value):
        return f"[{', '.join(map(words, value))}]"
    return words(value)


def _left_out(made: Page, coverage: Coverage) -> None:
    made.blank()
    made.put(("not asked for", "bold"))
    for number, point in enumerate(coverage.points):
        for answer, reason in point.left_out:
            if (number, answer) not in coverage.seen:
                made.put(f"{_place(point.span)}: {point.owner}: {answer}: {reason}",
                         indent=2, hang=4)  # fmt: skip


# mutants ------------------------------------------------------------------------------------


def _mutants(made: Page, mutation: MutationResult) -> None:
    made.heading("mutants")
    made.put(f"{mutation.killed} of {mutation.total} told by a case, "
             f"{len(mutation.open)} by none, "
             f"{len(mutation.survivors) - len(mutation.open)} listed with a reason; "
             f"{mutation.invalid} more changes make no policy", hang=2)  # fmt: skip
    for one in mutation.survivors:
        made.blank()
        color = "yellow" if one.reason is None else "dim"
        made.put(f"{_place(one.span)}: ", (visible(one.mutant), color), hang=2)
        made.put((f"- {visible(one.before, 160)}", "red"), indent=2, hang=4)
        made.put((f"+ {visible(one.after, 160)}" if one.after else "+ (left out)", "green"),
                 indent=2, hang=4)  # fmt: skip
        if one.reason is not None:
            made.put(f"listed: {visible(one.reason)}", indent=2, hang=4)
    for unused in mutation.unused:
        made.blank()
        made.put(f"{_place(unused.span)}: ", (visible(unused.mutant), "yellow"),
                 " is listed and does not survive; take it out", hang=2)  # fmt: skip


def _place(span: Span) -> str:
    return f"{visible(span.file)}:{span.line}"
