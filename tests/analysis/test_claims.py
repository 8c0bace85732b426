"""What answers claim of all deals, on policies where a careless claim would be wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from fuzz.loading import load
from policyengine import Policy
from policyengine.analysis.counter import counter
from policyengine.analysis.margins import margins
from policyengine.analysis.questions import questions
from policyengine.analysis.sufficient import sufficient
from policyengine.cli.asking.counter import patch
from policyengine.decision import Verdict
from policyengine.intake import check

NUMBER = {"type": "number", "minimum": 0, "maximum": 10}
FLAG = {"type": "boolean"}
TEXTS = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}


def group(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    made = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**made, "required": list(required)} if required else made


def policy(terms: dict[str, Any], *rules: dict[str, Any], required: tuple[str, ...] = ()) -> Policy:
    numbered = [{"id": f"R-{n}", "title": "a rule", **rule} for n, rule in enumerate(rules, 1)]
    made = load(
        {"policy": "p", "version": "1", "terms": group(terms, *required), "rules": numbered}
    )
    assert made is not None
    return made


HALF = policy({"x": NUMBER}, {"require": "2 * x = 1"})
THIRD = policy({"x": NUMBER}, {"require": "3 * x = 1"})


# numbers between the steps ---------------------------------------------------------------------


def test_a_path_between_the_steps_is_found() -> None:
    (proposal,) = counter(HALF, {"x": 3}).proposals
    (change,) = proposal.changes
    assert change.after == Decimal("0.5")
    assert (change.spread.low, change.spread.high) == (Decimal("0.5"), Decimal("0.5"))
    assert proposal.fewest


def test_what_no_decimal_reaches_is_neither_a_path_nor_proved_to_be_blocked() -> None:
    found = counter(THIRD, {"x": 3})
    assert found.proposals == ()
    assert found.blocked is None


def test_an_end_with_no_path_is_blocked() -> None:
    found = counter(policy({"x": NUMBER}, {"require": "2 * x = 41"}), {"x": 3})
    assert found.blocked is not None
    assert [each.rules for each in found.blocked.obstacles] == [("R-1",)]


def test_every_obstacle_is_told_and_what_would_have_to_move() -> None:
    asks = policy({"a": FLAG, "b": FLAG, "c": FLAG}, {"require": "a"}, {"require": {"b": True}})
    deal = {"a": False, "b": False, "c": True}
    found = counter(asks, deal, locked=["a", "b", "c"]).blocked
    assert found is not None
    assert {(each.terms, each.rules) for each in found.obstacles} == {
        (("a",), ("R-1",)),
        (("b",), ("R-2",)),
    }
    assert found.free == ("a", "b")
    assert counter(asks, deal, locked=["a", "b", "c"], unlocked=found.free).proposals
    either = policy({"a": FLAG, "b": FLAG}, {"require": "a or b"})
    found = counter(either, {"a": False, "b": False}, locked=["a", "b"]).blocked
    assert found is not None
    assert [each.terms for each in found.obstacles] == [("a", "b")]
    assert len(found.free or ()) == 1
    never = policy({"a": FLAG}, {"require": "a"}, {"forbid": "a"})
    found = counter(never, {"a": False}, locked=["a"]).blocked
    assert found is not None
    assert found.free is None  # no lock is to blame


MAY_NOT_APPLY = {"type": "number", "x-may-not-apply": True}


def test_what_is_listed_as_not_applicable_stays_so_until_it_is_unlocked() -> None:
    asks = policy({"x": MAY_NOT_APPLY, "y": NUMBER}, {"require": "x > 5 or y > 9"})
    deal = {"y": 1, "not_applicable": ["x"]}
    found = counter(asks, deal)
    assert [[change.path for change in each.changes] for each in found.proposals] == [["y"]]
    assert found.listed == ("x",)
    blocked = counter(asks, deal, locked=["y"]).blocked
    assert blocked is not None
    assert [each.terms for each in blocked.obstacles] == [("x", "y")]
    assert len(blocked.free or ()) == 1
    found = counter(asks, deal, locked=["y"], unlocked=["x"])
    assert found.listed == ()
    (proposal,) = found.proposals
    assert [(change.path, change.listed) for change in proposal.changes] == [("x", True)]
    assert "not_applicable" not in proposal.document
    assert proposal.fewest
    made = patch(proposal, deal)
    assert made == [
        {"op": "add", "path": "/x", "value": proposal.changes[0].after},
        {"op": "remove", "path": "/not_applicable"},
    ]


def test_what_an_element_lacks_is_not_written() -> None:
    items = {"type": "object", "additionalProperties": False, "required": ["a"],
             "properties": {"a": NUMBER, "b": NUMBER}}  # fmt: skip
    asks = policy({"l": {"type": "array", "items": items}}, {"require": "count(l) >= 2"})
    (proposal,) = counter(asks, {"l": [{"a": 1}]}).proposals
    (change,) = proposal.changes
    assert change.before == ({"a": 1},)
    assert all(None not in element.values() for element in change.after)
    assert asks.evaluate({"l": change.after}).verdict is Verdict.ACCEPT


def test_the_closer_of_a_lock_and_its_opposite_counts() -> None:
    asks = policy({"g": group({"a": FLAG, "b": FLAG})}, {"require": "g.a and g.b"})
    deal = {"g": {"a": False, "b": True}}
    assert counter(asks, deal, locked=["g"]).blocked
    assert counter(asks, deal, locked=["g"], unlocked=["g.a"]).proposals
    assert counter(asks, deal, locked=["g.a"], unlocked=["g"]).blocked
    assert counter(asks, deal, locked=["g"], unlocked=["g"]).proposals


def test_a_verdict_that_turns_where_decimals_do_not_end_is_not_called_steady() -> None:
    (margin,) = margins(THIRD, {"x": 3}).margins
    assert not margin.known
    assert (margin.below, margin.above, margin.ranges) == (None, None, ())
    for x, below, above in ((3, "0.5", None), (0.3, None, "0.5"), (0.5, "0.5", "0.5")):
        (margin,) = margins(HALF, {"x": x}).margins
        assert margin.known
        assert (margin.below is None, margin.above is None) == (below is None, above is None)
        for edge in (margin.below, margin.above):
            if edge is not None:
                assert edge.value == Decimal("0.5")
                assert edge.included is (x != 0.5)
    (margin,) = margins(policy({"x": NUMBER}, {"require": "3 * x <= 10"}), {"x": 1}).margins
    assert margin.above is not None
    assert 0 <= margin.above.value * 3 - 10 < 1  # the decimal after it, not the one before


def test_a_fact_that_is_not_enough_between_the_steps_is_not_called_enough() -> None:
    asks = policy({"x": NUMBER, "y": FLAG}, {"applies": "2 * x = 1", "require": {"y": True}})
    found = sufficient(asks, {"x": 1, "y": False})
    assert found.facts is not None
    assert [fact.path for fact in found.facts] == ["x"]
    assert found.verdict is Verdict.UNDETERMINED


def test_a_question_that_fine_answers_leave_open_is_not_called_enough() -> None:
    asks = policy({"x": NUMBER, "y": FLAG}, {"applies": "2 * x = 1", "require": {"y": True}})
    found = questions(asks, {})
    assert found.needed is not None
    assert {question.path for question in found.needed} == {"x", "y"}
    assert found.smallest


def test_numbers_that_do_not_end_leave_the_number_of_questions_unproved() -> None:
    asks = policy({"x": NUMBER, "y": FLAG}, {"applies": "3 * x = 1", "require": {"y": True}})
    found = questions(asks, {})
    assert found.needed is not None
    assert {question.path for question in found.needed} == {"x", "y"}
    assert not found.smallest


@pytest.mark.parametrize("digits", ["1.000000000000000000000000000000001", "0." + "3" * 34])
def test_constants_of_34_digits_have_steps_of_their_own(digits: str) -> None:
    asks = policy({"x": {"type": "number"}}, {"require": {"x": {"at_most": Decimal(digits)}}})
    deal = {"x": Decimal(digits)}
    assert check(deal, asks.schema).values["x"] == Decimal(digits)
    found = sufficient(asks, deal)
    assert found.facts is not None
    assert [fact.path for fact in found.facts] == ["x"]
    (margin,) = margins(asks, deal).margins
    assert margin.known
    assert margin.above is not None
    assert margin.below is None
    (proposal,) = counter(asks, {"x": 2}).proposals
    assert proposal.changes[0].after == Decimal(digits)


def test_of_numbers_that_are_about_as_near_the_nearest_is_proposed() -> None:
    """A distance is counted in millionths of the range; this range has a billion of them."""
    wide = {"type": "integer", "minimum": 0, "maximum": 10**15}
    asks = policy({"x": wide}, {"require": {"x": {"at_most": 10**12 + 5}}})
    (proposal,) = counter(asks, {"x": 10**15}).proposals
    assert proposal.changes[0].after == 10**12 + 5


# texts that nothing names ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "test"),
    [
        ({"enum": ["x", "y"]}, {"a": {"contains": {"term": "b"}}}),
        ({"type": "string"}, {"a": {"contains": {"term": "b"}}}),
        (TEXTS, {"a": {"contains_any": {"term": "b"}}}),
        (TEXTS, "some x in a satisfies some y in b satisfies x = y"),
        (TEXTS, "every x in a satisfies starts with(x, \"Z\")"),
        (TEXTS, "some x in a satisfies string length(x) > 9"),
    ],
)  # fmt: skip
def test_texts_that_nothing_names_are_no_proof(other: Any, test: Any) -> None:
    asks = policy({"a": TEXTS, "b": other}, {"require": test}, required=("a", "b"))
    b = ["q"] if other is TEXTS else "y"
    found = counter(asks, {"a": ["p"], "b": b}, locked=["b"])
    assert found.limits
    assert not any(proposal.fewest for proposal in found.proposals)
    assert found.blocked is None or not any(e.smallest for e in found.blocked.obstacles)
    assert sufficient(asks, {"a": ["p"], "b": b}).facts is None


def test_what_has_no_form_keeps_only_the_terms_in_it_from_being_told() -> None:
    """A product of two terms is one of a term and a number, where one of them stands."""
    asks = policy(
        {"x": NUMBER, "y": NUMBER, "z": NUMBER},
        {"require": "x * y < 12"},
        {"require": "z * z < 80"},
        {"require": {"y": {"at_most": 8}}, "level": "negotiable"},
    )
    found = {each.path: each for each in margins(asks, {"x": 2, "y": 4, "z": 1}).margins}
    assert found["x"].above is not None
    assert (found["x"].above.value, found["x"].above.included) == (3, True)
    verdicts = [each.verdict.value for each in found["y"].ranges]
    assert verdicts == ["accept", "reject"]
    assert found["y"].ranges[1].low == 6
    assert not found["z"].known
    assert "it multiplies two terms" in (found["z"].why or "")


def test_texts_held_against_constants_are_proved() -> None:
    asks = policy({"a": TEXTS}, {"forbid": {"a": {"contains_any": ["u", "v"]}}})
    (proposal,) = counter(asks, {"a": ["p", "u"]}).proposals
    assert proposal.changes[0].after == ("p",)
    assert proposal.fewest
    assert proposal.nearest


# groups ----------------------------------------------------------------------------------------

INNER = group({"c": NUMBER, "d": NUMBER}, "d")
GROUPED = {"g": group({"a": NUMBER, "b": NUMBER, "sub": INNER}, "b", "sub"), "z": FLAG}


@pytest.mark.parametrize("path", ["g.a", "g.sub.c"])
def test_what_a_group_requires_is_stated_along(path: str) -> None:
    asks = policy(GROUPED, {"require": f"{path} > 5"}, {"require": {"z": True}})
    found = questions(asks, {})
    assert found.needed is not None
    assert {question.path for question in found.needed} == {path, "g.b", "g.sub.d", "z"}
    (proposal,) = counter(asks, {"z": True}).proposals
    assert {change.path for change in proposal.changes} == {path, "g.b", "g.sub.d"}
    assert asks.evaluate(proposal.document).verdict is Verdict.ACCEPT


def test_a_required_term_that_is_null_is_not_stated() -> None:
    maybe = {"type": ["number", "null"], "minimum": 0}
    asks = policy({"x": maybe, "y": FLAG}, {"require": {"y": True}}, {"require": "x > 3"},
                  required=("x",))  # fmt: skip
    found = questions(asks, {"x": None})
    assert found.needed is not None
    assert {question.path for question in found.needed} == {"x", "y"}
    forced = sufficient(asks, {"x": None, "y": True})
    assert forced.facts is not None
    assert {fact.path for fact in forced.facts} == {"x", "y"}


def test_required_groups_without_required_terms_are_written() -> None:
    terms = {"g": group({"s": group({"a": FLAG}), "n": {"type": ["number", "null"]},
                         "b": FLAG}, "s", "n")}  # fmt: skip
    asks = policy(terms, {"require": {"g.b": True}})
    (proposal,) = counter(asks, {}).proposals
    assert proposal.document == {"g": {"b": True, "s": {}, "n": None}}


# limits of the work ------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.02])
def test_what_time_cuts_off_is_told_as_cut_off(seconds: float) -> None:
    deal = {"x": 1, "y": 1, "kind": "b", "z": True}
    near = margins(MIXED, deal, seconds=seconds)
    assert near.cut is not None or all(margin.known for margin in near.margins)
    assert all(margin.ranges or margin.why for margin in near.margins)
    forced = sufficient(MIXED, deal, seconds=seconds)
    assert forced.cut is not None or forced.smallest
    ask = questions(MIXED, {"kind": "b"}, seconds=seconds)
    assert ask.cut is not None or ask.smallest
    assert ask.needed is None or {"x", "y"} <= {each.path for each in ask.needed}


@pytest.mark.parametrize("after", range(0, 60, 4))
def test_whenever_it_is_called_off_what_is_told_holds(after: int) -> None:
    asked = [0]

    def stop() -> bool:
        asked[0] += 1
        return asked[0] > after

    deal = {"x": 1, "y": 1, "kind": "b", "z": True}
    whole = {margin.path: margin for margin in margins(MIXED, deal).margins}
    for margin in margins(MIXED, deal, stop=stop).margins:
        assert margin == whole[margin.path] or margin.why == "it was interrupted"
    asked[0] = 0
    least = questions(MIXED, {"kind": "b"}).needed
    found = questions(MIXED, {"kind": "b"}, stop=stop)
    assert found.needed is None or least is not None
    assert found.cut is None or not found.smallest or len(found.needed or ()) == len(least or ())
    asked[0] = 0
    facts = sufficient(MIXED, deal, stop=stop)
    assert not facts.smallest or facts.facts == sufficient(MIXED, deal).facts


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.02])
def test_time_that_runs_out_at_any_point_gives_no_guess(seconds: float) -> None:
    found = counter(policy(GROUPED, {"require": "g.a > 5"}), {"z": True}, seconds=seconds)
    assert found.timed_out or found.proposals
    for proposal in found.proposals:
        assert proposal.verdict is Verdict.ACCEPT
    assert found.blocked is None


def test_a_proposal_that_the_reference_decides_otherwise_ends_no_proof(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One term would do, but its values are refused: two terms then are not `the fewest`."""
    from policyengine.symbolic.verifier import Judge

    asks = policy({"a": FLAG, "b": FLAG, "c": FLAG},
                  {"require": "a or (b and c)"})  # fmt: skip
    true = Judge.replay
    monkeypatch.setattr(
        Judge, "replay", lambda judge, document: None if document["a"] else true(judge, document)
    )
    found = counter(asks, {"a": False, "b": False, "c": False})
    assert [[change.path for change in each.changes] for each in found.proposals] == [["b", "c"]]
    assert not found.proposals[0].fewest
    assert found.spurious
    assert found.limits


