"""The words for calls that make no sense, and for terms that come from a program.

There is no text to point at, so a message says where by the path of the term.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from policyengine import resources, validation
from policyengine.cli import main
from policyengine.engine import Policy, Terms
from policyengine.errors import PolicyEngineError
from policyengine.loader import folder
from policyengine.waivers import Waivers

BASE = Path(__file__).parent / "base"
DEAL = {"deal": {"id": "d-1"}, "exit": {"notice_days": 60}}
DATED = """\
policy: example
version: 1.0.0
terms: {type: object, additionalProperties: false, properties: {days: {type: number}}}
parameters: {limit: 30}
rules:
  - id: R-1
    title: A rule
    effective: {from: 2026-01-01}
    require: {days: {at_least: {parameter: limit}}}
"""
SLOW = """\
policy: slow
version: 1.0.0
terms: {type: object, additionalProperties: false, properties: {days: {type: number}}}
rules:
"""


def said(call: Callable[[], object]) -> str:
    with pytest.raises(PolicyEngineError) as refused:
        call()
    return str(refused.value)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.load(BASE / "policy")


@pytest.fixture
def dated(tmp_path: Path) -> Policy:
    path = tmp_path / "policy.yaml"
    path.write_text(DATED, "utf-8")
    return Policy.load(path)


def test_calls(policy: Policy, dated: Policy) -> None:
    assert said(lambda: dated.evaluate({"days": 1})) == (
        "error[as-of-needed]: the policy depends on the date; no as-of date was given\n"
        "  hint: pass `as_of`, for instance a `datetime.date`"
    )
    assert said(lambda: dated.evaluate({"days": 1}, as_of="today")) == (
        "error[bad-as-of]: `today` is not a date; expected `YYYY-MM-DD`"
    )
    unknown: Any = "all"
    assert said(lambda: policy.evaluate(DEAL, explain=unknown)) == (
        "error[bad-explain]: `all` is neither `fails` nor `full`"
    )
    said_so: Any = "false"
    for ask in (partial(policy.evaluate, DEAL), partial(policy.facts, DEAL)):
        assert said(partial(ask, final=said_so)) == (
            "error[bad-flag]: `final` is `false`; expected `True` or `False`"
        )
    said_so = 1
    for make in (policy.decider, policy.compiled):
        assert said(partial(make, assume=said_so)) == (
            "error[bad-flag]: `assume` is `1`; expected `True` or `False`"
        )
    by_name: Any = "waivers.yaml"
    assert said(lambda: policy.evaluate(DEAL, as_of="2026-01-31", waivers=by_name)) == (
        "error[bad-waivers]: `waivers.yaml` is no `Waivers`\n"
        "  hint: read a file of waivers with `Waivers.load`"
    )
    assert said(lambda: Policy.load("national-interest")) == (
        "error[unknown-policy]: there is no policy at `national-interest`\n"
        "  hint: the bundled one is at `policyengine.resources.pack_path('national-interest')`"
    )
    quick: Any = "quick"
    assert said(lambda: policy.evaluate(DEAL, engine=quick)).startswith(
        "error[unknown-engine]: `quick` is no engine; expected "
    )
    other = policy.evaluate({"deal": {"id": "d-2"}})
    assert said(lambda: policy.statement(DEAL, other)) == (
        "error[other-decision]: the decision is about other terms, or by another policy"
    )
    toml: Any = "toml"
    assert said(lambda: Terms.from_text("a: 1", format=toml)) == (
        "error[bad-format]: `toml` is neither `yaml` nor `json`"
    )
    assert said(lambda: policy.rule("r-1")) == (
        "error[unknown-rule]: the policy `example` has no rule `r-1`\n  hint: did you mean `R-1`?"
    )
    assert said(lambda: policy.evaluate([DEAL])) == (  # type: ignore[arg-type]
        "error[terms-shape]: the terms of a deal are a mapping of groups, or `Terms`"
    )


def test_parameters_given_by_a_program(dated: Policy) -> None:
    assert "error[unknown-parameter]: there is no parameter `limits`" in said(
        lambda: dated.with_parameters({"limits": 3})
    )
    assert (
        "error[type-mismatch]: the parameter `limit` is a number; its override is a text"
        in said(lambda: dated.with_parameters({"limit": "3"}))
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"exit": {"notice_days": math.nan}},
            "error[bad-number]: `exit.notice_days` is `nan`: not a finite number",
        ),
        (
            {"finance": {"loan_usd": Decimal("1e9999")}},
            "error[bad-number]: `finance.loan_usd` is `1E+9999`: ",
        ),
        (
            {"deal": {"id": "d-\ud83d"}},
            "error[bad-text]: `deal.id` holds a lone surrogate, which is no character",
        ),
        (
            {"exit": {"notice_days": {"days": 3}}},
            "error[wrong-type]: `exit.notice_days` must be a whole number; found a mapping",
        ),
        (
            {"exit": {"notice_days": object()}},
            "error[wrong-type]: `exit.notice_days` must be a whole number; found something",
        ),
        (
            {"finance": {"tranches": [{"amount_usd": 1}, {"amount_usd": "2"}]}},
            "error[wrong-type]: `finance.tranches[2].amount_usd` must be a number in USD; found",
        ),
    ],
)
def test_terms_from_a_program(policy: Policy, given: dict[str, Any], expected: str) -> None:
    assert said(lambda: policy.evaluate({**DEAL, **given})).startswith(expected)


def test_a_decision_has_a_budget(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    rule = """\
  - id: R-{0}
    title: A rule
    require: count(for a in 1..200, b in 1..200 return days + {0}) > 3
