"""The pack, loaded once, and every case of its test files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from policyengine import Policy
from policyengine.testing import Case, Suite, load

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "rules" / "national-interest"


@cache
def loaded() -> Suite:
    return load(Policy.load(PACK))


@cache
def by_name() -> dict[str, Case]:
    """The cases by test file, `sovereignty_test.yaml: half is no majority`."""
    return {f"{Path(one.file).name}: {one.case.name}": one.case for one in loaded().cases}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", by_name().values(), ids=list(by_name()))


@pytest.fixture(scope="session")
def suite() -> Suite:
    return loaded()


@pytest.fixture(scope="session")
def pack() -> Policy:
    return loaded().policy


@pytest.fixture(scope="session")
def cases() -> dict[str, Case]:
    return by_name()


@pytest.fixture(scope="session")
def folder() -> Path:
    """The folder of the pack."""
    return PACK
