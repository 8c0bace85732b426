"""Two policies about the same deals: one solver for both, every deal decided under both.

What is looked at are deals that both schemas allow. A term that only one schema has is not
stated; one that both have in different shapes takes values that both allow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from policyengine.analysis.audit.inquiry import Encoded
from policyengine.analysis.changes import Changes
from policyengine.analysis.limit import Limit
from policyengine.analysis.optimise import least
from policyengine.analysis.setting import At, Case, need_solver, setting
from policyengine.analysis.unchanged import unchanged
from policyengine.decision import Outcome
from policyengine.engine import Policy
from policyengine.errors import Diagnostic, UsageError
from policyengine.intake import Deal
from policyengine.schema import RESERVED, TermsSchema
from policyengine.symbolic import bools
from policyengine.symbolic.beside import Beside, alike
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.comparing import NoFormError, equal
from policyengine.symbolic.decoder import NoDocumentError, decoded
from policyengine.symbolic.mentions import Mentions, mentions, merged
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.rounding import EXACT, may_round
from policyengine.symbolic.solver import Solver, Status
from policyengine.symbolic.space import Space
from policyengine.symbolic.values import Fixed, Listing, Value
from policyengine.symbolic.verifier import Replay, document_of
from policyengine.values.record import Record

_SHAPES = "its two shapes are not compared"


class Compared(Record):
    """Which terms two schemas share: `apart` are those of one schema alone, `reshaped` those
    that both have in different shapes or with different defaults."""

    shared: tuple[str, ...]
    apart: tuple[str, ...]
    reshaped: tuple[str, ...]


class Both(Record):
    """One deal under both policies."""

    first: Replay
    second: Replay


def compared(one: TermsSchema, other: TermsSchema) -> Compared:
    shared = [path for path in one.terms if path in other.terms]
    apart = [path for path in one.terms if path not in other.terms]
    apart += [path for path in other.terms if path not in one.terms]
    reshaped = [path for path in shared if not alike(one.terms[path], other.terms[path])]
    return Compared(tuple(shared), tuple(apart), tuple(reshaped))


class Pair:
    """Two policies in one setting; `first` and `second` are what the solver sees of them.

    `near` are the terms of a deal that witnesses are to be near to, `limit` is of all that is
    asked. Raises `UsageError` where no deal fits both schemas, and as `Policy.evaluate` does.
    """

    def __init__(
        self,
        one: Policy,
        other: Policy,
        at: At,
        *,
        near: Deal | None = None,
        exact: bool = False,
        work: int | None = None,
        limit: Limit | None = None,
    ) -> None:
        need_solver()
        self.near = near or Deal({}, {}, frozenset(), None, {})
        self.policies = (one, other)
        mine, theirs = setting(one, at), setting(other, at)
        said: Mentions = merged(
            mentions(mine.policy, mine.parameters), mentions(theirs.policy, theirs.parameters)
        )
        self.limit = limit or Limit()
        self.solver = Solver() if work is None else Solver(work=work)
        self.limit.bind(self.solver)
        space = Space(mine.schema, said, document=self.near.values, exact=exact, assume=mine.assume)
        self.first = Problem(mine, space=space, solver=self.solver)
        self.linked: dict[str, str] = {}
        self._uncompared: list[str] = []
        beside = Beside(space, theirs.schema, said, link=self._note)
        self.second = Problem(theirs, space=beside, solver=self.solver)
        self.spurious = 0
        self._encoded = tuple(Encoded(each, used=True) for each in (self.first, self.second))
        self._tie()
        #: rules that come to the same, whatever the solver makes of what they leave open
        self.unchanged = unchanged(mine, theirs)
        self.solver.add(
            bools.same(self.first.outcome(rule, each), self.second.outcome(rule, each))
            for rule in sorted(self.unchanged)
            for each in Outcome
        )
        if self.ask() is Status.IMPOSSIBLE:
            raise UsageError(
                Diagnostic(
                    "no-common-deal",
                    "no deal fits the terms schemas of both policies",
                    hint="one of them requires a term that the other does not have",
                )
            )

    def _note(self, path: str) -> None:
        self.linked[path] = path

    def _tie(self) -> None:
        """Terms of one schema alone are not stated; others are the same in both documents."""
        first, second = self.first.space, self.second.space
        for path in first.paths:
            if path in second.schema.terms:
                second.raw(path)  # its bounds hold for the document, whoever reads it
            else:
                self.solver.add(
                    [bools.no(first.stated(path)), bools.no(first.not_applicable(path))]
                )
        for path in self.linked:
            mine, theirs = second.stated(path), second.not_applicable(path)
            if path not in first.schema.terms:
                self.solver.add([bools.no(mine), bools.no(theirs)])
                continue
            try:
                same = self._same(first.raw(path), second.raw(path))
            except NoFormError:
                same = False  # shapes that have no value in common, as far as can be said
                first.limits.setdefault(path, _SHAPES)
                self._uncompared.append(f"`{path}`: {_SHAPES}")
            self.solver.add(
                [
                    bools.same(first.stated(path), mine),
                    bools.same(first.not_applicable(path), theirs),
                    bools.implies(mine, same),
                ]
            )

    def _same(self, one: Value, other: Value) -> Bool:
        """That a term has one value in two shapes; raises `NoFormError`."""
        if not isinstance(one, Listing) or not isinstance(other, Listing):
            return equal(self.first.encoder, one, other)
        if one.positional or other.positional:
            return equal(self.first.encoder, one, other)
        # one document has both: its texts are the same, in whatever order
        here, there = _texts(one), _texts(other)
        parts = [bools.same(here.get(text, False), there.get(text, False))
                 for text in dict.fromkeys((*here, *there))]  # fmt: skip
        return bools.every([*parts, one.extra == other.extra])

    def limits_of(self, rule: str) -> tuple[str, ...]:
        """What the encodings of a rule that both have leave open; and of what was left out of
        the deals, where a term that the rule does not read may be required beside one it does."""
        both = (text for each in self._encoded for text in each.limits([rule], ()))
        return tuple(dict.fromkeys((*both, *self._uncompared)))

    @property
    def limits(self) -> tuple[str, ...]:
        """What the encodings leave open, the lengths of lists apart."""
        lengths = {*self.first.lengths(), *self.second.lengths()}
        every = dict.fromkeys((*self.first.limits, *self.second.limits))
        return tuple(each for each in every if each not in lengths)

    @property
    def cover(self) -> tuple[str, ...]:
        """Up to which lengths lists are looked at, and numbers are exact."""
        found = dict.fromkeys((*self.first.lengths(), *self.second.lengths()))
        for problem in (self.first, self.second):
            policy = problem.setting.policy
            parts = [
                part
                for rule in policy.rules
                for part in (rule.applies, rule.unless, rule.requirement)
                if part is not None
            ]
            if may_round(problem.setting, parts):
                found[EXACT] = None
        return tuple(found)

    def ask(self, *wanted: Bool) -> Status:
        """Raises `KeyboardInterrupt` once the caller gave up."""
        if self.limit.over():
            self.limit.stopped()
            return Status.OPEN
        self.limit.bind(self.solver)
        self.first.settle()
        self.second.settle()
        return self.solver.ask(*wanted)

    # deals --------------------------------------------------------------------------------------

    def nearest(
        self,
        wanted: Sequence[Bool],
        locked: Sequence[str] = (),
        *,
        shows: Callable[[Both], bool] = lambda _: False,
    ) -> Both | None:
        """The deal of which something holds that is nearest to the one at hand: fewest terms
        that differ, then the least distance, decided under both policies; None where the
        reference decides it otherwise, unless it `shows` what is looked for all the same.
        Where no deal is at hand: fewest terms stated."""
        problem = self.first
        case = Case(self.policies[0], self.near, problem.setting)
        changes = Changes(case, problem, unlocked=list(problem.space.paths))
        asked = list(wanted)
        asked += [changes.unchanged[path] for path in changes.paths if path in set(locked)]
        movable = [path for path in changes.paths if path not in RESERVED]
        # what is stated stays stated, and what is listed as not applicable, if that can be
        kept = changes.rules_of_moving()
        if self.ask(*asked, *kept) is Status.SATISFIED:
            asked += kept
        self.second.settle()
        count = sum((bools.choose(changes.changed(path), 1, 0) for path in movable), 0)
        fewest = least(problem, count, asked)
        if fewest is None:
            return None
        if not isinstance(count, int):
            asked.append(count <= fewest.value)
        distance = changes.distance()
        shortest = least(problem, distance, asked)
        if shortest is not None and not isinstance(distance, int):
            asked.append(distance <= shortest.value)
        if self.ask(*asked) is not Status.SATISFIED:
            return None
        if not self._first_choice(asked, changes, movable):
            return None
        return self._decided(changes, shows)

    def _first_choice(self, asked: list[Bool], changes: Changes, movable: Sequence[str]) -> bool:
        """Of deals that are as near, one that is the same on every run: the first terms of the
        schema stay as they are where they can."""
        made = list(asked)
        for path in movable:
            same = changes.unchanged[path]
            if self.solver.holds(same) or self.ask(*made, same) is Status.SATISFIED:
                made.append(same)
            else:
                made.append(bools.no(same))
                if self.ask(*made) is not Status.SATISFIED:
                    return False
        return self.ask(*made) is Status.SATISFIED

    def witness(self) -> Both | None:
        """The last instance under both policies; None where the reference decides otherwise,
        or no document holds it."""
        try:
            values, listed = decoded(self.first.space, self.solver)
        except NoDocumentError:
            return None
        return self._replayed(document_of(values, listed, schema=self.policies[0].schema))

    def _decided(self, changes: Changes, shows: Callable[[Both], bool]) -> Both | None:
        """The last instance under both policies, over the deal at hand."""
        problem, solver = self.first, self.solver
        try:
            values, listed = decoded(problem.space, solver)
        except NoDocumentError:
            self.spurious += 1
            return None
        moved = {p: v for p, v in values.items() if solver.holds(changes.changed(p))}
        gone = [p for p in self.near.values if p in problem.space.paths and p not in values]
        base = _left_out(self.near.document, gone)
        base.pop("not_applicable", None)
        document = document_of(moved, listed, base=base, schema=self.policies[0].schema)
        both = self._replayed(document, shows)
        self.spurious += both is None
        return both

    def _replayed(
        self, document: Mapping[str, Any], shows: Callable[[Both], bool] = lambda _: False
    ) -> Both | None:
        one = self.first.judge.replay(document)
        two = self.second.judge.replay(document)
        if one is None or two is None:
            return None
        both = Both(one, two)
        if self._agrees(self.first, one) and self._agrees(self.second, two):
            return both
        return both if shows(both) else None

    def _agrees(self, problem: Problem, replay: Replay) -> bool:
        return all(
            self.solver.holds(problem.outcome(rule, outcome))
            for rule, outcome in replay.outcomes.items()
        )


def _texts(listing: Listing) -> dict[Any, Bool]:
    """When a list of texts holds each."""
    return {s.value.value: s.present for s in listing.slots if isinstance(s.value, Fixed)}


def met(problem: Problem, rule: str) -> Bool:
    """That a rule does not stand in the way of a deal."""
    return bools.no(problem.outcome(rule, Outcome.FAIL, Outcome.UNKNOWN))


def _left_out(document: Mapping[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """A copy of a document without some terms."""
    made = document_of({}, base=document)
    for path in paths:
        *groups, name = path.split(".")
        place: Any = made
        for group in groups:
            place = place.get(group, {}) if isinstance(place, dict) else {}
        if isinstance(place, dict):
            place.pop(name, None)
    return made
