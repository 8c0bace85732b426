"""Records to bytes and back, as data: reading makes values of known classes and nothing else.

The form is pickle's, which can name any function for the reader to call; this reader knows
the classes of records, documents and values, and refuses every other name.
"""

from __future__ import annotations

import io
import sys
from pathlib import PosixPath
from typing import Any

try:
    # the part of `pickle` that is used, without the rest of it and what it imports
    from _pickle import Pickler, Unpickler, UnpicklingError
except ImportError:  # another Python
    from pickle import Pickler, Unpickler, UnpicklingError

from policyengine.nodes import Scalar
from policyengine.source import Span
from policyengine.types import Type
from policyengine.values.record import Record

#: modules whose records are made, and the further classes that are
_RECORDS = frozenset(
    f"policyengine.{name}"
    for name in (
        "core.expressions",
        "core.policy",
        "document.entries",
        "document.model",
        "loader.model",
        "schema.model",
        "values.durations",
        "values.ranges",
        "values.temporal",
    )
)
_CLASSES = frozenset(
    {
        ("datetime", "date"),
        ("decimal", "Decimal"),
        ("pathlib", "PosixPath"),
        ("policyengine.errors", "Diagnostic"),
        ("policyengine.errors", "Severity"),
        ("policyengine.nodes", "Mapping"),
        ("policyengine.nodes", "Scalar"),
        ("policyengine.nodes", "Sequence"),
        ("policyengine.source", "Source"),
        ("policyengine.source", "Span"),
        ("policyengine.types", "Type"),
        ("policyengine.values.frozen", "FrozenDict"),
    }
)


def dumps(value: Any) -> bytes:
    """The bytes of a value; raises for one that is not made of records and plain values."""
    stream = io.BytesIO()
    _Writer(stream, protocol=5).dump(value)
    return stream.getvalue()


def loads(data: bytes) -> Any:
    """The value of bytes that `dumps` gave; raises for any others."""
    return _Reader(io.BytesIO(data)).load()


def _scalar(node: Scalar) -> tuple[Any, ...]:
    # where its characters were written is worked out when first asked for; here it is asked for
    runs = node.runs if node.runs is None or isinstance(node.runs, tuple) else node.runs()
    return Scalar, (node.span, node.value, node.style, runs, node.content_start)


def _type(type_: Type) -> tuple[Any, ...]:
    fields = (type_.kind, type_.item, type_.fields, type_.unit, type_.enum, type_.unordered)
    return Type, fields


class _Writer(Pickler):
    dispatch_table = {  # noqa: RUF012  # as `pickle` documents it
        PosixPath: lambda path: (PosixPath, (str(path),)),
        Scalar: _scalar,
        Span: lambda span: (Span, (span.source, span.start, span.end)),
        Type: _type,
    }


class _Reader(Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if "." in name or (module not in _RECORDS and (module, name) not in _CLASSES):
            raise UnpicklingError(f"{module}.{name} is not read")
        if module not in sys.modules:
            __import__(module)
        found = getattr(sys.modules[module], name)
        if module in _RECORDS and not (
            isinstance(found, type) and issubclass(found, Record) and found.__module__ == module
        ):
            raise UnpicklingError(f"{module}.{name} is no record")
        return found
