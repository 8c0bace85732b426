"""Decisions for people: the verdict first, then what it rests on and what to do about it.

The page is readable in black and white; colour only repeats what words and signs say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from policyengine.decision import Decision, Missing, Presence, Reason
from policyengine.output import background, words
from policyengine.output.rule_block import Labels, ask, failing, head, missing, place, unknown
from policyengine.output.sides import put_sides
from policyengine.output.summary import COLORS, Summary, because, error_page
from policyengine.output.text import Page, Style, count
from policyengine.source import visible

_TEXT = 300
_MOST_ADVICE = 6
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page says about the question: where the policy was read from, whether the
    as-of date is today's, how much to explain (`fails` or `full`)."""

    policy_from: str | None = None
    today: bool = False
    explain: str = "fails"


def page(decision: Decision, style: Style, asked: Asked, *, hint: bool = True) -> str:
    """One decision as a page of text, every line ended; `hint` says what more there is."""
    made = Page(style)
    full = asked.explain == "full"
    labels = Labels(_labels(decision))
    _top(made, decision, asked)
    _verdict_reasons(made, decision, labels, full=full)
    _waivers(made, decision)
    _errors(made, decision)
    put_sides(made, decision.scores, full=full)
    if full:
        background.put(made, decision, labels)
    _foot(made, decision, hint=hint and not full)
    return made.text()


def _labels(decision: Decision) -> dict[str, str]:
    found: dict[str, str] = {}
    for reason in decision.reasons:
        found.update((use.path, use.label) for use in reason.terms if use.label)
    found.update((term.path, term.label) for term in decision.missing if term.label)
    found.update((term.path, term.label) for term in decision.assumed if term.label)
    found.update((term.path, term.label) for term in decision.unread if term.label)
    return found


# the top of the page ------------------------------------------------------------------------


def _top(made: Page, decision: Decision, asked: Asked) -> None:
    name = decision.deal.id or decision.deal.source or "a deal without an id"
    made.put(
        (decision.verdict.value.upper(), f"bold {COLORS[decision.verdict.value]}"),
        "  ",
        (visible(name, 120), "bold"),
        hang=2,
    )
    made.put(because(decision))
    made.blank()
    policy = decision.policy
    rows = [("policy", f"{visible(policy.id, 80)} {visible(policy.version, 40)}")]
    if asked.policy_from:
        rows[0] = ("policy", f"{rows[0][1]} ({visible(asked.policy_from, 200)})")
    if decision.deal.source and decision.deal.source != name:
        rows.insert(0, ("deal", visible(decision.deal.source, 200)))
    settings = decision.settings
    if settings.as_of is not None:
        rows.append(("as of", settings.as_of + (" (today)" if asked.today else "")))
    if settings.final:
        rows.append(("read as", "final: what the deal does not state counts against it"))
    if not settings.assume:
        rows.append(("silence", "has no defaults: only what the deal states counts"))
    for key, value in settings.parameters.items():
        rows.append(("override", f"{visible(key, 80)} = {words.value(value)}"))
    rows.extend(("n/a", f"{visible(path, 160)}, says the deal") for path in decision.not_applicable)
    for label, text in rows:
        made.put((f"{label:<8}", "dim"), " ", text, hang=9)


# what decided -------------------------------------------------------------------------------


def _verdict_reasons(made: Page, decision: Decision, labels: Labels, *, full: bool) -> None:
    def chosen(level: str, outcome: str) -> list[Reason]:
        return [r for r in decision.reasons if (r.level, r.outcome) == (level, outcome)]

    broken = chosen("mandatory", "fail")
    waiting = chosen("mandatory", "unknown")
    open_ = chosen("negotiable", "fail")
    open_waiting = chosen("negotiable", "unknown")
    if broken:
        made.heading("What breaks it")
        _each(made, broken, lambda r: _failing(made, r, "✗", "red", labels, full=full))
    if broken and (waiting or open_ or open_waiting):
        made.heading("Still open once that is fixed")
    elif waiting:
        made.heading("What is missing")
    _each(made, _grouped(waiting), lambda g: _waiting(made, g, "mandatory", labels, full=full))
    if not broken and (open_ or open_waiting):
        made.heading("To settle" if not waiting else "To settle as well")
    elif waiting:
        made.blank()
    _each(made, open_, lambda r: _failing(made, r, "!", "yellow", labels, full=full))
    if open_:
        made.blank()
    _each(made, _grouped(open_waiting), lambda g: _waiting(made, g, "", labels, full=full))
    for reason in decision.reasons:
        if reason.rule is None:
            made.heading("Why there is no answer")
            made.put(visible(reason.message, _TEXT))


def _each(made: Page, things: Sequence[_T], put: Callable[[_T], None]) -> None:
    for number, thing in enumerate(things):
        if number:
            made.blank()
        put(thing)


