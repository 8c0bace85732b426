"""What `lint` looks at, what it does there, and how it says so."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from policyengine.cli import COULD_NOT_RUN, console
from policyengine.cli import settings as settings_
from policyengine.cli.guarding import of_policy
from policyengine.cli.writing import put, write_file
from policyengine.config import Setting, choose_policy, find_policies, read_config
from policyengine.engine import Policy
from policyengine.errors import Diagnostic, PolicyEngineError, Severity, UsageError, ordered
from policyengine.lint import CHECKS, Linted, Settings, Subject, examine, settings
from policyengine.lint.fixing import fixed
from policyengine.output.report import Check, Place, Report, Status, Topic
from policyengine.project import MANIFESTS
from policyengine.source import quoted

#: findings that need no summary by code
_GLANCE = 6
_WEIGHTS = (Severity.NOTE, Severity.WARNING, Severity.ERROR)


@dataclass(frozen=True, slots=True)
class Target:
    """A policy to look at; `only` is the file whose findings are asked for, all if None."""

    policy: Path
    only: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What was found in a target, and why it could not be looked at."""

    target: Target
    found: tuple[Diagnostic, ...] = ()
    errors: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    targets: tuple[Target, ...]
    settings: Settings
    as_of: date
    waivers: tuple[Path, ...]
    fix: bool
    no_ignores: bool
    fail_on: str
    color: str

    @classmethod
    def make(cls, options: Mapping[str, Any]) -> Request:
        """Raises `UsageError` for a path, a code, a setting or a date that makes no sense."""
        config = read_config(Path.cwd())
        chosen = settings(config, _codes(options["select"]), _codes(options["ignore"]))
        given = options["as_of"]
        today = datetime.now(UTC).date()
        return cls(
            () if options["listing"] else tuple(_targets(options["paths"], config.settings)),
            chosen,
            settings_.day(Setting(given, "flag")) if given is not None else today,
            tuple(options["waivers"]),
            options["fix"],
            options["no_ignores"],
            "note" if options["strict"] else options["fail_on"],
            options["color"],
        )

    def files(self) -> list[Path]:
        """Every file that is looked at."""
        return [*self.waivers, *(f for target in self.targets for f in of_policy(target.policy))]

    def counts(self, found: Diagnostic) -> bool:
        """Whether a finding makes the run fail."""
        if self.fail_on == "never":
            return False
        return _WEIGHTS.index(found.severity) >= _WEIGHTS.index(Severity(self.fail_on))


def _codes(given: Sequence[str]) -> list[str]:
    return [code.strip() for word in given for code in word.split(",") if code.strip()]


def _targets(paths: Sequence[Path], configured: Mapping[str, Setting]) -> Iterator[Target]:
    if not paths:
        named = configured.get("policy")
        yield Target(choose_policy(named.value if named else None, Path.cwd()).path)
        return
    for path in paths:
        shown = quoted(path.as_posix(), 200)
        if not path.exists():
            raise UsageError(Diagnostic("nothing-to-lint", f"there is no file or folder {shown}"))
        if path.is_dir():
            found = find_policies(path, depth=64)
            if not found:
                message = f"there is no policy in {shown}"
                hint = "a policy is a folder with `policy.yaml`, or a file that begins one"
                raise UsageError(Diagnostic("nothing-to-lint", message, hint=hint))
            yield from (Target(policy) for policy in found)
            continue
        folder = next((f for f in path.parents if any((f / m).is_file() for m in MANIFESTS)), None)
        if folder is None or path.name in MANIFESTS:
            yield Target(path)
        else:
            yield Target(folder, path.as_posix())


def run(target: Target, request: Request) -> Result:
    """Look at one policy, mending it first where that is asked for."""
    try:
        policy = Policy.load(target.policy)
        found = _examine(policy, target, request)
        if request.fix and _mend(policy, found):
            found = _examine(Policy.load(target.policy), target, request)
    except PolicyEngineError as error:
        return Result(target, (), ordered(error.diagnostics))
    return Result(target, tuple(one.diagnostic for one in found))


