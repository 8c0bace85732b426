"""JSON: one object for one deal, an array for several.

Numbers are written exactly. Control characters, bidirectional marks and texts that a CI
runner takes for commands are written as `\\uXXXX` escapes: the same data, and nothing that a
terminal or a runner acts on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from policyengine.output.base import DataFormat
from policyengine.values.jsontext import dumps

# DEL and C1, line and paragraph separators, invisible and bidirectional formatting, the
# byte order mark, surrogates; they occur in JSON text inside strings only.
_HIDDEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_COMMAND = re.compile(r"##(?=\[|vso\[|teamcity\[)")


def text(data: Any, *, indent: int | None = 2) -> str:
    """JSON text without a line break at its end."""
    return escape(dumps(data, indent=indent))


def escape(written: str) -> str:
    """JSON text in which everything a terminal or a CI runner acts on is escaped."""
    if not written.isascii():
        written = _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", written)
    elif "\x7f" in written:
        written = written.replace("\x7f", "\\u007f")
    return _COMMAND.sub(r"#\\u0023", written) if "##" in written else written


class Format(DataFormat):
    """`--format json`."""

    name = "json"

    def __init__(self, *, many: bool) -> None:
        self._many = many
        self._written = 0

    def start(self) -> str:
        return "[" if self._many else ""

    def row(self, data: Mapping[str, Any]) -> str:
        """The piece of output for one decision or one error."""
        body = text(data)
        if not self._many:
            return body + "\n"
        lead = ",\n" if self._written else "\n"
        self._written += 1
        return lead + body

    def end(self) -> str:
        return ("\n]\n" if self._written else "]\n") if self._many else ""
