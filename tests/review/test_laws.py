"""What holds of every policy: of itself, of another layout, of each of its mutants, and of
what deals make of two."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from tests.laws.generate import Data, cases
from tests.review.conftest import POLICY, RULES, written

from fuzz.differential import load
from policyengine import Policy, PolicyEngineError
from policyengine.engine import Terms
from policyengine.errors import Diagnostics
from policyengine.formatting import format_text
from policyengine.nodes import Mapping, Node, Scalar, Sequence
from policyengine.reading import read_yaml
from policyengine.review import Replay, diff
from policyengine.review.replay import Question, Row
from policyengine.source import Source
from policyengine.testing.mutation.mutants import Mutant, mutants
from policyengine.testing.mutation.reach import reach
from policyengine.validation import kind_of
from policyengine.values import jsontext

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "rules" / "national-interest"
DAY = date(2026, 1, 31)


@pytest.fixture(scope="module")
def pack() -> Policy:
    return Policy.load(PACK)


# another layout ---------------------------------------------------------------------------------


def copied(into: Path, change: Any) -> Policy:
    shutil.copytree(ROOT / "schemas", into / "schemas")
    shutil.copytree(PACK, into / "rules" / "pack")
    (into / "policyengine.toml").touch()
    for path in sorted((into / "rules" / "pack").glob("*.yaml")):
        if not path.name.endswith("_test.yaml"):
            path.write_text(change(path), "utf-8")
    return Policy.load(into / "rules" / "pack")


def formatted(path: Path) -> str:
    source = Source(path.name, path.read_text("utf-8"))
    return format_text(source, kind_of(path, read_yaml(source)))


def as_json(node: Node, *, turned: bool) -> Any:
    """A document as plain data, the keys of mappings (and of groups, the parts) turned round."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [as_json(item, turned=turned) for item in node]
    assert isinstance(node, Mapping)
    found = {str(key.value): as_json(value, turned=turned) for key, value in node.entries}
    for group in ("all", "any", "of"):
        if turned and isinstance(found.get(group), list):
            found[group].reverse()
    return dict(reversed(found.items())) if turned else found


def test_a_policy_and_itself(pack: Policy, tmp_path: Path) -> None:
    assert diff(pack, pack).changes == ()
    again = copied(tmp_path, lambda path: path.read_text("utf-8"))
    assert diff(pack, again).changes == ()


def test_canonical_form_is_no_change(pack: Policy, tmp_path: Path) -> None:
    def ugly(path: Path) -> str:
        text = as_json(read_yaml(Source(path.name, path.read_text("utf-8"))), turned=False)
        return jsontext.dumps(text, indent=1)

    other = copied(tmp_path / "ugly", ugly)
    assert diff(pack, other).changes == ()
    assert diff(other, copied(tmp_path / "fine", formatted)).changes == ()


def test_the_order_of_keys_and_parts_is_no_change_of_meaning(pack: Policy, tmp_path: Path) -> None:
    def turned(path: Path) -> str:
        node = read_yaml(Source(path.name, path.read_text("utf-8")))
        return jsontext.dumps(as_json(node, turned=True), indent=1)

    found = diff(pack, copied(tmp_path, turned))
    assert not found.meaning
    assert {edit.part for change in found.changes for edit in change.edits} <= {
        "require", "forbid", "applies", "unless", "when", "served", "conflict",
    }  # fmt: skip


@settings(max_examples=30)
@given(cases())
def test_a_drawn_policy_and_itself(case: tuple[Data, Data, Data]) -> None:
    one, two = load(case[0]), load(case[0])
    assume(one is not None and two is not None)
    assert one is not None
    assert two is not None
    assert diff(one, two).changes == ()


# mutants ----------------------------------------------------------------------------------------


def lowered(mutant: Mutant) -> Policy | None:
    try:
        return Policy._lower(mutant.loaded, Diagnostics(), {})
    except PolicyEngineError:
        return None


def check(policy: Policy, mutant: Mutant) -> bool:
    made = lowered(mutant)
    if made is None:
        return False
    found = diff(policy, made)
    own = [c for c in found.changes if c.kind == "rule" and c.meaning]
    part = reach(policy.core, mutant.kind, mutant.owner)
    if mutant.kind == "rule":
        assert [c.id for c in own] == [mutant.owner], mutant.id
        assert own[0].edits, mutant.id
        assert not found.affected, mutant.id
        assert len(found.changes) == 1, mutant.id
        return True
    assert own == [], mutant.id
    if mutant.kind == "item":  # a score is not a rule; those that read it are affected
        assert any(c.kind == "scorecard" and c.meaning for c in found.changes), mutant.id
    if mutant.kind != "parameter" or part.rules or part.cards:
        assert found.meaning, mutant.id
    assert set(found.rules()) == set(part.rules), mutant.id
    return True


def test_every_mutant_is_a_change_of_meaning_in_its_own_place(tmp_path: Path) -> None:
    policy = written(str(tmp_path / "lease"), POLICY + RULES)
    valid = sum(check(policy, mutant) for mutant in mutants(policy))
    assert valid > 60


