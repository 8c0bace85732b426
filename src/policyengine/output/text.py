"""Text for people: safe, wrapped by display columns, styled or plain.

Every text that reaches a page goes through `source.visible` on its way into a line, and
every finished line through `neutral`, so that no caller has to remember either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from policyengine.source import columns, visible

_SGR = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "cyan": "36",
}
# The page's own signs where the output is not Unicode; one character each, so that columns
# stay aligned. What a document says is escaped instead, never replaced.
_ASCII = str.maketrans({"─": "-", "✗": "x", "✓": "+", "·": "|", "→": ">", "…": "~", "–": "-"})

# A line that a CI runner would take for a command: `::error::` after any blanks (GitHub),
# `##[…]`, `##vso[…]` and `##teamcity[…]` anywhere in it.
_COLONS = re.compile(r"^([ \t]*):(?=:)")
_HASHES = re.compile(r"#(?=#(?:\[|vso\[|teamcity\[))")


def neutral(line: str) -> str:
    """A line that no CI runner takes for a workflow command; a blank breaks it up."""
    if "::" in line:
        line = _COLONS.sub(r"\1: ", line)
    if "##" in line:
        line = _HASHES.sub("# ", line)
    return line


def safe_lines(text: str) -> str:
    """A text of several lines, each made visible and neutral: for messages of any origin."""
    return "\n".join(neutral(visible(line)) for line in text.split("\n"))


@dataclass(frozen=True, slots=True)
class Style:
    """How a page may look: its width in columns, colours or none, signs beyond ASCII or not."""

    width: int = 80
    color: bool = False
    unicode: bool = True

    def paint(self, text: str, names: str = "") -> str:
        """A text in some of `bold dim red green yellow cyan`; unchanged without colours."""
        if not self.color or not names or not text:
            return text
        codes = ";".join(_SGR[name] for name in names.split())
        return f"\x1b[{codes}m{text}\x1b[0m"


@dataclass(slots=True)
class Page:
    """Collects lines no wider than the style allows."""

    style: Style
    lines: list[str] = field(default_factory=list)

    def blank(self) -> None:
        """One empty line, never two in a row and never at the top."""
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def heading(self, title: str) -> None:
        """A title with a rule after it as far as the page is wide (79 at most)."""
        self.blank()
        title = visible(title)
        rule = "─" * max(0, min(self.style.width, 80) - columns(title) - 2)
        self._finish([(title, "bold"), (f" {rule}" if rule else "", "dim")])
        self.blank()

    def put(
        self, *segments: str | tuple[str, str], indent: int = 0, hang: int | None = None
    ) -> None:
        """A paragraph of texts, each plain or with a style, wrapped at blanks.

        The first line begins at column `indent`, the others at `hang` (the same, if absent).
        """
        pairs = [(s, "") if isinstance(s, str) else s for s in segments]
        hang = indent if hang is None else hang
        for number, words in enumerate(_wrapped(pairs, self.style.width, indent, hang)):
            self._finish([(" " * (hang if number else indent), ""), *words])

    def put_raw(self, line: str, names: str = "") -> None:
        """One line that is laid out already."""
        self._finish([(visible(line), names)])

    def _finish(self, segments: Iterable[tuple[str, str]]) -> None:
        pairs = [(text, names) for text, names in segments if text]
        plain = "".join(text for text, _ in pairs)
        fixed = neutral(plain)
        if fixed != plain:
            # A line that had to be broken up loses its styles: rare, and never wrong.
            pairs = [(fixed, "")]
        if not self.style.unicode:
            pairs = [(text.translate(_ASCII), names) for text, names in pairs]
        self.lines.append("".join(self.style.paint(t, n) for t, n in pairs).rstrip())

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


_TOKENS = re.compile(r" +|[^ ]+")
_Piece = tuple[str, str]


def _wrapped(pairs: list[_Piece], width: int, indent: int, hang: int) -> list[list[_Piece]]:
    """Segments as lines; a line breaks at blanks only, also where two segments meet."""
    lines: list[list[_Piece]] = [[]]
    used = indent
    for gap, word in _words(pairs):
        size = sum(columns(text) for text, _ in word)
        if lines[-1] and used + gap + size > width:
            lines.append([])
            used = hang
            gap = 0
        if gap:
            lines[-1].append((" " * gap, ""))
            used += gap
        for text, names in word:
            # A word wider than a line is cut: a path, a digest, a hostile name.
            while used + columns(text) > width and (size > width - hang):
                head = _head(text, max(4, width - used))
                lines[-1].append((head, names))
                text = text[len(head) :]
                lines.append([])
                used = hang
            if text:
                lines[-1].append((text, names))
                used += columns(text)
    return [line for line in lines if line]


def _words(pairs: list[_Piece]) -> list[tuple[int, list[_Piece]]]:
    """Runs without a blank in them, each with the blanks before it."""
    words: list[tuple[int, list[_Piece]]] = []
    gap, glued = 0, False
    for text, names in pairs:
        for token in _TOKENS.findall(visible(text)):
            if token[0] == " ":
                gap, glued = gap + len(token), False
            elif glued:
                words[-1][1].append((token, names))
            else:
                words.append((gap, [(token, names)]))
                gap, glued = 0, True
    return words


def _head(text: str, width: int) -> str:
    """The longest start of a text that takes at most `width` columns (one character at least)."""
    used = 0
    for number, char in enumerate(text):
        used += columns(char)
        if used > width:
            return text[: max(1, number)]
    return text


def shorten(text: str, width: int) -> str:
    """A visible text cut to some columns, with an ellipsis where it was cut."""
    text = visible(text, 4 * width)
    if columns(text) <= width:
        return text
    return _head(text, width - 1).rstrip() + "…"


def pad(text: str, width: int) -> str:
    """A text filled with blanks to some columns."""
    return text + " " * max(0, width - columns(text))


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 rule`, `2 rules`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
