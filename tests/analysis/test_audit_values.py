"""Tables, parameters and scores: what an audit says of them, held against every deal."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from policyengine import Policy
from policyengine.analysis.audit.codes import KINDS
from policyengine.analysis.audit.findings import Audit
from policyengine.analysis.audit.run import audit
from policyengine.analysis.equivalence import Relation, compare_policies
from policyengine.errors import UsageError
from policyengine.symbolic import comparing

HEAD = """\
policy: example
version: 1.0.0
terms:
  type: object
  additionalProperties: false
  properties:
    kind: {enum: [loan, grant]}
    years: {type: integer, minimum: 0, maximum: 5}
    free: {type: boolean, default: false}
"""
DEALS = [
    {name: value for name, value in (("kind", kind), ("years", years), ("free", free))
     if value is not None}
    for kind in (None, "loan", "grant")
    for years in (None, *range(6))
    for free in (None, False, True)
]  # fmt: skip


def load(folder: Path, text: str) -> Policy:
    path = folder / "policy.yaml"
    path.write_text(HEAD + text, "utf-8")
    return Policy.load(path)


def codes(found: Audit) -> list[str]:
    return [finding.code for finding in found.findings]


# tables --------------------------------------------------------------------------------------

Row = tuple[int | None, int | None, str | None]


def matches(row: Row, years: int, kind: str) -> bool:
    low, high, wanted = row
    return (
        (low is None or years >= low)
        and (high is None or years <= high)
        and (wanted is None or kind == wanted)
    )


def written(row: Row, output: int) -> str:
    low, high, kind = row
    tests = [f"at_least: {low}"] * (low is not None) + [f"at_most: {high}"] * (high is not None)
    years = "{" + ", ".join(tests) + "}" if tests else '"-"'
    return f"      - [{years}, {kind or chr(34) + '-' + chr(34)}, {output}]\n"


def table(rows: list[Row], hit_policy: str) -> str:
    return (
        "tables:\n  - id: fee\n"
        f"    hit_policy: {hit_policy}\n"
        "    inputs: [years, kind]\n    output: {type: number}\n    rules:\n"
        + "".join(written(row, n) for n, row in enumerate(rows))
        + "rules:\n  - {id: R-1, title: A fee, require: fee < 9}\n"
    )


@pytest.mark.parametrize("seed", range(24))
def test_rows_of_tables(seed: int, tmp_path: Path) -> None:
    random_ = random.Random(seed)

    def row() -> Row:
        low, high = sorted((random_.randrange(6), random_.randrange(6)))
        kind = random_.choice([None, None, "loan", "grant"])
        return (low if random_.random() < 0.7 else None,
                high if random_.random() < 0.7 else None, kind)  # fmt: skip

    rows = [row() for _ in range(random_.randrange(1, 5))]
    hit_policy = random_.choice("UF")
    of = load(tmp_path, table(rows, hit_policy))
    inputs = [(years, kind) for years in range(6) for kind in ("loan", "grant")]
    hits = [[n for n, each in enumerate(rows) if matches(each, *at)] for at in inputs]
    found = audit(of, codes=("missing-row", "overlapping-rows", "idle-row"))
    assert found.open == ()
    said = codes(found)
    assert ("missing-row" in said) is any(not each for each in hits)
    if hit_policy == "U":
        overlaps = {(a, b) for each in hits for a in each for b in each if a < b}
        assert said.count("overlapping-rows") == len(overlaps)
        assert "idle-row" not in said
    else:
        first = {each[0] for each in hits if each}
        assert said.count("idle-row") == len(rows) - len(first)
    for finding in found.findings:
        for shown in finding.shown:
            terms = shown.replay.document
            here = [n for n, each in enumerate(rows) if matches(each, int(terms["years"]),
                    terms["kind"])] if len(terms) == 2 else None  # fmt: skip
            if here is not None:
                assert (len(here) == 0) if finding.code == "missing-row" else (len(here) > 1)
            of.evaluate(terms)


# parameters ----------------------------------------------------------------------------------


def outcomes(of: Policy) -> list[Any]:
    decide = of.decider()
    return [decide(deal) for deal in DEALS]


@pytest.mark.parametrize("seed", range(16))
def test_parameters_that_matter_to_no_deal(seed: int, tmp_path: Path) -> None:
    random_ = random.Random(seed)
    here = random_.randrange(5)
    other = random_.choice(["{kind: loan}", "{free: true}", f"{{years: {{at_most: {here}}}}}"])
    form = random_.choice(["all", "any"])
    limit = "{years: {at_most: {parameter: limit}}}"
    settled = random_.choice(["{years: {at_least: 0}}", f"{{years: {{at_most: {here}}}}}", other])
    of = load(
        tmp_path,
        f"parameters: {{limit: {here}}}\nrules:\n  - id: R-1\n    title: A limit\n"
        f"    require: {{{form}: [{settled}, {{any: [{other}, {limit}]}}]}}\n",
    )
    changed = [of.with_parameters({"limit": Decimal(n)}) for n in range(-1, 7)]
    matters = any(outcomes(each) != outcomes(of) for each in changed)
    found = audit(of, codes=("idle-parameter",))
    assert found.open == ()
    assert codes(found) == ([] if matters else ["idle-parameter"]), f"seed {seed}"


@pytest.mark.parametrize(
    ("value", "test", "idle"),
    [
        ("loan", "{kind: {parameter: p}}", False),
        ("[loan, grant]", "{kind: {one_of: {parameter: p}}}", False),
        ("true", "{free: {parameter: p}}", False),
        ("loan", "{any: [{free: false}, {free: true}, {kind: {parameter: p}}]}", True),
    ],
)
def test_parameters_of_every_kind(value: str, test: str, idle: bool, tmp_path: Path) -> None:
    of = load(tmp_path, f"parameters: {{p: {value}}}\nrules:\n"
              f"  - {{id: R-1, title: A rule, require: {test}}}\n")  # fmt: skip
    assert codes(audit(of, codes=("idle-parameter",))) == ["idle-parameter"] * idle


# scores --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(16))
def test_scores_that_never_reach_what_they_are_held_against(seed: int, tmp_path: Path) -> None:
    random_ = random.Random(seed)
    points = [random_.randrange(-3, 4) or 1 for _ in range(2)]
    edge, op = random_.randrange(-8, 9), random_.choice(["<", "<=", ">", ">="])
    least = random_.choice((3, 7))
    conditions = ["{free: true}", f"{{years: {{at_least: {least}}}}}"]
    items = "".join(
        f"      - {{id: G-{n}, title: An item, side: {'benefit' if p > 0 else 'risk'}, "
        f"when: {condition}, points: {p}}}\n"
        for n, (p, condition) in enumerate(zip(points, conditions, strict=True))
    )
    of = load(
        tmp_path,
        f"scorecards:\n  - id: gain\n    items:\n{items}"
        f"rules:\n  - {{id: R-1, title: Worth it, require: score.gain {op} {edge}}}\n",
    )
    given = {of.evaluate(deal).outcomes["R-1"].value for deal in DEALS}
    found = audit(of, codes=("settled-score", "idle-item"))
    settled = not {"pass", "fail"} <= given
    assert ("settled-score" in codes(found)) is settled, f"seed {seed}"
    assert codes(found).count("idle-item") == (least == 7)
    totals = [of.evaluate(deal).scores["gain"].value for deal in DEALS]
    ends = [total for total in totals if total is not None]
    for finding in found.findings:
        if finding.code == "settled-score":
            assert f"from {min(ends)} to {max(ends)}" in finding.message


# what is wrong, open or not a proof --------------------------------------------------------------


def test_a_wrong_encoding_shows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `<=` encoded as `<` the solver has deals that differ where none does: none is shown,
    and the difference there is stays open."""
    rules = "rules:\n  - {id: R-1, title: Short, require: {years: {at_most: %d}}}\n"
    old, new = load(tmp_path, rules % 3), load(tmp_path, rules % 2)
    assert compare_policies(old, new).verdict.relation is Relation.STRICTER
    monkeypatch.setitem(comparing._ORDER, "<=", lambda a, b: a < b)
    found = compare_policies(old, new)
    assert found.spurious > 0
    assert found.verdict.stricter is None
    assert found.verdict.relation is Relation.OPEN
    edge = "rules:\n  - {id: R-1, title: Short, require: {years: {at_most: 5}}}\n"
    of = load(tmp_path, edge)
    wrong = audit(of, codes=("never-fails",))
    assert wrong.findings == ()
    assert wrong.spurious > 0
    assert [each.about for each in wrong.open] == ["R-1"]


