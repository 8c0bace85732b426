"""What loading gives: the documents of a policy, and what was read for them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from policyengine.document.model import ManifestDoc, RulesDoc
from policyengine.schema.model import TermsSchema
from policyengine.values.record import Record


class Loaded(Record):
    """The documents of one policy. `tests` and `waivers` are files that were not read."""

    path: Path
    manifest: ManifestDoc
    files: tuple[RulesDoc, ...]
    schema: TermsSchema
    tests: tuple[Path, ...]
    waivers: tuple[Path, ...]


class Reads:
    """What loading read, as it was read: the SHA-256 of each file by its path, and of paths
    that were looked for whether there was a file. `steady` is false once one changed meanwhile.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.probed: dict[str, bool] = {}
        self.steady = True

    def took(self, path: Path, data: bytes) -> None:
        """A file was read."""
        digest = sha256(data).digest()
        if self.files.setdefault(str(path), digest) != digest:
            self.steady = False

    def looked(self, path: Path, *, found: bool) -> None:
        """A file was looked for."""
        if self.probed.setdefault(str(path), found) != found:
            self.steady = False
