"""Values of other types than where they stand asks for, in generated code above all."""

from __future__ import annotations

import pytest

from policyengine import PolicyError

from .conftest import Build, verdicts

TERMS = {"flag": True, "s": "ab", "set": ["a", "b"], "nums": [1, 2]}


@pytest.mark.parametrize(
    "condition",
    [
        "g and flag",
        "flag and not(g)",
        "g or not(flag)",
        "if g then flag else flag",
        "{all: [g, flag]}",
        "{some_of: {at_least: 2, of: [g, flag]}}",
        'every x in [true, "abc"] satisfies x',
    ],
)
@pytest.mark.parametrize("value", ['"abc"', "0"])
@pytest.mark.parametrize("final", [False, True])
def test_no_truth_value_is_unknown(build: Build, condition: str, value: str, final: bool) -> None:
    policy = build(condition, define=f"g: if flag then {value} else true")
    assert verdicts(policy, TERMS, final=final) == {"undetermined"}


@pytest.mark.parametrize("operator", ["equals", "is_not"])
def test_a_text_is_no_set_of_its_letters(build: Build, operator: str) -> None:
    policy = build(
        f"{{set: {{{operator}: {{term: g}}}}}}", define='g: if flag then "ab" else ["q"]'
    )
    assert verdicts(policy, TERMS) == {"undetermined"}


@pytest.mark.parametrize("call", ["insert before(nums, 1, s)", "list replace(nums, 1, s)"])
def test_a_list_with_an_element_of_another_type(build: Build, call: str) -> None:
    policy = build(f"some v in {call} satisfies v > 3")
    assert verdicts(policy, TERMS) == {"undetermined"}


TABLE = """\
tables:
  - id: tt
    hit_policy: %s
    inputs: [flag, other]
    output: {type: number%s}
    rules:
      - ["-", true, %s]
      - [true, "-", %s]
rules:
  - {id: R, title: t, require: "tt = 4"}
"""


def test_outputs_are_of_the_type_of_the_table(build: Build) -> None:
    with pytest.raises(PolicyError, match="type-mismatch"):
        build(rules=TABLE % ("F", "", "3", "{term: s}"))


def test_outputs_are_among_the_values_that_rank_them(build: Build) -> None:
    with pytest.raises(PolicyError, match="not-in-enum"):
        build(rules=TABLE % ("P", ", values: [1, 2]", "3", "1"))


def test_an_unknown_row_without_a_rank_may_matter(build: Build) -> None:
    policy = build(rules=TABLE % ("P", ", values: [1, 2]", "{term: n}", "{term: m}"))
    assert verdicts(policy, {"flag": True, "n": 3, "m": 4}) == {"undetermined"}
    assert verdicts(policy, {"flag": True, "other": True, "n": 3, "m": 4}) == {"reject"}


def test_a_table_of_any_type_is_not_taken_for_a_number(build: Build) -> None:
    policy = build(
        rules=(TABLE % ("F", "", "3", "{term: g}")).replace("tt = 4", "tt > 2"),
        define='g: if flag then "abc" else 5',
    )
    assert verdicts(policy, {"flag": True, "other": False}) == {"undetermined"}
