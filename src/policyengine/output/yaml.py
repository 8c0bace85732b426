"""YAML 1.2: the decision object, readable and safe to read back.

Written by hand rather than by a library: strings are plain only where no reader of YAML 1.1
or 1.2 takes them for anything else (`NO` is quoted), and numbers keep every digit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from policyengine.output import json
from policyengine.output.base import DataFormat
from policyengine.values.numbers import to_text

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*")
# What some version of YAML reads as a boolean, a null or a number.
_RESERVED = re.compile(
    r"(?i:y|yes|n|no|true|false|on|off|null|nan|inf|infinity|[0-9]+e[-+]?[0-9]+)"
)


class Format(DataFormat):
    """`--format yaml`: one document; several deals are a sequence."""

    name = "yaml"

    def __init__(self, *, many: bool) -> None:
        self._many = many
        self._written = 0

    def start(self) -> str:
        return ""

    def row(self, data: Mapping[str, Any]) -> str:
        """The piece of output for one decision or one error."""
        self._written += 1
        return text([data]) if self._many else text(data)

    def end(self) -> str:
        return "[]\n" if self._many and not self._written else ""


def text(data: Any) -> str:
    """Plain data as a YAML block, each line ended."""
    lines: list[str] = []
    _block(data, "", "", lines)
    return "\n".join(lines) + "\n"


def _block(data: Any, lead: str, indent: str, lines: list[str]) -> None:
    """`lead` is what stands on the first line already: a key, dashes, or nothing."""
    if isinstance(data, Mapping) and data:
        first = lead if not lead or lead.endswith("- ") else None
        if first is None:
            lines.append(lead.rstrip(" "))
        for number, (key, item) in enumerate(data.items()):
            start = first if number == 0 and first else indent
            _block(item, f"{start}{_string(str(key))}: ", indent + "  ", lines)
    elif isinstance(data, list | tuple) and data:
        first = lead if not lead or lead.endswith("- ") else None
        if first is None:
            lines.append(lead.rstrip(" "))
        for number, item in enumerate(data):
            start = first if number == 0 and first else indent
            _block(item, f"{start}- ", indent + "  ", lines)
    else:
        lines.append(lead + _scalar(data))


def _scalar(data: Any) -> str:
    if data is None:
        return "null"
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, Decimal):
        # YAML 1.1 reads an exponent only after a point.
        return re.sub(r"^(-?[0-9]+)E", r"\1.0E", to_text(data))
    if isinstance(data, int):
        return str(data)
    if isinstance(data, Mapping):
        return "{}"
    if isinstance(data, list | tuple):
        return "[]"
    return _string(str(data))


def _string(value: str) -> str:
    if _PLAIN.fullmatch(value) and not _RESERVED.fullmatch(value):
        return value
    return json.text(value)
