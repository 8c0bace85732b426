"""Sentences with placeholders: `because` and `ask`.

A placeholder is a path in braces, `{exit.notice_days}`, and nothing else: no format, no
attribute, no call. `{{` and `}}` stand for the braces themselves.
"""

from __future__ import annotations

import re

from policyengine import core
from policyengine.core import Expr
from policyengine.document import Text
from policyengine.lowering.scope import Scope
from policyengine.source import quoted

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)


def lower_template(written: Text | None, scope: Scope) -> core.Template | None:
    """The parts of a sentence: texts, and the expressions its placeholders name."""
    if written is None:
        return None
    parts: list[str | Expr] = []
    for match in _PIECE.finditer(written.value):
        piece, path = match.group(), match.group(1)
        span = written.node.at(match.start(), match.end())
        if piece in ("{{", "}}"):
            parts.append(piece[0])
        elif path is not None:
            if not _PATH.fullmatch(path):
                scope.diagnostics.error(
                    "bad-placeholder",
                    f"{quoted(piece)} is no placeholder; expected the path of a term in braces",
                    span,
                    "write `{{` for a brace of the text",
                )
                continue
            names = tuple(path.split("."))
            inside = written.node.at(match.start() + 1, match.end() - 1)
            parts.append(scope.path(names, (inside,) * len(names)))
        elif piece in "{}":
            scope.diagnostics.error(
                "bad-placeholder",
                f"a lone {quoted(piece)} in a sentence",
                span,
                f"write `{piece * 2}` for a brace of the text",
            )
        else:
            parts.append(piece)
    return core.Template(tuple(parts), written.span)
