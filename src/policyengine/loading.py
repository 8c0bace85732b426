"""Files to a policy's meaning: read, lowered and checked, or taken from the cache."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from policyengine import nodes
from policyengine.core import Policy
from policyengine.dating import depends_on_date
from policyengine.errors import (
    Diagnostic,
    Diagnostics,
    ParameterError,
    PolicyError,
    did_you_mean,
    ordered,
)
from policyengine.nodes import Node
from policyengine.project import project_root
from policyengine.resources import pack_path
from policyengine.schema.model import TermsSchema
from policyengine.source import Source, quoted
from policyengine.values import jsontext
from policyengine.values.frozen import FrozenDict
from policyengine.values.record import Record

if TYPE_CHECKING:
    from policyengine.loader import Loaded, Reads

#: the documents of a policy, for who wants them again
Documents: TypeAlias = "Callable[[], Loaded]"


class Ready(Record):
    """A policy that was read, lowered and checked."""

    path: str
    core: Policy
    schema: TermsSchema
    warnings: tuple[Diagnostic, ...]
    depends_on_date: bool
    overrides: Mapping[str, Any]
    documents: Documents


def load(
    path: Path,
    overrides: Mapping[str, Any],
    *,
    root: Path | None,
    shown: str | None,
    cached: bool,
) -> Ready:
    """The policy of a folder or file. Raises as `Policy.load` does."""
    try:
        return _load(path, overrides, root=root, shown=shown, cached=cached)
    except OSError as error:  # no file, which is told where it is read, but a folder above one
        message = f"cannot read {quoted(path.as_posix(), 200)}: {(error.strerror or '').lower()}"
        raise PolicyError(Diagnostic("file-unreadable", message)) from None


def _load(
    path: Path,
    overrides: Mapping[str, Any],
    *,
    root: Path | None,
    shown: str | None,
    cached: bool,
) -> Ready:
    if not path.exists():
        raise PolicyError(_no_such_policy(path))
    written = {name: node for name, node in overrides.items() if isinstance(node, Node)}
    overrides = _copied(overrides)
    if not cached:
        return _read(path, overrides, written, root=root, shown=shown)[0]
    # imported here: what keeps nothing needs none of it
    from policyengine.cache import slot_for

    inside = path if path.is_dir() else path.parent
    root = root.resolve() if root is not None else project_root(inside)
    # where a parameter was written is part of what is kept
    asked = {**overrides, "": _places(written)} if written else overrides
    slot = slot_for(path, root=root, shown=shown, overrides=asked)
    found = slot.find() if slot is not None else None
    if found is not None:
        return Ready(*found.meaning, overrides, found.documents)
    ready, reads = _read(path, overrides, written, root=root, shown=shown)
    if slot is not None:
        meaning = (ready.path, ready.core, ready.schema, ready.warnings, ready.depends_on_date)
        slot.keep(meaning, ready.documents(), reads)
    return ready


def _read(
    path: Path,
    overrides: Mapping[str, Any],
    written: Mapping[str, Node],
    *,
    root: Path | None,
    shown: str | None,
) -> tuple[Ready, Reads]:
    from policyengine.loader import Reads, load_policy

    diagnostics = Diagnostics()
    reads = Reads()
    loaded = load_policy(
        path, diagnostics, root=root, bundled=_is_bundled(path), shown=shown, reads=reads
    )
    if loaded is None:
        diagnostics.raise_errors(PolicyError)
        raise AssertionError("nothing loaded and nothing reported")
    return lower(loaded, overrides, diagnostics, written), reads


def to_bytes(ready: Ready) -> tuple[bytes, bytes, Mapping[str, Any]]:
    """A policy for another process: its meaning, its documents, and the overrides."""
    from policyengine.cache import objects

    meaning = (ready.path, ready.core, ready.schema, ready.warnings, ready.depends_on_date)
    return objects.dumps(meaning), objects.dumps(ready.documents()), ready.overrides


def from_bytes(meaning: bytes, documents: bytes, overrides: Mapping[str, Any]) -> Ready:
    """What `to_bytes` was given; documents are read when they are asked for."""
    from policyengine.cache import objects

    path, core, schema, warnings, dated = objects.loads(meaning)
    return Ready(path, core, schema, warnings, dated, overrides, lambda: objects.loads(documents))


def lower(
    loaded: Loaded,
    overrides: Mapping[str, Any],
    diagnostics: Diagnostics,
    written: Mapping[str, Node] | None = None,
) -> Ready:
    """What documents mean, with other values for some parameters; raises every finding, those
    so far included: as `ParameterError` where it is only the other values that do not fit.

    `written` are the nodes of overrides that were read from a document.
    """
    from policyengine.lowering import lower_policy

    overrides = _copied(overrides)
    before = bool(diagnostics.errors)
    given = {**_override_nodes(overrides), **(written or {})}
    core = lower_policy(loaded.manifest, loaded.files, loaded.schema, diagnostics, given)
    if given and diagnostics.errors and not before:
        alone = Diagnostics()
        lower_policy(loaded.manifest, loaded.files, loaded.schema, alone)
        diagnostics.raise_errors(PolicyError if alone.errors else ParameterError)
    diagnostics.raise_errors(PolicyError)
    return Ready(
        loaded.path.as_posix(),
        core,
        loaded.schema,
        ordered(diagnostics.warnings),
        depends_on_date(core),
        overrides,
        lambda: loaded,
    )


def plain(value: Any) -> Any:
    """A value of a caller as the engine holds values; raises `ParameterError` for a number
    that has no exact form."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        from policyengine.values.numbers import NumeralError, from_python

        try:
            return from_python(value)
        except NumeralError as error:
            message = f"a parameter is {quoted(value)}: {error}"
            raise ParameterError(Diagnostic("bad-number", message)) from None
    if isinstance(value, list | tuple):
        return tuple(plain(item) for item in value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return value


def _copied(overrides: Mapping[str, Any]) -> Mapping[str, Any]:
    """Parameters kept from what their caller does with them later; of nodes, their values."""
    return FrozenDict(
        (name, nodes.plain(value) if isinstance(value, Node) else copy.deepcopy(value))
        for name, value in overrides.items()
    )


def _places(written: Mapping[str, Node]) -> list[Any]:
    """What tells nodes from the same values written elsewhere."""
    spans = [node.span for node in written.values()]
    return [[span.file, span.start, span.source.text] for span in spans]


def _override_nodes(overrides: Mapping[str, Any]) -> dict[str, Node]:
    def listed(value: Any) -> Any:
        if isinstance(value, tuple | list):
            return [listed(item) for item in value]
        if isinstance(value, Mapping):
            return {str(key): listed(item) for key, item in value.items()}
        return value.isoformat() if isinstance(value, date) else plain(value)

    return {name: _spelt(name, listed(value)) for name, value in overrides.items()}


def _spelt(name: str, value: Any) -> Node:
    """A caller's value as if it were read from a line `name: value`, for messages to point at."""
    head = f"{name}: "
    source = Source("<parameters>", head + jsontext.dumps(value))

    def node(value: Any, at: int) -> Node:
        if isinstance(value, dict):
            entries = []
            end = at + 1
            for key, item in value.items():
                size = len(jsontext.dumps(key))
                made = node(item, end + size + 2)
                entries.append((nodes.Scalar(source.span(end, end + size), key, "json"), made))
                end = made.span.end + 2
            return nodes.Mapping(source.span(at, end - 1 if entries else end + 1), tuple(entries))
        if isinstance(value, list):
            items = []
            end = at + 1
            for item in value:
                items.append(node(item, end))
                end = items[-1].span.end + 2
            return nodes.Sequence(source.span(at, end - 1 if items else end + 1), tuple(items))
        return nodes.Scalar(source.span(at, at + len(jsontext.dumps(value))), value, "json")

    return node(value, len(head))


def _no_such_policy(path: Path) -> Diagnostic:
    siblings: list[str] = []
    try:
        siblings = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        pass
    hint = did_you_mean(path.name, siblings)
    if pack_path(path.as_posix()) is not None:
        hint = f"the bundled one is at `policyengine.resources.pack_path({path.as_posix()!r})`"
    return Diagnostic(
        "unknown-policy", f"there is no policy at {quoted(path.as_posix(), 200)}", hint=hint
    )


def _is_bundled(path: Path) -> bool:
    return path.resolve().is_relative_to(Path(__file__).resolve().parent)
