"""Settings of a run and where each comes from: flag, environment, project, default."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from policyengine.config import Choice, Config, Setting, choose_policy, display
from policyengine.errors import Diagnostic, Severity, UsageError, nearest
from policyengine.source import quoted

_PREFIX = "POLICYENGINE_"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: settings that a project may give, by option
_SHARED = ("policy", "format", "explain")
DEFAULTS: Mapping[str, str] = {"format": "pretty", "fail_on": "conditional", "explain": "fails"}


def resolve(ctx: click.Context, config: Config) -> dict[str, Setting]:
    """Every setting of `evaluate` with its origin; one without a value is left out."""
    found: dict[str, Setting] = {}
    for parameter in ctx.command.params:
        name = parameter.name
        if not isinstance(parameter, click.Option) or name in (None, "show_config"):
            continue
        given = ctx.get_parameter_source(name)
        value = ctx.params.get(name)
        shared = name.replace("_", "-")
        if given is ParameterSource.COMMANDLINE:
            found[name] = Setting(_text(value), "flag")
        elif given is ParameterSource.ENVIRONMENT:
            found[name] = Setting(_text(value), f"environment, {_variable(parameter)}")
        elif name in _SHARED and shared in config.settings:
            found[name] = config.settings[shared]
        elif name in DEFAULTS:
            found[name] = Setting(DEFAULTS[name], "default")
        elif value not in (None, ()):
            found[name] = Setting(_text(value), "default")
    if "as_of" not in found:
        found["as_of"] = Setting(datetime.now(UTC).date().isoformat(), "today (UTC)")
    return found


def strange_variables(ctx: click.Context) -> list[Diagnostic]:
    """Warnings for variables that look like a setting and are none: a typo drops a setting."""
    options = [p for p in ctx.command.params if isinstance(p, click.Option)]
    known = [option.envvar for option in options if isinstance(option.envvar, str)]
    found = []
    for name in sorted(os.environ):
        if name.startswith(_PREFIX) and name not in known:
            word = nearest(name[len(_PREFIX) :], [other[len(_PREFIX) :] for other in known])
            if word is not None:
                hint = f"did you mean `{_PREFIX}{word}`?"
                message = f"the environment has {quoted(name)}, which is no setting"
                found.append(
                    Diagnostic("unknown-variable", message, severity=Severity.WARNING, hint=hint)
                )
    return found


def _variable(option: click.Option) -> str:
    return option.envvar if isinstance(option.envvar, str) else "?"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def day(setting: Setting) -> date:
    """The as-of date; raises `UsageError` for anything but a day that exists."""
    try:
        if _DAY.fullmatch(setting.value):
            return date.fromisoformat(setting.value)
    except ValueError:
        pass
    message = f"the as-of date is {quoted(setting.value)}; expected `YYYY-MM-DD`, a day that exists"
    hint = None if setting.origin == "flag" else f"it comes from: {setting.origin}"
    raise UsageError(Diagnostic("bad-as-of", message, hint=hint))


def policy(settings: Mapping[str, Setting]) -> Choice:
    """The policy that answers. Raises `UsageError` where that is not exactly one."""
    named = settings.get("policy")
    return choose_policy(named.value if named else None, Path.cwd())


def table(settings: Mapping[str, Setting], config: Config) -> list[tuple[str, str, str]]:
    """`--show-config`: name, value and origin of every setting, the policy looked up."""
    rows = [(n.replace("_", "-"), setting.value, setting.origin) for n, setting in settings.items()]
    if "policy" not in settings:
        try:
            found = ("policy", policy(settings).shown, "the only one under rules")
        except UsageError as error:
            found = ("policy", "none", error.diagnostics[0].message)
        rows.insert(0, found)
    if config.path is None:
        rows.append(("settings file", "none", "none here or above"))
    else:
        rows.append(("settings file", display(config.path), "the nearest, here or above"))
    return rows
