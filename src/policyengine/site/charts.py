"""A value over time as a step chart: small, and said again by the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from policyengine.output import words
from policyengine.site.markup import Markup, el, made

_WIDTH, _HEIGHT = 560, 180
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 40, 18, 30


def steps(values: Sequence[tuple[date, Decimal]], label: str, day: date | None) -> Markup | None:
    """The chart of a number by the date from which each value holds, earliest first; `day` is
    marked. None where it would show nothing."""
    if len(values) < 2:
        return None
    first, last = values[0][0], values[-1][0]
    # the last value holds on: it is drawn as long again as a step is on average
    end = last.toordinal() + max(1, (last - first).days // (len(values) - 1))
    if day is not None and first <= day:
        end = max(end, day.toordinal() + 1)
    numbers = [number for _, number in values]
    low, high = min(numbers), max(numbers)
    if low >= 0:
        low = Decimal(0)
    span = high - low or Decimal(1)

    def x(ordinal: int) -> str:
        share = (ordinal - first.toordinal()) / (end - first.toordinal())
        return f"{_LEFT + share * (_WIDTH - _LEFT - _RIGHT):.1f}"

    def y(number: Decimal) -> str:
        return f"{_TOP + float((high - number) / span) * (_HEIGHT - _TOP - _BOTTOM):.1f}"

    path = f"M{x(first.toordinal())} {y(values[0][1])}"
    for start, number in values[1:]:
        path += f"H{x(start.toordinal())}V{y(number)}"
    path += f"H{_WIDTH - _RIGHT}"
    return el(
        "svg",
        _grid(sorted({low, *numbers}), y),
        *(_start(start, x(start.toordinal())) for start in _spaced(values, x)),
        el("path", d=path, class_="line"),
        *(
            el("circle", cx=x(start.toordinal()), cy=y(number), r="3.5", class_="dot")
            for start, number in values
        ),
        _day(day, x(day.toordinal())) if day is not None and first <= day else None,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        width=_WIDTH,
        height=_HEIGHT,
        role="img",
        aria_label=label,
    )


def _grid(numbers: Sequence[Decimal], y: object) -> Markup:
    assert callable(y)
    out = []
    above = float("-inf")
    for number in reversed(numbers):
        at = y(number)
        if float(at) - above < 14:
            continue  # its label would lie on the one above
        above = float(at)
        out.append(el("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=at, y2=at, class_="grid"))
        said = words.quantity(number)
        out.append(el("text", said[:9], x=_LEFT - 8, y=f"{float(at) + 4:.1f}", text_anchor="end"))
    return el("g", *out, class_="axis")


def _spaced(values: Sequence[tuple[date, Decimal]], x: object) -> list[date]:
    """The dates whose labels have room beside one another."""
    assert callable(x)
    shown: list[date] = []
    for start, _ in values:
        if not shown or float(x(start.toordinal())) - float(x(shown[-1].toordinal())) >= 74:
            shown.append(start)
    return shown


def _start(start: date, at: str) -> Markup:
    foot = _HEIGHT - _BOTTOM
    return el(
        "g",
        el("line", x1=at, x2=at, y1=_TOP, y2=foot, class_="grid"),
        el("text", start.isoformat(), x=at, y=foot + 18, text_anchor="middle"),
        class_="axis",
    )


def _day(day: date, at: str) -> Markup:
    return made(
        el("line", x1=at, x2=at, y1=_TOP - 4, y2=_HEIGHT - _BOTTOM, class_="day"),
        el("text", f"on {day}", x=at, y=_TOP - 6, text_anchor="middle", class_="soft"),
    )