def _examine(policy: Policy, target: Target, request: Request) -> list[Linted]:
    subject = Subject(policy, request.as_of, request.waivers)
    found = examine(subject, request.settings, no_ignores=request.no_ignores)
    only = target.only
    return [
        one
        for one in found
        if only is None or (one.diagnostic.span is not None and one.diagnostic.span.file == only)
    ]


def _mend(policy: Policy, found: Sequence[Linted]) -> bool:
    """Write what mends some findings; whether there was any."""
    made = fixed(policy, [one.fix for one in found if one.fix])
    for one in made:
        write_file(Path(one.source.name), one.text)
        times = "once" if one.edits == 1 else f"{one.edits} times"
        console.say(f"fixed {one.source.name} {times}")
    return bool(made)


def exit_code(results: Sequence[Result], request: Request) -> int:
    if any(result.errors for result in results):
        return COULD_NOT_RUN
    return int(any(request.counts(found) for result in results for found in result.found))


# how it is said -----------------------------------------------------------------------------


def pieces(
    form: str, results: Sequence[Result], request: Request, color: str | None
) -> Iterator[str]:
    if form == "pretty":
        yield _pretty(results, color or request.color)
    elif form == "json":
        from policyengine.output import json

        rows = [
            {
                "path": (result.target.only or result.target.policy.as_posix()),
                "diagnostics": [d.to_dict() for d in result.found],
                "errors": [d.to_dict() for d in result.errors],
            }
            for result in results
        ]
        clean = exit_code(results, request) == 0
        data = {"schema_version": "1", "as_of": request.as_of.isoformat(), "clean": clean}
        yield json.text({**data, "policies": rows}) + "\n"
    else:
        from policyengine.output import registry

        yield from registry.pieces(form, _report(results, request))


def _pretty(results: Sequence[Result], color: str) -> str:
    from policyengine.output.text import Style, count, safe_lines

    style = Style(color=console.wants_color(color, sys.stdout))
    names = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold"}
    lines = []
    for result in results:
        for found in (*result.errors, *result.found):
            word = f"{found.severity.value}[{found.code}]"
            text = safe_lines(found.render())
            lines.append(text.replace(word, style.paint(word, names[found.severity]), 1))
    everything = [found for result in results for found in (*result.errors, *result.found)]
    parts = [
        count(sum(found.severity is level for found in everything), level.value)
        for level in reversed(_WEIGHTS)
    ]
    lines += _by_code(everything)
    what = f"{len(results)} {'policy' if len(results) == 1 else 'policies'}"
    lines.append(f"{what}: {', '.join(parts)}")
    return "\n".join(lines) + "\n"


def _by_code(everything: Sequence[Diagnostic]) -> list[str]:
    """How often each code was found, where that is not seen at a glance."""
    found = Counter(one.code for one in everything)
    if len(everything) < _GLANCE or len(found) == len(everything):
        return []
    width = len(str(max(found.values())))
    return ["", *(f"{times:>{width}}  {code}" for code, times in found.most_common())]


def _report(results: Sequence[Result], request: Request) -> Report:
    """A check for each policy, which holds what was found in it."""
    checks = []
    for result in results:
        counted = sum(map(request.counts, result.found))
        status, message = Status.PASSED, ""
        if result.errors:
            status, message = Status.ERROR, "it is not valid, so it was not looked at"
        elif counted:
            status, message = Status.FAILED, f"{counted} findings"
        path = result.target.only or result.target.policy.as_posix()
        found = (*result.errors, *result.found)
        checks.append(Check(path, "lint", status, message, location=Place(path), diagnostics=found))
    topics = tuple(Topic(check.code, check.title) for check in CHECKS)
    total = sum(len(result.found) for result in results)
    summary = f"{total} finding{'' if total == 1 else 's'}"
    return Report("lint", "lint", tuple(checks), summary=summary, topics=topics)


def show(request: Request) -> None:
    """The checks, how much a finding of each counts, and what it reports."""
    width = max(len(check.code) for check in CHECKS)
    for check in CHECKS:
        severity = request.settings.severities[check.code]
        level = severity.value if severity is not None else "off"
        put(f"{check.code:<{width}}  {level:<7}  {check.title}\n")
