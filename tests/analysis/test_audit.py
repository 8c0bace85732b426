"""What an audit finds in small policies, held against every deal they can have."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from tests.analysis import small

from policyengine import Policy
from policyengine.analysis.audit.findings import Audit
from policyengine.analysis.audit.inquiry import asks_for_statement, conditions, counts_more
from policyengine.analysis.audit.parts import parts, with_part
from policyengine.analysis.audit.run import audit
from policyengine.decision import Outcome, Verdict
from policyengine.symbolic.verifier import Judge
from policyengine.values.record import replace

SEEDS = int(os.environ.get("BRUTE", "20"))
FAIL, PASS, UNKNOWN, NOT = Outcome.FAIL, Outcome.PASS, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE


class Counted:
    """A policy on every deal there is."""

    def __init__(self, of: Policy) -> None:
        self.of = of
        self.rules = list(of.core.rules)
        decide = of.decider()
        rows = [decide(small.deal(values)) for values in small.all_deals()]
        self.verdicts = [verdict for verdict, _ in rows]
        ids = [rule.id for rule in self.rules]
        self.rows = [dict(zip(ids, outcomes, strict=True)) for _, outcomes in rows]
        self.objections = {
            rule.id: (FAIL, UNKNOWN)
            if any(asks_for_statement(of.core, expr) for expr in conditions(rule))
            else (FAIL,)
            for rule in self.rules
        }

    def some(self, rule: str, *outcomes: Outcome) -> bool:
        return any(row[rule] in outcomes for row in self.rows)

    def ever(self, expr: Any) -> bool:
        judge = Judge(self.of.core, self.of.schema, {}, None)
        return any(judge.values(small.deal(v), [expr]) == [True] for v in small.all_deals())

    def objects(self, rule: str) -> frozenset[int]:
        wanted = self.objections[rule]
        return frozenset(n for n, row in enumerate(self.rows) if row[rule] in wanted)

    def one_by_one(self) -> Iterator[tuple[str, str]]:
        for rule in self.rules:
            if rule.applies is not None and not self.ever(rule.applies):
                yield "never-applies", rule.id
                continue
            if not self.objects(rule.id):
                yield "never-fails", rule.id
            else:
                yield from self.alone(rule)
            if not self.some(rule.id, PASS):
                yield "never-passes", rule.id

    def alone(self, rule: Any) -> Iterator[tuple[str, str]]:
        others = [o.id for o in self.rules if o.id != rule.id and counts_more(rule, o)]
        mine = self.objects(rule.id)
        if mine - frozenset().union(*map(self.objects, others)):
            return
        implied = [other for other in others if mine <= self.objects(other)]
        if any(self.objects(other) == mine for other in implied):
            yield "equal or implied", rule.id
        elif implied:
            yield "implied-rule", rule.id
        else:
            yield "never-alone", rule.id

    def dead(self) -> set[str]:
        found = {"never-applies", "never-fails", "never-passes"}
        return {rule for code, rule in self.one_by_one() if code in found}

    def contradicting(self) -> set[frozenset[str]]:
        dead = self.dead()
        found = set()
        for one, other in combinations([r.id for r in self.rules if r.id not in dead], 2):
            both = any({row[one], row[other]} <= {PASS, FAIL} for row in self.rows)
            if both and not any(row[one] is row[other] is PASS for row in self.rows):
                found.add(frozenset((one, other)))
        return found

    def conflict(self) -> tuple[str, int] | None:
        """The code and the least number of rules that no deal meets together."""
        met = (PASS, NOT)
        mandatory = [r.id for r in self.rules if r.level == "mandatory"]
        applied = [row for row in self.rows if any(o is not NOT for o in row.values())]
        acceptable = {Verdict.ACCEPT, Verdict.CONDITIONAL} & set(self.verdicts)
        if Verdict.ACCEPT in acceptable:
            return None
        code, ids = "conflicting-rules", mandatory
        if acceptable:
            code, ids = "never-accepted", [r.id for r in self.rules]
        for size in range(len(ids) + 1):
            for chosen in combinations(ids, size):
                if not any(all(row[rule] in met for rule in chosen) for row in applied):
                    return code, size
        raise AssertionError("nothing stands in the way")

    def never_met(self) -> set[str]:
        conflict = self.conflict()
        if conflict is None or conflict[0] != "never-accepted":
            return set()
        return {
            rule.id
            for rule in self.rules
            if rule.level == "negotiable"
            and not any(
                verdict in (Verdict.ACCEPT, Verdict.CONDITIONAL) and row[rule.id] in (PASS, NOT)
                for verdict, row in zip(self.verdicts, self.rows, strict=True)
            )
        }

    def idle_parts(self) -> set[tuple[str, int]]:
        """Rules and the numbers of their parts that may as well be true, or false."""
        dead, found = self.dead(), set()
        for rule in self.rules:
            if rule.id in dead or len(parts(rule)) < 2:
                continue
            for number, part in enumerate(parts(rule)):
                if any(self.stuck(rule, part, value) for value in (True, False)):
                    found.add((rule.id, number))
        return found

    def stuck(self, rule: Any, part: Any, value: bool) -> bool:
        core = self.of.core
        changed = replace(core, rules=(with_part(rule, part, value),))
        judge = Judge(changed, self.of.schema, {}, None)
        here = Judge(core, self.of.schema, {}, None)
        wanted = (not value, None) if asks_for_statement(core, part.expr) else (not value,)
        for values, row in zip(small.all_deals(), self.rows, strict=True):
            document = small.deal(values)
            replay = judge.replay(document)
            assert replay is not None
            if replay.outcomes[rule.id] is row[rule.id]:
                continue
            if here.values(document, [part.expr])[0] in wanted:  # type: ignore[index]
                return False
        return True


def codes(found: Audit, *wanted: str) -> list[tuple[str, str]]:
    return [(f.code, f.rules[0]) for f in found.findings if f.code in wanted]


@pytest.mark.parametrize("start", range(0, SEEDS, 10))
def test_rules_one_by_one_and_together(start: int) -> None:
    for seed, of in small.policies(range(start, start + 10)):
        counted = Counted(of)
        found = audit(of)
        assert found.open == (), f"seed {seed}"
        assert found.spurious == 0
        names = ("never-applies", "never-fails", "never-passes", "never-alone", "implied-rule")
        said = dict.fromkeys(codes(found, *names))
        equal = {frozenset(f.rules) for f in found.findings if f.code == "equivalent-rules"}
        for code, rule in counted.one_by_one():
            if code == "equal or implied":
                # either end of the pair carries the finding, or a wider rule implies this one
                twins = any(rule in pair for pair in equal)
                assert twins or ("implied-rule", rule) in said, f"seed {seed}: {rule}"
            else:
                assert (code, rule) in said, f"seed {seed}: {code} {rule}"
            said.pop((code, rule), None)
            said.pop(("implied-rule", rule), None)
        assert not said, f"seed {seed}: {said}"
        for pair in equal:
            one, other = sorted(pair)
            assert counted.objects(one) == counted.objects(other)
        pairs = {frozenset(f.rules) for f in found.findings if f.code == "contradicting-rules"}
        assert pairs == counted.contradicting(), f"seed {seed}"
        sets = [(f.code, len(f.rules)) for f in found.findings
                if f.code in ("conflicting-rules", "never-accepted")]  # fmt: skip
        conflict = counted.conflict()
        assert sets == ([conflict] if conflict else []), f"seed {seed}"
        assert {rule for _, rule in codes(found, "never-met")} == counted.never_met()
        assert all(finding.ground.proved for finding in found.findings)


@pytest.mark.parametrize("start", range(0, SEEDS // 2, 5))
def test_parts_that_never_decide(start: int) -> None:
    for seed, of in small.policies(range(start, start + 5)):
        found = audit(of, codes=("idle-condition",))
        said = set()
        for rule in of.core.rules:
            spans = [part.expr.span for part in parts(rule)]
            for finding in found.findings:
                if finding.rules == (rule.id,):
                    said |= {(rule.id, n) for n, span in enumerate(spans) if span is finding.span}
        assert said == Counted(of).idle_parts(), f"seed {seed}"


@pytest.mark.parametrize("start", range(0, SEEDS, 20))
def test_every_deal_that_is_shown_shows_it(start: int) -> None:
    """Each document is decided again by the library's own way in."""
    for _, of in small.policies(range(start, start + 20)):
        for finding in audit(of).findings:
            for shown in finding.shown:
                decision = of.evaluate(shown.replay.document)
                assert decision.verdict is shown.replay.verdict
                assert dict(decision.outcomes) == dict(shown.replay.outcomes)
                if finding.code in ("implied-rule", "never-alone", "equivalent-rules"):
                    by_name = {name for name in finding.rules if name in shown.what}
                    objecting = {n for n in by_name if decision.outcomes[n] in (FAIL, UNKNOWN)}
                    assert objecting == by_name
