"""What cells decide is what the engine decides, for every deal."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.lint.conftest import AS_OF, BASE, Sample

from policyengine import Policy, PolicyEngineError
from policyengine.lint import lint
from policyengine.lint.cells import Cells, Unsettled
from policyengine.lint.normal import normal
from policyengine.values.temporal import Date

DAYS = st.sampled_from([0, 1, 2, 10, 30])
SHARES = st.sampled_from([0, 1, 50, 99.5, 100])
KINDS = st.sampled_from(["loan", "grant", "swap"])
LIMITS = st.sampled_from(["less_than", "at_most", "at_least", "more_than", "equals", "is_not"])


def _limit(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(lambda op, value: {op: value}, LIMITS, values)


TESTS = st.one_of(
    st.builds(lambda t: {"deal.days": t}, _limit(DAYS)),
    st.builds(lambda t: {"deal.share": t}, _limit(SHARES)),
    st.builds(
        lambda op, some: {"deal.kind": {op: some}},
        st.sampled_from(["one_of", "none_of"]),
        st.lists(KINDS, min_size=1, unique=True),
    ),
    st.builds(lambda yes: {"deal.open": yes}, st.booleans()),
    st.builds(lambda yes: {"deal.note": yes}, st.sampled_from(["a", "b"])),
    st.builds(
        lambda op, day: {"deal.signed": {op: day}},
        st.sampled_from(["before", "on_or_after"]),
        st.sampled_from(["2025-01-01", "2025-01-02"]),
    ),
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(lambda some: {"all": some}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda some: {"any": some}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda one: {"not": one}, inner),
    ),
    max_leaves=4,
)
QUICK = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def load(sample: Sample, **parts: Any) -> Policy | None:
    rule = {"id": "R-1", "title": "x", "require": True}
    text = yaml.safe_dump({"rules": [{**rule, **parts.pop("rule", {})}], **parts})
    folder = sample(rules__yaml=text, rules_test__yaml="cases: []\n")
    (folder / "rules_test.yaml").unlink()
    try:
        return Policy.load(folder)
    except PolicyEngineError:
        return None


def deal(point: Any) -> dict[str, Any]:
    values = {k.partition(".")[2]: v for k, v in point.items()}
    return {"deal": {k: str(v) if isinstance(v, Date) else v for k, v in values.items()}}


@given(condition=CONDITIONS)
@QUICK
def test_conditions(condition: Any, sample: Sample) -> None:
    policy = load(sample, rule={"require": condition})
    if policy is None:
        return
    written = policy.rule("R-1").requirement
    try:
        cells = Cells([written], policy.schema, {})
    except Unsettled:
        raise AssertionError("every one of these is decided") from None
    decide = policy.decider()
    number = policy.rules.index(policy.rule("R-1"))
    answers = set()
    for point in cells.points():
        passes = decide(deal(point))[1][number].value == "pass"
        assert cells.holds(written, point) == passes
        assert cells.holds(normal(written), point) == passes
        answers.add(passes)
    settled = [d for d in lint(policy, as_of=AS_OF) if d.code == "settled-condition"]
    if len(answers) == 1:
        assert settled


@pytest.mark.parametrize(
    ("limits", "whose"),
    [
        ("{at_most: 5, at_least: 9}", "in the condition itself"),
        ("{at_most: 100}", "that the schema gives"),
    ],
)
def test_the_hint_says_where_to_look(limits: str, whose: str, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(
        "policy: x\nversion: 1.0.0\n"
        "terms:\n  type: object\n  additionalProperties: false\n"
        "  properties: {share: {type: number, minimum: 0, maximum: 100}}\n"
        f"rules:\n  - {{id: R-1, title: A rule, require: {{share: {limits}}}}}\n",
        "utf-8",
    )
    [found] = [d for d in lint(Policy.load(file), as_of=AS_OF) if d.code == "settled-condition"]
    assert found.hint is not None
    assert whose in found.hint


CELLS = st.tuples(
    st.one_of(st.just("-"), _limit(DAYS)),
    st.one_of(st.just("-"), st.lists(KINDS, min_size=1, unique=True)),
    st.sampled_from(["low", "high"]),
)


@given(rows=st.lists(CELLS, min_size=1, max_size=4), hit=st.sampled_from("UAF"))
@QUICK
def test_tables(rows: Any, hit: str, sample: Sample) -> None:
    """A gap or an overlap is found exactly where some deal meets it."""
    inputs = ["deal.days", "deal.kind"]
    table = {"id": "grade", "hit_policy": hit, "inputs": inputs, "rules": [list(r) for r in rows]}
    policy = load(sample, tables=[table], rule={"require": {"grade": "low"}})
    if policy is None:
        return
    found = {d.code for d in lint(policy, as_of=AS_OF)}
    met: set[str] = set()
    for days in range(33):
        for kind in ("loan", "grant", "swap"):
            decision = policy.evaluate({"deal": {"days": days, "kind": kind, "share": 1}})
            met |= {error.code for error in decision.errors}
    assert ("table-no-match" in met) == ("table-gap" in found)
    assert ({"table-not-unique", "table-disagrees"} & met != set()) == ("table-overlap" in found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"all": [{"deal.days": {"at_most": 3}}, {"deal.open": True}]},
         {"all": [{"deal.open": {"is_not": False}}, {"not": {"deal.days": {"more_than": 3}}}]}),
        ({"deal.kind": ["loan", "swap"]}, {"deal.kind": {"one_of": ["swap", "loan"]}}),
        ({"deal.kind": ["loan"]}, {"deal.kind": "loan"}),
        ({"deal.days": {"between": [1, 5]}}, "deal.days <= 5 and 1 <= deal.days"),
        ({"any": [{"deal.open": True}, {"any": [{"deal.open": True}, {"deal.note": "x"}]}]},
         {"any": [{"deal.note": "x"}, {"deal.open": True}]}),
        ({"not": {"any": [{"deal.open": True}, {"deal.note": "x"}]}},
         {"all": [{"deal.open": False}, {"deal.note": {"is_not": "x"}}]}),
    ],
)  # fmt: skip
def test_the_same_in_other_words(one: Any, other: Any, sample: Sample) -> None:
    first, second = load(sample, rule={"require": one}), load(sample, rule={"require": other})
    assert first is not None
    assert second is not None
    assert normal(first.rule("R-1").requirement) == normal(second.rule("R-1").requirement)


def test_what_is_not_decided(sample: Sample) -> None:
    for condition in (
        "deal.days > deal.share",
        {"deal.note": {"starts_with": "x"}},
        {"deal.days": {"stated": True}},
        {"deal.days": {"at_most": {"parameter": "max_days"}}},
    ):
        policy = load(sample, rule={"require": condition})
        assert policy is not None
        with pytest.raises(Unsettled):
            Cells([policy.rule("R-1").requirement], policy.schema, {})
    policy = load(sample, rule={"require": {"deal.days": {"at_most": {"parameter": "max_days"}}}})
    assert policy is not None
    made = Cells([policy.rule("R-1").requirement], policy.schema, {"max_days": Decimal(45)})
    assert Decimal(45) in made.values["deal.days"]


def test_sample_is_clean(sample: Sample) -> None:
    assert lint(Policy.load(sample()), as_of=AS_OF) == ()
    assert set(BASE) >= {"policy.yaml", "rules.yaml"}
    assert Path("sample").is_dir()
