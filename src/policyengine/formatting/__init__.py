"""Canonical YAML for the documents of a policy: order of keys, style, comments kept.

`format_text` gives the text as it should be written. Formatting never changes a value, so it
never changes a digest: before it gives a text back it has read it again and compared.
"""

from __future__ import annotations

import re
from typing import NoReturn

from policyengine import nodes
from policyengine.errors import Diagnostic, PolicyEngineError
from policyengine.formatting.attaching import attach
from policyengine.formatting.keys import FREE, SHAPES, Shape
from policyengine.formatting.printer import WIDTH, printed
from policyengine.formatting.tree import Written, read
from policyengine.nodes import Node, Scalar
from policyengine.reading import read_yaml
from policyengine.source import Source, quoted

__all__ = ["format_text", "FormatError", "WIDTH"]


class FormatError(PolicyEngineError):
    """A fault of the formatter: the text it made says something else. Nothing was written."""


def format_text(source: Source, kind: str) -> str:
    """A YAML text in canonical form; `kind` is one of `validation.KINDS`.

    The lines end as those of the source do where all of them end in CR LF, else in LF. Raises
    `DocumentError` for a text that the strict reader refuses, and `FormatError` where the
    result would not say the same.
    """
    before = read_yaml(source)
    text = source.text.removeprefix("\ufeff")
    crlf = (
        "\n" in text
        and "\r" not in text.replace("\r\n", "")
        and "\n" not in text.replace("\r\n", "")
    )
    text = re.sub(r"\r\n?", "\n", text)
    plain = Source(source.name, text)
    shape = SHAPES.get(kind, FREE)
    written = read(plain)
    made = _printed(written, shape)
    _verify(written, before, made, shape)
    return made.replace("\n", "\r\n") if crlf else made


def _printed(written: Written, shape: Shape) -> str:
    attach(written)
    return printed(written, shape)


def _verify(written: Written, before: Node, made: str, shape: Shape) -> None:
    """Raise `FormatError` unless the text made says the same, keeps every comment, and is
    its own canonical form."""
    name = written.source.name
    again = Source(name, made)
    try:
        after = read_yaml(again)
    except PolicyEngineError as error:
        _refuse(name, f"the result cannot be read: {error.diagnostics[0].message}")
    if not _same(before, after, FREE if written.anchored else shape):
        _refuse(name, "the result would not say the same")
    rewritten = read(again)
    kept = sorted(comment.text for comment in rewritten.comments)
    if kept != sorted(comment.text for comment in written.comments):
        _refuse(name, "a comment would be lost")
    if _printed(rewritten, shape) != made:
        _refuse(name, "the result is not its own canonical form")


def _refuse(name: str, why: str) -> NoReturn:
    raise FormatError(
        Diagnostic(
            "format-refused",
            f"{quoted(name, 200)} is left as it is: {why}",
            hint="this is a fault of the formatter; please report it with this file",
        )
    )


def _same(before: Node, after: Node, shape: Shape) -> bool:
    """Whether two nodes are equal, the order of entries too but where the shape has one."""
    if isinstance(before, Scalar) or isinstance(after, Scalar):
        return (
            isinstance(before, Scalar)
            and isinstance(after, Scalar)
            and type(before.value) is type(after.value)
            and str(before.value) == str(after.value)
            and (isinstance(before.value, str | None) or before.span.text == after.span.text)
        )
    if isinstance(before, nodes.Sequence) and isinstance(after, nodes.Sequence):
        each = shape.each or FREE
        return len(before) == len(after) and all(
            _same(mine, other, each) for mine, other in zip(before, after, strict=True)
        )
    if not isinstance(before, nodes.Mapping) or not isinstance(after, nodes.Mapping):
        return False
    mine = sorted(before.entries, key=lambda entry: shape.rank(str(entry[0].value)))
    return len(mine) == len(after) and all(
        key.value == other.value and _same(value, made, shape.values.get(str(key.value), FREE))
        for (key, value), (other, made) in zip(mine, after.entries, strict=True)
    )
