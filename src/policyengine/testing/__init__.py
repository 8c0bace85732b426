"""Tests of a policy: cases, coverage of the rules by them, and mutants they should tell."""

from __future__ import annotations

from policyengine.testing.cases import Case, KnownMutant, TestFile, read_tests
from policyengine.testing.expectations import Expectation
from policyengine.testing.laying import lay_over
from policyengine.testing.results import CaseResult, Failure, RunResult, Status
from policyengine.testing.runner import run
from policyengine.testing.suite import Located, Suite, beside, load, select

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
    "select",
]
