"""The borders of rules: two deals that differ in one term, of which a rule fails one.

For each part of a rule and each term it reads, the solver is asked for a deal that only this
rule objects to and a neighbour that it passes: the part comes out otherwise, the term is one
unit away (a number, a date) or has another value. Both are decided by the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from policyengine import core
from policyengine.analysis.audit.inquiry import counts_more
from policyengine.analysis.audit.parts import Part, parts
from policyengine.analysis.setting import At, need_solver, setting
from policyengine.core import Rule
from policyengine.decision import Outcome
from policyengine.engine import Policy
from policyengine.errors import Diagnostic, PolicyEngineError, UsageError
from policyengine.source import visible
from policyengine.symbolic import bools
from policyengine.symbolic.beside import Beside
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.decoder import NoDocumentError, decoded
from policyengine.symbolic.mentions import mentions
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.solver import Status
from policyengine.symbolic.values import Number, Value
from policyengine.symbolic.verifier import Replay, document_of
from policyengine.values import jsontext
from policyengine.values.record import Record

#: work for one border: what takes longer is left out
_WORK = 4_000_000
_HEAD = """\
# The borders of the rules, found by a solver: pairs of deals that differ in one term, of which
# a rule fails one and passes the other. What they expect is what the rules say today, which
# nobody has said is right: review them.
"""


class Border(Record):
    """Two deals that differ in the term `path`; `alone`: no other rule that counts as much
    objects to the one that fails."""

    rule: str
    path: str
    failing: Replay
    passing: Replay
    alone: bool


class Borders(Record):
    """`without` are rules of which no border was found."""

    pairs: tuple[Border, ...]
    without: tuple[str, ...]


def borders(
    policy: Policy,
    at: At | None = None,
    *,
    rules: str = "*",
    tell: Callable[[str], None] = lambda _: None,
) -> Borders:
    """A border for each term of each part of the rules whose ids are like a pattern.

    Raises as `Policy.evaluate` does.
    """
    need_solver()
    search = _Search(policy, at or At())
    found: list[Border] = []
    without = []
    for rule in policy.core.rules:
        if not fnmatchcase(rule.id, rules):
            continue
        tell(f"looking for the borders of {rule.id}")
        here = list(search.of(rule))
        found += here
        if not here:
            without.append(rule.id)
    return Borders(tuple(found), tuple(without))


class _Search:
    def __init__(self, policy: Policy, at: At) -> None:
        self.policy = policy
        self.setting = setting(policy, at)
        self.problem = Problem(self.setting, work=_WORK)
        self.said = mentions(self.setting.policy, self.setting.parameters)
        for rule in policy.core.rules:
            self.problem.form.rule(rule.id)
        day = self.setting.as_of
        self._decide = policy.decider(
            as_of=day.to_python() if day is not None else None,
            final=self.setting.final,
            assume=self.setting.assume,
        )
        self._required = tuple(p for p, spec in policy.schema.terms.items() if spec.required)
        self._number = {rule.id: n for n, rule in enumerate(policy.core.rules)}

    def of(self, rule: Rule) -> Iterator[Border]:
        seen: set[str] = set()
        for part in parts(rule):
            read = core.terms_read(self.policy.core, part.expr)
            for path in (path for path in self.policy.schema.terms if path in read):
                border = self._border(rule, part, path)
                if border is None:
                    continue
                key = repr((border.failing.document, border.passing.document))
                if key not in seen:
                    seen.add(key)
                    yield border

    def _border(self, rule: Rule, part: Part, path: str) -> Border | None:
        problem, solver = self.problem, self.problem.solver
        space = Beside(problem.space, self.policy.schema, self.said, apart=(path,))
        other = Problem(self.setting, space=space, solver=solver)
        fails = problem.outcome(rule.id, Outcome.FAIL)
        passes = other.outcome(rule.id, Outcome.PASS)
        here, there = (p.encoder.truth_of(part.expr)[0] for p in (problem, other))
        flips = bools.either(bools.both(here.true, there.false), bools.both(here.false, there.true))
        # a case of a test file cannot hold the null that may stand for a required term
        stated = [problem.space.stated(each) for each in (path, *self._required)]
        stated.append(space.stated(path))
        wanted = [fails, passes, *stated, flips, _near(problem.space.raw(path), space.raw(path))]
        spared = [o.id for o in self.policy.core.rules if o.id != rule.id and counts_more(rule, o)]
        quiet = [bools.no(problem.outcome(each, Outcome.FAIL, Outcome.UNKNOWN)) for each in spared]
        other.settle()
        alone = problem.ask(*wanted, *quiet) is Status.SATISFIED
        if not alone and problem.ask(*wanted) is not Status.SATISFIED:
            return None
        return self._documents(rule.id, path, other, spared if alone else None)

    def _documents(
        self, rule: str, path: str, other: Problem, spared: list[str] | None
    ) -> Border | None:
        problem = self.problem
        try:
            values, listed = decoded(problem.space, problem.solver)
            value = decoded(other.space, problem.solver)[0][path]
        except NoDocumentError:
            return None
        failing = self._document(values, listed)

        def shows(document: Mapping[str, Any]) -> bool:
            return self._shows(
                rule, spared or [], document, document_of({path: value}, base=document)
            )

        if not shows(failing):
            problem.spurious += 1
            return None
        for each in reversed(problem.space.paths):
            if each != path and each in values and each not in self._required:
                without = self._document({k: v for k, v in values.items() if k != each}, listed)
                if shows(without):
                    del values[each]
        for each in listed:
            if shows(self._document(values, [name for name in listed if name != each])):
                listed = tuple(name for name in listed if name != each)
        failing = self._document(values, listed)
        judge = problem.judge
        one, two = judge.replay(failing), judge.replay(document_of({path: value}, base=failing))
        assert one is not None
        assert two is not None
        return Border(rule, path, one, two, spared is not None)

    def _document(self, values: Mapping[str, Any], listed: Iterable[str]) -> dict[str, Any]:
        return document_of(values, listed, schema=self.policy.schema)

    def _shows(
        self, rule: str, spared: list[str], one: Mapping[str, Any], two: Mapping[str, Any]
    ) -> bool:
        """Whether a rule fails one deal and passes the other, and others spare the first."""
        try:
            failing, passing = self._decide(one)[1], self._decide(two)[1]
        except PolicyEngineError:
            return False
        number = self._number
        bad = (Outcome.FAIL, Outcome.UNKNOWN)
        return (
            failing[number[rule]] is Outcome.FAIL
            and passing[number[rule]] is Outcome.PASS
            and not any(failing[number[each]] in bad for each in spared)
        )


def _near(one: Value, other: Value) -> Bool:
    """That two values of a term are neighbours."""
    if isinstance(one, Number) and isinstance(other, Number):
        return bools.either(one.expr - other.expr == 1, other.expr - one.expr == 1)
    return True


def test_file(policy: Policy, found: Borders, as_of: date) -> str:
    """The borders as a test file of the policy; raises `UsageError` where there are none."""
    if not found.pairs:
        raise UsageError(
            Diagnostic(
                "no-tests",
                "no border of these rules was found, so there is no test to write",
                hint="a rule that asks whether a term is stated has none: silence is no value",
            )
        )
    lines = [f"{_HEAD}cases:"]
    names: dict[str, int] = {}
    dated = policy.depends_on_date
    for border in found.pairs:
        for replay, outcome in ((border.failing, "fail"), (border.passing, "pass")):
            name = f"border of {border.rule} at {border.path}: {outcome}"
            names[name] = names.get(name, 0) + 1
            if names[name] > 1:
                name += f" ({names[name]})"
            document = dict(replay.document)
            listed = document.pop("not_applicable", None)
            expect = {"verdict": replay.verdict.value, "outcomes": {border.rule: outcome}}
            lines.append(f"  - name: {visible(jsontext.dumps(name))}")
            lines.append(f"    terms: {jsontext.dumps(document)}")
            if listed:
                lines.append(f"    not_applicable: {jsontext.dumps(listed)}")
            if dated:
                lines.append(f"    as_of: {as_of}")
            lines.append(f"    expect: {jsontext.dumps(expect)}")
    return "\n".join(lines) + "\n"


test_file.__test__ = False  # type: ignore[attr-defined]  # not a test, whatever its name

__all__ = ["Border", "Borders", "borders", "test_file"]
