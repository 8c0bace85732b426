"""Policies for commands: from the cache, where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policyengine.cli import console
from policyengine.errors import Severity, UsageError

if TYPE_CHECKING:
    from policyengine.engine import Policy


def load(
    path: Path,
    *,
    parameters: Mapping[str, Any] | None = None,
    shown: str | None = None,
    cache: bool = True,
) -> Policy:
    """A policy as `Policy.load` gives it. A cache folder set to a place where it may not lie is
    warned of, and not used."""
    from policyengine.engine import Policy

    try:
        return Policy.load(path, parameters=parameters, shown=shown, cache=cache)
    except UsageError as error:
        if not cache or any(d.code != "cache-folder" for d in error.diagnostics):
            raise
        console.tell(replace(d, severity=Severity.WARNING) for d in error.diagnostics)
    return Policy.load(path, parameters=parameters, shown=shown)
