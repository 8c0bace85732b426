"""The files of a policy's folder: which are read, and what may lie beside them."""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path

from policyengine import nodes
from policyengine.document.model import RULES_KEYS
from policyengine.errors import DocumentError
from policyengine.loader.files import Files
from policyengine.reading import format_of, read_source
from policyengine.source import quoted

#: Files that may lie beside rules without being read.
_BESIDE = (".md", ".txt", ".rst", ".json", ".html", ".pdf", ".svg", ".png", ".toml", ".cfg")
_LOOKS_YAML = re.compile(r"\.(ya?ml|yma?l|yalm|yam|aml)\b", re.IGNORECASE)
_RULES_KEY = re.compile(rf"""["']?\b({"|".join(RULES_KEYS)})["']?[ \t]*:""")
MAX_FILES = 2_000


def entries(files: Files) -> list[Path]:
    """Every YAML file below the folder in byte order; what looks misnamed is reported."""
    found: list[Path] = []
    seen = 0
    for where, folders, names in os.walk(files.directory, onerror=partial(_unreadable, files)):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for path in (Path(where, folder) for folder in folders):
            if path.is_symlink():
                files.file_error(
                    "unexpected-file",
                    path,
                    "is a link to a folder, which is not followed",
                    "put the folder itself here",
                )
        for name in names:
            seen += 1
            path = Path(where, name)
            if seen > MAX_FILES:
                files.file_error(
                    "too-many-files", files.directory, f"holds more than {MAX_FILES} files"
                )
                return []
            if name.endswith((".yaml", ".yml")):
                found.append(path)
            elif not _may_lie_beside(name):
                files.file_error(
                    "unexpected-file",
                    path,
                    "is no part of a policy, and is not read",
                    "rename it to end in `.yaml`, or move it out of the folder",
                )
            elif name.lower().endswith(".json") and holds_rules(files, path):
                hint = "rules are read from `.yaml` and `.yml` only"
                files.file_error("unexpected-file", path, "holds rules that are not read", hint)
    return sorted(found, key=lambda p: os.fsencode(p.relative_to(files.directory).as_posix()))


def _unreadable(files: Files, error: OSError) -> None:
    """Report a folder that cannot be listed: what is in it may be rules."""
    why = (error.strerror or "it cannot be listed").lower()
    name = files.shown(Path(error.filename)) if error.filename else files.shown(files.directory)
    files.diagnostics.error("file-unreadable", f"cannot read {quoted(name, 200)}: {why}")


def holds_rules(files: Files, path: Path) -> bool:
    """Whether a file that is not read as rules has a key that only a rule file has."""
    try:
        source = files.text(path)
        if not _RULES_KEY.search(source.text):
            return False
        node = read_source(source, format_of(path.name.lower()))
    except DocumentError:
        return False  # whoever reads it says what is wrong
    return isinstance(node, nodes.Mapping) and any(node.get(key) is not None for key in RULES_KEYS)


def _may_lie_beside(name: str) -> bool:
    if _LOOKS_YAML.search(name):
        return False
    return name.startswith(".") or name.lower().endswith(_BESIDE) or name in ("LICENSE", "NOTICE")
