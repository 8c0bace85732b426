"""A decision held against what a case expects of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from policyengine.decision import Decision, Outcome
from policyengine.source import quoted
from policyengine.testing.expectations import Expectation
from policyengine.testing.why import Why
from policyengine.values.numbers import to_text
from policyengine.values.record import Record

_Why = Callable[[], Why] | None


class Difference(Record):
    """What an expectation asked for and what there is, in words, and why."""

    expected: str
    actual: str
    why: tuple[str, ...]


def compare(
    wanted: Expectation, decision: Decision, why: Callable[[], Why] | None
) -> Difference | None:
    """The difference between an expectation and a decision; None where it is met.

    `why` makes what explains the decision, and is called only for a difference; without it no
    reasons are given. The decision explains passing rules too (`explain="full"`) where a
    message is expected.
    """
    return _COMPARE[wanted.kind](wanted, decision, why)


def needs_reasons(wanted: Expectation) -> bool:
    """Whether an expectation asks for more than the verdict and the outcomes."""
    return wanted.kind not in ("verdict", "outcomes")


def _verdict(wanted: Expectation, decision: Decision, why: _Why) -> Difference | None:
    got = decision.verdict.value
    if got == wanted.wanted:
        return None
    return Difference(
        f"verdict {wanted.wanted}", f"verdict {got}", why().verdict(decision) if why else ()
    )


def _outcome(wanted: Expectation, decision: Decision, why: _Why) -> Difference | None:
    rule = str(wanted.subject)
    got = decision.outcomes[rule].value
    if got == wanted.wanted:
        return None
    return Difference(f"{rule} {wanted.wanted}", f"{rule} {got}", why().rule(rule) if why else ())


def _missing(wanted: Expectation, decision: Decision, _why: _Why) -> Difference | None:
    got = [term.path for term in decision.missing]
    if wanted.subject in got or (wanted.subject is None and not got):
        return None
    expected = f"missing: {wanted.subject}" if wanted.subject else "nothing missing"
    listed = ", ".join(got[:20]) + (f" and {len(got) - 20} more" if len(got) > 20 else "")
    return Difference(expected, f"missing: {listed}" if got else "nothing missing", ())


def _score(wanted: Expectation, decision: Decision, _why: _Why) -> Difference | None:
    name = str(wanted.subject)
    score = decision.scores[name]
    parts = {part: getattr(score, part) for part in wanted.wanted}
    if parts == wanted.wanted:
        return None
    points = tuple(
        f"{item.id} {'unknown' if item.value is None else 'counts'}: {to_text(item.points)}"
        for item in score.items
        if item.value is not False
    )
    return Difference(f"score {name} {_parts(wanted.wanted)}", f"score {name} {_parts(parts)}",
                      points)  # fmt: skip


def _message(wanted: Expectation, decision: Decision, why: _Why) -> Difference | None:
    rule = str(wanted.subject)
    said: dict[str | None, str | None] = {r.rule: r.message for r in decision.reasons}
    said |= {advice.rule: advice.message for advice in decision.advice}
    outcome = decision.outcomes[rule]
    text = said.get(rule) or ""
    # what is said of a rule that did not apply is no answer of that rule
    if outcome is not Outcome.NOT_APPLICABLE and wanted.wanted in text:
        return None
    actual = f"{rule} says {quoted(text, 300)}" if text else f"{rule} says nothing"
    if outcome is Outcome.NOT_APPLICABLE:
        actual = f"{rule} does not apply"
    return Difference(
        f"{rule} says … {quoted(wanted.wanted, 300)} …", actual, why().rule(rule) if why else ()
    )


def _errors(wanted: Expectation, decision: Decision, _why: _Why) -> Difference | None:
    got = [(fault.code, fault.rule) for fault in decision.errors]
    codes = [code for code, _ in got]
    if wanted.subject in codes or (wanted.subject is None and not codes):
        return None
    actual = ", ".join(f"{code} in {rule}" for code, rule in got)
    return Difference(
        f"error {wanted.subject}" if wanted.subject else "no errors", actual or "no errors", ()
    )


def _parts(parts: dict[str, Any]) -> str:
    texts = {k: "unknown" if v is None else to_text(v) for k, v in parts.items()}
    if texts.keys() == {"value"}:
        return texts["value"]
    return ", ".join(f"{key} {text}" for key, text in texts.items())


_COMPARE: dict[str, Callable[..., Difference | None]] = {
    "verdict": _verdict,
    "outcomes": _outcome,
    "missing": _missing,
    "scores": _score,
    "messages": _message,
    "errors": _errors,
}
