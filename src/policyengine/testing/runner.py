"""Runs the cases of a suite."""

from __future__ import annotations

from dataclasses import replace

from policyengine.engine import Policy, Terms
from policyengine.errors import Diagnostic, PolicyEngineError
from policyengine.testing.cases import Case
from policyengine.testing.compare import Difference, compare, needs_reasons
from policyengine.testing.expectations import Expectation
from policyengine.testing.pool import numbered
from policyengine.testing.results import CaseResult, Failure, RunResult, Status
from policyengine.testing.suite import Suite
from policyengine.testing.why import Why

#: what comes back of a case: its differences by number of expectation, or why there are none
_Answer = tuple[tuple[tuple[int, Difference], ...], tuple[Diagnostic, ...]]


def run(suite: Suite, *, jobs: int = 1) -> RunResult:
    """Run every case; `jobs` processes share the work, and the result is the same.

    Never raises for a case: one that cannot be decided is an `ERROR`, unless it expects the
    error by its code.
    """
    answers = numbered(_Runner(suite).answer, len(suite.cases), jobs)
    results = []
    for one, (differences, diagnostics) in zip(suite.cases, answers, strict=True):
        expectations = one.case.expectations
        failures = tuple(
            Failure(expectations[number], found.expected, found.actual, found.why)
            for number, found in differences
        )
        status = Status.ERROR if diagnostics else Status.FAILED if failures else Status.PASSED
        results.append(CaseResult(one.case, one.file, status, failures, diagnostics))
    policy = suite.policy
    return RunResult(policy.id, policy.path, tuple(results), suite.skipped)


class _Runner:
    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.policies: dict[str, Policy] = {}

    def answer(self, number: int) -> _Answer:
        located = self.suite.cases[number]
        case = located.case
        try:
            return self.differences(case, located.file), ()
        except PolicyEngineError as error:
            expected = _expected_errors(case, error)
            if expected is not None:
                return expected, ()
            return (), tuple(map(_for_a_case, error.diagnostics))

    def differences(self, case: Case, file: str) -> tuple[tuple[int, Difference], ...]:
        policy = self.policy(case)
        terms = Terms(case.terms, node=case.node, name=file, data=None)
        decision = policy.evaluate(
            terms,
            as_of=case.as_of,
            final=case.final,
            assume=case.assume,
            waivers=case.waivers,
            explain="full" if any(map(needs_reasons, case.expectations)) else "fails",
        )

        def why() -> Why:
            how = {"as_of": case.as_of, "final": case.final, "assume": case.assume}
            return Why(policy, policy.facts(terms, **how))  # type: ignore[arg-type]

        found = ((n, compare(e, decision, why)) for n, e in enumerate(case.expectations))
        return tuple((number, one) for number, one in found if one is not None)

    def policy(self, case: Case) -> Policy:
        """The policy with the parameters of a case; raises `ParameterError`."""
        if not case.parameters:
            return self.suite.policy
        key = repr(case.parameters)
        if key not in self.policies:
            self.policies[key] = self.suite.policy.with_parameters(case.parameters)
        return self.policies[key]


def _for_a_case(found: Diagnostic) -> Diagnostic:
    """What is wrong, with the hint for who writes a test file."""
    if found.code != "as-of-needed":
        return found
    hint = "give the case, or the whole file, an `as_of: 2026-07-01`"
    return replace(found, hint=hint)


def _expected_errors(
    case: Case, error: PolicyEngineError
) -> tuple[tuple[int, Difference], ...] | None:
    """What a case expects of a deal that has no decision: None unless it expects an error.

    Beside the codes of the errors nothing can be met: there is no decision.
    """
    if not any(e.kind == "errors" and e.subject for e in case.expectations):
        return None
    codes = [found.code for found in error.diagnostics]
    found = []
    for number, wanted in enumerate(case.expectations):
        if wanted.kind != "errors" or wanted.subject not in codes:
            told = tuple(diagnostic.message for diagnostic in error.diagnostics)
            actual = f"no decision: {', '.join(dict.fromkeys(codes))}"
            found.append((number, Difference(_words(wanted), actual, told)))
    return tuple(found)


def _words(wanted: Expectation) -> str:
    return " ".join(str(part) for part in (wanted.kind, wanted.subject or wanted.wanted) if part)
