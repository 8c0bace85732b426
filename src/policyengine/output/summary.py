"""Many deals at a glance: how many of each verdict, and what decided each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from policyengine.decision import Decision, Reason
from policyengine.output.several import NO_VERDICT, VERDICTS, Several, Worst, name_of
from policyengine.output.text import Page, Style, count, pad, shorten
from policyengine.source import columns, visible

COLORS = {
    "no verdict": "red",
    "reject": "red",
    "undetermined": "cyan",
    "conditional": "yellow",
    "accept": "green",
}
_ROWS = 200  # deals listed, the worst; beyond, they are counted and named
_NAMED = 1_000
_ROOM = 40_000  # characters of those names
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
    if decision.unread:
        parts.append(f"{count(len(decision.unread), 'stated term')} read by no rule")
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


class _Row(NamedTuple):
    verdict: str
    name: str
    why: str
    source: str  # nothing where it is the name


class Summary:
    """Counts every deal, lists the two hundred worst and names others that are not accepted."""

    def __init__(self) -> None:
        self._several = Several(_ROWS + _NAMED)
        self._rows: Worst[_Row] = Worst(_ROWS)

    def add(self, decision: Decision) -> None:
        verdict = decision.verdict.value
        standing = VERDICTS[verdict]
        self._several.add(standing, name_of(decision))
        if self._rows.wants(standing.rank):
            name = decision.deal.id or decision.deal.source or ""
            source = decision.deal.source or ""
            why = _deciding(verdict, decision.reasons)
            row = _Row(verdict, shorten(name, 40), shorten(why, 60),
                       "" if source == name else shorten(source, 60))  # fmt: skip
            self._rows.add(standing.rank, row)

    def add_error(self, row: Mapping[str, Any]) -> None:
        codes = dict.fromkeys(str(error.get("code", "")) for error in row.get("errors", ()))
        name, why = source_of(row), " ".join(list(codes)[:3])
        self._several.add(NO_VERDICT, name)
        made = _Row(NO_VERDICT.word, shorten(name, 40), shorten(why, 60), "")
        self._rows.add(NO_VERDICT.rank, made)

    def page(self, style: Style) -> str:
        """A blank line, the heading, the counts, a row for each deal, the worst first."""
        made = Page(style)
        made.heading("Summary")
        made.put(f"{count(self._several.total, 'deal')}: {self._several.counts()}", hang=2)
        made.blank()
        times = Counter(row.name for row in self._rows)
        width = max((columns(name) for name in times), default=0)
        at = 12 + 2 + width + 2  # the column of what decided
        aside = style.width - at >= _ASIDE
        for verdict, name, why, source in self._rows:
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
        for line in self._several.left_out(len(self._rows), lambda n: shorten(n, 100), _ROOM):
            made.put(line, indent=14, hang=16)
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
