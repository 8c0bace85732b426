"""Typing rules of what has parts: lists, fields, elements, filters."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine import core
from policyengine.checker.conditions import Conditions
from policyengine.checker.constants import PLAIN_TYPES
from policyengine.checker.wording import listing, named
from policyengine.core import Const, Expr
from policyengine.operators.access import PROPERTIES
from policyengine.source import Span, quoted
from policyengine.types import (
    ANY,
    BOOLEAN,
    DAY_TIME_DURATION,
    NUMBER,
    STRING,
    Type,
    join,
    list_of,
)


class Parts(Conditions):
    """Lists put together, and lists and contexts taken apart."""

    def list_of(self, items: Sequence[Expr], span: Span) -> Expr:
        type_ = list_of(join([item.type for item in items]) if items else ANY)
        if items and all(isinstance(item, Const) and item.value is not None for item in items):
            return Const(
                tuple(item.value for item in items if isinstance(item, Const)), type_, span
            )
        return core.ListOf(tuple(items), type_, span)

    def field(self, of: Expr, name: str, span: Span) -> Expr:
        type_ = of.type
        if type_.kind == "list" and type_.item is not None:
            inner = self.field_type(type_.item, name, span)
            return core.Field(of, name, list_of(inner), span)
        return core.Field(of, name, self.field_type(type_, name, span), span)

    def field_type(self, type_: Type, name: str, span: Span) -> Type:
        if type_.kind == "any" or (type_.kind == "context" and type_.fields is None):
            return ANY
        if type_.kind == "context":
            found = type_.field(name)
            if found is None:
                known = [field for field, _ in type_.fields or ()]
                self.error(
                    "unknown-field",
                    f"there is no field {quoted(name)}; expected one of {listing(tuple(known))}",
                    span,
                    self.diagnostics.suggest(name, known),
                )
                return ANY
            return found
        properties = _PROPERTY_TYPES.get(type_.kind, {})
        if name not in properties:
            hint = self.diagnostics.suggest(name, properties)
            if properties and hint is None:
                hint = "it has " + listing(tuple(properties))
            self.error("unknown-field", f"{named(type_)} has no {quoted(name)}", span, hint)
            return ANY
        return properties[name]

    def index(self, of: Expr, index: Expr, span: Span) -> Expr:
        item = of.type.item if of.type.kind == "list" else of.type
        return core.Index(of, index, item or ANY, span)

    def filter(self, of: Expr, name: str, condition: Expr, span: Span) -> Expr:
        self.condition(condition, "a filter")
        type_ = of.type if of.type.kind in ("list", "any") else list_of(of.type)
        return core.Filter(of, name, condition, type_, span)


def _property_types() -> dict[str, dict[str, Type]]:
    special = {
        "time offset": DAY_TIME_DURATION,
        "timezone": STRING,
        "start": ANY,
        "end": ANY,
        "start included": BOOLEAN,
        "end included": BOOLEAN,
    }
    out: dict[str, dict[str, Type]] = {}
    for kind, properties in PROPERTIES.items():
        type_ = PLAIN_TYPES.get(kind)
        name = type_.kind if type_ is not None else "range"
        out[name] = {prop: special.get(prop, NUMBER) for prop in properties}
    return out


_PROPERTY_TYPES = _property_types()
