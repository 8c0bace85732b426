"""junit, sarif, github, markdown, html and tap: goldens, and each read by a strict reader."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.output.readers import Html, github, junit, markdown, markdown_text, sarif, tap

from policyengine.config import SETTINGS
from policyengine.decision import Decision, Verdict, no_verdict
from policyengine.errors import Diagnostic, Severity
from policyengine.output import decided, registry
from policyengine.output.report import Check, Place, Report, Status, Topic
from policyengine.source import Source

GOLDENS = Path(__file__).parent / "goldens" / "reports"
FORMATS = tuple(registry.RENDERERS)
SOURCE = Source("rules/eu.yaml", "rules:\n  - {id: R-1, title: t, require: {dyas: 1}}\n")
ERROR = Diagnostic(
    "unknown-term",
    "there is no term `dyas`",
    SOURCE.span(40, 44),
    hint="did you mean `days`?",
    related=((SOURCE.span(12, 14), "in this rule"),),
)
WARNING = Diagnostic("unused-parameter", "no rule uses `x`", None, Severity.WARNING)


def sample() -> Report:
    """A report with every status, diagnostics on checks and loose ones."""
    return Report(
        "validate",
        "rules",
        (
            Check("rules/eu.yaml", "documents", Status.FAILED, "1 error", diagnostics=(ERROR,)),
            Check("rules/us.yaml", "documents", Status.PASSED, diagnostics=(WARNING,)),
            Check("case 1", "cases", Status.PASSED, title="a long lease", duration=0.0123),
            Check(
                "case 2",
                "cases",
                Status.FAILED,
                "expected reject, found accept",
                details=("- reject", "+ accept"),
                location=Place("eu_test.yaml", 7, 3, 7, 9),
                related=(Place("rules/eu.yaml", 2, 5, text="the rule"),),
                code="R-1",
                duration=1.5,
            ),
            Check("case 3", "cases", Status.UNKNOWN, "not stated: days", code="R-1"),
            Check("case 4", "cases", Status.SKIPPED, "needs the solver"),
            Check("case 5", "cases", Status.SKIPPED, "let be", waived="until 2027 by the board"),
            Check("case 6", "cases", Status.ERROR, "ran out of steps", level=Severity.WARNING),
        ),
        (Diagnostic("no-rules", "the policy has no rules", Source("p.yaml", "a").span(0, 1)),),
        "2 cases hold",
        (Topic("R-1", "Not too late", "Ask for less.", "https://example.org/R-1"),),
        {"policy": "p 1.0.0"},
    )


def of(name: str, *decisions: Decision, many: bool = False, error: Any = None) -> str:
    form = registry.of_deals(name, many=many)
    pieces = [form.start(), *map(form.decision, decisions)]
    if error is not None:
        pieces.append(form.error(error))
    return "".join([*pieces, form.end()])


def rows() -> dict[str, Any]:
    error = {
        "code": "unknown-term",
        "severity": "error",
        "message": "`exit.notise` is not a term of the schema",
        "location": {"file": "deals/bad.yaml", "line": 3, "column": 3},
        "hint": "did you mean `notice_days`?",
    }
    return no_verdict([error], source="deals/bad.yaml", line=None)


def check_golden(name: str, text: str) -> None:
    """Compare, without what changes with the style sheet and the release."""
    text = re.sub(r"<style>.*?</style>", "<style>…</style>", text, flags=re.DOTALL)
    text = re.sub(r"sha256-[^&]*", "sha256-…", text)
    text = re.sub(r'"version": "(?!2\.1\.0)[^"]*"', '"version": "…"', text)
    path = GOLDENS / name
    if os.environ.get("UPDATE_GOLDENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), "UPDATE_GOLDENS=1 regenerates"


@pytest.mark.parametrize("name", FORMATS)
def test_goldens(name: str, decisions: Mapping[str, Decision]) -> None:
    for deal in ("accept", "undetermined", "everything"):
        check_golden(f"{deal}.{name}", of(name, decisions[deal]))
    several = [decisions[deal] for deal in ("accept", "reject", "conditional")]
    check_golden(f"many.{name}", of(name, *several, many=True, error=rows()))
    check_golden(f"report.{name}", "".join(registry.pieces(name, sample())))


def test_every_format_of_the_settings_is_made() -> None:
    assert SETTINGS["format"] == registry.FORMATS["evaluate"]
    for name in FORMATS:
        assert registry.renderer(name).start() is not None
        for many in (False, True):
            assert registry.of_deals(name, many=many).name == name
    for formats in registry.FORMATS.values():
        assert formats[:2] == ("pretty", "json")
        assert set(formats[2:]) <= {*FORMATS, "yaml", "jsonl"}
    with pytest.raises(KeyError):
        registry.renderer("pretty")


@pytest.mark.parametrize("name", FORMATS)
def test_same_report_same_bytes(name: str) -> None:
    assert list(registry.pieces(name, sample())) == list(registry.pieces(name, sample()))


# the model ------------------------------------------------------------------------------------


def test_cases_and_findings() -> None:
    report = sample()
    assert [case.status for case in report.cases()].count(Status.FAILED) == 3
    assert report.count(Status.FAILED) == 3
    assert not report.good
    assert Report("lint", "x", diagnostics=(WARNING,)).good
    assert not Report("test", "x", (Check("a", "g", Status.UNKNOWN),)).good
    assert Report("test", "x").good
    found = {finding.subject + ":" + finding.code: finding for finding in report.findings()}
    assert list(found) == [
        "documents/rules/eu.yaml:unknown-term",
        "documents/rules/us.yaml:unused-parameter",
        "cases/case 2:R-1",
        "cases/case 3:R-1",
        "cases/case 5:skipped",
        "cases/case 6:error",
        ":no-rules",
    ]
    # What could not be checked is an error, whatever the check was about.
    assert found["cases/case 6:error"].level is Severity.ERROR
    assert found["documents/rules/eu.yaml:unknown-term"].hint == "did you mean `days`?"


def test_place() -> None:
    assert Place.of(None) is None
    assert str(Place.of(SOURCE.span(40, 44))) == "rules/eu.yaml:2:34"
    assert str(Place("a.yaml")) == "a.yaml"


# what each reader sees ------------------------------------------------------------------------


def test_junit_tells_failed_unknown_skipped_and_error_apart() -> None:
    (suite,) = junit("".join(registry.pieces("junit", sample())))
    kinds = {
        case.attrib["name"]: [(child.tag, child.attrib.get("type")) for child in case]
        for case in suite.findall("testcase")
    }
    assert kinds == {
        "rules/eu.yaml": [("failure", "failed")],
        "rules/us.yaml": [("system-out", None)],
        "case 1 a long lease": [],
        "case 2": [("failure", "failed")],
        "case 3": [("failure", "unknown")],
        "case 4": [("skipped", None)],
        "case 5": [("skipped", None)],
        "case 6": [("error", "error")],
        "no-rules 1 the policy has no rules": [("failure", "failed")],
    }
    assert suite.attrib["time"] == "1.512"


def test_junit_names_a_rule_alike_whether_it_holds_or_not(
    decisions: Mapping[str, Decision],
) -> None:
    """Of a full decision: a reader of many runs follows a case by its name."""
    decision = decisions["everything"]
    (suite,) = junit(of("junit", decision))
    named = {case.attrib["name"].partition(" ")[0] for case in suite.findall("testcase")}
    assert set(decision.outcomes) - {advice.rule for advice in decision.advice} <= named


def test_sarif() -> None:
    run = sarif("".join(registry.pieces("sarif", sample())))
    assert run["invocations"] == [{"executionSuccessful": False}]
    assert [(r["ruleId"], r["level"], r["properties"]["status"]) for r in run["results"]] == [
        ("unknown-term", "error", "failed"),
        ("unused-parameter", "warning", "passed"),
        ("R-1", "error", "failed"),
        ("R-1", "error", "unknown"),
        ("skipped", "error", "skipped"),
        ("error", "error", "error"),
        ("no-rules", "error", "failed"),
    ]
    prints = [r["partialFingerprints"]["policyengine/v1"] for r in run["results"]]
    assert len(set(prints)) == len(prints)
    suppressed = [r["properties"]["subject"] for r in run["results"] if "suppressions" in r]
    assert suppressed == ["cases/case 5"]
    rule = next(r for r in run["tool"]["driver"]["rules"] if r["id"] == "R-1")
    assert rule["helpUri"] == "https://example.org/R-1"
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 34, "endLine": 2, "endColumn": 38}


def test_sarif_keeps_the_identity_of_a_finding_that_moved() -> None:
    def prints(text: str, start: int) -> list[str]:
        moved = Diagnostic("unknown-term", "there is no term", Source("a", text).span(start, start))
        run = sarif("".join(registry.pieces("sarif", Report("lint", "p", diagnostics=(moved,)))))
        return [r["partialFingerprints"]["policyengine/v1"] for r in run["results"]]

    assert prints("abc", 1) == prints("\n\n\nabc", 5)
    twice = Report("lint", "p", diagnostics=(ERROR, ERROR))
    results = sarif("".join(registry.pieces("sarif", twice)))["results"]
    assert results[0]["partialFingerprints"] != results[1]["partialFingerprints"]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("a b/ü.yaml", {"uri": "a%20b/%C3%BC.yaml", "uriBaseId": "%SRCROOT%"}),
        ("/tmp/a:b.yaml", {"uri": "file:///tmp/a%3Ab.yaml"}),  # a name, no file
        ("C:\\deals\\a.yaml", {"uri": "file:///C%3A/deals/a.yaml"}),
        ("<stdin>", {"uri": "%3Cstdin%3E", "uriBaseId": "%SRCROOT%"}),
        ("javascript:x", {"uri": "javascript%3Ax", "uriBaseId": "%SRCROOT%"}),
    ],
)
def test_sarif_addresses(file: str, expected: dict[str, str]) -> None:
    report = Report("t", "x", (Check("a", "g", Status.FAILED, "m", location=Place(file)),))
    (result,) = sarif("".join(registry.pieces("sarif", report)))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == expected


def test_github() -> None:
    found = github("".join(registry.pieces("github", sample())))
    assert [(kind, properties.get("line")) for kind, properties, _ in found] == [
        ("error", "2"),
        ("warning", None),
        ("error", "7"),
        ("error", None),
        ("error", None),
        ("error", "1"),
    ]
    _, properties, message = found[0]
    assert properties == {"file": "rules/eu.yaml", "line": "2", "endLine": "2", "col": "34",
                          "endColumn": "38", "title": "unknown-term"}  # fmt: skip
    assert message == "there is no term `dyas`\nhint: did you mean `days`?"


def test_github_says_where_it_shows_fewer_than_there_are() -> None:
    checks = tuple(Check(f"c{n}", "g", Status.FAILED, "m") for n in range(11))
    found = github("".join(registry.pieces("github", Report("test", "x", checks))))
    assert [kind for kind, _, _ in found] == ["error"] * 11 + ["notice"]
    assert "11 of kind error" in found[-1][2]
    found = github("".join(registry.pieces("github", Report("test", "x", checks[:10]))))
    assert len(found) == 10


def test_tap(decisions: Mapping[str, Decision]) -> None:
    points = tap("".join(registry.pieces("tap", sample())))
    assert [(p["ok"], p["skip"]) for p in points] == [
        (False, False), (True, False), (True, False), (False, False), (False, False), (True, True),
        (True, True), (False, False), (False, False),
    ]  # fmt: skip
    assert points[4]["block"]["status"] == "unknown"
    several = tap(of("tap", decisions["accept"], decisions["reject"], many=True, error=rows()))
    assert [(p["ok"], len(p["points"])) for p in several] == [(True, 1), (False, 2), (False, 1)]
    assert tap("".join(registry.pieces("tap"))) == []


def test_markdown_of_several_has_a_row_for_each(decisions: Mapping[str, Decision]) -> None:
    text = of("markdown", *decisions.values(), many=True, error=rows())
    tokens = markdown(text)
    assert text.count("\n| ") > len(decisions)
    assert "deals/bad.yaml" in markdown_text(tokens)


@pytest.mark.parametrize("number", (1, 3, 400))
def test_markdown_fits_into_a_comment(
    number: int, make_decision: Callable[..., Decision], decisions: Mapping[str, Decision]
) -> None:
    """65,536 characters; what is left out is said to be."""
    everything = decisions["everything"]
    reasons = everything.reasons * (100 if number == 1 else 10)
    big = make_decision(everything.verdict, reasons)
    text = of("markdown", *[big] * number, many=number > 1)
    assert len(text) < 65_536
    markdown(text)
    assert "left out" in text


def test_html_is_one_file_that_asks_for_nothing(decisions: Mapping[str, Decision]) -> None:
    for text in (
        of("html", decisions["everything"]),
        of("html", *decisions.values(), many=True, error=rows()),
        "".join(registry.pieces("html", sample())),
    ):
        page = Html(text)
        assert not re.search(r"(?i)<script|\bon\w+=|url\(|@import|https?:|javascript:", text)
        policy = next(m["content"] for m in page.metas
                      if m.get("http-equiv") == "Content-Security-Policy")  # fmt: skip
        digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
        assert policy == (
            f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("reject", "Not acceptable as it stands"),
        ("undetermined", "Cannot be judged yet"),
        ("conditional", "Acceptable once some points are settled"),
        ("accept", "Acceptable"),
    ],
)
def test_html_begins_with_the_verdict_in_plain_words(
    name: str, words: str, decisions: Mapping[str, Decision]
) -> None:
    text = Html(of("html", decisions[name])).text
    assert text.startswith(f"{name}: lk-cn-2017-hambantota lk-cn-2017-hambantota {words}")
    decision = decisions[name]
    for reason in decision.reasons:
        assert reason.title in text
        assert (reason.ask or "") in text
    assert decision.policy.digest in text


def test_html_stops_listing_at_some_point(decisions: Mapping[str, Decision]) -> None:
    text = of("html", *[decisions["accept"]] * 505, many=True)
    assert "505 deals: 505 accept" in text
    assert "and 5 more: 5 accept" in text
    assert text.count("<article") == 500


def test_advice_fails_nothing(decisions: Mapping[str, Decision]) -> None:
    report = decided.report(decisions["everything"])
    assert not {check.name for check in report.checks} & {"A-1", "A-2"}


def test_only_an_accept_is_good(
    decisions: Mapping[str, Decision], make_decision: Callable[..., Decision]
) -> None:
    for verdict in Verdict:  # even where no rule says why
        assert decided.report(make_decision(verdict)).good is (verdict is Verdict.ACCEPT)
    for name in ("undetermined", "nothing-applied", "conditional", "reject", "everything"):
        assert not decided.report(decisions[name]).good, name
    assert decided.report(decisions["accept"]).good
    assert not decided.unreadable(rows()).good
