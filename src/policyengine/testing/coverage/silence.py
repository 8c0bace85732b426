"""What of a policy can be unknown, and which rules may not apply: shown, never guessed.

Each question is answered with the reason why something cannot be, or None where nothing
shows that it cannot. Defaults count as they do without `assume: false`, under which any
term can be unknown.
"""

from __future__ import annotations

from policyengine import core
from policyengine.core import Expr
from policyengine.operators.unknown import has_unknown
from policyengine.schema import Shape, TermsSchema

#: functions that give a value for all values of their types; of the others some give null
_TOTAL = frozenset(
    {
        "abs",
        "append",
        "ceiling",
        "concatenate",
        "contains",
        "count",
        "day of week",
        "distinct values",
        "ends with",
        "flatten",
        "floor",
        "list contains",
        "lower case",
        "month of year",
        "not",
        "reverse",
        "starts with",
        "string length",
        "union",
        "upper case",
    }
)
_NO_SILENCE = "every term it reads has a default or must be stated"


class Silence:
    """Answers for one policy and its schema."""

    def __init__(self, policy: core.Policy, schema: TermsSchema) -> None:
        self.policy = policy
        self.schema = schema

    def always_applies(self, rule: core.Rule) -> str | None:
        """Why a rule cannot be not applicable."""
        if rule.applies is not None:
            return None
        if rule.effective_from is not None or rule.effective_until is not None:
            return None
        read = core.terms_read(self.policy, rule.requirement)
        if read and all(self._may_not_apply(path) for path in read):
            return None
        return (
            "it has no `applies`, no `effective`, and reads a term that may not be listed as "
            "not applicable"
            if read
            else "it has no `applies` and no `effective`"
        )

    def never_unknown(self, rule: core.Rule) -> str | None:
        """Why a rule cannot be unknown, faults while evaluating apart."""
        conditions = (rule.applies, rule.unless, rule.requirement)
        if any(e is not None and self.always_known(e, rule) is None for e in conditions):
            return None
        return _NO_SILENCE

    def always_known(self, expr: Expr, rule: core.Rule | None) -> str | None:
        """Why a condition cannot be unknown, faults while evaluating apart."""
        if any(isinstance(node, core.Stated) for node in self._nodes(expr)):
            return None
        read = core.terms_read(self.policy, expr)
        if any(self._may_be_silent(path) for path in read):
            return None
        if any(
            _hollow(self.schema.terms[path].shape) for path in read if path in self.schema.terms
        ):
            return None
        if not all(map(_is_total, self._nodes(expr))):
            return None
        listable = {path for path in read if self._may_not_apply(path)}
        if listable:
            # a rule all of whose terms are listed does not apply, and asks nothing
            whole = core.terms_read(self.policy, rule.requirement) if rule is not None else None
            if whole is None or not whole <= listable:
                return None
        return _NO_SILENCE

    def _may_be_silent(self, path: str) -> bool:
        spec = self.schema.terms.get(path)
        if spec is None or spec.has_default:
            return False
        return not self._must_be_stated(path)

    def _must_be_stated(self, path: str) -> bool:
        names = path.split(".")
        for depth, name in enumerate(names):
            above = ".".join(names[:depth])
            group = self.schema.root if not above else self.schema.group(above)
            if group is None or name not in group.required:
                return False
        return not self.schema.terms[path].shape.nullable

    def _may_not_apply(self, path: str) -> bool:
        spec = self.schema.terms.get(path)
        return spec is not None and spec.may_not_apply

    def _nodes(self, expr: Expr) -> list[Expr]:
        """Every node of an expression, those of the definitions and scores it uses included."""
        found: list[Expr] = []
        seen: set[str] = set()
        stack = [expr]
        while stack:
            for node in core.walk(stack.pop()):
                found.append(node)
                if isinstance(node, core.Derived) and node.name not in seen:
                    seen.add(node.name)
                    stack.append(self.policy.definitions[node.name].value)
                elif isinstance(node, core.ScoreOf) and f"score.{node.id}" not in seen:
                    seen.add(f"score.{node.id}")
                    stack += [item.when for item in self.policy.scorecards[node.id].items]
        return found


def _is_total(node: Expr) -> bool:
    """Whether an operation on values gives a value, unless it is an error."""
    match node:
        case core.Call(name=name):
            return name in _TOTAL
        case core.Index() | core.Field():
            return False
        case core.Const(value=value):
            return not has_unknown(value)
    return True


def _hollow(shape: Shape) -> bool:
    """Whether a value may have a hole in it: a null element, a field that is left out."""
    if shape.item is not None and (shape.item.nullable or _hollow(shape.item)):
        return True
    return any(
        not required or inner.nullable or _hollow(inner) for _, inner, required in shape.fields
    )
