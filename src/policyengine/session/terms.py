"""The document of a session: plain data, changed one term at a time.

A change gives a new document and leaves the old one as it was, so that a step can be taken
back. A group that holds nothing any more goes with its last term.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policyengine.errors import Diagnostic, TermsError, did_you_mean
from policyengine.schema import Group, TermsSchema
from policyengine.source import quoted
from policyengine.values.record import replace


def known(schema: TermsSchema, path: str) -> None:
    """Raise `TermsError` for a path that is no term of a schema."""
    if path in schema.terms:
        return
    if schema.group(path) is not None:
        names = [term for term in schema.terms if term.startswith(f"{path}.")]
        hint = f"its terms are {', '.join(f'`{name}`' for name in names[:6])}" if names else None
        message = f"{quoted(path, 120)} is a group of terms; expected one of them"
        raise TermsError(Diagnostic("group-not-term", message, hint=hint))
    message = f"{quoted(path, 120)} is not a term of the schema"
    raise TermsError(Diagnostic("unknown-term", message, hint=did_you_mean(path, schema.terms)))


def lenient(schema: TermsSchema) -> TermsSchema:
    """The same schema, under which a deal may still lack what is required."""
    return replace(schema, root=_lenient(schema.root))


def _lenient(group: Group) -> Group:
    members = {
        name: _lenient(member) if isinstance(member, Group) else member
        for name, member in group.members.items()
    }
    return replace(group, members=members, required=())


def required(schema: TermsSchema, document: Mapping[str, Any]) -> tuple[str, ...]:
    """The terms that a document has to state before there can be a verdict, and does not."""
    return tuple(_required(schema.root, document))


def _required(group: Group, data: Mapping[str, Any]) -> Iterator[str]:
    for name, member in group.members.items():
        if isinstance(member, Group):
            if name in group.required or name in data:
                below = tuple(_required(member, data.get(name, {})))
                yield from below
                if not below and name not in data:
                    yield member.path
        elif name in group.required and name not in data:
            yield member.path


def stated(document: Mapping[str, Any], path: str) -> Any:
    """The plain value at a path; None where the document states none."""
    found: Any = document
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def put(document: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The document with a value at a path, no longer listed as not applicable. Evidence was
    given for the value before, and goes with it."""
    made = _unlisted(document, path)
    if stated(document, path) != value:
        made = _without_evidence(made, path)
    return _put(made, path.split("."), value)


def _put(data: Mapping[str, Any], names: list[str], value: Any) -> dict[str, Any]:
    if len(names) == 1:
        return {**data, names[0]: value}
    return {**data, names[0]: _put(data.get(names[0], {}), names[1:], value)}


def without(document: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The document that says nothing of a term: no value, no listing, no evidence."""
    return _without(_without_evidence(_unlisted(document, path), path), path.split("."))


def _without(data: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    made = dict(data)
    if len(names) == 1:
        made.pop(names[0], None)
    elif names[0] in made:
        made[names[0]] = _without(made[names[0]], names[1:])
        if not made[names[0]]:
            del made[names[0]]
    return made


def listed(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The terms that a document lists as not applicable."""
    return tuple(document.get("not_applicable") or ())


def listing(document: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The document with one more term listed as not applicable."""
    return {**document, "not_applicable": [*listed(document), path]}


def _unlisted(document: Mapping[str, Any], path: str) -> dict[str, Any]:
    made = dict(document)
    if path in listed(document):
        made["not_applicable"] = [name for name in listed(document) if name != path]
        if not made["not_applicable"]:
            del made["not_applicable"]
    return made


def _without_evidence(document: dict[str, Any], path: str) -> dict[str, Any]:
    evidence = document.get("evidence") or {}
    if path not in evidence:
        return document
    kept = {name: entry for name, entry in evidence.items() if name != path}
    made = {**document, "evidence": kept}
    if not kept:
        del made["evidence"]
    return made
