"""Test files of a policy: `*_test.yaml`, cases that give terms and expect a decision.

Read here, with everything in them checked; run by whoever runs tests.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from policyengine import nodes
from policyengine.decision import Outcome, Verdict
from policyengine.document import Entries, Text, day
from policyengine.errors import Diagnostics, did_you_mean
from policyengine.nodes import Node, Scalar
from policyengine.source import Span, quoted
from policyengine.values.record import Record

CASE_KEYS = (
    "name",
    "terms",
    "file",
    "as_of",
    "final",
    "parameters",
    "not_applicable",
    "expect",
)
EXPECT_KEYS = ("verdict", "outcomes", "missing", "scores", "messages")
_OUTCOMES = tuple(outcome.value for outcome in Outcome)
_VERDICTS = tuple(verdict.value for verdict in Verdict)


class Case(Record):
    """One case. `terms` is the whole document: the base or the file, with the case's terms
    laid over it. `expect` holds plain data under `EXPECT_KEYS`."""

    name: str
    terms: Mapping[str, Any]
    as_of: dt.date | None
    final: bool
    parameters: Mapping[str, Any]
    expect: Mapping[str, Any]
    span: Span


class Checked(Protocol):
    """What of a policy a test file is checked against."""

    @property
    def rules(self) -> Any: ...
    @property
    def schema(self) -> Any: ...


def read_tests(
    node: Node, diagnostics: Diagnostics, *, policy: Checked | None, folder: Path
) -> tuple[Case, ...]:
    """The cases of a test file; `folder` is where `file` paths start from."""
    if not isinstance(node, nodes.Mapping):
        diagnostics.error("bad-shape", "a test file has a list of `cases`", node.span)
        return ()
    entries = Entries(node, "a test file", ("base", "cases"), diagnostics)
    base = _mapping(entries.get("base"), "`base`", diagnostics)
    entries.get("cases", required=True)
    seen: dict[str, Span] = {}
    cases = []
    for item in entries.items("cases", "a case with a `name` and what it expects"):
        case = _case(item, base, diagnostics, policy, folder)
        if case is None:
            continue
        first = seen.setdefault(case.name, case.span)
        if first is not case.span:
            diagnostics.error(
                "duplicate-name",
                f"two cases are named {quoted(case.name)}",
                case.span,
                related=[(first, "first named here")],
            )
        cases.append(case)
    return tuple(cases)


def _case(
    node: nodes.Mapping,
    base: Mapping[str, Any],
    diagnostics: Diagnostics,
    policy: Checked | None,
    folder: Path,
) -> Case | None:
    entries = Entries(node, "a case", CASE_KEYS, diagnostics)
    name = entries.text("name", required=True)
    expect = entries.get("expect", required=True)
    file = entries.text("file")
    document = _file(file, folder, diagnostics) if file is not None else base
    over = _mapping(entries.get("terms"), "`terms`", diagnostics)
    if policy is not None:
        _known_terms(entries.get("terms"), diagnostics, policy)
    terms = lay_over(document, over)
    listed = entries.get("not_applicable")
    if listed is not None:
        terms["not_applicable"] = nodes.plain(listed)
    as_of_node = entries.get("as_of")
    as_of = day(as_of_node, "`as_of`", diagnostics) if as_of_node is not None else None
    final = entries.get("final")
    if final is not None and not (isinstance(final, Scalar) and isinstance(final.value, bool)):
        diagnostics.error("bad-shape", "`final` takes `true` or `false`", final.span)
    parameters = _mapping(entries.get("parameters"), "`parameters`", diagnostics)
    wanted = _expect(expect, diagnostics, policy)
    if name is None:
        return None
    is_final = isinstance(final, Scalar) and final.value is True
    return Case(name.value, terms, as_of, is_final, parameters, wanted, name.span)


def _expect(
    node: Node | None, diagnostics: Diagnostics, policy: Checked | None
) -> Mapping[str, Any]:
    if node is None:
        return {}
    if not isinstance(node, nodes.Mapping) or not node.entries:
        diagnostics.error(
            "bad-shape",
            "`expect` must be a mapping that says what the decision is",
            node.span,
            "for instance `{verdict: reject}`",
        )
        return {}
    entries = Entries(node, "`expect`", EXPECT_KEYS, diagnostics)
    entries.choice("verdict", _VERDICTS, None)
    for key in ("outcomes", "messages"):
        found = node.get(key)
        if found is None:
            continue
        if not isinstance(found, nodes.Mapping):
            diagnostics.error("bad-shape", f"`{key}` maps rules to what is expected", found.span)
            continue
        _known_rules(found, diagnostics, policy)
        for _, value in found.entries if key == "outcomes" else ():
            word = value.value if isinstance(value, Scalar) else None
            if word not in _OUTCOMES:
                diagnostics.error(
                    "bad-value",
                    f"{quoted(word)} is no outcome; expected one of "
                    + ", ".join(f"`{name}`" for name in _OUTCOMES),
                    value.span,
                    did_you_mean(str(word), _OUTCOMES),
                )
    return dict(nodes.plain(node))


def _known_rules(node: nodes.Mapping, diagnostics: Diagnostics, policy: Checked | None) -> None:
    if policy is None:
        return
    known = [rule.id for rule in policy.rules]
    for key, _ in node.entries:
        if key.value not in known:
            diagnostics.error(
                "unknown-rule",
                f"there is no rule {quoted(key.value)}",
                key.span,
                did_you_mean(str(key.value), known),
            )


def _known_terms(node: Node | None, diagnostics: Diagnostics, policy: Checked) -> None:
    """The dotted keys of a case's terms name terms."""
    terms = policy.schema.terms
    for key, value in node.entries if isinstance(node, nodes.Mapping) else ():
        path = str(key.value)
        if "." in path and path not in terms and not isinstance(value, nodes.Mapping):
            diagnostics.error(
                "unknown-term",
                f"there is no term {quoted(path)}",
                key.span,
                did_you_mean(path, terms),
            )


