"""Coverage and mutants on generated policies: nothing is claimed that is not so."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.laws.generate import cases, drawn_deals

from fuzz.loading import load
from policyengine import Policy
from policyengine.errors import Diagnostics, PolicyEngineError
from policyengine.interpreter import Interpreter
from policyengine.source import Source
from policyengine.testing import Case, Expectation, Located, Suite, run_suite
from policyengine.testing.coverage import measure, search
from policyengine.testing.coverage.measure import Meter, answers, facts_of
from policyengine.testing.coverage.points import points_of
from policyengine.testing.coverage.silence import Silence
from policyengine.testing.mutation.judge import INVALID, KILLED, SURVIVED, Judge
from policyengine.testing.mutation.mutants import mutants
from policyengine.values.record import replace

SPAN = Source("t", "").span(0, 0)
Data = dict[str, Any]


def suite_of(policy: Policy, deals: list[tuple[Data, Data]]) -> Suite:
    """Each deal as a case that expects what the engine says of it."""
    made = []
    for number, (deal, how) in enumerate(deals):
        try:
            decision = policy.evaluate(deal, engine="interpreter", **how)
        except PolicyEngineError:
            assume(False)  # a deal of another schema, or a parameter that is not in force
        wanted = [Expectation("verdict", None, decision.verdict.value, SPAN)]
        wanted += [
            Expectation("outcomes", rule, outcome.value, SPAN)
            for rule, outcome in list(decision.outcomes.items())[number % 2 :: 2]
        ]
        wanted += [
            Expectation("scores", name, {"value": score.value}, SPAN)
            for name, score in decision.scores.items()
            if number % 3 == 0
        ]
        day = date.fromisoformat(how["as_of"])
        case = Case(f"{number}", deal, None, day, how["final"], how["assume"], {}, None,
                    tuple(wanted), SPAN)  # fmt: skip
        made.append(Located(case, "t", None))  # type: ignore[arg-type]
    return Suite(policy, tuple(made), (), ())


def loaded(data: Data) -> Policy:
    policy = load(data)
    assume(policy is not None)
    assert policy is not None
    return policy


@settings(max_examples=30)
@given(cases())
def test_what_is_left_out_does_not_happen_but_by_an_error(case: tuple[Data, Data, Data]) -> None:
    policy = loaded(case[0])
    suite = suite_of(policy, [(case[1], {**case[2], "assume": True})])
    located = suite.cases[0]
    facts = facts_of(policy, located.case, "t")
    meter = Meter(policy)
    given_ = answers(policy.core, facts, meter.variant(located.case)[1])
    decided = policy.evaluate(case[1], **{**case[2], "assume": True})
    seen = {meter.points[n].owner: a for n, a in given_ if meter.points[n].kind == "outcome"}
    assert seen == {rule: outcome.value for rule, outcome in decided.outcomes.items()}
    interpreter = Interpreter(policy.core, facts)
    rules = {rule.id: rule for rule in policy.rules}
    for number, answer in given_:
        point = meter.points[number]
        if answer not in dict(point.left_out) or answer not in ("unknown", "not_applicable"):
            continue
        assert answer == "unknown", f"{point.owner} {answer}: {dict(point.left_out)[answer]}"
        if "reads no term" in dict(point.left_out)[answer]:
            continue  # settled whatever the deal, be it as unknown
        if point.node is None:
            assert interpreter.rule(rules[point.owner]).faults
        else:
            assert interpreter.guarded(point.node)[1]


@settings(max_examples=10)
@given(cases())
def test_points_are_the_same_whatever_the_parameters(case: tuple[Data, Data, Data]) -> None:
    policy = loaded(case[0])
    again = loaded(case[0])
    found = [points_of(p.core, Silence(p.core, p.schema)) for p in (policy, again)]
    assert [(p.kind, p.owner, p.asked) for p in found[0]] == [
        (p.kind, p.owner, p.asked) for p in found[1]
    ]


@settings(max_examples=8)
@given(cases())
def test_a_deal_that_is_found_closes_its_gap(case: tuple[Data, Data, Data]) -> None:
    policy = loaded(case[0])
    suite = suite_of(policy, [case[1:]])
    coverage = measure(suite)
    for answer, found in list(search(suite, coverage).items())[:5]:
        assert answer not in coverage.seen
        start = found.start.case
        made = replace(start, terms=found.document)
        closed = measure(Suite(policy, (Located(made, "t", None),), (), ()))  # type: ignore[arg-type]
        assert answer in closed.seen


@settings(max_examples=15)
@given(cases(), st.data())
def test_the_judge_says_what_running_every_case_says(
    case: tuple[Data, Data, Data], data: st.DataObject
) -> None:
    policy = loaded(case[0])
    if "properties" not in case[0]["terms"] or "t" not in case[0]["terms"]["properties"]:
        assume(False)
    try:
        more = [(data.draw(drawn_deals(case[0]["terms"])), case[2]) for _ in range(3)]
    except KeyError:
        more = []  # another generator's schema
    suite = suite_of(policy, [case[1:], *more])
    judge = Judge(suite)
    every = list(mutants(policy))
    chosen = every[:: max(1, len(every) // 12)]
    for mutant in chosen:
        assert judge.judge(replace(mutant, loaded=policy.loaded)) == SURVIVED
        try:
            changed = Policy._lower(mutant.loaded, Diagnostics(), {})
        except PolicyEngineError:
            expected = INVALID
        else:
            passed = run_suite(replace(suite, policy=changed)).passed
            expected = SURVIVED if passed else KILLED
        assert judge.judge(mutant) == expected, mutant.id
