"""What every page has around it: head, navigation, landmarks."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.site.book import Book
from policyengine.site.look import CSS, POLICY, SCRIPT
from policyengine.site.markup import Markup, Piece, el, link, made
from policyengine.values.record import Record


class Place(Record):
    """A page in the navigation."""

    name: str
    title: str


class Frame:
    """Makes pages of one site."""

    def __init__(self, title: str) -> None:
        self.title = title

    def front(self, title: str, *body: Piece) -> str:
        """A page at the top of the site."""
        nav = el(
            "ul",
            el("li", link("index.html", "Policies")),
            el("li", link("find.html", "Find", data_search=True)),
        )
        return self._page(title, self.title, el("nav", nav, aria_label="Site"), body, None, False)

    def page(
        self, book: Book, places: Iterable[Place], name: str, title: str, *body: Piece,
        wide: bool = False,
    ) -> str:  # fmt: skip
        """A page of a policy."""
        items = [
            el(
                "li",
                link(
                    f"{place.name}.html",
                    place.title,
                    aria_current="page" if place.name == name else None,
                ),
            )
            for place in places
        ]
        search = el("li", link("../find.html", "Find", data_search=True))
        nav = el("nav", el("ul", *items, search), aria_label="Policy")
        about = book.core.title or book.core.id
        top = made(link("../index.html", self.title), " / ", about)
        foot = el(
            "footer",
            el("p", f"{book.core.id} {book.core.version}"),
            el("p", "Digest of rules, schema and parameters: ", el("code", book.core.digest)),
            el("p", f"Values marked as in force are those of {book.as_of}.")
            if book.as_of
            else None,
            class_="end",
        )
        return self._page(f"{title} – {about}", top, nav, body, foot, wide)

    def _page(
        self, title: str, top: Piece, nav: Markup, body: Iterable[Piece], foot: Markup | None,
        wide: bool,
    ) -> str:  # fmt: skip
        head = made(
            el("meta", charset="utf-8"),
            el("meta", http_equiv="Content-Security-Policy", content=POLICY),
            el("meta", name="viewport", content="width=device-width, initial-scale=1"),
            el("meta", name="referrer", content="no-referrer"),
            el("title", title if title == self.title else f"{title} – {self.title}"),
            el("style", Markup(CSS)),
        )
        page = made(
            el("a", "Skip to the content", class_="skip", href="#main"),
            el("header", el("div", el("p", top), nav), class_="top"),
            el("main", *body, id="main", class_="wider" if wide else None),
            foot,
            el("script", Markup(SCRIPT)),
        )
        end = Markup("\n")
        whole = el("html", end, el("head", head), end, el("body", page), end, lang="en")
        return f"<!DOCTYPE html>\n{whole}\n"
