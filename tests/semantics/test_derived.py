"""What a policy derives: definitions, tables, scorecards, interests, and its sentences."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.semantics.conftest import Build, rule

from policyengine import PolicyError, Verdict


def codes(caught: pytest.ExceptionInfo[PolicyError]) -> list[str]:
    return [d.code for d in caught.value.diagnostics if d.severity.value == "error"]


# definitions ------------------------------------------------------------------------------------


def test_definitions_use_one_another_in_any_order(build: Build) -> None:
    policy = build("define: {x: y + 1, y: z * 2, z: t.a}\n" + rule("'x = 7'"))
    decision = policy.evaluate({"t": {"a": 3}})
    assert decision.verdict is Verdict.ACCEPT
    assert decision.defined == {"z": 3, "y": 6, "x": 7}
    assert list(policy.core.order) == ["z", "y", "x"]


@pytest.mark.parametrize(
    "text",
    [
        "define: {x: x + 1}\n",
        "define: {x: y, y: z, z: x}\n",
        (
            "define: {x: score.c}\n"
            "scorecards: [{id: c, items: [{id: I, title: i, when: 'x > 1', points: 1}]}]\n"
        ),
        "define: {x: g}\ntables: [{id: g, hit_policy: U, inputs: [x], rules: [['-', 1]]}]\n",
        "scorecards: [{id: c, items: [{id: I, title: i, when: 'score.c > 1', points: 1}]}]\n",
    ],
)
def test_a_cycle_is_an_error_once(build: Build, text: str) -> None:
    with pytest.raises(PolicyError) as caught:
        build(text + rule("{t.a: 1}"))
    assert codes(caught) == ["definition-cycle"]
    assert "→" in caught.value.diagnostics[0].message


def test_a_chain_too_long_to_follow_is_an_error_once(build: Build) -> None:
    for kind in ("define", "scorecards"):
        lines = "".join(f"  s{n + 1}: s{n} + 1\n" for n in reversed(range(1500)))
        text = "define:\n" + lines + "  s0: t.a\n"
        if kind == "scorecards":
            items = "".join(
                f"  - {{id: c{n}, items: [{{id: I{n}, title: i, when: 'score.c{n + 1} > 0', "
                "points: 1}]}\n"
                for n in range(1500)
            )
            text = f"scorecards:\n{items}  - {{id: c1500, items: []}}\n"
        with pytest.raises(PolicyError) as caught:
            build(text + rule("{t.a: 1}"))
        assert "feel-too-deep" in codes(caught)
        assert codes(caught).count("feel-too-deep") == 1


def test_a_bound_name_hides_a_term_and_reaches_no_definition(build: Build) -> None:
    policy = build(
        "define: {x: t.a}\n" + rule("'every x in t.nums satisfies x > 1 and count(t.nums) = 2'")
    )
    assert policy.evaluate({"t": {"a": 0, "nums": [2, 3]}}).verdict is Verdict.ACCEPT
    with pytest.raises(PolicyError) as caught:
        build("define: {x: y}\n" + rule("'some y in t.nums satisfies y > x'"))
    assert codes(caught) == ["unknown-term"]


@pytest.mark.parametrize(
    "text, code",
    [
        ("define: {t: '1'}\n", "reserved-name"),
        ("define: {score: '1'}\n", "reserved-name"),
        (
            (
                "define: {x: '1'}\n"
                "tables: [{id: x, hit_policy: U, inputs: [t.a], rules: [['-', 1]]}]\n"
            ),
            "duplicate-name",
        ),
        ("scorecards: [{id: c, items: []}, {id: c, items: []}]\n", "duplicate-name"),
    ],
)
def test_names_are_taken_once(build: Build, text: str, code: str) -> None:
    with pytest.raises(PolicyError) as caught:
        build(text + rule("{t.a: 1}"))
    assert code in codes(caught)


# tables -----------------------------------------------------------------------------------------


def table(policy: str, rows: str, more: str = "", output: str = "") -> str:
    return (
        f"tables:\n  - id: g\n    hit_policy: {policy}\n    inputs: [t.a, t.e]\n"
        f"    rules: {rows}\n{more}{output}"
    )


VALUES = "    output: {type: string, values: [strong, middle, weak]}\n"
ROWS = "[[1, '-', weak], [{at_least: 1}, [low, mid], strong], ['-', high, middle]]"
NUMBERS = "[[1, '-', 5], [{at_least: 1}, [low, mid], 7], ['-', high, 6]]"


@pytest.mark.parametrize(
    "policy, rows, terms, expected",
    [
        ("U", ROWS, {"a": 2, "e": "low"}, "strong"),
        ("U", ROWS, {"a": 1, "e": "low"}, "table-not-unique"),
        ("U", ROWS, {"a": 0, "e": "low"}, "table-no-match"),
        ("U", ROWS, {"a": 2}, None),
        ("A", ROWS, {"a": 1, "e": "low"}, "table-disagrees"),
        ("A", ROWS, {"a": 0, "e": "high"}, "middle"),
        ("F", ROWS, {"a": 1, "e": "low"}, "weak"),
        ("F", ROWS, {"a": 1}, "weak"),
        ("F", ROWS, {"e": "low"}, None),
        ("P", ROWS, {"a": 1, "e": "low"}, "strong"),
        ("P", ROWS, {"a": 1, "e": "high"}, "middle"),
        ("P", ROWS, {"a": 1}, None),
        ("R", ROWS, {"a": 1, "e": "low"}, ("weak", "strong")),
        ("O", ROWS, {"a": 1, "e": "low"}, ("strong", "weak")),
        ("C", ROWS, {"a": 1, "e": "high"}, ("weak", "middle")),
        ("C", ROWS, {"a": 0, "e": "low"}, "table-no-match"),
        ("C", ROWS, {"a": 1}, None),
        ("C#", ROWS, {"a": 1, "e": "low"}, Decimal(2)),
        ("C+", NUMBERS, {"a": 1, "e": "low"}, Decimal(12)),
        ("C<", NUMBERS, {"a": 1, "e": "low"}, Decimal(5)),
        ("C>", NUMBERS, {"a": 1, "e": "low"}, Decimal(7)),
        ("C>", NUMBERS, {"a": 1}, None),
        ("C>", NUMBERS, {"e": "low"}, None),
        ("C<", NUMBERS, {"a": 1, "e": "high"}, Decimal(5)),
        ("C<", NUMBERS, {"a": 1}, Decimal(5)),  # no unknown row is less
    ],
)
def test_hit_policies(
    build: Build, policy: str, rows: str, terms: dict[str, Any], expected: Any
) -> None:
    output = VALUES if rows is ROWS else ""
    made = build(table(policy, rows, output=output) + rule("'g = g'"))
    decision = made.evaluate({"t": terms})
    found = decision.defined["g"]
    if isinstance(expected, str) and expected.startswith("table-"):
        assert found is None
        assert [error.code for error in decision.errors] == [expected]
        assert decision.verdict is Verdict.UNDETERMINED
    else:
        assert found == expected
        assert not decision.errors
        if expected is None:
            assert decision.verdict is Verdict.UNDETERMINED


def test_a_default_stands_for_no_match_alone(build: Build) -> None:
    made = build(table("U", ROWS, "    default: weak\n", VALUES) + rule("{g: strong}"))
    for terms, expected in [
        ({"a": 0, "e": "low"}, "weak"),
        ({"a": 2, "e": "low"}, "strong"),
        ({"a": 0}, None),
    ]:
        assert made.evaluate({"t": terms}).defined == {"g": expected}


def test_an_unknown_output_of_an_unknown_row_may_be_the_best(build: Build) -> None:
    text = """\
