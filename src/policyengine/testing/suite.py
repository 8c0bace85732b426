"""The test files of a policy, found and read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from policyengine import nodes
from policyengine.engine import Policy
from policyengine.errors import Diagnostics, DocumentError, PolicyError
from policyengine.project import MANIFESTS
from policyengine.reading import read_document
from policyengine.testing.cases import Case, KnownMutant, read_tests
from policyengine.values.record import Record

_TEST = re.compile(r"_test\.ya?ml\Z")


class Located(Record):
    """A case, the file it stands in as shown, and what that file's cases start from."""

    case: Case
    file: str
    base: nodes.Mapping


class Suite(Record):
    """A policy with the cases of its test files, in the order of files and cases.

    `files` are those that were read, `skipped` the number of cases that a selection left out.
    """

    policy: Policy
    cases: tuple[Located, ...]
    mutants: tuple[KnownMutant, ...]
    files: tuple[Path, ...]
    skipped: int = 0


def load(policy: Policy, files: Iterable[Path] | None = None) -> Suite:
    """Read test files, those beside the rules unless others are given.

    Raises `PolicyError` with every finding of every file; nothing is run of a set of files
    in which something is wrong.
    """
    diagnostics = Diagnostics()
    cases: list[Located] = []
    mutants: list[KnownMutant] = []
    read = []
    for path in beside(policy) if files is None else files:
        shown = path.as_posix()
        try:
            node = read_document(path, shown=shown, diagnostics=diagnostics).node
        except DocumentError as error:
            diagnostics.extend(error.diagnostics)
            continue
        found = read_tests(node, diagnostics, policy=policy, folder=path.parent)
        cases += [Located(case, shown, found.base) for case in found.cases]
        mutants += found.mutants
        read.append(path)
    diagnostics.raise_errors(PolicyError)
    return Suite(policy, tuple(cases), tuple(mutants), tuple(read))


def beside(policy: Policy) -> tuple[Path, ...]:
    """The test files of a policy: those below its folder; for a policy of one file, the file
    of the same name that ends in `_test`. A manifest stands for its folder."""
    path = Path(policy.path)
    if path.is_dir():
        return policy.loaded.tests
    if path.name in MANIFESTS:
        return below(path.parent)
    twins = (path.with_name(f"{path.stem}_test{suffix}") for suffix in (".yaml", ".yml"))
    return tuple(twin for twin in twins if twin.is_file())


def below(folder: Path) -> tuple[Path, ...]:
    """The test files below a folder, in the order of their paths."""
    found = [path for path in folder.rglob("*_test.y*ml") if is_test_file(path)]
    return tuple(sorted(found, key=lambda path: os.fsencode(path.as_posix())))


def is_test_file(path: Path) -> bool:
    return _TEST.search(path.name) is not None


def select(suite: Suite, pattern: re.Pattern[str]) -> Suite:
    """The cases whose name, or `file: name`, a pattern occurs in."""
    kept = tuple(one for one in suite.cases if pattern.search(f"{one.file}: {one.case.name}"))
    return Suite(suite.policy, kept, suite.mutants, suite.files, len(suite.cases) - len(kept))
