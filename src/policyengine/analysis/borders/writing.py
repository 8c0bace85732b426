"""Borders as a test file, for a person to review."""

from __future__ import annotations

from datetime import date
from typing import Any

from policyengine.analysis.borders.found import Borders
from policyengine.engine import Policy
from policyengine.errors import Diagnostic, UsageError
from policyengine.source import visible
from policyengine.values import jsontext

_HEAD = """\
# The borders of the rules, found by a solver: pairs of deals that differ in one term, of which
# a rule fails one and passes the other, or an item of a scorecard counts in one of them. What
# they expect is what the rules say today, which nobody has said is right: review them.
"""


def test_file(policy: Policy, found: Borders, as_of: date) -> str:
    """The borders as a test file of the policy; raises `UsageError` where there are none."""
    if not found.pairs:
        raise UsageError(
            Diagnostic(
                "no-tests",
                "no border of these rules was found, so there is no test to write",
                hint="`analyze` says whether they object to any deal at all",
            )
        )
    lines = []
    if policy.depends_on_date:
        lines.append(f"as_of: {as_of}")
    if found.final:
        lines.append("final: true")
    lines.append("cases:")
    names: dict[str, int] = {}
    for border in found.pairs:
        for side in (border.failing, border.passing):
            said = side.said.replace("_", " ")
            name = f"border of {border.of} at {border.path}: {said}"
            names[name] = names.get(name, 0) + 1
            if names[name] > 1:
                name += f" ({names[name]})"
            document = dict(side.replay.document)
            listed = document.pop("not_applicable", None)
            expect: dict[str, Any] = {"verdict": side.replay.verdict.value}
            if side.scores:
                expect["scores"] = {
                    card: {"value": score.value, "low": score.low, "high": score.high}
                    for card, score in side.scores.items()
                }
            else:
                expect["outcomes"] = {border.of: side.said}
            lines.append(f"  - name: {visible(jsontext.dumps(name))}")
            lines.append(f"    terms: {jsontext.dumps(document)}")
            if listed:
                lines.append(f"    not_applicable: {jsontext.dumps(listed)}")
            lines.append(f"    expect: {jsontext.dumps(expect)}")
    return _HEAD + "\n".join(lines) + "\n"


test_file.__test__ = False  # type: ignore[attr-defined]  # not a test, whatever its name
