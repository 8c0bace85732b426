"""What `--explain full` adds: assumptions, evidence, interests, advice, rules that hold."""

from __future__ import annotations

from policyengine.decision import Decision, Outcome
from policyengine.output import words
from policyengine.output.rule_block import Labels, head
from policyengine.output.text import Page
from policyengine.source import visible

_TEXT = 300
_WORD = {True: "yes", False: "no", None: "unknown"}
_MARKS = {"present": "✓", "missing": "✗", "unknown": "?", "not_applicable": "–"}


def put(page: Page, decision: Decision, labels: Labels) -> None:
    """Every section, each only where it has something to say."""
    _assumed(page, decision, labels)
    _unread(page, decision, labels)
    _caveats(page, decision, labels)
    _defined(page, decision)
    _interests(page, decision)
    _advice(page, decision)
    _holding(page, decision)


def _assumed(page: Page, decision: Decision, labels: Labels) -> None:
    if decision.assumed:
        page.heading("Assumed from silence")
    for term in decision.assumed:
        rules = ", ".join(term.rules)
        page.put(
            f"{labels.both(term.path)}: {words.value(term.value, term.words.unit, term.words)}",
            (f"  {visible(rules, 160)}", "dim"),
            hang=2,
        )


def _unread(page: Page, decision: Decision, labels: Labels) -> None:
    if decision.unread:
        page.heading("Stated, and read by no rule")
    for term in decision.unread:
        page.put(labels.both(term.path), hang=2)


def _caveats(page: Page, decision: Decision, labels: Labels) -> None:
    if decision.caveats:
        page.heading("Low-confidence evidence")
    for caveat in decision.caveats:
        rules = ", ".join(caveat.rules)
        page.put(labels.both(caveat.path), (f"  {visible(rules, 160)}", "dim"), hang=2)
        for key in ("source", "clause", "note"):
            if caveat.evidence.get(key):
                page.put(f"{key}: {visible(str(caveat.evidence[key]), 240)}", indent=2, hang=4)


def _defined(page: Page, decision: Decision) -> None:
    if decision.defined:
        page.heading("Worked out from the terms")
    for name, value in decision.defined.items():
        said = "unknown" if value is None else words.value(value, decision.units.get(name))
        page.put(f"{visible(name, 80)} = {said}", hang=2)


def _interests(page: Page, decision: Decision) -> None:
    if decision.interests:
        page.heading("Interests")
    for interest in decision.interests:
        page.put((visible(interest.element, 80), "bold"))
        page.put(f"ours: {visible(interest.ours, _TEXT)}", indent=2, hang=4)
        page.put(f"theirs: {visible(interest.theirs, _TEXT)}", indent=2, hang=4)
        said = f"served: {_WORD[interest.served]}, in conflict: {_WORD[interest.conflict]}"
        page.put(said, indent=2)


def _advice(page: Page, decision: Decision) -> None:
    if decision.advice:
        page.heading("Advice")
    for advice in decision.advice:
        note = advice.state.replace("_", " ")
        head(page, _MARKS.get(advice.state, "·"), "", advice.rule, advice.title, note)
        for label, text in (
            ("focus", advice.focus),
            ("action", advice.action),
            ("expected", advice.expected),
            ("", advice.message if advice.state == "missing" else None),
        ):
            if text:
                lead = f"{label}: " if label else ""
                page.put(f"{lead}{visible(text, _TEXT)}", indent=4, hang=6)


def _holding(page: Page, decision: Decision) -> None:
    advice = {advice.rule for advice in decision.advice}
    titles = {reason.rule: reason.title for reason in decision.reasons}
    holding = [r for r, o in decision.outcomes.items() if o is Outcome.PASS and r not in advice]
    idle = [
        r for r, o in decision.outcomes.items() if o is Outcome.NOT_APPLICABLE and r not in advice
    ]
    if holding:
        page.heading("Rules that hold")
    for rule in holding:
        head(page, "✓", "green", rule, titles.get(rule, ""))
    if idle:
        page.heading("Rules that do not apply")
        page.put(visible(", ".join(idle), 2000))
