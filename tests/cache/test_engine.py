"""What tells engines apart covers every module that a policy is read with."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from policyengine.cache import engine


def imported(tree: ast.AST) -> Iterator[str]:
    """The names a module may import when it runs, in functions too."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        yield from imported(node)


def test_every_module_that_reads_policies_tells_engines_apart(root: Path) -> None:
    source = root / "src"
    waiting, reached = ["policyengine.loading", "policyengine.cache"], set[str]()
    while waiting:
        name = waiting.pop()
        place = source.joinpath(*name.split("."))
        file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        if name in reached or not name.startswith("policyengine.") or not file.is_file():
            continue
        reached.add(name)
        waiting += [name.rpartition(".")[0], *imported(ast.parse(file.read_bytes()))]
    assert {"policyengine.lowering.policy", "policyengine.reading.files"} <= reached
    assert not {name.split(".")[1] for name in reached} & engine.AFTERWARDS
    folders = {each.name for each in (source / "policyengine").iterdir() if each.is_dir()}
    assert folders >= engine.AFTERWARDS
