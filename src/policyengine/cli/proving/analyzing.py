"""How an audit is said: as a page, as JSON, as a report; and which findings comments take back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from policyengine.analysis.audit.codes import KINDS
from policyengine.errors import Severity
from policyengine.lint import BY_CODE, Subject
from policyengine.lint.ignores import Ignore, ignores
from policyengine.output import json, registry
from policyengine.output.report import Check, Report, Status, Topic
from policyengine.output.text import Style, count, safe_lines

if TYPE_CHECKING:
    from policyengine.analysis.audit.findings import Audit, Finding, Ground
    from policyengine.engine import Policy

_COLORS = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold"}


@dataclass(frozen=True)
class Analyzed:
    """An audit of a policy; `findings` are those that no comment takes back, `accepted` the
    others, each with the comment's line."""

    policy: Policy
    audit: Audit
    as_of: date
    findings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]

    @property
    def code(self) -> int:
        """0 nothing found, 1 something that counts, 3 nothing, and something was left open."""
        if any(found.severity is not Severity.NOTE for found in self.findings):
            return 1
        return 3 if self.audit.open or self.audit.cut else 0


def analyzed(policy: Policy, audit: Audit, as_of: date, *, no_ignores: bool) -> Analyzed:
    """With what comments of the rules take back set apart."""
    if no_ignores:
        return Analyzed(policy, audit, as_of, audit.findings, ())
    made, _ = ignores(Subject(policy, as_of).sources, {**BY_CODE, **KINDS})
    left: list[Finding] = []
    accepted: list[Finding] = []
    for found in audit.findings:
        taken = any(_takes(ignore, found, as_of) for ignore in made)
        (accepted if taken else left).append(found)
    return Analyzed(policy, audit, as_of, tuple(left), tuple(accepted))


def _takes(ignore: Ignore, found: Finding, as_of: date) -> bool:
    return (
        found.code in ignore.codes
        and ignore.span.file == found.span.file
        and ignore.line == found.span.line
        and (ignore.until is None or ignore.until >= as_of)
    )


def pieces(form: str, of: Analyzed, style: Style) -> Iterator[str]:
    """The output in a format."""
    if form == "pretty":
        yield page(of, style)
    elif form == "json":
        yield json.text(data(of)) + "\n"
    else:
        yield from registry.pieces(form, report(of))


# a page ----------------------------------------------------------------------------------------


def page(of: Analyzed, style: Style) -> str:
    lines: list[str] = []
    for found in of.findings:
        text = safe_lines(found.diagnostic().render())
        word = f"{found.severity.value}[{found.code}]"
        lines.append(text.replace(word, style.paint(word, _COLORS[found.severity]), 1))
        lines += [f"  {safe_lines(line)}" for line in grounds(found.ground)]
        for shown in found.shown:
            lines.append(f"  shown by a deal ({safe_lines(shown.what)}):")
            lines += [f"    {line}" for line in _deal(shown.replay.document)]
        lines.append("")
    for each in of.audit.open:
        lines.append(safe_lines(f"open[{each.code}]: {each.about}: {each.why}"))
    if of.audit.open:
        lines.append("")
    lines += summary(of)
    return "\n".join(lines) + "\n"


def grounds(ground: Ground) -> list[str]:
    """What a finding rests on."""
    if not ground.proved:
        return ["not a proof: the solver left this open:", *(f"  {each}" for each in ground.limits)]
    return [f"proved, with {each}" for each in ground.cover] or ["proved"]


def _deal(document: Any) -> list[str]:
    from policyengine.output import yaml

    return [safe_lines(line) for line in yaml.text(document).splitlines()] or ["{}"]


def summary(of: Analyzed) -> list[str]:
    audit = of.audit
    made = [
        f"{count(audit.rules, 'rule')} on {of.as_of}: {count(len(of.findings), 'finding')}"
        + (f", {len(audit.open)} open" if audit.open else "")
        + (f", {len(of.accepted)} accepted by comments" if of.accepted else "")
    ]
    if audit.set_aside:
        made.append(f"not in force on this day: {', '.join(audit.set_aside)}")
    if audit.cut:
        made.append(f"not everything was looked at: {audit.cut}")
    elif not audit.open:
        made.append(
            "proved for every deal within the bounds of the schema, at this date, in linear "
            "arithmetic"
        )
    if audit.spurious:
        was = "was" if audit.spurious == 1 else "were"
        many = count(audit.spurious, "answer")
        made.append(f"{many} of the solver {was} refused by the reference: nothing rests on it")
    return [safe_lines(line) for line in made]


# for programs ----------------------------------------------------------------------------------


def data(of: Analyzed) -> dict[str, Any]:
    """The whole answer as plain data."""
    return {
        "schema_version": "1",
        "as_of": of.as_of.isoformat(),
        "digest": of.policy.core.digest,
        "rules": of.audit.rules,
        "cut_off": of.audit.cut,
        "not_in_force": list(of.audit.set_aside),
        "findings": [_finding(found) for found in of.findings],
        "accepted": [_finding(found) for found in of.accepted],
        "open": [
            {"code": each.code, "about": each.about, "why": each.why} for each in of.audit.open
        ],
    }


def _finding(found: Finding) -> dict[str, Any]:
    related = [
        {"file": span.file, "line": span.line, "column": span.column, "text": text}
        for span, text in found.related
    ]
    return {
        **found.diagnostic().to_dict(),
        "rules": list(found.rules),
        "related": related,
        "proved": found.ground.proved,
        "cover": list(found.ground.cover),
        "limits": list(found.ground.limits),
        "deals": [
            {
                "shows": shown.what,
                "verdict": shown.replay.verdict.value,
                "outcomes": {rule: o.value for rule, o in shown.replay.outcomes.items()},
                "terms": shown.replay.document,
            }
            for shown in found.shown
        ],
    }


def report(of: Analyzed) -> Report:
    """One check for each thing that is looked for, and one for what stayed open."""
    checks = []
    for code, (severity, meaning) in KINDS.items():
        found = [each for each in of.findings if each.code == code]
        left = [each for each in of.audit.open if each.code == code]
        status, message = Status.PASSED, ""
        if any(each.severity is not Severity.NOTE for each in found):
            status, message = Status.FAILED, count(len(found), "finding")
        elif left or of.audit.cut:
            status, message = Status.UNKNOWN, _open(left) or f"left open: {of.audit.cut}"
        diagnostics = tuple(each.diagnostic() for each in found)
        checks.append(
            Check(code, "analyze", status, message, meaning, level=severity, code=code,
                  diagnostics=diagnostics)
        )  # fmt: skip
    topics = tuple(Topic(code, meaning) for code, (_, meaning) in KINDS.items())
    return Report(
        "analyze",
        of.policy.core.id,
        tuple(checks),
        summary="; ".join(summary(of)),
        topics=topics,
        properties={"as_of": of.as_of.isoformat(), "digest": of.policy.core.digest},
    )


def _open(left: Sequence[Any]) -> str:
    return "; ".join(f"{each.about}: {each.why}" for each in left)
