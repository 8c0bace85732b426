"""What a value may be: a term's type and bounds, the items of a list, the fields of an object."""

from __future__ import annotations

import re
from typing import Any

from policyengine import nodes
from policyengine.nodes import Node, Scalar
from policyengine.schema.bounds import Bounds
from policyengine.schema.choices import Choices, kind_of
from policyengine.schema.keywords import DOCUMENT, FLAGS, VALUE
from policyengine.schema.model import SCOPE_NAMES, Shape
from policyengine.schema.references import References
from policyengine.source import quoted, visible
from policyengine.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAY_TIME_DURATION,
    STRING,
    TIME,
    YEAR_MONTH_DURATION,
    Type,
    context_of,
    list_of,
)

_FORMATS = {
    "date": DATE,
    "time": TIME,
    "date-time": DATE_TIME,
    "duration": DAY_TIME_DURATION,
    "x-years-months": YEAR_MONTH_DURATION,
}

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Shapes(Choices, Bounds, References):
    """Reads the shape of a term, or of what is inside one."""

    def shape(self, node: nodes.Mapping, depth: int) -> Shape | None:
        """What a value may be; None after reporting why nothing may be said of it."""
        if depth and self.too_large(node):  # a term was counted as the member of its group
            return None
        if depth > 16:
            self.error("schema-shape", "types are nested more than 16 deep", node.span)
            return None
        with self.within(node):
            return self._shape(node, depth)

    def _shape(self, node: nodes.Mapping, depth: int) -> Shape | None:
        before = self.diagnostics.error_count
        self.known_keys(node, VALUE | DOCUMENT if self.is_root(node) else VALUE, "a term")
        for key, _ in node.entries if depth else ():
            if key.value in ("default", "x-labels", *FLAGS):
                self.error(
                    "schema-keyword",
                    f"{quoted(key.value)} says nothing within a list: it belongs to a term",
                    key.span,
                )
        kinds, nullable = self.kinds(node)
        listed = self.enum(node)
        enum = listed.values if listed is not None else None
        if listed is not None:
            if len(kinds) == 1:
                self.enum_fits(listed, kinds[0], nullable=nullable)
            # a value is of the type and is listed
            nullable = listed.null is not None and (nullable or not kinds)
            if not kinds:
                kinds = sorted({kind_of(value) for value in listed.values})
        if len(kinds) != 1 and self.diagnostics.error_count > before:
            return None
        if len(kinds) != 1:
            expected = "one type, or one type and null"
            none = "`null` alone" if nullable else "none"
            found = ", ".join(map(quoted, kinds)) if kinds else none
            self.error("schema-type", f"a term has {expected}; found {found}", node.span)
            return None
        kind = kinds[0]
        unit = self.unit(node.get("x-unit"), kind)
        bounds = self.bounds(node)
        sizes = self.sizes(node)
        self.fitting(node, kind)
        item = None
        fields: tuple[tuple[str, Shape, bool], ...] = ()
        if kind == "array":
            items = node.get("items")
            if items is None:
                self.error("schema-shape", "a list says what it holds under `items`", node.span)
                return None
            resolved = self.resolve(items, ())
            item = self.shape(resolved, depth + 1) if resolved is not None else None
            if item is None:
                return None
        if kind == "object":
            fields = self.fields(node, depth)
        unique = node.get("uniqueItems")
        if unique is not None and not (
            isinstance(unique, Scalar) and isinstance(unique.value, bool)
        ):
            self.error("schema-shape", "`uniqueItems` takes `true` or `false`", unique.span)
        unordered = isinstance(unique, Scalar) and unique.value is True
        type_ = self.type(kind, node, enum, unit, item, fields, unordered)
        shape = Shape(
            type_,
            nullable,
            kind == "integer",
            enum,
            bounds["minimum"],
            bounds["maximum"],
            bounds["exclusiveMinimum"],
            bounds["exclusiveMaximum"],
            bounds["multipleOf"],
            sizes["minLength"],
            sizes["maxLength"],
            self.pattern(node.get("pattern")),
            sizes["minItems"],
            sizes["maxItems"],
            unordered,
            item,
            fields,
        )
        if self.diagnostics.error_count == before:
            self.possible(node, shape)
            if listed is not None:
                self.enum_possible(listed, shape)
        return shape

    def unit(self, node: Node | None, kind: str) -> str | None:
        unit = self.text(node)
        if node is None or unit is None:
            return None
        if kind not in ("number", "integer"):
            self.error("schema-keyword", "`x-unit` belongs to a number", node.span)
        if not unit or unit != visible(unit).strip():
            message = f"`x-unit` is the name of a unit, such as `EUR`; found {quoted(unit)}"
            self.error("schema-shape", message, node.span)
        return unit

    def type(
        self,
        kind: str,
        node: nodes.Mapping,
        enum: tuple[Any, ...] | None,
        unit: str | None,
        item: Shape | None,
        fields: tuple[tuple[str, Shape, bool], ...],
        unordered: bool,
    ) -> Type:
        if kind in ("number", "integer"):
            return Type("number", unit=unit)
        if kind == "boolean":
            return BOOLEAN
        if kind == "array":
            return list_of(item.type if item else ANY, unordered=unordered)
        if kind == "object":
            return context_of((name, shape.type) for name, shape, _ in fields)
        form = node.get("format")
        if form is not None:
            name = self.text(form)
            if name in _FORMATS:
                return _FORMATS[name]
            self.error(
                "schema-keyword",
                f"the format {quoted(name)} is not supported; expected one of "
                + ", ".join(f"`{known}`" for known in _FORMATS),
                form.span,
            )
        return Type("string", enum=enum) if enum is not None else STRING

    def fields(self, node: nodes.Mapping, depth: int) -> tuple[tuple[str, Shape, bool], ...]:
        properties = node.get("properties")
        if not isinstance(properties, nodes.Mapping):
            self.error("schema-shape", "an object lists its fields under `properties`", node.span)
            return ()
        closed = node.get("additionalProperties")
        if closed is not None and not (isinstance(closed, Scalar) and closed.value is False):
            self.error(
                "schema-keyword", "only `additionalProperties: false` is supported", closed.span
            )
        required = self.required(node, properties)
        out = []
        for key, child in properties.entries:
            self.name(str(key.value), key, "item")
            resolved = self.resolve(child, ())
            self.below.append(str(key.value))
            shape = self.shape(resolved, depth + 1) if resolved is not None else None
            title = self.text(resolved.get("title")) if resolved is not None else None
            if title:
                self.titles[".".join(self.below)] = title
            self.below.pop()
            if shape is not None:
                out.append((str(key.value), shape, str(key.value) in required))
        return tuple(out)

    def name(self, name: str, key: Scalar, path: str) -> None:
        if not _NAME.fullmatch(name):
            self.error(
                "schema-name",
                f"{quoted(name)} is not a name a rule can write; expected letters, digits and `_`",
                key.span,
            )
        elif not path and name in SCOPE_NAMES:
            self.error(
                "reserved-name", f"{quoted(name)} has a meaning of its own in rules", key.span
            )