def _failing(
    made: Page, reason: Reason, mark: str, color: str, labels: Labels, *, full: bool
) -> None:
    head(made, mark, color, reason.rule, reason.title)
    failing(made, reason, labels, full=full)


def _waiting(
    made: Page, group: tuple[Reason, ...], note: str, labels: Labels, *, full: bool
) -> None:
    """Rules that wait for the same terms: their titles, then the terms once."""
    for reason in group:
        head(made, "?", "cyan", reason.rule, reason.title, note)
    if len(group) == 1:
        unknown(made, group[0], labels, full=full)
        return
    assert group[0].missing is not None
    missing(made, group[0].missing, labels, full=full)
    for reason in group:
        if reason.level == "negotiable":
            ask(made, reason)


def _grouped(reasons: Sequence[Reason]) -> list[tuple[Reason, ...]]:
    groups: dict[Missing | str | None, list[Reason]] = {}
    for reason in reasons:
        key = reason.missing if reason.missing is not None else f"alone {reason.rule}"
        groups.setdefault(key, []).append(reason)
    return [tuple(group) for group in groups.values()]


def _waivers(made: Page, decision: Decision) -> None:
    shown = [use for use in decision.waivers if use.status != "not_needed"]
    if not shown:
        return
    made.heading("Waivers")
    titles = {reason.rule: reason.title for reason in decision.reasons}
    said = {
        "applied": "waived until {until}, by {by}",
        "expired": "has no effect: it expired on {until}",
        "stale": "has no effect: it was given for another text of the deal",
        "no_such_rule": "has no effect: the policy has no such rule",
    }
    for use in shown:
        mark, color = ("~", "yellow") if use.status == "applied" else ("!", "red")
        head(made, mark, color, use.rule, titles.get(use.rule, ""))
        how = said.get(use.status, use.status)
        by = visible(use.approved_by, 160)
        made.put(how.format(until=visible(use.until, 20), by=by), indent=4, hang=6)
        made.put(f"reason given: {visible(use.reason, _TEXT)}", indent=4, hang=6)
        if use.location is not None:
            made.put((place(use.location), "dim"), indent=4, hang=6)


def _errors(made: Page, decision: Decision) -> None:
    if not decision.errors:
        return
    made.heading("Errors while evaluating")
    for fault in decision.errors:
        head(made, "✗", "red", fault.rule, f"{fault.message} [{fault.code}]")
        if fault.location is not None:
            made.put((place(fault.location), "dim"), indent=4)


def _foot(made: Page, decision: Decision, *, hint: bool) -> None:
    tally: dict[str, int] = {}
    advice = {advice.rule for advice in decision.advice}
    deciding = [outcome for rule, outcome in decision.outcomes.items() if rule not in advice]
    for outcome in deciding:
        tally[outcome.value] = tally.get(outcome.value, 0) + 1
    names = {
        "pass": ("holds", "hold"),
        "fail": ("fails", "fail"),
        "unknown": ("undecided", "undecided"),
        "waived": ("waived", "waived"),
        "not_applicable": ("does not apply", "do not apply"),
    }
    parts = [
        f"{tally[key]} {one if tally[key] == 1 else many}"
        for key, (one, many) in names.items()
        if key in tally
    ]
    made.blank()
    more = f"; {count(len(advice), 'piece')} of advice" if advice else ""
    lacking = [one.rule for one in decision.advice if one.state is Presence.MISSING]
    if lacking:
        more += f", missing: {visible(', '.join(lacking[:_MOST_ADVICE]), 400)}"
        more += f" and {len(lacking) - _MOST_ADVICE} more" if len(lacking) > _MOST_ADVICE else ""
    made.put((f"{count(len(deciding), 'rule')}: {', '.join(parts)}{more}", "dim"))
    if hint:
        made.put(("--explain full adds what is assumed, interests, advice, what holds", "dim"))


# the format ---------------------------------------------------------------------------------


class Format:
    """`--format pretty`; several deals end with a summary."""

    name = "pretty"

    def __init__(self, style: Style, asked: Asked, *, many: bool) -> None:
        self._style = style
        self._asked = asked
        self._summary = Summary() if many else None
        self._begun = False

    def wants(self, _rank: int) -> bool:
        return True

    def start(self) -> str:
        return ""

    def decision(self, decision: Decision) -> str:
        if self._summary is None:
            return page(decision, self._style, self._asked)
        self._summary.add(decision)
        return self._between() + page(decision, self._style, self._asked, hint=False)

    def error(self, row: Mapping[str, Any]) -> str:
        """Among several deals, the one that could not be read; alone, standard error says it."""
        if self._summary is None:
            return ""
        self._summary.add_error(row)
        return self._between() + error_page(row, self._style)

    def _between(self) -> str:
        line = "─" if self._style.unicode else "-"
        lead = f"\n{line * min(self._style.width, 80)}\n\n" if self._begun else ""
        self._begun = True
        return lead

    def end(self) -> str:
        return self._summary.page(self._style) if self._summary is not None else ""
