"""Which thing each comment is about, and where an empty line stands.

A comment on a line of its own is about what follows it, unless it is indented deeper than
that: then it closes the block before. A comment at the end of a line is about that line.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from policyengine.formatting.tree import Branch, Comment, Entry, Tree, Written


@dataclass(eq=False)
class _Token:
    """A place in the text: an entry's beginning, a value, or the bracket that ends a flow."""

    start: int
    end: int
    kind: str  # "entry", "value", "open", "close"
    entry: Entry
    #: the branches around it, the outermost first
    around: tuple[Branch, ...]


def attach(written: Written) -> None:
    """Give every comment and every empty line of a text to its entry or branch."""
    tokens = sorted(_tokens(written.root, ()), key=lambda token: (token.start, token.end))
    _blank_lines(written, tokens)
    starts = [token.start for token in tokens]
    column, gap = 0, -1
    for comment in written.comments:
        after = bisect_left(starts, comment.at)
        previous = tokens[after - 1] if after else None
        following = tokens[after] if after < len(tokens) else None
        if previous is None:
            _first(written.root).before.append(comment)
        elif comment.own_line or not _beside(previous, comment, written):
            # below another comment one goes no deeper: their order is kept
            here = written.source.position(comment.at)[1]
            column, gap = min(here, column) if gap == after else here, after
            _own_line(comment, column, previous, following, written)
        elif previous.kind in ("value", "close"):
            previous.entry.tail.append(comment)
        else:
            previous.entry.head.append(comment)
    _settle(written.root)


def _tokens(entry: Entry, around: tuple[Branch, ...]) -> Iterator[_Token]:
    value = entry.value
    if around:
        end = entry.key.end if entry.key is not None else entry.start + (not around[-1].flow)
        yield _Token(entry.start, end, "entry", entry, around)
    if isinstance(value, Branch):
        if value.flow:
            yield _Token(value.start, value.start + 1, "open", entry, (*around, value))
        for inner in value.entries:
            yield from _tokens(inner, (*around, value))
        if value.flow:
            yield _Token(value.end - 1, value.end, "close", entry, around)
    elif value.raw:
        yield _Token(value.start, value.end, "value", entry, around)


def _first(root: Entry) -> Entry:
    """The first entry of a document, or the document itself where it is one value."""
    value = root.value
    return value.entries[0] if isinstance(value, Branch) and value.entries else root


def _beside(previous: _Token, comment: Comment, written: Written) -> bool:
    """Whether a comment is on the last line of a token, or in the header of a block text."""
    position = written.source.position
    return comment.at < previous.end or position(previous.end)[0] == position(comment.at)[0]


def _own_line(
    comment: Comment, column: int, previous: _Token, following: _Token | None, written: Written
) -> None:
    flow = next((b for b in reversed(previous.around) if b.flow and b.end > comment.at), None)
    if flow is not None and not flow.entries:
        _before_value(comment, previous.entry)
        return
    if flow is not None:
        assert following is not None  # the bracket that ends it at least
        if following.kind == "entry":
            following.entry.before.append(comment)
        elif following.kind == "close":
            flow.foot.append(comment)
        else:
            _before_value(comment, following.entry)
        return
    if following is None:
        if not _foot(comment, previous, column, (), written):
            written.foot.append(comment)
    elif following.kind != "entry":  # between a key and its value
        _before_value(comment, following.entry)
    elif previous.kind == "entry" and previous.entry.value is following.around[-1]:
        following.entry.before.append(comment)
    else:
        next_column = written.source.position(following.start)[1]
        around = following.around
        if column <= next_column or not _foot(comment, previous, column, around, written):
            following.entry.before.append(comment)


def _before_value(comment: Comment, entry: Entry) -> None:
    """A comment between a key and its value goes before both, after those on the key's line."""
    entry.before += [*entry.head, comment]
    entry.head = []


def _foot(
    comment: Comment,
    previous: _Token,
    column: int,
    around: tuple[Branch, ...],
    written: Written,
) -> bool:
    """Put a comment below the deepest branch that begins at its column or before and goes on
    no further: it is none of those `around` what follows. False where there is none."""
    for branch in reversed(previous.around):
        if branch.flow or not branch.entries or branch in around:
            continue
        if written.source.position(branch.entries[0].start)[1] <= column:
            branch.foot.append(comment)
            return True
    return False


def _blank_lines(written: Written, tokens: list[_Token]) -> None:
    """Mark the entries that begin a line after an empty one, outside of any text."""
    source = written.source
    ends = [token.end for token in tokens]
    for token in tokens:
        if token.kind != "entry" or token.around[-1].flow:
            continue
        line = source.position(token.start)[0]
        if line == 1 or source.line(line - 1).strip(" \t"):
            continue
        before = source.line_starts[line - 1]
        if source.text[before : token.start].strip(" -"):
            continue  # another entry begins this line
        known = bisect_right(ends, before)
        token.entry.blank = known > 0 or token is tokens[0]


def _settle(entry: Entry) -> None:
    """Move comments to where they can be printed, without changing their order."""
    value = entry.value
    if isinstance(value, Branch):
        for inner in value.entries:
            _settle(inner)
        if not value.entries:
            entry.before += entry.head
            entry.head = []
        elif entry.key is None:  # an item begins on the line of its dash: nothing can precede it
            first = value.entries[0]
            entry.before += [*entry.head, *first.before]
            entry.head, first.before = [], []
        else:
            value.entries[0].before[:0] = entry.head[1:]
            entry.head = entry.head[:1]
    else:
        both = [*entry.head, *entry.tail]
        entry.before += both[:-1]
        entry.head, entry.tail = [], both[-1:]


def has_comments(node: Tree) -> bool:
    """Whether a comment stands inside a branch: it can then not be one line."""
    if not isinstance(node, Branch):
        return False
    if node.foot:
        return True
    return any(e.before or e.head or e.tail or has_comments(e.value) for e in node.entries)
