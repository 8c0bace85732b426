"""Ignores, settings and fixes; the command; the pack."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.fmt.test_laws import sample as some_text
from tests.lint.conftest import AS_OF, BASE, Found, Sample

from policyengine import Policy, PolicyEngineError
from policyengine.cli import main
from policyengine.config import read_config
from policyengine.errors import Diagnostic, Severity, UsageError
from policyengine.lint import BY_CODE, Subject, examine, lint, settings
from policyengine.lint.fixing import FixError, fixed
from policyengine.lint.model import Edit
from policyengine.source import Source

ROOT = Path(__file__).resolve().parents[2]
RULE = """\
rules:
  - id: R-1
    title: In time
    require: {deal.days: {at_most: 30}}
    because: It takes {deal.days} days.
    source: {ref: guide}
"""


def codes(found: tuple[Diagnostic, ...]) -> list[str]:
    return [one.code for one in found]


def with_comment(comment: str) -> str:
    return RULE.replace("  - id: R-1", f"  # {comment}\n  - id: R-1")


# ignores ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        with_comment("policyengine: ignore[missing-ask] nothing to ask for"),
        with_comment("policyengine: ignore[missing-ask] nothing to ask for\n  # more of it"),
        with_comment("policyengine: ignore[missing-ask, missing-ask] nothing to ask for"),
        with_comment("policyengine: ignore[missing-ask] until=2026-01-31 nothing to ask for"),
        RULE.replace("id: R-1", "id: R-1  # policyengine: ignore[missing-ask] nothing to ask"),
    ],
)
def test_a_comment_takes_a_finding_back(text: str, found: Found) -> None:
    assert found(rules__yaml=text) == ()
    assert codes(found(rules__yaml=text, no_ignores=True)) == ["missing-ask"]


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("policyengine: ignore[missing-ask]", ["bad-ignore", "missing-ask"]),
        ("policyengine: ignore[missing-ask] ...", ["bad-ignore", "missing-ask"]),
        ("policyengine: ignore nothing to ask", ["bad-ignore", "missing-ask"]),
        ("policyengine: ignore[] nothing to ask", ["bad-ignore", "missing-ask"]),
        ("policyengine: ignore[mising-ask] nothing to ask", ["bad-ignore", "missing-ask"]),
        ("PolicyEngine: Ignore[missing-ask] nothing to ask", ["bad-ignore", "missing-ask"]),
        ("policyengine: ignore[missing-ask] until=soon x", ["bad-ignore", "missing-ask"]),
        ("policyengine: ignore[missing-ask] until=20260101 x", ["bad-ignore", "missing-ask"]),
        ("policyengine: ignore[missing-ask] until=2026-01-30 x", ["expired-ignore", "missing-ask"]),
        ("policyengine: ignore[missing-test] x", ["unused-ignore", "missing-ask"]),
        ("ignore[missing-ask] x", ["missing-ask"]),
    ],
)
def test_comments_that_do_not(comment: str, expected: list[str], found: Found) -> None:
    made = found(rules__yaml=with_comment(comment))
    assert codes(made) == expected
    assert codes(found(rules__yaml=with_comment(comment), no_ignores=True)) == ["missing-ask"]


def test_a_comment_is_about_its_line_alone(found: Found) -> None:
    text = RULE.replace(
        "    title", "    # policyengine: ignore[missing-ask] on another line\n    title"
    )
    assert codes(found(rules__yaml=text)) == ["missing-ask", "unused-ignore"]
    inside = RULE.replace(
        "It takes {deal.days} days.", '"# policyengine: ignore[missing-ask] x {deal.days}"'
    )
    assert codes(found(rules__yaml=inside)) == ["missing-ask"]


# settings -----------------------------------------------------------------------------------


def test_settings_of_a_project(sample: Sample) -> None:
    folder = sample(rules__yaml=RULE.replace("In time", "In time " * 8))
    Path("policyengine.toml").write_text(
        'policy = "sample"\n[lint]\nmissing-ask = "error"\n'
        'long-title = {severity = "note", most = 40}\nmissing-test = "off"\n'
    )
    chosen = settings(read_config(Path.cwd()))
    subject = Subject(Policy.load(folder), AS_OF)
    found = [one.diagnostic for one in examine(subject, chosen)]
    assert [(d.code, d.severity) for d in found] == [
        ("missing-ask", Severity.ERROR),
        ("long-title", Severity.NOTE),
    ]
    assert chosen.severities["missing-test"] is None
    assert settings(None, ["missing-ask"]).severities["long-title"] is None
    assert settings(None, (), ["missing-ask"]).severities["missing-ask"] is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[lint]\nmising-ask = "off"\n', "unknown-check"),
        ('[lint]\nmissing-ask = "of"\n', "bad-setting"),
        ("[lint]\nmissing-ask = 3\n", "bad-setting"),
        ("[lint]\nmissing-ask = {most = 3}\n", "bad-setting"),
        ("[lint]\nlong-title = {most = -1}\n", "bad-setting"),
        ("[lint]\nlong-title = {most = true}\n", "bad-setting"),
        ('lint = "off"\n', "bad-setting"),
    ],
)
def test_settings_that_make_no_sense(text: str, code: str, sample: Sample) -> None:
    sample()
    Path("policyengine.toml").write_text(text)
    with pytest.raises(UsageError) as raised:
        settings(read_config(Path.cwd()))
    assert raised.value.diagnostics[0].code == code


# fixes --------------------------------------------------------------------------------------

TWO = RULE + (
    "    ask: Less.\n\n  - id: R-2\n    title: A loan\n    level: advisory\n"
    "    require: {not: {deal.kind: {none_of: [loan, swap]}}}\n"
    "    applies: {all: [{not: {not: {deal.open: true}}}]}\n"
)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_fix(sample: Sample, end: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder = sample(rules__yaml=TWO.replace("\n", end))
    before = Policy.load(folder)
    assert main(["lint", "sample", "--fix", "--as-of", "2026-01-31"]) == 0
    assert "fixed sample/rules.yaml 3 times" in capsys.readouterr().err
    text = (folder / "rules.yaml").read_bytes().decode()
    assert f"title: In time{end}    level: mandatory{end}" in text
    assert "require: {deal.kind: {one_of: [loan, swap]}}" in text
    assert "applies: {all: [{deal.open: true}]}" in text
    after = Policy.load(folder)
    for kind in ({"kind": "loan"}, {"kind": "grant"}, {}):
        terms = {"deal": {"days": 3, "open": True, **kind}}
        assert after.evaluate(terms).outcomes == before.evaluate(terms).outcomes
    assert main(["lint", "sample", "--as-of", "2026-01-31"]) == 0


def test_a_fix_that_changes_the_meaning_is_refused(sample: Sample) -> None:
    folder = sample()
    policy = Policy.load(folder)
    span = policy.loaded.files[-1].rules[0].id.span
    source = span.source
    for old, new in (("30}}", "31}}"), ("R-1", "R-3"), ("rules:", "rules: ["), ("at_most", "at")):
        at = source.text.index(old)
        with pytest.raises(FixError, match="fix-refused"):
            fixed(policy, [(Edit(source.span(at, at + len(old)), new),)])
    assert (folder / "rules.yaml").read_text() == BASE["rules.yaml"]


def test_edits_that_overlap_wait_for_the_next_run(sample: Sample) -> None:
    policy = Policy.load(sample())
    source = policy.loaded.files[-1].rules[0].id.span.source
    at = source.text.index("require")
    one = Edit(source.span(at, at), "level: mandatory\n    ")
    made = fixed(policy, [(one,), (Edit(source.span(at - 1, at + 1), "xx"),)])
    assert [each.edits for each in made] == [1]
    assert fixed(policy, []) == ()


@pytest.mark.parametrize("seed", range(40))
def test_any_policy(seed: int, tmp_path: Path) -> None:
    """Whatever loads is looked at, and mended without a change of meaning."""
    path = tmp_path / "policy.yaml"
    path.write_text(some_text(seed, policy=True), "utf-8", newline="")
    try:
        policy = Policy.load(path)
    except PolicyEngineError:
        return
    for _ in range(4):
        found = examine(Subject(policy, AS_OF))
        made = fixed(policy, [one.fix for one in found if one.fix])
        if not made:
            break
        path.write_text(made[0].text, "utf-8", newline="")
        policy = Policy.load(path)
    assert not any(one.fix for one in found)


# the command --------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["lint", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_many_findings_end_with_how_often_each(
    sample: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = "".join(
        f"  - {{id: R-{n}, title: t{n}, require: {{deal.days: {n}}}}}\n" for n in range(1, 4)
    )
    sample(rules__yaml=f"rules:\n{bare}")
    *_, blank_and_rows = run(capsys, "sample")[1].rpartition("\n\n")
    *rows, last = (line.split() for line in blank_and_rows.splitlines())
    assert last[:2] == ["1", "policy:"]
    assert ["3", "missing-ask"] in rows
    assert ["3", "missing-because"] in rows
    assert [int(times) for times, _ in rows] == sorted((int(t) for t, _ in rows), reverse=True)


def test_exit_codes(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    sample(rules__yaml=RULE)
    code, out, _ = run(capsys, "sample")
    assert code == 1
    assert "sample/rules.yaml:2:9: warning[missing-ask]: the rule `R-1` does not say" in out
    assert out.endswith("1 policy: 0 errors, 1 warning, 0 notes\n")
    assert run(capsys, "sample", "--fail-on", "error")[0] == 0
    assert run(capsys, "sample", "--fail-on", "never")[0] == 0
    assert run(capsys, "sample", "--ignore", "missing-ask,missing-test")[0] == 0
    assert run(capsys, "sample", "--select", "missing-test")[0] == 0
    assert run(capsys, ".")[0] == 1
    assert run(capsys, "sample/rules.yaml")[0] == 1
    assert run(capsys, "sample/about.yaml")[0] == 0
    Path("policyengine.toml").write_text('policy = "sample"\n')
    assert run(capsys)[0] == 1


def test_notes(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    sample(policy__yaml=BASE["policy.yaml"].replace("45", "30"))
    assert run(capsys, "sample", "--select", "magic-number")[0] == 0
    assert run(capsys, "sample", "--select", "magic-number", "--strict")[0] == 1


def test_waivers_and_dates(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    sample()
    Path("w.yaml").write_text(
        "waivers:\n  - {rule: R-1, deal: x, approved_by: me, reason: so, until: 2026-02-01}\n"
    )
    words = ("sample", "--waivers", "w.yaml", "--as-of")
    code, out, _ = run(capsys, *words, "2026-02-01")
    assert code == 0
    assert "note[expiring-waiver]: this waiver of `R-1` ends today, on 2026-02-01" in out
    code, out, _ = run(capsys, *words, "2026-02-02")
    assert code == 1
    assert "warning[expired-waiver]" in out
    assert run(capsys, *words, "2025-01-01")[1].endswith("0 errors, 0 warnings, 0 notes\n")
    assert run(capsys, *words, "yesterday")[0] == 2


def test_what_is_not_valid_is_not_looked_at(
    sample: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = sample(rules__yaml=RULE.replace("deal.days: {", "deal.dys: {"))
    code, out, _ = run(capsys, "sample")
    assert code == 2
    assert "error[unknown-term]" in out
    code, out, _ = run(capsys, "sample", "--format", "json")
    assert code == 2
    row = json.loads(out)["policies"][0]
    assert row["diagnostics"] == []
    assert row["errors"][0]["code"] == "unknown-term"
    (folder / "rules.yaml").write_text(RULE)
    (folder / "rules_test.yaml").write_text("cases: nothing\n")
    assert run(capsys, "sample")[0] == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere"], "error[nothing-to-lint]"),
        (["empty"], "error[nothing-to-lint]"),
        (["sample", "--select", "mising-test"], "error[unknown-check]"),
        (["sample", "--ignore", "x"], "error[unknown-check]"),
        (["sample", "--as-of", "2026-02-30"], "error[bad-as-of]"),
        (["sample", "--waivers", "nowhere"], "error[file-missing]"),
        (["sample", "--format", "xml"], "error[usage]"),
    ],
)
def test_what_makes_no_sense(
    words: list[str], says: str, sample: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    sample()
    Path("empty").mkdir()
    code, out, err = run(capsys, *words)
    assert code == 2
    assert says in out + err


@pytest.mark.parametrize("form", ["json", "junit", "sarif", "github", "markdown", "html", "tap"])
def test_formats(form: str, sample: Sample, capfd: pytest.CaptureFixture[str]) -> None:
    sample(rules__yaml=RULE)
    assert main(["lint", "sample", "--format", form]) == 1
    assert "missing-ask" in capfd.readouterr().out


def test_list(capsys: pytest.CaptureFixture[str], sample: Sample) -> None:
    sample()
    code, out, _ = run(capsys, "--list", "--ignore", "missing-ask")
    assert code == 0
    assert len(out.splitlines()) == len(BY_CODE)
    assert "missing-ask            off      a mandatory" in out


# the pack -----------------------------------------------------------------------------------


def test_the_pack_is_clean() -> None:
    policy = Policy.load(ROOT / "rules" / "national-interest")
    assert lint(policy, as_of=date(2026, 1, 31)) == ()


def test_what_init_writes_is_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init"]) == 0
    capsys.readouterr()
    assert run(capsys, "--strict") == (0, "1 policy: 0 errors, 0 warnings, 0 notes\n", "")


def test_sources_are_found_once(sample: Sample) -> None:
    subject = Subject(Policy.load(sample()), AS_OF)
    assert len({source.name for source in subject.sources}) == len(subject.sources)
    assert all(isinstance(source, Source) for source in subject.sources)
