"""A terms schema read from JSON Schema (2020-12), every keyword understood or refused."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from policyengine import nodes
from policyengine.errors import (
    Diagnostics,
    SchemaError,
    did_you_mean,
)
from policyengine.nodes import Node, Scalar
from policyengine.schema.convert import convert
from policyengine.schema.model import SCOPE_NAMES, Group, Shape, TermSpec, TermsSchema
from policyengine.source import Span, quoted
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
from policyengine.values.frozen import FrozenDict

_ANNOTATIONS = {"title", "description", "$comment", "examples", "deprecated"}


_GROUP = _ANNOTATIONS | {"type", "properties", "required", "additionalProperties", "x-labels"}


_ROOT = _GROUP | {"$schema", "$id", "$defs"}


_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")


_SIZES = ("minLength", "maxLength", "minItems", "maxItems")


#: keywords of a term that are true or false: it may be listed as not applicable; it is a fact
#: that no negotiation changes
_FLAGS = ("x-may-not-apply", "x-fixed")


_VALUE = (
    _ANNOTATIONS
    | set(_BOUNDS)
    | set(_SIZES)
    | {"type", "enum", "const", "pattern", "format", "items", "uniqueItems", "default"}
    | {"properties", "required", "additionalProperties", "x-unit", "x-labels", *_FLAGS}
)


_FORMATS = {
    "date": DATE,
    "time": TIME,
    "date-time": DATE_TIME,
    "duration": DAY_TIME_DURATION,
    "x-years-months": YEAR_MONTH_DURATION,
}


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


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


#: Groups, terms and fields that a schema may describe, references followed.
MAX_DESCRIBED = 20_000
#: Reads the document a relative `$ref` names; raises PolicyEngineError if it may not.
RefReader = Callable[[str, Span], Node]


def read_schema(
    node: Node, diagnostics: Diagnostics, read_ref: RefReader | None = None
) -> TermsSchema | None:
    """The terms schema a document describes; None after reporting what is wrong with it."""
    return _Reader(node, diagnostics, read_ref).read()


def schema_from_data(data: Any) -> TermsSchema:
    """A terms schema from plain data; raises `SchemaError`."""
    diagnostics = Diagnostics()
    schema = read_schema(nodes.synthetic(data), diagnostics)
    diagnostics.raise_errors(SchemaError)
    assert schema is not None
    return schema


class _Reader:
    def __init__(self, node: Node, diagnostics: Diagnostics, read_ref: RefReader | None) -> None:
        self.node = node
        self.diagnostics = diagnostics
        self.read_ref = read_ref
        self.terms: dict[str, TermSpec] = {}
        #: the documents read, by source: the root of each, and the name it was asked for by
        self.documents: dict[int, tuple[Node, str]] = {id(node.span.source): (node, "")}
        self.described = 0

    def error(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        self.diagnostics.error(code, message, span, hint)

    def read(self) -> TermsSchema | None:
        before = self.diagnostics.error_count
        root = self.node
        if not isinstance(root, nodes.Mapping):
            self.error("schema-shape", "a terms schema is a mapping", root.span)
            return None
        group = self.group(root, "", 0)
        if "deal.id" not in self.terms and group is not None:
            group = self._with_deal_id(group)
        if self.diagnostics.error_count > before or group is None:
            return None
        beside = {name: nodes.plain(node) for node, name in self.documents.values() if name}
        return TermsSchema(
            group, FrozenDict(self.terms), root.span, nodes.plain(root), FrozenDict(beside)
        )

    def _with_deal_id(self, root: Group) -> Group:
        """Every deal may carry an id, also where the schema does not speak of it."""
        spec = TermSpec(
            "deal.id",
            Shape(STRING, True),
            False,
            False,
            None,
            "Deal id",
            None,
            FrozenDict(),
            False,
            root.span,
        )
        deal = root.members.get("deal")
        if isinstance(deal, TermSpec):
            self.error("reserved-name", "`deal` must be a group: it holds `deal.id`", deal.span)
            return root
        members = {"id": spec, **(deal.members if deal else {})}
        made = Group("deal", FrozenDict(members), deal.required if deal else (), None, root.span)
        self.terms = {"deal.id": spec, **self.terms}
        return Group("", FrozenDict({**root.members, "deal": made}), root.required, None, root.span)

    # groups -------------------------------------------------------------------------------

    def group(self, node: nodes.Mapping, path: str, depth: int) -> Group | None:
        self.known_keys(node, _GROUP if path else _ROOT, "a group" if path else "a terms schema")
        type_ = node.get("type")
        if type_ is not None and not (isinstance(type_, Scalar) and type_.value == "object"):
            self.error("schema-shape", "a group has the type `object`", type_.span)
        closed = node.get("additionalProperties")
        if isinstance(closed, Scalar) and closed.value is False:
            pass
        elif closed is None:
            self.diagnostics.warning(
                "open-group",
                f"{quoted(path) if path else 'the schema'} does not say "
                "`additionalProperties: false`; it is read as closed all the same",
                node.span if not node.entries else node.entries[0][0].span,
            )
        else:
            self.error(
                "schema-keyword",
                "a group is closed; only `additionalProperties: false` is supported",
                closed.span,
                "an open group would let a misspelled term pass unseen",
            )
        properties = node.get("properties")
        if not isinstance(properties, nodes.Mapping):
            where = properties.span if properties is not None else node.span
            self.error("schema-shape", "a group lists its terms under `properties`", where)
            return None
        members: dict[str, Group | TermSpec] = {}
        required = self.required(node, properties)
        for key, child in properties.entries:
            name = str(key.value)
            if not path and name in ("evidence", "not_applicable"):
                continue
            self.name(name, key, path)
            member = self.member(child, f"{path}.{name}" if path else name, name in required, depth)
            if member is not None:
                members[name] = member
        title = node.get("title")
        return Group(path, FrozenDict(members), required, self.text(title), node.span)

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

    def too_large(self, node: Node) -> bool:
        """Whether references multiply what the schema describes beyond reading."""
        self.described += 1
        if self.described == MAX_DESCRIBED + 1:
            message = f"the schema describes more than {MAX_DESCRIBED} groups, terms and fields"
            self.error("schema-shape", message, node.span)
        return self.described > MAX_DESCRIBED

    def required(self, node: nodes.Mapping, properties: nodes.Mapping) -> tuple[str, ...]:
        listed = node.get("required")
        if listed is None:
            return ()
        if not isinstance(listed, nodes.Sequence):
            self.error("schema-shape", "`required` is a list of names", listed.span)
            return ()
        names = []
        for item in listed:
            name = item.value if isinstance(item, Scalar) else None
            if not isinstance(name, str) or properties.get(name) is None:
                self.error(
                    "schema-shape",
                    f"`required` names {quoted(name)}, which `properties` does not have",
                    item.span,
                    did_you_mean(str(name), properties.keys()),
                )
            else:
                names.append(name)
        return tuple(names)

    def member(self, node: Node, path: str, required: bool, depth: int) -> Group | TermSpec | None:
        resolved = self.resolve(node, ())
        if resolved is None or self.too_large(node):
            return None
        if depth > 16:
            self.error("schema-shape", "groups are nested more than 16 deep", node.span)
            return None
        if resolved.get("properties") is not None or _is_object(resolved):
            return self.group(resolved, path, depth + 1)
        return self.term(resolved, path, required)

    # terms --------------------------------------------------------------------------------

    def term(self, node: nodes.Mapping, path: str, required: bool) -> TermSpec | None:
        shape = self.shape(node, 0)
        if shape is None:
            return None
        labels = self.labels(node, shape)
        may_not_apply, fixed = (self.flag(node, name) for name in _FLAGS)
        default_node = node.get("default")
        has_default = default_node is not None
        default = None
        if default_node is not None:
            default, has_default = self.default(default_node, shape, path)
        spec = TermSpec(
            path,
            shape,
            required,
            has_default,
            default,
            self.text(node.get("title")),
            self.text(node.get("description")),
            FrozenDict(labels),
            may_not_apply,
            node.span,
            fixed,
        )
        self.terms[path] = spec
        return spec

    def flag(self, node: nodes.Mapping, name: str) -> bool:
        found = node.get(name)
        if found is None:
            return False
        if isinstance(found, Scalar) and isinstance(found.value, bool):
            return found.value
        self.error("schema-shape", f"{quoted(name)} takes `true` or `false`", found.span)
        return False

    def default(self, node: Node, shape: Shape, path: str) -> tuple[Any, bool]:
        if isinstance(node, Scalar) and node.value is None:
            self.error(
                "schema-default",
                f"the default of {quoted(path)} is null, which says nothing",
                node.span,
                "leave `default` out: a term without one is unknown while it is not stated",
            )
            return None, False
        problems: list[tuple[tuple[str | int, ...], str, str, str | None]] = []
        value = convert(nodes.plain(node), shape, (), problems)
        for _, _, message, hint in problems:
            self.error(
                "schema-default", f"the default of {quoted(path)} {message}", node.span, hint
            )
        return value, not problems

    def shape(self, node: nodes.Mapping, depth: int) -> Shape | None:
        if self.too_large(node):
            return None
        if depth > 16:
            self.error("schema-shape", "types are nested more than 16 deep", node.span)
            return None
        self.known_keys(node, _VALUE, "a term")
        for key, _ in node.entries if depth else ():
            if key.value in ("default", *_FLAGS):
                self.error(
                    "schema-keyword",
                    f"{quoted(key.value)} says nothing within a list: it belongs to a term",
                    key.span,
                )
        kinds, nullable = self.kinds(node)
        enum = self.enum(node)
        if enum is not None:
            nullable = nullable or None in enum
            enum = tuple(value for value in enum if value is not None)
            if len(kinds) == 1:
                self.enum_fits(node, kinds[0])
            if not kinds:
                kinds = sorted({_kind_of(value) for value in enum})
        if len(kinds) != 1 and self.reported(node):
            return None
        if len(kinds) != 1:
            expected = "one type, or one type and null"
            found = ", ".join(map(quoted, kinds)) if kinds else "none"
            self.error("schema-type", f"a term has {expected}; found {found}", node.span)
            return None
        kind = kinds[0]
        unit_node = node.get("x-unit")
        unit = self.text(unit_node)
        if unit_node is not None and kind not in ("number", "integer"):
            self.error("schema-keyword", "`x-unit` belongs to a number", unit_node.span)
        bounds = {name: self.number(node.get(name)) for name in _BOUNDS}
        sizes = {name: self.size(node.get(name)) for name in _SIZES}
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
        return Shape(
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
            shape = self.shape(resolved, depth + 1) if resolved is not None else None
            if shape is not None:
                out.append((str(key.value), shape, str(key.value) in required))
        return tuple(out)

    # keywords -----------------------------------------------------------------------------

    def resolve(self, node: Node, seen: tuple[str, ...]) -> nodes.Mapping | None:
        """Follow `$ref` within the document, or to a file beside it; never to the network."""
        if not isinstance(node, nodes.Mapping):
            self.error(
                "schema-shape",
                "a term is described by a mapping",
                node.span,
                "for instance `{type: number}`",
            )
            return None
        ref = node.get("$ref")
        if ref is None:
            return node
        target = self.text(ref) or ""
        if len(node) > 1:
            self.error("schema-ref", "`$ref` stands alone; nothing beside it is read", node.span)
            return None
        if len(seen) > 16:
            self.error("schema-ref", f"`$ref` {quoted(target)} leads back to itself", ref.span)
            return None
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", target) or target.startswith("//"):
            self.error(
                "schema-ref",
                f"`$ref` {quoted(target)} is remote; schemas are read from files only",
                ref.span,
            )
            return None
        file, _, pointer = target.partition("#")
        # a reference is relative to the document it stands in
        document, here = self.documents.get(id(ref.span.source), (self.node, ""))
        if file:
            file = posixpath.normpath(posixpath.join(posixpath.dirname(here), file))
            target = f"{file}#{pointer}"
            if self.read_ref is None:
                self.error("schema-ref", f"`$ref` {quoted(target)} cannot be read here", ref.span)
                return None
            document = self.document(file, ref.span)
        elif here:
            target = f"{here}{target}"
        if target in seen:
            self.error("schema-ref", f"`$ref` {quoted(target)} leads back to itself", ref.span)
            return None
        found: Node | None = document
        for part in pointer.split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, nodes.Mapping) else None
        if found is None:
            self.error("schema-ref", f"`$ref` {quoted(target)} leads nowhere", ref.span)
            return None
        return self.resolve(found, (*seen, target))

    def document(self, file: str, span: Span) -> Node:
        """A document beside the schema, read once."""
        for node, name in self.documents.values():
            if name == file:
                return node
        assert self.read_ref is not None
        node = self.read_ref(file, span)
        self.documents[id(node.span.source)] = (node, file)
        return node

    def known_keys(self, node: nodes.Mapping, known: set[str], what: str) -> None:
        for key, _ in node.entries:
            if key.value not in known:
                self.error(
                    "schema-keyword",
                    f"{quoted(key.value)} is not supported in {what}",
                    key.span,
                    did_you_mean(str(key.value), known),
                )

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
            if value is None or _kind_of(value) == ("number" if kind == "integer" else kind):
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

    def fitting(self, node: nodes.Mapping, kind: str) -> None:
        """A keyword that could never bite is a mistake in the schema."""
        belongs = {
            **dict.fromkeys(_BOUNDS, ("number", "integer")),
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

    def reported(self, node: Node) -> bool:
        """Whether something inside a node was found wrong already."""
        spans = (d.span for d in self.diagnostics.errors if d.span is not None)
        return any(
            span.source is node.span.source
            and node.span.start <= span.start
            and span.end <= node.span.end
            for span in spans
        )

    def text(self, node: Node | None) -> str | None:
        if node is None:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return node.value
        self.error("schema-shape", "expected a text here", node.span)
        return None

    def number(self, node: Node | None) -> Decimal | None:
        if node is None:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, Decimal):
            return node.value
        self.error("schema-shape", "expected a number here", node.span)
        return None

    def size(self, node: Node | None) -> int | None:
        number = self.number(node)
        if number is None or node is None:
            return None
        if number != number.to_integral_value() or number < 0 or number > 10**9:
            self.error("schema-shape", "expected a whole number from 0", node.span)
            return None
        return int(number)


def _is_object(node: nodes.Mapping) -> bool:
    type_ = node.get("type")
    return isinstance(type_, Scalar) and type_.value == "object"


def _kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, Decimal | int | float) else "string"
