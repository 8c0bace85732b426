"""Borders: pairs of deals one step apart, with which a rule or an item comes out otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.analysis import small

from policyengine import Policy
from policyengine.analysis.borders import Border, Borders, Side, borders, test_file
from policyengine.analysis.setting import At
from policyengine.decision import Outcome
from policyengine.errors import UsageError
from policyengine.testing import load, run
from policyengine.testing.mutation import mutate

HEAD = """\
policy: example
version: 1.0.0
terms:
  type: object
  additionalProperties: false
  properties:
    kind: {enum: [loan, grant, swap]}
    size: {enum: [5, 10, 20]}
    years: {type: integer, minimum: 0, maximum: 50}
    free: {type: boolean, default: false}
    sides: {type: array, items: {enum: [us, them, all]}, uniqueItems: true}
    names: {type: array, items: {type: string}}
    parts: {type: array, items: {type: object, additionalProperties: false,
                                 properties: {usd: {type: integer, minimum: 0}}}}
"""


def policy(folder: Path, text: str) -> Policy:
    path = folder / "policy.yaml"
    path.write_text(HEAD + text, "utf-8")
    return Policy.load(path)


def rule(body: str) -> str:
    return f"rules:\n  - id: R-1\n    title: a rule\n{body}"


def value(side: Side, path: str) -> Any:
    return side.replay.document.get(path)


def values(found: Borders, path: str) -> set[tuple[Any, Any]]:
    """What a term is on both sides, lists by their elements in order."""

    def plain(side: Side) -> Any:
        here = value(side, path)
        return tuple(sorted(here)) if isinstance(here, list | tuple) else here

    return {(plain(b.failing), plain(b.passing)) for b in found.pairs if b.path == path}


def differing(border: Border) -> set[str]:
    one, two = border.failing.replay.document, border.passing.replay.document
    return {name for name in (*one, *two) if one.get(name) != two.get(name)}


# what is found --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "path", "pairs"),
    [
        ("    require: {years: {at_most: 2}}\n", "years", {(3, 2)}),
        # both ends, and both sides of the one value
        ("    require: {years: {between: [3, 9]}}\n", "years", {(2, 3), (10, 9)}),
        ("    forbid: {years: 7}\n", "years", {(7, 6), (7, 8)}),
        # of an enum of numbers there are no steps
        ("    require: {size: {at_least: 10}}\n", "size", {(5, 10), (5, 20)}),
        ("    forbid: {free: true}\n", "free", {(True, False)}),
        # what is asked for is told from silence
        ("    require: {kind: {stated: true}}\n", "kind", {(None, "loan")}),
        ("    require: {sides: {contains: us}}\n", "sides", {((), ("us",))}),
        ("    forbid: {sides: {contains_any: [us, them]}}\n", "sides",
         {(("us",), ()), (("them",), ())}),
        ("    require: {sides: {equals: [us]}}\n", "sides",
         {((), ("us",)), (("them", "us"), ("us",)), (("all", "us"), ("us",))}),
        ("    require: {names: {contains_only: [Ann]}}\n", "names", {((), ("Ann",))}),
    ],
)  # fmt: skip
def test_neighbours(body: str, path: str, pairs: set[tuple[Any, Any]], tmp_path: Path) -> None:
    found = borders(policy(tmp_path, rule(body)))
    assert found.without == ()
    got = values(found, path)
    if path == "size":
        assert len(got) == 1
        assert got <= pairs
    elif body.startswith("    require: {kind"):
        assert {one for one, _ in got} == {None}
    else:
        assert pairs <= got
    for border in found.pairs:
        assert differing(border) == {border.path}
        assert border.alone


@pytest.mark.parametrize("word", ["require", "forbid"])
def test_every_option_of_an_enum_is_on_one_side(word: str, tmp_path: Path) -> None:
    found = borders(policy(tmp_path, rule(f"    {word}: {{kind: [loan, grant]}}\n")))
    shown = {each for pair in values(found, "kind") for each in pair}
    assert shown == {"loan", "grant", "swap"}


def test_what_says_whether_a_rule_applies_has_borders(tmp_path: Path) -> None:
    body = "    applies: {years: {at_least: 5}}\n    require: {kind: loan}\n"
    found = borders(policy(tmp_path, rule(body)))
    assert values(found, "years") == {(5, 4)}
    (border,) = (b for b in found.pairs if b.path == "years")
    assert (border.failing.said, border.passing.said) == ("fail", "not_applicable")


def test_elements_that_make_no_difference_are_in_both(tmp_path: Path) -> None:
    """A list that grows by an element is told from one that should not."""
    body = "    applies: {sides: {contains: us}}\n    require: {kind: loan}\n"
    found = borders(policy(tmp_path, rule(body)))
    assert (("all", "them", "us"), ("all", "them")) in values(found, "sides")


def test_items_of_scorecards_have_borders(tmp_path: Path) -> None:
    of = policy(tmp_path, rule("    require: {free: true}\n") + """\
