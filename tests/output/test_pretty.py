"""The page for people: goldens, and what it must never do."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.output import conftest

from policyengine.decision import (
    Condition,
    Decision,
    Location,
    Outcome,
    Presence,
    Reason,
    TermUse,
    Verdict,
    WaiverStatus,
)
from policyengine.output import briefing, pretty
from policyengine.output.summary import Summary
from policyengine.output.text import Style
from policyengine.source import columns
from policyengine.values.record import replace

GOLDENS = Path(__file__).parent / "goldens"
ASKED = pretty.Asked("rules/national-interest", True)
FULL = pretty.Asked("rules/national-interest", True, "full")
NAMES = ("accept", "reject", "conditional", "undetermined", "nothing-applied", "everything")
_SGR = re.compile(r"\x1b\[[0-9;]*m")


def check_golden(name: str, text: str) -> None:
    path = GOLDENS / name
    if os.environ.get("UPDATE_GOLDENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), "UPDATE_GOLDENS=1 regenerates"


@pytest.mark.parametrize("name", NAMES)
def test_golden(name: str, decisions: Mapping[str, Decision]) -> None:
    check_golden(f"{name}.txt", pretty.page(decisions[name], Style(80), ASKED))


def test_golden_full(decisions: Mapping[str, Decision]) -> None:
    check_golden("everything-full.txt", pretty.page(decisions["everything"], Style(80), FULL))


def test_golden_narrow_ascii(decisions: Mapping[str, Decision]) -> None:
    text = pretty.page(decisions["everything"], Style(50, unicode=False), FULL)
    assert text.isascii()
    check_golden("everything-narrow.txt", text)


def test_golden_many(decisions: Mapping[str, Decision]) -> None:
    form = pretty.Format(Style(80), ASKED, many=True)
    error = {
        "code": "unknown-term",
        "severity": "error",
        "message": "`exit.notise` is not a term of the schema",
        "location": {"file": "deals/bad.yaml", "line": 3, "column": 3},
        "hint": "did you mean `notice_days`?",
    }
    row = {"schema_version": "1", "verdict": None, "source": "deals/bad.yaml", "line": None}
    pieces = [form.start(), *(form.decision(decisions[name]) for name in NAMES[:3])]
    pieces += [form.error({**row, "errors": [error]}), form.end()]
    check_golden("many.txt", "".join(pieces))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", (40, 60, 80, 100))
def test_no_line_is_wider_than_the_page(
    name: str, width: int, decisions: Mapping[str, Decision]
) -> None:
    for asked in (ASKED, FULL):
        text = pretty.page(decisions[name], Style(width), asked)
        assert [line for line in text.splitlines() if columns(line) > width] == []


@pytest.mark.parametrize("name", NAMES)
def test_colour_only_repeats_what_the_text_says(
    name: str, decisions: Mapping[str, Decision]
) -> None:
    plain = pretty.page(decisions[name], Style(80), FULL)
    painted = pretty.page(decisions[name], Style(80, color=True), FULL)
    assert painted != plain
    assert _SGR.sub("", painted) == plain


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_is_the_first_word(name: str, decisions: Mapping[str, Decision]) -> None:
    decision = decisions[name]
    text = pretty.page(decision, Style(80), ASKED)
    assert text.startswith(decision.verdict.value.upper() + "  ")


def test_no_two_blank_lines_and_no_blanks_at_line_ends(decisions: Mapping[str, Decision]) -> None:
    text = pretty.page(decisions["everything"], Style(80), FULL)
    assert "\n\n\n" not in text
    assert not re.search(r" \n", text)
    assert text.endswith("\n")


def test_either_is_enough_for_a_forbidden_combination(decisions: Mapping[str, Decision]) -> None:
    text = pretty.page(decisions["reject"], Style(80), ASKED)
    assert "either is enough:" in text
    assert "Concession: 99 years, must be less than 50 years" in text
    assert "85 %, must be at most 50 %" in text


HOSTILE = (
    "\x1b[2Jgone",
    "\x1b]8;;http://evil\x07link",
    "\x1b]52;c;aGk=\x07",
    "a\rACCEPT",
    "a\b\b\bb",
    "\x9b2J",
    "x\nACCEPT  deal-42",
    "x\u2028ACCEPT  deal-42",
    "\u202eTCEJER",
    "\x85ACCEPT",
    "\x7f",
    "::error::owned",
    "  ::error file=x::owned",
    "##[error]owned",
    "##vso[task.complete result=Succeeded;]",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_threat_53_54_55_nothing_from_a_document_acts(
    hostile: str, make_decision: Callable[..., Decision], reasons: Mapping[str, Reason]
) -> None:
    made = poisoned(hostile, make_decision, reasons["SOV-5"])
    for asked in (ASKED, FULL):
        for style in (Style(80), Style(40), Style(80, color=True), Style(80, unicode=False)):
            text = pretty.page(made, style, asked)
            check_safe(text)
            assert not re.search(r"^ACCEPT", text, re.MULTILINE)


def check_safe(text: str) -> None:
    """Nothing but printable characters, line feeds and our own colours; no CI command."""
    bare = _SGR.sub("", text)
    assert [c for c in bare if not c.isprintable() and c != "\n"] == []
    for line in bare.splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
        assert "##vso[" not in line


def poisoned(text: str, make_decision: Callable[..., Decision], reason: Reason) -> Decision:
    """A decision with one text everywhere that a document can put one."""
    from policyengine.decision import (
        Advice,
        AssumedTerm,
        Caveat,
        DealRef,
        EvaluationFault,
        Interest,
        PolicyRef,
        Score,
        ScoreItem,
        Settings,
        WaiverUse,
    )

    place = Location(text, 1, 1)
    use = TermUse(text, text, True, False, text, text, place,
                  {"source": text, "confidence": "low", "note": text, "clause": text})  # fmt: skip
    leaf = Condition("leaf", True, text=text, paths=(text,), actual=text, location=place)
    test = replace(leaf, text=f"{text} equals {text}")
    bad = replace(
        reason,
        rule=text,
        title=text,
        message=text,
        ask=text,
        source={"ref": text, "quote": text, "file": text},
        location=place,
        terms=(use,),
        conditions=Condition("any", True, parts=(leaf, test)),
        unless=replace(leaf, value=False),
    )
    return make_decision(
        Verdict.REJECT,
        (bad,),
        {text: Outcome.FAIL, f"{text}2": Outcome.NOT_APPLICABLE, f"{text}3": Outcome.PASS},
        settings=Settings("2026-01-31", False, True, {text: text}),
        deal=DealRef(text, text, "sha256:0", None),
        policy=PolicyRef(text, text, text, "sha256:0"),
        not_applicable=(text,),
        assumed=(AssumedTerm(text, text, (text,), text),),
        caveats=(Caveat(text, (text,), {"source": text}),),
        scores={text: Score(None, Decimal(0), Decimal(1), text,
                            (ScoreItem(text, text, "risk", text, Decimal(1), True),))},
        interests=(Interest(text, text, text, True, False),),
        advice=(Advice(text, text, Presence.MISSING, text, text, text, text, None, place),),
        defined={text: text},
        waivers=(WaiverUse(text, text, WaiverStatus.APPLIED, text, text, text, place),),
        errors=(EvaluationFault(text, text, text, place),),
    )  # fmt: skip


@pytest.mark.parametrize("text", ("n" * 100_000, "word " * 20_000, "宽" * 100_000))
def test_threat_61_a_huge_value_is_shortened(
    text: str, make_decision: Callable[..., Decision], reasons: Mapping[str, Reason]
) -> None:
    use = replace(reasons["SOV-5"].terms[1], value=text)
    leaf = Condition("leaf", True, text=f"{use.path} equals {text}", paths=(use.path,), actual=text)
    named = replace(reasons["SOV-5"], message=text, terms=(use,), conditions=leaf)
    for asked in (ASKED, FULL):
        page = pretty.page(make_decision(Verdict.REJECT, (named,)), Style(80), asked)
        assert len(page.encode()) < 5_000
        # Even where every text there is in the decision is as long.
        page = pretty.page(poisoned(text, make_decision, reasons["SOV-5"]), Style(80), asked)
        assert len(page) < 20_000


def test_wide_characters_keep_the_columns(make_decision: Callable[..., Decision]) -> None:
    from policyengine.decision import Score, ScoreItem

    items = (
        ScoreItem("a", "宽字符的标题" * 6, "benefit", None, Decimal(1), True),
        ScoreItem("b", "e\u0301" * 60, "risk", None, Decimal(-1), True),
    )
    made = make_decision(
        Verdict.ACCEPT, scores={"s": Score(Decimal(0), Decimal(0), Decimal(0), None, items)}
    )
    text = pretty.page(made, Style(80), ASKED)
    assert all(columns(line) <= 80 for line in text.splitlines())


def test_final_unknown_requirement_says_not_stated(
    make_decision: Callable[..., Decision], reasons: Mapping[str, Reason]
) -> None:
    path = "exit.unilateral_withdrawal"
    leaf = Condition("leaf", None, text=f"{path} equals true", paths=(path,))
    failing: Any = replace(
        reasons["C-13"], conditions=leaf, terms=(TermUse(path, None, False, False),)
    )
    text = pretty.page(make_decision(Verdict.CONDITIONAL, (failing,)), Style(80), ASKED)
    assert f"{path}: not stated, must be true" in text


def test_an_open_exception_says_what_is_not_stated(make_decision: Callable[..., Decision]) -> None:
    reason = replace(
        conftest.C_13,
        unless=Condition("leaf", None, text="data.plain", paths=("data.plain",)),
        conditions=Condition("leaf", None, text="data.a < data.b", paths=("data.a", "data.b")),
        terms=(conftest.use("data.a", Decimal(5), 2),
               TermUse("data.b", None, stated=False, assumed=False)),
    )  # fmt: skip
    decision = make_decision(Verdict.CONDITIONAL, (reason,))
    text = pretty.page(decision, Style(80), ASKED)
    for said in ("data.a = 5, deal", "data.b, not stated\n", "data.plain, not stated\n"):
        assert said in text
    one = briefing.brief(decision)
    notes = re.findall(r"data\.[a-z]+[^'(]*not stated", repr(one))
    assert notes == ["data.b, not stated", "data.plain, not stated"]


def test_deals_of_one_name_are_told_apart(decisions: Mapping[str, Decision]) -> None:
    first = decisions["reject"]
    other = replace(first.deal, source="deals/later.yaml")
    details = replace(first.details, deal=other)
    second = Decision(first.verdict, first.outcomes, first.settings, details)
    summary = Summary()
    for one in (first, second):
        summary.add(one)
    rows = summary.page(Style(80)).splitlines()[-4:]
    assert [row.strip() for row in rows[1::2]] == [first.deal.source, "deals/later.yaml"]
    assert rows[0] == rows[2] == f"reject        {first.deal.id}  SOV-5"
    narrow = summary.page(Style(40)).splitlines()[-7:]
    assert narrow[:2] == [f"reject        {first.deal.id}", "              SOV-5"]
    assert all(row.startswith(" " * 14) for row in narrow[1:4])
    alone = Summary()
    alone.add(first)
    assert "deals/" not in alone.page(Style(120))


def test_one_thing_asked_by_two_rules_names_both(make_decision: Callable[..., Decision]) -> None:
    both = (conftest.SOV_5, replace(conftest.SOV_5, rule="SOV-6"))
    (action,) = briefing.brief(make_decision(Verdict.REJECT, both)).actions
    assert action.notes == ("SOV-5, a must, broken", "SOV-6, a must, broken")
