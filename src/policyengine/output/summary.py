"""Many deals at a glance: how many of each verdict, and what decided each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from policyengine.decision import Decision, Reason
from policyengine.output.text import Page, Style, count, pad, shorten
from policyengine.source import columns, visible

COLORS = {
    "reject": "red",
    "undetermined": "cyan",
    "conditional": "yellow",
    "accept": "green",
    "no verdict": "red",
}
_ROWS = 200  # deals listed; beyond, only the counts: memory stays constant
_ASIDE = 20  # columns for what decided a deal; where there are fewer it goes below the name
_DECIDING = {
    "reject": ("mandatory", ("fail",)),
    "undetermined": ("mandatory", ("unknown",)),
    "conditional": ("negotiable", ("fail", "unknown")),
}


def because(decision: Decision) -> str:
    """The sentence under a verdict: what decided, and what to trust it for."""
    of = _by_kind(decision)
    parts: list[str] = []
    if of["mandatory", "fail"]:
        parts.append(f"{count(of['mandatory', 'fail'], 'mandatory rule')} broken")
    if of["mandatory", "unknown"]:
        parts.append(f"{count(of['mandatory', 'unknown'], 'mandatory rule')} undecided")
    still_open = of["negotiable", "fail"] + of["negotiable", "unknown"]
    if still_open:
        parts.append(f"{count(still_open, 'condition')} to settle")
    waived = sum(outcome.value == "waived" for outcome in decision.outcomes.values())
    if waived:
        parts.append(f"{waived} waived")
    if not parts and any(reason.rule is None for reason in decision.reasons):
        parts.append("no rule applies")
    if not parts:
        parts.append("every rule that applies holds")
    if decision.assumed:
        parts.append(f"{count(len(decision.assumed), 'term')} assumed from silence")
    if decision.caveats:
        parts.append(f"{count(len(decision.caveats), 'term')} on low-confidence evidence")
    if decision.errors:
        parts.append(f"{count(len(decision.errors), 'error')} while evaluating")
    return ", ".join(parts)


class _Counts(dict[tuple[str, str], int]):
    def __missing__(self, key: tuple[str, str]) -> int:
        return 0


def _by_kind(decision: Decision) -> _Counts:
    found = _Counts()
    for reason in decision.reasons:
        found[str(reason.level), str(reason.outcome)] += 1
    return found


class Summary:
    """Counts every deal and lists the first two hundred."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(COLORS, 0)
        self._rows: list[tuple[str, str, str]] = []
        self._sources: list[str] = []

    def add(self, decision: Decision) -> None:
        verdict = decision.verdict.value
        name = decision.deal.id or decision.deal.source or ""
        source = decision.deal.source or ""
        self._add(verdict, name, _deciding(verdict, decision.reasons), source)

    def add_error(self, row: Mapping[str, Any]) -> None:
        codes = dict.fromkeys(str(error.get("code", "")) for error in row.get("errors", ()))
        self._add("no verdict", source_of(row), " ".join(list(codes)[:3]), "")

    def _add(self, verdict: str, name: str, why: str, source: str) -> None:
        self._counts[verdict] += 1
        if len(self._rows) < _ROWS:
            self._rows.append((verdict, shorten(name, 40), shorten(why, 60)))
            self._sources.append("" if source == name else shorten(source, 60))

    def page(self, style: Style) -> str:
        """A blank line, the heading, the counts, a row for each deal."""
        made = Page(style)
        total = sum(self._counts.values())
        counts = [f"{number} {verdict}" for verdict, number in self._counts.items() if number]
        made.heading("Summary")
        made.put(f"{count(total, 'deal')}: {', '.join(counts)}", hang=2)
        made.blank()
        times = Counter(name for _, name, _ in self._rows)
        width = max((columns(name) for name in times), default=0)
        at = 12 + 2 + width + 2  # the column of what decided
        aside = style.width - at >= _ASIDE
        for (verdict, name, why), source in zip(self._rows, self._sources, strict=True):
            made.put(
                (pad(verdict, 12), f"bold {COLORS[verdict]}"),
                f"  {pad(name, width)}",
                f"  {why}" if aside else "",
                hang=at if aside else 14,
            )
            if why and not aside:
                made.put(why, indent=14)
            if source and times[name] > 1:  # deals of one name are told apart
                made.put((source, "dim"), indent=14)
        if total > len(self._rows):
            made.put(f"and {total - len(self._rows)} more", indent=14)
        return "\n" + made.text()


def _deciding(verdict: str, reasons: tuple[Reason, ...]) -> str:
    level, outcomes = _DECIDING.get(verdict, ("", ()))
    chosen = [r for r in reasons if r.level == level and r.outcome in outcomes]
    rules = [visible(r.rule or "", 30) for r in chosen]
    if not rules:
        return "nothing applied" if verdict == "undetermined" else ""
    return " ".join(rules[:5]) + (f" and {len(rules) - 5} more" if len(rules) > 5 else "")


def source_of(row: Mapping[str, Any]) -> str:
    """`file` or `file:line` of a deal that could not be read."""
    line = row.get("line")
    return f"{row.get('source') or ''}" + (f":{line}" if line is not None else "")


def error_page(row: Mapping[str, Any], style: Style) -> str:
    """The block of a deal without a verdict."""
    made = Page(style)
    made.put(("NO VERDICT", "bold red"), "  ", (shorten(source_of(row), 120), "bold"), hang=2)
    made.blank()
    for error in row.get("errors", ()):
        where = error.get("location")
        place = f"{where['file']}:{where['line']}:{where['column']}: " if where else ""
        made.put(f"{place}{error['message']}", (f" [{error['code']}]", "dim"), indent=2, hang=4)
        if error.get("hint"):
            made.put(f"hint: {error['hint']}", indent=4, hang=6)
    return made.text()