scorecards:
  - id: worth
    items:
      - {id: I-1, title: Long, when: {years: {at_least: 30}}, points: 3}
      - {id: I-2, title: Given, when: {kind: [grant, swap]}, points: -2}
""")  # fmt: skip
    found = borders(of)
    assert found.without == ()
    (long,) = (b for b in found.pairs if b.of == "I-1")
    assert (value(long.failing, "years"), value(long.passing, "years")) == (30, 29)
    assert (long.failing.said, long.passing.said) == ("counts", "does not count")
    scores = [side.scores["worth"] for side in (long.failing, long.passing)]
    assert [(int(score.low), int(score.high)) for score in scores] == [(1, 3), (-2, 0)]
    assert borders(of, rules="I-*").without == ()
    assert {b.of for b in borders(of, rules="I-*").pairs} == {"I-1", "I-2"}


def test_cells_of_tables_have_borders(tmp_path: Path) -> None:
    of = policy(tmp_path, rule("    require: {rank: high}\n") + """\
tables:
  - id: rank
    hit_policy: F
    inputs: [years, kind]
    output: {type: string, values: [high, low]}
    rules:
      - [{at_least: 20}, "-", high]
      - ["-", [grant], high]
    default: low
""")  # fmt: skip
    found = borders(of)
    assert values(found, "years") == {(19, 20)}
    assert {two for _, two in values(found, "kind")} == {"grant"}


def test_a_rule_that_objects_to_nothing_has_none(tmp_path: Path) -> None:
    of = policy(tmp_path, rule("    require: {years: {at_most: 50}}\n"))
    found = borders(of)
    assert (found.pairs, found.without) == ((), ("R-1",))
    with pytest.raises(UsageError, match="no border of these rules was found"):
        test_file(of, found, date(2026, 1, 1))


def test_lists_of_objects_have_borders(tmp_path: Path) -> None:
    body = "    require: every part in parts satisfies part.usd >= 3\n"
    (border,) = borders(policy(tmp_path, rule(body))).pairs
    assert differing(border) == {"parts"}


# as a test file -------------------------------------------------------------------------------

WHOLE = """\
rules:
  - {id: R-1, title: Short, require: {years: {between: [2, 30]}}}
  - {id: R-2, title: Loans, applies: {sides: {contains: us}}, forbid: {kind: [grant, swap]}}
  - {id: R-3, title: Told, require: {names: {stated: true}}}
  - {id: R-4, title: New, effective: {from: 2026-01-01}, require: {free: true}}
scorecards:
  - id: worth
    items:
      - {id: I-1, title: Long, when: {years: {at_least: 20}}, points: 3}
      - {id: I-2, title: Ours, when: {sides: {contains: us}}, points: 0.5}
"""


@pytest.mark.parametrize("final", [False, True])
def test_the_file_holds_and_tells_the_mutants(final: bool, tmp_path: Path) -> None:
    of = policy(tmp_path, WHOLE)
    day = date(2026, 6, 1)
    found = borders(of, At(day, final=final))
    path = tmp_path / "borders_test.yaml"
    path.write_text(test_file(of, found, day), "utf-8")
    result = run(of, [path])
    assert len(result.cases) == 2 * len(found.pairs)
    assert result.passed, [one.failures for one in result.cases if one.failures]
    mutated = mutate(load(of, [path]))
    left = [one.mutant for one in mutated.survivors]
    # a border says nothing of dates that it is not asked on
    assert all("effective" in mutant for mutant in left), left


@pytest.mark.parametrize("start", range(0, 24, 8))
def test_borders_of_generated_policies(start: int, tmp_path: Path) -> None:
    for seed, of in small.policies(range(start, start + 8)):
        found = borders(of)
        decide = of.decider()
        ids = [each.id for each in of.rules]

        def outcomes(side: Side) -> Mapping[str, Outcome]:
            return dict(zip(ids, decide(side.replay.document)[1], strict=True))  # noqa: B023

        for border in found.pairs:
            one, two = outcomes(border.failing), outcomes(border.passing)
            assert one == border.failing.replay.outcomes, f"seed {seed}"
            assert one[border.of].value == border.failing.said
            assert one[border.of] in (Outcome.FAIL, Outcome.UNKNOWN)
            assert two[border.of].value == border.passing.said
            assert two[border.of] in (Outcome.PASS, Outcome.NOT_APPLICABLE)
            assert differing(border) == {border.path}
            if border.alone:
                levels = {each.id: each.level for each in of.rules}
                bad = {each for each, how in one.items() if how in (Outcome.FAIL, Outcome.UNKNOWN)}
                assert {each for each in bad if levels[each] == "mandatory"} <= {border.of}
        for each in found.without:
            assert not objected(of, each), f"seed {seed}: {each}"


def objected(of: Policy, each: str) -> bool:
    """Whether a deal with everything stated fails a rule and another one passes it: then some
    deals between them are a border."""
    decide = of.decider()
    number = [rule.id for rule in of.rules].index(each)
    found = {
        decide(small.deal(values))[1][number]
        for values in small.all_deals()
        if None not in values.values()
    }
    return Outcome.FAIL in found and Outcome.PASS in found
