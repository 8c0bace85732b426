"""Functions on contexts, and identity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from policyengine.feel.builtins.model import Family
from policyengine.operators.comparison import identical
from policyengine.operators.fault import Fault

CONTEXTS = Family("contexts")

Context = dict[str, Any]


def get_value(context: Context, key: str) -> Any:
    return context.get(key)


def get_entries(context: Context) -> tuple[Context, ...]:
    return tuple({"key": key, "value": value} for key, value in context.items())


def context_of(entries: Sequence[Any]) -> Context:
    """From `{key, value}` entries; a key twice, or not a string, is a `Fault`."""
    out: Context = {}
    for entry in entries:
        if entry is None or "value" not in entry or not isinstance(entry.get("key"), str):
            raise Fault("invalid-argument", "an entry has a `key`, a string, and a `value`")
        if entry["key"] in out:
            raise Fault("invalid-argument", "two entries have the same key")
        out[entry["key"]] = entry["value"]
    return out


def put(context: Context, key: str, value: Any) -> Context:
    return {**context, key: value}


def put_path(context: Context, keys: Sequence[Any], value: Any) -> Context:
    """The value put in at a path of keys; contexts on the way are made where absent."""
    if not keys or not all(isinstance(key, str) for key in keys):
        raise Fault("invalid-argument", "the keys are strings, at least one")
    levels = [context]
    for key in keys[:-1]:
        inner = levels[-1].get(key, {})
        if not isinstance(inner, dict):
            raise Fault("invalid-argument", "a key on the way holds no context")
        levels.append(inner)
    for level, key in zip(reversed(levels), reversed(keys), strict=True):
        value = {**level, key: value}
    result: Context = value
    return result


def merge(contexts: Sequence[Any]) -> Context:
    if None in contexts:
        raise Fault("invalid-argument", "a context is null")
    out: Context = {}
    for context in contexts:
        out |= context
    return out


_define = CONTEXTS.define
_define(
    "get value(m: context, key: string) -> Any", get_value, "The value of an entry; null if absent."
)
_define("get value(context: context, key: string) -> Any", get_value)
_define(
    "get entries(m: context) -> list<context>", get_entries, "The entries, each with key and value."
)
_define("get entries(context: context) -> list<context>", get_entries)
_define(
    "context(entries: list<context>) -> context",
    context_of,
    "A context made of entries, each with key and value.",
)
_define(
    "context put(context: context, key: string, value: Any) -> context",
    put,
    "The context with an entry added or replaced, by its key or a path of keys.",
)
_define("context put(context: context, keys: list, value: Any) -> context", put_path)
_define(
    "context merge(contexts: list<context>) -> context",
    merge,
    "Several contexts in one; of entries with the same key the last counts.",
)
_define(
    "is(value1?: Any, value2?: Any) -> boolean",
    lambda value1=None, value2=None: identical(value1, value2),
    "Whether two values are the same in type and every part.",
)
