"""The tree of a text as canonical YAML.

Blocks are indented by two, lists within mappings too. What was written in braces or brackets
stays so while it fits on one line; else it becomes a block. What was a block stays one.
"""

from __future__ import annotations

from dataclasses import dataclass

from policyengine.formatting import scalars
from policyengine.formatting.attaching import has_comments
from policyengine.formatting.keys import FREE, Shape
from policyengine.formatting.tree import Branch, Comment, Entry, Leaf, Tree, Written

#: columns of a line; a word or a comment may be longer
WIDTH = 100
#: comments of neighbouring lines stand in one column, up to lines of this length
_ALIGNED = 48


@dataclass(slots=True)
class _Line:
    text: str
    comment: str | None = None


def printed(written: Written, shape: Shape) -> str:
    """A text whose comments are attached, as it should be written."""
    printer = _Printer(keep_order=written.anchored)
    root = written.root
    first = root.value.entries[0] if isinstance(root.value, Branch) and root.value.entries else root
    for comment in [*root.before, *(first.before if first is not root else ())]:
        printer.comment(comment, 0)
    if first.blank and printer.lines:
        printer.blank()
    root.before, first.before, first.blank = [], [], False
    printer.document(root, shape)
    for comment in written.foot:
        printer.comment(comment, 0)
    text = "\n".join(_texts(printer.lines)).strip("\n") + "\n"
    return f"%YAML 1.2\n---\n{text}" if written.directive else text


