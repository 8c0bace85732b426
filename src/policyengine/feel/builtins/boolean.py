"""`not`, where it is called as a function without its one argument in place."""

from __future__ import annotations

from typing import Any

from policyengine.feel.builtins.model import Family
from policyengine.values.logic import negation

BOOLEAN = Family("booleans")


def negated(value: Any) -> bool | None:
    return negation(value) if isinstance(value, bool) else None


BOOLEAN.define("not(negand: Any) -> boolean", negated, "True for false, false for true.")
