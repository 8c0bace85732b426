"""Which checks run, how much their findings count, and their options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from policyengine.config import Config, display
from policyengine.errors import Diagnostic, Diagnostics, Severity, UsageError, did_you_mean
from policyengine.lint.registry import BY_CODE
from policyengine.source import quoted
from policyengine.values.record import Record

_LEVELS = (*(level.value for level in Severity), "off")


class Settings(Record):
    """By code: the severity of a finding, None where the check is off; and its options."""

    severities: Mapping[str, Severity | None]
    options: Mapping[str, Mapping[str, Any]]


def defaults() -> Settings:
    return Settings(
        {code: check.severity for code, check in BY_CODE.items()},
        {code: dict(check.options) for code, check in BY_CODE.items()},
    )


def settings(
    config: Config | None = None, select: Iterable[str] = (), ignore: Iterable[str] = ()
) -> Settings:
    """The settings of a project, with only the checks of `select` and without those of
    `ignore`, if any are given. Raises `UsageError` for a code or a value that there is not."""
    found = Diagnostics()
    made = defaults()
    severities, options = dict(made.severities), {k: dict(v) for k, v in made.options.items()}
    if config is not None and config.lint:
        where = f"in {quoted(display(config.path), 200)}" if config.path is not None else ""
        for code, value in config.lint.items():
            if _known(code, found, where):
                _apply(code, value, severities, options[code], found, where)
    selected = [code for code in select if _known(code, found, "")]
    for code in severities:
        if selected and code not in selected:
            severities[code] = None
    for code in ignore:
        if _known(code, found, ""):
            severities[code] = None
    found.raise_errors(UsageError)
    return Settings(severities, options)


def _known(code: str, found: Diagnostics, where: str) -> bool:
    if code in BY_CODE:
        return True
    message = f"{quoted(code)} is the code of no check {where}".rstrip()
    hint = did_you_mean(code, BY_CODE) or "`policyengine lint --list` lists them"
    found.extend([Diagnostic("unknown-check", message, hint=hint)])
    return False


def _apply(
    code: str,
    value: Any,
    severities: dict[str, Severity | None],
    options: dict[str, Any],
    found: Diagnostics,
    where: str,
) -> None:
    given = value if isinstance(value, dict) else {"severity": value}
    for key, setting in given.items():
        if key == "severity":
            if setting not in _LEVELS:
                listing = ", ".join(f"`{level}`" for level in _LEVELS)
                _bad(f"the severity of {quoted(code)} is one of {listing} {where}", found)
            else:
                severities[code] = None if setting == "off" else Severity(setting)
        elif key not in options:
            _bad(f"{quoted(key)} is no option of {quoted(code)} {where}", found)
        elif isinstance(setting, bool) or not isinstance(setting, int) or setting < 0:
            _bad(f"{quoted(key)} of {quoted(code)} is a whole number {where}", found)
        else:
            options[key] = setting


def _bad(message: str, found: Diagnostics) -> None:
    found.extend([Diagnostic("bad-setting", message.rstrip())])
