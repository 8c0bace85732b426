"""The two policies of `diff`: folders, files, names, or a path at a git revision.

`REV:PATH` is git's own notation: the path counts from the top of the repository, or from here
where it begins with `./`. `REV:` is the other side's path. What has a colon is a revision,
whatever lies in the working folder: the text decides, so that no file can take the place of a
revision. A path with a colon in it is written with `./` before it.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from policyengine.cli.loading import load
from policyengine.config import Choice, choose_policy, read_config
from policyengine.engine import Policy
from policyengine.errors import Diagnostic, UsageError
from policyengine.review import revisions
from policyengine.source import quoted
from policyengine.values.record import Record

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class Side(Record):
    """A policy to compare and what to call it; `choice` is None where git has it."""

    policy: Policy
    shown: str
    choice: Choice | None


def sides(old: str, new: str) -> tuple[Side, Side]:
    """Both policies, loaded. Raises `UsageError` for what is not there, and as loading does."""
    return _side(old, new), _side(new, old)


def _revision(text: str) -> tuple[str, str] | None:
    """`REV` and `PATH`, or None for what is no revision."""
    if text.startswith(("./", "../", "/", ".\\", "\\")) or _DRIVE.match(text) or ":" not in text:
        return None
    revision, _, path = text.partition(":")
    return revision, path


def _side(text: str, other: str) -> Side:
    found = _revision(text)
    if found is None:
        choice = choose_policy(text, Path.cwd())
        policy = load(choice.path, shown=choice.folder)
        return Side(policy, choice.folder or choice.path.as_posix(), choice)
    revision, path = found
    here = Path.cwd()
    if path.startswith(("./", "../")):
        path = revisions.prefix(here) + path
    elif not path:
        path, here = _same_path(text, other)
    shown = f"{revision}:{path}".rstrip("/")
    with tempfile.TemporaryDirectory(prefix="policyengine-") as folder:
        taken = revisions.take(revision, path, here, Path(folder).resolve())
        inside = shown if taken.policy.is_dir() else shown.rpartition("/")[0] or f"{revision}:"
        policy = Policy.load(taken.policy, root=taken.root, shown=inside)
    return Side(policy, shown, None)


def _same_path(text: str, other: str) -> tuple[str, Path]:
    """The path of the other side from the top of its repository, and a folder in that."""
    known = _revision(other)
    if known is not None and known[1]:
        path = known[1]
        here = Path.cwd()
        return (revisions.prefix(here) + path if path.startswith(("./", "../")) else path), here
    if known is not None:
        named = read_config(Path.cwd()).settings.get("policy")
        choice = choose_policy(named.value if named else None, Path.cwd())
    else:
        choice = choose_policy(other, Path.cwd())
    if choice.folder is not None:
        message = f"{quoted(text)} is the path of the other side, which is bundled"
        raise UsageError(Diagnostic("unknown-revision", message, hint="say which path: `REV:PATH`"))
    real = Path(os.path.abspath(choice.path))  # noqa: PTH100 - links stay: git knows them by name
    folder = real if real.is_dir() else real.parent
    top = revisions.prefix(folder)
    return top if real.is_dir() else top + real.name, folder
