"""The decision schema says exactly what `Decision.to_dict` writes, key by key."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from policyengine import decision as data
from policyengine.decision import Condition, Decision, Level, Missing, Outcome, Verdict
from policyengine.errors import Diagnostic
from policyengine.source import Source

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[2] / "schemas" / "decision.schema.json").read_text("utf-8")
)
DEFS = SCHEMA["$defs"]
PROPERTIES = DEFS["decision"]["properties"]
VALIDATOR = Draft202012Validator(SCHEMA)
DIGEST = "sha256:" + "0" * 64
PLACE = data.Location("policy.yaml", 3, 7)

#: each record and the definition that describes it
DESCRIBED: tuple[tuple[type[Any], dict[str, Any]], ...] = (
    (data.Location, DEFS["location"]),
    (data.TermUse, DEFS["term"]),
    (data.WaiverUse, DEFS["waiver"]),
    (data.Reason, DEFS["reason"]),
    (data.ScoreItem, DEFS["score_item"]),
    (data.Score, DEFS["score"]),
    (data.EvaluationFault, DEFS["fault"]),
    (data.DealRef, PROPERTIES["deal"]),
    (data.PolicyRef, PROPERTIES["policy"]),
    (data.MissingTerm, PROPERTIES["missing"]["items"]),
    (data.AssumedTerm, PROPERTIES["assumed"]["items"]),
    (data.Caveat, PROPERTIES["caveats"]["items"]),
    (data.Interest, PROPERTIES["interests"]["items"]),
    (data.Advice, PROPERTIES["advice"]["items"]),
)


@pytest.mark.parametrize(("kind", "schema"), DESCRIBED, ids=lambda it: getattr(it, "__name__", ""))
def test_fields_and_properties_are_the_same(kind: type[Any], schema: dict[str, Any]) -> None:
    names = [name for name in kind.__fields__ if name != "words"]  # for pages only
    assert list(schema["properties"]) == names == schema["required"]


def test_the_decision_has_every_key_in_order() -> None:
    assert list(full().to_dict()) == list(PROPERTIES) == DEFS["decision"]["required"]


@pytest.mark.parametrize(
    ("kind", "property_"),
    [
        (Verdict, PROPERTIES["verdict"]),
        (Outcome, PROPERTIES["outcomes"]["additionalProperties"]),
        (Level, DEFS["reason"]["properties"]["level"]),
    ],
    ids=["verdict", "outcome", "level"],
)
def test_enums_agree(kind: Any, property_: dict[str, Any]) -> None:
    assert [value for value in property_["enum"] if value is not None] == [e.value for e in kind]


def tree() -> Condition:
    leaf = Condition(
        "leaf", None, True, text="a at_least 2", paths=("a",), actual=Decimal("1.5"), location=PLACE
    )
    bare = Condition("leaf", True, False, text="b = c", paths=("b", "c"))
    return Condition(
        "all",
        None,
        True,
        (
            Condition("any", True, False, (leaf, bare)),
            Condition("not", None, True, (leaf,)),
            Condition("some_of", None, True, (leaf, bare), at_least=1),
        ),
    )


def full() -> Decision:
    """A decision with something in every place."""
    evidence = {"source": "press", "confidence": "low"}
    waiver = data.WaiverUse(
        "R-1", "x-*", data.WaiverStatus.EXPIRED, "the board", "it passes", "2025-12-31", PLACE
    )
    missing = Missing(
        "all",
        parts=(
            Missing("leaf", "a"),
            Missing("any", parts=(Missing("leaf", "b"), Missing("leaf", "c"))),
            Missing("some_of", parts=(Missing("leaf", "d"),), at_least=1),
        ),
    )
    term = data.TermUse("a", Decimal("1.5"), True, False, "An a", "USD", PLACE, evidence)
    reason = data.Reason(
        "R-1",
        "fails",
        "t",
        Level.MANDATORY,
        Outcome.FAIL,
        "m",
        form="forbid",
        ask="less",
        source={"ref": "r", "quote": None, "file": None},
        tags=("x",),
        location=PLACE,
        terms=(term, data.TermUse("b", None, False, False)),
        conditions=tree(),
        applies=tree(),
        unless=tree(),
        missing=missing,
        waiver=waiver,
    )
    whole = data.Reason(None, "nothing-applied", "t", None, None, "m")
    item = data.ScoreItem("B", "t", "benefit", "economy", Decimal(3), None)
    return Decision(
        Verdict.REJECT,
        {"R-1": Outcome.FAIL, "R-2": Outcome.NOT_APPLICABLE},
        data.Settings("2026-01-31", False, True, {"p": (Decimal(1), "x")}),
        data.Details(
            deal=data.DealRef("x-1", "terms.yaml", DIGEST, None),
            policy=data.PolicyRef("p", "1", None, DIGEST),
            reasons=(reason, whole),
            missing=(data.MissingTerm("a", ("R-1",), None),),
            assumed=(data.AssumedTerm("b", False, ("R-2",), "A b"),),
            not_applicable=("c",),
            caveats=(data.Caveat("a", ("R-1",), evidence),),
            scores={"s": data.Score(None, Decimal(0), Decimal(3), None, (item,))},
            interests=(data.Interest("e", "o", "t", None, True),),
            advice=(data.Advice("A", "t", data.Presence.PRESENT, location=PLACE),),
            defined={"d": None},
            waivers=(waiver,),
            errors=(data.EvaluationFault("c", "m", "R-1", PLACE),),
            unread=(data.UnreadTerm("u", "A u", PLACE), data.UnreadTerm("v", None, None)),
        ),
    )


def test_a_full_decision_meets_the_schema() -> None:
    found = json.loads(full().to_json())
    assert not [error.message for error in VALIDATOR.iter_errors(found)]


def test_an_unheard_of_key_does_not() -> None:
    assert list(VALIDATOR.iter_errors(json.loads(full().to_json()) | {"decision": "reject"}))


def test_the_object_without_a_verdict_meets_the_schema() -> None:
    span = Source("deal.yaml", "a: 1\n").span(0, 1)
    found = [Diagnostic("c", "m", span, hint="h").to_dict(), Diagnostic("c", "m").to_dict()]
    for answer in (data.no_verdict(found), data.no_verdict(found, source="deal.yaml")):
        assert not [error.message for error in VALIDATOR.iter_errors(answer)]
