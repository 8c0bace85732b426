"""One value out of several, each under a guard; and what few values a symbolic one may have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any, TypeAlias

from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.values import (
    UNKNOWN,
    Another,
    Fields,
    Fixed,
    Free,
    Listing,
    Number,
    Slot,
    Text,
    Truth,
    Value,
    lifted,
    shared_factor,
    times,
)
from policyengine.symbolic.z import z3

#: combinations of arguments that a function is worked out for one by one
_MOST = 512

Guarded: TypeAlias = tuple[Bool, Value]


def pick(choices: Sequence[Guarded]) -> Value | None:
    """The value whose guard holds; the guards exclude each other, and unknown if none holds.

    None where the values are of forms that have no common one.
    """
    open_ = [(guard, value) for guard, value in choices if guard is not False]
    for guard, value in open_:
        if guard is True:
            return value
    known = [(guard, value) for guard, value in open_ if value != UNKNOWN]
    if not known:
        return UNKNOWN
    if any(isinstance(value, Another) for _, value in known):
        return None  # beside others it would be taken for the text that it happens to be
    made = [(guard, lifted(value)) for guard, value in known]
    forms = {type(value) for _, value in made}
    if len(forms) != 1:
        return None
    return _PICK[forms.pop()](made)


def _truths(choices: Any) -> Value:
    return Truth(
        bools.some(bools.both(guard, value.true) for guard, value in choices),
        bools.some(bools.both(guard, value.false) for guard, value in choices),
    )


def _numbers(choices: Any) -> Value | None:
    kinds = {value.kind for _, value in choices}
    if len(kinds) != 1:
        return None
    shared = shared_factor(tuple(value.factor for _, value in choices))
    expr: Any = times(choices[-1][1], shared)
    for guard, value in reversed(choices[:-1]):
        expr = bools.choose(guard, times(value, shared), expr)
    cases: Any = None
    if all(value.cases is not None for _, value in choices):
        cases = tuple((bools.both(g, case), plain) for g, v in choices for case, plain in v.cases)
    return Number(_known(choices), expr, shared, kinds.pop(), cases)


def _texts(choices: Any) -> Value | None:
    if any(value.code is not None for _, value in choices):
        return None
    cases: dict[str, Bool] = {}
    for guard, value in choices:
        for text, holds in value.cases.items():
            cases[text] = bools.either(cases.get(text, False), bools.both(guard, holds))
    return Text(_known(choices), cases)


def _lists(choices: Any) -> Value:
    extra: Any = 0
    for guard, value in choices:
        extra = extra + bools.choose(guard, value.extra, 0)
    slots = tuple(
        Slot(bools.both(guard, slot.present), slot.value)
        for guard, value in choices
        for slot in value.slots
    )
    return Listing(_known(choices), slots, extra)


def _fields(choices: Any) -> Value | None:
    names = {tuple(value.fields) for _, value in choices}
    if len(names) != 1:
        return None
    made = {}
    for name in names.pop():
        field = pick([(guard, value.fields[name]) for guard, value in choices])
        if field is None:
            return None
        made[name] = field
    return Fields(_known(choices), made)


def _known(choices: Any) -> Bool:
    return bools.some(bools.both(guard, value.known) for guard, value in choices)


_PICK: dict[type, Callable[[Any], Value | None]] = {
    Truth: _truths,
    Number: _numbers,
    Text: _texts,
    Listing: _lists,
    Fields: _fields,
    Free: lambda choices: Free(_known(choices)),
}


def cases(value: Value) -> tuple[tuple[Bool, Any], ...] | None:
    """The few values a symbolic one may have, each with its guard, unknown left out; None
    where they are not few."""
    match value:
        case Another():
            return None
        case Fixed(value=plain):
            return () if plain is None else ((True, plain),)
        case Truth(true=true, false=false):
            return ((true, True), (false, False))
        case Number(cases=found, known=known) if found is not None:
            return tuple((bools.both(known, guard), plain) for guard, plain in found)
        case Text(known=known, cases=found, code=None):
            return tuple((bools.both(known, guard), text) for text, guard in found.items())
    return None


def worked_out(
    arguments: Iterable[Value], function: Callable[..., Any], failed: type[Exception]
) -> tuple[Value, Bool] | None:
    """A function of values that are few, worked out one by one: its value, unknown where an
    argument is, and when it fails. None where they are too many or have no common form."""
    found = [cases(argument) for argument in arguments]
    size = 1
    for each in found:
        size *= len(each) if each is not None else _MOST + 1
    if size > _MOST:
        return None
    choices: list[Guarded] = []
    failures: list[Bool] = []
    for combination in product(*(each for each in found if each is not None)):
        guard = bools.every(guard for guard, _ in combination)
        if guard is False:
            continue
        try:
            choices.append((guard, Fixed(function(*(plain for _, plain in combination)))))
        except failed:
            failures.append(guard)
    value = pick(choices)
    return None if value is None else (value, bools.some(failures))


def code_of(value: Text, code: Callable[[str], int]) -> Any:
    """The number of a text."""
    if value.code is not None:
        return value.code
    found: Any = z3.IntVal(-1)
    for text, guard in value.cases.items():
        found = bools.choose(guard, z3.IntVal(code(text)), found)
    return found
