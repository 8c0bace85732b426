"""What a document may not hold, and where the finding points."""

from __future__ import annotations

from typing import Any

import pytest
from tests.semantics.conftest import Build, rule

from policyengine import ParameterError, Terms, TermsError
from policyengine.intake import check, find
from policyengine.schema import schema_from_data


@pytest.mark.parametrize(
    "text, found",
    [
        ("t: {zork: 1}", [("unknown-term", 1, 5)]),
        ("t: {a: x}", [("wrong-type", 1, 8)]),
        ("t: {a: '1'}", [("wrong-type", 1, 8)]),
        ("t: {p: yes}", [("wrong-type", 1, 8)]),
        ("t: {s: 1}", [("wrong-type", 1, 8)]),
        ("t: {e: lo}", [("not-in-enum", 1, 8)]),
        ("t: {day: 2026-02-30}", [("bad-date", 1, 10)]),
        ("t: {nums: 1}", [("wrong-type", 1, 11)]),
        ("t: {nums: [1, x]}", [("wrong-type", 1, 15)]),
        ("t: {set: [x, x]}", [("duplicate-item", 1, 14)]),
        ("t: {rows: [{k: x}]}", [("wrong-type", 1, 16)]),
        ("t: {rows: [{zork: 1}]}", [("unknown-term", 1, 13)]),
        ("t: {rows: [1]}", [("wrong-type", 1, 12)]),
        ("t: 1", [("wrong-type", 1, 4)]),
        ("t.a: 1", [("unknown-term", 1, 1)]),
        ("t: {q: null}", [("wrong-type", 1, 8)]),
        (
            "t: {a: x, p: 1}\nzork: 1",
            [("wrong-type", 1, 8), ("wrong-type", 1, 14), ("unknown-term", 2, 1)],
        ),
        ("evidence: 1", [("wrong-type", 1, 11)]),
        ("evidence: {t.zork: {}}", [("unknown-term", 1, 12)]),
        ("evidence: {t.a: 1}", [("wrong-type", 1, 17)]),
        ("evidence: {t.a: {zork: 1}}", [("unknown-key", 1, 18)]),
        ("evidence: {t.a: {source: 1}}", [("wrong-type", 1, 26)]),
        ("evidence: {t.a: {confidence: lwo}}", [("not-in-enum", 1, 30)]),
        ("not_applicable: [t.a]", [("must-apply", 1, 18)]),
        ("not_applicable: t.m", [("wrong-type", 1, 17)]),
        ("[]", [("terms-shape", 1, 1)]),
    ],
)
def test_a_finding_points_at_what_is_wrong(
    build: Build, text: str, found: list[tuple[str, int, int]]
) -> None:
    policy = build(rule("{t.a: 1}"))
    with pytest.raises(TermsError) as caught:
        policy.evaluate(Terms.from_text(text))
    places = [(d.code, d.span.line, d.span.column) for d in caught.value.diagnostics if d.span]
    assert places == found


@pytest.mark.parametrize(
    ("text", "unit", "hint"),
    (
        ("5", "USD", "remove the quotes: a number in quotes is a text"),
        ("4,000,000,000", "USD", "write `4000000000`: digits alone"),
        ("4_000_000", None, "write `4000000`: digits alone"),
        ("4.000.000", None, None),
        ("4,5", None, "write `4.5`: digits alone"),
        ("USD 4000000000", "USD", "write `4000000000`: digits alone"),
        ("5 billion USD", "USD", "write `5000000000`: digits alone"),
        ("4bn", "USD", "write `4000000000`: digits alone"),
        ("-2.5 thousand", None, "write `-2500`: digits alone"),
        ("EUR 5bn", "USD", "write the number of USD alone"),
        ("50%", "percent", "write `50`: digits alone"),
        ("€5", "EUR", "write `5`: digits alone"),
        ("1 year", "years", "write `1`: digits alone"),
        ("3 m", "m", "write `3`: digits alone"),
        ("10 days", None, "write the number alone"),
        ("soon", "USD", None),
        ("9" * 80, None, "remove the quotes: a number in quotes is a text"),
        ("1" + ",000" * 40, None, None),
    ),
)
def test_a_number_as_people_write_it(text: str, unit: str | None, hint: str | None) -> None:
    amount: dict[str, Any] = {"type": "number"} | ({"x-unit": unit} if unit else {})
    schema = schema_from_data(
        {"type": "object", "additionalProperties": False, "properties": {"a": amount}}
    )
    with pytest.raises(TermsError) as caught:
        check({"a": text}, schema)
    [problem] = caught.value.diagnostics
    assert (problem.code, problem.hint) == ("wrong-type", hint)


