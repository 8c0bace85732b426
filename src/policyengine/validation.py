"""Validation of any document: what `policyengine validate` checks, file by file.

Beyond what loading checks, a document is held against its published JSON Schema, so that an
editor and the engine never disagree about what is valid.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urljoin

from policyengine import nodes, resources
from policyengine.document import MANIFEST_KEYS, RULES_KEYS, read_rules, read_waivers
from policyengine.engine import Policy, Terms
from policyengine.errors import (
    Diagnostic,
    Diagnostics,
    DocumentError,
    PolicyEngineError,
    SchemaError,
    Severity,
    TermsError,
    did_you_mean,
    nearest,
    ordered,
)
from policyengine.intake import find
from policyengine.nodes import Node
from policyengine.operators.regex import search
from policyengine.project import MANIFESTS, project_root
from policyengine.reading import read_document
from policyengine.schema import Pointer, read_schema
from policyengine.source import Span, quoted
from policyengine.testing import read_tests
from policyengine.values.record import Record

KINDS = ("policy", "rules", "test", "waivers", "terms-schema", "terms")


def validate(
    path: Path, *, kind: str | None = None, policy: Policy | None = None
) -> list[Diagnostic]:
    """Every finding about a document, or about a policy folder whole; empty if it is valid.

    `kind` is one of `KINDS`, found out where it is not given. `policy` is what terms, tests
    and waivers are checked against. Never raises for what is in a document.
    """
    try:
        folder = path.is_dir()
    except OSError as error:  # a folder above that may not be looked into
        message = f"cannot read {quoted(path.as_posix(), 200)}: {(error.strerror or '').lower()}"
        return [Diagnostic("file-unreadable", message)]
    if folder:
        return _folder(path)
    diagnostics = Diagnostics()
    try:
        node = read_document(path, shown=path.as_posix(), diagnostics=diagnostics).node
    except DocumentError as error:
        return list(error.diagnostics)
    found = kind or kind_of(path, node)
    if found == "policy":
        loaded = _load(path)
        return _merged(loaded, () if _has_errors(loaded) else _against(node, "policy"))
    check = {
        "rules": _rules,
        "test": _test,
        "waivers": _waivers,
        "terms-schema": _schema,
        "terms": _terms,
    }[found]
    diagnostics.extend(check(_At(path, node, policy or _policy_around(path, found))))
    return list(ordered(diagnostics.found))


def kind_of(path: Path, node: Node) -> str:
    """What a document is, by its keys, and by its name where those do not say."""
    if not isinstance(node, nodes.Mapping):
        return "terms"
    keys = set(node.keys())
    if "policy" in keys or path.name in MANIFESTS:
        return "policy"
    if "waivers" in keys:
        return "waivers"
    if "cases" in keys or path.stem.endswith("_test"):
        return "test"
    if keys & set(RULES_KEYS):
        return "rules"
    if "$schema" in keys or {"type", "properties"} <= keys:
        return "terms-schema"
    if _folder_of(path) is not None:
        return "rules"
    return "terms"


class _At(Record):
    """A document being validated, and the policy it is checked against, if there is one."""

    path: Path
    node: Node
    policy: Policy | None


# kinds ------------------------------------------------------------------------------------


def _folder(path: Path) -> list[Diagnostic]:
    """A policy folder: its rules, then its tests and waiver files."""
    found = _load(path)
    try:
        policy: Policy | None = Policy.load(path)
    except PolicyEngineError:
        policy = None
    schema = policy.schema.span.file if policy is not None else None
    for file in sorted(path.rglob("*.y*ml")):
        if any(part.startswith(".") for part in file.relative_to(path).parts):
            continue
        try:
            node = read_document(file, shown=file.as_posix()).node
        except DocumentError as error:
            found = _merged(found, error.diagnostics)
            continue
        kind = kind_of(file, node)
        if Path(os.path.normpath(file)).as_posix() == schema and kind != "policy":
            continue  # the terms schema, whatever it looks like; loading has read it
        if kind in ("policy", "rules"):
            # without a key of rules it is a part of the schema, or loading has refused it
            ruled = isinstance(node, nodes.Mapping) and not {*RULES_KEYS}.isdisjoint(node.keys())
            if (kind == "policy" or ruled) and not _has_errors(found):
                found = _merged(found, _against(node, kind))
        elif kind in ("test", "waivers"):
            found = _merged(found, validate(file, kind=kind, policy=policy))
    return found


def _load(path: Path) -> list[Diagnostic]:
    try:
        return list(Policy.load(path).warnings)
    except PolicyEngineError as error:
        return list(error.diagnostics)


def _rules(at: _At) -> Iterable[Diagnostic]:
    """A rule file in the policy it belongs to; alone, only its shape can be checked."""
    folder = _folder_of(at.path)
    if folder is not None:
        shown = at.path.as_posix()
        found = [d for d in _load(folder) if d.span is None or d.span.file == shown]
        return _merged(found, () if _has_errors(found) else _against(at.node, "rules"))
    diagnostics = Diagnostics()
    if not isinstance(at.node, nodes.Mapping):
        diagnostics.error("bad-shape", "a rule file is a mapping", at.node.span)
        return diagnostics.found
    read_rules(at.node, diagnostics, in_manifest=False)
    diagnostics.warning(
        "no-policy-around",
        "no `policy.yaml` in this folder or above; terms and types were not checked",
        at.node.span.source.span(0, 0),
    )
    return diagnostics.found


def _test(at: _At) -> Iterable[Diagnostic]:
    diagnostics = Diagnostics()
    read_tests(at.node, diagnostics, policy=at.policy, folder=at.path.parent)
    return _merged(diagnostics.found, () if diagnostics.errors else _against(at.node, "test"))


def _waivers(at: _At) -> Iterable[Diagnostic]:
    diagnostics = Diagnostics()
    entries = read_waivers(at.node, diagnostics)
    if at.policy is not None:
        known = [rule.id for rule in at.policy.rules]
        for entry in entries:
            if entry.rule not in known:
                diagnostics.error(
                    "unknown-rule",
                    f"the policy {quoted(at.policy.id)} has no rule {quoted(entry.rule)}",
                    _rule_named(at.node, entry.span),
                    did_you_mean(entry.rule, known),
                )
    return _merged(diagnostics.found, () if diagnostics.errors else _against(at.node, "waivers"))


def _rule_named(node: Node, waiver: Span) -> Span:
    """Where a waiver names its rule."""
    listed = node.get("waivers") if isinstance(node, nodes.Mapping) else None
    for item in listed if isinstance(listed, nodes.Sequence) else ():
        if item.span.start == waiver.start and isinstance(item, nodes.Mapping):
            named = item.get("rule")
            return named.span if named is not None else waiver
    return waiver


def _schema(at: _At) -> Iterable[Diagnostic]:
    diagnostics = Diagnostics()

    def read(written: str, span: Span) -> Node:
        path = at.path.parent / written
        if not path.resolve().is_relative_to(project_root(at.path.parent)):
            raise SchemaError(
                Diagnostic("outside-root", f"{quoted(written, 200)} lies outside the project", span)
            )
        return read_document(path, shown=path.as_posix()).node

    try:
        read_schema(at.node, diagnostics, read)
    except PolicyEngineError as error:
        diagnostics.extend(error.diagnostics)
    return _merged(diagnostics.found, () if diagnostics.errors else _metaschema(at.node))


def _terms(at: _At) -> Iterable[Diagnostic]:
    if at.policy is None:
        diagnostics = Diagnostics()
        key = nearest(_first_key(at.node), (*MANIFEST_KEYS, *RULES_KEYS, "waivers", "cases"))
        diagnostics.warning(
            "no-policy-around",
            "read as the terms of a deal, and there is no policy to check them against",
            at.node.span.source.span(0, 0),
            f"did you mean `{key}`?" if key is not None else "name one with `-p`",
        )
        return diagnostics.found
    try:
        Terms.from_path(at.path, shown=at.path.as_posix()).check(at.policy.schema)
    except TermsError as error:
        return error.diagnostics
    return _against_terms(at.node, at.policy)


#: where documents are said to lie, deep enough for references to folders above
_BASE = "file:///" + "x/" * 16

# published schemas --------------------------------------------------------------------------


def _against(node: Node, kind: str) -> list[Diagnostic]:
    """A document against its published JSON Schema."""
    return _violations(node, json.loads(resources.schema_text(kind)))


def _against_terms(node: Node, policy: Policy) -> list[Diagnostic]:
    schema = policy.schema
    documents = {"schema": schema.data, **schema.beside}
    return _violations(node, {"$ref": urljoin(_BASE, "schema")}, documents)


def _violations(
    node: Node, schema: Any, documents: Mapping[str, Any] = MappingProxyType({})
) -> list[Diagnostic]:
    """A document against a schema, which may refer to documents by their names."""
    # imported here: jsonschema takes longer to import than a deal to decide
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    # a registry of what was read, so that no reference is ever fetched
    registry: Any = Registry().with_resources(
        # an `$id` would change what references are relative to, which is the document's place
        (urljoin(_BASE, name), DRAFT202012.create_resource(_native(_without_id(data))))
        for name, data in documents.items()
    )
    checks = {"pattern": _pattern, "multipleOf": _multiple_of} if documents else {}
    make: Any = extend  # which says nothing of its types
    validator = make(Draft202012Validator, checks)(schema, registry=registry)
    found = []
    for error in validator.iter_errors(_native(nodes.plain(node))):
        pointer: Pointer = tuple(error.absolute_path)
        span = find(node, pointer)
        text = " ".join(error.message.split())
        found.append(
            Diagnostic("schema-violation", f"the published schema says: {quoted(text, 160)}", span)
        )
    return found


def _pattern(_: Any, pattern: str, value: Any, _schema: Any) -> Iterator[Any]:
    """`pattern` in linear time: jsonschema's own is at the mercy of the text."""
    from jsonschema import ValidationError

    if isinstance(value, str) and not search(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _multiple_of(_: Any, of: Any, value: Any, _schema: Any) -> Iterator[Any]:
    """`multipleOf` exactly, however large the number."""
    from jsonschema import ValidationError

    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        if of == 0 or (Fraction(value) / Fraction(of)).denominator != 1:
            yield ValidationError(f"{value} is not a multiple of {of}")


def _without_id(data: Any) -> Any:
    return {k: v for k, v in data.items() if k != "$id"} if isinstance(data, dict) else data


def _metaschema(node: Node) -> list[Diagnostic]:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError as NotASchemaError

    try:
        Draft202012Validator.check_schema(_native(nodes.plain(node)))
    except NotASchemaError as error:
        span = find(node, tuple(error.absolute_path))
        text = " ".join(error.message.split())
        return [Diagnostic("schema-violation", f"not JSON Schema: {quoted(text, 160)}", span)]
    return []


def _native(value: Any) -> Any:
    """Decimals as the numbers jsonschema knows; whole ones as integers."""
    if isinstance(value, dict):
        return {key: _native(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_native(item) for item in value]
    if type(value).__name__ == "Decimal":
        return int(value) if value == value.to_integral_value() and abs(value) < 10**30 else value
    return value


# surroundings -------------------------------------------------------------------------------


def _folder_of(path: Path) -> Path | None:
    """The policy folder a file lies in, if it lies in one."""
    for folder in list(path.absolute().parents)[:16]:
        for name in MANIFESTS:
            if (folder / name).is_file():
                try:
                    return folder.relative_to(Path.cwd())
                except ValueError:
                    return folder
    return None


def _policy_around(path: Path, kind: str) -> Policy | None:
    folder = _folder_of(path) if kind in ("test", "waivers") else None
    if folder is None:
        return None
    try:
        return Policy.load(folder)
    except PolicyEngineError:
        return None


def _has_errors(found: Iterable[Diagnostic]) -> bool:
    return any(d.severity is Severity.ERROR for d in found)


def _first_key(node: Node) -> str:
    return node.keys()[0] if isinstance(node, nodes.Mapping) and node.entries else ""


def _merged(first: Iterable[Diagnostic], second: Iterable[Diagnostic]) -> list[Diagnostic]:
    return list(ordered([*first, *second]))
