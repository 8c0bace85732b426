"""One run over the targets of a request: test, measure, write, and the exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from policyengine import extras
from policyengine.cli import console
from policyengine.cli.guarding import of_policy
from policyengine.cli.testing.request import Request
from policyengine.cli.testing.targets import Target
from policyengine.cli.writing import is_unicode, write, write_file
from policyengine.engine import Policy
from policyengine.errors import Diagnostic, PolicyEngineError, UsageError
from policyengine.output.text import count
from policyengine.source import quoted
from policyengine.testing import Suite, load, run_suite, select
from policyengine.testing.coverage import Closings
from policyengine.testing.report import Tested

_PROGRESS_SECONDS = 0.1
#: the worst first
_WORST = (2, 1, 0)


def run(request: Request) -> int:
    """Test every target, write the answer; its exit code. Raises `PolicyEngineError` where
    something cannot be read; what a program reads then says so too."""
    try:
        suites = list(_suites(request))
        if not any(suite.cases for suite in suites) and not request.allow_empty:
            raise UsageError(_nothing(request, suites))
    except PolicyEngineError as error:
        if request.form != "pretty":
            _write(request, _no_answer(error, request))
        raise
    tested = [_test(suite, request) for suite in suites if suite.cases]
    if request.write_missing is not None:
        _write_missing(request.write_missing, suites, tested)
    _write(request, _pieces(tested, request))
    _name_the_extra(tested)
    return min((one.exit_code for one in tested), key=_WORST.index, default=0)


def _write(request: Request, pieces: Iterable[str]) -> None:
    read = [
        path
        for target in request.targets
        for path in (*of_policy(target.policy), *(target.files or ()))
    ]
    write(pieces, request.output, read, data=request.form != "pretty")


def _no_answer(error: PolicyEngineError, request: Request) -> Iterator[str]:
    """The output of a run that could not be: no older report may pass for its answer."""
    if request.form == "json":
        from policyengine.output import json
        from policyengine.testing.data import no_answer

        yield json.text(no_answer(error.diagnostics)) + "\n"
        return
    from policyengine.output import registry
    from policyengine.output.report import Report

    title = ", ".join(target.policy.as_posix() for target in request.targets)
    failed = Report(command="test", title=title, diagnostics=error.diagnostics,
                    summary="could not run")  # fmt: skip
    yield from registry.pieces(request.form, failed)


def _suites(request: Request) -> Iterator[Suite]:
    for target in request.targets:
        policy = Policy.load(target.policy, shown=target.shown)
        suite = load(policy, target.files)
        # mutants are told by all cases; then the pattern is about mutants
        if request.pattern is not None and not request.mutate:
            suite = select(suite, request.pattern)
        yield suite


def files_of(target: Target, suite: Suite | None) -> Iterator[Path]:
    """Every file that a target is read from: for whoever watches them."""
    if target.policy.is_dir():
        yield from sorted(target.policy.rglob("*"))
    yield target.policy
    yield from target.files or ()
    if suite is not None:
        yield from suite.files
        yield Path(suite.policy.schema.span.file)
        yield from sorted(
            {Path(one.case.node.span.file) for one in suite.cases if one.case.node is not None}
        )


def _test(suite: Suite, request: Request) -> Tested:
    result = run_suite(suite, jobs=request.jobs)
    coverage, closings, mutation = None, Closings(), None
    if request.coverage:
        from policyengine.testing.coverage import close, measure

        coverage = measure(suite, jobs=request.jobs)
        progress = _Progress("gaps")
        closings = close(suite, coverage, progress=progress)
        progress.clear()
    if request.mutate and result.passed:
        from policyengine.testing.mutation import mutate

        progress = _Progress("mutants")
        mutation = mutate(
            suite,
            pattern=request.pattern,
            limit=request.mutate_limit,
            jobs=request.jobs,
            progress=progress,
        )
        progress.clear()
    elif request.mutate:
        console.say(f"no mutants of {quoted(result.path, 200)} are made while its cases fail")
    return Tested(result, coverage, closings, request.thresholds, mutation)


def _nothing(request: Request, suites: list[Suite]) -> Diagnostic:
    skipped = sum(suite.skipped for suite in suites)
    if skipped and request.pattern is not None:
        message = f"{quoted(request.pattern.pattern)} occurs in none of {skipped} cases"
        return Diagnostic("no-tests", message, hint="--allow-empty makes this no error")
    names = ", ".join(quoted(suite.policy.path, 200) for suite in suites)
    hint = "cases lie beside the rules, in files whose names end in `_test.yaml`"
    return Diagnostic("no-tests", f"there are no cases for {names}", hint=hint)


def _name_the_extra(tested: Iterable[Tested]) -> None:
    """Say, once, what a solver would tell of gaps that were left open for want of one."""
    left = sum(
        len(one.coverage.gaps()) - len(one.closings.of)
        for one in tested
        if one.coverage is not None and not one.closings.solver
    )
    if left:
        console.say(
            f"a solver may find deals for {count(left, 'gap')} more, or prove that there are "
            f"none: {extras.ANALYSIS}"
        )


# the answer ---------------------------------------------------------------------------------


def _pieces(tested: list[Tested], request: Request) -> Iterator[str]:
    if request.form == "json":
        from policyengine.output import json
        from policyengine.testing.data import document

        yield json.text(document(tested)) + "\n"
    elif request.form == "pretty":
        from policyengine.output.text import Style
        from policyengine.testing.page import page

        to_file = request.output is not None
        style = Style(
            width=100 if to_file else console.width(),
            color=console.wants_color(request.color, None if to_file else sys.stdout),
            unicode=to_file or is_unicode(),
        )
        for one in tested:
            yield page(one, style, verbose=request.verbose)
    else:
        from policyengine.output import registry
        from policyengine.testing.report import report

        yield from registry.pieces(request.form, *map(report, tested))


def _write_missing(path: Path, suites: list[Suite], tested: list[Tested]) -> None:
    """Write the deals found for gaps. Raises `UsageError` for several policies."""
    from policyengine.testing.coverage.writing import test_file

    ran = [suite for suite in suites if suite.cases]
    if len(ran) != 1 or tested[0].coverage is None:
        message = "found cases are written for one policy; name just one"
        raise UsageError(Diagnostic("usage", message))
    coverage = tested[0].coverage
    gaps = coverage.gaps()
    found = [(gap, tested[0].closings.gap(gap).found) for gap in gaps]
    closed = [(gap, one) for gap, one in found if one is not None]
    if not closed:
        console.say(f"nothing to write: {len(gaps)} gaps, and no deal was found for one")
        return
    write_file(path, test_file(ran[0].policy, closed))
    console.say(f"wrote {quoted(path.as_posix(), 200)}: what it expects has to be reviewed")


class _Progress:
    """How many of something are done, on a standard error that is a terminal."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._on = console.is_terminal(sys.stderr)
        self._shown = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if self._on and now - self._shown >= _PROGRESS_SECONDS:
            self._shown = now
            console.write_error(f"\r{done} of {total} {self._what}")

    def clear(self) -> None:
        if self._shown:
            console.write_error("\r" + " " * 40 + "\r")
