"""Waivers: named exemptions of one rule for one deal, until a day.

They live in files of their own, given by name and never discovered. A waiver can turn a
failure or an unknown into waived; it never touches a pass.
"""

from __future__ import annotations

import os
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from policyengine.decision import Location, WaiverStatus, WaiverUse
from policyengine.errors import Diagnostics, WaiverError
from policyengine.intake import Deal
from policyengine.values.jsontext import digest_bytes
from policyengine.values.record import Record

if TYPE_CHECKING:
    from policyengine.document import WaiverDoc


class Waivers(Record):
    """The waivers of one file or more. Immutable; safe to share between threads.

    `files` are the name and the `sha256:` of each file they were read from.
    """

    entries: tuple[WaiverDoc, ...]
    files: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        names = ", ".join(name for name, _ in self.files)
        return f"<Waivers {names or 'of no file'}, {len(self.entries)} entries>"

    @classmethod
    def load(cls, *paths: str | os.PathLike[str]) -> Waivers:
        """Read waiver files; raises `WaiverError` or `DocumentError`."""
        # imported here: who has no waivers reads no documents of them
        from policyengine.document import read_waivers
        from policyengine.reading import read_document

        entries: list[WaiverDoc] = []
        files: list[tuple[str, str]] = []
        diagnostics = Diagnostics()
        for path in paths:
            document = read_document(path, shown=Path(path).as_posix(), diagnostics=diagnostics)
            entries += read_waivers(document.node, diagnostics)
            files.append((document.source.name, digest_bytes(document.data)))
        diagnostics.raise_errors(WaiverError)
        return cls(tuple(entries), tuple(files))

    def for_deal(self, deal: Deal) -> tuple[WaiverDoc, ...]:
        """Those whose `deal`, an id or a glob, names this deal; none for a deal without an id."""
        if deal.id is None or not deal.id.strip():
            return ()
        return tuple(entry for entry in self.entries if fnmatchcase(deal.id, entry.deal))


def status(waiver: WaiverDoc, deal: Deal, as_of: date) -> WaiverStatus | None:
    """What keeps a waiver from being in force: expired, or stale, its digest being of other
    terms than this deal's. None where nothing does.

    A digest may be the deal's own or that of the file it was read from.
    """
    if as_of > waiver.until:
        return WaiverStatus.EXPIRED
    if waiver.digest is not None and waiver.digest not in (deal.digest(), deal.source_digest):
        return WaiverStatus.STALE
    return None


def use(waiver: WaiverDoc, became: WaiverStatus) -> WaiverUse:
    """What became of a waiver, for a decision."""
    span = waiver.span
    return WaiverUse(
        waiver.rule,
        waiver.deal,
        became,
        waiver.approved_by,
        waiver.reason,
        waiver.until.isoformat(),
        Location(span.file, span.line, span.column) if span.source.text else None,
    )
