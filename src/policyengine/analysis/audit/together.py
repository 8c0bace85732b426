"""Rules with each other: sets that no deal meets, pairs that exclude each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

from policyengine.analysis.audit.findings import Finding, Shown
from policyengine.analysis.audit.inquiry import Inquiry, Query, ties
from policyengine.analysis.audit.notes import Notes
from policyengine.analysis.audit.sample import Sample
from policyengine.analysis.sets import Smallest, smallest
from policyengine.core import Rule
from policyengine.decision import Level, Outcome, Verdict
from policyengine.source import quoted
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.solver import Status
from policyengine.symbolic.verifier import Replay

_UNMET = (Outcome.FAIL, Outcome.UNKNOWN)
_AT_WORK = (Outcome.PASS, *_UNMET)
_ACCEPTABLE = (Verdict.ACCEPT, Verdict.CONDITIONAL)


class TogetherAudit:
    """Asks about rules that count; `rules` are those of which pairs are looked at."""

    def __init__(
        self, inquiry: Inquiry, sample: Sample, notes: Notes, rules: Sequence[Rule]
    ) -> None:
        self.inquiry = inquiry
        self.sample = sample
        self.notes = notes
        self.rules = [rule for rule in rules if rule.level != Level.ADVISORY.value]

    # sets ---------------------------------------------------------------------------------------

    def sets(self) -> None:
        """Mandatory rules that no deal meets together; or, where they can be met, all rules."""
        by_level = {level: [r.id for r in self.inquiry.policy.core.rules if r.level == level.value]
                    for level in Level}  # fmt: skip
        mandatory = by_level[Level.MANDATORY]
        both = [*mandatory, *by_level[Level.NEGOTIABLE]]
        if not both:
            return
        if not self._possible("conflicting-rules", _ACCEPTABLE, mandatory):
            return
        if self._possible("never-accepted", (Verdict.ACCEPT,), both):
            return
        for rule in by_level[Level.NEGOTIABLE]:
            self._never_met(rule)

    def _possible(self, code: str, verdicts: tuple[Verdict, ...], parts: list[str]) -> bool:
        if self.sample.verdicts(*verdicts):
            return True
        answer = self.inquiry.ask(
            lambda p: [p.verdict(*verdicts)],
            rules=[rule.id for rule in self.inquiry.policy.core.rules],
            shows=lambda replay: replay.verdict in verdicts,
        )
        if answer.deal is not None:
            self.sample.add(answer.deal.document)
            return True
        if answer.ground is None:
            self.notes.left_open(code, "the policy", answer.why)
            return True
        self._report(code, parts)
        return False

    def _report(self, code: str, parts: list[str]) -> None:
        found = self._smallest(parts)
        if found is None:
            self.notes.left_open(code, "the policy", "the solver does not say which rules it is")
            return
        names = found.parts
        by_id = self.inquiry.by_id
        spans = [(by_id[name].span, f"{quoted(name)}") for name in names]
        ground = self.inquiry.ground(names)
        if not names:
            message = "to no deal does a mandatory or negotiable rule apply"
            self.notes.found(Finding(code, message, self.inquiry.policy.core.span, (), ground))
            return
        shown = self._all_but_one(names)
        least = found.smallest and len(shown) == (len(names) if len(names) > 1 else 0)
        few = "" if least or len(names) == 1 else ", at most"
        listed = _listed(names)
        what = "is met by no deal" if len(names) == 1 else f"are met by no deal together{few}"
        message = f"{listed} {what}" + (
            "" if code == "conflicting-rules" else ", so none is accepted"
        )
        self.notes.found(
            Finding(
                code,
                message,
                spans[0][0],
                names,
                ground,
                hint=(
                    "without any one of them there would be such a deal"
                    if least and len(names) > 1
                    else None
                ),
                related=tuple(spans[1:]),
                shown=shown,
            )
        )

    def _smallest(self, parts: Sequence[str]) -> Smallest | None:
        inquiry = self.inquiry

        def wanted(problem: Problem, chosen: Collection[str]) -> list[Bool]:
            some_apply = bools.some(
                problem.outcome(rule.id, *_AT_WORK, Outcome.WAIVED)
                for rule in inquiry.policy.core.rules
                if rule.level != Level.ADVISORY.value
            )
            return [some_apply, *(met(problem, rule) for rule in parts if rule in chosen)]

        def enough(chosen: frozenset[str]) -> bool | None:
            found = inquiry.status(inquiry.stepped, lambda p: wanted(p, chosen))
            if found is Status.SATISFIED:
                return False
            if found is Status.IMPOSSIBLE:
                found = inquiry.status(inquiry.exact, lambda p: wanted(p, chosen))
            # what numbers in steps do not do, and other numbers do, no deal may do
            return True if found is Status.IMPOSSIBLE else None

        exact = inquiry.exact
        asked = wanted(exact.problem, parts)
        if inquiry.possible(exact, asked) is not Status.IMPOSSIBLE:
            return None
        core_ = [parts[n - 1] for n in exact.problem.solver.core(asked) if n]
        first = [part for part in parts if part in set(core_)]
        rest = [part for part in parts if part not in set(core_)]
        return smallest([*first, *rest], enough)

    def _all_but_one(self, names: Sequence[str]) -> tuple[Shown, ...]:
        """For each of several rules a deal that meets the others."""
        made = []
        for left in names if len(names) > 1 else ():
            others = tuple(name for name in names if name != left)
            answer = self.inquiry.ask(self._meets(others), rules=names)
            if answer.deal is not None:

                def meets(replay: Replay, others: Sequence[str] = others) -> bool:
                    return all(replay.outcomes[each] not in _UNMET for each in others)

                kept = self.inquiry.pruned(answer.deal, meets, names)
                made.append(Shown(f"all but {left} are met", kept))
        return tuple(made)

    def _meets(self, rules: Sequence[str]) -> Query:
        return lambda p: [met(p, each) for each in rules]

    def _never_met(self, rule: str) -> None:
        met_here = self.sample.verdicts(*_ACCEPTABLE) & ~self.sample.mask(rule, *_UNMET)
        if met_here:
            return
        ids = [each.id for each in self.inquiry.policy.core.rules]
        answer = self.inquiry.ask(
            lambda p: [p.verdict(*_ACCEPTABLE), met(p, rule)],
            rules=ids,
            shows=lambda r: r.verdict in _ACCEPTABLE and r.outcomes[rule] not in _UNMET,
        )
        if answer.deal is not None:
            self.sample.add(answer.deal.document)
        elif answer.ground is None:
            self.notes.left_open("never-met", rule, answer.why)
        else:
            replay = self.sample.replay(
                self.sample.verdicts(*_ACCEPTABLE) & self.sample.mask(rule, *_UNMET)
            )
            shown: tuple[Shown, ...] = ()
            if replay is not None:
                kept = self.inquiry.pruned(
                    replay, lambda r: r.verdict in _ACCEPTABLE and r.outcomes[rule] in _UNMET
                )
                shown = (Shown("it is as good as a deal gets", kept),)
            self.notes.found(
                Finding(
                    "never-met",
                    f"no deal that is acceptable meets {quoted(rule)}",
                    self.inquiry.by_id[rule].span,
                    (rule,),
                    answer.ground,
                    hint="a mandatory rule rules out what it asks for; change one of them",
                    shown=shown,
                )
            )

    # pairs --------------------------------------------------------------------------------------

    def pairs(self, chosen: Sequence[str]) -> None:
        """Pairs that both apply to some deal and are never met together; one of them among
        `chosen`. Rules that share no term, and no group that ties its terms, need no asking."""
        wanted = set(chosen)
        passing = {r.id: self.sample.mask(r.id, Outcome.PASS) for r in self.rules}
        for one, other in self._related():
            if passing[one.id] & passing[other.id] or not {one.id, other.id} & wanted:
                continue
            self._pair(one, other)

    def _related(self) -> Iterator[tuple[Rule, Rule]]:
        terms = {rule.id: ties(self.inquiry, rule) for rule in self.rules}
        for one, other in combinations(self.rules, 2):
            if terms[one.id] & terms[other.id]:
                yield one, other

    def _pair(self, one: Rule, other: Rule) -> None:
        ids = (one.id, other.id)
        met_both = self.inquiry.ask(
            lambda p: [p.outcome(each, Outcome.PASS) for each in ids], rules=ids
        )
        if met_both.deal is not None:
            self.sample.add(met_both.deal.document)
            return
        if met_both.ground is None:
            self.notes.left_open("contradicting-rules", " and ".join(ids), met_both.why)
            return
        both_apply = self.inquiry.ask(
            lambda p: [p.outcome(each, Outcome.PASS, Outcome.FAIL) for each in ids], rules=ids
        )
        if both_apply.deal is None:
            if both_apply.ground is None:
                self.notes.left_open("contradicting-rules", " and ".join(ids), both_apply.why)
            return
        settled = (Outcome.PASS, Outcome.FAIL)
        kept = self.inquiry.pruned(
            both_apply.deal, lambda r: all(r.outcomes[each] in settled for each in ids), ids
        )
        self.notes.found(
            Finding(
                "contradicting-rules",
                f"where {quoted(one.id)} and {quoted(other.id)} both apply, one of them is not met",
                other.span,
                ids,
                met_both.ground,
                hint="say which of them gives way, by `applies` or `unless`",
                related=((one.span, quoted(one.id)),),
                shown=(Shown("both apply", kept),),
            )
        )


def met(problem: Problem, rule: str) -> Bool:
    """That a rule does not stand in the way of a deal."""
    return bools.no(problem.outcome(rule, *_UNMET))


def _listed(names: Sequence[str]) -> str:
    quoted_ = [quoted(name) for name in names]
    return f"{', '.join(quoted_[:-1])} and {quoted_[-1]}" if len(quoted_) > 1 else quoted_[0]
