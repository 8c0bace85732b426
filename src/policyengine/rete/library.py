"""The C module of durable-rules, or why it is not here.

Its `Host` is left alone: it starts two timer threads that never stop and can take the
actions of a running evaluation.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from policyengine import extras
from policyengine.errors import Diagnostic, UsageError

_INSTALL = f"{extras.RETE}, which needs a C compiler"


def load() -> Any:
    """The module `durable_rules_engine`; raises `UsageError` where it cannot be had."""
    try:
        return importlib.import_module("durable_rules_engine")
    except ImportError:
        message, hint = _reason(sys.version_info[:2])
        raise UsageError(Diagnostic("engine-unavailable", message, hint=hint)) from None


def why_not() -> str | None:
    """Why the engine `rete` cannot be used here, or None where it can."""
    try:
        load()
    except UsageError as error:
        return error.diagnostics[0].message
    return None


def _reason(version: tuple[int, ...]) -> tuple[str, str]:
    """A message and a hint, by the version of Python."""
    if version >= (3, 13):
        # it builds there, and then asks the interpreter for a function that 3.13 has not
        running = ".".join(map(str, version))
        return (
            f"the engine `rete` needs durable-rules, which does not work on Python {running}",
            "use Python 3.11 or 3.12, or the engine `compiled`",
        )
    return "the engine `rete` needs durable-rules, which is not installed", _INSTALL
