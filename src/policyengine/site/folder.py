"""A site on the disk: a folder that appears whole, in place of one that was written here.

The new folder is written beside its place and moved there; what it replaces is removed after
that, pages that are no more included. A marker lists what was written, so that a folder with
anything else in it is never touched.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from policyengine.errors import Diagnostic, UsageError
from policyengine.source import quoted

MARKER = ".policyengine-site"
_HEAD = "pages written by `policyengine doc`; it replaces or removes all of these\n"


def refuse_other(folder: Path) -> None:
    """Raises `UsageError` where something stands that a site may not replace: a file, or a
    folder with anything in it that the marker does not list."""
    target = Path(os.path.realpath(folder))
    shown = quoted(folder.as_posix(), 200)
    if not os.path.lexists(target):
        return
    hint = "name a new folder, or one that `policyengine doc` has written"
    if not target.is_dir():
        raise UsageError(Diagnostic("not-a-site", f"{shown} is a file, not a folder", hint=hint))
    there = {
        path.relative_to(target).as_posix()
        for path in target.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    if not there:
        return
    marker = target / MARKER
    try:
        regular = marker.is_file() and not marker.is_symlink()
        text = marker.read_text("utf-8") if regular else ""
    except (OSError, UnicodeError):
        text = ""
    if not text.startswith(_HEAD):
        message = f"the folder {shown} was not written by `policyengine doc`; it is left alone"
        raise UsageError(Diagnostic("not-a-site", message, hint=hint))
    others = sorted(there - {MARKER, *text.splitlines()[1:]})
    if others:
        listed = ", ".join(quoted(name) for name in others[:5])
        more = f" and {len(others) - 5} more" if len(others) > 5 else ""
        message = f"the folder {shown} holds what `policyengine doc` did not write: {listed}{more}"
        raise UsageError(Diagnostic("not-a-site", message, hint="move it, or name another folder"))


def write(folder: Path, pages: Mapping[str, str]) -> None:
    """Put a site where the folder is, or nothing: no reader sees a part of it.

    Raises `UsageError` as `refuse_other` does, and `OSError`.
    """
    refuse_other(folder)
    target = Path(os.path.realpath(folder))
    target.parent.mkdir(parents=True, exist_ok=True)
    token = secrets.token_hex(8)
    new, old = (target.with_name(f".{target.name[:100]}.{token}.{end}") for end in ("new", "old"))
    try:
        new.mkdir()
        for name, text in pages.items():
            page = new / name
            page.parent.mkdir(exist_ok=True)
            page.write_bytes(text.encode("utf-8", "backslashreplace"))
        (new / MARKER).write_text(_HEAD + "".join(f"{n}\n" for n in sorted(pages)), "utf-8")
        if target.exists():
            target.replace(old)
            try:
                new.replace(target)
            except OSError:
                old.replace(target)
                raise
        else:
            new.replace(target)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