def test_what_is_fine_is_read(build: Build) -> None:
    policy = build(rule("{t.a: 1}"))
    for text in (
        "t: {a: 1}\nevidence: {t.a: {source: s, clause: c, confidence: low, note: n}}",
        "t: {a: 1}\nevidence: null\nnot_applicable: null",
        "t: {a: 1}\ndeal: {id: x}",
        "t: {a: 1}\nnot_applicable: [t.m]",
    ):
        assert policy.evaluate(Terms.from_text(text)).verdict.value == "accept"


def test_low_confidence_is_a_caveat_of_any_verdict(build: Build) -> None:
    policy = build(rule("{t.a: 1}"))
    evidence = {"t.a": {"source": "x", "confidence": "low"}, "t.b": {"confidence": "low"}}
    for value, verdict in ((1, "accept"), (0, "reject")):
        decision = policy.evaluate({"t": {"a": value}, "evidence": evidence})
        assert decision.verdict.value == verdict
        assert [(c.path, c.rules) for c in decision.caveats] == [("t.a", ("R",))]


def test_many_mistakes_are_cut_short(build: Build) -> None:
    policy = build(rule("{t.a: 1}"))
    with pytest.raises(TermsError) as caught:
        policy.evaluate({"t": {f"zork{n}": 1 for n in range(1000)}})
    assert len(caught.value.diagnostics) <= 60
    with pytest.raises(TermsError) as caught:
        policy.evaluate({"t": {"nums": ["x"] * 1000}})
    assert len(caught.value.diagnostics) <= 60


@pytest.mark.parametrize(
    "override, fine",
    [
        ({"some": ["z"]}, True),
        ({"some": []}, True),
        ({"some": [1]}, False),
        ({"some": "x"}, False),
        ({"one": 2.5}, True),
        ({"one": 2}, True),
        ({"one": True}, False),
        ({"one": float("nan")}, False),
        ({"some": [10**6200]}, False),
        ({"one": object()}, False),
        ({"one": {"x": 1}}, False),
        ({"one": [{"from": "2025-01-01", "value": 3}]}, True),
        ({"one": [{"from": "2025-01-01"}]}, False),
        ({"one": [{"from": "2025-01-01", "value": "x"}]}, False),
        ({"one": []}, False),
    ],
)
def test_overrides_keep_the_kind_of_a_parameter(
    build: Build, override: dict[str, Any], fine: bool
) -> None:
    policy = build(
        "parameters: {one: 1, some: [x, y]}\nrules:\n"
        "  - {id: R, title: t, require: {t.a: {at_least: {parameter: one}}}}\n"
        "  - {id: S, title: t, require: {t.set: {contains_only: {parameter: some}}}}\n"
    )
    if fine:
        decision = policy.with_parameters(override).evaluate({}, as_of="2026-01-01")
        assert decision.verdict.value == "undetermined"
    else:
        with pytest.raises(ParameterError):
            policy.with_parameters(override)


def test_the_nearest_place_stands_for_what_is_absent() -> None:
    terms = Terms.from_text("t: {a: 1, nums: [1, 2], g: {}}")
    node = terms.node
    assert find(None, ("t",)) is None
    places = {
        (): (1, 1),
        ("t",): (1, 1),
        ("t", "a"): (1, 8),
        ("t", "nums"): (1, 11),
        ("t", "nums", 1): (1, 21),
        ("t", "nums", 7): (1, 11),
        ("t", "nums", "x"): (1, 11),
        ("t", "zork"): (1, 5),
        ("t", "a", "x"): (1, 8),
        ("zork",): (1, 1),
        ("t", "g", "x"): (1, 28),
    }
    for pointer, place in places.items():
        span = find(node, pointer)
        assert span is not None
        assert (span.line, span.column) == place, pointer


def test_what_is_required_is_asked_for_at_the_top() -> None:
    schema = schema_from_data(
        {"required": ["t"], "properties": {"t": {"properties": {"a": {"type": "number"}}}}}
    )
    for text in ("deal: {id: x}", "{}"):
        with pytest.raises(TermsError) as caught:
            Terms.from_text(text).check(schema)
        [found] = caught.value.diagnostics
        assert found.code == "missing-required"
        assert found.span is not None
        assert (found.span.line, found.span.column) == (1, 1)
