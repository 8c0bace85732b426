"""A condition on one deal while its deciding parts are being marked."""

from __future__ import annotations

from typing import Any

from policyengine import core
from policyengine import decision as d
from policyengine.core import Expr
from policyengine.explain.outline import Outline, outline
from policyengine.explain.words import data, of_term
from policyengine.facts import Facts
from policyengine.interpreter import Interpreter
from policyengine.source import Span
from policyengine.values.logic import Truth, at_least, conjunction, disjunction, negation


class Part:
    """A condition, its value, and whether the value of the whole rests on it."""

    __slots__ = ("actual", "decides", "kind", "outline", "parts", "text", "value")

    def __init__(self, outline: Outline, value: Truth, parts: tuple[Part, ...]) -> None:
        self.outline = outline
        self.kind = outline.kind
        self.value = value
        self.parts = parts
        self.decides = False
        self.text: str | None = None
        self.actual: Any = None

    def deciding(self) -> tuple[Part, ...]:
        """The parts directly below on which this value rests."""
        if self.kind in ("leaf", "not"):
            return self.parts
        settled_by = {"all": False, "any": True}.get(self.kind)
        if settled_by is not None and self.value is settled_by:
            return tuple(part for part in self.parts if part.value is settled_by)
        if self.kind == "some_of" and self.value is not None:
            return tuple(part for part in self.parts if part.value is self.value)
        if self.value is None:
            return tuple(part for part in self.parts if part.value is None)
        return self.parts

    @property
    def span(self) -> Span:
        return self.outline.expr.span

    @property
    def reads(self) -> tuple[str, ...]:
        """The terms a leaf reads."""
        return self.outline.reads

    def mark(self) -> Part:
        self.decides = True
        for part in self.deciding():
            part.mark()
        return self

    def frozen(self) -> d.Condition:
        if self.kind != "leaf":
            below = tuple(part.frozen() for part in self.parts)
            return d.Condition(self.kind, self.value, self.decides, below, self.outline.count)
        outline = self.outline
        return d.Condition(
            "leaf",
            self.value,
            self.decides,
            (),
            None,
            self.text,
            outline.reads,
            data(self.actual),
            outline.location,
        )


def deciding_leaves(part: Part) -> list[Part]:
    if part.kind == "leaf":
        return [part]
    return [leaf for below in part.deciding() for leaf in deciding_leaves(below)]


def deciding_reads(part: Part) -> list[str]:
    return [path for leaf in deciding_leaves(part) for path in leaf.reads]


class Explainer:
    """Conditions of a policy, as they come out on one deal."""

    def __init__(self, policy: core.Policy, facts: Facts, steps: int) -> None:
        self.policy = policy
        self.interpreter = Interpreter(policy, facts, decision_steps=steps)
        self._values = Values(facts, self.interpreter)

    def tree(self, expr: Expr) -> Part:
        return self._values.tree(outline(self.policy, expr), over=False)


class Values:
    """The values of conditions and of expressions in sentences, on one deal."""

    def __init__(self, facts: Facts, interpreter: Interpreter) -> None:
        self._facts = facts
        self._interpreter = interpreter

    def of(self, expr: Expr) -> Any:
        """The value of an expression, None for unknown; an error is one."""
        if type(expr) is core.Term:
            return self._facts.term(expr.path)
        return self._interpreter.guarded(expr)[0]

    def tree(self, outline: Outline, *, over: bool) -> Part:
        """A condition and everything below it. Where the whole ran `over` its budget, what can
        have spent it is not evaluated once more, and is unknown."""
        match outline.kind:
            case "leaf":
                return self._leaf(outline, over)
            case "not":
                inner = self.tree(outline.parts[0], over=over)
                return Part(outline, negation(inner.value), (inner,))
        below = tuple([self.tree(part, over=over) for part in outline.parts])
        values = [part.value for part in below]
        if outline.kind == "all":
            return Part(outline, conjunction(values), below)
        if outline.kind == "any":
            return Part(outline, disjunction(values), below)
        assert outline.count is not None
        return Part(outline, at_least(outline.count, values), below)

    def _leaf(self, outline: Outline, over: bool) -> Part:
        value = None if over and outline.heavy else self.of(outline.expr)
        part = Part(outline, value if isinstance(value, bool) else None, ())
        part.text = outline.text.fill(self.of)
        if outline.subject is not None and not (over and outline.heavy_subject):
            actual = self.of(outline.subject)
            if type(actual) is tuple and isinstance(outline.subject, core.Term):
                actual = of_term(actual, self._facts.schema.terms.get(outline.subject.path))
            part.actual = actual
        return part