tables:
  - id: g
    hit_policy: P
    inputs: [t.a, t.b]
    output: {type: string, values: [high, low]}
    rules: [[1, '-', low], ['-', 2, {term: t.e}]]
"""
    made = build(text + rule("{g: low}"))
    assert made.evaluate({"t": {"a": 1}}).verdict is Verdict.UNDETERMINED
    assert made.evaluate({"t": {"a": 1, "b": 2, "e": "high"}}).verdict is Verdict.REJECT
    assert made.evaluate({"t": {"a": 1, "b": 3}}).verdict is Verdict.ACCEPT


def test_an_output_that_is_not_ranked_comes_last(build: Build) -> None:
    text = """\
tables:
  - id: g
    hit_policy: P
    inputs: [t.a]
    output: {type: number, values: [2, 1]}
    rules: [['-', {term: t.b}], [1, 1]]
"""
    made = build(text + rule("'g = 1'"))
    assert made.evaluate({"t": {"a": 1, "b": 9}}).defined == {"g": 1}
    assert made.evaluate({"t": {"a": 1, "b": 2}}).defined == {"g": 2}
    assert made.evaluate({"t": {"a": 0, "b": 9}}).defined == {"g": 9}
    assert made.evaluate({"t": {"a": 1}}).defined == {"g": None}


def test_an_unknown_output_is_no_error(build: Build) -> None:
    text = "    rules: [[1, '-', {term: t.b}], ['-', low, 5]]\n"
    for policy in ("C<", "C>", "C+", "A", "U", "F"):
        made = build(
            f"tables:\n  - id: g\n    hit_policy: {policy}\n    inputs: [t.a, t.e]\n{text}"
            + rule("'g > 0'")
        )
        decision = made.evaluate({"t": {"a": 1}})
        assert decision.verdict is Verdict.UNDETERMINED
        assert not decision.errors


@pytest.mark.parametrize(
    "text, code",
    [
        (table("X", ROWS, output=VALUES), "bad-hit-policy"),
        (table("P", ROWS), "unranked-outputs"),
        (table("C+", ROWS, output=VALUES), "type-mismatch"),
        (table("U", "[[1, weak]]", output=VALUES), "bad-row"),
        (table("U", "[]", output=VALUES), "empty-list"),
        (table("U", "[[1, '-', wek]]", output=VALUES), "not-in-enum"),
        (table("U", "[[1, lo, weak]]", output=VALUES), "not-in-enum"),
        (table("U", "[[1, [], weak]]", output=VALUES), "empty-operand"),
        (table("U", "[[1, null, weak]]", output=VALUES), "null-operand"),
        (table("U", "[[x, '-', weak]]", output=VALUES), "type-mismatch"),
        (table("U", ROWS, output="    output: {type: text}\n"), "bad-value"),
        (table("U", ROWS, "    default: 5\n", VALUES), "type-mismatch"),
        (table("U", "[[1, '-', {term: t.b}]]", output=VALUES), "type-mismatch"),
        (table("C+", "[[1, '-', {term: t.s}]]"), "type-mismatch"),
        (
            table("P", "[[1, '-', 5]]", output="    output: {type: number, values: [1, 2]}\n"),
            "not-in-enum",
        ),
        (table("U", ROWS, output="    output: x\n"), "bad-shape"),
        (table("U", ROWS, output="    output: {values: x}\n"), "bad-shape"),
        (table("U", "x", output=VALUES), "bad-shape"),
        ("tables: [{id: 'g h', hit_policy: U, inputs: [t.a], rules: [['-', 1]]}]\n", "bad-name"),
    ],
)
def test_mistakes_in_tables(build: Build, text: str, code: str) -> None:
    with pytest.raises(PolicyError) as caught:
        build(text + rule("{t.a: 1}"))
    assert code in codes(caught)


# scorecards -------------------------------------------------------------------------------------

CARD = """\
parameters: {many: 10}
scorecards:
  - id: c
    title: Card
    items:
      - {id: I, title: i, side: benefit, aspect: x, when: {t.p: true}, points: 3}
      - {id: J, title: j, side: risk, when: {t.q: true}, points: -2}
      - {id: K, title: k, when: {t.a: 1}, points: {parameter: many}}
