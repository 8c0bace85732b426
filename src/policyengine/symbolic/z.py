"""z3 itself, or a message that says how to install it."""

from __future__ import annotations

from policyengine.errors import Diagnostic, UsageError

try:
    import z3
except ImportError as error:  # not there, or built for another machine
    raise UsageError(
        Diagnostic(
            "solver-missing",
            "this needs the solver z3, which is not installed",
            hint="pip install 'policyengine-rules[analysis]'",
        )
    ) from error

__all__ = ["z3"]
