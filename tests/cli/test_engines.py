"""`evaluate --engine` and `compile`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policyengine import Policy
from policyengine.cli.evaluate import ENGINES as OFFERED
from policyengine.engine import ENGINES
from policyengine.rete import why_not

DEAL = "examples/lk-cn-2017-hambantota/terms.yaml"


@pytest.fixture
def deal(root: Path) -> Path:
    return root / DEAL


def test_the_command_offers_the_engines_there_are() -> None:
    assert OFFERED == ENGINES


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_decision(
    cli: Callable[..., Any], deal: Path, engine: str
) -> None:
    if engine == "rete" and (why := why_not()) is not None:
        pytest.skip(why)
    args = ("-p", "national-interest", "--as-of", "2026-01-31", "--format", "json")
    found = cli("evaluate", deal, *args, "--engine", engine)
    assert found.code == 1
    assert json.loads(found.out) == json.loads(cli("evaluate", deal, *args).out)


def test_an_engine_that_there_is_not(cli: Callable[..., Any], deal: Path) -> None:
    found = cli("evaluate", deal, "-p", "national-interest", "--engine", "fast")
    assert found.code == 2
    assert "error[usage]: invalid value for '--engine': 'fast' is not one of" in found.err


def test_the_environment_may_choose(
    cli: Callable[..., Any], deal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICYENGINE_ENGINE", "interpreter")
    found = cli("evaluate", deal, "-p", "national-interest", "--show-config")
    assert "interpreter" in found.out
    assert "POLICYENGINE_ENGINE" in found.out


def test_compile_says_what_it_made(cli: Callable[..., Any]) -> None:
    found = cli("compile", "-p", "national-interest")
    assert (found.code, found.err) == (0, "")
    assert "rules compile to" in found.out


def test_compile_shows_what_is_run(cli: Callable[..., Any]) -> None:
    args = ("-p", "national-interest", "--as-of", "2026-01-31")
    whole = cli("compile", "--show", *args)
    made = Policy.load(Path(__file__).parents[2] / "rules" / "national-interest")
    assert whole.code == 0
    head, _, body = whole.out.partition("def decide(")
    general, _, quick = body.partition("\n\n# the same, for deals without an unknown\n")
    compiled = made.compiled(as_of="2026-01-31")
    assert "def decide(" + general == compiled.source
    assert all(line.startswith("# k") for line in head.splitlines())
    tables, _, text = quick.partition("def decide(")
    assert "def decide(" + text == compiled.forms.form("known")[1]
    assert all(line.startswith(("# k", "# table")) for line in tables.splitlines())
    assert "PASS" in tables
    assert "FAIL" in tables
    final = cli("compile", "--show", "--final", "--no-assume", *args)
    assert final.out != whole.out


def test_compile_shows_one_rule(cli: Callable[..., Any]) -> None:
    found = cli("compile", "--show", "SOV-5", "-p", "national-interest")
    assert found.code == 0
    (title,) = [line for line in found.out.splitlines() if line.startswith("# S")]
    assert title == "# SOV-5"
    assert "concession_years" in found.out
    compile(found.out, "shown", "exec")


def test_compile_refuses_what_it_cannot_show(cli: Callable[..., Any]) -> None:
    found = cli("compile", "--show", "SOV-99", "-p", "national-interest")
    assert (found.code, found.out) == (2, "")
    assert "error[unknown-rule]" in found.err
    found = cli("compile", "SOV-5", "-p", "national-interest")
    assert (found.code, found.out) == (2, "")
    assert "error[usage]: a rule is named for --show" in found.err
    found = cli("compile", "-p", "national-interest", "--as-of", "2026-02-30")
    assert (found.code, found.out) == (2, "")
    assert "error[bad-as-of]" in found.err


def test_constants_are_written_safely(cli: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(
        "policy: p\nversion: 1.0.0\n"
        "terms: {type: object, additionalProperties: false, properties: {a: {type: string}}}\n"
        'rules: [{id: A, title: t, require: {a: "x\\n\\e[2Jimport os"}}]\n'
    )
    found = cli("compile", "--show", "-p", path)
    assert found.code == 0
    assert "\x1b" not in found.out
    assert "# k" in found.out
    compile(found.out, "shown", "exec")


@pytest.mark.parametrize(
    "value", [(), ("a",), ("a", "b"), [], ["a"], {}, {"a": (1,)}, frozenset(), frozenset("ab"), 1]
)
def test_constants_are_python(value: Any) -> None:
    from policyengine.cli.compile import _shown

    shown = _shown(value)
    assert shown is not None
    assert eval(shown, {"frozenset": frozenset}) == value  # what it says it is
