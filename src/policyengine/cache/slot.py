"""The place of one policy in the cache: what is kept for it, if that is still what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from policyengine.cache import objects
from policyengine.cache.contents import Contents, are_as_before, besides, contents
from policyengine.cache.folder import Folder
from policyengine.cache.format import Entry, pack, unpack
from policyengine.cache.place import folder_path, is_switched_off
from policyengine.core import Policy
from policyengine.errors import Diagnostic
from policyengine.schema.model import TermsSchema
from policyengine.values.record import Record

if TYPE_CHECKING:
    from policyengine.loader import Loaded, Reads


#: what a policy means: its path as shown, the core, the schema, the warnings, and whether
#: the as-of date matters
Meaning: TypeAlias = tuple[str, Policy, TermsSchema, tuple[Diagnostic, ...], bool]
_KINDS = (str, Policy, TermsSchema, tuple, bool)


class Kept(Record):
    """A policy from the cache; `documents` reads what was written when it is asked for."""

    meaning: Meaning
    documents: Callable[[], Loaded]


class Slot(Record):
    """Where a policy, as it is on disk now, would be kept."""

    folder: Folder
    known: Contents

    @property
    def name(self) -> str:
        return f"{self.known.key.hex()}.policy"

    def find(self) -> Kept | None:
        """What is kept of the policy; None where there is nothing that can be relied on."""
        data = self.folder.read(self.name)
        entry = unpack(data, self.known.key) if data is not None else None
        if entry is None:
            return None
        try:
            if not are_as_before(objects.loads(entry.besides)):
                return None
            meaning = objects.loads(entry.meaning)
        except Exception:  # noqa: BLE001  # whatever it is, it is no entry
            return None
        if type(meaning) is not tuple or tuple(map(type, meaning)) != _KINDS:
            return None
        return Kept(meaning, lambda: objects.loads(entry.documents))

    def keep(self, meaning: Meaning, loaded: Loaded, reads: Reads) -> bool:
        """Keep a policy that was read, if what was read is what the key says; whether it was."""
        path, core, *_ = meaning
        outside = besides(self.known, reads, whole=loaded.path.is_dir())
        if outside is None:
            return False
        try:
            entry = Entry(
                f"{core.id} {core.version} {path}".encode("utf-8", "replace"),
                objects.dumps(outside),
                objects.dumps(meaning),
                objects.dumps(loaded),
            )
        except Exception:  # noqa: BLE001  # a value that has no bytes: it is read anew each time
            return False
        return self.folder.write(self.name, pack(self.known.key, entry))


def slot_for(
    path: Path, *, root: Path, shown: str | None, overrides: Mapping[str, Any]
) -> Slot | None:
    """The slot of the policy at a path, asked for in this way; None where nothing is kept.

    `root` is the project that it lies in, and `overrides` the parameters that were given.
    Raises `UsageError` for a setting of the cache's folder that is refused.
    """
    if is_switched_off():
        return None
    folder = folder_path(root)
    if folder is None:
        return None
    known = contents(path, root=root, shown=shown, overrides=overrides)
    return None if known is None else Slot(Folder(folder), known)


def labelled(folder: Folder, name: str) -> str | None:
    """What an entry says that it is; None for one that is not whole."""
    data = folder.read(name)
    entry = unpack(data, None) if data is not None else None
    return None if entry is None else entry.label.decode("utf-8", "replace")
