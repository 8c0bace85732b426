"""What one document may cost, and the collector that keeps its findings few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from policyengine.errors import Diagnostics, DocumentError, ordered
from policyengine.source import Span

#: how many errors of one document are worth listing, and half of how many warnings
_MOST = 50


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on a document; going beyond any of them is an error, never a cut."""

    max_bytes: int = 8 * 1024 * 1024
    #: nested mappings and sequences; the outermost is at depth 1
    max_depth: int = 64
    #: scalars (keys too), mappings and sequences, each alias counted as what it stands for
    max_nodes: int = 200_000
    #: characters in one scalar
    max_scalar: int = 1_000_000
    #: uses of `*alias`
    max_aliases: int = 64


LIMITS = Limits()


class Findings(Diagnostics):
    """A collector for one document; gives up at 50 errors and keeps 100 warnings."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    def error(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        hint: str | None = None,
        related: Sequence[tuple[Span, str]] = (),
    ) -> None:
        super().error(code, message, span, hint, related)
        self._count += 1
        if self._count >= _MOST:
            raise DocumentError(ordered(self.errors))

    def warning(
        self, code: str, message: str, span: Span | None = None, hint: str | None = None
    ) -> None:
        if len(self.found) < 2 * _MOST:
            super().warning(code, message, span, hint)

    def raise_all(self) -> None:
        """Raise the errors if there are any; a document that is not read has no warnings."""
        if self._count:
            raise DocumentError(ordered(self.errors))

    def fatal(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        hint: str | None = None,
        related: Sequence[tuple[Span, str]] = (),
    ) -> NoReturn:
        """Record an error that reading cannot go on after, and raise with all so far."""
        self.error(code, message, span, hint, related)
        raise DocumentError(ordered(self.errors))


def check_size(length: int, span: Span, limits: Limits, found: Findings) -> None:
    """Refuse a text of more characters than the limit allows bytes."""
    if length > limits.max_bytes:
        found.fatal("document-size", f"the document is larger than {limits.max_bytes} bytes", span)
