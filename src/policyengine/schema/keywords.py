"""The keywords of a terms schema: where each may stand, and those that hold a plain value."""

from __future__ import annotations

from policyengine import nodes
from policyengine.errors import Diagnostics
from policyengine.nodes import Node, Scalar
from policyengine.source import Span, quoted

_ANNOTATIONS = {"title", "description", "$comment", "examples", "deprecated"}

GROUP = _ANNOTATIONS | {"type", "properties", "required", "additionalProperties", "x-labels"}

#: what the root of a document may say besides
DOCUMENT = {"$schema", "$id", "$defs"}

BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")

SIZES = ("minLength", "maxLength", "minItems", "maxItems")

#: keywords of a term that are true or false: it may be listed as not applicable; it is a fact
#: that no negotiation changes
FLAGS = ("x-may-not-apply", "x-fixed")

VALUE = (
    _ANNOTATIONS
    | set(BOUNDS)
    | set(SIZES)
    | {"type", "enum", "const", "pattern", "format", "items", "uniqueItems", "default"}
    | {"properties", "required", "additionalProperties", "x-unit", "x-labels", *FLAGS}
)


class Keywords:
    """Reads one keyword at a time, reporting to `diagnostics`."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics

    def error(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        self.diagnostics.error(code, message, span, hint)

    def known_keys(self, node: nodes.Mapping, known: set[str], what: str) -> None:
        for key, _ in node.entries:
            if key.value not in known:
                self.error(
                    "schema-keyword",
                    f"{quoted(key.value)} is not supported in {what}",
                    key.span,
                    self.diagnostics.suggest(str(key.value), known),
                )

    def fitting(self, node: nodes.Mapping, kind: str) -> None:
        """A keyword that could never bite is a mistake in the schema."""
        belongs = {
            **dict.fromkeys(BOUNDS, ("number", "integer")),
            **dict.fromkeys(("minLength", "maxLength", "pattern", "format"), ("string",)),
            **dict.fromkeys(("minItems", "maxItems", "items", "uniqueItems"), ("array",)),
            **dict.fromkeys(("properties", "required", "additionalProperties"), ("object",)),
        }
        for key, _ in node.entries:
            wanted = belongs.get(str(key.value))
            if wanted is not None and kind not in wanted:
                self.error(
                    "schema-keyword", f"{quoted(key.value)} says nothing about a {kind}", key.span
                )

    def required(self, node: nodes.Mapping, properties: nodes.Mapping) -> tuple[str, ...]:
        listed = node.get("required")
        if listed is None:
            return ()
        if not isinstance(listed, nodes.Sequence):
            self.error("schema-shape", "`required` is a list of names", listed.span)
            return ()
        names = []
        known = set(properties.keys())
        for item in listed:
            name = item.value if isinstance(item, Scalar) else None
            if not isinstance(name, str) or name not in known:
                self.error(
                    "schema-shape",
                    f"`required` names {quoted(name)}, which `properties` does not have",
                    item.span,
                    self.diagnostics.suggest(str(name), known),
                )
            else:
                names.append(name)
        return tuple(names)

    def flag(self, node: nodes.Mapping, name: str) -> bool:
        found = node.get(name)
        if found is None:
            return False
        if isinstance(found, Scalar) and isinstance(found.value, bool):
            return found.value
        self.error("schema-shape", f"{quoted(name)} takes `true` or `false`", found.span)
        return False

    def text(self, node: Node | None) -> str | None:
        if node is None:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return node.value
        self.error("schema-shape", "expected a text here", node.span)
        return None

    def pattern(self, node: Node | None) -> str | None:
        text = self.text(node)
        if text is None or node is None:
            return None
        from policyengine.operators.regex import pattern_problem

        problem = pattern_problem(text)
        if problem is not None:
            self.error(
                "schema-pattern", f"the pattern {quoted(text)} is refused: {problem}", node.span
            )
            return None
        return text
