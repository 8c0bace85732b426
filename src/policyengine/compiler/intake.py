"""The check of raw terms, generated from the schema: an answer, or None to look again slowly.

`intake.check` has the last word on what a document may say and the only words about what is
wrong. This is its fast path for what is right: every document it takes, `check` takes too
and reads the same; whatever it has any doubt about it leaves to `check`.

A group that states all of its terms is read straight through; another term by term. The row
is the quick form's: see `floats` for its numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from policyengine.compiler.floats import as_float
from policyengine.compiler.support import fast
from policyengine.facts import FREE_TEXT
from policyengine.schema import Group, Shape, TermSpec, TermsSchema, convert
from policyengine.values.record import Record

_MISSING = object()
_SAFE = 1 << 53


class Columns(Record):
    """What a row holds: its paths, what silence means, which numbers may be floats, and the
    longest list that needs no count of steps."""

    paths: tuple[str, ...]
    defaults: tuple[Any, ...]
    floats: frozenset[str]
    longest: int


def compile_intake(
    schema: TermsSchema,
    columns: Columns,
    known: Callable[[Any], Any],
    unknown: Callable[[Any], Any],
) -> tuple[Callable[[Any], Any], str]:
    """The function of a document, and its text.

    It gives what `known` makes of the row, or `unknown` where something in it is None, and None
    for a doubt. A document with evidence or with terms that do not apply is left to `check`.
    """
    emitter = _Emitter(schema, columns)
    emitter.space |= {"known": known, "unknown": unknown}
    return emitter.compile()


class _Emitter:
    def __init__(self, schema: TermsSchema, columns: Columns) -> None:
        self.schema = schema
        self.names = {path: f"v{at}" for at, path in enumerate(columns.paths)}
        self.columns = columns
        self.space: dict[str, Any] = {"MISSING": _MISSING, "other": _other, "number": _number}
        self.constants: dict[Any, str] = {}
        self.lines: list[str] = []

    def compile(self) -> tuple[Callable[[Any], Any], str]:
        defaults = zip(self.names.values(), self.columns.defaults, strict=True)
        for name, value in defaults:
            self.lines.append(f"    {name} = {self.constant(value)}")
        self.lines.append("    some = False")
        self.group(self.schema.root, "document", "    ", "g")
        row = ", ".join(self.names.values())
        source = "\n".join(
            [
                "def read(document):",
                "    if type(document) is not dict: return None",
                *self.lines,
                f"    row = ({row}{',' if len(self.names) == 1 else ''})",
                "    return unknown(row) if some else known(row)",
                "",
            ]
        )
        # the text is made here from the shapes of the schema; names in it are numbers
        exec(compile(source, "<terms>", "exec"), self.space)  # noqa: S102
        return self.space["read"], source

    def constant(self, value: Any) -> str:
        if value is None or value is True or value is False or type(value) in (int, float):
            return repr(value)
        key = (type(value), value) if isinstance(value, str | frozenset) else id(value)
        name = self.constants.get(key)
        if name is None:
            name = self.constants[key] = f"k{len(self.space)}"
            self.space[name] = value
        return name

    # groups -----------------------------------------------------------------------------------

    def group(self, group: Group, data: str, pad: str, prefix: str) -> None:
        """Statements that take every member of a group, and refuse what is no member."""
        terms = {name: m for name, m in group.members.items() if isinstance(m, TermSpec)}
        if terms and len(terms) == len(group.members):
            self.lines.append(f"{pad}if len({data}) == {len(terms)}:")
            self.straight(terms, data, pad + "    ", prefix)
            self.lines.append(f"{pad}else:")
            pad += "    "
        count = f"{prefix}n"
        self.lines.append(f"{pad}{count} = 0")
        for number, (name, member) in enumerate(group.members.items()):
            value = f"{prefix}{number}"
            self.lines.append(f"{pad}{value} = {data}.get({self.constant(name)}, MISSING)")
            self.lines.append(f"{pad}if {value} is MISSING:")
            absent = "return None" if name in group.required else self.absent(member)
            self.lines.append(f"{pad}    {absent}")
            self.lines.append(f"{pad}else:")
            deep = pad + "    "
            self.lines.append(f"{deep}{count} += 1")
            if isinstance(member, Group):
                self.lines.append(f"{deep}if type({value}) is not dict: return None")
                self.group(member, value, deep, value + "_")
            else:
                self.term(member, value, deep)
        self.lines.append(f"{pad}if {count} != len({data}): return None")

    def straight(self, terms: dict[str, TermSpec], data: str, pad: str, prefix: str) -> None:
        """A group that states as many terms as it has; another key among them is a doubt."""
        self.lines.append(f"{pad}try:")
        for number, name in enumerate(terms):
            self.lines.append(f"{pad}    {prefix}{number} = {data}[{self.constant(name)}]")
        self.lines.append(f"{pad}except KeyError:")
        self.lines.append(f"{pad}    return None")
        for number, spec in enumerate(terms.values()):
            self.term(spec, f"{prefix}{number}", pad)

    def absent(self, member: Group | TermSpec) -> str:
        """What follows from a member that is not there: whether something is unknown."""
        if isinstance(member, Group):
            unknown = any(self.absent(each) != "pass" for each in member.members.values())
        else:
            at = self.names.get(member.path)
            unknown = at is not None and self.columns.defaults[int(at[1:])] is None
        return "some = True" if unknown else "pass"

    def term(self, spec: TermSpec, value: str, pad: str) -> None:
        inner = pad
        if spec.shape.nullable:
            absent = self.absent(spec)
            if absent != "pass":
                self.lines.append(f"{pad}if {value} is None: {absent}")
            self.lines.append(f"{pad}{'if' if absent == 'pass' else 'elif'} {value} is not None:")
            inner = pad + "    "
        made = self.value(spec, value, inner)
        column, stated = self.names.get(spec.path), self.names.get(f"? {spec.path}")
        if column is not None:
            self.lines.append(f"{inner}{column} = {made}")
        if stated is not None:
            self.lines.append(f"{inner}{stated} = True")
        if spec.shape.nullable and self.lines[-1].endswith(":"):
            self.lines.append(f"{inner}pass")

    # values -----------------------------------------------------------------------------------

    def value(self, spec: TermSpec, value: str, pad: str) -> str:
        """Checks of one value, and the expression for what the row holds."""
        shape, kind = spec.shape, spec.shape.type.kind
        emit = self.lines.append
        if kind == "boolean" and shape.enum is None:
            emit(f"{pad}if {value} is not True and {value} is not False: return None")
            return value
        if kind == "string" and not _limited(shape):
            if shape.enum:
                among = self.constant(frozenset(shape.enum))
                emit(f"{pad}if type({value}) is not str or {value} not in {among}: return None")
                return value
            # a lone surrogate is no character; long texts are paid for in steps
            emit(f"{pad}if type({value}) is not str or len({value}) > {FREE_TEXT}: return None")
            emit(f"{pad}if not {value}.isascii():")
            emit(f"{pad}    {value} = other({value}, {self.constant(shape)}, 0)")
            emit(f"{pad}    if {value} is None: return None")
            return value
        if kind == "number" and shape.enum is None and shape.multiple_of is None:
            chain = _chain(shape, value)
            if chain is not None:
                return self.number(spec, value, chain, pad)
        if kind == "list" and shape.item is not None and _is_option(shape.item):
            return self.options(shape, value, pad)
        emit(f"{pad}{value} = other({value}, {self.constant(shape)}, {self.columns.longest})")
        emit(f"{pad}if {value} is None: return None")
        if kind == "number" and spec.path in self.columns.floats:
            emit(f"{pad}{value} = as_float({value})")
            emit(f"{pad}if {value} is None: return None")
            self.space["as_float"] = as_float
        return value

    def number(self, spec: TermSpec, value: str, chain: str, pad: str) -> str:
        """An `int` as it is, a `float` where nobody minds, anything else as `check` has it."""
        emit = self.lines.append
        column = spec.path in self.names
        as_it_is = spec.path in self.columns.floats or not column
        types = f"type({value}) is not int"
        if as_it_is and not spec.shape.integer:
            types = f"{types} and type({value}) is not float"
        shape = self.constant(spec.shape)
        emit(f"{pad}if {types} or not {chain}:")
        emit(f"{pad}    {value} = number({value}, {shape}, {as_it_is})")
        emit(f"{pad}    if {value} is None: return None")
        return value

    def options(self, shape: Shape, value: str, pad: str) -> str:
        """A list of options."""
        emit = self.lines.append
        assert shape.item is not None
        assert shape.item.enum is not None
        among = self.constant(frozenset(shape.item.enum))
        most = min(self.columns.longest, shape.max_items or self.columns.longest)
        emit(f"{pad}if type({value}) is not list or len({value}) > {most}: return None")
        if shape.min_items:
            emit(f"{pad}if len({value}) < {shape.min_items}: return None")
        emit(f"{pad}for item in {value}:")
        emit(f"{pad}    if type(item) is not str or item not in {among}: return None")
        if shape.unique:
            emit(f"{pad}if len({value}) > 1 and len(set({value})) != len({value}): return None")
        return f"tuple({value})"


def _chain(shape: Shape, value: str) -> str | None:
    """The bounds of a number as one comparison, within those of a safe `int`; it is false for
    what is not a number. None where a bound is no float."""
    low, high = as_float(shape.minimum), as_float(shape.maximum)
    below, above = as_float(shape.exclusive_minimum), as_float(shape.exclusive_maximum)
    given = (shape.minimum, shape.maximum, shape.exclusive_minimum, shape.exclusive_maximum)
    if [bound is None for bound in given] != [b is None for b in (low, high, below, above)]:
        return None
    lows = [(bound, word) for bound, word in ((low, "<="), (below, "<")) if bound is not None]
    highs = [(bound, word) for bound, word in ((high, "<="), (above, "<")) if bound is not None]
    # of an inclusive and an exclusive bound that are the same, the exclusive one
    least, first = max([*lows, (-_SAFE, "<")], key=lambda bound: (bound[0], bound[1] == "<"))
    most, last = min([*highs, (_SAFE, "<")], key=lambda bound: (bound[0], bound[1] == "<="))
    return f"{least!r} {first} {value} {last} {most!r}"


def _is_option(item: Shape) -> bool:
    return (
        item.type.kind == "string" and not item.nullable and bool(item.enum) and not _limited(item)
    )


def _limited(shape: Shape) -> bool:
    return any(bound is not None for bound in (shape.min_length, shape.max_length, shape.pattern))


def _other(value: Any, shape: Shape, longest: int) -> Any:
    """Whatever has no code of its own, as `check` converts it; None for a doubt."""
    problems: list[Any] = []
    made = convert(value, shape, (), problems)
    return None if problems or not is_small(made, longest) else fast(made)


def _number(value: Any, shape: Shape, as_it_is: bool) -> Any:
    """A number as the row holds it; None for a doubt."""
    made = _other(value, shape, 0)
    return as_float(made) if as_it_is and made is not None else made


def is_small(value: Any, longest: int) -> bool:
    """Whether no list and no text in a value is so long that the steps could matter."""
    if isinstance(value, str):
        return len(value) <= FREE_TEXT
    if isinstance(value, tuple):
        return len(value) <= longest and all(is_small(item, longest) for item in value)
    if isinstance(value, dict):
        return all(is_small(item, longest) for item in value.values())
    return True
