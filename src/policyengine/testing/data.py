"""The result of testing policies as plain data, for `--format json`."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from policyengine.errors import Diagnostic, location
from policyengine.testing.coverage import Coverage, Found, Gap, State
from policyengine.testing.coverage.reasons import unclosed, why
from policyengine.testing.documents import plain
from policyengine.testing.mutation import MutationResult
from policyengine.testing.report import Tested
from policyengine.testing.results import CaseResult, Status

SCHEMA_VERSION = "1"


def document(tested: Iterable[Tested]) -> dict[str, Any]:
    """Everything that was found; numbers are exact, order is that of the documents."""
    rows = [_policy(one) for one in tested]
    return {
        "schema_version": SCHEMA_VERSION,
        "passed": all(row["passed"] for row in rows),
        "policies": rows,
        "errors": [],
    }


def no_answer(found: Iterable[Diagnostic]) -> dict[str, Any]:
    """The data of a run that could not be, with why."""
    return {
        "schema_version": SCHEMA_VERSION,
        "passed": False,
        "policies": [],
        "errors": [diagnostic.to_dict() for diagnostic in found],
    }


def _policy(tested: Tested) -> dict[str, Any]:
    run = tested.run
    made: dict[str, Any] = {
        "policy": run.policy,
        "path": run.path,
        "passed": tested.exit_code == 0,
        "counts": {status.value: run.count(status) for status in Status}
        | {"not_selected": run.skipped},
        "cases": [_case(result) for result in run.cases],
    }
    if tested.coverage is not None:
        made["coverage"] = _coverage(tested, tested.coverage)
    if tested.mutation is not None:
        made["mutation"] = _mutation(tested.mutation)
    return made


def _case(result: CaseResult) -> dict[str, Any]:
    return {
        "file": result.file,
        "name": result.case.name,
        "status": result.status.value,
        "location": location(result.case.span),
        "failures": [
            {
                "kind": failure.expectation.kind,
                "subject": failure.expectation.subject,
                "expected": failure.expected,
                "actual": failure.actual,
                "why": list(failure.why),
                "location": location(failure.expectation.span),
            }
            for failure in result.failures
        ],
        "errors": [found.to_dict() for found in result.diagnostics],
    }


def _coverage(tested: Tested, coverage: Coverage) -> dict[str, Any]:
    kinds: dict[str, Any] = {}
    for kind in (*coverage.kinds(), "all"):
        chosen = None if kind == "all" else kind
        kinds[kind] = {
            "asked": coverage.asked(chosen),
            "covered": coverage.covered(chosen),
            "percent": _percent(coverage.percent(chosen)),
            "threshold": tested.thresholds.get(kind),
        }
    return {
        "kinds": kinds,
        "gaps": [_gap(tested, coverage, gap) for gap in coverage.gaps()],
        "left_out": [
            {"kind": p.kind, "owner": p.owner, "text": p.text, "answer": answer, "reason": reason,
             "location": location(p.span)}
            for number, p in enumerate(coverage.points)
            for answer, reason in p.left_out
            if (number, answer) not in coverage.seen
        ],
    }  # fmt: skip


def _percent(value: Fraction) -> Decimal:
    """To two places, cut: only all of it is 100."""
    return Decimal(int(value * 100)) / 100


def _gap(tested: Tested, coverage: Coverage, gap: Gap) -> dict[str, Any]:
    closing = tested.closings.gap(gap)
    return {
        "kind": gap.point.kind,
        "owner": gap.point.owner,
        "text": gap.point.text,
        "answer": gap.answer,
        "why": why(coverage, gap),
        "location": location(gap.point.span),
        "state": closing.state.value,
        "found": _found(closing.found) if closing.found is not None else None,
        "open": unclosed(closing) if closing.state is State.OPEN else None,
    }


def _found(found: Found) -> dict[str, Any]:
    return {
        "from": {"file": found.start.file, "case": found.start.case.name},
        "terms": {path: plain(value) for path, value in found.changes.items()},
        "not_applicable": list(found.not_applicable),
        "question": {
            key: value if isinstance(value, bool) else str(value)
            for key, value in found.question.items()
        },
    }


def _mutation(mutation: MutationResult) -> dict[str, Any]:
    return {
        "total": mutation.total,
        "killed": mutation.killed,
        "invalid": mutation.invalid,
        "survivors": [
            {"mutant": one.mutant, "before": one.before, "after": one.after,
             "reason": one.reason, "location": location(one.span)}
            for one in mutation.survivors
        ],
        "unused": [{"mutant": one.mutant, "reason": one.reason, "location": location(one.span)}
                   for one in mutation.unused],
    }  # fmt: skip