def test_advice_that_is_taken_now_is_not_given_up_where_as_little_does() -> None:
    for spared, other in (("a", "b"), ("b", "a")):
        asks = policy(
            {"a": FLAG, "b": FLAG},
            {"require": "a or b"},
            {"require": {spared: False}, "level": "advisory"},
        )
        found = counter(asks, {"a": False, "b": False}, alternatives=1)
        assert [change.path for change in found.proposals[0].changes] == [other]
        assert found.proposals[0].fewest


# a solver that does not say -----------------------------------------------------------------------

MIXED = policy(
    {"x": NUMBER, "y": NUMBER, "kind": {"enum": ["a", "b", "c"]}, "z": FLAG, "tags": TEXTS},
    {"require": "x + y > 7"},
    {"require": {"kind": ["b", "c"]}},
    {"forbid": {"all": [{"z": True}, {"tags": {"contains_any": ["u"]}}]}},
    {"require": {"y": {"more_than": 1}}, "level": "negotiable"},
)


@pytest.mark.parametrize("all_after", [True, False])
@pytest.mark.parametrize("number", range(1, 40, 3))
def test_whatever_question_stays_open_nothing_is_claimed_that_is_not_so(
    number: int, all_after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from policyengine.symbolic.solver import Solver, Status

    asked, said = [0], Solver.ask

    def ask(solver: Solver, *assumed: Any) -> Status:
        asked[0] += 1
        if asked[0] == number or (all_after and asked[0] > number):
            solver._model = None
            return Status.OPEN
        return said(solver, *assumed)

    monkeypatch.setattr(Solver, "ask", ask)
    deal = {"x": 1, "y": 1, "kind": "a", "z": True, "tags": ["u", "p"]}
    found = counter(MIXED, deal, alternatives=1)
    for proposal in found.proposals:
        assert proposal.verdict is Verdict.ACCEPT
        assert len(proposal.changes) == 3 or not proposal.fewest
    assert found.blocked is None
    asked[0] = 0
    for margin in margins(MIXED, {**deal, "kind": "b", "z": False}).margins:
        if margin.known and margin.path == "x":
            assert margin.above is not None
            assert (margin.above.value, margin.above.included) == (6, False)
    asked[0] = 0
    forced = sufficient(MIXED, deal)
    assert forced.facts is None or len(forced.facts) == 1 or not forced.smallest
    asked[0] = 0
    needed = questions(MIXED, {"x": 8, "z": False}).needed
    assert needed is None or {each.path for each in needed} >= {"y", "kind"}
    asked[0] = 0
    stuck = counter(MIXED, deal, locked=["kind"])
    assert stuck.proposals == ()
    if stuck.blocked is not None:
        assert all(e.rules == ("R-2",) or not e.smallest for e in stuck.blocked.obstacles)


def test_what_would_do_ends_at_a_gap_between_the_steps() -> None:
    asks = policy({"x": NUMBER}, {"require": "x > 1 and 2 * x != 5"})
    (proposal,) = counter(asks, {"x": 0}).proposals
    spread = proposal.changes[0].spread
    assert (proposal.changes[0].after, spread.low, spread.high) == (2, 1, Decimal("2.5"))
    assert spread.open_low
    assert spread.open_high


@pytest.mark.parametrize(
    ("test", "keep", "told"),
    [
        ("x < 5", (), (None, 5, False, True)),
        ("x <= 5", (), (None, 5, False, False)),
        ("x < 5", ("x > 2",), (2, 5, True, True)),
        ("x < 5", ("2 * x >= 3",), (Decimal("1.5"), 5, False, True)),
    ],
)
def test_what_would_do_is_told_from_border_to_border(
    test: str, keep: tuple[str, ...], told: Any
) -> None:
    (proposal,) = counter(policy({"x": NUMBER}, {"require": test}), {"x": 9}, keep=keep).proposals
    spread = proposal.changes[0].spread
    assert (spread.low, spread.high, spread.open_low, spread.open_high) == told


def test_an_open_number_is_offered_within_a_limit_that_is_open() -> None:
    whole = {"type": "integer", "minimum": 0, "maximum": 90}
    asks = policy({"x": NUMBER, "n": whole}, {"require": "x < 5 and n > 29"})
    (proposal,) = counter(asks, {}).proposals
    assert proposal.document == {"x": 4, "n": 30}


OPTIONS = {"kind": {"enum": ["a", "b", "c"]}, "flag": FLAG, "word": {**FLAG, "default": False}}


def test_of_options_that_all_do_the_one_is_written_that_advice_likes() -> None:
    stated = [{"require": {name: {"stated": True}}} for name in OPTIONS]
    (proposal,) = counter(policy(OPTIONS, *stated), {}).proposals
    assert proposal.document == {"kind": "a", "flag": True, "word": False}
    advice = {"require": {"kind": "c"}, "level": "advisory"}
    warning = {"forbid": {"flag": True}, "level": "advisory"}
    (proposal,) = counter(policy(OPTIONS, *stated, advice, warning), {}).proposals
    assert proposal.document == {"kind": "c", "flag": False, "word": False}


def test_a_way_out_that_no_decimal_goes_is_not_promised() -> None:
    asks = policy({"x": NUMBER, "z": FLAG}, {"require": "z and 3 * x = 1"})
    found = counter(asks, {"x": 3, "z": False}, locked=["z"])
    assert found.blocked is not None
    assert found.blocked.free is None
    assert [each.terms for each in found.blocked.obstacles] == [("z",)]
    assert not any(each.smallest for each in found.blocked.obstacles)


@pytest.mark.parametrize(("start", "test"), [(10**15, "at_most"), (0, "at_least")])
def test_the_nearest_is_found_in_both_directions(start: int, test: str) -> None:
    wide = {"type": "integer", "minimum": 0, "maximum": 10**15}
    (proposal,) = counter(policy({"x": wide}, {"require": {"x": {test: 10**14 + 7}}}),
                          {"x": start}).proposals  # fmt: skip
    assert proposal.changes[0].after == 10**14 + 7
