"""A layered drawing of what a page of rules reads: terms, what is worked out, rules, verdict.

Every node carries the edges to its right, so that pointing at it lights them without a script.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from policyengine.output import words
from policyengine.site.book import Book, Chapter
from policyengine.site.markup import Markup, el, link
from policyengine.source import columns, visible
from policyengine.values.record import Record

_ROW = 30
_TOP = 34
_FONT = 6.6  # the width of a column of text, at the size of the drawing
VERDICTS = {
    "mandatory": ("reject", "if it fails"),
    "negotiable": ("conditional", "if it fails"),
    "advisory": ("advice", "no verdict"),
}


class Node(Record):
    """A box: `key` is its own, `name` and `note` what it says, `at` where it leads."""

    key: str
    name: str
    note: str
    at: str | None
    tone: str = ""


class Layers(Record):
    """What a drawing shows: nodes by column, and edges between their keys."""

    columns: tuple[tuple[str, tuple[Node, ...]], ...]
    edges: tuple[tuple[str, str], ...]


def layers(chapter: Chapter, book: Book) -> Layers:
    """The terms and derived values that the rules of a page read, in columns."""
    edges: dict[tuple[str, str], None] = {}
    place: dict[str, list[int]] = {}
    for number, rule in enumerate(chapter.rules):
        read = book.rule_reads[rule.id]
        for path in read.terms:
            edges[f"t:{path}", f"r:{rule.id}"] = None
            place.setdefault(f"t:{path}", []).append(number)
        for name in read.derived:
            edges[f"d:{name}", f"r:{rule.id}"] = None
        for name in book.through(read.derived):
            place.setdefault(f"d:{name}", []).append(number)
        edges[f"r:{rule.id}", f"v:{rule.level}"] = None
    used = [name for name in book.derived if f"d:{name}" in place]
    for name in used:
        read = book.derived_reads[name]
        for path in read.terms:
            edges[f"t:{path}", f"d:{name}"] = None
            place.setdefault(f"t:{path}", []).extend(place[f"d:{name}"])
        for other in read.derived:
            edges[f"d:{other}", f"d:{name}"] = None

    def near(key: str) -> float:
        return sum(place[key]) / len(place[key])

    terms = sorted((key for key in place if key.startswith("t:")), key=near)
    derived = sorted((f"d:{name}" for name in used), key=near)
    levels = [level for level in VERDICTS if any(r.level == level for r in chapter.rules)]
    found = (
        ("Terms", tuple(_term(key[2:], book) for key in terms)),
        ("Worked out", tuple(Node(key, key[2:], "", book.derived_at(key[2:])) for key in derived)),
        (
            "Rules",
            tuple(
                Node(f"r:{r.id}", f"{r.id} {r.title}", r.title, book.rule_at(r.id), r.level)
                for r in chapter.rules
            ),
        ),
        ("Verdict", tuple(Node(f"v:{v}", VERDICTS[v][0], VERDICTS[v][1], None, v) for v in levels)),
    )
    return Layers(tuple((name, nodes) for name, nodes in found if nodes), tuple(edges))


def _term(path: str, book: Book) -> Node:
    spec = book.schema.terms.get(path)
    return Node(f"t:{path}", words.name(path, spec.label if spec else None), path,
                book.term_at(path))  # fmt: skip


_WIDTHS = {"Terms": 290, "Worked out": 170, "Rules": 350, "Verdict": 100}
_GAP = 84


def draw(found: Layers, label: str, book: Book) -> Markup:
    """The drawing, as wide as it has to be to be read: narrow windows scroll it."""
    tallest = max(len(nodes) for _, nodes in found.columns)
    height = _TOP + tallest * _ROW + 6
    boxes: dict[str, tuple[float, float, float]] = {}
    heads, left = [], 2.0
    for name, nodes in found.columns:
        width = _WIDTHS[name]
        heads.append(el("text", name, x=f"{left:.0f}", y="16", class_="soft"))
        share = tallest * _ROW / len(nodes)
        for number, node in enumerate(nodes):
            boxes[node.key] = (left, _TOP + (number + 0.5) * share, width)
        left += width + _GAP
    total = left - _GAP + 2
    after: dict[str, list[str]] = {}
    for start, end in found.edges:
        after.setdefault(start, []).append(end)
    # edges pass behind the boxes of later columns, which are drawn after them
    drawn = [
        _node(node, boxes, after.get(node.key, ()), book)
        for _, nodes in found.columns
        for node in nodes
    ]
    return el(
        "svg",
        *heads,
        *drawn,
        viewBox=f"0 0 {total:.0f} {height}",
        width=f"{total:.0f}",
        height=height,
        class_="map",
        role="group",
        aria_label=label,
    )


def _node(
    node: Node, boxes: Mapping[str, tuple[float, float, float]], ends: Iterable[str], book: Book
) -> Markup:
    left, middle, width = boxes[node.key]
    edges = [
        el("path", d=_curve(left + width, middle, *boxes[end][:2]), class_="edge",
           data_from=node.key, data_to=end)
        for end in ends
    ]  # fmt: skip
    fits = int((width - 16) / _FONT)
    box = el(
        "g",
        el("title", f"{node.name} ({node.note})" if node.note not in node.name else node.name),
        el("rect", x=f"{left:.0f}", y=f"{middle - 12:.1f}", width=f"{width:.0f}", height="24",
           rx="4", class_="box"),
        el("text", _cut(node.name, fits), x=f"{left + 8:.0f}", y=f"{middle + 4:.1f}"),
    )  # fmt: skip
    kind, _, name = node.key.partition(":")
    anchor = book.anchor("node", name) if kind == "r" else None
    shown = link(node.at, box) if node.at else box
    return el("g", *edges, shown, class_=f"node {node.tone}".strip(), data_node=node.key, id=anchor)


def _curve(x: float, y: float, x2: float, y2: float) -> str:
    bend = max(30.0, (x2 - x) / 2)
    if x2 <= x:  # within a column: a bow to its right
        return f"M{x:.0f} {y:.1f}C{x + 40:.0f} {y:.1f} {x + 40:.0f} {y2:.1f} {x:.0f} {y2:.1f}"
    return f"M{x:.0f} {y:.1f}C{x + bend:.0f} {y:.1f} {x2 - bend:.0f} {y2:.1f} {x2:.0f} {y2:.1f}"


def _cut(said: str, fits: int) -> str:
    """A text cut to a number of columns."""
    said = visible(said, fits * 2)
    if columns(said) <= fits:
        return said
    kept: Sequence[str] = said
    while columns("".join(kept)) > fits - 1:
        kept = kept[:-1]
    return "".join(kept).rstrip() + "…"
