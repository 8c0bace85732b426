"""The reader: bytes into positioned nodes, strictly, in bounded time and memory.

`read_document` is the way in for a file; `read_yaml` and `read_json` for a text;
`fast_json` for JSON Lines, where only a refused line needs a position.
"""

from __future__ import annotations

from policyengine.codes import READING as CODES
from policyengine.reading.fast_json import fast_json
from policyengine.reading.files import (
    Document,
    format_of,
    read_bytes,
    read_document,
    read_path,
    read_source,
    read_standard_input,
    read_stream,
)
from policyengine.reading.json import read_json
from policyengine.reading.limits import LIMITS, Limits
from policyengine.reading.unsaved import unsaved
from policyengine.reading.yaml import read_yaml

__all__ = [
    "read_document",
    "read_standard_input",
    "Document",
    "read_path",
    "read_stream",
    "read_bytes",
    "format_of",
    "read_source",
    "read_yaml",
    "read_json",
    "fast_json",
    "Limits",
    "LIMITS",
    "unsaved",
    "CODES",
]
