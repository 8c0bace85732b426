"""Terms laid over terms, places kept: a case says only what differs from its base."""

from __future__ import annotations

from policyengine.nodes import Mapping, Node, Scalar


def lay_over(base: Mapping, over: Mapping) -> Mapping:
    """`base` with the terms of `over` in it: by dotted path or nested group; null removes a
    term. Every value keeps the place where it was written."""
    made = base
    for key, value in over.entries:
        path = str(key.value)
        if isinstance(value, Mapping) and "." not in path:
            made = _put(made, key, lay_over(_group(made, path, value), value))
        else:
            made = _at(made, path.split("."), key, value)
    return made


def _at(base: Mapping, path: list[str], key: Scalar, value: Node) -> Mapping:
    name = path[0]
    if len(path) > 1:
        inner = _at(_group(base, name, value), path[1:], key, value)
        return _put(base, base.key(name) or Scalar(key.span, name), inner)
    if isinstance(value, Scalar) and value.value is None:
        return Mapping(base.span, tuple(entry for entry in base.entries if entry[0].value != name))
    return _put(base, Scalar(key.span, name), value)


def _group(base: Mapping, name: str, value: Node) -> Mapping:
    """The group of a name, or an empty one: what is no group gives way."""
    found = base.get(name)
    return found if isinstance(found, Mapping) else Mapping(value.span, ())


def _put(base: Mapping, key: Scalar, value: Node) -> Mapping:
    entries = {entry[0].value: entry for entry in base.entries}
    entries[key.value] = (key, value)
    return Mapping(base.span, tuple(entries.values()))
