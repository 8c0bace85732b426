"""Margins: how far each number of a deal may move before its verdict is another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any

from policyengine.analysis.limit import Limit
from policyengine.analysis.line import Line, moves, readers
from policyengine.analysis.ranges import Range, merged, ranges
from policyengine.analysis.setting import At, Case, case, need_solver
from policyengine.core import Rule
from policyengine.decision import Verdict
from policyengine.engine import Policy, Terms
from policyengine.source import Span
from policyengine.symbolic.verifier import Judge, Replay
from policyengine.values.record import Record

#: seconds for the whole question
SECONDS = 30.0


class Edge(Record):
    """Where the verdict turns, and to which. `value` is the first value that changes it, or,
    not `included`, the last before any that does: a number has no next one."""

    value: Any
    included: bool
    verdict: Verdict


class Margin(Record):
    """One number or date of a deal. `below` and `above` are None where no value in that
    direction changes the verdict. `ranges` are its values in order, a range a verdict. Where
    `why` says why it is not computed, there are none of these."""

    path: str
    value: Any
    below: Edge | None
    above: Edge | None
    ranges: tuple[Range, ...]
    why: str | None
    span: Span | None

    @property
    def known(self) -> bool:
        """Whether it was computed, and proved."""
        return self.why is None

    @property
    def here(self) -> Range | None:
        """The range that the deal is in."""
        return next((each for each in self.ranges if each.holds(self.value)), None)


class Margins(Record):
    """`cut` says why the rest was not computed, where something cut it off."""

    verdict: Verdict
    margins: tuple[Margin, ...]
    cut: str | None

    @property
    def limits(self) -> tuple[str, ...]:
        """What was not computed, and why."""
        return tuple(f"`{each.path}`: {each.why}" for each in self.margins if each.why)


def margins(
    policy: Policy,
    terms: Mapping[str, Any] | Terms,
    at: At | None = None,
    *,
    seconds: float | None = SECONDS,
    stop: Callable[[], bool] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Margins:
    """Each stated number and date that a rule reads, all else standing.

    Each range is proved over all numbers, however fine, and decided by the reference at one
    value. What the time does not suffice for is not computed, and says so. `stop` may call it
    off between questions. Raises as `Policy.evaluate` does.
    """
    need_solver()
    asked = case(policy, terms, at or At())
    limit = Limit(seconds, stop)
    replay = _judge(asked).decide(asked.deal.document)
    read = readers(policy.core)
    paths = [
        path
        for path in policy.schema.terms
        if path in read and path in asked.deal.values and moves(asked, path)
    ]
    found = []
    for number, path in enumerate(paths, start=1):
        tell(f"how far numbers may move: {number} of {len(paths)}")
        found.append(_margin(asked, replay, path, read[path], limit))
    return Margins(replay.verdict, tuple(found), limit.cut)


def _judge(asked: Case) -> Judge:
    setting = asked.setting
    return Judge(
        setting.policy,
        setting.schema,
        setting.parameters,
        setting.as_of,
        final=setting.final,
        assume=setting.assume,
        waived=setting.waived,
    )


def _margin(
    asked: Case, replay: Replay, path: str, reading: Iterable[Rule], limit: Limit
) -> Margin:
    value = asked.deal.values[path]
    span = asked.deal.span(path)
    if limit.over():
        return Margin(path, value, None, None, (), limit.cut, span)
    line = Line(asked, replay, path, reading, limit)
    found = ranges(line)
    if found.why is not None:
        return Margin(path, value, None, None, (), found.why, span)
    made = merged(found.ranges)
    if any(a.verdict is b.verdict for a, b in pairwise(made)):
        why = "it may turn between numbers that decimals end at"
        return Margin(path, value, None, None, (), why, span)
    here = next(number for number, each in enumerate(made) if each.holds(value))
    below = made[here - 1] if here else None
    above = made[here + 1] if here + 1 < len(made) else None
    return Margin(
        path,
        value,
        Edge(below.high, not below.open_high, below.verdict) if below else None,
        Edge(above.low, not above.open_low, above.verdict) if above else None,
        made,
        None,
        span,
    )
