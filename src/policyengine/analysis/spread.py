"""What else would do for one term, everything else being as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine.analysis.limit import Limit
from policyengine.analysis.line import Line, moves, readers
from policyengine.analysis.ranges import ranges
from policyengine.analysis.setting import Case
from policyengine.analysis.target import Target
from policyengine.intake import check
from policyengine.symbolic.verifier import Judge, document_of
from policyengine.values.record import Record, replace


class Spread(Record):
    """Other values that keep the verdict: `options` of a term that has few; `low` and `high`
    of a number or a date, None where nothing but the schema bounds it, an end that is open not
    included. `shown` is False where it could not be worked out."""

    options: tuple[Any, ...] = ()
    low: Any = None
    high: Any = None
    open_low: bool = False
    open_high: bool = False
    shown: bool = True


def spread(
    judge: Judge,
    case: Case,
    path: str,
    document: Mapping[str, Any],
    target: Target,
    limit: Limit,
) -> Spread:
    """Values of one term, the rest of `document` standing, that reach the target: of numbers
    and dates, however fine, proved."""
    spec = case.policy.schema.terms[path]
    kind = spec.shape.type.kind
    if kind in ("boolean", "string"):
        options = spec.shape.enum if kind == "string" else (False, True)
        if options is None:
            return Spread(shown=False)
        here = check(document, case.policy.schema).values[path]
        return Spread(
            tuple(
                option
                for option in options
                if option != here and gives(judge, document, path, option, target)
            )
        )
    if not moves(case, path):
        return Spread(shown=False)
    return _interval(judge, case, path, document, target, limit)


def gives(judge: Judge, document: Mapping[str, Any], path: str, value: Any, target: Target) -> bool:
    """Whether a document reaches the target with another value of a term."""
    return target.reached(judge, document_of({path: value}, base=document)) is not None


def _interval(
    judge: Judge,
    case: Case,
    path: str,
    document: Mapping[str, Any],
    target: Target,
    limit: Limit,
) -> Spread:
    """The ranges around a value of which every one reaches the target, as one."""
    unknown = Spread(shown=False)
    replay = target.reached(judge, document)
    if replay is None or limit.over():
        return unknown
    policy, kept = target.as_rules(case.setting.policy)
    deal = check(document, case.policy.schema)
    here = replace(case, deal=deal, setting=replace(case.setting, policy=policy))
    reading = [*readers(case.policy.core).get(path, ()), *kept]
    found = ranges(Line(here, replay, path, reading, limit)).ranges
    value = deal.values[path]
    stands = next((n for n, each in enumerate(found) if each.holds(value)), None)
    if stands is None or not target.met_by(found[stands]):
        return unknown
    first = last = stands
    while found[first].follows and first and target.met_by(found[first - 1]):
        first -= 1
    while last + 1 < len(found) and found[last + 1].follows and target.met_by(found[last + 1]):
        last += 1
    low, high = found[first], found[last]
    return Spread((), low.low, high.high, low.open_low, high.open_high)
