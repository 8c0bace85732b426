"""Benefits and risks side by side, each with its points, and the score they add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from policyengine.decision import Score, ScoreItem
from policyengine.output.text import Page, Style, count, pad
from policyengine.source import columns, visible
from policyengine.values.numbers import to_text

_UNKNOWN_SHOWN = 3


def put_sides(page: Page, scores: Mapping[str, Score], *, full: bool) -> None:
    """Two columns where the page is wide enough, one below the other where it is not."""
    items = [item for score in scores.values() for item in score.items]
    if not scores:
        return
    page.heading("Benefits and risks")
    left = [item for item in items if side(item) == "benefit"]
    right = [item for item in items if side(item) == "risk"]
    if page.style.width < 60:
        for title, chosen in (("Benefits", left), ("Risks", right)):
            page.lines.extend(_column(title, chosen, page.style, page.style.width, full=full))
            page.blank()
    elif items:
        width = (min(page.style.width, 100) - 3) // 2
        first = _column("Benefits", left, page.style, width, full=full)
        second = _column("Risks", right, page.style, width, full=full)
        rows = max(len(first), len(second))
        for number in range(rows):
            one = first[number] if number < len(first) else ""
            two = second[number] if number < len(second) else ""
            # Painted text has no width of its own: columns are laid out before colours.
            page.put_raw(f"{pad(one, width)}   {two}".rstrip(), "bold" if number == 0 else "")
        page.blank()
    for name, score in scores.items():
        page.put(score_line(name, score), hang=2)


def side(item: ScoreItem) -> str:
    """`benefit` or `risk`: as the item says, else by the sign of its points."""
    if item.side in ("benefit", "risk"):
        return str(item.side)
    return "benefit" if item.points >= 0 else "risk"


def _column(
    title: str, items: Sequence[ScoreItem], style: Style, width: int, *, full: bool
) -> list[str]:
    counted = [item for item in items if item.value is True]
    open_ = [item for item in items if item.value is None]
    total = sum((item.points for item in counted), Decimal(0))
    lines = [f"{title} {signed(total)}" if counted else title]
    shown = open_ if full or len(open_) <= _UNKNOWN_SHOWN + 1 else open_[:_UNKNOWN_SHOWN]
    for item in counted:
        lines.extend(_item(item, style, width, ""))
    for item in shown:
        lines.extend(_item(item, style, width, "? "))
    if len(shown) < len(open_):
        lines.append(f"  ? {count(len(open_) - len(shown), 'more unknown', 'more unknown')}")
    if not counted and not open_:
        lines.append("  none")
    return lines


def _item(item: ScoreItem, style: Style, width: int, mark: str) -> list[str]:
    """`+3 title (aspect)`, wrapped inside its column; `?` while it is unknown."""
    inner = Page(Style(width, unicode=style.unicode))
    lead = f"  {mark}{signed(item.points)} "
    aspect = f" ({visible(item.aspect, 40)})" if item.aspect else ""
    inner.put(lead + visible(item.title, 160) + aspect, hang=columns(lead))
    return inner.lines


def signed(points: Decimal) -> str:
    """Points with their sign."""
    return ("+" if points > 0 else "") + to_text(points)


def score_line(name: str, score: Score) -> str:
    """`Benefit: 3 points`, or its bounds while an item is unknown."""
    title = visible(score.title or f"Score {name}", 80)
    if score.value is not None:
        return f"{title}: {to_text(score.value)} {'point' if score.value == 1 else 'points'}"
    unknown = sum(item.value is None for item in score.items)
    span = f"between {to_text(score.low)} and {to_text(score.high)} points"
    return f"{title}: {span}, while {count(unknown, 'item is', 'items are')} unknown"
