"""The pack is whole: each rule has its cases, each table of the README its rules."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from policyengine import Policy, core

ID = re.compile(r"\b(?:SOV|NI|COMP|ECO|STATE|C|A|B|R)-[A-Z0-9]+(?:-[A-Z]+)*\b")


def test_no_rule_is_decided_by_an_empty_page_without_defaults(pack: Policy) -> None:
    page = {"deal": {"id": None}, "parties": {"principal": "BLR", "counterparties": None}}
    decision = pack.evaluate(page, assume=False)
    decided = {rule: o.value for rule, o in decision.outcomes.items() if o.value != "unknown"}
    # Every deal names its principal, and nothing else; this is all that it settles.
    assert decided == {"A-OWN-ALLIES": "pass"}
    assert decision.verdict.value == "undetermined"


def test_pack_loads_without_a_warning(pack: Policy) -> None:
    assert [str(warning) for warning in pack.warnings] == []
    assert pack.id == "national-interest"


def test_counts(pack: Policy) -> None:
    levels = defaultdict(list)
    for rule in pack.rules:
        levels[rule.level].append(rule.id)
    assert {level: len(ids) for level, ids in levels.items()} == {
        "mandatory": 24,
        "negotiable": 17,
        "advisory": 14,
    }
    assert {rule.title for rule in pack.rules if rule.source is None} == set()
    speechless = [r.id for r in pack.rules if r.because is None]
    assert not speechless
    assert not [r.id for r in pack.rules if r.level != "advisory" and r.ask is None]
    assert not [
        r.id
        for r in pack.rules
        if r.level == "advisory" and not (r.focus and r.action and r.expected)
    ]


def rows(text: str, heading: str) -> list[list[str]]:
    """The rows of the table whose header row starts with a heading, header left out."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {heading}"))
    table = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


@pytest.fixture(scope="module")
def readme(folder: Path) -> str:
    return (folder / "README.md").read_text("utf-8")


def test_readme_names_what_exists_and_all_of_it(pack: Policy, readme: str) -> None:
    items = {item.id for card in pack.core.scorecards.values() for item in card.items}
    known = {rule.id for rule in pack.rules} | items
    assert set(ID.findall(readme)) == known


@pytest.mark.parametrize(
    ("heading", "level"),
    [
        ("what the principal will not accept", "mandatory"),
        ("what is to be settled", "negotiable"),
        ("recommendation", "advisory"),
    ],
)
def test_readme_tables(heading: str, level: str, pack: Policy, readme: str) -> None:
    named = [rule for row in rows(readme, heading) for rule in ID.findall(row[-1])]
    assert sorted(named) == sorted(rule.id for rule in pack.rules if rule.level == level)


def test_readme_parameters(pack: Policy, readme: str, folder: Path) -> None:
    """Names, defaults and, for each use the table gives, that it is one."""
    table = rows(readme, "parameter ")
    defaults: dict[str, str] = {}
    for names, default, _ in table:
        found = re.findall(r"`(\w+)`", names)
        values = default.split(", ") if len(found) > 1 else [default]
        defaults |= dict(zip(found, values * len(found), strict=False))
    actual = {}
    for name, parameter in pack.core.parameters.items():
        value = parameter.value
        actual[name] = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    assert defaults == actual

    readers: dict[str, set[str]] = defaultdict(set)
    for rule in pack.rules:
        for expr in (rule.applies, rule.unless, rule.requirement):
            for node in core.walk(expr) if expr is not None else ():
                if isinstance(node, core.Parameter):
                    readers[node.name].add(rule.id)
    for card in pack.core.scorecards.values():
        for item in card.items:
            for node in core.walk(item.when):
                if isinstance(node, core.Parameter):
                    readers[node.name].add(item.id)
    for names, _, uses in table:
        read = set().union(*(readers[name] for name in re.findall(r"`(\w+)`", names)))
        assert set(ID.findall(uses)) == read, names


def test_readme_files(readme: str, folder: Path) -> None:
    named = {name for row in rows(readme, "file ") for name in re.findall(r"`([^`]+)`", row[0])}
    there = {path.name for path in folder.glob("*.yaml") if not path.name.endswith("_test.yaml")}
    assert named == there | {"*_test.yaml"}


def test_rules_hold_no_number_and_no_country(folder: Path) -> None:
    """Parameters hold them; scores hold points. The words of interests.yaml are shown only."""
    for path in folder.glob("*.yaml"):
        if path.name.endswith("_test.yaml") or path.name in ("policy.yaml", "interests.yaml"):
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            where = f"{path.name}:{number}: {line.strip()}"
            assert not re.search(r"\b(BLR|RUS|USA|ARM|KAZ|KGZ|TJK|Belarus|Russia)\b", line), where
            assert not re.search(r"(more|less)_than: \d|at_(most|least): \d", line), where
