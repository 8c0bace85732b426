"""What generated code is made of: pieces of expressions, and names for what they use.

Names are made here and constants travel beside the code, so that nothing a user wrote
stands in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from policyengine import core
from policyengine.core import Expr
from policyengine.schema import TermsSchema
from policyengine.values.record import Record
from policyengine.values.temporal import Date

#: the share of a sample's deals for which a condition has a truth value
Rates: TypeAlias = Callable[[Expr, bool], float]


class Code(Record):
    """A Python expression: its text, whether it can be None, and a rough cost."""

    text: str
    nullable: bool
    cost: int


class GapError(Exception):
    """This node is the interpreter's."""


class Names:
    """The terms, constants and temporaries of one generated function."""

    def __init__(
        self,
        policy: core.Policy,
        schema: TermsSchema,
        parameters: Mapping[str, Any],
        as_of: Date | None,
        *,
        assume: bool,
        final: bool,
    ) -> None:
        self.policy = policy
        self.schema = schema
        self.parameters = parameters
        self.as_of = as_of
        self.assume = assume
        self.final = final
        self.lines: list[str] = []
        self.constants: list[Any] = []
        self.constant_names: dict[int, str] = {}
        self.names: dict[str, str] = {}
        self.paths: list[str] = []
        self.derived: dict[str, Code] = {}
        self.scores: dict[str, Code] = {}
        self.locals: dict[str, tuple[str, bool]] = {}
        self.temporaries = 0
        self.shared: Counter[Expr] = Counter()
        self.hoisted: dict[Expr, Code] = {}
        #: rules, by number, whose outcome is set before the others'
        self.settled: set[int] = set()
        #: variables, one of which is true if the verdict is this or a worse one
        self.flags = {name: [name] for name in ("rejected", "undetermined", "conditional")}
        #: how often a condition was true in a sample of deals, if there is one
        self.rates: Rates | None = None
        #: whether some rule counts towards the verdict, whatever the deal
        self.always_applies = False

    # names and constants -------------------------------------------------------------------------

    def constant(self, value: Any) -> str:
        """A name for a value that travels beside the code."""
        if value is None or value is True or value is False:
            return str(value)
        if type(value) is int:
            return repr(value)
        self.constants.append(value)
        return f"k{len(self.constants) - 1}"

    def term(self, path: str) -> Code:
        name = self.names.get(path)
        if name is None:
            name = self.names[path] = f"t_{word(path)}_{len(self.paths)}"
            self.paths.append(path)
        spec = self.schema.terms[path]
        known = self.assume and spec.has_default and not spec.may_not_apply
        return Code(name, not known, 1)

    def named(self, prefix: str, code: Code) -> str:
        """A variable that holds a value, where it is needed more than once."""
        if code.text.isidentifier():
            return code.text
        self.temporaries += 1
        name = f"{prefix}{self.temporaries}"
        self.lines.append(f"{name} = {code.text}")
        return name

    def bound(self, code: Code) -> str:
        """A name for a value used twice in one expression: itself, or an assignment in place."""
        if code.text.isidentifier():
            return code.text
        self.temporaries += 1
        return f"(u{self.temporaries} := {code.text})"


def first_name(bound: str) -> str:
    """The name that `_Emitter.bound` gave."""
    return bound.partition(":=")[0].strip("( ")


def word(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.rpartition(".")[2].lower(), flags=re.ASCII)[:40]


def comment(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "?", text)[:60]
