"""The check of raw terms, generated from the schema: what is right is read, a doubt left alone.

`intake.check` has the last word on what a document may say and the only words about what is
wrong. This is its fast path for what is right: every document it takes, `check` takes too
and reads the same; whatever it has any doubt about it leaves to `check`.

A group that states all of its terms is read straight through; another term by term. Values
go into the variables that a quick form has for its columns, so that the form can go on from
there in the same function: see `floats` for their numbers.
"""

from __future__ import annotations

from typing import Any

from policyengine.compiler.floats import as_float
from policyengine.compiler.support import fast
from policyengine.facts import FREE_TEXT
from policyengine.schema import Group, Shape, TermSpec, TermsSchema, convert
from policyengine.values.record import Record

_MISSING = object()
_SAFE = 1 << 53
#: lists up to this length are checked without a loop
_UNROLLED = 3


class Columns(Record):
    """What is read: the variable of each column by its path, what silence means in the same
    order, which numbers may be floats, which lists may be in any container, and the longest
    list that needs no count of steps."""

    names: dict[str, str]
    defaults: tuple[Any, ...]
    floats: frozenset[str]
    sets: frozenset[str]
    longest: int


class Intake:
    """Emits the statements that check `document` and set the columns.

    They return None for a doubt, and set `gaps` to whether a column is None. `space` is what
    they use beside builtins. A document with evidence or with terms that do not apply is a
    doubt.
    """

    def __init__(self, schema: TermsSchema, columns: Columns) -> None:
        self.names = columns.names
        self.silence = dict(zip(columns.names, columns.defaults, strict=True))
        self.columns = columns
        self.space: dict[str, Any] = {
            "MISSING": _MISSING,
            "read_other": _other,
            "read_number": _number,
            "read_options": _options,
            "as_float": as_float,
        }
        self.constants: dict[Any, str] = {}
        self.lines = ["if type(document) is not dict: return None", "gaps = False"]
        self.group(schema.root, "document", "", "g")

    def constant(self, value: Any) -> str:
        if value is None or value is True or value is False or type(value) in (int, float):
            return repr(value)
        key = (type(value), value) if isinstance(value, str | frozenset) else id(value)
        name = self.constants.get(key)
        if name is None:
            name = self.constants[key] = f"m{len(self.constants)}"
            self.space[name] = value
        return name

    # groups -----------------------------------------------------------------------------------

    def group(self, group: Group, data: str, pad: str, prefix: str) -> None:
        """Statements that take every member of a group, and refuse what is no member."""
        emit = self.lines.append
        held = {
            name: self.variable(member, f"{prefix}{number}")
            for number, (name, member) in enumerate(group.members.items())
        }
        terms = {name: m for name, m in group.members.items() if isinstance(m, TermSpec)}
        straight = len(terms) == len(held)
        if held:
            emit(f"{pad}if len({data}) == {len(held)}:")
            # as many keys as members: another key among them is a doubt
            emit(f"{pad}    try:")
            for name, variable in held.items():
                emit(f"{pad}        {variable} = {data}[{self.constant(name)}]")
            emit(f"{pad}    except KeyError:")
            emit(f"{pad}        return None")
            for name, spec in terms.items() if straight else ():
                self.term(spec, held[name], pad + "    ")
            emit(f"{pad}else:")
            for name, variable in held.items():
                emit(f"{pad}    {variable} = {data}.get({self.constant(name)}, MISSING)")
        inner = pad + "    " if held else pad
        stated = " + ".join(f"({variable} is not MISSING)" for variable in held.values())
        emit(f"{inner}if len({data}) != {stated or 0}: return None")
        for name, member in group.members.items():
            self.member(member, held[name], inner if straight else pad, name in group.required)

    def variable(self, member: Group | TermSpec, otherwise: str) -> str:
        """Where a member goes: a column, or a name of its own."""
        return self.names.get(member.path, otherwise) if isinstance(member, TermSpec) else otherwise

    def member(self, member: Group | TermSpec, value: str, pad: str, required: bool) -> None:
        """A member that may not be there."""
        self.lines.append(f"{pad}if {value} is MISSING:")
        absent = ["return None"] if required else self.absent(member)
        self.lines += [f"{pad}    {line}" for line in absent]
        self.lines.append(f"{pad}else:")
        inner = pad + "    "
        if isinstance(member, Group):
            self.lines.append(f"{inner}if type({value}) is not dict: return None")
            self.group(member, value, inner, value + "_")
        else:
            self.term(member, value, inner)

    def absent(self, member: Group | TermSpec) -> list[str]:
        """What follows from a member that is not there."""
        if isinstance(member, Group):
            lines = [line for each in member.members.values() for line in self.absent(each)]
            return sorted(set(lines) - {"pass"}) or ["pass"]
        lines = []
        for path in (member.path, f"? {member.path}"):
            if path in self.names:
                lines.append(f"{self.names[path]} = {self.constant(self.silence[path])}")
                if self.silence[path] is None:
                    lines.append("gaps = True")
        return lines or ["pass"]

    def term(self, spec: TermSpec, value: str, pad: str) -> None:
        """A value that is there, in its variable."""
        if spec.shape.nullable:
            self.lines.append(f"{pad}if {value} is None:")
            self.lines += [f"{pad}    {line}" for line in self.absent(spec)]
            self.lines.append(f"{pad}else:")
            pad += "    "
        self.value(spec, value, pad)
        stated = self.names.get(f"? {spec.path}")
        if stated is not None:
            self.lines.append(f"{pad}{stated} = True")

    # values -----------------------------------------------------------------------------------

    def value(self, spec: TermSpec, value: str, pad: str) -> None:
        """Checks of one value, which becomes what the row holds."""
        shape, kind = spec.shape, spec.shape.type.kind
        emit = self.lines.append
        if kind == "boolean" and shape.enum is None:
            emit(f"{pad}if type({value}) is not bool: return None")
        elif kind == "string" and not _limited(shape):
            if shape.enum:
                among = self.constant(frozenset(shape.enum))
                emit(f"{pad}if type({value}) is not str or {value} not in {among}: return None")
                return
            # a lone surrogate is no character; long texts are paid for in steps
            emit(f"{pad}if type({value}) is not str or len({value}) > {FREE_TEXT}: return None")
            emit(f"{pad}if not {value}.isascii():")
            emit(f"{pad}    {value} = read_other({value}, {self.constant(shape)}, 0)")
            emit(f"{pad}    if {value} is None: return None")
        elif kind == "number" and self.number(spec, value, pad):
            pass
        elif kind == "list" and shape.item is not None and _is_option(shape.item):
            self.options(shape, value, pad)
            if spec.path in self.names and spec.path not in self.columns.sets:
                emit(f"{pad}{value} = tuple({value})")
        else:
            most = self.columns.longest
            emit(f"{pad}{value} = read_other({value}, {self.constant(shape)}, {most})")
            emit(f"{pad}if {value} is None: return None")
            if kind == "number" and spec.path in self.columns.floats:
                emit(f"{pad}{value} = as_float({value})")
                emit(f"{pad}if {value} is None: return None")

    def number(self, spec: TermSpec, value: str, pad: str) -> bool:
        """An `int` as it is, a `float` where nobody minds, anything else as `check` has it;
        False where that is all there is to it."""
        shape = spec.shape
        bounds = _bounds(shape)
        if bounds is None or shape.enum is not None or shape.multiple_of is not None:
            return False
        emit = self.lines.append
        as_it_is = spec.path in self.columns.floats or spec.path not in self.names
        least, first, most, last = bounds
        right = f"type({value}) is int and {least!r} {first} {value} {last} {most!r}"
        if as_it_is and not shape.integer:
            # a comparison of two floats costs less than one of a float and an int
            between = f"{float(least)!r} {first} {value} {last} {float(most)!r}"
            right += f" or type({value}) is float and {between}"
        emit(f"{pad}if not ({right}):")
        emit(f"{pad}    {value} = read_number({value}, {self.constant(shape)}, {as_it_is})")
        emit(f"{pad}    if {value} is None: return None")
        return True

    def options(self, shape: Shape, value: str, pad: str) -> None:
        """A list of options: a short one without a loop."""
        emit = self.lines.append
        assert shape.item is not None
        assert shape.item.enum is not None
        among = self.constant(frozenset(shape.item.enum))
        longest = self.columns.longest
        most = longest if shape.max_items is None else min(longest, shape.max_items)
        least = shape.min_items or 0
        emit(f"{pad}if type({value}) is not list: return None")
        emit(f"{pad}if {value}:")
        emit(f"{pad}    count = len({value})")
        word = "if"
        for count in range(1, _UNROLLED + 1):
            if not least <= count <= most:
                continue
            items = [f"item{n}" for n in range(count)]
            wrong = [f"type({item}) is not str or {item} not in {among}" for item in items]
            if shape.unique:
                wrong += [f"{a} == {b}" for n, a in enumerate(items) for b in items[:n]]
            emit(f"{pad}    {word} count == {count}:")
            emit(f"{pad}        {', '.join(items)}, = {value}")
            emit(f"{pad}        if {' or '.join(wrong)}: return None")
            word = "elif"
        refused = f"not read_options({value}, {among}, {shape.unique})"
        refused += f" or count < {least}" if least > 1 else ""
        emit(f"{pad}    {word} count > {most} or {refused}: return None")
        if least:
            emit(f"{pad}else: return None")


def _bounds(shape: Shape) -> tuple[int | float, str, int | float, str] | None:
    """The bounds of a number, each with its comparison, within those of a safe `int`. None
    where a bound is no float."""
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
    return least, first, most, last


def _is_option(item: Shape) -> bool:
    return (
        item.type.kind == "string" and not item.nullable and bool(item.enum) and not _limited(item)
    )


def _limited(shape: Shape) -> bool:
    return any(bound is not None for bound in (shape.min_length, shape.max_length, shape.pattern))


def _options(value: list[Any], among: frozenset[str], unique: bool) -> bool:
    """Whether a list holds nothing but options."""
    for item in value:
        if type(item) is not str or item not in among:
            return False
    return not unique or len(set(value)) == len(value)


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