"""


@pytest.mark.parametrize(
    "terms, value, low, high",
    [
        ({"p": True, "q": True, "a": 1}, 11, 11, 11),
        ({"p": False, "q": False, "a": 0}, 0, 0, 0),
        ({"p": True, "q": False}, None, 3, 13),
        ({"q": True, "a": 1}, None, 8, 11),
        ({}, None, -2, 13),
        ({"p": True, "a": 1}, None, 11, 13),
    ],
)
def test_scores_and_their_bounds(
    build: Build, terms: dict[str, Any], value: Any, low: Any, high: Any
) -> None:
    decision = build(CARD + rule("'score.c >= 11'")).evaluate({"t": terms})
    score = decision.scores["c"]
    assert (score.value, score.low, score.high) == (value, low, high)
    assert low <= (value if value is not None else low) <= high
    expected = {None: "undetermined", 11: "accept"}.get(value, "reject")
    assert decision.verdict.value == expected
    assert [item.points for item in score.items] == [3, -2, 10]


def test_points_add_up_to_34_digits_or_are_an_error(build: Build) -> None:
    def card(points: str) -> str:
        items = ", ".join(
            f"{{id: {id_}, title: i, when: {{t.a: 1}}, points: {points}}}" for id_ in "IJ"
        )
        return f"scorecards: [{{id: c, items: [{items}]}}]\n"

    exact = "1234567890123456789012345678901234"
    decision = build(card(exact) + rule("'score.c > 0'")).evaluate({"t": {"a": 1}})
    score = decision.scores["c"]
    assert score.value == score.low == score.high == Decimal(2469135780246913578024691357802468)
    decision = build(card("9e6144") + rule("'score.c > 0'")).evaluate({"t": {"a": 1}})
    assert decision.verdict is Verdict.UNDETERMINED
    assert {(e.code, e.rule) for e in decision.errors} == {("overflow", "R"), ("overflow", None)}
    assert decision.to_json()


def test_a_condition_of_a_score_that_is_no_truth_value_is_an_error(build: Build) -> None:
    text = "scorecards: [{id: c, items: [{id: I, title: i, when: '[t.a, t.s][1]', points: 1}]}]\n"
    decision = build(text + rule("'score.c = 1'")).evaluate({"t": {"a": 1, "s": "x"}})
    assert decision.verdict is Verdict.UNDETERMINED
    assert {e.code for e in decision.errors} == {"type-mismatch"}


@pytest.mark.parametrize("points", ["x", "{term: t.a}", "{term: t.s}", "true", "null", "[1]"])
def test_points_are_numbers_that_no_deal_chooses(build: Build, points: str) -> None:
    item = f"{{id: I, title: i, when: {{t.a: 1}}, points: {points}}}"
    text = f"scorecards: [{{id: c, items: [{item}]}}]\n"
    with pytest.raises(PolicyError) as caught:
        build(text + rule("{t.a: 1}"))
    assert set(codes(caught)) <= {"type-mismatch", "null-operand", "bad-value"}


# interests --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "terms, served, conflict",
    [
        ({"p": True, "q": False}, True, False),
        ({"p": False, "q": True}, False, True),
        ({}, None, None),
    ],
)
def test_interests(build: Build, terms: dict[str, Any], served: Any, conflict: Any) -> None:
    policy = build(
        """\
