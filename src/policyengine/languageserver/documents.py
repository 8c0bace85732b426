"""Which policy a document belongs to, and what kind of document it is, known from its name,
its place and its outermost keys alone, so that a text with mistakes is known as well."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from policyengine.config import choose_policy, find_policies, read_config
from policyengine.document import RULES_KEYS
from policyengine.errors import PolicyEngineError
from policyengine.project import MANIFESTS, project_root

#: how far above a document its policy's manifest is looked for
_DEPTH = 16
_TOP = re.compile(r"""^["']?([$\w-]+)["']?[ \t]*:""", re.MULTILINE)
_TOP_FLOW = re.compile(r"""^\s*\{\s*["']?([$\w-]+)["']?\s*:""")
_WAIVERS = re.compile(rb"^waivers[ \t]*:", re.MULTILINE)
_MAX_FILES, _MAX_BYTES = 2_000, 1_000_000
_SUFFIXES = (".yaml", ".yml")


def top_keys(text: str) -> frozenset[str]:
    """The outermost keys of a text, as far as they can be told without reading it."""
    found = _TOP.findall(text)
    flow = _TOP_FLOW.match(text)
    if flow:
        found += [flow[1], *re.findall(r'^ {1,4}"([$\w-]+)"\s*:', text, re.MULTILINE)]
    return frozenset(found)


def kind_of(path: Path, text: str) -> str:
    """One of `validation.KINDS`."""
    keys = top_keys(text)
    if path.name in MANIFESTS or "policy" in keys:
        return "policy"
    if path.stem.endswith("_test") or "cases" in keys:
        return "test"
    if "waivers" in keys:
        return "waivers"
    if keys & set(RULES_KEYS):
        return "rules"
    if "$schema" in keys or {"type", "properties"} <= keys:
        return "terms-schema"
    return "rules" if folder_of(path) is not None else "terms"


def folder_of(path: Path) -> Path | None:
    """The policy folder that a file lies in, if it lies in one."""
    for folder in list(path.parents)[:_DEPTH]:
        if any((folder / name).is_file() for name in MANIFESTS):
            return folder
    return None


def policies_for(path: Path, text: str) -> tuple[Path, ...]:
    """The policies that a document may be a part of, or be checked against: the one whose
    folder it lies in, itself if it is one, else those of its project."""
    folder = folder_of(path)
    if folder is not None:
        return (folder,)
    kind = kind_of(path, text)
    if kind == "policy":
        return (path,)
    if kind == "rules":
        return ()  # rules without a policy: somebody else's file, more likely than not
    found = policies_of(project_root(path.parent))
    # a deal or a waiver is of one policy, and where there are several nothing says of which
    return tuple(found) if kind == "terms-schema" or len(found) == 1 else ()


def policies_of(root: Path) -> list[Path]:
    """The policy that a project's settings name, else all under its `rules`."""
    try:
        named = read_config(root).settings.get("policy")
        if named is not None:
            return [Path(os.path.realpath(choose_policy(named.value, root).path))]
        return [Path(os.path.realpath(found)) for found in find_policies(root / "rules")]
    except (PolicyEngineError, OSError):
        return []


def waiver_files(root: Path) -> Iterator[Path]:
    """The waiver files of a project, which lie where their authors like."""
    seen = 0
    for where, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.endswith(_SUFFIXES):
                continue
            seen += 1
            if seen > _MAX_FILES:
                return
            path = Path(where, name)
            try:
                if path.stat().st_size <= _MAX_BYTES and _WAIVERS.search(path.read_bytes()):
                    yield path
            except OSError:
                continue
