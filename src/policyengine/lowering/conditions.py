"""Conditions as YAML to the core: tests keyed by term, combinators, expressions."""

from __future__ import annotations

from decimal import Decimal

from policyengine import core, nodes
from policyengine.core import Expr
from policyengine.lowering.expressions import lower_text
from policyengine.lowering.operators import OPERATORS
from policyengine.lowering.operators.registry import Test
from policyengine.lowering.scope import Scope
from policyengine.nodes import Node, Scalar
from policyengine.source import Span, quoted
from policyengine.types import BOOLEAN

COMBINATORS = ("all", "any", "not", "some_of")
#: what other notations call an operator
_SIGNS = {
    "=": "equals",
    "==": "equals",
    "eq": "equals",
    "!=": "is_not",
    "ne": "is_not",
    "<": "less_than",
    "lt": "less_than",
    "<=": "at_most",
    "lte": "at_most",
    "max": "at_most",
    ">": "more_than",
    "gt": "more_than",
    ">=": "at_least",
    "gte": "at_least",
    "min": "at_least",
    "in": "one_of",
    "not_in": "none_of",
    "exists": "stated",
    "regex": "matches",
    "is": "equals",
    "not": "is_not",
}
#: what other notations call a combinator
_WORDS = {
    "and": "all",
    "all_of": "all",
    "allOf": "all",
    "or": "any",
    "any_of": "any",
    "anyOf": "any",
}


def lower_condition(node: Node, scope: Scope, *, negated: bool = False) -> Expr:
    """The core of a condition; `negated` where it stands under `forbid` or `not`."""
    return Conditions(scope).lower(node, negated)


