"""Without durable-rules: what is said, and that nothing else needs it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policyengine import Policy, Terms
from policyengine.cli import main
from policyengine.errors import UsageError
from policyengine.rete import library

DEAL = "examples/lk-cn-2017-hambantota/terms.yaml"


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)


@pytest.mark.parametrize("version", [(3, 11), (3, 12)])
@pytest.mark.usefixtures("missing")
def test_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, version: Any) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(UsageError) as caught:
        library.load()
    (found,) = caught.value.diagnostics
    assert found.code == "engine-unavailable"
    assert found.message == "the engine `rete` needs durable-rules, which is not installed"
    assert found.hint == "pip install 'durable-rules>=2.0.28,<3', which needs a C compiler"


@pytest.mark.usefixtures("missing")
def test_it_says_so_where_it_cannot_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 13, 1))
    assert library.why_not() == (
        "the engine `rete` needs durable-rules, which does not work on Python 3.13"
    )


@pytest.mark.usefixtures("missing")
def test_the_other_engines_do_without(pack: Policy, root: Path) -> None:
    terms = Terms.from_path(root / DEAL)
    for engine in ("auto", "compiled", "interpreter", "all"):
        assert pack.evaluate(terms, engine=engine, as_of="2026-01-31").outcomes
    with pytest.raises(UsageError, match="engine-unavailable"):
        pack.evaluate(terms, engine="rete", as_of="2026-01-31")


@pytest.mark.usefixtures("missing")
def test_the_command_says_it_once_and_decides_nothing(
    root: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    call: Callable[..., int] = lambda *more: main(  # noqa: E731
        ["evaluate", DEAL, DEAL, "-p", "national-interest", *more]
    )
    assert call("--engine", "rete") == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.count("error[engine-unavailable]") == 1
    assert call("--engine", "all") == 1
    out, err = capfd.readouterr()
    assert out
    assert err.startswith("checked without durable-rules: the engine `rete` needs durable-rules")


def test_it_is_not_imported_before_it_is_asked_for() -> None:
    code = "import sys, policyengine.engine; print([n for n in sys.modules if 'durable' in n])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
