"""Words the parser must know: reserved words and the names of functions with blanks."""

from __future__ import annotations

RESERVED = frozenset(
    {"and", "or", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies"}
    | {"between", "instance", "true", "false", "null", "function"}
)

#: Built-in functions whose names are several words.
FUNCTIONS_WITH_BLANKS = frozenset(
    {
        "context merge",
        "context put",
        "date and time",
        "day of week",
        "day of year",
        "distinct values",
        "ends with",
        "finished by",
        "get entries",
        "get value",
        "index of",
        "insert before",
        "list contains",
        "list replace",
        "met by",
        "month of year",
        "overlaps after",
        "overlaps before",
        "round down",
        "round half down",
        "round half up",
        "round up",
        "started by",
        "starts with",
        "string join",
        "string length",
        "substring after",
        "substring before",
        "lower case",
        "upper case",
        "week of year",
        "years and months duration",
    }
)

#: First word to the full word sequences, longest first.
BY_FIRST_WORD: dict[str, list[tuple[str, ...]]] = {}
for _words in sorted((tuple(name.split()) for name in FUNCTIONS_WITH_BLANKS), key=len)[::-1]:
    BY_FIRST_WORD.setdefault(_words[0], []).append(_words)

#: Type names whose words are several, besides the plain ones.
TYPE_NAMES = {
    "any": "any",
    "Any": "any",
    "Null": "null",
    "null": "null",
    "boolean": "boolean",
    "number": "number",
    "string": "string",
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "days and time duration": "days and time duration",
    "years and months duration": "years and months duration",
    "list": "list",
    "context": "context",
    "range": "range",
    "function": "function",
}
