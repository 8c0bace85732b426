"""Project settings: which file gives them, what they say, and which policy is meant.

Settings live in `[tool.policyengine]` of a pyproject.toml or at the top of a
policyengine.toml, in the working directory or the nearest folder above it that has one.
What bears on a decision is not among them: a change to a repository cannot waive itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policyengine.errors import Diagnostic, Diagnostics, UsageError, did_you_mean
from policyengine.source import Source, Span, quoted

#: setting: the values it may take; None for any text
SETTINGS: Mapping[str, tuple[str, ...] | None] = {
    "policy": None,
    "format": (
        "pretty",
        "json",
        "yaml",
        "jsonl",
        "junit",
        "sarif",
        "github",
        "markdown",
        "html",
        "tap",
    ),
    "explain": ("fails", "full"),
}
#: what decides, or says which decisions count: a change to a repository must not decide about
#: itself, so these are given where the command is called
_NEVER = {
    "fail-on": "give --fail-on, or POLICYENGINE_FAIL_ON, where the command is called",
    "as-of": "give --as-of, or POLICYENGINE_AS_OF, where the command is called",
    "waivers": "waivers are named with --waivers, so that a change cannot waive itself",
    "final": "give --final with the deal that is complete",
    "parameters": "give --parameters, or change the policy: its parameters are part of it",
}
_MAX_BYTES = 4_000_000
_MANIFESTS = ("policy.yaml", "policy.yml")
_SINGLE = re.compile(rb"^policy[ \t]*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and the place it was read from (`pyproject.toml:12`)."""

    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class Config:
    """The project's settings; `path` is None where no file gives any."""

    path: Path | None = None
    settings: Mapping[str, Setting] = field(default_factory=dict)
    #: the table `lint`: by code of a check, as written
    lint: Mapping[str, Any] = field(default_factory=dict)


