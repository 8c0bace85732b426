"""durable-rules, where it can be had, and what is evaluated on it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policyengine import Policy
from policyengine.rete import library


@pytest.fixture(scope="session")
def durable_rules() -> Any:
    """The C module. Without it a test is skipped, with the reason; in CI, on a Python for
    which it can be built, it fails."""
    why = library.why_not()
    if why is None:
        return library.load()
    if os.environ.get("CI") == "true" and sys.version_info < (3, 13):
        pytest.fail(f"{why} (CI=true: not skipped)")
    pytest.skip(why)


class Spy:
    """The C module, with everything it is told written down and its answers changed."""

    def __init__(self, real: Any) -> None:
        self.real = real
        self.error = real.error
        self.told: list[str] = []
        self.change: dict[str, Any] = {}
        self.answer: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        function = getattr(self.real, name)

        def call(handle: Any, *args: Any) -> Any:
            self.told += [arg for arg in (handle, *args) if isinstance(arg, str)]
            if name in self.answer:
                return self.answer[name]
            found = function(handle, *args)
            return self.change[name](found) if name in self.change else found

        return call


@pytest.fixture
def spy(durable_rules: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Spy]:
    made = Spy(durable_rules)
    monkeypatch.setattr(library, "load", lambda: made)
    yield made
    made.change.clear()
    made.answer.clear()


@pytest.fixture(scope="session")
def pack(root: Path) -> Policy:
    return Policy.load(root / "rules" / "national-interest")
