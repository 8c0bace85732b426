"""Why a gap is one: what the cases give in its place."""

from __future__ import annotations

from policyengine.explain import words
from policyengine.testing.coverage.closing import Closing, State
from policyengine.testing.coverage.measure import Coverage, Gap

_NEVER = {
    "outcome": "never comes out as `{}`",
    "leaf": "is never {}",
    "boundary": "has no case {} the limit",
    "row": "is never {}",
}
_SIDES = {"at": "exactly at", "above": "next above", "below": "next below"}


def headline(gap: Gap) -> str:
    """What is missing, in words that go on after the point's own."""
    return _NEVER[gap.point.kind].format(_SIDES.get(gap.answer, gap.answer))


def why(coverage: Coverage, gap: Gap) -> str:
    """What there is instead, as one sentence."""
    if gap.point.kind == "boundary":
        return _nearest(coverage, gap)
    given = [
        f"`{answer}` in {count} {'case' if count == 1 else 'cases'}"
        for (number, answer), count in coverage.seen.items()
        if number == gap.number
    ]
    if given:
        return f"it is {', '.join(sorted(given))}"
    if gap.point.kind == "row":
        return "no case matches it, or an earlier row always does"
    return "no case evaluates it"


def unclosed(closing: Closing) -> str:
    """What is said of a gap that no deal is known to close."""
    if closing.state is State.PROVED:
        return "no deal does: proved"
    return closing.why or "no deal was found that does; there may be one"


def _nearest(coverage: Coverage, gap: Gap) -> str:
    found = coverage.nearest.get(gap.number, ())
    if gap.answer != "at":
        above = gap.answer == "above"
        found = tuple(one for one in found if (one[0] > 0) is above and one[0] != 0)
    if not found:
        side = "" if gap.answer == "at" else f" {gap.answer} the limit"
        return f"no case states a value{side}"
    apart, value = min(found, key=lambda one: abs(one[0]))
    step = gap.point.step
    near = f"; next to it is within {step:f}" if step is not None and gap.answer != "at" else ""
    return f"the nearest value is {words(value)}, {abs(apart):f} from the limit{near}"
