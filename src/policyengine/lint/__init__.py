"""Checks of a policy beyond what loading asks for: what is missing, doubled, dead or unclear.

`lint` gives diagnostics. A check is a module of `checks/`, an entry of `registry.CHECKS` and
a page of docs/lint; the project's settings say how much a finding counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from policyengine.engine import Policy
from policyengine.errors import Diagnostic
from policyengine.lint.registry import BY_CODE, CHECKS
from policyengine.lint.running import Linted, examine
from policyengine.lint.settings import Settings, settings
from policyengine.lint.subject import Subject

__all__ = ["BY_CODE", "CHECKS", "Linted", "Settings", "Subject", "examine", "lint", "settings"]


def lint(
    policy: Policy,
    *,
    as_of: date,
    settings: Settings | None = None,
    waivers: Iterable[Path] = (),
    no_ignores: bool = False,
) -> tuple[Diagnostic, ...]:
    """Everything found in a policy, by file and place.

    `as_of` is the day that waivers and ignores are held against; `waivers` are files besides
    those that lie with the rules; `no_ignores` finds what comments take back too. Raises
    `PolicyError` for a test file with a mistake and `WaiverError` for a waiver file with one.
    """
    found = examine(Subject(policy, as_of, waivers), settings, no_ignores=no_ignores)
    return tuple(one.diagnostic for one in found)