"""
    path.write_text(SLOW + "".join(rule.format(n) for n in range(40)), "utf-8")
    slow = Policy.load(path)
    assert said(lambda: slow.evaluate({"days": 1})).startswith("error[decision-budget-exceeded]: ")


def test_a_folder_may_hold_only_so_many_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "MAX_FILES", 2)
    for name in "abc":
        (tmp_path / f"{name}.yaml").write_text("rules: []\n", "utf-8")
    assert "[too-many-files]: `" in said(lambda: Policy.load(tmp_path))


def test_a_rule_file_may_not_be_a_link_out_of_the_project(tmp_path: Path) -> None:
    inside = tmp_path / "project" / "policy"
    inside.mkdir(parents=True)
    (tmp_path / "project" / "pyproject.toml").touch()
    (tmp_path / "secret.yaml").write_text("password: hunter2\n", "utf-8")
    (inside / "rules.yaml").symlink_to(tmp_path / "secret.yaml")
    (inside / "policy.yaml").write_text(DATED, "utf-8")
    words = said(lambda: Policy.load(inside))
    assert "rules.yaml` lies outside the project" in words
    assert "hunter2" not in words


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ("schema", "rule"),
            "error[unknown-kind]: there is no schema of `rule`; expected one of terms, policy, ",
        ),
        (
            ("evaluate", "-", "-", "-p", "policy"),
            "error[standard-input]: standard input can be read only once",
        ),
        (
            ("evaluate", "nothing", "-p", "policy"),
            "error[no-deals]: there is no terms document in `nothing`",
        ),
    ],
)
def test_the_command(
    words: tuple[str, ...],
    expected: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(BASE, tmp_path, dirs_exist_ok=True)
    (tmp_path / "nothing").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    assert capsys.readouterr().err.startswith(expected)


def test_a_waiver_file_says_where(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text("waivers:\n  - {rule: R-1, deal: d-1, reason: x, until: 2026-12-31}\n", "utf-8")
    assert f"{path.as_posix()}:2:6: error[missing-key]: a waiver has no `approved_by`" in said(
        lambda: Waivers.load(path)
    )


def test_what_only_the_published_schema_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The readers refuse at least what the schemas do, so a made-up one stands in."""
    path = tmp_path / "policy.yaml"
    path.write_text(DATED.replace("    effective: {from: 2026-01-01}\n", ""), "utf-8")
    monkeypatch.setattr(
        resources,
        "schema_text",
        lambda kind: '{"properties": {"version": {"const": "2"}}}',
    )
    (found,) = validation.validate(path)
    assert found.code == "schema-violation"
    assert found.message == "the published schema says: `'2' was expected`"
    assert found.span is not None
    assert found.span.line == 2
