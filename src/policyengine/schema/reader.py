"""A terms schema read from JSON Schema (2020-12), every keyword understood or refused."""

from __future__ import annotations

from typing import Any

from policyengine import nodes
from policyengine.errors import Diagnostic, Diagnostics, SchemaError
from policyengine.nodes import Node, Scalar
from policyengine.schema.convert import convert
from policyengine.schema.keywords import DOCUMENT, FLAGS, GROUP
from policyengine.schema.model import Group, Shape, TermSpec, TermsSchema
from policyengine.schema.references import RefReader
from policyengine.schema.shapes import Shapes
from policyengine.schema.words import canonical
from policyengine.source import quoted
from policyengine.types import STRING
from policyengine.values.frozen import FrozenDict
from policyengine.values.numbers import NumeralError


def read_schema(
    node: Node, diagnostics: Diagnostics, read_ref: RefReader | None = None
) -> TermsSchema | None:
    """The terms schema a document describes; None after reporting what is wrong with it."""
    return _Reader(node, diagnostics, read_ref).read()


def schema_from_data(data: Any) -> TermsSchema:
    """A terms schema from plain data, numbers of any kind; raises `SchemaError`."""
    diagnostics = Diagnostics()
    try:
        exact = canonical(data)
    except NumeralError as error:
        found = Diagnostic("bad-number", f"a number of the schema cannot be held: {error}")
        raise SchemaError(found) from None
    schema = read_schema(nodes.synthetic(exact), diagnostics)
    diagnostics.raise_errors(SchemaError)
    assert schema is not None
    return schema


class _Reader(Shapes):
    """Reads groups and the terms in them."""

    def __init__(self, node: Node, diagnostics: Diagnostics, read_ref: RefReader | None) -> None:
        super().__init__(node, diagnostics, read_ref)
        self.terms: dict[str, TermSpec] = {}

    def read(self) -> TermsSchema | None:
        before = self.diagnostics.error_count
        root = self.node
        if not isinstance(root, nodes.Mapping):
            self.error("schema-shape", "a terms schema is a mapping", root.span)
            return None
        group = self.group(root, "", 0)
        if group is not None:
            group = self._with_deal_id(group)
        if self.diagnostics.error_count > before or group is None:
            return None
        beside = {name: nodes.plain(node) for node, name in self.documents.values() if name}
        return TermsSchema(
            group, FrozenDict(self.terms), root.span, nodes.plain(root), FrozenDict(beside)
        )

    def _with_deal_id(self, root: Group) -> Group:
        """Every deal may carry an id, also where the schema does not speak of it."""
        deal = root.members.get("deal")
        if isinstance(deal, TermSpec):
            self.error("reserved-name", "`deal` must be a group: it holds `deal.id`", deal.span)
            return root
        described = deal.members.get("id") if deal is not None else None
        if described is not None:
            if isinstance(described, Group) or described.type.kind != "string":
                message = "`deal.id` must be a text: it is the name of the deal"
                self.error("reserved-name", message, described.span)
            return root
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
        members = {"id": spec, **(deal.members if deal else {})}
        made = Group("deal", FrozenDict(members), deal.required if deal else (), None, root.span)
        self.terms = {"deal.id": spec, **self.terms}
        return Group("", FrozenDict({**root.members, "deal": made}), root.required, None, root.span)

    def group(self, node: nodes.Mapping, path: str, depth: int) -> Group | None:
        with self.within(node):
            return self._group(node, path, depth)

    def _group(self, node: nodes.Mapping, path: str, depth: int) -> Group | None:
        known = GROUP | DOCUMENT if self.is_root(node) else GROUP
        self.known_keys(node, known, "a group" if path else "a terms schema")
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

    def term(self, node: nodes.Mapping, path: str, required: bool) -> TermSpec | None:
        self.titles.clear()
        shape = self.shape(node, 0)
        if shape is None:
            return None
        labels = self.labels(node, shape)
        may_not_apply, fixed = (self.flag(node, name) for name in FLAGS)
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
            FrozenDict(self.titles),
        )
        self.terms[path] = spec
        return spec

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


def _is_object(node: nodes.Mapping) -> bool:
    type_ = node.get("type")
    return isinstance(type_, Scalar) and type_.value == "object"
