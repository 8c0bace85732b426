"""One term at a time: what a step says, and what it leaves alone."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from policyengine import Outcome, Policy, Session, TermsError, UsageError, Verdict
from policyengine.session.executors import Engine
from policyengine.session.index import Index

START: dict[str, Any] = {"deal": {"id": "x"}}


@pytest.fixture(params=["interpreter", "compiled"])
def engine(request: pytest.FixtureRequest) -> Engine:
    name: Engine = request.param
    return name


def test_a_step_says_what_moved_and_why(everything: Policy, engine: Engine) -> None:
    session = Session(everything, START, engine=engine)
    assert session.verdict is Verdict.UNDETERMINED
    session.table("place.uses", ["port"])
    session.table("money.loan", 7)
    step = session.table("place.years", 99)
    assert (step.before, step.after) == (Verdict.UNDETERMINED, Verdict.REJECT)
    assert (step.action, step.value, step.previous) == ("table", 99, None)
    [direct] = [moved for moved in step.moved if moved.rule == "DIRECT"]
    assert (direct.before, direct.after) == (Outcome.UNKNOWN, Outcome.FAIL)
    assert direct.message == "99 years with 7 owed."
    assert direct.ask == "Cut it below 50 years."
    assert "place.years" not in [term.path for term in step.missing]
    step = session.change("place.years", 10)
    assert (step.action, step.previous) == ("change", 99)
    assert [(m.rule, str(m.before), str(m.after)) for m in step.moved] == [
        ("DIRECT", "fail", "pass")
    ]


def test_newly_missing(everything: Policy) -> None:
    session = Session(everything, START)
    before = {term.path for term in session.missing}
    assert "money.inflow" in before
    step = session.table("money.inflow", 5)
    assert "money.inflow" not in {term.path for term in step.missing}
    assert session.withdraw("money.inflow").newly_missing == ("money.inflow",)
    assert session.table("deal.kind", "lease").newly_missing == ()


@pytest.mark.parametrize(
    ("path", "rules"),
    [
        ("money.inflow", {"DEFINED", "SCORED", "FALLIBLE"}),
        ("money.loan", {"DEFINED", "FALLIBLE"}),
        ("place.years", {"DIRECT", "TABLED", "SCORED"}),
        ("courts.forum", {"TABLED"}),
        ("place.uses", {"DIRECT", "LOOPED"}),
        ("place.since", {"GUARDED", "ASKED"}),
        ("deal.kind", {"GUARDED"}),
        ("place.note", {"ADVICE"}),
        ("deal.id", set()),
    ],
)
def test_only_what_reads_the_term_is_evaluated(
    everything: Policy, values: dict[str, list[Any]], path: str, rules: set[str], engine: Engine
) -> None:
    session = Session(everything, START, engine=engine)
    assert session.evaluations == len(everything.rules)
    before = session.evaluations
    step = session.table(path, values[path][0])
    assert set(step.evaluated) == rules
    assert session.evaluations == before + len(rules)
    session.undo()
    assert session.evaluations == before + len(rules)


def test_the_index_knows_every_reader(pack: Policy) -> None:
    """A rule that names a term in its own text is found by that term."""
    index = Index(pack.core)
    for number, rule in enumerate(pack.rules):
        for path in pack.schema.terms:
            written = rule.condition.span.text
            if f"{path}:" in written:
                assert number in index.readers(path), (rule.id, path)


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("place.years", -1, "out-of-bounds"),
        ("place.years", "ten", "wrong-type"),
        ("place.years", None, "wrong-type"),
        ("place.years", float("nan"), "bad-number"),
        ("deal.kind", "loan", "not-in-enum"),
        ("place.uses", ["port", "port"], "duplicate-item"),
        ("place.yeers", 1, "unknown-term"),
        ("place", {}, "group-not-term"),
        ("", 1, "unknown-term"),
    ],
)
def test_a_bad_value_changes_nothing(everything: Policy, path: str, value: Any, code: str) -> None:
    session = Session(everything, {**START, "place": {"years": 5}})
    before = (session.terms, session.outcomes, session.steps, session.verdict)
    with pytest.raises(TermsError) as caught:
        session.table(path, value)
    assert caught.value.diagnostics[0].code == code
    assert (session.terms, session.outcomes, session.steps, session.verdict) == before


def test_what_cannot_be_done(everything: Policy) -> None:
    session = Session(everything, START)
    for step in (session.withdraw, lambda path: session.change(path, 1)):
        with pytest.raises(TermsError, match="not-stated"):
            step("place.years")
    with pytest.raises(UsageError, match="nothing-to-undo"):
        session.undo()
    unknown: Any = "abacus"
    with pytest.raises(UsageError, match="unknown-engine"):
        Session(everything, START, engine=unknown)
    with pytest.raises(TermsError):
        Session(everything, {"deel": {}})
    with pytest.raises(TermsError):
        Session(everything, [])  # type: ignore[arg-type]


def test_required_terms(everything: Policy, pack: Policy) -> None:
    """Without them there is no verdict, here as in `evaluate`."""
    session = Session(everything)
    assert (session.verdict, session.required) == (None, ("deal.id",))
    with pytest.raises(TermsError, match="missing-required"):
        session.decision()
    session.table("deal.kind", "lease")
    assert session.required == ("deal.id",)
    step = session.table("deal.id", "x")
    assert (step.before, step.after, step.required) == (None, Verdict.UNDETERMINED, ())
    assert session.withdraw("deal.id").after is None
    assert Session(pack).required == ("deal.id", "parties.principal")


def test_not_applicable(everything: Policy) -> None:
    session = Session(everything, START)
    step = session.not_applicable("place.years")
    assert step.action == "not_applicable"
    assert session.terms["not_applicable"] == ["place.years"]
    with pytest.raises(TermsError, match="duplicate-item"):
        session.not_applicable("place.years")
    with pytest.raises(TermsError, match="must-apply"):
        session.not_applicable("money.loan")
    session.table("place.years", 5)
    assert "not_applicable" not in session.terms
    with pytest.raises(TermsError, match="not-applicable-stated"):
        session.not_applicable("place.years")
    session.withdraw("place.years")
    session.not_applicable("place.years")
    session.withdraw("place.years")
    assert session.terms == START


def test_evidence_goes_with_its_value(everything: Policy) -> None:
    given = {
        "deal": {"id": "x"},
        "place": {"years": 60, "uses": ["port"]},
        "evidence": {"place.years": {"confidence": "low"}, "place.uses": {"confidence": "low"}},
    }
    session = Session(everything, given)
    session.table("place.years", 60)
    assert session.decision().caveats
    session.table("place.years", 70)
    assert list(session.terms["evidence"]) == ["place.uses"]
    session.withdraw("place.uses")
    assert "evidence" not in session.terms
    session.undo()
    session.undo()
    assert session.terms == given


def test_undo_goes_back_to_the_start(everything: Policy) -> None:
    session = Session(everything, START)
    begin = (session.terms, session.outcomes, session.missing)
    session.table("place.years", 60)
    session.table("place.uses", ["port"])
    step = session.undo()
    assert (step.action, step.path, step.value) == ("undo", "place.uses", None)
    assert step.previous == ["port"]
    assert {m.rule: str(m.after) for m in step.moved} == {"DIRECT": "unknown", "LOOPED": "unknown"}
    session.undo()
    assert (session.terms, session.outcomes, session.missing) == begin
    assert [step.number for step in session.steps] == [0, 1, 2, 3, 4]


def test_values_of_programs(everything: Policy) -> None:
    session = Session(everything, START)
    session.table("money.loan", 0.1)
    session.table("place.since", dt.date(1990, 1, 1))
    session.table("place.uses", ("port",))
    assert session.stated("money.loan") == Decimal("0.1")
    assert session.stated("place.since") == "1990-01-01"
    assert session.stated("place.uses") == ["port"]


def test_why(everything: Policy) -> None:
    session = Session(everything, {**START, "courts": {"forum": "theirs"}})
    assert session.why("TABLED").message == "the risk is high"
    assert session.why("ADVICE").level == "advisory"
    assert session.why("DEFINED").missing is not None
    with pytest.raises(UsageError, match="unknown-rule"):
        session.why("TABLES")


def test_budgets_are_those_of_a_whole_decision(
    everything: Policy, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where rules evaluated apart could stay within a budget that they exceed together."""
    from policyengine import interpreter
    from policyengine.session import state

    session = Session(everything, START, engine=engine)
    evaluated = []
    monkeypatch.setattr(state, "DECISION_STEPS", -1)
    real = interpreter.Interpreter

    def whole(policy: Any, facts: Any, **more: Any) -> Any:
        evaluated.append(len(policy.rules))
        return real(policy, facts, **more)

    monkeypatch.setattr(state, "Interpreter", whole)
    monkeypatch.setattr(state.Evaluator, "reasons", lambda *_: {})
    monkeypatch.setattr(Session, "_step", lambda *_: None)
    monkeypatch.setattr(Session, "_write", lambda *_: None)
    session.table("place.uses", ["port"])
    assert len(everything.rules) in evaluated


def test_the_verdict_is_not_for_a_moment_that_of_other_terms(pack: Policy) -> None:
    """The deal of the documentation, on its way from reject to conditional."""
    session = Session(pack, {"deal": {"id": "x"}, "parties": {"principal": "LKA"}})
    session.table("sovereignty.concession_years", 99)
    step = session.table("sovereignty.strategic_asset_foreign_equity_pct", 70)
    assert step.after is Verdict.REJECT
    assert "SOV-5" in {moved.rule for moved in step.moved}
    assert session.decision().verdict is Verdict.REJECT