def test_mutants_of_the_pack(pack: Policy) -> None:
    chosen = list(mutants(pack))[::23]
    assert sum(check(pack, mutant) for mutant in chosen) > 20


@settings(
    max_examples=8,
    phases=[Phase.generate],  # a smaller policy says no more of a mutant, and takes long to find
    suppress_health_check=[HealthCheck.too_slow],
)
@given(cases(), st.integers(0, 8))
def test_mutants_of_drawn_policies(case: tuple[Data, Data, Data], first: int) -> None:
    policy = load(case[0])
    assume(policy is not None)
    assert policy is not None
    for mutant in list(mutants(policy))[first::9][:5]:
        made = lowered(mutant)
        if made is None or not diff(policy, made).meaning:
            # constants are worked out when rules are loaded: `0 in [0..5]`, `0 in [-1..5]`
            asked = Question(DAY)
            for deal in (case[1], {}):
                assert made is None or answers(policy, deal, asked) == answers(made, deal, asked)
            continue
        check(policy, mutant)


# deals ------------------------------------------------------------------------------------------


def rows(documents: list[Any]) -> Iterator[Row]:
    for number, document in enumerate(documents, 1):
        yield Row("deals", number, partial(Terms.from_mapping, document))


def answers(policy: Policy, document: Any, asked: Question) -> Any:
    try:
        made = policy.evaluate(
            Terms.from_mapping(document), as_of=asked.as_of, final=asked.final, assume=asked.assume
        )
    except PolicyEngineError:
        return None
    return made.verdict, dict(made.outcomes)


def replayed_as_evaluated(old: Policy, new: Policy, documents: list[Any], asked: Question) -> None:
    replay = Replay(old, new, asked, limit=10_000)
    made = list(replay.run(rows(documents)))
    for document, found in zip(documents, made, strict=True):
        before, after = answers(old, document, asked), answers(new, document, asked)
        if found is None:
            assert before == after
            continue
        assert found.before is (before and before[0])
        assert found.after is (after and after[0])
        if before is None or after is None:
            assert found.flips == ()
            continue
        flips = {flip.rule: (flip.before.outcome, flip.after.outcome) for flip in found.flips}
        assert flips == {
            rule: (outcome, after[1][rule])
            for rule, outcome in before[1].items()
            if outcome is not after[1][rule]
        }
    counts = replay.counts
    assert sum(counts.values()) == replay.total == len(documents)
    assert len(replay.kept) == replay.total - counts["unchanged"]


def test_flips_of_the_pack_are_what_evaluate_says(pack: Policy) -> None:
    names = sorted((ROOT / "examples").glob("*/terms.yaml"))
    documents = [Terms.from_path(name).document for name in names]
    for overrides in (
        {"long_concession_years": 100},
        {"allies": ["PHL"]},
        {"max_sunset_years": 0, "min_principal_equity_pct": 120},
    ):
        other = pack.with_parameters(overrides)
        for asked in (Question(DAY), Question(DAY, final=True), Question(DAY, assume=False)):
            replayed_as_evaluated(pack, other, documents, asked)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(cases(), st.integers(0, 10_000), st.booleans())
def test_flips_of_drawn_mutants_are_what_evaluate_says(
    case: tuple[Data, Data, Data], number: int, final: bool
) -> None:
    policy = load(case[0])
    assume(policy is not None)
    assert policy is not None
    every = list(mutants(policy))
    assume(every)
    other = lowered(every[number % len(every)])
    assume(other is not None)
    assert other is not None
    replayed_as_evaluated(policy, other, [case[1], {}], Question(DAY, final=final))


@settings(max_examples=30)
@given(cases(), st.randoms(use_true_random=False))
def test_what_is_only_words_changes_no_answer(case: tuple[Data, Data, Data], source: Any) -> None:
    """Parts of groups shuffled, conditions doubly negated, titles changed, rules reordered."""
    policy = load(case[0])
    assume(policy is not None)
    assert policy is not None

    def shaken(data: Any) -> Any:
        if isinstance(data, list):
            return [shaken(item) for item in data]
        if not isinstance(data, dict):
            return data
        made = {key: shaken(value) for key, value in data.items()}
        for group in ("all", "any", "of"):
            if isinstance(made.get(group), list):
                source.shuffle(made[group])
        if "require" in made and source.random() < 0.5:
            made["require"] = {"not": {"not": made["require"]}}
        if "title" in made:
            made["title"] += "."
        return made

    changed = {**case[0], "rules": shaken(case[0]["rules"])}
    source.shuffle(changed["rules"])
    other = load(changed)
    assume(other is not None)
    assert other is not None
    found = diff(policy, other)
    assert not found.meaning
    for asked in (Question(DAY), Question(DAY, final=True)):
        replay = Replay(policy, other, asked, renamed=found.renamed)
        assert all(row is None or row.unreadable for row in replay.run(rows([case[1], {}])))
