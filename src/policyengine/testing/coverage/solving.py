"""A deal for a gap that a solver finds, or the proof that no deal closes it.

What is asked is one part of a policy at a time, in every way in which a question may be put:
on each date on which the part differs, of drafts and of documents that are complete, with and
without what silence is taken to say. A deal that is found is evaluated by the reference before
it is told; of those that do, the one nearest to a case is told. Only where no way of asking has
a deal, over numbers of any fineness, and nothing was left out, is there none: proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from policyengine import core
from policyengine.engine import Terms
from policyengine.errors import PolicyEngineError
from policyengine.facts import Facts
from policyengine.intake import Deal
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.mentions import decimal_places
from policyengine.symbolic.setting import Setting
from policyengine.symbolic.solver import Status
from policyengine.symbolic.z import afresh
from policyengine.testing.coverage.candidates import Candidates
from policyengine.testing.coverage.deals import Deals, Found, changed
from policyengine.testing.coverage.measure import Answer, Gap, facts_of
from policyengine.testing.coverage.parts import Part
from policyengine.testing.coverage.symbolic_watcher import View
from policyengine.testing.coverage.watcher import Watched
from policyengine.testing.suite import Located
from policyengine.values.record import Record, replace

#: work for one question
_WORK = 4_000_000
#: questions that may be cut off before no more are asked
_PATIENCE = 12
#: instances that are tried where the reference says of one that it is none
_TRIES = 4
#: cases that a deal is held against, to tell it by the fewest changes
_NEAREST = 4

#: why there is no answer
CUT_OFF = "not found within the limit"
NO_PROOF = "none found; not a proof: {}"


class Settled(Record):
    """What a solver says of a gap: a deal, a proof that there is none, or why neither."""

    found: Found | None = None
    proved: bool = False
    why: str = ""


class Solving:
    """Asks about one part of a policy after another."""

    def __init__(self, deals: Deals) -> None:
        self.deals = deals
        self.policy = deals.policy
        self.candidates = Candidates(deals.policy, [facts for _, facts in deals.starts])
        self._cut_off = 0

    def settle(self, part: Part, gaps: Sequence[Gap]) -> dict[Answer, Settled]:
        """What is said of each gap of one part, in their order."""
        with afresh():
            asking = _Asking(self, part)
            return {(gap.number, gap.answer): asking.settle(gap) for gap in gaps}

    def possible(self, view: View, *wanted: Bool) -> Status:
        """Whether a deal of a view meets something; open once patience is out."""
        if self._cut_off >= _PATIENCE:
            return Status.OPEN
        found = view.problem.ask(*wanted)
        self._cut_off += found is Status.OPEN
        return found


class _Asking:
    """The questions about one part; views are made as they are needed, for all of its gaps."""

    def __init__(self, solving: Solving, part: Part) -> None:
        self.solving = solving
        self.deals = solving.deals
        self.part = part
        self.watched = Watched(part.policy, self.deals.meter.points)
        self._ways: list[tuple[Located, Facts]] | None = None
        self._views: dict[tuple[int, bool], View] = {}

    def settle(self, gap: Gap) -> Settled:
        ways = self.ways()
        if not ways:
            return Settled(why="no case has a decision to start from")
        open_: list[str] = []
        for number, (located, facts) in enumerate(ways):
            for exact in (False, True):
                view = self.view(number, facts, exact=exact)
                status = self.solving.possible(view, view.answers(gap.point, gap.answer))
                if status is not Status.IMPOSSIBLE:
                    break
                open_ += self._unproved(view)
            if status is Status.SATISFIED:
                found = self.told(view, gap, located)
                if found is not None:
                    return Settled(found)
                open_.append(_unshown(view))
            elif status is Status.OPEN:
                open_.append(CUT_OFF)
        if any(isinstance(node, core.AsOf) for node in self.part.nodes):
            open_.append(NO_PROOF.format("it reads the date, and other dates were not asked about"))
        return Settled(proved=not open_, why=open_[0] if open_ else "")

    def _unproved(self, view: View) -> list[str]:
        """Why what is impossible in a view is not proved to be so."""
        if view.limits:
            return [NO_PROOF.format(view.limits[0])]
        # a case has a deal: a view in which there is none has left something out
        if self.solving.possible(view) is Status.SATISFIED:
            return []
        return [NO_PROOF.format("which deals there are is left open")]

    # the ways to ask ----------------------------------------------------------------------------

    def ways(self) -> list[tuple[Located, Facts]]:
        """Every way to put the question that may make a difference, those of cases first."""
        if self._ways is None:
            made: dict[Any, tuple[Located, Facts]] = {}
            for located, as_of, final, assume in self._questions():
                case = replace(located.case, as_of=as_of, final=final, assume=assume)
                try:
                    facts = facts_of(self.deals.policy, case, located.file)
                except PolicyEngineError:
                    continue  # a parameter has no value then: no deal has a decision
                key = self._period(as_of), final, assume
                made.setdefault(key, (replace(located, case=case), facts))
            self._ways = list(made.values())
        return self._ways

    def _questions(self) -> Iterator[tuple[Located, date | None, bool, bool]]:
        starts = [located for located, _ in self.deals.starts]
        cases = [(one, one.case.as_of, one.case.final, one.case.assume) for one in starts]
        yield from cases
        if not starts:
            return
        dates: list[date | None] = [*dict.fromkeys(as_of for _, as_of, _, _ in cases)]
        defaults = any(self.deals.policy.schema.terms[path].has_default for path in self.part.terms
                       if path in self.deals.policy.schema.terms)  # fmt: skip
        for assume in (True, False) if defaults else (True,):
            for final in (False, True):
                for as_of in (*dates, *self.part.periods()):
                    yield starts[0], as_of, final, assume

    def _period(self, as_of: date | None) -> Any:
        """What tells a date from others, for this part."""
        if any(isinstance(node, core.AsOf) for node in self.part.nodes):
            return as_of
        return sum(as_of is not None and first <= as_of for first in self.part.periods())

    def view(self, number: int, facts: Facts, *, exact: bool) -> View:
        key = number, exact
        if key not in self._views:
            setting = Setting(
                self.part.policy,
                facts.schema,
                facts.parameters,
                facts.as_of,
                facts.final,
                facts.assume,
            )
            finer = 0 if exact else self._places()
            self._views[key] = View(
                self.part, setting, self.watched, exact=exact, finer=finer, work=_WORK
            )
        return self._views[key]

    def _places(self) -> int:
        """The decimal places of steps that lie next to limits."""
        own = {id(node) for node in self.part.nodes}
        steps = [p.step for p in self.watched.points if p.step is not None and id(p.node) in own]
        return max(map(decimal_places, steps), default=0)

    # deals ----------------------------------------------------------------------------------------

    def told(self, view: View, gap: Gap, located: Located) -> Found | None:
        """The instance that was found, or another one where the reference says otherwise; None
        where it says so of all that are tried."""
        wanted = view.answers(gap.point, gap.answer)
        further: list[Bool] = []
        for _ in range(_TRIES):
            there = self._instance(view)
            found = self._nearest(gap, located, there) if there is not None else None
            if found is not None or not view.limits:
                return found
            # what is left open may be anything: of terms that are stated more is settled
            space = view.problem.space
            if not further:
                further = [space.stated(path) for path in self.part.terms]
            if there is not None:
                values = [
                    space.holds(path, value)
                    for path, value in there.values.items()
                    if path in self.part.terms
                ]
                further.append(bools.no(bools.every(values)))
            if self.solving.possible(view, wanted, *further) is not Status.SATISFIED:
                return None
        return None

    def _instance(self, view: View) -> Deal | None:
        """What the solver found last, read as a document; None where it is none."""
        replay = view.problem.witness(rules=())
        if replay is None:
            return None
        try:
            terms = Terms(replay.document, node=None, name=None, data=None)
            return terms.check(self.deals.policy.schema)
        except PolicyEngineError:
            return None

    def _nearest(self, gap: Gap, located: Located, there: Deal) -> Found | None:
        """A deal told by what differs from the case that it is nearest to; None where the
        reference says that it does not close the gap."""
        answer = gap.number, gap.answer
        best: Found | None = None
        for start, _ in self.deals.distinct(self.part.terms)[:_NEAREST]:
            found = self._near(answer, start, located, there)
            if found is not None and (best is None or len(found.changes) < len(best.changes)):
                best = found
        return best

    def _near(self, answer: Answer, start: Located, located: Located, there: Deal) -> Found | None:
        """A deal that closes a gap with as little changed of a case as is needed."""
        own, asked = start.case, located.case
        same = self._period(own.as_of) == self._period(asked.as_of)
        put = {"as_of": own.as_of if same else asked.as_of, "final": asked.final,
               "assume": asked.assume}  # fmt: skip
        question = {key: value for key, value in put.items() if value != getattr(own, key)}
        case = replace(own, **question)
        begun = replace(start, case=case)
        before = facts_of(self.deals.policy, case, start.file).deal
        read = self.part.terms
        deal = changed(before, {path: _value(there, path) for path in read}) or before
        if not self.deals.closes(answer, begun, deal):
            deal = there
            if not self.deals.closes(answer, begun, deal):
                return None
        for path in sorted({*before.values, *before.not_applicable, *deal.values}):
            back = changed(deal, {path: _value(before, path)})
            if back is not None and self.deals.closes(answer, begun, back):
                deal = back
        deal = self._simplest(answer, begun, before, deal)
        return replace(self.deals.found(begun, before, deal), question=question)

    def _simplest(self, answer: Answer, begun: Located, before: Deal, deal: Deal) -> Deal:
        """The deal with the first value worth trying for each term that is changed: the same
        whatever instance the solver came upon."""
        values = self.solving.candidates.of(self.part.terms, self.part.exprs)
        for path, tried in values.items():
            if path not in deal.values or deal.values[path] == before.values.get(path):
                continue
            for value in tried:
                simple = changed(deal, {path: value})
                if simple is None:
                    break  # the value it has
                if value is not None and self.deals.closes(answer, begun, simple):
                    deal = simple
                    break
        return deal


def _value(deal: Deal, path: str) -> Any:
    return Candidates.NOT_APPLICABLE if path in deal.not_applicable else deal.values.get(path)


def _unshown(view: View) -> str:
    """Why an instance is no deal."""
    return NO_PROOF.format(view.limits[0] if view.limits else "what the solver finds is no deal")