def read_config(start: Path) -> Config:
    """The settings of the nearest folder that has some, from `start` upwards.

    Raises `UsageError` for a file that cannot be read, an unknown key or a bad value.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        own = folder / "policyengine.toml"
        shared = folder / "pyproject.toml"
        found = [path for path in (own, shared) if _speaks(path, shared)]
        if len(found) == 2:
            raise UsageError(
                Diagnostic(
                    "two-configs",
                    f"{quoted(display(folder))} has settings in policyengine.toml and in "
                    f"pyproject.toml",
                    hint="keep one of them",
                )
            )
        if found:
            return _read(found[0], table=found[0] == shared)
    return Config()


def _speaks(path: Path, shared: Path) -> bool:
    """Whether a file gives settings; a pyproject.toml of others is none of our business."""
    if not path.is_file():
        return False
    return path != shared or (b"policyengine" in _bytes(path) and bool(_table(path)))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise _bad(path, error.strerror or "it cannot be read") from None
    if len(data) > _MAX_BYTES:
        raise _bad(path, "it is larger than 4 MB")
    return data


def _bad(path: Path, why: str) -> UsageError:
    return UsageError(Diagnostic("bad-config", f"cannot read {quoted(display(path), 200)}: {why}"))


def _table(path: Path) -> dict[str, Any]:
    tool = _toml(path).get("tool")
    table = tool.get("policyengine", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise _bad(path, "`tool.policyengine` is not a table")
    return table


def _toml(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(_bytes(path).decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise _bad(path, str(error)) from None


def _read(path: Path, *, table: bool) -> Config:
    data = _table(path) if table else _toml(path)
    source = Source(display(path), _bytes(path).decode("utf-8"))
    found = Diagnostics()
    settings: dict[str, Setting] = {}
    lint = data.pop("lint", {})
    if not isinstance(lint, dict):
        found.error(
            "bad-setting", "`lint` is a table of checks", _span(source, "lint", table=table)
        )
    for key, value in data.items():
        span = _span(source, key, table=table)
        if key not in SETTINGS:
            hint = _NEVER.get(key) or did_you_mean(key, SETTINGS)
            hint = hint or f"settings are {', '.join(f'`{known}`' for known in SETTINGS)}"
            found.error("unknown-setting", f"{quoted(key)} is not a setting", span, hint)
            continue
        text = value if isinstance(value, str) else str(value) if key == "as-of" else None
        known_values = SETTINGS[key]
        if text is None:
            found.error("bad-setting", f"{quoted(key)} is a text in quotes", span)
        elif known_values is not None and text not in known_values:
            options = ", ".join(f"`{option}`" for option in known_values)
            found.error(
                "bad-setting",
                f"{quoted(key)} is {quoted(text)}; expected one of {options}",
                span,
                did_you_mean(text, known_values),
            )
        else:
            if key == "policy":
                text = _beside(path, text)
            settings[key] = Setting(text, f"{source.name}:{span.line}")
    found.raise_errors(UsageError)
    return Config(path, settings, lint)


def _beside(config: Path, policy: str) -> str:
    """A policy named by a path is meant from the folder of the settings file."""
    there = config.parent / policy
    return display(there) if there.exists() else policy


def _span(source: Source, key: str, *, table: bool) -> Span:
    """Where a key is written; the TOML reader keeps no places, so it is looked for."""
    start = max(source.text.find("tool.policyengine"), 0) if table else 0
    pattern = rf"^[ \t]*[\"']?({re.escape(key)})[\"']?[ \t]*="
    match = re.compile(pattern, re.MULTILINE).search(source.text, start)
    return source.span(match.start(1), match.end(1)) if match else source.span(start, start)


# which policy -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """The policy that answers: its path, how it is called in the output, and, for a bundled
    one, the name that stands for its folder in places: where it is installed is no news."""

    path: Path
    shown: str
    folder: str | None = None


def choose_policy(name: str | None, root: Path) -> Choice:
    """The policy of a path or a name; without one, the only policy under `root`/rules.

    A name is a folder or file under rules/, else a bundled pack. Raises `UsageError`.
    """
    found = find_policies(root / "rules")
    if name is None:
        if len(found) == 1:
            return _choice(found[0])
        raise UsageError(_several(found) if found else _none())
    path = Path(name)
    # An empty name is a variable that was not set, not the working folder.
    if name and path.exists():
        return Choice(path, path.as_posix())
    if name and "/" not in name and os.sep not in name:
        for candidate in found:
            if name in (candidate.name, candidate.stem):
                return _choice(candidate)
        from policyengine import resources

        pack = resources.pack_path(name)
        if pack is not None:
            return Choice(pack, "bundled", name)
        known = [*(p.name for p in found), *_here(), *resources.pack_names()]
        hint = did_you_mean(name, known)
        listing = ", ".join(f"`{word}`" for word in dict.fromkeys(known))
        hint = hint or (f"known policies: {listing}" if known else None)
    else:
        hint = did_you_mean(name, [display(p) for p in found])
    message = f"there is no policy {quoted(name, 200)}"
    raise UsageError(Diagnostic("unknown-policy", message, hint=hint))


def _choice(path: Path) -> Choice:
    """A policy that was found: read by the path that is shown, so that places name it too."""
    return Choice(Path(display(path)), display(path))


def _here() -> list[str]:
    """The policies in the working folder itself, by the name that is a path to each."""
    try:
        entries = sorted(Path().iterdir())
    except OSError:
        return []
    folders = [p.name for p in entries if any((p / name).is_file() for name in _MANIFESTS)]
    files = (p for p in entries if p.suffix in (".yaml", ".yml") and p.is_file())
    return folders + [p.name for p in files if _is_policy(p)]


def find_policies(folder: Path, depth: int = 3) -> list[Path]:
    """Policies below a folder, in order: folders with a manifest, and single files that
    begin one. A policy's own folder is not searched further."""
    if not folder.is_dir():
        return []
    if any((folder / name).is_file() for name in _MANIFESTS):
        return [folder]
    found: list[Path] = []
    for entry in sorted(folder.iterdir(), key=lambda path: path.name.encode("utf-8", "replace")):
        if entry.name.startswith("."):
            continue
        if entry.is_dir() and depth > 1:
            found.extend(find_policies(entry, depth - 1))
        elif entry.suffix in (".yaml", ".yml") and entry.is_file() and _is_policy(entry):
            found.append(entry)
    return found


def _is_policy(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return _SINGLE.search(stream.read(65_536)) is not None
    except OSError:
        return False


def _several(found: list[Path]) -> Diagnostic:
    names = ", ".join(quoted(display(path), 200) for path in found[:20])
    more = f" and {len(found) - 20} more" if len(found) > 20 else ""
    return Diagnostic(
        "several-policies",
        f"there are {len(found)} policies under `rules`: {names}{more}",
        hint="say which one with -p, or as `policy` in [tool.policyengine] of pyproject.toml",
    )


def _none() -> Diagnostic:
    return Diagnostic(
        "no-policy",
        "no policy was named, and there is none under `rules`",
        hint="give one with -p, use the bundled one with -p national-interest, or start one "
        "with `policyengine init`",
    )


def display(path: Path) -> str:
    """A path as a person would type it here: relative to the working folder, with `/`."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except (ValueError, OSError):  # another drive; a working folder that is gone
        return path.as_posix()
