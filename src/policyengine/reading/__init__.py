"""The reader: bytes into positioned nodes, strictly, in bounded time and memory.

`read_document` is the way in for a file; `read_yaml` and `read_json` for a text;
`fast_json` for JSON Lines, where only a refused line needs a position.
"""

from __future__ import annotations

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

#: every diagnostic code of the reader, and what it means
CODES: dict[str, str] = {
    "document-size": "the document is larger than the reader accepts",
    "document-depth": "mappings and lists are nested too deep",
    "document-nodes": "the document has too many values",
    "document-scalar": "one text of the document is too long",
    "document-encoding": "the document is not UTF-8",
    "document-character": "a character that no document may contain",
    "duplicate-key": "a key is written twice in one mapping",
    "key-character": "a key contains an invisible character",
    "key-not-normalized": "a key is not in Unicode normal form NFC (warning)",
    "number-range": "a number that cannot be kept exactly",
    "number-not-finite": "NaN or an infinity stands for a number",
    "yaml-syntax": "not valid YAML",
    "yaml-tab": "a tab indents a line",
    "yaml-indentation": "a line is indented so that it belongs nowhere",
    "yaml-unquoted": "a text that YAML cannot read without quotes",
    "yaml-colon": "`: ` inside a text without quotes",
    "yaml-unclosed": "a quote or bracket is never closed",
    "yaml-escape": "a backslash in double quotes is not an escape",
    "yaml-directive": "a directive other than `%YAML 1.2`",
    "yaml-several-documents": "more than one document in a file",
    "yaml-tag": "a tag, such as `!include`",
    "yaml-merge-key": "a merge key `<<`",
    "yaml-key-type": "a key that is not a text, such as `1` or `true`",
    "yaml-complex-key": "a mapping, list or alias as a key",
    "yaml-unknown-alias": "an alias without its anchor",
    "yaml-alias-cycle": "an alias inside what it names",
    "yaml-alias-limit": "too many aliases",
    "yaml-unused-anchor": "an anchor that nothing refers to (warning)",
    "yaml-comment-cut": "a comment that probably cuts a text short (warning)",
    "yaml-placeholder": "`{name}` without quotes, which is a mapping (warning)",
    "json-syntax": "not valid JSON",
    "json-unclosed": "a quote or bracket is never closed",
    "json-comment": "a comment in JSON",
    "json-trailing-comma": "a comma before a closing bracket",
    "json-number": "a number that JSON does not write like this",
    "json-escape": "a backslash in a text is not an escape",
    "json-control-character": "a control character inside a text",
    "json-surrogate": "half of a surrogate pair",
    "file-missing": "the file does not exist",
    "file-kind": "not a regular file",
    "file-name": "a name that no file can have",
    "file-link-loop": "a symbolic link that leads back to itself",
    "file-unreadable": "the file cannot be read",
    "file-suffix": "neither .yaml, .yml nor .json",
}
