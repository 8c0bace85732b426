"""What every typing rule stands on: reporting a mistake, and constants worked out at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from policyengine.checker.constants import type_of
from policyengine.core import Const, Expr
from policyengine.errors import Diagnostics
from policyengine.nodes import Node
from policyengine.operators.fault import Fault
from policyengine.source import Span
from policyengine.types import ANY


class Reporting:
    """Reports to `diagnostics`; makes the nodes that need no rule."""

    def __init__(
        self, diagnostics: Diagnostics, parameters: Mapping[str, Sequence[Node]] | None = None
    ) -> None:
        """`parameters` has the values of each as written, those of every date; without it they
        are taken for what their types say."""
        self.diagnostics = diagnostics
        self.parameters = parameters or {}

    def error(
        self,
        code: str,
        message: str,
        span: Span,
        hint: str | None = None,
        related: Sequence[tuple[Span, str]] = (),
    ) -> None:
        self.diagnostics.error(code, message, span, hint, related)

    def const(self, value: Any, span: Span) -> Const:
        return Const(value, type_of(value), span)

    def broken(self, span: Span) -> Const:
        """Stands where an error was reported: fits everywhere, says nothing."""
        return Const(None, ANY, span)

    def fold(self, compute: Callable[[], Any], span: Span) -> Expr:
        """A constant worked out now; an error in it is a mistake in the rule."""
        try:
            value = compute()
        except Fault as fault:
            self.error("constant-error", f"this always fails: {fault.message}", span)
            return self.broken(span)
        if value is None:
            self.error("constant-error", "this is always null, so it is never known", span)
            return self.broken(span)
        return self.const(value, span)
