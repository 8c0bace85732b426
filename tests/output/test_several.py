"""Where a report has room for some of many deals, those that are not accepted are in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.output.readers import Html, github, markdown

from policyengine.cli.formats import made as make_format
from policyengine.config import SETTINGS
from policyengine.decision import DealRef, Decision, Outcome, Verdict, no_verdict
from policyengine.output import decided, html, public, summary
from policyengine.output import markdown as md
from policyengine.output.pretty import Asked
from policyengine.output.pretty import Format as Pretty
from policyengine.output.several import VERDICTS, Several, Worst
from policyengine.output.text import Style
from policyengine.statement import Raised, Statement
from policyengine.values.record import replace

#: formats that show some of many; the others are complete
SHORT = ("pretty", "markdown", "html")
ALL = SETTINGS["format"] or ()
_STYLE = Style(unicode=True)


def named(decision: Decision, name: str, source: str = "deals.jsonl:1") -> Decision:
    details = decision.details
    ref = DealRef(name, source, details.deal.digest, details.deal.source_digest)
    return Decision(
        decision.verdict, decision.outcomes, decision.settings, replace(details, deal=ref)
    )


def unreadable(name: str) -> dict[str, Any]:
    error = {"code": "json-syntax", "severity": "error", "message": "m", "location": None}
    return no_verdict([error], source=name, line=None)


def written(name: str, deals: list[Decision | str]) -> tuple[str, str]:
    """All of the output, and what comes after the deals; a text is a deal that is unreadable."""
    form = Pretty(_STYLE, Asked(), many=True) if name == "pretty" else make_format(name, many=True)
    pieces = [form.start()]
    pieces += [
        form.error(unreadable(deal)) if isinstance(deal, str) else form.decision(deal)
        for deal in deals
    ]
    end = form.end()
    return "".join([*pieces, end]), end


@pytest.mark.parametrize("name", ALL)
def test_the_last_of_601_is_the_one_rejected(name: str, decisions: Mapping[str, Decision]) -> None:
    good = [named(decisions["accept"], f"good-{n}") for n in range(600)]
    text, end = written(name, [*good, named(decisions["reject"], "the-bad-one")])
    assert "the-bad-one" in text
    if name in SHORT:
        assert "601 deals" in end
        assert "1 reject, 600 accept" in end
        assert end.index("the-bad-one") < end.index("good-0")
        assert re.search(r"and \d+ more: \d+ accept\b", end)
    elif name not in ("github", "sarif"):  # which tell of no deal that is accepted
        assert text.index("good-599") < text.index("the-bad-one")  # complete, and in order
    if name == "markdown":
        assert len(text) < 65_536
        assert "## ❌ Reject: the-bad-one" in text
    if name == "html":
        assert Html(text).text.count("the-bad-one") == 2  # the index, and its page


@pytest.mark.parametrize("name", SHORT)
def test_what_does_not_fit_is_counted_and_named(
    name: str, decisions: Mapping[str, Decision]
) -> None:
    """More that are bad than are listed, and than are named; the worse ones go first."""
    kinds = ("accept", "undetermined", "reject")
    deals: list[Decision | str] = [
        named(decisions[kinds[n % 3]], f"deal-{n}") for n in range(1_500)
    ]
    text, end = written(name, [*deals, "lost.json"])
    counts = "1501 deals" if name != "markdown" else "1501 deals**"
    assert f"{counts}: 1 no verdict, 500 reject, 500 undetermined, 500 accept" in end
    rows = {"pretty": 200, "html": 500, "markdown": 100}[name]
    assert f"and {1501 - rows} more: {501 - rows} reject, 500 undetermined, 500 accept" in end
    plain = " ".join(end.split())
    assert plain.index("lost.json") < plain.index("deal-2")
    first, last = f"deal-{3 * (rows - 1) + 2}", f"deal-{3 * (rows - 2) + 2}"
    assert plain.index("more:") < plain.index("reject: deal-") < plain.index(f"{first} ")
    assert plain.index(f"{last}") < plain.index("more:")
    if name == "markdown":
        assert "not named" in plain
        assert len(text) < 65_536
        markdown(text)
    else:
        assert "not named" not in plain
        assert "deal-1498 (deals.jsonl:1)" in plain


def test_github_names_the_deals_where_it_shows_some(decisions: Mapping[str, Decision]) -> None:
    deals = [named(decisions["undetermined"], f"open-{n}") for n in range(30)]
    _, end = written("github", [*deals, named(decisions["reject"], "bad,one"), "lost.json"])
    [(kind, _, message)] = github(end)
    assert kind == "notice"
    assert "the deals: 1 no verdict, 1 reject, 30 undetermined\nno verdict: lost.json\n" in message
    assert "\nreject: bad,one\nundetermined: open-0, open-1," in message
    assert written("github", [named(decisions["reject"], "bad")])[1] == ""


@pytest.mark.parametrize("name", ALL)
def test_a_draft_with_points_is_in_the_statement(name: str) -> None:
    form = public.Format(name, many=True, style=_STYLE)
    pieces = [form.start()]
    pieces += [form.decision(Statement(f"d-{n}", None, ())) for n in range(600)]
    point = Raised("It allows subletting.", None)
    end = form.decision(Statement("the-one", None, (point,))) + form.end()
    text = "".join([*pieces, end])
    assert "It allows subletting." in text
    if name in ("markdown", "html"):
        assert text.index("the-one") < text.index("d-0")
        assert "1 with points, 600 without a point" in text
    assert "reject" not in text
    assert "undetermined" not in text


_VERDICTS = st.sampled_from(["reject", "undetermined", "conditional", "accept", "unreadable"])
_LITTLE = ((summary, "_ROWS", 5), (html, "_SHOWN", 5), (md, "_LISTED", 5), (md, "_NAMES", 80),
           (summary, "_NAMED", 8), (html, "_ROOM", 80))  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(_VERDICTS, st.integers(1, 8)), min_size=1, max_size=4))
def test_a_deal_that_is_not_accepted_is_named(
    decisions: Mapping[str, Decision], runs: list[tuple[str, int]]
) -> None:
    """Whatever the order and the numbers: by name, or in a count of those that are not."""
    kinds = [kind for kind, number in runs for _ in range(number)]
    deals: list[Decision | str] = [
        f"x{n}x.json" if kind == "unreadable" else named(decisions[kind], f"x{n}x")
        for n, kind in enumerate(kinds)
    ]
    bad = {f"x{n}x" for n, kind in enumerate(kinds) if kind != "accept"}
    for name in SHORT:
        with pytest.MonkeyPatch.context() as patch:
            for module, limit, number in _LITTLE:
                patch.setattr(module, limit, number)
            _, end = written(name, deals)
        index = end.partition("\n## ")[0]  # of markdown, without its pages
        plain = " ".join(Html(end).text.split() if name == "html" else index.split())
        said = set(re.findall(r"x\d+x", plain))
        assert len(bad - said) == sum(map(int, re.findall(r"(\d+) not named", plain))), name
        if len(said) < len(kinds):
            numbers = Counter(kind.replace("unreadable", "no verdict") for kind in kinds)
            assert all(f"{number} {kind}" in plain for kind, number in numbers.items()), name
        if len(bad - said):  # then nothing that is accepted is named
            assert not said - bad


@given(st.lists(st.integers(0, 4)), st.integers(1, 8), st.integers(5, 40))
def test_the_worst_are_kept(ranks: list[int], most: int, room: int) -> None:
    """What is kept is always the beginning of all of it in the order of rank."""
    worst: Worst[int] = Worst(most, room)
    for number, rank in enumerate(ranks):
        worst.add(rank, number, size=number % 5)
    kept = [*worst]
    ordered = sorted(range(len(ranks)), key=lambda number: ranks[number])
    assert kept == ordered[: len(kept)]
    assert len(kept) == len(worst) <= most
    assert sum(number % 5 for number in kept) <= room
    if len(kept) < min(most, len(ranks)):
        assert sum(number % 5 for number in ordered[: len(kept) + 1]) > room
    for rank in range(5):
        if not worst.wants(rank):
            assert len(kept) < len(ranks) or len(kept) == most


@given(st.lists(st.sampled_from([*VERDICTS])), st.integers(0, 10), st.integers(0, 60))
def test_counts_of_what_is_left_out_add_up(words: list[str], shown: int, room: int) -> None:
    several = Several(1_000)
    for number, word in enumerate(words):
        several.add(VERDICTS[word], f"n{number}")
    lines = several.left_out(shown, str, room)
    assert bool(lines) is (len(words) > shown)
    if lines:
        more, counts = lines[0].removeprefix("and ").split(" more: ")
        assert int(more) == len(words) - shown
        assert sum(int(part.split()[0]) for part in counts.split(", ")) == int(more)
        for line in lines[1:]:
            word, names = line.split(": ")
            assert word != Verdict.ACCEPT.value
            rest = re.search(r"(\d+) not named", names)
            number = len(re.findall(r"\bn\d", names)) + (int(rest[1]) if rest else 0)
            assert f"{number} {word}" in counts


@pytest.mark.parametrize("name", ("markdown", "html"))
def test_no_page_is_made_of_what_is_not_shown(
    name: str,
    decisions: Mapping[str, Decision],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from policyengine.output import briefing

    made = 0
    brief: Callable[[Decision], Any] = briefing.brief

    def counted(decision: Decision) -> Any:
        nonlocal made
        made += 1
        return brief(decision)

    monkeypatch.setattr(briefing, "brief", counted)
    written(name, [decisions["accept"]] * 1_000)
    assert made <= 500


def test_a_report_does_not_look_at_the_terms_of_rules_that_hold(
    decisions: Mapping[str, Decision], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They cost more than all else of an accepted deal, and no format shows them."""
    reasons = tuple(replace(reason, outcome=Outcome.PASS) for reason in decisions["reject"].reasons)
    accepted = decisions["accept"]
    full = Decision(
        accepted.verdict,
        {str(reason.rule): Outcome.PASS for reason in reasons},
        accepted.settings,
        replace(accepted.details, reasons=reasons),
    )
    monkeypatch.setattr(decided, "Labels", None)
    checks = decided.report(full).checks
    assert [(check.name, check.title, check.location) for check in checks] == [
        (reason.rule, reason.title, None) for reason in reasons
    ]