class Conditions:
    """Lowers conditions in one scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.checker = scope.checker

    def error(self, code: str, message: str, span: Span, hint: str | None = None) -> Expr:
        self.scope.diagnostics.error(code, message, span, hint)
        return self.checker.broken(span)

    def lower(self, node: Node, negated: bool) -> Expr:
        if isinstance(node, Scalar):
            if isinstance(node.value, str):
                return lower_text(node.value, node, self.scope, condition=True)
            found = f"{quoted(node.span.text)} is not a condition" if node.span.text else None
            return self.error(
                "not-a-condition",
                found or "a condition is missing here",
                node.span,
                "write tests (`term: {operator: value}`), `all:`, `any:`, `not:`, `some_of:` "
                "or an expression",
            )
        if isinstance(node, nodes.Sequence):
            return self.error(
                "not-a-condition",
                "a list is not a condition",
                node.span,
                "put `all:` before it if all must hold, `any:` if one is enough",
            )
        if not node.entries:
            return self.error("empty-condition", "the condition has no test", node.span)
        combinators = [key for key, _ in node.entries if key.value in COMBINATORS]
        if not combinators:
            return self.tests(node, negated)
        if len(node.entries) > 1:
            other = next(key for key, _ in node.entries if key is not combinators[0])
            return self.error(
                "mixed-condition",
                f"{quoted(combinators[0].value)} stands alone in its mapping; found "
                f"{quoted(other.value)} beside it",
                other.span,
                "join them in one `all:`",
            )
        key, value = node.entries[0]
        return self.combinator(str(key.value), key, value, negated)

    # combinators -------------------------------------------------------------------------------

    def combinator(self, name: str, key: Scalar, value: Node, negated: bool) -> Expr:
        if name == "not":
            return self.checker.negation(self.lower(value, True), key.span)
        if name == "some_of":
            return self.some_of(key, value, negated)
        parts = self.parts(name, key, value, negated)
        if parts is None:
            return self.checker.broken(key.span)
        if name == "all":
            return core.And(parts, BOOLEAN, key.span)
        return core.Or(parts, BOOLEAN, key.span)

    def parts(self, name: str, key: Scalar, value: Node, negated: bool) -> tuple[Expr, ...] | None:
        if not isinstance(value, nodes.Sequence):
            self.error("bad-shape", f"`{name}:` takes a list of conditions", value.span)
            return None
        if not len(value):
            always = "always holds" if name == "all" else "never holds"
            self.error("empty-condition", f"`{name}:` of nothing {always}", key.span)
            return None
        return tuple(self.lower(part, negated) for part in value)

    def some_of(self, key: Scalar, value: Node, negated: bool) -> Expr:
        shape = "`some_of:` has `at_least`, a number, and `of`, a list of conditions"
        if not isinstance(value, nodes.Mapping):
            return self.error("bad-shape", shape, value.span)
        for name, _ in value.entries:
            if name.value not in ("at_least", "of"):
                return self.error(
                    "unknown-key",
                    f"{quoted(name.value)} is not a key of `some_of`",
                    name.span,
                    self.scope.diagnostics.suggest(str(name.value), ("at_least", "of")),
                )
        count, of = value.get("at_least"), value.get("of")
        if count is None or of is None:
            return self.error("missing-key", shape, key.span)
        parts = self.parts("of", key, of, negated)
        number = count.value if isinstance(count, Scalar) else None
        if not isinstance(number, Decimal) or number != number.to_integral_value() or number < 1:
            return self.error("bad-value", "`at_least` is a whole number from 1", count.span)
        if parts is None:
            return self.checker.broken(key.span)
        if number > len(parts):
            return self.error(
                "never-true",
                f"never holds: `at_least` asks for {number} of {len(parts)} conditions",
                count.span,
            )
        return core.AtLeast(int(number), parts, BOOLEAN, key.span)

    # tests -------------------------------------------------------------------------------------

    def tests(self, node: nodes.Mapping, negated: bool) -> Expr:
        if negated and len(node.entries) > 1:
            return self.error(
                "ambiguous-negation",
                "several tests under `forbid` or `not` can be read in two ways",
                node.entries[1][0].span,
                "write `all:` to rule out only the combination, `any:` to rule out each of them",
            )
        parts = []
        for key, value in node.entries:
            parts += self.test(key, value, negated)
        return parts[0] if len(parts) == 1 else core.And(tuple(parts), BOOLEAN, node.span)

    def test(self, key: Scalar, value: Node, negated: bool) -> list[Expr]:
        """The leaves of one entry, `term: test`."""
        path = str(key.value)
        inner = value.keys()[0] if isinstance(value, nodes.Mapping) and value.entries else ""
        if f"{path}.{inner}" in self.scope.schema.terms and not self.scope.frames:
            message = f"{quoted(path)} is a group of terms, not a term"
            hint = f"write the term with its path, `{path}.{inner}`"
            return [self.error("group-not-term", message, key.span, hint)]
        before = self.scope.diagnostics.error_count
        subject = self.subject(key, path)
        if self.scope.diagnostics.error_count > before and self.names_no_term(path):
            return [subject]
        return self.on_subject(subject, path, key, value, negated)

    def names_no_term(self, path: str) -> bool:
        """Whether a path is an operator, a group or a combinator misspelled, so that nothing
        below it is a test."""
        return (
            path in OPERATORS
            or self.scope.schema.group(path) is not None
            or self.near_combinator(path) is not None
        )

    def near_combinator(self, path: str) -> str | None:
        """The suggestion for a key that no term is as close to as a combinator is."""
        if "." in path or self.scope.is_known(path):
            return None
        if path in _WORDS:
            return f"write `{_WORDS[path]}:`"
        if not self.scope.diagnostics.suggests:
            return None
        known = self.scope.known_names((path,))
        hint = self.scope.diagnostics.suggest(path, [*known, *COMBINATORS])
        return hint if hint in [f"did you mean `{name}`?" for name in COMBINATORS] else None

    def subject(self, key: Scalar, path: str) -> Expr:
        names = tuple(path.split("."))
        starts = [0]
        for name in names[:-1]:
            starts.append(starts[-1] + len(name) + 1)
        spans = tuple(
            key.at(start if number == 0 else 0, start + len(name))
            for number, (start, name) in enumerate(zip(starts, names, strict=True))
        )
        if not all(names):
            hint = self.scope.diagnostics.suggest(path, self.scope.known_names(names))
            return self.error("unknown-term", f"there is no term {quoted(path)}", key.span, hint)
        near = self.near_combinator(path) if path not in OPERATORS else None
        if near is not None:
            return self.error("unknown-term", f"there is no term {quoted(path)}", key.span, near)
        if path in OPERATORS and not self.scope.is_known(path):
            return self.error(
                "misplaced-operator",
                f"{quoted(path)} is an operator; it stands below a term",
                key.span,
                "for none of several conditions, write `not: {any: […]}`"
                if path == "none"
                else f"write `some.term: {{{path}: …}}`",
            )
        return self.scope.path(names, spans)

    def on_subject(
        self, subject: Expr, path: str, key: Scalar, value: Node, negated: bool
    ) -> list[Expr]:
        """The leaves of a test on something: a value, a list of values, or operators."""
        if isinstance(value, Scalar):
            return [self.apply("equals", subject, path, key, value, negated)]
        if isinstance(value, nodes.Sequence):
            if subject.type.kind == "list":
                return [
                    self.error(
                        "list-shorthand",
                        f"{quoted(path)} is a list, so a list beside it can mean several things",
                        value.span,
                        "say which: `contains_any`, `contains_only` or `equals`",
                    )
                ]
            return [self.apply("one_of", subject, path, key, value, negated)]
        if not value.entries:
            return [
                self.error(
                    "empty-condition",
                    "the test has no operator",
                    value.span,
                    "write `{operator: value}`, or `{stated: true}` where any value will do",
                )
            ]
        if len(value.entries) == 1 and value.entries[0][0].value in ("parameter", "term"):
            return [self.apply("equals", subject, path, key, value, negated)]
        leaves = []
        for name, operand in value.entries:
            if name.value not in OPERATORS:
                written = str(name.value)
                hint = self.scope.diagnostics.suggest(written, OPERATORS)
                if written in _SIGNS:
                    hint = f"write `{_SIGNS[written]}`"
                elif subject.type.item is not None and subject.type.item.field(written):
                    hint = f"say of which elements: `every`, `some` or `none`, then `{written}`"
                leaves.append(
                    self.error(
                        "unknown-operator",
                        f"there is no operator {quoted(name.value)}",
                        name.span,
                        hint,
                    )
                )
                continue
            leaves.append(self.apply(str(name.value), subject, path, name, operand, negated))
        return leaves

    def apply(
        self, name: str, subject: Expr, path: str, key: Scalar, operand: Node, negated: bool
    ) -> Expr:
        if isinstance(operand, Scalar) and operand.value is None:
            return self.error(
                "null-operand",
                "a test against null says nothing",
                operand.span if operand.span.text else key.span,
                "to ask whether a term is stated, write `stated: true` or `stated: false`",
            )
        if name == "equals" and _looks_like_expression(operand):
            message = f"{quoted(nodes.plain(operand))} is a text here, never an expression"
            hint = "write an operator, or an expression in place of the whole condition"
            code = "looks-like-expression"
            if subject.type.kind not in ("string", "any"):
                return self.error(code, message, operand.span, hint)
            self.scope.diagnostics.warning(code, message, operand.span, hint)
        span = key.span.source.span(key.span.start, max(operand.span.end, key.span.end))
        operator = OPERATORS[name]
        before = self.scope.diagnostics.error_count
        test = Test(self, subject, path, operand, span, negated)
        made = operator.lower(test)
        if made is None or self.scope.diagnostics.error_count > before:
            made = self.checker.broken(span)
        text = test.text or (path, f" {name} ", *test.shown)
        return core.Leaf(made, text, subject, BOOLEAN, span)


def _looks_like_expression(node: Node) -> bool:
    """Whether a text beside a term looks like a comparison, which it is not."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return False
    return node.value.lstrip().startswith(("<", ">", "=", "!=", "not(", "?"))
