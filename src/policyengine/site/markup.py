"""HTML built of elements: what is balanced stays balanced, and every text is escaped.

A `str` is a text, made safe on its way in; only what `el` and its kin have made is markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from policyengine.output.xml import escape, lines

#: characters of one text from a document; beyond, an ellipsis
LONG = 20_000
_VOID = frozenset({"meta", "link", "br", "wbr"})
_ADDRESS = re.compile(r"https?://[\w!#$%&()*+,./:;=?@\[\]~-]{1,2000}", re.ASCII)


class Markup(str):
    """A piece of HTML that is well formed by itself."""

    __slots__ = ()


#: what may stand within an element; None is nothing
Piece: TypeAlias = "str | Markup | Iterable[Piece] | None"


def made(*pieces: Piece) -> Markup:
    """Pieces side by side, texts among them escaped."""
    return Markup("".join(_flat(pieces)))


def _flat(pieces: Iterable[Piece]) -> Iterable[str]:
    for piece in pieces:
        if piece is None:
            continue
        if isinstance(piece, Markup):
            yield piece
        elif isinstance(piece, str):
            yield escape(piece, LONG)
        else:
            yield from _flat(piece)


def el(name: str, /, *pieces: Piece, **attributes: str | int | bool | None) -> Markup:
    """An element. Of attributes `_` is read as `-`, one at the end is dropped (`class_`);
    None and False leave one out, True gives it without a value."""
    given = "".join(
        f" {_key(key)}" if value is True else f' {_key(key)}="{escape(str(value), LONG)}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Markup(f"<{name}{given}>")
    return Markup(f"<{name}{given}>{''.join(_flat(pieces))}</{name}>")


def _key(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def text(said: str) -> Markup:
    """A text whose line breaks count, for an element of the class `text`."""
    return Markup(lines(said, LONG))


def link(address: str, /, *pieces: Piece, **attributes: str | int | bool | None) -> Markup:
    """A link within the site."""
    return el("a", *pieces, href=address, **attributes)


def cited(said: str) -> Markup:
    """A text; a link where all of it is the address of a page. Nothing else of what a document
    says becomes an address."""
    if _ADDRESS.fullmatch(said):
        return el("a", said, href=said, rel="noreferrer noopener")
    return made(said)


def several(items: Iterable[Piece], between: str = ", ") -> Markup:
    """Pieces with a text between them."""
    return Markup(escape(between).join(made(item) for item in items))


def table(head: Iterable[Piece], rows: Iterable[Iterable[Piece]], *, label: str,
          class_: str | None = None, find: bool = False) -> Markup:  # fmt: skip
    """A table that scrolls by itself where it is too wide; the first cell of a row heads it.
    `find`: its rows can be searched by the page's script."""
    top = el("tr", *(el("th", cell, scope="col") for cell in head))
    body = []
    for row in rows:
        first, *rest = row
        body.append(el("tr", el("th", first, scope="row"), *(el("td", cell) for cell in rest)))
    grid = el(
        "table",
        el("caption", label, class_="unseen"),
        el("thead", top),
        el("tbody", *body, data_find=label if find else None),
        class_=class_,
    )
    return el("div", grid, class_="wide", role="region", tabindex="0", aria_label=label)


def facts(pairs: Iterable[tuple[str, Piece]]) -> Markup | None:
    """Names and what they are; None where nothing is known."""
    known = [made(el("dt", name), el("dd", value)) for name, value in pairs if value]
    return el("dl", *known) if known else None
