"""Typing rules of what is written out: a constant beside a term, and the values of a
parameter, each held against the term as if it stood there itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from policyengine import core, nodes
from policyengine.checker.constants import type_of
from policyengine.checker.reporting import Reporting
from policyengine.checker.wording import listing, refusal
from policyengine.core import Expr
from policyengine.nodes import Node, Scalar
from policyengine.source import Span, quoted, visible
from policyengine.types import ANY, DURATION, TEMPORAL, Type


class Literals(Reporting):
    """Constants against the type that is asked for: their kind, and the values of an enum."""

    def literal(
        self,
        value: Any,
        wanted: Type,
        span: Span,
        *,
        hint: str | None = None,
        parameter: core.Parameter | None = None,
    ) -> bool:
        """Whether a value may stand where `wanted` is asked for; reports it if not, where it is
        written. `hint` takes the place of the usual one; `parameter` is what holds the value."""
        of, used = "", self.used(parameter)
        if parameter is not None:
            of = f" in the parameter {quoted(parameter.name)}"
        if wanted.kind not in ("any", type_of(value).kind):
            expected, found, usual = refusal(value, wanted, span)
            message = f"expected {expected}{of}; found {found}"
            self.error("type-mismatch", message, span, hint or usual, used)
            return False
        if wanted.enum is None or not isinstance(value, str) or value in wanted.enum:
            return True
        what = "the term it is compared with" if of else "this term"
        message = f"{quoted(value)}{of} is not a value of {what}; "
        self.error(
            "not-in-enum",
            f"{message}expected one of {listing(wanted.enum)}",
            span,
            self.diagnostics.suggest(value, wanted.enum),
            used,
        )
        return False

    def used(self, parameter: core.Parameter | None) -> Sequence[tuple[Span, str]]:
        """Where a parameter is used, for who reads a finding about its value."""
        return () if parameter is None else [(parameter.span, "used here")]

    def declared(self, *sides: Expr) -> Sequence[tuple[Span, str]]:
        """Where the values of these that are parameters are written."""
        return [
            (node.span, f"{quoted(side.name)} is set here")
            for side in sides
            if isinstance(side, core.Parameter)
            for node in self.parameters.get(side.name, ())
        ]

    def as_list(self, given: Expr) -> str | None:
        """What to write for a parameter that has to be a list and is not."""
        if not isinstance(given, core.Parameter) or not self.parameters.get(given.name):
            return None
        value = nodes.in_line(self.parameters[given.name][0])
        return f"write the parameter as a list: `[{visible(value, 60)}]`"

    def values(self, parameter: core.Parameter, wanted: Type) -> Iterator[tuple[Scalar, Type]]:
        """Each value of a parameter that is compared by itself, with the type asked for: the
        items of a list where a list is asked for. Nothing of values of another shape."""
        for node in self.parameters.get(parameter.name, ()):
            yield from _leaves(node, wanted)

    def held(self, parameter: core.Parameter, wanted: Type) -> bool:
        """Whether every value of a parameter may stand where `wanted` is asked for; reports
        each that may not. A text where a date is asked for is for the rule to turn into one."""
        checked = [
            self.literal(leaf.value, type_, leaf.span, parameter=parameter)
            for leaf, type_ in self.values(parameter, wanted)
            if not (isinstance(leaf.value, str) and type_.kind in TEMPORAL | DURATION)
        ]
        return all(checked)


def _leaves(node: Node, wanted: Type) -> Iterator[tuple[Scalar, Type]]:
    if isinstance(node, nodes.Sequence):
        if wanted.kind == "list":
            for item in node:
                yield from _leaves(item, wanted.item or ANY)
    elif isinstance(node, Scalar) and node.value is not None and wanted.kind != "list":
        yield node, wanted
