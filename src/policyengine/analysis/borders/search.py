"""The search for borders.

For each part of a rule, or of an item of a scorecard, and each term that it reads, the solver
is asked for a deal to which only this rule objects and a neighbour to which it does not: the
part comes out otherwise, and so does the rule. Both are decided by the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from policyengine import core
from policyengine.analysis.audit.inquiry import asks_for_statement
from policyengine.analysis.audit.parts import Part
from policyengine.analysis.borders.found import Border, Borders, Side
from policyengine.analysis.borders.near import in_both, ways
from policyengine.analysis.borders.subjects import Subject, subjects
from policyengine.analysis.setting import At, need_solver, setting
from policyengine.decision import Outcome
from policyengine.engine import Policy
from policyengine.errors import PolicyEngineError
from policyengine.symbolic import bools
from policyengine.symbolic.beside import Beside
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.decoder import NoDocumentError, decoded
from policyengine.symbolic.mentions import mentions
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.solver import Status
from policyengine.symbolic.verifier import document_of
from policyengine.symbolic.z import afresh

#: work for one border: what takes longer is left out
_WORK = 4_000_000
_OBJECTIONS = (Outcome.FAIL, Outcome.UNKNOWN)


def borders(
    policy: Policy,
    at: At | None = None,
    *,
    rules: str = "*",
    stop: Callable[[], bool] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Borders:
    """Borders for each term of each part of the rules, and of the items of scorecards, whose
    ids are like a pattern.

    Raises as `Policy.evaluate` does, and `KeyboardInterrupt` once `stop` calls it off.
    """
    need_solver()
    found: list[Border] = []
    without = []
    with afresh():
        search = _Search(policy, at or At())
        if stop is not None:
            search.problem.solver.heed(stop)
        for subject in subjects(policy.core, search.problem.judge, search.outcomes):
            if not fnmatchcase(subject.id, rules):
                continue
            tell(f"looking for the borders of {subject.id}")
            here = list(search.of(subject))
            found += here
            if not here:
                without.append(subject.id)
    return Borders(tuple(found), tuple(without), search.setting.final)


class _Search:
    """The solver's view of all deals, and the reference's of single ones."""

    def __init__(self, policy: Policy, at: At) -> None:
        self.policy = policy
        self.setting = setting(policy, at)
        self.problem = Problem(self.setting, work=_WORK)
        self.said = mentions(self.setting.policy, self.setting.parameters)
        for rule in policy.core.rules:
            self.problem.form.rule(rule.id)
        day = self.setting.as_of
        self._asked: dict[str, Any] = {
            "as_of": day.to_python() if day is not None else None,
            "final": self.setting.final,
            "assume": self.setting.assume,
        }
        self._decide = policy.decider(**self._asked)
        self._decided: tuple[Any, Mapping[str, Outcome] | None] = None, None
        self._ids = tuple(rule.id for rule in policy.core.rules)
        self.required = tuple(p for p, spec in policy.schema.terms.items() if spec.required)

    def outcomes(self, document: Mapping[str, Any]) -> Mapping[str, Outcome] | None:
        """The outcomes of a deal; None where it has no decision. Of the same one more than
        once: it is decided once."""
        if document is not self._decided[0]:
            try:
                found = dict(zip(self._ids, self._decide(document)[1], strict=True))
            except PolicyEngineError:
                found = None
            self._decided = document, found
        return self._decided[1]

    def of(self, subject: Subject) -> Iterator[Border]:
        """The borders of a rule or an item, each pair of deals once."""
        seen: set[str] = set()
        for part in subject.parts:
            read = core.terms_read(self.policy.core, part.expr)
            for path in (path for path in self.policy.schema.terms if path in read):
                for border in _At(self, subject, part, path).borders():
                    deals = (border.failing.replay.document, border.passing.replay.document)
                    if repr(deals) not in seen:
                        seen.add(repr(deals))
                        yield border

    def side(self, subject: Subject, part: Part, document: Mapping[str, Any]) -> Side:
        """A deal as the reference decides it."""
        replay = self.problem.judge.replay(document)
        said = subject.said(part, document)
        assert replay is not None
        assert said is not None
        if subject.card is None:
            return Side(said[0], replay)
        decision = self.policy.evaluate(document, engine="interpreter", **self._asked)
        return Side(said[0], replay, {subject.card: decision.scores[subject.card]})


class _At:
    """The borders of one part at one term."""

    def __init__(self, search: _Search, subject: Subject, part: Part, path: str) -> None:
        self.search = search
        self.subject = subject
        self.part = part
        self.path = path
        problem, policy = search.problem, search.policy
        space = Beside(problem.space, policy.schema, search.said, apart=(path,))
        self.other = Problem(search.setting, space=space, solver=problem.solver)
        self._asks = asks_for_statement(policy.core, part.expr)
        # a case of a test file cannot hold the null that may stand for a required term
        stated = [problem.space.stated(each) for each in search.required]
        self._wanted = [*subject.sides(part, problem, self.other), *stated, self._flips()]
        self._quiet = [bools.no(problem.outcome(each, *_OBJECTIONS)) for each in subject.others]

    def _flips(self) -> Bool:
        """That the part comes out otherwise; being open counts where it asks for a statement."""
        here, there = (
            each.encoder.truth_of(self.part.expr)[0] for each in (self.search.problem, self.other)
        )
        if self._asks:
            return bools.no(bools.both(bools.same(here.true, there.true),
                                       bools.same(here.false, there.false)))  # fmt: skip
        return bools.either(bools.both(here.true, there.false), bools.both(here.false, there.true))

    def borders(self) -> Iterator[Border]:
        """One for each way in which two deals may be next to each other at the term."""
        mine, theirs = self.search.problem.space, self.other.space
        here, there = mine.stated(self.path), theirs.stated(self.path)
        if self._asks:
            border = self._border(bools.no(here), there)
            if border is not None:
                yield border
        one, two = mine.raw(self.path), theirs.raw(self.path)
        shown: set[str] = set()
        for way in ways(one, two, self.search.policy.schema.terms[self.path].shape):
            border = None if way.option in shown else self._border(here, there, way.holds)
            if border is not None:
                yield border
                shown |= self._shown(border)
        rest = in_both(one, two, shown) if shown else {}
        kept = self._together([here, there], rest)
        border = self._border(here, there, *map(rest.get, kept), kept=kept) if kept else None
        if border is not None:
            yield border

    def _together(self, near: list[Bool], rest: Mapping[str, Bool]) -> list[str]:
        """Elements that make no difference here, as many as both deals can have together."""
        kept: list[str] = []
        for text, holds in rest.items():
            wanted = [*self._wanted, *near, *map(rest.get, kept), holds]
            self.other.settle()
            if self.search.problem.ask(*wanted) is Status.SATISFIED:
                kept.append(text)
        return kept

    def _shown(self, border: Border) -> set[str]:
        """The texts that a pair has: an option either is, or an element."""
        found: set[str] = set()
        for side in (border.failing, border.passing):
            value: Any = side.replay.document
            for name in self.path.split("."):
                value = value[name]
            listed = value if isinstance(value, list | tuple) else (value,)
            found |= {each for each in listed if isinstance(each, str)}
        return found

    def _border(self, *near: Bool, kept: Collection[str] = ()) -> Border | None:
        problem = self.search.problem
        wanted = [*self._wanted, *near]
        self.other.settle()
        alone = problem.ask(*wanted, *self._quiet) is Status.SATISFIED
        if not alone and problem.ask(*wanted) is not Status.SATISFIED:
            return None
        try:
            values, listed = decoded(problem.space, problem.solver)
            there = decoded(self.other.space, problem.solver)[0]
        except NoDocumentError:
            return None
        pair = _Pair(self, values, listed, there.get(self.path), alone)
        if not pair.shows():
            problem.spurious += 1
            return None
        pair.prune(kept)
        search, subject, part = self.search, self.subject, self.part
        return Border(
            subject.id,
            self.path,
            search.side(subject, part, pair.failing),
            search.side(subject, part, pair.passing),
            alone,
        )


class _Pair:
    """Two deals: what the first states and lists, and the value of the term in the second."""

    def __init__(
        self, at: _At, values: dict[str, Any], listed: Iterable[str], value: Any, alone: bool
    ) -> None:
        self._at = at
        self._values = values
        self._listed = tuple(listed)
        self._other = {at.path: value}
        self._spared = at.subject.others if alone else []

    @property
    def failing(self) -> dict[str, Any]:
        schema = self._at.search.policy.schema
        return document_of(self._values, self._listed, schema=schema)

    @property
    def passing(self) -> dict[str, Any]:
        return document_of(self._other, base=self.failing)

    def shows(self) -> bool:
        """Whether the subject objects to the one and not to the other, and nobody else to the
        one."""
        subject, part, failing = self._at.subject, self._at.part, self.failing
        one = subject.said(part, failing)
        if one is None or not one[1]:
            return False
        found = self._at.search.outcomes(failing) if self._spared else {}
        if found is None or any(found[each] in _OBJECTIONS for each in self._spared):
            return False
        two = subject.said(part, document_of(self._other, base=failing))
        return two is not None and not two[1]

    def prune(self, needed: Collection[str]) -> None:
        """Leave out whatever the deals show the same without, but for elements that are needed."""
        search = self._at.search
        for path in reversed(search.problem.space.paths):
            if path != self._at.path and path in self._values and path not in search.required:
                kept = self._values
                self._values = {each: value for each, value in kept.items() if each != path}
                if not self.shows():
                    self._values = kept
        for path, value in self._values.items():
            for element in value if isinstance(value, tuple) else ():
                if path != self._at.path or element not in needed:
                    self._without(path, element)
        for path in self._listed:
            whole = self._listed
            self._listed = tuple(each for each in whole if each != path)
            if not self.shows():
                self._listed = whole

    def _without(self, path: str, element: Any) -> None:
        """Take an element out of a list, and where this is the one that differs, out of both."""
        before = self._values, self._other
        self._values = {**self._values, path: _less(self._values[path], element)}
        self._other = {each: _less(value, element) if each == path else value
                       for each, value in self._other.items()}  # fmt: skip
        if not self.shows():
            self._values, self._other = before


def _less(values: Any, element: Any) -> Any:
    if not isinstance(values, tuple):
        return values
    return tuple(each for each in values if each != element)
