"""What generated code calls: the operations that plain Python operators cannot stand for.

Each takes and gives fast values, and unknown (`None`) for whatever is unknown or fails; the
reference interpreter says why, where somebody asks.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from policyengine import core
from policyengine.decision import Outcome, Verdict
from policyengine.operators import arithmetic
from policyengine.operators.fault import Fault
from policyengine.operators.membership import compare_by, list_contains
from policyengine.operators.unknown import has_unknown, same_members
from policyengine.tables import settle
from policyengine.values.logic import Truth, at_least, negation

_SAFE = 1 << 53


def fast(value: Any) -> Any:
    """A value as the generated code compares it: a whole number as an `int`."""
    if type(value) is Decimal and value == value.to_integral_value() and -_SAFE < value < _SAFE:
        return int(value)
    return value


def slow(value: Any) -> Any:
    """A fast value as the engine holds it."""
    return Decimal(value) if type(value) is int else value


def _compare(op: str, left: Any, right: Any) -> Truth:
    left, right = slow(left), slow(right)
    if has_unknown(left) or has_unknown(right):
        return None
    try:
        return compare_by(op, left, right)
    except Fault:
        return None


def _compare_sets(same: bool, left: Any, right: Any) -> Truth:
    if not isinstance(left, tuple) or not isinstance(right, tuple):
        return _compare("=" if same else "!=", left, right)
    if has_unknown(left) or has_unknown(right):
        return None
    found = same_members(left, right)
    return found if same else negation(found)


def _arith(op: str, left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    left, right = slow(left), slow(right)
    if has_unknown(left) or has_unknown(right):
        return None
    try:
        return fast(arithmetic.OPERATIONS[op](left, right))
    except Fault:
        return None


def _truth(value: Any) -> Truth:
    return value if value is True or value is False else None


def _negate(value: Any) -> Any:
    if value is None:
        return None
    try:
        return fast(arithmetic.negate(slow(value)))
    except Fault:
        return None


def _member(value: Any, options: Any) -> Truth:
    value = slow(value)
    if has_unknown(value) or options is None:
        return None
    return list_contains(options if isinstance(options, tuple) else (slow(options),), value)


def _call(builtin: Any, arguments: list[Any]) -> Any:
    arguments = [slow(argument) for argument in arguments]
    if not builtin.kleene and any(map(has_unknown, arguments)):
        return None
    try:
        return fast(builtin.apply(arguments))
    except Fault:
        return None


def _table(table: core.Table, conditions: list[Truth], outputs: list[Any], default: Any) -> Any:
    try:
        return fast(settle(table, conditions, outputs, default))
    except Fault:
        return None


def _some(values: Iterable[Truth]) -> Truth:
    result: Truth = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result


def _every(values: Iterable[Truth]) -> Truth:
    result: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def _elements(value: Any) -> Iterable[Any]:
    return map(fast, value) if isinstance(value, tuple) else (value,)


def _field(value: Any, name: str) -> Any:
    return None if value is None else value.get(name)


#: the names that generated code may use
SUPPORT: Mapping[str, Any] = {
    "fast": fast,
    "slow": slow,
    "field": _field,
    "at_least": at_least,
    "compare": _compare,
    "compare_sets": _compare_sets,
    "arith": _arith,
    "truth": _truth,
    "negate": _negate,
    "member": _member,
    "call": _call,
    "table": _table,
    "some": _some,
    "every": _every,
    "elements": _elements,
    "bisect": bisect,
    "PASS": Outcome.PASS,
    "FAIL": Outcome.FAIL,
    "UNKNOWN": Outcome.UNKNOWN,
    "NOT_APPLICABLE": Outcome.NOT_APPLICABLE,
    "ACCEPT": Verdict.ACCEPT,
    "REJECT": Verdict.REJECT,
    "UNDETERMINED": Verdict.UNDETERMINED,
    "CONDITIONAL": Verdict.CONDITIONAL,
}
