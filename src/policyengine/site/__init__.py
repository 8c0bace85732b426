"""A report on a rule base: policies as a folder of pages that a person reads.

Each policy has a front page, a page for the rules of each file, and pages for terms, parameters,
what is worked out, interests, tests and a map. They need no network and no script. The same
policies give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from policyengine.engine import Policy
from policyengine.site import (
    cases,
    chapters,
    derived,
    interests,
    maps,
    overview,
    parameters,
    terms,
)
from policyengine.site.addresses import Names
from policyengine.site.book import Book
from policyengine.site.frame import Frame, Place
from policyengine.site.tested import Tested


def books(policies: Sequence[tuple[Policy, Tested | None]], as_of: date | None) -> list[Book]:
    """Policies with what their cases show, each with a folder of its own."""
    names = Names("index.html", "find.html")
    return [
        Book(policy, names.of(str(number), policy.id), tested=tested, as_of=as_of)
        for number, (policy, tested) in enumerate(policies)
    ]


def pages(made: Sequence[Book], title: str) -> Mapping[str, str]:
    """Every page by its path in the site, `/` between folders."""
    frame = Frame(title)
    found = {
        "index.html": frame.front(title, overview.front(made, title)),
        "find.html": frame.front("Find", overview.find(made)),
    }
    for book in made:
        for name, page in _policy(book, frame).items():
            found[f"{book.folder}/{name}.html"] = page
    return found


def _policy(book: Book, frame: Frame) -> dict[str, str]:
    bodies = {"index": ("Overview", overview.policy(book), False)}
    for chapter in book.chapters:
        bodies[chapter.name] = (chapter.title, chapters.page(chapter, book), False)
    rest = {
        "terms": ("Terms", terms.page, bool(book.schema.terms)),
        "parameters": ("Parameters", parameters.page, bool(book.core.parameters)),
        "derived": ("Worked out", derived.page, bool(book.derived)),
        "interests": ("Interests and advice", interests.page, _has_interests(book)),
        "map": ("Map", maps.page, True),
    }
    for name, (title, make, there) in rest.items():
        if there:
            bodies[name] = (title, make(book), name == "map")
    if book.tested is not None:
        bodies["tests"] = ("Tests", cases.page(book, book.tested), False)
    places = [Place(name, title) for name, (title, _, _) in bodies.items()]
    return {
        name: frame.page(book, places, name, title, body, wide=wide)
        for name, (title, body, wide) in bodies.items()
    }


def _has_interests(book: Book) -> bool:
    return bool(book.core.interests) or any(rule.level == "advisory" for rule in book.core.rules)


__all__ = ["Book", "Tested", "books", "pages"]
