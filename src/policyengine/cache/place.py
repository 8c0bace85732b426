"""Where the cache lies: a folder of the user's, outside of every project."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from policyengine.errors import Diagnostic, UsageError
from policyengine.source import quoted

VARIABLE = "POLICYENGINE_CACHE_DIR"
SWITCH = "POLICYENGINE_NO_CACHE"
_OFF = ("", "0", "false", "no", "off")


def is_switched_off() -> bool:
    """Whether the environment asks for no cache."""
    return os.environ.get(SWITCH, "").strip().lower() not in _OFF


def folder_path(*projects: Path) -> Path | None:
    """The folder of the cache, there or not; None where this user has no place for one.

    It is what `POLICYENGINE_CACHE_DIR` says, else a folder of its own in the user's cache
    folder. It never lies in the working folder or in one of `projects`, whose files are
    others': of a setting that says so, or that is no absolute path, `UsageError` is raised.
    """
    given = os.environ.get(VARIABLE)
    if given:
        return _checked(given, projects)
    path = _usual()
    return None if path is None or _around(path, projects) is not None else path


def some_folder_path() -> Path:
    """The folder of the cache; raises `UsageError` where there is no place for one too."""
    path = folder_path()
    if path is None:
        raise _refused("is nowhere: the user has no folder for one outside of the working folder")
    return path


def _checked(given: str, projects: tuple[Path, ...]) -> Path:
    if not os.path.isabs(given) or "\0" in given:  # noqa: PTH117  # a text of the environment
        raise _refused(f"{quoted(given, 200)} is no absolute path")
    path = _real(Path(given))
    around = _around(path, projects)
    if around is not None:
        raise _refused(f"{quoted(given, 200)} lies in {around}")
    return path


def _refused(why: str) -> UsageError:
    hint = f"set {VARIABLE} to a folder of your own, outside of every project"
    return UsageError(Diagnostic("cache-folder", f"the cache folder {why}", hint=hint))


def _usual() -> Path | None:
    shared = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(shared):  # noqa: PTH117  # the standard ignores any other
        return _real(Path(shared) / "policyengine")
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if not home.is_absolute():
        return None
    folder = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return _real(home / folder / "policyengine")


def _real(path: Path) -> Path:
    """The path with links resolved, but for the last name: the cache itself is no link."""
    return Path(os.path.realpath(path.parent), path.name)


def _around(path: Path, projects: tuple[Path, ...]) -> str | None:
    """The working folder or project that a path lies in, in words.

    A folder that holds the user's home is none of these: the user's own files lie in it.
    """
    try:
        named = [("the working folder", Path.cwd())]
    except OSError:  # it is gone
        named = []
    named += [("the project of the policy", project) for project in projects]
    for words, folder in named:
        real = Path(os.path.realpath(folder))
        if path.is_relative_to(real) and not _home().is_relative_to(real):
            return words
    return None


def _home() -> Path:
    try:
        return Path(os.path.realpath(Path.home()))
    except RuntimeError:
        return Path("/")
