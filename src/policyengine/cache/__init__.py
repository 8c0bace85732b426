"""Loaded policies, kept on disk: a policy that has not changed is neither parsed nor checked.

    slot = slot_for(path, root=root, shown=None, overrides={})
    entry = slot.find() if slot is not None else None

`place` says where entries lie and `folder` reads and writes them there, trusting nothing that
another user could have written. `contents` names an entry after everything that the policy
was made of, `format` is the form of its file, and `objects` turns it into records again,
without running anything. Whatever is wrong with an entry, it is as if there were none.
"""

from __future__ import annotations

from policyengine.cache.folder import Folder, Listed
from policyengine.cache.format import Entry
from policyengine.cache.place import folder_path, some_folder_path
from policyengine.cache.slot import Slot, labelled, slot_for

__all__ = [
    "Entry",
    "Folder",
    "Listed",
    "Slot",
    "folder_path",
    "labelled",
    "slot_for",
    "some_folder_path",
]
