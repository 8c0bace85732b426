"""Rows 53 to 61 of the threats in every format: whatever a document says stays text.

One hostile text stands everywhere at once: in ids, titles, values, labels, units, sources and
file names. The readers refuse what no format writes, so that a text which became an element,
an attribute, a link, a line or a command is an error; and the text can still be read.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.output import readers
from tests.output.test_pretty import HOSTILE, poisoned

from policyengine.decision import Decision, Location, Missing, Outcome, Reason, no_verdict
from policyengine.errors import Diagnostic
from policyengine.output import markup, public, registry
from policyengine.output.report import Check, Place, Report, Status, Topic
from policyengine.source import Source, visible
from policyengine.statement import Raised, Statement
from policyengine.values.record import replace

READERS: Mapping[str, Callable[[str], Any]] = {
    "junit": readers.junit,
    "sarif": readers.sarif,
    "github": readers.github,
    "markdown": readers.markdown,
    "html": readers.Html,
    "tap": readers.tap,
}
PARTS = (
    *HOSTILE,
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "</title><h1>x",
    "</style><script>",
    "--><b>",
    "]]><x/>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "&lt;b&gt; &#60;b&#62;",
    "javascript:alert(1)",
    "| a | b |\n|---|---|",
    "`` ` ``` code",
    "[link](https://example.org)",
    "![image](https://example.org/x.png)",
    "<https://example.org>",
    "https://example.org www.example.org mail@example.org",
    "@someone @org/team",
    "#123 GH-123 org/repo#7 !7 %7 ^alert#7 $7 &7",
    "$x^2$ $$y$$ :smile: :+1:",
    "/close\n/merge",
    "# title\n===\n---\n> quote\n1. one\n- two\n+ three\n* four\n    code",
    "**bold** _em_ ~~gone~~ [^1]: foot",
    "<details><summary>",
    "ok 1 - fine # SKIP\n1..0\nBail out!",
    "# TODO later \\# SKIP",
    "  ---\n  status: passed\n  ...",
    "x%0A::error::y%3A%2C,file=z,line=1",
    "{0} {message} %s %(x)s {{x}}",
    "\ud800\udfff \ufffe\uffff\x00\x0b\x1f",
    "\ufeff\u200b\u2066\u2069\u200e",
    "=1+1",
    "",
    " ",
)
texts = st.lists(
    st.sampled_from(PARTS) | st.text(max_size=8) | st.sampled_from(("\n", "\r\n", "\t", " ")),
    min_size=1,
    max_size=4,
).map("".join)


def check_safe(text: str, *, commands: bool = False) -> None:
    """Printable characters and line feeds; no line is a command of a CI runner."""
    assert [c for c in text if not c.isprintable() and c not in "\n\u200b"] == []
    if not commands:
        assert not re.search(r"(?m)^[ \t]*::", text)
    assert not re.search(r"##(?:\[|vso\[|teamcity\[)", text)


def outputs_of_decision(decision: Decision, text: str) -> dict[str, str]:
    location = {"file": text, "line": 1, "column": 1}
    error = {"code": text, "severity": "error", "message": text, "location": location,
             "hint": text}  # fmt: skip
    row = no_verdict([error], source=text, line=3)
    made = {}
    for name in READERS:
        one = registry.of_deals(name, many=False)
        made[name] = one.start() + one.decision(decision) + one.end()
        many = registry.of_deals(name, many=True)
        pieces = [many.decision(decision), many.error(row), many.decision(decision), many.end()]
        made[f"{name} many"] = many.start() + "".join(pieces)
    return made


def report_of(text: str) -> Report:
    span = Source(text, f"{text}\n{text}").span(0, len(text))
    found = Diagnostic("unknown-term", text, span, hint=text, related=((span, text),))
    place = Place(text, 1, 2, 3, 4, text)
    checks = tuple(
        Check(text, text, status, text, text, (text,), place, (place,), text, diagnostics=more)
        for status in Status
        for more in ((), (found,))
    )
    waived = Check(text, text, Status.SKIPPED, text, location=place, waived=text)
    topics = (Topic(text, text, text),)
    return Report("test", text, (*checks, waived), (found,), text, topics, {text: text})


def every_output(decision: Decision, text: str) -> dict[str, str]:
    made = outputs_of_decision(decision, text)
    statement = Statement(text, text, (Raised(text, text), Raised(text, None)))
    for name in READERS:
        made[f"{name} report"] = "".join(registry.pieces(name, report_of(text)))
        form = public.Format(name, many=True)
        pieces = [form.decision(statement), form.error({}), form.end()]
        made[f"{name} public"] = form.start() + "".join(pieces)
    return made


def check(decision: Decision, text: str) -> None:
    for title, made in every_output(decision, text).items():
        name = title.partition(" ")[0]
        check_safe(made, commands=name == "github")
        READERS[name](made)


@pytest.fixture(scope="module")
def poison(make_decision: Any, reasons: Mapping[str, Reason]) -> Callable[[str], Decision]:
    """A decision with a text everywhere, one that waits for terms included."""

    def made(text: str) -> Decision:
        decision = poisoned(text, make_decision, reasons["SOV-5"])
        waiting = replace(
            reasons["STATE-1"],
            rule=f"{text} waits",
            title=text,
            ask=text,
            location=Location(text, 1, 1),
            missing=Missing("all", None, (Missing("leaf", text), Missing("leaf", text))),
        )
        outcomes = {**decision.outcomes, f"{text} waits": Outcome.UNKNOWN}
        details = replace(decision.details, reasons=(*decision.reasons, waiting))
        return Decision(decision.verdict, outcomes, decision.settings, details)

    return made


@pytest.mark.parametrize("text", PARTS)
def test_threats_53_to_59_each(text: str, poison: Callable[[str], Decision]) -> None:
    check(poison(text), text)


@settings(max_examples=25)
@given(text=texts)
def test_threats_53_to_59_mixed(text: str, poison: Callable[[str], Decision]) -> None:
    check(poison(text), text)


CANARY = "zq7 <b>&amp;\"'`|*_[x](y)@me#1</b>"


def test_the_text_is_still_there(poison: Callable[[str], Decision]) -> None:
    """Escaped, not dropped: a reader of each medium gets the very characters."""
    made = every_output(poison(CANARY), CANARY)
    for kind in ("", " many", " report", " public"):
        page = readers.Html(made[f"html{kind}"])
        assert CANARY in page.text
        assert CANARY in readers.markdown_text(readers.markdown(made[f"markdown{kind}"]))
        assert any(CANARY in (case.attrib["name"] + case.attrib["classname"])
                   for case in readers.junit(made[f"junit{kind}"]).iter("testcase"))  # fmt: skip
        broken = CANARY.replace("](", "] (")
        results = readers.sarif(made[f"sarif{kind}"])["results"]
        assert any(broken in json.dumps(r, ensure_ascii=False).replace('\\"', '"') for r in results)
        assert any(CANARY in message for _, _, message in readers.github(made[f"github{kind}"]))
        escaped = CANARY.replace("#", "\\#")
        assert escaped in made[f"tap{kind}"]


def test_threat_57_nothing_escapes_twice(poison: Callable[[str], Decision]) -> None:
    text = outputs_of_decision(poison("a & b"), "a & b")["html"]
    assert "&amp;amp;" not in text
    assert html.unescape("a &amp; b") in readers.Html(text).text


@pytest.mark.parametrize("text", ("n" * 100_000, "word " * 20_000, "宽" * 50_000, "<" * 100_000))
def test_threat_61_a_huge_value_is_shortened(
    text: str, make_decision: Any, reasons: Mapping[str, Reason], poison: Callable[[str], Decision]
) -> None:
    decision = poison("x")
    one = replace(decision.reasons[0], message=text)
    made = make_decision(decision.verdict, (one,))
    for name in READERS:
        form = registry.of_deals(name, many=False)
        out = form.start() + form.decision(made) + form.end()
        page = len(re.sub(r"(?s)<style>.*?</style>", "", out))
        assert page < 20_000, name
        READERS[name](out)
    # Even where every text there is is as long.
    for title, out in every_output(poison(text), text).items():
        assert len(out) < 500_000, title


def test_properties_of_an_annotation_stay_apart() -> None:
    text = "a,line=7: b%2C%25,title=::c"
    place = Place(text, 1)
    report = Report("test", "x", (Check("a", "g", Status.FAILED, "m", location=place, code=text),))
    ((_, properties, _),) = readers.github("".join(registry.pieces("github", report)))
    assert properties == {"file": text, "line": "1", "title": text}


def test_a_block_of_text_ends_where_it_ends() -> None:
    for said in ("```\n# title", "````\n```\n<b>", "~~~\n```"):
        (token,) = readers.markdown(markup.fence(said))
        assert token.content == said + "\n"


def test_rows_stay_rows(poison: Callable[[str], Decision]) -> None:
    """A table has as many rows for a hostile text as for a harmless one."""

    def shape(text: str) -> list[str]:
        tokens = readers.markdown(outputs_of_decision(poison(text), text)["markdown many"])
        return [token.type for token in tokens if token.type.startswith(("tr", "heading", "html"))]

    assert shape("a | b |\n| c") == shape("a, b, c, d")


def test_visible_is_what_all_of_them_show() -> None:
    assert visible("a\x1b[2J\u202eb") == "a\\x1b[2J\\u202eb"
    text = "".join(registry.pieces("junit", report_of("a\x1b[2J\u202eb")))
    assert "a\\x1b[2J\\u202eb" in text
