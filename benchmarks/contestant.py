"""What a contestant is: a way to decide a deal, and its input in the form it likes best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.neutral import Base, Deal


class CannotError(Exception):
    """Why a contestant does not take part."""


@dataclass
class Runner:
    """A contestant on one rule base.

    `prepare` makes its input and `read` turns its answer into a verdict (None where it gives
    none) and the rules that pass (None likewise), both outside the clock; `run` is timed.
    """

    prepare: Callable[[Deal], Any]
    run: Callable[[Any], Any]
    read: Callable[[Any], tuple[str | None, tuple[bool, ...] | None]]
    close: Callable[[], None] = field(default=lambda: None)


@dataclass(frozen=True)
class Contestant:
    """`gives` says what comes out within the clock; `module` and `package` are a peer's."""

    name: str
    form: str
    gives: str
    build: Callable[[Base], Runner]
    module: str | None = None
    package: str | None = None
    #: whether each deal is decided but once, of inputs made anew
    once: bool = False
    #: why it is not run on more rules than this
    most: int | None = None
    most_because: str = ""


def from_flags(base: Base) -> Callable[[Any], tuple[str, tuple[bool, ...]]]:
    """Reads a list of booleans, a rule each."""

    def read(raw: Any) -> tuple[str, tuple[bool, ...]]:
        passed = tuple(bool(flag) for flag in raw)
        return base.verdict(passed), passed

    return read


def from_failed(base: Base) -> Callable[[Any], tuple[str, tuple[bool, ...]]]:
    """Reads the numbers of the rules that fail."""

    def read(raw: Any) -> tuple[str, tuple[bool, ...]]:
        failed = set(raw)
        passed = tuple(number not in failed for number in range(len(base.rules)))
        return base.verdict(passed), passed

    return read


def as_it_is(deal: Deal) -> Deal:
    return deal


def flat(deal: Deal) -> dict[str, Any]:
    """A deal without groups, for peers that know no nesting or are quicker without."""
    return {
        f"{group}_{name}": value for group, terms in deal.items() for name, value in terms.items()
    }


def flat_name(path: str) -> str:
    return path.replace(".", "_")