interests:
  - {element: E, ours: o, theirs: h, served: {t.p: true}, conflict: {t.q: true}}
  - {element: F, ours: o, theirs: h, served: '[t.a, t.s][1]'}
"""
        + rule("{t.a: 1}")
    )
    first, second = policy.evaluate({"t": {**terms, "a": 1, "s": "x"}}).interests
    assert (first.served, first.conflict) == (served, conflict)
    assert (second.served, second.conflict) == (None, False)


# sentences --------------------------------------------------------------------------------------


def test_sentences_hold_values_and_nothing_else(build: Build) -> None:
    values = "{t.b} {t.s} {t.p} {t.nums} {x} {score.c}"
    because = "because: '{t.a} of {parameters.limit}, {{braces}} " + values + "'"
    policy = build(
        "parameters: {limit: 2}\ndefine: {x: t.a / 4}\n"
        "scorecards: [{id: c, items: [{id: I, title: i, when: {t.p: true}, points: 1}]}]\n"
        + rule("{t.a: {at_most: {parameter: limit}}}", more=because + "\nask: '{t.day}'")
    )
    terms = {"a": 3, "s": "{t.a}", "p": True, "nums": [1, 2], "day": "2026-01-01"}
    [reason] = policy.evaluate({"t": terms}).reasons
    assert reason.message == "3 of 2, {braces} (not stated) {t.a} true 1, 2 0.75 1"
    assert reason.ask == "2026-01-01"


@pytest.mark.parametrize(
    "sentence, code",
    [
        ("{0.__class__}", "bad-placeholder"),
        ("{t.a!r}", "bad-placeholder"),
        ("{t.a:>10}", "bad-placeholder"),
        ("{}", "bad-placeholder"),
        ("{t.a", "bad-placeholder"),
        ("t.a}", "bad-placeholder"),
        ("{t.zork}", "unknown-term"),
        ("{t}", "group-not-term"),
        ("{t.a.__class__}", "unknown-field"),
        ("{parameters.zork}", "unknown-parameter"),
        ("{score.zork}", "unknown-score"),
    ],
)
def test_a_placeholder_is_a_path(build: Build, sentence: str, code: str) -> None:
    for key in ("because", "ask"):
        with pytest.raises(PolicyError) as caught:
            build(rule("{t.a: 1}", more=f"{key}: '{sentence}'"))
        assert codes(caught) == [code]


def test_an_unknown_says_what_the_deal_does_not_state(build: Build) -> None:
    policy = build(rule("{any: [{t.a: 1}, {all: [{t.b: 1}, {t.p: true}]}]}", more="because: x"))
    [reason] = policy.evaluate({}).reasons
    assert reason.message == "not stated: t.a or (t.b and t.p)"
    assert reason.missing is not None
    assert reason.missing.to_dict() == {
        "any": [{"path": "t.a"}, {"all": [{"path": "t.b"}, {"path": "t.p"}]}]
    }