def test_what_has_no_linear_form_is_no_proof(tmp_path: Path) -> None:
    of = load(tmp_path, "rules:\n"
              "  - {id: R-1, title: A product, require: years * years >= 0}\n"
              "  - {id: R-2, title: A bound, require: years <= 5}\n")  # fmt: skip
    found = audit(of, codes=("never-fails",))
    assert [finding.rules for finding in found.findings] == [("R-2",)]
    assert [each.about for each in found.open] == ["R-1"]
    assert "left open" in found.open[0].why


def test_when_the_time_is_up_everything_left_is_open(tmp_path: Path) -> None:
    of = load(tmp_path, "rules:\n  - {id: R-1, title: A bound, require: years <= 5}\n")
    found = audit(of, seconds=0.0)
    assert found.findings == ()
    assert {each.why for each in found.open} == {"the time was up"}


def test_codes_and_patterns_that_mean_nothing(tmp_path: Path) -> None:
    of = load(tmp_path, "rules:\n  - {id: R-1, title: A bound, require: years <= 4}\n")
    for given, code in (({"codes": ["never-fail"]}, "unknown-check"),
                        ({"rules": "Q-*"}, "unknown-rule")):  # fmt: skip
        with pytest.raises(UsageError) as refused:
            audit(of, **given)
        assert refused.value.diagnostics[0].code == code
    assert set(codes(audit(of))) <= set(KINDS)


def test_lists_of_objects_are_named_in_what_is_proved(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(
        HEAD + "    parts: {type: array, items: {type: object, additionalProperties: false, "
        "properties: {usd: {type: integer, minimum: 0}}}}\n"
        "rules:\n  - {id: R-1, title: No debt, "
        "require: every part in parts satisfies part.usd >= 0}\n",
        "utf-8",
    )
    (finding,) = audit(Policy.load(path), codes=("never-fails",)).findings
    assert finding.ground.proved
    assert finding.ground.cover == ("`parts`: lists of up to 3 elements are looked at",)
