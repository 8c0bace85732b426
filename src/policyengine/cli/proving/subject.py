"""The policies and the setting of a question about rules, from options."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policyengine.cli import console
from policyengine.cli.loading import load
from policyengine.cli.settings import day, policy
from policyengine.config import Setting, choose_policy, read_config

if TYPE_CHECKING:
    from policyengine.analysis.setting import At
    from policyengine.engine import Policy


def the_policy(named: str | None) -> Policy:
    """The policy of a name or a path, or the one that `evaluate` would take."""
    settings = dict(read_config(Path.cwd()).settings)
    if named is not None:
        settings["policy"] = Setting(named, "flag")
    choice = policy(settings)
    loaded = load(choice.path, shown=choice.folder)
    console.tell(loaded.warnings)
    return loaded


def named_policy(name: str) -> Policy:
    """A policy that is named by an argument."""
    choice = choose_policy(name, Path.cwd())
    return load(choice.path, shown=choice.folder)


def at(given: Mapping[str, Any]) -> At:
    """The setting that `--as-of` and `--final` ask for; today, where no day is set."""
    from policyengine.analysis.setting import At

    return At(as_of(given["as_of"]), bool(given.get("final")), True, None)


def as_of(given: str | None) -> date:
    settings = read_config(Path.cwd()).settings
    chosen = Setting(given, "flag") if given is not None else settings.get("as_of")
    chosen = chosen or settings.get("as-of")
    if chosen is None:
        return datetime.now(UTC).date()
    return day(chosen)
