"""A site read back: strictly, as a browser would not, so that what is wrong is an error."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

VOID = {"meta", "link", "br", "wbr"}
PLAIN = """
head title style script body header footer main nav section p h1 h2 h3 ul ol li b code span small
dl dt dd table caption thead tbody tr td summary blockquote g
"""
#: element: the attributes it may have, beside `id`, `class`, `role` and those of `aria-`, `data-`
ELEMENTS: Mapping[str, set[str]] = {
    "html": {"lang"},
    "meta": {"charset", "http-equiv", "content", "name"},
    "a": {"href", "rel", "title"},
    "th": {"scope"},
    "div": {"tabindex"},
    "details": {"open"},
    "svg": {"viewbox", "width", "height", "tabindex"},
    "path": {"d"},
    "rect": {"x", "y", "width", "height", "rx"},
    "line": {"x1", "x2", "y1", "y2"},
    "circle": {"cx", "cy", "r"},
    "text": {"x", "y", "text-anchor"},
    **{name: set() for name in PLAIN.split()},
}


class Read(HTMLParser):
    """One page: raises where an element is left open, unknown, or has an attribute that no page
    writes, and where an id comes twice."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[dict[str, Any]] = []
        self.headings: list[int] = []
        self.metas: list[dict[str, Any]] = []
        self.said: list[str] = []
        self.code: dict[str, str] = {}
        self.tags: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open, self.open
        assert len(self.ids) == len(set(self.ids)), sorted(self.ids)

    def handle_decl(self, decl: str) -> None:
        assert decl == "DOCTYPE html"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ELEMENTS, tag
        given = dict(attrs)
        assert len(given) == len(attrs), attrs
        for name in given:
            known = name in ("id", "class", "role") or name.startswith(("aria-", "data-"))
            assert known or name in ELEMENTS[tag], (tag, name)
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in given:
            assert given["id"]
            assert not set(given["id"]) & set(" \t\n\"'<>"), given["id"]
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given)
        if tag == "meta":
            self.metas.append(given)
        if tag in ("h1", "h2", "h3"):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("style", "script"):
            self.code[self.open[-1]] = data
        else:
            # a text there would end the head, and the policy in it would count for nothing
            assert not data.strip() or self.open[-1] not in ("html", "head"), data
            self.said.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())


def read_all(pages: Mapping[str, str]) -> dict[str, Read]:
    """Every page, its links checked: within the site they lead to something that is there, out
    of it only to http and https, with nothing told to the other side."""
    read = {name: Read(page) for name, page in pages.items()}
    for name, page in read.items():
        for link in page.links:
            at = link["href"]
            if at.startswith(("http:", "https:")):
                assert link["rel"] == "noreferrer noopener"
                continue
            path, _, anchor = at.partition("#")
            target = (
                posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            )
            assert target in read, (name, at)
            assert not anchor or anchor in read[target].ids, (name, at)
    return read
