"""YAML that parses, or nearly, but does not say what its author meant.

Each function words one finding about an event; the builder decides when to call it.
"""

from __future__ import annotations

import re
from typing import NoReturn

from policyengine.nodes import Node, Scalar
from policyengine.reading.limits import Findings
from policyengine.source import Source, Span, quoted

#: a comment that begins on the line where an unquoted text ends
_COMMENT = re.compile(r"[ \t]+#(.?)")
_QUOTED = re.compile(r'"[^"]*"')
_COMMA = re.compile(r"\s*,")
#: what stands around a group of three digits in `4,000,000`
_GROUPS_BEFORE = re.compile(r"(?<![\w.,])([-+]?[1-9][0-9]{0,2},(?:[0-9]{3},)*)\Z")
_GROUPS_AFTER = re.compile(r"(?:,[0-9]{3})*(?:\.[0-9]+)?(?![\w.])")
#: an expression or a sentence that cannot end here
_UNFINISHED = re.compile(r"(?:[-+*/<>=(\[,:]|\b(?:and|or|not|in|the|of|to|than))$")


def directive(span: Span, found: Findings) -> NoReturn:
    """A directive other than `%YAML 1.2`."""
    found.fatal(
        "yaml-directive",
        f"the directive {quoted(span.text)} is not supported",
        span,
        "documents are YAML 1.2 without directives; remove the line, or quote a text that "
        "begins with `%`",
    )


def surrogate(span: Span, found: Findings) -> None:
    """`\\ud83d`: half of a character."""
    found.error(
        "yaml-escape",
        "the escape is not a character",
        span,
        "`\\x` takes two hexadecimal digits, `\\u` four and `\\U` eight, and no surrogates",
    )


def tag(span: Span, found: Findings) -> NoReturn:
    """A tag, meant or not: `!include file`, `!!str 12`, `!important`."""
    found.fatal(
        "yaml-tag",
        f"the tag {quoted(span.text)} is not supported",
        span,
        "a value has no tag; quote a text that begins with `!`",
    )


def unknown_alias(span: Span, found: Findings) -> NoReturn:
    """`*name` without `&name`: as a rule, a text that should have been quoted."""
    found.fatal(
        "yaml-unknown-alias",
        f"{quoted(span.text)} names no anchor written before it",
        span,
        "quote a text that begins with `*`",
    )


def unused_anchor(source: Source, name: str, start: int, found: Findings) -> None:
    """`&name` that nothing refers to: as a rule, a text whose first word is now lost."""
    found.warning(
        "yaml-unused-anchor",
        f"the anchor {quoted('&' + name)} is not part of the value, and nothing refers to it",
        source.span(start, start + 1 + len(name)),
        "quote a text that begins with `&`, or remove the anchor",
    )


def cut_comment(source: Source, value: str, span: Span, found: Findings) -> None:
    """An unquoted text that ` #` cuts short; ordinary trailing comments pass.

    Reported where a digit follows the `#` (`Annex #3`), where the text before it cannot end
    there (`x > # …`), and where a text of several words is followed by `#` and no space.
    """
    comment = _COMMENT.match(source.text, span.end)
    if comment is None:
        return
    follows = comment[1]
    if follows.isdigit() or _UNFINISHED.search(value[-20:]) or (" " in value and follows.isalnum()):
        at = comment.end() - len(follows) - 1
        found.warning(
            "yaml-comment-cut",
            "the text ends before this `#`, which begins a comment",
            source.span(at, at + 1),
            "quote the text if `#` is part of it; put a space after `#` if it is a comment",
        )


def cut_text(source: Source, value: str, span: Span, found: Findings) -> None:
    """An unquoted text inside brackets that a `,` ends before its `(` is closed."""
    bare = _QUOTED.sub("", value)
    if bare.count("(") <= bare.count(")") or not _COMMA.match(source.text, span.end):
        return
    found.fatal(
        "yaml-comma-cut",
        f"the text {quoted(value, 40)} ends at this `,`, before its `(` is closed",
        source.span(span.end, source.text.index(",", span.end) + 1),
        "quote the whole text: inside `{…}` and `[…]` a `,` begins the next entry",
    )


def cut_number(source: Source, span: Span, found: Findings) -> None:
    """`4,000` inside brackets, seen at its `000`: a number, and then another entry."""
    before = _GROUPS_BEFORE.search(source.text, max(0, span.start - 40), span.start)
    after = _GROUPS_AFTER.match(source.text, span.end)
    if before is None or after is None:
        return
    whole = source.span(before.start(1), after.end())
    found.fatal(
        "yaml-comma-cut",
        f"{quoted(whole.text)} is cut at each `,`, which begins the next entry",
        whole,
        f"write the digits without separators: `{whole.text.replace(',', '')}`",
    )


def placeholder(span: Span, entries: list[tuple[Scalar, Node]], found: Findings) -> None:
    """`{name}` without quotes: YAML reads a mapping whose one value is missing."""
    value = entries[0][1]
    if len(entries) == 1 and isinstance(value, Scalar) and value.span.start == value.span.end:
        found.warning(
            "yaml-placeholder",
            f"{quoted(span.text)} without quotes is a mapping, not a text",
            span,
            "quote the whole text if this is a placeholder",
        )
