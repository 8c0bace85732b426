"""The check of raw terms, generated from the schema: a row, or None to look again slowly.

`intake.check` has the last word on what a document may say and the only words about what is
wrong. This is its fast path for what is right: every document it takes, `check` takes too
and reads the same; whatever it has any doubt about it leaves to `check`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from policyengine.compiler.support import fast
from policyengine.schema import Group, Shape, TermSpec, TermsSchema, convert
from policyengine.types import NUMBER

_MISSING = object()
_SAFE = 1 << 53


def compile_intake(
    schema: TermsSchema, paths: tuple[str, ...], defaults: tuple[Any, ...]
) -> tuple[Callable[[Any], tuple[Any, ...] | None], str]:
    """The function from a document to a row, and its text.

    `paths` are the columns of the row, as `Compiled` has them. A document with evidence or
    with terms that do not apply is left to `check`.
    """
    return _Emitter(schema, paths, defaults).compile()


class _Emitter:
    def __init__(
        self, schema: TermsSchema, paths: tuple[str, ...], defaults: tuple[Any, ...]
    ) -> None:
        self.schema = schema
        self.columns = {path: f"v{at}" for at, path in enumerate(paths)}
        self.defaults = dict(zip(paths, defaults, strict=True))
        self.space: dict[str, Any] = {"MISSING": _MISSING, "other": _other, "number": _number}
        self.lines: list[str] = []

    def compile(self) -> tuple[Callable[[Any], tuple[Any, ...] | None], str]:
        for path, name in self.columns.items():
            self.lines.append(f"    {name} = {self.constant(self.defaults[path])}")
        self.group(self.schema.root, "document", 1, "g")
        row = ", ".join(self.columns.values())
        source = "\n".join(
            [
                "def take(document):",
                "    if type(document) is not dict: return None",
                *self.lines,
                f"    return ({row}{',' if len(self.columns) == 1 else ''})",
                "",
            ]
        )
        # the text is made here from the shapes of the schema; names in it are numbers
        exec(compile(source, "<terms>", "exec"), self.space)  # noqa: S102
        return self.space["take"], source

    def constant(self, value: Any) -> str:
        if value is None or value is True or value is False or type(value) is int:
            return repr(value)
        name = f"k{len(self.space)}"
        self.space[name] = value
        return name

    def group(self, group: Group, data: str, depth: int, prefix: str) -> None:
        """Statements that take every member of a group, and refuse what is no member."""
        pad = "    " * depth
        count = f"{prefix}n"
        self.lines.append(f"{pad}{count} = 0")
        for number, (name, member) in enumerate(group.members.items()):
            value = f"{prefix}{number}"
            required = name in group.required
            self.lines.append(f"{pad}{value} = {data}.get({self.constant(name)}, MISSING)")
            if required:
                self.lines.append(f"{pad}if {value} is MISSING: return None")
                inner = depth
            else:
                self.lines.append(f"{pad}if {value} is not MISSING:")
                inner = depth + 1
            deep = "    " * inner
            self.lines.append(f"{deep}{count} += 1")
            if isinstance(member, Group):
                self.lines.append(f"{deep}if type({value}) is not dict: return None")
                self.group(member, value, inner, value + "_")
            else:
                self.term(member, value, inner)
        self.lines.append(f"{pad}if {count} != len({data}): return None")

    def term(self, spec: TermSpec, value: str, depth: int) -> None:
        pad = "    " * depth
        if not spec.shape.nullable:
            self.lines.append(f"{pad}if {value} is None: return None")
            inner = pad
        else:
            self.lines.append(f"{pad}if {value} is not None:")
            inner = pad + "    "
        made = self.value(spec.shape, value, inner)
        column, stated = self.columns.get(spec.path), self.columns.get(f"? {spec.path}")
        if column is not None:
            self.lines.append(f"{inner}{column} = {made}")
        if stated is not None:
            self.lines.append(f"{inner}{stated} = True")

    def value(self, shape: Shape, value: str, pad: str) -> str:
        """Checks of one value, and the expression for what the row holds."""
        kind = shape.type.kind
        emit = self.lines.append
        if kind == "boolean" and shape.enum is None:
            emit(f"{pad}if {value} is not True and {value} is not False: return None")
            return value
        if kind == "string" and shape.enum is not None and not _limited(shape):
            among = self.constant(frozenset(shape.enum))
            emit(f"{pad}if type({value}) is not str or {value} not in {among}: return None")
            return value
        if kind == "number" and shape.enum is None and shape.multiple_of is None:
            emit(f"{pad}if type({value}) is not int or not {-_SAFE} < {value} < {_SAFE}:")
            emit(f"{pad}    {value} = number({value}, {shape.integer})")
            emit(f"{pad}    if {value} is None: return None")
            for bound, sign in (
                (shape.minimum, "<"),
                (shape.maximum, ">"),
                (shape.exclusive_minimum, "<="),
                (shape.exclusive_maximum, ">="),
            ):
                if bound is not None:
                    limit = self.constant(fast(bound))
                    emit(f"{pad}if {value} {sign} {limit}: return None")
            return value
        item = shape.item
        simple = item is not None and item.type.kind == "string" and not item.nullable
        if kind == "list" and item is not None and simple and item.enum and not _limited(item):
            if shape.min_items is None and shape.max_items is None:
                among = self.constant(frozenset(item.enum))
                emit(f"{pad}if type({value}) is not list: return None")
                emit(f"{pad}for item in {value}:")
                emit(f"{pad}    if type(item) is not str or item not in {among}: return None")
                if shape.unique:
                    emit(f"{pad}if len(set({value})) != len({value}): return None")
                return f"tuple({value})"
        emit(f"{pad}{value} = other({value}, {self.constant(shape)})")
        emit(f"{pad}if {value} is None: return None")
        return value


def _limited(shape: Shape) -> bool:
    return any(bound is not None for bound in (shape.min_length, shape.max_length, shape.pattern))


def _other(value: Any, shape: Shape) -> Any:
    """Whatever has no code of its own, as `check` converts it; None for a doubt."""
    problems: list[Any] = []
    made = convert(value, shape, (), problems)
    return None if problems else fast(made)


def _number(value: Any, integer: bool) -> Any:
    """A float, a decimal or a large integer as a fast value; None for a doubt."""
    return _other(value, _INTEGER if integer else _NUMBER)


_NUMBER = Shape(NUMBER)
_INTEGER = Shape(NUMBER, integer=True)
