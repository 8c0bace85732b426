"""The pack, loaded once, and every case of its test files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from policyengine import Policy
from policyengine.errors import Diagnostics, PolicyError
from policyengine.reading import read_document
from policyengine.testcases import Case, read_tests

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "rules" / "national-interest"


class Suite(NamedTuple):
    """`cases` has the cases by test file, `sovereignty_test.yaml: half is no majority`."""

    policy: Policy
    cases: dict[str, Case]


@cache
def suite() -> Suite:
    policy = Policy.load(PACK)
    diagnostics = Diagnostics()
    cases = {}
    for path in sorted(PACK.glob("*_test.yaml")):
        node = read_document(path, shown=path.name).node
        for case in read_tests(node, diagnostics, policy=policy, folder=PACK):
            cases[f"{path.name}: {case.name}"] = case
    diagnostics.raise_errors(PolicyError)
    return Suite(policy, cases)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        cases = suite().cases
        metafunc.parametrize("case", cases.values(), ids=list(cases))


@pytest.fixture(scope="session")
def pack() -> Policy:
    return suite().policy


@pytest.fixture(scope="session")
def cases() -> dict[str, Case]:
    return suite().cases


@pytest.fixture(scope="session")
def folder() -> Path:
    """The folder of the pack."""
    return PACK
