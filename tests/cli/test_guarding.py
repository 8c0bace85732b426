"""`-o` and `--report` leave alone whatever a run reads, also what only a document names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FILES = {
    "pyproject.toml": "[tool.policyengine]\npolicy = 'policies/p'\n",
    "policies/p/policy.yaml": (
        "policy: p\nversion: 1.0.0\nterms: ../../shared/terms.json  # of all\n"
        "rules: [{id: A, title: t, require: {deal.price: {at_least: 1}}}]\n"
    ),
    "shared/terms.json": (
        '{"type": "object", "additionalProperties": false, "properties": {"deal": {"type": '
        '"object", "additionalProperties": false, "properties": {"price": {"$ref": "price.json"}'
        "}}}}"
    ),
    "shared/price.json": '{"type": "number"}',
    "deal.yaml": "deal: {price: 3}\n",
    "other.json": "{}",
}


@pytest.fixture(autouse=True)
def files() -> dict[str, str]:
    for name, text in FILES.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    return FILES


READ = [name for name in FILES if name != "other.json"]
#: how a run fails, or does not: what is wrong before its output is refused
BROKEN = {
    "nothing": (),
    "the policy": ("policies/p/policy.yaml", "id: A", "ID: A"),
    "the manifest": ("policies/p/policy.yaml", "version", "versoin"),
    "the yaml": ("policies/p/policy.yaml", "title: t", "title: [t"),
    "the schema": ("shared/terms.json", "additionalProperties", "additional"),
    "the deal": ("deal.yaml", "price: 3", "price: [3"),
}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("flag", ["-o", "--report"])
def test_what_is_read_stays(cli: Callable[..., Any], flag: str, broken: str) -> None:
    if change := BROKEN[broken]:
        name, old, new = change
        text = Path(name).read_text()
        assert old in text
        Path(name).write_text(text.replace(old, new))
    for policy in ((), ("-p", "policies/p"), ("-p", "policies/p/policy.yaml")):
        for name in READ:
            before = Path(name).read_bytes()
            given = name if flag == "-o" else f"html={name}"
            found = cli("evaluate", "deal.yaml", *policy, "--format", "json", flag, given)
            assert found.code == 2
            assert "error[output-is-input]" in found.err
            assert Path(name).read_bytes() == before


@pytest.mark.parametrize("words", [("--as-of", "soon"), ("-p", "nowhere"), ("--waivers", "none")])
def test_nor_where_the_question_makes_no_sense(
    cli: Callable[..., Any], words: tuple[str, ...]
) -> None:
    for name in ("deal.yaml", "pyproject.toml"):
        before = Path(name).read_bytes()
        found = cli("evaluate", "deal.yaml", *words, "--format", "json", "-o", name)
        assert found.code == 2
        assert Path(name).read_bytes() == before


def test_what_is_not_read_is_written(cli: Callable[..., Any]) -> None:
    assert cli("evaluate", "deal.yaml", "--format", "json", "-o", "other.json").code == 0
    assert '"verdict"' in Path("other.json").read_text()


def test_schemas_that_name_each_other_end(cli: Callable[..., Any]) -> None:
    Path("shared/price.json").write_text('{"$ref": "terms.json"}')
    found = cli("evaluate", "deal.yaml", "--format", "json", "-o", "shared/terms.json")
    assert "error[output-is-input]" in found.err


CASES = "policies/p/p_test.yaml"
TESTS = "cases:\n  - {name: fine, file: ../../deal.yaml, expect: {verdict: accept}}\n"
ROOT = "policies/p/policy.yaml"
#: a command with an output, what it succeeds with, and what that reads
COMMANDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "lint": (("policies",), (ROOT, CASES, "shared/terms.json", "shared/price.json", "deal.yaml")),
    "lint of a file": (("lint", ROOT), (ROOT, CASES, "shared/terms.json")),
    "validate": (("policies",), (ROOT, CASES, "shared/terms.json", "shared/price.json")),
    "validate of a deal": (("validate", "deal.yaml"), ("deal.yaml", ROOT, "shared/price.json")),
    "test": (("policies",), (ROOT, CASES, "shared/terms.json", "deal.yaml")),
    "diff": (("policies/p", "policies/p", "deal.yaml"), (ROOT, "shared/terms.json", "deal.yaml")),
    "compare": (("deal.yaml", "deal.yaml"), (ROOT, "shared/price.json", "deal.yaml")),
    "margins": (("deal.yaml",), (ROOT, "shared/price.json", "deal.yaml")),
    "counter": (("deal.yaml", "--parameters", "none.yaml"), (ROOT, "deal.yaml", "none.yaml")),
    "agree": (("policies/p", "policies/p"), (ROOT, "shared/terms.json")),
    "analyze": (("--select", "never-fails"), (ROOT, CASES, "shared/price.json")),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_leaves_what_it_reads(cli: Callable[..., Any], command: str) -> None:
    Path(CASES).write_text(TESTS)
    Path("none.yaml").write_text("{}\n")
    words, read = COMMANDS[command]
    words = words if words[0] in ("lint", "validate") else (command, *words)
    for name in read:
        before = Path(name).read_bytes()
        found = cli(*words, "-o", name)
        assert found.code == 2, (name, found)
        assert "error[output-is-input]" in found.err
        assert Path(name).read_bytes() == before
    assert cli(*words, "-o", "other.json").code in (0, 1)
    assert Path("other.json").read_bytes() not in (b"", b"{}")
    assert cli(*words, "-o", "-").out
    assert not Path("-").exists()


def test_nor_are_cases_overwritten_by_written_ones(cli: Callable[..., Any]) -> None:
    Path(CASES).write_text(TESTS)
    found = cli("analyze", "--select", "never-fails", "--write-tests", CASES)
    assert "error[output-is-input]" in found.err
    assert Path(CASES).read_text() == TESTS
