"""A result as an SVG: the time of one decision over the number of rules, both logarithmic."""

from __future__ import annotations

import math
from typing import Any
from xml.sax.saxutils import escape

from benchmarks import ours

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 860, 480, 64, 24, 230, 48
_FONT = 'font-family="sans-serif" font-size="12"'
_COLOURS = ("#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#3ca951", "#ff8ab7", "#a463f2", "#97bbf5")


def svg(result: dict[str, Any]) -> str:
    sizes = [int(size) for size in result["decide"]]
    lines: dict[str, list[tuple[int, float]]] = {}
    for size, row in result["decide"].items():
        for name, found in row["contestants"].items():
            lines.setdefault(name, []).append((int(size), found["micros"]["median"]))
    times = [micros for points in lines.values() for _, micros in points]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    span = math.log10(max(sizes)) - math.log10(min(sizes)) or 1

    def x(size: int) -> float:
        part = (math.log10(size) - math.log10(min(sizes))) / span
        return round(_LEFT + part * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(micros: float) -> float:
        part = (math.log10(micros) - low) / (high - low)
        return round(_HEIGHT - _BOTTOM - part * (_HEIGHT - _TOP - _BOTTOM), 1)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" {_FONT}>',
        "<title>One decision, in microseconds, over the number of rules</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
    ]
    for power in range(low, high + 1):
        at = y(10.0**power)
        label = f"{10**power:,} µs" if power >= 0 else f"{10.0**power:g} µs"
        out.append(
            f'<path d="M{_LEFT} {at}H{_WIDTH - _RIGHT}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 6}" y="{at + 4}" text-anchor="end">{label}</text>'
        )
    foot = f'y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle"'
    out += [f'<text x="{x(size)}" {foot}>{size:,}</text>' for size in sizes]
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    out.append(f'<text x="{middle}" y="{_HEIGHT - 10}" text-anchor="middle">rules</text>')
    taken: list[float] = []
    ends = sorted(lines.items(), key=lambda item: item[1][-1][1])
    for number, (name, points) in enumerate(ends):
        colour = _COLOURS[number % len(_COLOURS)]
        mine = name.startswith("policyengine")
        width, dash = (3.5, "") if name == ours.MAIN else (1.6, "" if mine else "5 3")
        colour = "#111" if name == ours.MAIN else colour
        path = "M" + "L".join(f"{x(size)} {y(micros)}" for size, micros in points)
        out.append(
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"'
            + (f' stroke-dasharray="{dash}"' if dash else "")
            + "/>"
        )
        last_x, last_y = x(points[-1][0]), y(points[-1][1])
        label_y = min([last_y, *(other - 13 for other in taken[-1:])])
        taken.append(label_y)
        out.append(
            f'<path d="M{last_x + 2} {last_y}L{_WIDTH - _RIGHT + 12} {label_y}" stroke="{colour}" '
            'stroke-width="0.7" fill="none"/>'
            f'<text x="{_WIDTH - _RIGHT + 15}" y="{round(label_y + 4, 1)}" fill="{colour}"'
            + (' font-weight="bold"' if mine else "")
            + f">{escape(name)}</text>"
        )
    out.append("</svg>")
    return "\n".join(out) + "\n"
