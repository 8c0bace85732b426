"""Values worth trying for a term: what cases give, what the schema lists, limits, silence."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar

from policyengine import core
from policyengine.engine import Policy
from policyengine.facts import Facts
from policyengine.schema import Shape
from policyengine.testing.coverage.granularity import allows, distance, moved, step_of

#: values of one term that are tried
_MOST = 40


class Candidates:
    """Values by term for one policy and the deals of its cases."""

    #: stands for a term that is listed as not applicable
    NOT_APPLICABLE: ClassVar[object] = object()

    def __init__(self, policy: Policy, deals: Iterable[Facts]) -> None:
        self.policy = policy
        self.given: dict[str, dict[str, Any]] = {}
        for facts in deals:
            for path, value in facts.deal.values.items():
                self.given.setdefault(path, {}).setdefault(repr(value), value)

    def of(self, terms: Iterable[str], exprs: tuple[core.Expr, ...]) -> dict[str, tuple[Any, ...]]:
        """Values for the terms that some conditions read, None for silence."""
        constants = self._constants(exprs)
        found = {}
        for path in terms:
            spec = self.policy.schema.terms.get(path)
            if spec is None:
                continue
            tried: dict[str, Any] = {"None": None}
            if spec.may_not_apply:
                tried["not applicable"] = self.NOT_APPLICABLE
            for value in self._values(path, spec.shape, constants):
                if allows(spec.shape, value):
                    tried.setdefault(repr(value), value)
            found[path] = tuple(tried.values())[:_MOST]
        return found

    def _values(self, path: str, shape: Shape, constants: list[Any]) -> Iterable[Any]:
        yield from _listed(shape)
        width = step_of(shape)
        given = list(self.given.get(path, {}).values())
        if shape.type.kind in ("number", "date"):
            for constant in constants:
                for by in (Decimal(0), -width, width):
                    near = moved(constant, by)
                    # only a value of the term's own kind has a distance to itself
                    if near is not None and _is(near, shape.type.kind):
                        yield near
            # a difference of two terms meets its limit where one moves by the limit
            for value in given[:6]:
                for constant in constants:
                    if isinstance(constant, Decimal):
                        for by in (constant, -constant, constant + width, -constant - width,
                                   constant - width):  # fmt: skip
                            near = moved(value, by)
                            if near is not None:
                                yield near
        elif shape.type.kind == "string" and shape.enum is None:
            yield from (value for value in constants if isinstance(value, str))
        yield from given

    def _constants(self, exprs: Iterable[core.Expr]) -> list[Any]:
        """Constants and parameters that conditions hold, those of definitions included."""
        found: dict[str, Any] = {}
        seen: set[str] = set()
        stack = list(exprs)
        while stack:
            for node in core.walk(stack.pop()):
                value: Any = None
                if isinstance(node, core.Const):
                    value = node.value
                elif isinstance(node, core.Parameter):
                    declared = self.policy.core.parameters[node.name].value
                    rows = declared.values if isinstance(declared, core.Dated) else ()
                    value = rows[-1][1] if rows else declared
                elif isinstance(node, core.Derived) and node.name not in seen:
                    seen.add(node.name)
                    stack.append(self.policy.core.definitions[node.name].value)
                for part in value if isinstance(value, tuple) else (value,):
                    if part is not None and not isinstance(part, bool):
                        found.setdefault(repr(part), part)
        return list(found.values())


def _listed(shape: Shape) -> Iterable[Any]:
    """The values that a shape names: booleans, an enum, short lists of its elements."""
    if shape.type.kind == "boolean":
        yield from (True, False)
    if shape.enum is not None:
        yield from shape.enum
    if shape.type.kind == "list":
        if not shape.min_items:
            yield ()
        if shape.item is not None:
            for element in _listed(shape.item):
                yield (element,)


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, Decimal) is (kind == "number") and distance(value, value) is not None
