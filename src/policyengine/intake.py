"""Terms in: a deal's document checked against the terms schema, once, into flat values.

The check is written against plain data, so that a dictionary from a program and a document
from a file meet the same one; positions are looked up afterwards, only for what is wrong or
shown. A problem is never skipped: a document that violates its schema gives no values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine import nodes
from policyengine.errors import Diagnostic, TermsError, did_you_mean, nearest, ordered
from policyengine.nodes import Node
from policyengine.schema import RESERVED, Group, TermSpec, TermsSchema
from policyengine.schema.convert import MAX_PROBLEMS, Pointer, Problem, convert, suggested
from policyengine.schema.words import canonical, found
from policyengine.source import Span, quoted, text_of
from policyengine.values import jsontext
from policyengine.values.record import Record

_EVIDENCE = ("source", "clause", "confidence", "note")
_CONFIDENCE = ("high", "medium", "low")
#: keys that begin the files of a policy
_RULE_KEYS = frozenset({"policy", "rules", "scorecards", "interests", "tables", "cases", "waivers"})


class Deal(Record):
    """Checked terms.

    `values` holds what the document states, by dotted path, null left out; `document` is
    the plain data it was read from and `node` its positioned form, if it came from a text.
    """

    values: Mapping[str, Any]
    evidence: Mapping[str, Mapping[str, str]]
    not_applicable: frozenset[str]
    id: str | None
    document: Mapping[str, Any]
    node: Node | None = None
    source: str | None = None
    source_digest: str | None = None

    def digest(self) -> str:
        """SHA-256 over the canonical JSON of the terms; worked out on each call."""
        return jsontext.digest(canonical(self.document))

    def span(self, path: str) -> Span | None:
        """Where the document states a term, or None."""
        return find(self.node, tuple(path.split("."))) if self.node is not None else None


def check(
    document: Any,
    schema: TermsSchema,
    *,
    node: Node | None = None,
    source: str | None = None,
    source_digest: str | None = None,
) -> Deal:
    """The deal a document states; raises `TermsError` with every violation found."""
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    evidence: Mapping[str, Mapping[str, str]] = {}
    listed: frozenset[str] = frozenset()
    if not isinstance(document, Mapping):
        problems.append(((), "terms-shape", "the terms of a deal are a mapping of groups", None))
    elif (key := _of_rules(document, schema)) is not None:
        message = f"these are no terms of a deal: {quoted(key)} stands in a policy's own files"
        hint = "`policyengine validate` looks at rules; `evaluate` takes them with `-p`"
        problems.append(((), "terms-shape", message, hint))
    else:
        _group(document, schema.root, (), values, problems, schema)
        evidence = _evidence(document.get("evidence"), schema, problems)
        listed = _not_applicable(document.get("not_applicable"), schema, values, problems)
    if problems:
        raise TermsError(diagnostics(problems, node))
    deal_id = values.get("deal.id")
    return Deal(
        values,
        evidence,
        listed,
        deal_id if isinstance(deal_id, str) else None,
        document,
        node,
        source,
        source_digest,
    )


def without_evidence(document: Any, schema: TermsSchema) -> dict[str, Any] | None:
    """The rest of a document whose evidence, which has no part in an answer, is as it should
    be; None for any other."""
    if type(document) is not dict or "evidence" not in document:
        return None
    problems: list[Problem] = []
    _evidence(document["evidence"], schema, problems)
    if problems:
        return None
    return {key: part for key, part in document.items() if key != "evidence"}


def _of_rules(document: Mapping[Any, Any], schema: TermsSchema) -> str | None:
    """The first key by which a document is a file of a policy, where none is of a deal."""
    members = schema.root.members
    if any(key in members or key in RESERVED for key in document):
        return None
    return next((key for key in document if key in _RULE_KEYS), None)


def diagnostics(problems: list[Problem], node: Node | None) -> tuple[Diagnostic, ...]:
    """Problems with their places; without a document, the path stands in the message."""
    found = []
    for pointer, code, message, hint in problems:
        span = None
        if node is not None:
            span = find(node, pointer, key=code in ("unknown-term", "unknown-key"))
        if code == "missing-required" and not pointer and isinstance(node, nodes.Mapping):
            span = node.entries[0][0].span if node.entries else span
        path = _path(pointer)
        text = f"{quoted(path, 120)} {message}" if path else message
        found.append(Diagnostic(code, text, span, hint=hint))
    return ordered(found)


def _path(pointer: Pointer) -> str:
    """A pointer as an expression has it: an element of a list by its number, from 1."""
    path = ""
    for part in pointer:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def find(node: Node | None, pointer: Pointer, *, key: bool = False) -> Span | None:
    """The span of the value (or key) at a pointer; of what is nearest to it if it is absent."""
    if node is None:
        return None
    span = node.span
    for number, part in enumerate(pointer):
        last = number == len(pointer) - 1
        if isinstance(node, nodes.Mapping):
            name = node.key(str(part))
            below = node.get(str(part))
            if below is None or name is None:
                return node.entries[0][0].span if node.entries else node.span
            span = name.span if key and last else below.span
            if not last or not key:
                span = below.span if isinstance(below, nodes.Scalar) else name.span
            node = below
        elif isinstance(node, nodes.Sequence) and isinstance(part, int) and part < len(node):
            node = node.items[part]
            span = node.span
        else:
            return span
    return span


# groups -----------------------------------------------------------------------------------


def _group(
    data: Mapping[Any, Any],
    group: Group,
    pointer: Pointer,
    values: dict[str, Any],
    problems: list[Problem],
    schema: TermsSchema,
) -> None:
    members = group.members
    for name, value in data.items():
        member = members.get(name) if isinstance(name, str) else None
        if member is None:
            if not pointer and name in ("evidence", "not_applicable"):
                continue
            _unknown(name, pointer, group, problems, schema)
        elif isinstance(member, TermSpec):
            if value is not None or not member.shape.nullable:
                made = convert(value, member.shape, (*pointer, name), problems)
                if made is not None:
                    values[member.path] = made
        elif isinstance(value, Mapping):
            _group(value, member, (*pointer, name), values, problems, schema)
        else:
            problems.append(
                ((*pointer, name), "wrong-type", f"must be a group of terms; {found(value)}", None)
            )
    lead = "" if pointer else "the document "
    missing = [name for name in group.required if name not in data]
    unknown = [name for name in data if isinstance(name, str) and name not in members]
    meant = {nearest(name, members) for name in unknown[:MAX_PROBLEMS]} if missing else set()
    for name in missing:
        if name not in meant:
            message = f"{lead}does not state {quoted(name)}, which is required"
            problems.append((pointer, "missing-required", message, None))


def _unknown(
    name: Any, pointer: Pointer, group: Group, problems: list[Problem], schema: TermsSchema
) -> None:
    if len(problems) >= MAX_PROBLEMS:
        return
    path = ".".join(map(text_of, (*pointer, name)))
    hint = suggested(text_of(name), group.members, problems)
    hint = hint or suggested(path, schema.terms, problems)
    if isinstance(name, str) and "." in name and name in schema.terms:
        hint = "a dotted path is not a key; nest the term under its group"
    problems.append(
        ((*pointer, text_of(name)), "unknown-term", "is not a term of the schema", hint)
    )


# values -----------------------------------------------------------------------------------


# evidence and what does not apply -----------------------------------------------------------


def _evidence(
    data: Any, schema: TermsSchema, problems: list[Problem]
) -> Mapping[str, Mapping[str, str]]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        problems.append((("evidence",), "wrong-type", "must map terms to their evidence", None))
        return {}
    out: dict[str, Mapping[str, str]] = {}
    for path, entry in data.items():
        if len(problems) >= MAX_PROBLEMS:
            break
        at: Pointer = ("evidence", text_of(path))
        if path not in schema.terms:
            hint = suggested(text_of(path), schema.terms, problems)
            problems.append((at, "unknown-term", "is evidence for no term of the schema", hint))
        elif not isinstance(entry, Mapping):
            problems.append(
                (at, "wrong-type", "must be a mapping with a `source` and a `confidence`", None)
            )
        else:
            for key, text in entry.items():
                if key not in _EVIDENCE:
                    hint = did_you_mean(text_of(key), _EVIDENCE)
                    problems.append(
                        ((*at, text_of(key)), "unknown-key", "is not a key of evidence", hint)
                    )
                elif not isinstance(text, str):
                    problems.append(
                        ((*at, key), "wrong-type", f"must be a text; {found(text)}", None)
                    )
                elif key == "confidence" and text not in _CONFIDENCE:
                    problems.append(
                        (
                            (*at, key),
                            "not-in-enum",
                            f"is {quoted(text)}; expected `high`, `medium` or `low`",
                            did_you_mean(text, _CONFIDENCE),
                        )
                    )
            out[path] = dict(entry)
    return out


def _not_applicable(
    data: Any, schema: TermsSchema, values: Mapping[str, Any], problems: list[Problem]
) -> frozenset[str]:
    if data is None:
        return frozenset()
    if not isinstance(data, list | tuple):
        problems.append((("not_applicable",), "wrong-type", "must be a list of terms", None))
        return frozenset()
    listed: set[str] = set()
    for number, path in enumerate(data):
        if len(problems) >= MAX_PROBLEMS:
            break
        at: Pointer = ("not_applicable", number)
        spec = schema.terms.get(path) if isinstance(path, str) else None
        if spec is None:
            hint = suggested(text_of(path), schema.terms, problems)
            problems.append((at, "unknown-term", f"is {quoted(path)}, which is no term", hint))
        elif not spec.may_not_apply:
            problems.append(
                (
                    at,
                    "must-apply",
                    f"is {quoted(path)}, which applies to every deal",
                    "only a term that the schema marks `x-may-not-apply` may be listed",
                )
            )
        elif path in values:
            problems.append(
                (at, "not-applicable-stated", f"is {quoted(path)}, which the deal states", None)
            )
        elif path in listed:
            problems.append((at, "duplicate-item", f"repeats {quoted(path)}", None))
        else:
            listed.add(path)
    return frozenset(listed)


# words --------------------------------------------------------------------------------------
