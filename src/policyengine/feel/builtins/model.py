"""What a built-in function is: a name, signatures, and what it does.

Adding a function is one entry in the file of its family:

    define("odd(number: number) -> boolean", odd, "Whether a number is odd.")

The signature text is data: names and types of the parameters, `?` after a name that may be
left out, `...` before one that takes the rest, `|` between types that will do. A parameter
of type `Any` takes null; every other null argument makes the result null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from policyengine import types
from policyengine.operators.fault import Fault
from policyengine.operators.kinds import kind_of
from policyengine.types import Type
from policyengine.values.record import Record
from policyengine.values.temporal import DateTime, Time

Function = Callable[..., Any]

_TYPES: dict[str, Type] = {
    "Any": types.ANY,
    "boolean": types.BOOLEAN,
    "number": types.NUMBER,
    "string": types.STRING,
    "date": types.DATE,
    "time": types.TIME,
    "date and time": types.DATE_TIME,
    "days and time duration": types.DAY_TIME_DURATION,
    "years and months duration": types.YEAR_MONTH_DURATION,
    "list": types.LIST,
    "list<boolean>": types.list_of(types.BOOLEAN),
    "list<number>": types.list_of(types.NUMBER),
    "list<string>": types.list_of(types.STRING),
    "list<context>": types.list_of(types.CONTEXT),
    "list<list>": types.list_of(types.LIST),
    "context": types.CONTEXT,
    "range": types.RANGE,
    "function": types.FUNCTION,
}


class Parameter(Record):
    """`types` are those an argument may have, one of them."""

    name: str
    types: tuple[Type, ...]
    optional: bool = False
    variadic: bool = False

    @property
    def takes_null(self) -> bool:
        return any(type_.kind == "any" for type_ in self.types)


class Signature(Record):
    """One way to call a function."""

    parameters: tuple[Parameter, ...]
    result: Type
    function: Function
    text: str

    @property
    def fewest(self) -> int:
        return sum(not p.optional for p in self.parameters)

    @property
    def most(self) -> int | None:
        """None: any number."""
        variadic = self.parameters and self.parameters[-1].variadic
        return None if variadic else len(self.parameters)

    def takes(self, count: int) -> bool:
        """Whether it takes so many positional arguments."""
        return self.fewest <= count and (self.most is None or count <= self.most)

    def parameter(self, position: int) -> Parameter:
        """That of a positional argument, counted from 0."""
        return self.parameters[min(position, len(self.parameters) - 1)]

    def arranged(self, named: Mapping[str, Any], absent: Any = None) -> list[Any] | None:
        """Named arguments as positional ones, or None if the names are not this signature's.

        An optional parameter left out before one that is given is `absent`.
        """
        known = {p.name for p in self.parameters}
        if not known.issuperset(named):
            return None
        found: list[Any] = []
        for parameter in self.parameters:
            if parameter.name not in named and not parameter.optional:
                return None
            found.append(named.get(parameter.name, absent))
        while found and found[-1] is absent and self.parameters[len(found) - 1].name not in named:
            found.pop()
        return found


class Builtin(Record):
    """One built-in function.

    `family` groups it in the documentation and `doc` describes it in one line. `settle`
    is for the rule executors: given arguments among which there are unknowns (None), the
    value if it is settled all the same, else None; without it one unknown leaves the whole
    unknown.
    """

    name: str
    family: str
    doc: str
    signatures: tuple[Signature, ...]
    settle: Callable[[Sequence[Any]], Any] | None = None

    @property
    def kleene(self) -> bool:
        """Whether it may be settled over an unknown argument or element."""
        return self.settle is not None

    @property
    def takes_null(self) -> bool:
        """Whether plain FEEL lets it see a null argument."""
        return any(p.takes_null for s in self.signatures for p in s.parameters)

    def taking(self, count: int) -> tuple[Signature, ...]:
        """The signatures that take so many positional arguments."""
        return tuple(s for s in self.signatures if s.takes(count))

    def apply(self, arguments: Sequence[Any]) -> Any:
        """The value for positional arguments; None where one that may not be is null.

        Raises `Fault`: `invalid-argument` for their number, `type-mismatch` for their types,
        and what the function itself raises. Where a function that is `kleene` is given an
        unknown, `settle` answers.
        """
        if self.settle is not None and any(map(_holds_null, arguments)):
            return self.settle(arguments)
        return self.call(arguments)

    def call(self, arguments: Sequence[Any]) -> Any:
        """As `apply`, but with the nulls of plain FEEL, which are values."""
        signatures = self.taking(len(arguments))
        if not signatures:
            raise Fault("invalid-argument", f"wrong number of arguments for `{self.name}`")
        null_seen = False
        for coerce in (False, True):
            for signature in signatures:
                prepared = _prepared(signature, arguments, coerce)
                if prepared is None:
                    continue
                if any(
                    a is None and not signature.parameter(i).takes_null
                    for i, a in enumerate(prepared)
                ):
                    null_seen = True
                    continue
                return signature.function(*prepared)
        if null_seen:
            return None
        kinds = ", ".join(kind_of(argument) for argument in arguments)
        raise Fault("type-mismatch", f"`{self.name}` does not take ({kinds})")

    def call_named(self, named: Mapping[str, Any]) -> Any:
        """`call` with named arguments."""
        for signature in self.signatures:
            arranged = signature.arranged(named)
            if arranged is not None:
                return Builtin(self.name, self.family, self.doc, (signature,)).call(arranged)
        raise Fault("invalid-argument", f"`{self.name}` has no parameters of these names")


def _prepared(signature: Signature, arguments: Sequence[Any], coerce: bool) -> list[Any] | None:
    """The arguments as the parameters want them, or None if one cannot be."""
    prepared = []
    for position, argument in enumerate(arguments):
        wanted = signature.parameter(position).types
        if argument is not None and not any(_fits(argument, type_) for type_ in wanted):
            converted = _coerced(argument, wanted) if coerce else None
            if converted is None:
                return None
            argument = converted
        prepared.append(argument)
    return prepared


def _fits(value: Any, wanted: Type) -> bool:
    if wanted.kind == "any":
        return True
    kind = kind_of(value)
    if kind != wanted.kind:
        return False
    item = wanted.item
    if kind != "list" or item is None or item.kind == "any":
        return True
    return all(element is None or kind_of(element) == item.kind for element in value)


def _coerced(value: Any, wanted: Sequence[Type]) -> Any:
    """A value made to fit: one element as a list, a list of one as its element, a date as
    its midnight in UTC; None if it cannot be."""
    for type_ in wanted:
        if type_.kind == "list" and kind_of(value) != "list" and _fits((value,), type_):
            return (value,)
        if type_.kind == "date and time" and kind_of(value) == "date":
            return DateTime(value, Time(0, 0, 0, 0, 0))
    if isinstance(value, tuple) and len(value) == 1 and value[0] is not None:
        for type_ in wanted:
            if type_.kind != "list" and _fits(value[0], type_):
                return value[0]
    return None


def _holds_null(value: Any) -> bool:
    return value is None or (isinstance(value, tuple) and None in value)


class Family:
    """Collects the functions of one file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.functions: dict[str, Builtin] = {}

    def define(
        self,
        text: str,
        function: Function,
        doc: str = "",
        settle: Callable[[Sequence[Any]], Any] | None = None,
    ) -> None:
        """Add a function, or another signature of one."""
        name, signature = read_signature(text, function)
        before = self.functions.get(name)
        if before is None:
            self.functions[name] = Builtin(name, self.name, doc, (signature,), settle)
        else:
            signatures = (*before.signatures, signature)
            self.functions[name] = Builtin(name, self.name, before.doc, signatures, before.settle)


def read_signature(text: str, function: Function) -> tuple[str, Signature]:
    """`name(parameter: type | type, other?: type, ...rest: type) -> type`"""
    head, _, result = text.rpartition(" -> ")
    name, _, inside = head[:-1].partition("(")
    parameters = []
    for part in inside.split(", ") if inside else ():
        label, _, kinds = part.partition(": ")
        parameters.append(
            Parameter(
                label.lstrip(".").rstrip("?"),
                tuple(_TYPES[kind] for kind in kinds.split(" | ")),
                label.endswith("?"),
                label.startswith("..."),
            )
        )
    return name, Signature(tuple(parameters), _TYPES[result], function, text)


def whole(value: Any, what: str) -> int:
    """A number as an integer, its fraction dropped; `Fault` if it is absurdly large."""
    if value.adjusted() > 18:
        raise Fault("invalid-argument", f"the {what} is out of range")
    return int(value)


__all__ = ["Builtin", "Family", "Parameter", "Signature", "read_signature", "whole"]
