"""Test files of a policy: `*_test.yaml`, cases that give terms and expect a decision."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policyengine import nodes
from policyengine.document import Entries, Text, day, read_waivers
from policyengine.errors import Diagnostics, DocumentError, did_you_mean
from policyengine.nodes import Node, Scalar
from policyengine.project import project_root
from policyengine.reading import read_document
from policyengine.source import Span, quoted
from policyengine.testing.expectations import Expectation, read_expectations
from policyengine.testing.laying import lay_over
from policyengine.values.record import Record
from policyengine.waivers import Waivers

if TYPE_CHECKING:
    from policyengine.engine import Policy

#: how the question is put, for every case that does not say itself
QUESTION_KEYS = ("as_of", "final", "parameters")
FILE_KEYS = ("base", *QUESTION_KEYS, "cases", "mutants")
CASE_KEYS = (
    "name",
    "terms",
    "file",
    "as_of",
    "final",
    "assume",
    "parameters",
    "not_applicable",
    "waivers",
    "expect",
)


class Case(Record):
    """One case.

    `node` is the whole terms document: the base or the file, with the case's terms laid over
    it, each value at the place where it was written (None for a deal that was made up); `terms` is
    the same as plain data.
    `as_of`, `final`, `assume`, `parameters` and `waivers` say how the question is put.
    """

    name: str
    terms: Mapping[str, Any]
    node: nodes.Mapping | None
    as_of: dt.date | None
    final: bool
    assume: bool
    parameters: Mapping[str, Any]
    waivers: Waivers | None
    expectations: tuple[Expectation, ...]
    span: Span


class KnownMutant(Record):
    """A mutant that no case need tell from the rules, and why: `mutant` is its id."""

    mutant: str
    reason: str
    span: Span


class TestFile(Record):
    """One test file. `base` is what its cases start from."""

    __test__ = False  # not a test case, whatever its name

    base: nodes.Mapping
    cases: tuple[Case, ...]
    mutants: tuple[KnownMutant, ...]


def read_tests(
    node: Node, diagnostics: Diagnostics, *, policy: Policy | None, folder: Path
) -> TestFile:
    """A test file; `folder` is where the paths in it start from. Rules, terms and scorecards
    are looked up in `policy`, if there is one; what is wrong is added to `diagnostics`."""
    if not isinstance(node, nodes.Mapping):
        diagnostics.error("bad-shape", "a test file has a list of `cases`", node.span)
        return TestFile(nodes.Mapping(node.span, ()), (), ())
    return _File(node, diagnostics, policy, folder).read()


class _File:
    def __init__(
        self, node: nodes.Mapping, diagnostics: Diagnostics, policy: Policy | None, folder: Path
    ) -> None:
        self.entries = Entries(node, "a test file", FILE_KEYS, diagnostics)
        self.diagnostics = diagnostics
        self.policy = policy
        self.folder = folder
        self.nothing = nodes.Mapping(node.span, ())
        self.documents: dict[str, nodes.Mapping] = {}
        self.as_of = self.day(self.entries)
        self.final = self.switch(self.entries, "final", default=False)
        self.parameters = self.mapping(self.entries.get("parameters"), "`parameters`")

    def read(self) -> TestFile:
        base = self.mapping(self.entries.get("base"), "`base`")
        self.entries.get("cases", required=True)
        seen: dict[str, Span] = {}
        cases = []
        for item in self.entries.items("cases", "a case with a `name` and what it expects"):
            case = self.case(item, base)
            if case is None:
                continue
            first = seen.setdefault(case.name, case.span)
            if first is not case.span:
                self.diagnostics.error(
                    "duplicate-name",
                    f"two cases are named {quoted(case.name)}",
                    case.span,
                    related=[(first, "first named here")],
                )
            cases.append(case)
        return TestFile(base, tuple(cases), self.mutants())

    def mutants(self) -> tuple[KnownMutant, ...]:
        found = []
        for item in self.entries.items("mutants", "a mutant with a `mutant` and a `reason`"):
            inner = Entries(item, "a mutant", ("mutant", "reason"), self.diagnostics)
            mutant, reason = (
                inner.text("mutant", required=True),
                inner.text("reason", required=True),
            )
            if reason is not None and not reason.value.strip():
                message = "a blank text; a mutant is listed with a reason"
                self.diagnostics.error("bad-value", message, reason.span)
            elif mutant is not None and reason is not None:
                found.append(KnownMutant(mutant.value, reason.value, mutant.span))
        return tuple(found)

    def case(self, node: nodes.Mapping, base: nodes.Mapping) -> Case | None:
        entries = Entries(node, "a case", CASE_KEYS, self.diagnostics)
        name = entries.text("name", required=True)
        expect = entries.get("expect", required=True)
        file = entries.text("file")
        over = entries.get("terms")
        if self.policy is not None and over is not None:
            self.known_terms(over, self.policy)
        document = lay_over(
            self.document(file) if file is not None else base, self.mapping(over, "`terms`")
        )
        listed = node.get("not_applicable")
        if listed is not None:
            key = node.key("not_applicable") or Scalar(listed.span, "not_applicable")
            kept = (entry for entry in document.entries if entry[0].value != key.value)
            document = nodes.Mapping(document.span, (*kept, (key, listed)))
        date = self.day(entries) or self.as_of
        parameters = {
            **nodes.plain(self.parameters),
            **nodes.plain(self.mapping(entries.get("parameters"), "`parameters`")),
        }
        final = self.switch(entries, "final", default=self.final)
        assume = self.switch(entries, "assume", default=True)
        waivers = self.waivers(entries.get("waivers"))
        expectations = read_expectations(expect, self.diagnostics, self.policy)
        if name is None:
            return None
        return Case(
            name.value,
            nodes.plain(document),
            document,
            date,
            final,
            assume,
            parameters,
            waivers,
            expectations,
            name.span,
        )

    def day(self, entries: Entries) -> dt.date | None:
        node = entries.get("as_of")
        return None if node is None else day(node, "`as_of`", self.diagnostics)

    def switch(self, entries: Entries, key: str, *, default: bool) -> bool:
        node = entries.get(key)
        if node is None:
            return default
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        self.diagnostics.error("bad-shape", f"`{key}` takes `true` or `false`", node.span)
        return default

    def mapping(self, node: Node | None, what: str) -> nodes.Mapping:
        if isinstance(node, nodes.Mapping):
            return node
        if node is not None:
            self.diagnostics.error("bad-shape", f"{what} must be a mapping", node.span)
        return self.nothing

    def known_terms(self, node: Node, policy: Policy) -> None:
        """The dotted keys of a case's terms name terms."""
        terms = policy.schema.terms
        for key, value in node.entries if isinstance(node, nodes.Mapping) else ():
            path = str(key.value)
            if "." in path and path not in terms and not isinstance(value, nodes.Mapping):
                self.diagnostics.error(
                    "unknown-term",
                    f"there is no term {quoted(path)}",
                    key.span,
                    did_you_mean(path, terms),
                )

    def waivers(self, node: Node | None) -> Waivers | None:
        """The waivers of a case: the path of a waiver file, or a list as in one."""
        if node is None:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, str):
            document: Node = self.document(Text(node.value, node))
        else:
            document = nodes.Mapping(node.span, ((Scalar(node.span, "waivers"), node),))
        return Waivers(read_waivers(document, self.diagnostics))

    def document(self, file: Text) -> nodes.Mapping:
        """A document that a case names, read once; empty after reporting what is wrong."""
        written = file.value
        known = self.documents.get(written)
        if known is not None:
            return known
        path = self.folder / written
        remote = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", written)
        if (
            remote
            or Path(written).is_absolute()
            or not path.resolve().is_relative_to(project_root(self.folder))
        ):
            message = f"{quoted(written, 200)} lies outside the project"
            self.diagnostics.error("outside-root", message, file.span)
            return self.nothing
        try:
            node = read_document(path, shown=path.as_posix()).node
        except DocumentError as error:
            self.diagnostics.extend(
                found if found.span else replace(found, span=file.span)
                for found in error.diagnostics
            )
            return self.nothing
        made = self.documents[written] = self.mapping(node, "a deal")
        return made
