"""What a run of tests is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from policyengine.cli.testing.targets import Target, targets
from policyengine.errors import Diagnostic, UsageError, did_you_mean
from policyengine.source import quoted
from policyengine.testing.coverage.points import KINDS


@dataclass(frozen=True)
class Request:
    """Everything but where the answer goes."""

    targets: tuple[Target, ...]
    pattern: re.Pattern[str] | None
    allow_empty: bool
    verbose: bool
    jobs: int
    coverage: bool
    thresholds: Mapping[str, Decimal]
    write_missing: Path | None
    mutate: bool
    mutate_limit: int | None
    form: str
    output: Path | None
    color: str

    @classmethod
    def make(cls, options: Mapping[str, Any]) -> Request:
        """Raises `UsageError` for a pattern, a threshold or a path that makes no sense."""
        thresholds = _thresholds(options["thresholds"])
        missing: Path | None = options["write_missing"]
        if missing is not None and missing.exists():
            message = f"{quoted(missing.as_posix(), 200)} is there already"
            hint = "found cases are written to a new file, for a person to review"
            raise UsageError(Diagnostic("file-exists", message, hint=hint))
        limit: int | None = options["mutate_limit"]
        return cls(
            targets=targets(options["paths"], options["policy"]),
            pattern=_pattern(options["pattern"]),
            allow_empty=options["allow_empty"],
            verbose=options["verbose"],
            jobs=options["jobs"],
            coverage=options["coverage"] or bool(thresholds) or missing is not None,
            thresholds=thresholds,
            write_missing=missing,
            mutate=options["mutate"] or limit is not None,
            mutate_limit=limit,
            form=options["form"],
            output=options["output"],
            color=options["color"],
        )


def _pattern(text: str | None) -> re.Pattern[str] | None:
    if text is None:
        return None
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        message = f"{quoted(text)} is no regular expression: {error}"
        raise UsageError(Diagnostic("usage", message)) from None


def _thresholds(given: Iterable[str]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for text in given:
        kind, equals, number = text.rpartition("=")
        kind = kind if equals else "all"
        if kind not in (*KINDS, "all"):
            listing = ", ".join(f"`{name}`" for name in KINDS)
            message = f"{quoted(kind)} is no kind of coverage; expected one of {listing}"
            raise UsageError(Diagnostic("usage", message, hint=did_you_mean(kind, KINDS)))
        try:
            value = Decimal(number)
            if not (value.is_finite() and 0 <= value <= 100):
                raise InvalidOperation
        except InvalidOperation:
            message = f"a threshold is {quoted(number)}; expected a percentage from 0 to 100"
            raise UsageError(Diagnostic("usage", message)) from None
        found[kind] = value
    return found
