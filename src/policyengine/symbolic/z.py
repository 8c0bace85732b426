"""z3 itself, or a message that says how to install it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from policyengine import extras
from policyengine.errors import Diagnostic, UsageError

try:
    import z3
except ImportError as error:  # not there, or built for another machine
    raise UsageError(
        Diagnostic(
            "solver-missing",
            "this needs the solver z3, which is not installed",
            hint=extras.ANALYSIS,
        )
    ) from error


@contextmanager
def afresh() -> Iterator[None]:
    """Make terms in a context of their own, so that what was asked before in the process has
    no say in which instance is found. No term may be used outside that was made inside."""
    module = z3.z3
    outer, module._main_ctx = module._main_ctx, None
    try:
        yield
    finally:
        module._main_ctx = outer


__all__ = ["afresh", "z3"]
