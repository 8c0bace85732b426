"""Reference pages are complete: every option, module and key of a decision has its place."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from policyengine.lowering.operators import OPERATORS

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "policyengine"


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def command(*words: str) -> str:
    made = [sys.executable, "-m", "policyengine", *words, "--help"]
    done = subprocess.run(made, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return done.stdout


def commands() -> list[str]:
    listing = command().partition("Commands:")[2].partition("\n\n")[0]
    return re.findall(r"^  (\w+)", listing, re.MULTILINE)


@pytest.mark.parametrize("name", ["evaluate", "validate", "explain", "schema", "init"])
def test_the_commands_of_the_page_are_there(name: str) -> None:
    assert name in commands()


def test_every_command_and_option_is_on_the_page() -> None:
    text = page("cli.md")
    missing = []
    for name in commands():
        if f"## {name}\n" not in text:
            missing.append(name)
        options = set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", command(name), re.MULTILINE))
        missing += [f"{name} {option}" for option in options - {"--help"} if option not in text]
    assert not missing


def test_every_command_is_in_the_table_of_commands() -> None:
    rows = re.findall(r"^\| \[`(\w+)`\]\(#(\w+)\) \|", page("cli.md"), re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted(commands())
    assert all(name == anchor for name, anchor in rows)


@pytest.mark.parametrize("name", sorted(p.name for p in (ROOT / "docs").glob("*.md")))
def test_every_page_can_be_reached_from_the_first(name: str) -> None:
    first = (ROOT / "README.md").read_text("utf-8")
    linked = set(re.findall(r"\(docs/([\w-]+\.md)", first))
    for other in tuple(linked):
        linked |= set(re.findall(r"\(([\w-]+\.md)", page(other)))
    assert name in linked


def test_every_module_has_its_place_in_the_architecture() -> None:
    text = page("architecture.md")
    for entry in sorted(PACKAGE.iterdir()):
        if entry.name.startswith("__init__") or entry.name in ("__pycache__", "py.typed"):
            continue
        name = f"{entry.name}/" if entry.is_dir() else entry.name
        assert f"`{name}`" in text, name


def test_every_module_of_the_architecture_is_there() -> None:
    table = page("architecture.md").partition("| file | knows |")[2].partition("\n\n")[0]
    for name in re.findall(r"`([\w./]+)`", table):
        assert (PACKAGE / name).exists(), name


def test_every_key_of_a_decision_is_on_its_page() -> None:
    schema = json.loads((ROOT / "schemas" / "decision.schema.json").read_text("utf-8"))
    text = page("decision.md")
    for name in schema["$defs"]["decision"]["properties"]:
        assert f"`{name}`" in text, name


def test_every_operator_and_rule_key_is_in_the_language_reference() -> None:
    definitions = json.loads((ROOT / "schemas" / "rules.schema.json").read_text("utf-8"))["$defs"]
    text = page("language.md")
    for kind in ("operators", "rule", "condition", "table", "scorecard", "interest"):
        for name in definitions[kind]["properties"]:
            assert re.search(rf"`{name}\b|\b{name}:", text), f"{kind}: {name}"


def test_the_operators_of_the_schema_are_those_of_the_engine() -> None:
    definitions = json.loads((ROOT / "schemas" / "rules.schema.json").read_text("utf-8"))["$defs"]
    assert set(definitions["operators"]["properties"]) == set(OPERATORS)
