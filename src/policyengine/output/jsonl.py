"""JSON Lines: one decision or one error on each line, in the order of the deals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine.output import json
from policyengine.output.base import DataFormat


class Format(DataFormat):
    """`--format jsonl`."""

    name = "jsonl"

    def __init__(self, *, many: bool) -> None:
        del many  # a line is a line, however many there are

    def start(self) -> str:
        return ""

    def row(self, data: Mapping[str, Any]) -> str:
        """One line; JSON writes a line break inside a string as an escape."""
        return json.text(data, indent=None) + "\n"

    def end(self) -> str:
        return ""
