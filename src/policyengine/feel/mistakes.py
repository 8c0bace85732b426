"""What people write by habit from other languages, and what to write instead."""

from __future__ import annotations

#: Operators that FEEL does not have, the longer before those they begin with.
OPERATORS = {
    "===": "write `=` for equality",
    "!==": "write `!=`",
    "==": "write `=` for equality",
    "=>": "write `>=` for at least",
    "=<": "write `<=` for at most",
    "&&": "write `and`",
    "||": "write `or`",
    ":=": "an expression assigns nothing; write `=` for equality",
    "+=": "an expression assigns nothing",
    "-=": "an expression assigns nothing",
    "++": "write `+ 1`",
}

#: Characters that begin no token.
CHARACTERS = {
    "!": "write `not(x)`, or `!=` for inequality",
    "&": "write `and`",
    "|": "write `or`",
    "'": 'write strings between double quotes, `"text"`',
    "`": 'write strings between double quotes, `"text"`, and names without quotes',
    "%": "write `modulo(a, b)` for a remainder, `x / 100` for per cent",
    "^": "write `**` for a power",
    ";": "an expression is one value; separate arguments with `,`",
    "#": "write comments as `// text` or `/* text */`",
    "~": "write `not(x)`",
    "$": "write the name or the number alone",
    "\\": "a backslash stands in a string only",
    "\u201c": 'write straight quotes, `"text"`',
    "\u201d": 'write straight quotes, `"text"`',
    "\u00ab": 'write straight quotes, `"text"`',
    "\u2018": 'write strings between double quotes, `"text"`',
    "\u2019": 'write strings between double quotes, `"text"`',
    "\u2212": "write `-` for minus",
    "\u2013": "write `-` for minus",
    "\u00d7": "write `*` for multiplication",
    "\u00f7": "write `/` for division",
    "\u2264": "write `<=`",
    "\u2265": "write `>=`",
    "\u2260": "write `!=`",
    "\u2026": "write `..` between the ends of a range",
}

#: Words that other languages spell so; FEEL's are lower case.
WORDS = {
    "True": "true",
    "TRUE": "true",
    "False": "false",
    "FALSE": "false",
    "None": "null",
    "Null": "null",
    "NULL": "null",
    "nil": "null",
    "undefined": "null",
}

#: Words between two operands where an operator should be.
INFIX = {
    "is": "write `=`, or `instance of` to ask for a type, or `is(a, b)`",
    "contains": "write `contains(text, part)`, or `list contains(list, element)`",
    "like": "write `matches(text, pattern)`",
    "matches": "write `matches(text, pattern)`",
    "equals": "write `=`",
    "not": "write `not(x in y)`",
    "xor": "write `a != b`",
    "AND": "write `and`",
    "And": "write `and`",
    "OR": "write `or`",
    "Or": "write `or`",
    "IN": "write `in`",
    "mod": "write `modulo(a, b)`",
    "div": "write `floor(a / b)`",
    "starts": "write `starts with(text, start)`",
    "ends": "write `ends with(text, end)`",
    "before": "write `before(a, b)`, or `<`",
    "after": "write `after(a, b)`, or `>`",
    "if": "write `if condition then a else b`",
    "where": "write `list[condition]`",
    "unless": "write `not(x)`",
    "?": "write `if a then b else c`",
    "??": "write `if x = null then y else x`",
}

#: Types of other languages.
TYPES = {
    "text": "string",
    "str": "string",
    "String": "string",
    "int": "number",
    "integer": "number",
    "float": "number",
    "decimal": "number",
    "double": "number",
    "Number": "number",
    "bool": "boolean",
    "Boolean": "boolean",
    "dict": "context",
    "object": "context",
    "map": "context",
    "array": "list",
    "datetime": "date and time",
    "duration": "days and time duration` or `years and months duration",
}

#: Methods and properties of other languages' strings and lists.
METHODS = {
    "length": "string length(x)`, or `count(x)",
    "size": "count(x)",
    "count": "count(x)",
    "includes": "list contains(x, element)`, or `contains(x, part)",
    "contains": "contains(x, part)`, or `list contains(x, element)",
    "startsWith": "starts with(x, start)",
    "startswith": "starts with(x, start)",
    "endsWith": "ends with(x, end)",
    "endswith": "ends with(x, end)",
    "lower": "lower case(x)",
    "toLowerCase": "lower case(x)",
    "upper": "upper case(x)",
    "toUpperCase": "upper case(x)",
    "keys": "get entries(x).key",
    "values": "get entries(x).value",
    "items": "get entries(x)",
    "min": "min(x)",
    "max": "max(x)",
    "sum": "sum(x)",
    "first": "x[1]",
    "last": "x[-1]",
    "get": "get value(x, key)",
    "split": "split(x, delimiter)",
    "join": "string join(x, delimiter)",
    "replace": "replace(x, pattern, replacement)",
    "isEmpty": "count(x) = 0",
}


def method_hint(name: str) -> str | None:
    """What to write for `x.name` or `x.name()`, or None."""
    known = METHODS.get(name)
    return f"write `{known}`" if known else None


#: letters behind a number, and the zeros they stand for
_FACTORS = {"k": 3, "K": 3, "m": 6, "M": 6, "mn": 6, "bn": 9, "B": 9, "tn": 12,
            "thousand": 3, "million": 6, "billion": 9, "trillion": 12}  # fmt: skip
_UNITS = {
    "d": "P{}D", "day": "P{}D", "days": "P{}D", "h": "PT{}H", "hours": "PT{}H", "y": "P{}Y",
    "year": "P{}Y", "years": "P{}Y", "months": "P{}M", "month": "P{}M",
}  # fmt: skip


def number_hint(digits: str, tail: str) -> str:
    """What to write for digits followed by other characters."""
    if tail.startswith("_"):
        return "write the digits without separators"
    if tail in _FACTORS:
        whole, _, part = digits.partition(".")
        zeros = _FACTORS[tail]
        number = whole + part[:zeros].ljust(zeros, "0")
        more = part[zeros:]
        return f"write the number out: `{number.lstrip('0') or '0'}{'.' + more if more else ''}`"
    if tail in ("x", "X") or tail[0] in "xX":
        return "write numbers in decimal"
    if tail in _UNITS or is_currency(tail):
        alone = f"write `{digits}` alone: the term has the unit"
        if tail not in _UNITS or not digits.isdigit():
            return alone
        return f'{alone}; a duration is written `@"{_UNITS[tail].format(digits)}"`'
    return "put an operator between the number and the name; names do not begin with digits"


def is_currency(word: str) -> bool:
    """Whether a word looks like the code of a currency, which has no place in an expression."""
    return len(word) == 3 and word.isascii() and word.isalpha() and word.isupper()
