"""The pages of a site: sound, linked, complete, safe, and the same each time."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.site.reading import Read, read_all

from policyengine import site
from policyengine.engine import Policy
from policyengine.site.addresses import Names
from policyengine.site.markup import cited, el, made
from policyengine.source import visible

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style></script><h1>x",
    "--><b>]]><?x?><!DOCTYPE x>",
    "&lt;b&gt; &#60;b&#62;",
    "javascript:alert(1)",
    "\u202eTCEJER\u2028x",
    "::error::owned ##[error]owned",
)


def write(folder: Path, files: Mapping[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text, "utf-8")
    return folder


def schema(**terms: Any) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"a": {"type": "object", "title": "Group", "properties": terms}},
    }


def pages(folder: Path, *, tests: bool = True, as_of: date | None = None) -> dict[str, str]:
    policy = Policy.load(folder, shown="policy")
    tested = site.Tested.of(policy) if tests else None
    return dict(site.pages(site.books([(policy, tested)], as_of), "A title"))


def test_the_pack_is_sound(flagship: Mapping[str, str]) -> None:
    read = read_all(flagship)
    for name, page in read.items():
        assert page.headings[0] == 1, name
        assert page.headings.count(1) == 1, name
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps), (name, page.headings)
        assert page.tags.count("main") == 1
        assert page.tags.count("nav") >= 1
    assert not any("\\x" in page.text for page in read.values())
    size = sum(map(len, flagship.values()))
    assert size < 2_000_000


def test_every_page_allows_its_own_style_and_script_and_nothing_else(
    flagship: Mapping[str, str],
) -> None:
    for page in map(Read, flagship.values()):
        rules = next(m["content"] for m in page.metas if "http-equiv" in m)
        for kind in ("style", "script"):
            digest = base64.b64encode(hashlib.sha256(page.code[kind].encode()).digest()).decode()
            assert f"{kind}-src 'sha256-{digest}'" in rules
        assert rules.startswith("default-src 'none'; ")
        assert "unsafe" not in rules
        assert "http" not in rules


def test_every_rule_term_and_value_of_the_pack_has_its_place(
    flagship: Mapping[str, str], root: Path
) -> None:
    policy = Policy.load(root / "rules" / "national-interest")
    read = {name: Read(page) for name, page in flagship.items()}
    ids = {id_ for page in read.values() for id_ in page.ids}
    assert {f"rule-{rule.id}" for rule in policy.rules} <= ids
    assert {f"node-{rule.id}" for rule in policy.rules} <= ids
    assert {f"term-{path}" for path in policy.schema.terms} <= ids
    assert {f"parameter-{name}" for name in policy.core.parameters} <= ids
    assert {f"derived-{name}" for name in policy.core.order} <= ids
    found = read["find.html"].links
    assert all(any(f"#rule-{rule.id}" in a["href"] for a in found) for rule in policy.rules)
    sovereignty = read["national-interest/rules-sovereignty.html"].text
    for said in (
        "It forbids these together",
        "Length of the concession or lease is at least 50 years",
        "gives up control of a strategic asset",
        "long_concession_years = 50",
        "Unless",
        "stationing_unspecified",
    ):
        assert said in sovereignty, said
    assert "unique" in read["national-interest/derived.html"].text
    assert (
        "Silence means false: no territory is ceded." in read["national-interest/terms.html"].text
    )


def test_the_same_bytes_each_time(root: Path) -> None:
    first, second = (pages(root / "rules" / "national-interest", tests=False) for _ in range(2))
    assert first == second
    assert "Tests" not in Read(first["national-interest/index.html"]).text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_document_says_stays_text(hostile: str, tmp_path: Path) -> None:
    rule = {
        "id": "R-1",
        "title": hostile,
        "require": {"all": [{"a.x": hostile}, {"a.n": {"at_most": {"parameter": "top"}}}]},
        "unless": {"a.s": {"starts_with": hostile}},
        "applies": {"a.l": {"every": {"any": [{"w": hostile}, {"w": {"is_not": hostile}}]}}},
        "because": hostile.replace("{", ""),
        "ask": hostile,
        "source": {"ref": hostile, "quote": hostile},
        "tags": [hostile],
        "focus": hostile,
        "action": hostile,
        "expected": hostile,
        "public": {"say": hostile, "open": hostile, "ask": hostile},
    }
    card = {"id": "c", "title": hostile, "items": [
        {"id": "I", "title": hostile, "aspect": hostile, "side": "benefit",
         "when": {"a.x": hostile}, "points": 1}]}  # fmt: skip
    table = {"id": "t", "title": hostile, "hit_policy": "F", "inputs": ["a.x"],
             "output": {"type": "string", "values": [hostile, "no"]},
             "rules": [[hostile, hostile]], "default": "no"}  # fmt: skip
    interest = {"element": hostile, "ours": hostile, "theirs": hostile, "served": {"t": hostile}}
    text = {"title": hostile, "description": hostile}
    # a key with signs that cannot be seen is refused by the reader already
    labels = {"x-labels": {hostile: hostile}} if hostile.isprintable() else {}
    folder = write(
        tmp_path / "policy",
        {
            "policy.yaml": {
                "policy": "p", "version": "1.0.0", "title": hostile, "terms": "terms.json",
                "parameters": {"top": 3, "said": hostile},
            },
            "rules.yaml": {"rules": [rule], "scorecards": [card], "tables": [table],
                           "interests": [interest]},
            "rules_test.yaml": {"cases": [
                {"name": hostile, "terms": {"a": {"x": hostile, "n": 4, "s": "other"}},
                 "expect": {"verdict": "accept", "outcomes": {"R-1": "fail"},
                            "messages": {"R-1": hostile}, "missing": ["a.n"]}}]},
            "terms.json": schema(
                x={**text, "enum": [hostile, "b"], "default": hostile,
                   **labels},
                n={**text, "type": "number", "x-unit": "years"},
                s={**text, "type": "string"},
                l={**text, "type": "array", "items": {
                    "type": "object", "additionalProperties": False,
                    "properties": {"w": {"type": "string", "title": hostile}}}},
            ),
        },
    )  # fmt: skip
    read = read_all(pages(folder))
    shown = " ".join(visible(hostile).split())
    for name in ("rules-rules", "terms", "derived", "interests", "parameters", "tests", "index"):
        assert shown in read[f"p/{name}.html"].text, name
    assert not [a for page in read.values() for a in page.links if "javascript" in a["href"]]


def test_only_whole_addresses_of_the_web_become_links() -> None:
    assert "<a " in cited("https://example.org/a?b=1&c=%20")
    for other in (
        "see https://example.org",
        "javascript:alert(1)//https://x",
        "data:text/html,x",
        "ftp://example.org",
        "HTTPS://example.org/é",
        "https://example.org/\u202e",
        'https://x"onclick="y',
        "https://",
        "file:///etc/passwd",
    ):
        assert "<a " not in cited(other), other


@given(st.lists(st.text(max_size=12), max_size=12))
def test_names_are_distinct_even_where_case_is_not_seen(wanted: list[str]) -> None:
    names = Names("main")
    given_ = [names.of(f"{number}{text}", text) for number, text in enumerate(wanted)]
    assert len({name.casefold() for name in given_}) == len(given_)
    for name in given_:
        assert name.isascii()
        assert name[:1].isalnum()
        assert not set(name) & set("/\\ \"'<>#?%:")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.recursive(st.text(), lambda inner: st.lists(inner, max_size=4), max_leaves=12))
def test_any_texts_give_balanced_html(pieces: Any) -> None:
    page = Read(el("p", pieces, title=None, aria_label=str(pieces)))
    assert page.tags == ["p"]
    assert "<" not in made(pieces).replace("&lt;", "")


def test_elements_of_lists_and_cells_of_tables_are_in_words(tmp_path: Path) -> None:
    part = {"type": "object", "additionalProperties": False, "properties": {
        "sum": {"type": "number", "title": "Amount", "x-unit": "USD"}, "paid": {"type": "boolean"},
        }}  # fmt: skip
    of_each = {"any": [{"sum": {"less_than": 10000}}, {"paid": True}]}
    folder = write(
        tmp_path / "policy",
        {
            "policy.yaml": {"policy": "p", "version": "1", "title": "P", "terms": "terms.json"},
            "rules.yaml": {
                "rules": [
                    {"id": "R", "title": "t", "forbid": {"a.parts": {"every": of_each}}},
                    {"id": "S", "title": "t", "require": {"t": 1},
                     "unless": {"a.parts": {"none": {"sum": {"at_least": 5}}}}},
                ],
                "scorecards": [{"id": "c", "title": "Use", "items": [
                    {"id": "I", "title": "i", "when": {"a.parts": {"some": of_each}},
                     "points": 2}]}],
                "tables": [{"id": "t", "hit_policy": "F", "default": 0,
                    "inputs": ["a.x", "score.c", "a.parts", "a.n"], "rules": [
                        [["own"], {"at_least": 2}, {"count": {"at_least": 3}}, "-", 1],
                        ["-", "-", {"some": {"sum": 7}}, {"at_least": 10000, "at_most": 20000},
                         2]]}],
            },
            "terms.json": schema(
                x={"title": "Law", "enum": ["own", "b"], "x-labels": {"own": "our law"}},
                n={"title": "Loan", "type": "number", "x-unit": "EUR"},
                parts={"title": "Tranches", "type": "array", "items": part},
            ),
        },
    )  # fmt: skip
    read = read_all(pages(folder, tests=False))
    rules, derived = read["p/rules-rules.html"].text, read["p/derived.html"].text
    forbids = "It forbids that in every element of Tranches, any of these holds "
    for said in (
        f"{forbids}Amount is less than 10,000 USD paid is true",
        "Unless in no element of Tranches Amount is at least 5 USD",
    ):
        assert said in rules, said
    some = "has in at least one element (Amount is 7 USD)"
    for said in (
        "in at least one element of Tranches, any of these holds: Amount is less",
        "1 one of our law (own) at least 2 has a number of elements that is at least 3",
        f"2 any any {some} at least 10,000 EUR and at most 20,000 EUR",
    ):
        assert said in derived, said


def test_dated_parameters_are_drawn_and_tabled(tmp_path: Path) -> None:
    rule = {"id": "R", "title": "t", "require": {"a.n": {"at_most": {"parameter": "top"}}},
            "effective": {"from": "2020-01-01", "until": "2024-12-31"}}  # fmt: skip
    dated = [{"from": "2000-01-01", "value": 20}, {"from": "2025-01-01", "value": 15}]
    folder = write(
        tmp_path / "policy",
        {
            "policy.yaml": {"policy": "p", "version": "1.0.0", "terms": "terms.json",
                            "parameters": {"top": dated}},
            "rules.yaml": {"rules": [rule]},
            "terms.json": schema(n={"type": "number"}),
        },
    )  # fmt: skip
    plain = read_all(pages(folder))["p/parameters.html"]
    assert "svg" in plain.tags
    assert "20 from 2000-01-01; 15 from 2025-01-01" in plain.text
    assert "in force" not in plain.text.replace("in force on", "")
    on = read_all(pages(folder, as_of=date(2026, 1, 31)))
    assert "15 on 2026-01-31" in on["p/parameters.html"].text
    assert "on 2026-01-31 it is not in force" in on["p/rules-rules.html"].text
    before = read_all(pages(folder, as_of=date(1999, 1, 1)))
    assert "none yet on 1999-01-01" in before["p/parameters.html"].text


def test_what_is_uncovered_failing_or_taken_back_is_said(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "policy",
        {
            "policy.yaml": {"policy": "p", "version": "1.0.0", "terms": "terms.json"},
            "rules.yaml": (
                "rules:\n  # policyengine: ignore[missing-ask] until=2030-01-01 to be worded\n"
                "  - id: R\n    title: t\n    require: {a.n: {at_most: 5}}\n"
            ),
            "terms.json": schema(n={"type": "number"}),
            "rules_test.yaml": {
                "cases": [
                    {"name": "wrong", "terms": {"a": {"n": 9}}, "expect": {"verdict": "accept"}}
                ]
            },
        },
    )
    read = read_all(pages(folder))
    assert "1 of 1 cases do not pass." in read["p/tests.html"].text
    rules = read["p/rules-rules.html"].text
    assert "missing-ask until 2030-01-01: to be worded" in rules
    assert "never comes out as `pass`" in rules
    assert "uncovered" in read["p/index.html"].text
    (folder / "rules_test.yaml").unlink()
    assert "There are no cases" in read_all(pages(folder))["p/tests.html"].text


def test_three_hundred_rules_in_bounded_pages(tmp_path: Path) -> None:
    terms = {f"n{number}": {"type": "number", "title": f"Number {number}"} for number in range(60)}
    rules = [
        {
            "id": f"R-{number}",
            "title": f"Rule {number}",
            "forbid": {
                "all": [{f"a.n{(number * 7 + k) % 60}": {"more_than": k}} for k in range(4)]
            },
        }
        for number in range(300)
    ]
    folder = write(
        tmp_path / "policy",
        {
            "policy.yaml": {"policy": "p", "version": "1.0.0", "terms": "terms.json"},
            "rules.yaml": {"rules": rules},
            "terms.json": schema(**terms),
        },
    )
    made_ = pages(folder, tests=False)
    read = read_all(made_)
    assert len([name for name in made_ if name.startswith("p/rules-")]) == 8
    assert all(page.tags.count("section") <= 40 for name, page in read.items() if "rules" in name)
    assert max(map(len, made_.values())) < 1_500_000
    assert sum(map(len, made_.values())) < 4_000_000


def test_policies_of_one_name_have_folders_of_their_own(root: Path) -> None:
    policy = Policy.load(root / "rules" / "national-interest")
    made_ = site.pages(site.books([(policy, None), (policy, None)], None), "Two")
    read = read_all(made_)
    assert {"national-interest/index.html", "national-interest-2/index.html"} <= set(read)


def test_terms_are_folded_by_group_and_found_again(
    flagship: Mapping[str, str], tmp_path: Path
) -> None:
    """Closed groups name their terms; where there are few terms, all is open."""
    page = flagship["national-interest/terms.html"]
    groups = page.count('<details class="group"')
    assert groups > 5
    assert page.count('<details class="group" open') == 0
    exit_ = page.partition('id="group-exit"')[2].partition("</summary>")[0]
    assert "<h2>Exit</h2>" in exit_
    assert "Notice of withdrawal" in exit_
    assert 'data-find="words of a term, its path or its values" data-units' in page
    one = {"policy": "p", "version": "1.0.0", "terms": schema(b={"type": "number"}),
           "rules": [{"id": "R", "title": "t", "require": {"a.b": 1}}]}  # fmt: skip
    folder = write(tmp_path / "p", {"policy.yaml": one})
    assert '<details class="group" open' in pages(folder)["p/terms.html"]