def _mapping(node: Node | None, what: str, diagnostics: Diagnostics) -> Mapping[str, Any]:
    if node is None:
        return {}
    if not isinstance(node, nodes.Mapping):
        diagnostics.error("bad-shape", f"{what} must be a mapping", node.span)
        return {}
    found: Mapping[str, Any] = nodes.plain(node)
    return found


def _file(file: Text, folder: Path, diagnostics: Diagnostics) -> Mapping[str, Any]:
    from policyengine.errors import DocumentError
    from policyengine.loader import project_root
    from policyengine.reading import read_document

    written = file.value
    path = folder / written
    remote = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", written)
    if (
        remote
        or Path(written).is_absolute()
        or not path.resolve().is_relative_to(project_root(folder))
    ):
        diagnostics.error(
            "outside-root", f"{quoted(written, 200)} lies outside the project", file.span
        )
        return {}
    try:
        return _mapping(read_document(path, shown=path.as_posix()).node, "a deal", diagnostics)
    except DocumentError as error:
        diagnostics.extend(d if d.span else replace(d, span=file.span) for d in error.diagnostics)
        return {}


def lay_over(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of `base` with the terms of `over` in it: by dotted path or nested group; null
    removes a term."""
    made = _copied(base)
    for path, value in over.items():
        if isinstance(value, Mapping) and "." not in path:
            inside = made.get(path)
            made[path] = lay_over(inside if isinstance(inside, Mapping) else {}, value)
            continue
        *groups, name = path.split(".")
        place = made
        for group in groups:
            inside = place.get(group)
            if not isinstance(inside, dict):
                inside = place[group] = {}
            place = inside
        if value is None:
            place.pop(name, None)
        else:
            place[name] = value
    return made


def _copied(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _copied(value) if isinstance(value, Mapping) else value for key, value in data.items()
    }