class _Printer:
    def __init__(self, *, keep_order: bool) -> None:
        self.keep_order = keep_order
        self.lines: list[_Line] = []
        self.flat: dict[int, str] = {}

    # lines -----------------------------------------------------------------------------------

    def put(self, text: str, comments: list[Comment]) -> None:
        assert len(comments) <= 1
        self.lines.append(_Line(text.rstrip(" "), comments[0].text if comments else None))

    def blank(self) -> None:
        if self.lines and self.lines[-1] != _Line(""):
            self.lines.append(_Line(""))

    def comment(self, comment: Comment, indent: int, *, first: bool = False) -> None:
        if comment.blank and not first:
            self.blank()
        self.lines.append(_Line(" " * indent + comment.text))

    # nodes -----------------------------------------------------------------------------------

    def document(self, root: Entry, shape: Shape) -> None:
        value = root.value
        if isinstance(value, Leaf):
            if value.raw:
                self.scalar("", value, 2, root.tail)
            return
        if self.one_line(value, 0, root, shape):
            self.put(self.flow(value, shape), root.tail)
            return
        if value.anchor:
            self.put(f"&{value.anchor}", [])
        self.branch(value, 0, shape)
        for comment in root.tail:
            self.comment(comment, 0)

    def branch(self, branch: Branch, indent: int, shape: Shape) -> None:
        """The entries of a branch as a block, each beginning at `indent`."""
        for number, entry in enumerate(self.ordered(branch, shape)):
            inner = _of(shape, entry)
            apart = shape.apart and (branch.kind == "seq" or self.is_block(entry, indent, inner))
            self.entry(entry, indent, inner, first=not number, apart=apart)
        for comment in branch.foot:
            self.comment(comment, indent)

    def entry(
        self, entry: Entry, indent: int, shape: Shape, *, first: bool, apart: bool = False
    ) -> None:
        blanks = [*(c.blank for c in entry.before), entry.blank]
        if apart and not first and not any(blanks):
            self.blank()
        for number, comment in enumerate(entry.before):
            self.comment(comment, indent, first=first and not number)
        if entry.blank and not (first and not entry.before):
            self.blank()
        self.value(entry, indent, shape)

    def value(self, entry: Entry, indent: int, shape: Shape) -> None:
        value = entry.value
        key = "-" if entry.key is None else scalars.line(entry.key, flow=False) + ":"
        lead = " " * indent + key
        if isinstance(value, Leaf):
            self.scalar(lead, value, indent + 2, entry.tail)
            return
        if self.one_line(value, len(lead) + 1, entry, shape):
            self.put(f"{lead} {self.flow(value, shape)}", [*entry.head, *entry.tail])
            return
        if value.anchor:
            lead += f" &{value.anchor}"
        _foot_or_head(entry, value)
        if entry.key is None and not value.anchor and not entry.head:
            # the first entry begins on the line of the dash
            at = len(self.lines)
            self.branch(value, indent + 2, shape)
            line = self.lines[at]
            line.text = f"{lead} {line.text[indent + 2 :]}"
            return
        self.put(lead, entry.head)
        self.branch(value, indent + 2, shape)

    def scalar(self, lead: str, leaf: Leaf, indent: int, tail: list[Comment]) -> None:
        space = " " if lead else ""
        text = scalars.line(leaf, flow=False)
        long = len(lead) + len(space) + len(text) > WIDTH
        block = scalars.block(leaf, indent, WIDTH, long=long)
        if block is None:
            self.put(f"{lead}{space}{text}", tail)
            return
        header, lines = block
        self.put(f"{lead}{space}{header}", tail)
        self.lines.extend(_Line(" " * indent + part if part else "") for part in lines)

    # flow ------------------------------------------------------------------------------------

    def one_line(self, branch: Branch, column: int, entry: Entry, shape: Shape) -> bool:
        """Whether a branch is written in braces or brackets, beginning at a column."""
        if not branch.entries:
            return True
        if not branch.flow or has_comments(branch) or len(entry.head) + len(entry.tail) > 1:
            return False
        return column + len(self.flow(branch, shape)) <= WIDTH

    def is_block(self, entry: Entry, indent: int, shape: Shape) -> bool:
        if not isinstance(entry.value, Branch) or entry.key is None:
            return False
        column = indent + len(scalars.line(entry.key, flow=False)) + 2
        return not self.one_line(entry.value, column, entry, shape)

    def flow(self, node: Tree, shape: Shape) -> str:
        if isinstance(node, Leaf):
            return scalars.line(node, flow=True)
        known = self.flat.get(id(node))
        if known is None:
            parts = []
            for entry in self.ordered(node, shape):
                value = self.flow(entry.value, _of(shape, entry))
                if entry.key is not None:
                    value = f"{scalars.line(entry.key, flow=True)}: {value}"
                parts.append(value)
            opening, closing = "{}" if node.kind == "map" else "[]"
            anchor = f"&{node.anchor} " if node.anchor else ""
            known = self.flat[id(node)] = f"{anchor}{opening}{', '.join(parts)}{closing}"
        return known

    def ordered(self, branch: Branch, shape: Shape) -> list[Entry]:
        """The entries of a branch as they are to stand."""
        if branch.kind == "seq" or not shape.order or self.keep_order:
            return branch.entries
        return sorted(branch.entries, key=lambda e: shape.rank(e.key.text if e.key else ""))


def _foot_or_head(entry: Entry, value: Branch) -> None:
    """A comment after the bracket of a flow that becomes a block goes where it keeps its place
    among the others: beside the key, or below the block."""
    if not entry.tail:
        return
    if entry.key is not None and not entry.head and not has_comments(value):
        entry.head = entry.tail[:1]
        entry.tail = entry.tail[1:]
    value.foot += entry.tail
    entry.tail = []


def _of(shape: Shape, entry: Entry) -> Shape:
    if entry.key is None:
        return shape.each or FREE
    return shape.values.get(entry.key.text, FREE)


def _texts(lines: list[_Line]) -> list[str]:
    """The lines with their comments: of neighbours in one column."""
    out: list[str] = []
    run: list[_Line] = []

    def flush() -> None:
        column = max((len(line.text) for line in run), default=0)
        out.extend(f"{line.text:<{column}}  {line.comment}" for line in run)
        run.clear()

    for line in lines:
        if line.comment is not None and len(line.text) <= _ALIGNED:
            run.append(line)
            continue
        flush()
        out.append(line.text if line.comment is None else f"{line.text}  {line.comment}")
    flush()
    return out
