"""Typing rules of function calls: which signature takes the arguments, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policyengine import core
from policyengine.checker.literals import Literals
from policyengine.checker.wording import named
from policyengine.core import Const, Expr
from policyengine.feel.builtins import BUILTINS, Builtin, Signature
from policyengine.operators.regex import pattern_problem, replacement_problem
from policyengine.source import Span, quoted
from policyengine.types import ANY, NULL, STRING, Type, fits, join, list_of

#: functions whose second argument is a regular expression, and whose last may be its flags
_PATTERN_SECOND = frozenset({"matches", "replace", "split"})

#: functions that give a list of what they are given, and those that give one of it
_SAME_LIST = frozenset(
    {
        "append",
        "concatenate",
        "distinct values",
        "insert before",
        "remove",
        "reverse",
        "sublist",
        "union",
        "list replace",
        "mode",
    }
)

_SAME_ITEM = frozenset({"min", "max", "sum", "mean", "median", "stddev", "abs", "round half up"})

_SAME_ITEM_ROUND = frozenset(
    {"floor", "ceiling", "round up", "round down", "round half down", "decimal", "modulo"}
)


#: what other languages call a function
_ELSEWHERE = {
    "maximum": "max", "minimum": "min", "average": "mean", "avg": "mean", "total": "sum",
    "len": "count", "length": "count", "size": "count", "ceil": "ceiling", "upper": "upper case",
    "lower": "lower case",
}  # fmt: skip


class Calls(Literals):
    """One call of a built-in function."""

    def call(
        self, name: str, args: Sequence[Expr], named_args: Mapping[str, Expr], span: Span
    ) -> Expr:
        builtin = BUILTINS.get(name)
        if builtin is None:
            self.error(
                "unknown-function",
                f"there is no function {quoted(name)}",
                span.source.span(span.start, min(span.end, span.start + len(name))),
                f"did you mean `{_ELSEWHERE[name]}`?"
                if name in _ELSEWHERE
                else self.diagnostics.suggest(name, BUILTINS),
            )
            return self.broken(span)
        return self.call_builtin(builtin, args, named_args, span)

    def call_builtin(
        self, builtin: Builtin, args: Sequence[Expr], named_args: Mapping[str, Expr], span: Span
    ) -> Expr:
        """The typed call of a function: a signature that takes these arguments is chosen."""
        nothing = Const(None, NULL, span)
        candidates: list[tuple[Signature, list[Expr]]] = []
        for signature in builtin.signatures:
            if named_args:
                arranged = signature.arranged(named_args, nothing)
                if arranged is not None:
                    candidates.append((signature, arranged))
            elif signature.takes(len(args)):
                candidates.append((signature, list(args)))
        if not candidates:
            self._wrong_arguments(builtin, args, named_args, span)
            return self.broken(span)
        for signature, arranged in candidates:
            if all(_takes(signature, i, arg.type) for i, arg in enumerate(arranged)):
                type_ = _refined(builtin.name, signature, [arg.type for arg in arranged])
                return self._called(builtin, arranged, type_, span)
        signature, arranged = candidates[0]
        at = next(i for i, a in enumerate(arranged) if not _takes(signature, i, a.type))
        wanted = " or ".join(named(type_) for type_ in signature.parameter(at).types)
        self.error(
            "type-mismatch",
            f"argument {at + 1} of {quoted(builtin.name)} must be {wanted}; "
            f"this is {named(arranged[at].type)}",
            arranged[at].span,
            f"the function is `{signature.text}`",
            self.declared(arranged[at]),
        )
        return self.broken(span)

    def _called(self, builtin: Builtin, args: list[Expr], type_: Type, span: Span) -> Expr:
        if builtin.name in _PATTERN_SECOND and not self.pattern(builtin.name, *args[1:]):
            return self.broken(span)
        values = [arg.value for arg in args if isinstance(arg, Const) and arg.value is not None]
        if args and len(values) == len(args) and all(arg.type.kind != "any" for arg in args):
            return self.fold(lambda: builtin.apply(values), span)
        return core.Call(builtin.name, tuple(args), type_, span)

    def pattern(self, name: str, pattern: Expr, *rest: Expr) -> bool:
        """Whether a pattern, and what replaces it, can be used where they are constants; flags
        stand last, if at all."""
        replacement = rest[0] if name == "replace" else None
        given = rest if replacement is None else rest[1:]
        flags = given[0] if given else Const("", STRING, pattern.span)
        if not isinstance(flags, Const) or not isinstance(flags.value, str | None):
            return True
        how = flags.value or ""
        if isinstance(pattern, Const) and isinstance(pattern.value, str):
            problem = pattern_problem(pattern.value, how, divides=name != "matches")
            if problem is not None:
                message = f"the pattern {quoted(pattern.value)} is refused: {problem}"
                self.error("bad-pattern", message, pattern.span)
                return False
        if isinstance(replacement, Const) and isinstance(replacement.value, str):
            problem = replacement_problem(replacement.value, how)
            if problem is not None:
                self.error("constant-error", f"this always fails: {problem}", replacement.span)
                return False
        return True

    def _wrong_arguments(
        self, builtin: Builtin, args: Sequence[Expr], named_args: Mapping[str, Expr], span: Span
    ) -> None:
        known = {p.name for signature in builtin.signatures for p in signature.parameters}
        unknown = [name for name in named_args if name not in known]
        signatures = ", or ".join(f"`{signature.text}`" for signature in builtin.signatures)
        if unknown:
            self.error(
                "bad-arguments",
                f"{quoted(builtin.name)} has no parameter {quoted(unknown[0])}",
                span,
                self.diagnostics.suggest(unknown[0], known) or f"the function is {signatures}",
            )
            return
        count = len(args) + len(named_args)
        self.error(
            "bad-arguments",
            f"{quoted(builtin.name)} does not take {count} argument{'' if count == 1 else 's'}",
            span,
            f"the function is {signatures}",
        )


def _takes(signature: Signature, position: int, given: Type) -> bool:
    return any(fits(given, wanted) for wanted in signature.parameter(position).types)


def _refined(name: str, signature: Signature, args: list[Type]) -> Type:
    """A function's result type, carrying over the element type or unit of its arguments."""
    first = args[0] if args else signature.result
    if name in _SAME_LIST and first.kind == "list":
        items = [a.item if a.kind == "list" and a.item else a for a in args]
        if name in ("append", "concatenate", "union"):
            return list_of(join(items))
        if name in ("insert before", "list replace"):
            return list_of(join([items[0], items[-1]]))
        return list_of(first.item or ANY)
    if name in _SAME_ITEM | _SAME_ITEM_ROUND:
        item = first.item if first.kind == "list" and first.item else join(args)
        if item.kind == "number":
            return Type("number", unit=item.unit)
        if signature.result.kind == "any":
            return item
    return signature.result
