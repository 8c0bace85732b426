"""Each part of a policy, before and after: what differs, and whether it means anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.review.conftest import POLICY, RULES

from policyengine import Policy
from policyengine.review import Change, PolicyDiff, diff

Edited = Callable[..., PolicyDiff]
TESTS = """\
        - years: {more_than: {parameter: most_years}}
        - use: [office, storage]"""


def only(found: PolicyDiff) -> Change:
    (change,) = found.changes
    return change


def told(change: Change) -> list[tuple[str, str, str | None, str | None]]:
    return [(edit.part, edit.where, edit.before, edit.after) for edit in change.edits]


def test_nothing(edit: Edited) -> None:
    found = edit()
    assert found.changes == ()
    assert not found.meaning
    assert found.old.digest == found.new.digest


# rules ------------------------------------------------------------------------------------------


def test_a_rule_is_added_and_removed(edit: Edited) -> None:
    more = "  - {id: L-9, title: New, require: {use: shop}, unless: {years: 1}}\nscorecards:\n"
    added = only(edit(("scorecards:\n", more)))
    assert (added.kind, added.id, added.status, added.meaning) == ("rule", "L-9", "added", True)
    assert told(added) == [
        ("level", "", None, "mandatory"),
        ("require", "", None, "use equals shop"),
        ("unless", "", None, "years equals 1"),
    ]
    assert added.before_at is None
    assert added.after_at is not None
    removed = only(edit((more, "scorecards:\n"), old=POLICY + RULES.replace("scorecards:\n", more)))
    assert (removed.id, removed.status, removed.meaning) == ("L-9", "removed", True)


def test_a_renamed_rule_is_no_change_of_meaning(edit: Edited) -> None:
    found = edit(("id: L-2", "id: RENT-2"))
    change = only(found)
    assert (change.status, change.old_id, change.id) == ("renamed", "L-2", "RENT-2")
    assert not found.meaning
    assert found.renamed == {"L-2": "RENT-2"}


def test_a_rule_with_another_id_and_another_limit_is_another_rule(edit: Edited) -> None:
    found = edit(("id: L-3", "id: L-8"), ("total >= 100", "total >= 90"))
    assert {(c.id, c.status) for c in found.changes} == {("L-8", "added"), ("L-3", "removed")}


def test_rules_of_one_meaning_are_told_apart_by_their_titles(edit: Edited) -> None:
    two = (
        "  - {id: A, title: First, require: {years: 1}}\n"
        "  - {id: B, title: Second, require: {years: 1}}\nscorecards:\n"
    )
    old = POLICY + RULES.replace("scorecards:\n", two)
    found = edit(("{id: A,", "{id: A2,"), ("{id: B,", "{id: B2,"), old=old)
    assert found.renamed == {"A": "A2", "B": "B2"}
    swapped = two.replace("{id: A,", "{id: Y,").replace("{id: B,", "{id: X,")
    found = edit((two, swapped), old=old)
    assert found.renamed == {"A": "Y", "B": "X"}


def test_the_name_of_a_policy_in_one_file_is_no_part_of_it(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(POLICY + RULES, encoding="utf-8")
    old, new = (Policy.load(tmp_path / name) for name in ("a.yaml", "b.yaml"))
    assert diff(old, new).changes == ()


def test_a_moved_rule(edit: Edited) -> None:
    rule = "  - id: L-4\n    title: A fair lease\n    level: advisory\n"
    rule += "    require: {worth: {equals: good}}\n"
    found = edit((rule, ""), ("rules:\n  - id: L-1", f"rules:\n{rule}  - id: L-1"))
    assert told(only(found)) == [("place", "", "after L-3", "the beginning")]
    assert not found.meaning


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([("level: negotiable", "level: mandatory")], ("level", "", "negotiable", "mandatory")),
        (
            [("years: {more_than: {parameter: most_years}}", "years: {more_than: 45}")],
            ("forbid", "all[1]", "years more_than parameters.most_years", "years more_than 45"),
        ),
        (
            [("        - use: [office, storage]\n", "")],
            ("forbid", "all", "use one_of [office, storage]", None),
        ),
        (
            [("        - use: [office, storage]\n",
              "        - use: [office, storage]\n        - rent: 0\n")],
            ("forbid", "all", None, "rent equals 0"),
        ),
        (
            [("use: [office, storage]", "use: [office]")],
            ("forbid", "all[2]", "use one_of [office, storage]", "use one_of [office]"),
        ),
        ([("total >= 100", "total > 100")], ("require", "", "total >= 100", "total > 100")),
        ([("    applies: {use: shop}\n", "")], ("applies", "", "use equals shop", None)),
        ([("contains: roof", "contains: yard")],
         ("unless", "", "rooms contains roof", "rooms contains yard")),
        ([("    ask: Ask for more.", "    effective: {from: 2026-01-01}\n    ask: Ask for more.")],
         ("effective", "", None, "from 2026-01-01")),
        ([("    require: total >= 100", "    forbid: total >= 100")],
         ("condition", "", "require: total >= 100", "forbid: total >= 100")),
        ([("      all:\n", "      any:\n")],
         ("forbid", "",
          "all(years more_than parameters.most_years, use one_of [office, storage])",
          "any(years more_than parameters.most_years, use one_of [office, storage])")),
    ],
)  # fmt: skip
def test_meaning_of_a_rule(
    edit: Edited,
    edits: list[tuple[str, str]],
    expected: tuple[str, str, str | None, str | None],
) -> None:
    found = edit(*edits)
    rules = [change for change in found.changes if change.kind == "rule"]
    assert [told(change) for change in rules] == [[expected]]
    assert rules[0].meaning
    assert rules[0].edits[0].meaning


def test_one_test_that_becomes_one_of_several(edit: Edited) -> None:
    found = edit(("applies: {use: shop}", "applies: {any: [{use: shop}, {years: 3}]}"))
    assert told(only(found)) == [("applies", "any", None, "years equals 3")]


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ("title: Not too long", "title: Much too long", "title"),
        ("are too long", "are far too long", "because"),
        ("ask: Ask for more.", "ask: Ask.", "ask"),
        ("    ask: Ask", "    tags: [money]\n    ask: Ask", "tags"),
        ("    ask: Ask", "    source: {ref: law 5}\n    ask: Ask", "source.ref"),
        ("    ask: Ask", "    focus: money\n    ask: Ask", "focus"),
        ("    ask: Ask", '    public: {say: "no"}\n    ask: Ask', "public.say"),
        (TESTS, "\n".join([*reversed(TESTS.split("\n"))]), "forbid"),
        ("[office, storage]\n", "[storage, office]\n", "forbid"),
        ("require: total >= 100", "require: {not: {not: total >= 100}}", "require"),
        ("require: total >= 100", "forbid: {not: total >= 100}", "condition"),
    ],
)  # fmt: skip
def test_words_of_a_rule(edit: Edited, before: str, after: str, part: str) -> None:
    found = edit((before, after))
    assert [one.part for one in only(found).edits] == [part]
    assert not found.meaning


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    title: Not too long\n", "    title: 'Not too long'   # said so\n\n"),
        ("at_least: {parameter: least_rent}", "at_least: { parameter:  least_rent }"),
        ("years: {more_than: {parameter: most_years}}",
         "years:\n            more_than:\n              parameter: most_years"),
        ("most_years: 30", "most_years: 30.0"),
        ("points: 2", "points: 2.00"),
    ],
)  # fmt: skip
def test_layout_is_no_change(edit: Edited, before: str, after: str) -> None:
    assert edit((before, after)).changes == ()


# what rules read --------------------------------------------------------------------------------


def test_a_parameter_names_the_rules_it_changes(edit: Edited) -> None:
    found = edit(("most_years: 30", "most_years: 45"))
    change = only(found)
    assert told(change) == [("value", "", "30", "45")]
    assert change.rules == ("L-1",)
    assert found.affected == {"L-1": ("parameter most_years",)}
    assert found.rules() == ("L-1",)


def test_dated_rows(edit: Edited) -> None:
    more = "{from: 2025-01-01, value: 12}\n    - {from: 2030-01-01, value: 15}"
    found = edit(("{from: 2025-01-01, value: 10}", more))
    assert told(only(found)) == [
        ("value", "from 2025-01-01", "10", "12"),
        ("value", "from 2030-01-01", None, "15"),
    ]
    assert only(found).rules == ("L-2",)


def test_a_definition_reaches_through_what_uses_it(edit: Edited) -> None:
    found = edit(("total: years * rent", "total: years * rent * 2\n  twice: total * 2"))
    kinds = {change.name: change for change in found.changes}
    assert kinds["definition total"].rules == ("L-3",)
    assert kinds["definition twice"].status == "added"


def test_a_parameter_only_sentences_read_changes_words(edit: Edited) -> None:
    old = (POLICY + RULES).replace("most_years: 30", "most_years: 30\n  shown: 3")
    old = old.replace("Ask for more.", '"Ask for {parameters.shown}."')
    found = edit(("shown: 3", "shown: 4"), old=old)
    assert not found.meaning
    assert found.affected == {}


def test_renamed_parameters_and_definitions_change_nothing(edit: Edited) -> None:
    found = edit(
        ("  most_years: 30", "  longest: 30"),
        ("{parameter: most_years}", "{parameter: longest}"),
        ("  total: years", "  worth_all: years"),
        ("require: total >=", "require: worth_all >="),
        ('"total > 50"', '"worth_all > 50"'),
    )
    assert not found.meaning
    assert {c.name for c in found.changes if c.status == "renamed"} == {
        "parameter longest",
        "definition worth_all",
    }


def test_tables(edit: Edited) -> None:
    found = edit(("[{at_most: 10}, good]", "[{at_most: 12}, good]"))
    assert told(only(found)) == [
        ("row", "rules[1]", "[{at_most: 10}, good]", "[{at_most: 12}, good]")
    ]
    assert (only(found).kind, only(found).rules) == ("table", ("L-4",))
    assert told(only(edit(("default: bad", "default: good")))) == [("default", "", "bad", "good")]
    first = "      - [{at_most: 10}, good]\n"
    second = "      - [{at_most: 20}, bad]\n"
    moved = edit((first + second, second + first))
    assert moved.meaning
    unordered = (POLICY + RULES).replace("hit_policy: F", "hit_policy: U")
    assert not edit((first + second, second + first), old=unordered).meaning


def test_scorecards_and_interests(edit: Edited) -> None:
    assert told(only(edit(("points: 2", "points: 3")))) == [("points", "G-1", "2", "3")]
    found = edit(("title: A yard", "title: A court"))
    assert told(only(found)) == [("title", "G-1", "A yard", "A court")]
    assert not found.meaning
    found = edit(("served: {rooms: {contains: hall}}", "served: {rooms: {contains: yard}}"))
    assert (only(found).kind, only(found).id, found.meaning) == ("interest", "Space", True)
    assert not edit(("ours: room", "ours: rooms")).meaning


# terms ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "expected", "rules"),
    [
        ("default: 0}", "default: 5}", ("default", "", "0", "5"), ("L-2", "L-3")),
        ("maximum: 1}", "maximum: 2}", ("maximum", "", "1", "2"), ()),
        ("enum: [office, storage, shop]", "enum: [office, storage, shop, barn]",
         ("enum", "", "[office, storage, shop]", "[office, storage, shop, barn]"), ()),
        ("x-unit: years", "x-unit: months", ("x-unit", "", "years", "months"),
         ("L-1", "L-3", "L-4")),
        ("rent: {type: number}}", "rent: {type: integer}}",
         ("whole numbers", "[].rent", "false", "true"), ()),
    ],
)  # fmt: skip
def test_terms(
    edit: Edited,
    before: str,
    after: str,
    expected: tuple[str, str, str, str],
    rules: tuple[str, ...],
) -> None:
    found = edit((before, after))
    assert told(only(found)) == [expected]
    assert only(found).rules == rules
    assert found.meaning


def test_terms_come_and_go(edit: Edited) -> None:
    more = "    start: {type: string, format: date}\n    floor: {type: number, default: 1}\n"
    found = edit(("    start: {type: string, format: date}\n", more))
    assert told(only(found)) == [("term", "", None, "number, default 1")]
    assert found.meaning


def test_labels_and_orders_of_a_schema_are_words(edit: Edited) -> None:
    found = edit(("{shop: A shop}", "{shop: A small shop}"), ("title: Length", "title: Term"),
                 ("enum: [hall, yard, roof]", "enum: [roof, hall, yard]"))  # fmt: skip
    assert not found.meaning
    assert {c.id for c in found.changes} == {"years", "use"}


def test_the_policy_itself(edit: Edited) -> None:
    found = edit(("version: 1.0.0", "version: 1.1.0"))
    assert told(only(found)) == [("version", "", "1.0.0", "1.1.0")]
    assert not found.meaning
