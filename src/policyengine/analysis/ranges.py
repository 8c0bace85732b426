"""Along one number or date of a deal, all else standing: from where to where which rules hold.

Where a comparison turns is read off its form; what holds between two such places is decided by
the reference at one of them, and then proved for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Any

from policyengine.analysis.line import Line, Outcomes
from policyengine.decision import Outcome, Verdict
from policyengine.symbolic import bools
from policyengine.symbolic.decoder import NoDocumentError, amount_of
from policyengine.symbolic.mentions import decimal_places
from policyengine.symbolic.solver import Status
from policyengine.symbolic.values import DATE, NUMBER, amount
from policyengine.values.record import Record, replace

#: times that places where something turns are looked for between those known
_ROUNDS = 4
#: ranges of one term beyond which none are told
_MOST = 200
#: decimal places, beyond those of the constants, of a turn that has no end in decimals
_FINER = 2
#: the last of December of the year 9999, as `values.ordinal` counts
_LAST_DAY = 3_652_059


class Range(Record):
    """Values of a term from `low` to `high`: None where nothing but the schema ends it, an end
    that is open not included. At each of them the rules have these outcomes, and the deal this
    verdict; `value` is one of them. `follows`: nothing lies between it and the one before."""

    low: Any
    high: Any
    open_low: bool
    open_high: bool
    value: Any
    verdict: Verdict
    outcomes: Mapping[str, Outcome]
    follows: bool

    def holds(self, plain: Any) -> bool:
        """Whether a value of the term, as the engine holds it, lies within."""
        here, low, high = map(_order, (plain, self.low, self.high))
        return (low is None or here > low or (here == low and not self.open_low)) and (
            high is None or here < high or (here == high and not self.open_high)
        )


class Ranges(Record):
    """A term's values in order. Between two ranges lie at most values that decimals do not end
    at. `why` says why there are none."""

    ranges: tuple[Range, ...]
    why: str | None = None


class _Part(Record):
    """Places from `low` to `high`, None for no end, of which `place` is one."""

    low: Fraction | None
    high: Fraction | None
    open_low: bool
    open_high: bool
    place: Fraction


class _NotToldError(Exception):
    """The ranges are not worked out; the message says why."""


def ranges(line: Line) -> Ranges:
    """Raises nothing but what `Line` does; never says more than is proved."""
    try:
        shape = line.case.policy.schema.terms[line.path].shape
        if shape.enum is not None:
            return Ranges(tuple(_options(line, shape.enum)))
        if line.open:
            raise _NotToldError(line.open[0])
        return Ranges(tuple(_Ranges(line).found()))
    except _NotToldError as why:
        return Ranges((), str(why))


def merged(found: Iterable[Range]) -> tuple[Range, ...]:
    """Neighbours of one verdict as one range, its outcomes those of the first."""
    made: list[Range] = []
    for each in found:
        last = made[-1] if made else None
        if last is not None and last.verdict is each.verdict and each.follows:
            made[-1] = replace(last, high=each.high, open_high=each.open_high)
        else:
            made.append(each)
    return tuple(made)


def _order(plain: Any) -> Any:
    found = amount(plain) if plain is not None else None
    return None if found is None else found[1]


def _options(line: Line, options: Sequence[Any]) -> Iterable[Range]:
    """Each of the few values there are, as the reference decides it."""
    begun = False
    for option in sorted(options, key=lambda each: (amount(each) or ("", Fraction(0)))[1]):
        outcomes = line.outcomes(option)
        if outcomes is not None:
            verdict = line.verdict(outcomes)
            yield Range(option, option, False, False, option, verdict, outcomes, begun)
            begun = True


class _Ranges:
    def __init__(self, line: Line) -> None:
        self.line = line
        shape = line.case.policy.schema.terms[line.path].shape
        ends = (shape.minimum, shape.exclusive_minimum, shape.maximum, shape.exclusive_maximum)
        low, low_open, high, high_open = (self._place(end) for end in ends)
        self.low = max((e for e in (low, low_open) if e is not None), default=None)
        self.high = min((e for e in (high, high_open) if e is not None), default=None)
        self.open_low = low_open is not None and low_open == self.low
        self.open_high = high_open is not None and high_open == self.high
        if line.number.kind == DATE:
            self.low = max(self.low or Fraction(1), Fraction(1))
            self.high = min(self.high or Fraction(_LAST_DAY), Fraction(_LAST_DAY))
        if line.whole:
            # whole places have whole ends, and these count
            self.low = _inward(self.low, self.open_low, 1)
            self.high = _inward(self.high, self.open_high, -1)
            self.open_low = self.open_high = False

    def _place(self, plain: Any) -> Fraction | None:
        found = amount(plain) if plain is not None else None
        return found[1] / self.line.number.factor if found is not None else None

    def found(self) -> list[Range]:
        line = self.line
        made: list[tuple[_Part, Outcomes, bool]] = []
        for part in self._parts(self._turns()):
            outcomes = line.outcomes(self._plain(part.place))
            if outcomes is None:
                raise _NotToldError("no document states it without more")
            follows = bool(made) and _touch(made[-1][0], part, whole=line.whole)
            if follows and made[-1][1] == outcomes:
                joined = replace(made[-1][0], high=part.high, open_high=part.open_high)
                made[-1] = (joined, outcomes, made[-1][2])
            else:
                made.append((part, outcomes, follows))
        if len(made) > _MOST:
            raise _NotToldError("it turns too often")
        for part, outcomes, _ in made:
            self._prove(part, outcomes)
        return [self._range(part, outcomes, follows) for part, outcomes, follows in made]

    def _prove(self, part: _Part, outcomes: Outcomes) -> None:
        within = self.line.between(
            part.low, part.high, open_low=part.open_low, open_high=part.open_high
        )
        status = self.line.ask(within, bools.no(self.line.are(outcomes)))
        if status is Status.OPEN:
            raise _NotToldError(self.line.limit.cut or "the solver does not say")
        if status is Status.SATISFIED:
            raise _NotToldError("where it turns was not found")

    def _range(self, part: _Part, outcomes: Outcomes, follows: bool) -> Range:
        low = None if part.low == self.low else part.low
        high = None if part.high == self.high else part.high
        return Range(
            None if low is None else self._plain(low),
            None if high is None else self._plain(high),
            low is not None and part.open_low,
            high is not None and part.open_high,
            self._plain(part.place),
            self.line.verdict(outcomes),
            outcomes,
            follows,
        )

    def _plain(self, place: Fraction) -> Any:
        try:
            return self.line.plain(place)
        except (NoDocumentError, ValueError, OverflowError):
            raise _NotToldError("it turns where no document can say") from None

    # where it turns ----------------------------------------------------------------------------

    def _turns(self) -> list[Fraction]:
        """Places where a comparison is zero, if it is linear between those found before."""
        functions = list(self.line.turning())
        found: set[Fraction] = set()
        for _ in range(_ROUNDS):
            before = len(found)
            for one, other in self._pairs(sorted(found)):
                found.update(
                    place
                    for place in (_root(function, one, other) for function in functions)
                    if place is not None and self._inside(place)
                )
            if len(found) == before or len(found) > _MOST:
                break
        return sorted(found)

    def _pairs(self, turns: list[Fraction]) -> list[tuple[Fraction, Fraction]]:
        """Two places within each stretch between turns; of a stretch of days, days."""
        ends: list[Fraction | None] = [self.low, *turns, self.high]
        pairs = []
        for low, high in pairwise(ends):
            if low is None and high is None:
                pairs.append((Fraction(0), Fraction(1)))
            elif low is None and high is not None:
                pairs.append((ceil(high) - Fraction(2), ceil(high) - Fraction(1)))
            elif high is None and low is not None:
                pairs.append((floor(low) + Fraction(1), floor(low) + Fraction(2)))
            elif low is not None and high is not None and low < high:
                third = (high - low) / 3
                one, other = low + third, high - third
                if self.line.whole:
                    one, other = Fraction(floor(low) + 1), Fraction(ceil(high) - 1)
                if one < other:
                    pairs.append((one, other))
                elif self.line.whole and high - low >= 1:
                    pairs.append((Fraction(floor(low)), Fraction(ceil(high))))
        return pairs

    def _inside(self, place: Fraction) -> bool:
        return (self.low is None or place >= self.low) and (self.high is None or place <= self.high)

    # what lies between --------------------------------------------------------------------------

    def _parts(self, turns: list[Fraction]) -> list[_Part]:
        """The line cut where it turns: each turn by itself, and what lies between."""
        return self._days(turns) if self.line.whole else self._stretches(turns)

    def _days(self, turns: list[Fraction]) -> list[_Part]:
        cuts = sorted({Fraction(n) for turn in turns for n in (floor(turn), ceil(turn))})
        made = []
        low = self.low
        for cut in cuts:
            if self._inside(cut):
                made += _part(low, cut - 1, open_low=False, open_high=False, whole=True)
                made += _part(cut, cut, open_low=False, open_high=False)
                low = cut + 1
        return made + _part(low, self.high, open_low=False, open_high=False, whole=True)

    def _stretches(self, turns: list[Fraction]) -> list[_Part]:
        made = []
        low, open_low = self.low, self.open_low
        for first, last in self._written(turns):
            point = first == last
            made += _part(low, first, open_low=open_low, open_high=point)
            at_end = (first == self.low and self.open_low) or (
                first == self.high and self.open_high
            )
            if point and not at_end:
                made += _part(first, first, open_low=False, open_high=False)
            low, open_low = last, point
        return made + _part(low, self.high, open_low=open_low, open_high=self.open_high)

    def _written(self, turns: list[Fraction]) -> list[tuple[Fraction, Fraction]]:
        """Turns as decimals: itself twice, or those around one that has no end in decimals; none
        overlap."""
        numbers = [*turns, *(end for end in (self.low, self.high) if end is not None)]
        stated = self.line.case.deal.values.get(self.line.path)
        places = max(map(_places, (*numbers, Fraction(stated or 0))), default=0) + _FINER
        step = Fraction(1, 10**places)
        made: list[tuple[Fraction, Fraction]] = []
        for turn in turns:
            first, last = turn, turn
            if not _ends_in_decimals(turn):
                first, last = floor(turn / step) * step, ceil(turn / step) * step
                first = first if self.low is None else max(first, self.low)
                last = last if self.high is None else min(last, self.high)
            if made and (first < made[-1][1] or first < last == made[-1][1]):
                made[-1] = (made[-1][0], max(last, made[-1][1]))
            else:
                made.append((first, last))
        return made


def _part(
    low: Fraction | None,
    high: Fraction | None,
    *,
    open_low: bool,
    open_high: bool,
    whole: bool = False,
) -> list[_Part]:
    """A part, if there is anything in it."""
    if low is not None and high is not None:
        if low > high or (low == high and (open_low or open_high)):
            return []
        place = low if whole or low == high else _short(low, high)
    elif low is not None:
        place = Fraction(floor(low) + 1)
    else:
        place = Fraction(ceil(high) - 1) if high is not None else Fraction(0)
    return [_Part(low, high, open_low, open_high, place)]


def _short(low: Fraction, high: Fraction) -> Fraction:
    """A number between two others, with as few decimal places as can be."""
    unit = Fraction(1)
    while (floor(low / unit) + 1) * unit >= high:
        unit /= 10
    first, last = floor(low / unit) + 1, ceil(high / unit) - 1
    return (first + last) // 2 * unit


def _ends_in_decimals(number: Fraction) -> bool:
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _places(number: Fraction) -> int:
    """Decimal places of a number; none of one that has no end in decimals."""
    return decimal_places(amount_of(NUMBER, number)) if _ends_in_decimals(number) else 0


def _root(function: Any, one: Fraction, other: Fraction) -> Fraction | None:
    """Where a function that is linear between two places, and on, is zero."""
    left, right = function(one), function(other)
    if left is None or right is None or left == right:
        return None
    found: Fraction = one - left * (other - one) / (right - left)
    return found


def _inward(end: Fraction | None, is_open: bool, direction: int) -> Fraction | None:
    if end is None:
        return None
    whole = Fraction(ceil(end) if direction > 0 else floor(end))
    return whole + direction if is_open and whole == end else whole


def _touch(one: _Part, other: _Part, *, whole: bool) -> bool:
    if one.high is None or other.low is None:
        return False
    if whole:
        return other.low - one.high <= 1
    return one.high == other.low and one.open_high is not other.open_low
