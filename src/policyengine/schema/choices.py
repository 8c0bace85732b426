"""The values a term may have, by name: its type, `enum`, `const` and the words for them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from policyengine import nodes
from policyengine.nodes import Node, Scalar
from policyengine.schema.convert import Problem, convert
from policyengine.schema.keywords import Keywords
from policyengine.schema.model import Shape
from policyengine.schema.words import shown
from policyengine.source import quoted, visible
from policyengine.values.record import Record

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


class Listed(Record):
    """What `keyword` (`enum` or `const`) lists: null, if it does, and all else."""

    keyword: str
    null: Scalar | None
    items: tuple[Scalar, ...]

    @property
    def values(self) -> tuple[Any, ...]:
        return tuple(item.value for item in self.items)


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
                    self.diagnostics.suggest(_KINDS.get(str(name), str(name)), _TYPES),
                )
            else:
                kinds.append(str(name))
        return [kind for kind in kinds if kind != "null"], "null" in kinds

    def enum(self, node: nodes.Mapping) -> Listed | None:
        """What `enum` lists, or the one value that `const` is; None for neither."""
        const, listed = node.get("const"), node.get("enum")
        if const is not None and listed is not None:
            self.error(
                "schema-keyword",
                "`enum` and `const` stand side by side; expected one of them",
                listed.span,
            )
            return None
        items: tuple[Node, ...]
        if const is not None:
            name, items = "const", (const,)
        elif listed is None:
            return None
        elif isinstance(listed, nodes.Sequence) and listed.items:
            name, items = "enum", listed.items
        else:
            self.error("schema-shape", "`enum` is a list with at least one value", listed.span)
            return None
        found: dict[tuple[type, Any], Scalar] = {}
        for item in items:
            if not isinstance(item, Scalar):
                self.error("schema-shape", f"`{name}` holds plain values only", item.span)
            elif (type(item.value), item.value) in found:
                self.error("schema-shape", f"`{name}` repeats {_written(item)}", item.span)
            else:
                found[type(item.value), item.value] = item
        null = found.pop((type(None), None), None)
        if null is not None and len(items) == 1:
            self.error("schema-shape", f"`{name}` leaves no value but null", items[0].span)
            null = None
        return Listed(name, null, tuple(found.values()))

    def enum_fits(self, listed: Listed, kind: str, *, nullable: bool) -> None:
        """Every value of `enum` or `const` is of the declared type, null too."""
        if listed.null is not None and not nullable:
            self.error(
                "schema-shape",
                f"`null` in `{listed.keyword}` is not of the type `{kind}`",
                listed.null.span,
                f"write `type: [{kind}, 'null']`",
            )
        for item in listed.items:
            value = item.value
            if kind_of(value) == ("number" if kind == "integer" else kind):
                continue
            written = item.span.text or str(value).lower()
            hint = None
            if kind == "string":
                hint = f'without quotes it is no text; write `"{visible(written, 60)}"`'
            elif kind == "boolean":
                hint = "write `true` or `false`; `yes`, `no`, `on` and `off` are texts in YAML 1.2"
            elif kind in ("number", "integer"):
                hint = "numbers stand without quotes, or the type is `string`"
            self.error(
                "schema-shape",
                f"{quoted(written)} in `{listed.keyword}` is not of the type `{kind}`",
                item.span,
                hint,
            )

    def enum_possible(self, listed: Listed, shape: Shape) -> None:
        """A deal can state every value listed: none is outside the bounds or no date."""
        for item in listed.items:
            problems: list[Problem] = []
            convert(item.value, shape, (), problems)
            for _, _, message, hint in problems:
                text = f"{_written(item)} in `{listed.keyword}` is no value of the term: it"
                self.error("schema-bounds", f"{text} {message}", item.span, hint)

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
                    self.diagnostics.suggest(str(key.value), known),
                )
            out[str(key.value)] = self.text(value) or ""
        return out


def _written(item: Scalar) -> str:
    return quoted(item.span.text or shown(item.value))


def kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, Decimal | int | float) else "string"
