"""The open documents, the policies they belong to, and what is known of each.

Everything here is asked on one thread; `Job`s are what may run on another: they hold the texts
as they were when they were made, and touch nothing that changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from policyengine.languageserver.checking import Checked, check, schema_files
from policyengine.languageserver.documents import policies_for
from policyengine.languageserver.model import Model, build
from policyengine.reading import unsaved
from policyengine.source import Source


@dataclass(eq=False)
class Document:
    """An open document. `uri` is what the editor calls it."""

    uri: str
    path: Path
    source: Source
    version: int | None
    policies: tuple[Path, ...]


@dataclass(eq=False)
class Unit:
    """A policy. `stamp` counts the changes to what it is made of, and `known` is the count
    that `model` is of."""

    path: Path
    stamp: int = 0
    known: int = -1
    model: Model | None = None
    checked: Checked | None = None


@dataclass(frozen=True)
class Job:
    """One look at a policy: `texts` are those of open documents, by real path, and `mine` the
    documents among them that belong to it."""

    path: Path
    stamp: int
    texts: dict[str, str]
    mine: frozenset[str]
    last: Model | None
    lint: bool
    as_of: date

    @property
    def held(self) -> dict[str, bytes]:
        return {path: text.encode("utf-8", "replace") for path, text in self.texts.items()}

    def check(self) -> Checked:
        mine = {path: text for path, text in self.texts.items() if path in self.mine}
        with unsaved(self.held):
            return check(self.path, mine, as_of=self.as_of, last=self.last, lint=self.lint)

    def build(self) -> Model:
        with unsaved(self.held):
            return build(self.path, self.last)


@dataclass
class Workspace:
    lint: bool = True
    documents: dict[str, Document] = field(default_factory=dict)
    units: dict[Path, Unit] = field(default_factory=dict)

    def put(self, uri: str, path: str, text: str, version: int | None) -> list[Unit]:
        """A document was opened or has another text; the policies to look at again."""
        known = self.documents.get(path)
        if known is None:
            policies = policies_for(Path(path), text)
            known = Document(uri, Path(path), Source(path, text), version, policies)
            self.documents[path] = known
        else:
            known.source, known.version = Source(path, text), version
            if not known.policies:
                # a file that was empty when it was opened may be a policy by now
                known.policies = policies_for(Path(path), text)
        return self.touch(known)

    def drop(self, path: str) -> list[Unit]:
        """A document was closed: what is saved counts again."""
        closed = self.documents.pop(path, None)
        return self.touch(closed) if closed is not None else []

    def forgotten(self) -> list[Unit]:
        """Drop the policies that no open document belongs to any more."""
        wanted = {path for document in self.documents.values() for path in document.policies}
        return [self.units.pop(path) for path in [*self.units] if path not in wanted]

    def saved(self) -> list[Unit]:
        """Files changed on disk: any policy may be another, and lie elsewhere."""
        for document in self.documents.values():
            document.policies = policies_for(document.path, document.source.text)
        touched = [*self.units.values()]
        for document in self.documents.values():
            touched += [self.unit(path) for path in document.policies]
        return self._touched(touched)

    def touch(self, document: Document) -> list[Unit]:
        units = [self.unit(path) for path in document.policies]
        real = str(document.path)
        for unit in self.units.values():  # a schema may lie where nothing says whose it is
            schema = unit.model.schema if unit.model is not None else None
            if schema is not None and unit not in units and real in schema_files(schema):
                units.append(unit)
        return self._touched(units)

    def _touched(self, units: list[Unit]) -> list[Unit]:
        distinct = list({unit.path: unit for unit in units}.values())
        for unit in distinct:
            unit.stamp += 1
        return distinct

    def unit(self, path: Path) -> Unit:
        return self.units.setdefault(path, Unit(path))

    def unit_of(self, path: str) -> Unit | None:
        """The policy that a document is read with; of several, the first that is its own."""
        document = self.documents.get(path)
        if document is None or not document.policies:
            return None
        return self.unit(document.policies[0])

    def source(self, path: str) -> Source | None:
        document = self.documents.get(path)
        return document.source if document is not None else None

    def uri(self, path: str) -> str | None:
        document = self.documents.get(path)
        return document.uri if document is not None else None

    def job(self, unit: Unit) -> Job:
        texts = {path: document.source.text for path, document in self.documents.items()}
        mine = [path for path, doc in self.documents.items() if unit.path in doc.policies]
        today = datetime.now(UTC).date()
        return Job(unit.path, unit.stamp, texts, frozenset(mine), unit.model, self.lint, today)
