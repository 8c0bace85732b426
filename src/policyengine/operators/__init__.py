"""Operators on values: what `+`, `=`, `<`, `in` and `.` mean, shared by every executor.

They take values as `policyengine.values` lists them and raise `Fault` where an operation
has no value. Nothing here knows about expressions or terms.
"""

from policyengine.operators.access import index, property_of
from policyengine.operators.arithmetic import add, divide, multiply, negate, power, subtract
from policyengine.operators.comparison import at_most, compare, equal, identical, less, same
from policyengine.operators.fault import Fault
from policyengine.operators.kinds import kind_of
from policyengine.operators.membership import (
    any_test,
    compare_by,
    contains_in_range,
    list_contains,
    matches_test,
)
from policyengine.operators.typing import instance_of

__all__ = [
    "Fault",
    "add",
    "any_test",
    "at_most",
    "compare",
    "compare_by",
    "contains_in_range",
    "divide",
    "equal",
    "identical",
    "index",
    "instance_of",
    "kind_of",
    "less",
    "list_contains",
    "matches_test",
    "multiply",
    "negate",
    "power",
    "property_of",
    "same",
    "subtract",
]
