"""The two commands: exit codes, formats, streams, hostile texts and goldens.

`UPDATE_GOLDENS=1 pytest tests/review` writes the goldens anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.output import readers
from tests.output.test_pretty import HOSTILE, check_safe
from tests.review.conftest import POLICY, RULES, written

from policyengine.output.registry import FORMATS

GOLDENS = Path(__file__).parent / "goldens"
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"
READERS: Mapping[str, Callable[[str], Any]] = {
    "junit": readers.junit,
    "sarif": readers.sarif,
    "github": readers.github,
    "markdown": readers.markdown,
    "html": readers.Html,
    "tap": readers.tap,
    "json": json.loads,
}
DEALS = {
    "long.yaml": "deal: {id: long}\nyears: 40\nuse: office\nrent: 20\nrooms: [yard]\n",
    "short.yaml": "deal: {id: short}\nyears: 8\nuse: office\nrent: 20\nrooms: [yard]\n",
    "open.yaml": "deal: {id: open}\nuse: shop\nrent: 7\nrooms: []\n",
}
AS_OF = ("--as-of", "2026-01-31")
NEW = (
    (POLICY + RULES)
    .replace("most_years: 30", "most_years: 45")
    .replace("value: 10}", "value: 15}")
    .replace("title: Not too long", "title: Not <b>too</b> long")
    .replace("total >= 100", "total >= 90")
    .replace("[{at_most: 20}, bad]", "[{at_most: 25}, bad]")
    .replace("id: L-4", "id: FAIR")
    .replace("default: 0}", "default: 0}\n    floor: {type: number}")
)


@pytest.fixture(autouse=True)
def files(bare: Path) -> Path:
    written("old", POLICY + RULES)
    written("new", NEW)
    Path("deals").mkdir()
    for name, text in DEALS.items():
        Path("deals", name).write_text(text, "utf-8")
    return bare


Cli = Callable[..., Any]


def golden(name: str, text: str) -> None:
    path = GOLDENS / name
    if UPDATE:
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("form", ("pretty", "markdown", "json"))
def test_goldens_of_diff(cli: Cli, form: str) -> None:
    found = cli("diff", "old", "new", "deals", *AS_OF, "--format", form)
    assert (found.code, found.err) == (1, "")
    golden(f"diff.{form}", found.out)


@pytest.mark.parametrize("form", ("pretty", "markdown", "json"))
def test_goldens_of_compare(cli: Cli, form: str) -> None:
    drafts = ("deals/long.yaml", "deals/short.yaml", "deals/open.yaml")
    found = cli("compare", *drafts, "-p", "old", *AS_OF, "--format", form)
    assert (found.code, found.err) == (0, "")
    golden(f"compare.{form}", found.out)


@pytest.mark.parametrize("form", FORMATS["diff"])
def test_every_format_is_one(cli: Cli, form: str) -> None:
    for words in (
        ("diff", "old", "new", "deals", *AS_OF),
        ("diff", "old", "old"),
        ("compare", "deals/long.yaml", "deals/short.yaml", "-p", "old", *AS_OF),
        ("compare", "deals/long.yaml", "deals/long.yaml", "-p", "old", *AS_OF),
    ):
        found = cli(*words, "--format", form)
        assert found.code in (0, 1)
        assert found.err == ""
        READERS.get(form, len)(found.out)


# exit codes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "deals", "codes"),
    [
        (("", ""), True, {}),
        (("Not too long", "Too long"), True, {"words": 1}),
        (("least_rent}}}", "least_rent}}} # why"), True, {}),
        # of meaning, but of no deal at hand
        (("points: 2", "points: 3"), True, {"words": 1, "meaning": 1}),
        # an outcome, but no verdict
        (("{at_most: 10}, good", "{at_most: 5}, good"), True,
         {"words": 1, "meaning": 1, "flips": 1}),
        (("most_years: 30", "most_years: 45"), True,
         {"words": 1, "meaning": 1, "flips": 1, "verdicts": 1}),
        (("most_years: 30", "most_years: 45"), False, {"words": 1, "meaning": 1}),
    ],
)  # fmt: skip
def test_thresholds(cli: Cli, edit: tuple[str, str], deals: bool, codes: dict[str, int]) -> None:
    written("new", (POLICY + RULES).replace(*edit) if edit[0] else POLICY + RULES)
    names = ("deals",) if deals else ()
    for threshold in ("words", "meaning", "flips", "verdicts", "never"):
        found = cli("diff", "old", "new", *names, *AS_OF, "--fail-on", threshold)
        if not deals and threshold in ("flips", "verdicts"):
            assert found.code == 2
            assert "counts deals, and none are given" in found.err
        else:
            assert found.code == codes.get(threshold, 0), threshold
    default = cli("diff", "old", "new", *names, *AS_OF)
    assert default.code == codes.get("meaning", 0)


def test_what_could_not_run(cli: Cli) -> None:
    assert cli("diff", "old", "nowhere").code == 2
    Path("new/policy.yaml").write_text("policy: x\n")
    broken = cli("diff", "old", "new", "--format", "json")
    assert (broken.code, broken.out) == (2, "")
    assert cli("compare", "deals/long.yaml", "-p", "old").code == 2
    Path("deals/bad.yaml").write_text("years: many\n")
    assert cli("compare", "deals/long.yaml", "deals/bad.yaml", "-p", "old").code == 2


def test_deals_that_cannot_be_read_are_rows(cli: Cli) -> None:
    lines = b'{"years": 40, "use": "office", "rent": 50}\n\nnope\n{"years": "x"}\n{"rent": 1}\n'
    found = cli("diff", "old", "old", "-", "--stdin-filename", "d.jsonl", *AS_OF, "--format",
                "json", "--fail-on", "never", stdin=lines)  # fmt: skip
    assert found.code == 2
    replay = json.loads(found.out)["replay"]
    assert (replay["total"], replay["unchanged"], replay["unreadable"]) == (5, 2, 3)
    assert [row["line"] for row in replay["deals"]] == [2, 3, 4]
    assert all(row["errors_after"] for row in replay["deals"])
    for form in ("pretty", "markdown", "html"):
        told = cli("diff", "old", "old", "-", "--stdin-filename", "d.jsonl", *AS_OF, "--format",
                   form, stdin=lines).out  # fmt: skip
        assert "x0a" not in told, form
        assert "wrong-type" in told, form


def test_a_schema_that_refuses_a_deal_turns_its_verdict(cli: Cli) -> None:
    written("new", (POLICY + RULES).replace("maximum: 200", "maximum: 30"))
    found = cli("diff", "old", "new", "deals", *AS_OF, "--format", "json", "--fail-on", "verdicts")
    assert found.code == 1
    (row,) = json.loads(found.out)["replay"]["deals"]
    assert (row["source"], row["before"], row["after"]) == ("deals/long.yaml", "reject", None)
    assert row["errors_after"][0]["code"]
    assert row["errors_before"] == []
    page = cli("diff", "old", "new", "deals", *AS_OF).out
    assert "reject → no verdict" in page
    assert "above-maximum" in page or "maximum" in page


def test_the_same_question_of_both(cli: Cli) -> None:
    Path("waivers.yaml").write_text(
        "waivers:\n  - {rule: L-1, deal: long, approved_by: me, reason: so, until: 2027-01-01}\n"
    )
    written("new", (POLICY + RULES).replace("most_years: 30", "most_years: 45"))
    words = ("diff", "old", "new", "deals/long.yaml", *AS_OF, "--format", "json")
    waived = json.loads(cli(*words, "--waivers", "waivers.yaml").out)["replay"]["deals"]
    (flip,) = waived[0]["flips"]
    assert (flip["before"]["outcome"], flip["after"]["outcome"]) == ("waived", "pass")
    assert waived[0]["before"] == waived[0]["after"]
    final = json.loads(cli(*words, "--final", "--no-assume").out)["replay"]
    assert (final["final"], final["assume"], final["as_of"]) == (True, False, "2026-01-31")


def test_counts_are_exact_where_details_are_left_out(cli: Cli) -> None:
    line = b'{"years": 40, "use": "office", "rent": 50}\n'
    found = cli("diff", "old", "new", "-", "--stdin-filename", "d.jsonl", *AS_OF, "--limit", "3",
                "--format", "json", stdin=line * 50)  # fmt: skip
    replay = json.loads(found.out)["replay"]
    assert (replay["total"], replay["verdicts"], len(replay["deals"])) == (50, 50, 3)
    assert replay["left_out"] == 47


def test_output_to_a_file(cli: Cli) -> None:
    found = cli("diff", "old", "new", "deals", *AS_OF, "-o", "out.txt", "--color", "always")
    assert (found.code, found.out) == (1, "")
    assert "\x1b" not in Path("out.txt").read_text("utf-8")
    for file in ("old/policy.yaml", "new/policy.yaml", "deals/long.yaml"):
        before = Path(file).read_bytes()
        found = cli("diff", "old", "new", "deals", "-o", file)
        assert found.code == 2
        assert "output-is-input" in found.err
        assert Path(file).read_bytes() == before


def test_compare_fails_on(cli: Cli) -> None:
    for pair, codes in (
        (("long", "long"), {}),
        (("long", "short"), {"changed": 1, "verdict": 1}),
        (("short", "long"), {"changed": 1, "verdict": 1, "worse": 1}),
    ):
        for threshold in ("changed", "verdict", "worse", "never"):
            names = [f"deals/{name}.yaml" for name in pair]
            found = cli("compare", *names, "-p", "old", *AS_OF, "--fail-on", threshold)
            assert found.code == codes.get(threshold, 0), (pair, threshold)


def test_drafts_of_a_folder_and_of_lines(cli: Cli) -> None:
    found = cli("compare", "deals", "-p", "old", *AS_OF, "--format", "json")
    assert len(json.loads(found.out)["steps"]) == 2
    lines = b'{"years": 40}\n{"years": 4}\n'
    found = cli("compare", "-", "--stdin-filename", "d.jsonl", "-p", "old", *AS_OF, stdin=lines)
    assert "d.jsonl:1 → d.jsonl:2" in found.out


# hostile texts ----------------------------------------------------------------------------------


SLOTS = (
    ("title: Not too long", "title: {}"),
    ("title: Length", "title: {}"),
    ('because: "{years} years are too long."', "because: {}"),
    ("ours: room", "ours: {}"),
    ("title: A yard", "title: {}"),
    ("x-labels: {shop: A shop}", "x-labels: {{shop: {}}}"),
)
TEXTS = (*HOSTILE, "<script>alert(1)</script>", "| a | b |", "@someone #1 ]]>", "```", "a|b <b>")
BY_SLOT = [TEXTS[n : n + len(SLOTS)] for n in range(0, len(TEXTS), len(SLOTS))]


@pytest.mark.parametrize("form", FORMATS["diff"])
@pytest.mark.parametrize("hostile", BY_SLOT, ids=lambda texts: repr(texts[0]))
def test_texts_stay_texts(cli: Cli, hostile: tuple[str, ...], form: str) -> None:
    text = POLICY + RULES
    for (before, after), one in zip(SLOTS, hostile, strict=False):
        assert before in text
        text = text.replace(before, after.format(json.dumps(one)))
    written("old", text)
    more = text.replace("most_years: 30", "most_years: 45")
    written("new", more.replace("ask: Ask for more.", f"ask: {json.dumps(hostile[0])}"))
    for words in (
        ("diff", "old", "new", "deals", *AS_OF),
        ("diff", "new", "../work/../work/old", "deals", *AS_OF),
        ("compare", "deals/long.yaml", "deals/short.yaml", "-p", "old", *AS_OF),
    ):
        found = cli(*words, "--format", form)
        assert found.code in (0, 1), found.err
        if form == "pretty":
            check_safe(found.out)
        READERS.get(form, len)(found.out)
