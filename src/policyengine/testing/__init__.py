"""Tests of a policy: cases, coverage of the rules by them, and mutants they should tell.

policy = Policy.load("rules/national-interest")
result = testing.run(policy)
result.passed, [one.failures for one in result.cases]
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from policyengine.engine import Policy
from policyengine.testing.cases import Case, KnownMutant, TestFile, read_tests
from policyengine.testing.expectations import Expectation
from policyengine.testing.laying import lay_over
from policyengine.testing.results import CaseResult, Failure, RunResult, Status
from policyengine.testing.runner import run as run_suite
from policyengine.testing.suite import Located, Suite, beside, load, select


def run(policy: Policy, files: Iterable[Path] | None = None, *, jobs: int = 1) -> RunResult:
    """Run the cases of a policy: those beside its rules, or those of other test files.

    Raises `PolicyError` with every finding where a test file is wrong; never for a case.
    """
    return run_suite(load(policy, files), jobs=jobs)


__all__ = [
    "Case",
    "CaseResult",
    "Expectation",
    "Failure",
    "KnownMutant",
    "Located",
    "RunResult",
    "Status",
    "Suite",
    "TestFile",
    "beside",
    "lay_over",
    "load",
    "read_tests",
    "run",
    "run_suite",
    "select",
]
