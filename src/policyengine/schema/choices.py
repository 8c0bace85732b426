"""The values a term may have, by name: its type, `enum`, `const` and the words for them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from policyengine import nodes
from policyengine.errors import did_you_mean
from policyengine.nodes import Node, Scalar
from policyengine.schema.keywords import Keywords
from policyengine.schema.model import Shape
from policyengine.source import quoted

_TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")

#: what other languages call a type
_KINDS = {
    "text": "string",
    "str": "string",
    "int": "integer",
    "float": "number",
    "decimal": "number",
    "bool": "boolean",
    "list": "array",
    "map": "object",
    "mapping": "object",
    "group": "object",
}


class Choices(Keywords):
    """Reads what is listed, and holds it to the type."""

    def kinds(self, node: nodes.Mapping) -> tuple[list[str], bool]:
        listed = node.get("type")
        if listed is None:
            return [], False
        items = listed.items if isinstance(listed, nodes.Sequence) else (listed,)
        kinds = []
        for item in items:
            name = item.value if isinstance(item, Scalar) else None
            if name not in _TYPES:
                self.error(
                    "schema-type",
                    f"{quoted(name)} is not a type; expected one of "
                    + ", ".join(f"`{known}`" for known in _TYPES),
                    item.span,
                    did_you_mean(_KINDS.get(str(name), str(name)), _TYPES),
                )
            else:
                kinds.append(str(name))
        return [kind for kind in kinds if kind != "null"], "null" in kinds

    def enum(self, node: nodes.Mapping) -> tuple[Any, ...] | None:
        const = node.get("const")
        if const is not None:
            return (nodes.plain(const),)
        listed = node.get("enum")
        if listed is None:
            return None
        if not isinstance(listed, nodes.Sequence) or not len(listed):
            self.error("schema-shape", "`enum` is a list with at least one value", listed.span)
            return None
        values = []
        for item in listed:
            if not isinstance(item, Scalar):
                self.error("schema-shape", "an `enum` holds plain values", item.span)
            else:
                values.append(item.value)
        return tuple(values)

    def enum_fits(self, node: nodes.Mapping, kind: str) -> None:
        """Every value of `enum` or `const` is of the declared type, or null."""
        name = "enum" if node.get("const") is None else "const"
        listed = node.get(name)
        if listed is None:
            return
        items: tuple[Node, ...] = (listed,)
        if name == "enum" and isinstance(listed, nodes.Sequence):
            items = tuple(listed)
        for item in items:
            value = item.value if isinstance(item, Scalar) else None
            if value is None or kind_of(value) == ("number" if kind == "integer" else kind):
                continue
            written = item.span.text or str(value).lower()
            hint = None
            if kind == "string":
                hint = f'without quotes it is no text; write `"{written}"`'
            elif kind == "boolean":
                hint = "write `true` or `false`; `yes`, `no`, `on` and `off` are texts in YAML 1.2"
            elif kind in ("number", "integer"):
                hint = "numbers stand without quotes, or the type is `string`"
            self.error(
                "schema-shape",
                f"{quoted(written)} in `{name}` is not of the type `{kind}`",
                item.span,
                hint,
            )

    def labels(self, node: nodes.Mapping, shape: Shape) -> Mapping[str, str]:
        labels = node.get("x-labels")
        if labels is None:
            return {}
        if not isinstance(labels, nodes.Mapping):
            self.error("schema-shape", "`x-labels` maps values to people's words", labels.span)
            return {}
        enum = shape.enum if shape.item is None else shape.item.enum
        known = [str(v) for v in enum] if enum is not None else None
        if shape.type.kind == "boolean":
            known = ["true", "false"]
        out = {}
        for key, value in labels.entries:
            if known is not None and str(key.value) not in known:
                self.error(
                    "schema-labels",
                    f"`x-labels` names {quoted(key.value)}, which is not a value of the term",
                    key.span,
                    did_you_mean(str(key.value), known),
                )
            out[str(key.value)] = self.text(value) or ""
        return out


def kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, Decimal | int | float) else "string"
