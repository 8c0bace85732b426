"""What ships with the package: JSON Schemas, the bundled packs, the pages about diagnostics.

In an installed wheel they lie inside the package (`schemas/`, `packs/`, `docs/`); in a checkout
they are the repository's own `schemas/`, `rules/` and `docs/`, so that an edit there is seen at
once.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_KINDS = ("terms", "policy", "rules", "test", "waivers", "decision", "statement")


def schema_kinds() -> tuple[str, ...]:
    """The kinds of document that have a schema."""
    return _KINDS


def schema_text(kind: str) -> str:
    """The JSON Schema of a kind of document, as published. Raises `KeyError` for another kind."""
    if kind not in _KINDS:
        raise KeyError(kind)
    return (_home("schemas", "schemas") / f"{kind}.schema.json").read_text(encoding="utf-8")


def pack_names() -> tuple[str, ...]:
    """The names of the bundled packs, in order."""
    home = _home("packs", "rules")
    if not home.is_dir():
        return ()
    return tuple(sorted(entry.name for entry in home.iterdir() if _is_pack(entry)))


def pack_path(name: str) -> Path | None:
    """The folder of a bundled pack, or None if there is none of that name."""
    return _home("packs", "rules") / name if name in pack_names() else None


def page(code: str) -> Path | None:
    """The page about a diagnostic or a check of `lint`, or None if there is none."""
    for folder in ("diagnostics", "lint"):
        found = _home("docs", "docs") / folder / f"{code}.md"
        if re.fullmatch(r"[a-z-]+", code) and found.is_file():
            return found
    return None


def about(code: str) -> str:
    """What the page of a code says before its first example, in one line; empty without a page."""
    found = page(code)
    if found is None:
        return ""
    body = found.read_text(encoding="utf-8").partition("\n")[2]
    said = re.split(r"^(?:```|## )", body, maxsplit=1, flags=re.MULTILINE)[0]
    plain = re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", " ".join(said.split()))
    return plain.replace(" (warning).", ".", 1)


def _is_pack(folder: Path) -> bool:
    return (folder / "policy.yaml").is_file()


@cache
def _home(installed: str, checkout: str) -> Path:
    """The folder inside the package, or the one of the checkout that the package runs from."""
    package = Path(__file__).resolve().parent
    inside = package / installed
    if inside.is_dir():
        return inside
    root = package.parent.parent
    if package.parent.name == "src" and (root / "pyproject.toml").is_file():
        return root / checkout
    return inside
