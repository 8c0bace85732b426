"""One evaluated policy explained: conditions as trees, sentences filled, terms as used."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine import core
from policyengine import decision as d
from policyengine.core import Expr
from policyengine.explain.missing import group, some
from policyengine.explain.parts import Part
from policyengine.explain.words import NOT_STATED, data, place, words
from policyengine.facts import Facts
from policyengine.interpreter import Interpreter
from policyengine.values.logic import at_least, conjunction, disjunction, negation


class Explainer:
    """Explains one evaluated policy."""

    def __init__(self, policy: core.Policy, facts: Facts, steps: int) -> None:
        self.policy = policy
        self.facts = facts
        # its own budget: explaining evaluates again what was within the decision's
        self.interpreter = Interpreter(policy, facts, decision_steps=steps)

    # conditions ----------------------------------------------------------------------------

    def tree(self, expr: Expr) -> Part:
        match expr:
            case core.And(parts=parts):
                below = [self.tree(part) for part in parts]
                value = conjunction([part.value for part in below])
                return Part("all", value, expr.span, below)
            case core.Or(parts=parts):
                below = [self.tree(part) for part in parts]
                return Part("any", disjunction([p.value for p in below]), expr.span, below)
            case core.AtLeast(count=count, parts=parts):
                below = [self.tree(part) for part in parts]
                value = at_least(count, [part.value for part in below])
                return Part("some_of", value, expr.span, below, count)
            case core.Not(of=of):
                inner = self.tree(of)
                return Part("not", negation(inner.value), expr.span, [inner])
        return self.leaf(expr)

    def leaf(self, expr: Expr) -> Part:
        value, _ = self.interpreter.guarded(expr)
        text, subject = " ".join(expr.span.text.split()), None
        inner = expr
        if isinstance(expr, core.Leaf):
            text, subject, inner = self.leaf_text(expr.text), expr.subject, expr.of
        actual = self.interpreter.guarded(subject)[0] if subject is not None else None
        return Part(
            "leaf",
            value if isinstance(value, bool) else None,
            expr.span,
            [],
            text=text,
            reads=self.reads(inner, subject),
            asks=frozenset(n.path for n in core.walk(inner) if isinstance(n, core.Stated)),
            fields=tuple(
                dict.fromkeys(n.name for n in core.walk(inner) if isinstance(n, core.Field))
            ),
            actual=actual,
        )

    def reads(self, expr: Expr, subject: Expr | None) -> tuple[str, ...]:
        """The terms a leaf reads: what it tests first, then as they are written, then what
        definitions read."""
        direct = [subject] if subject is not None else []
        found = [
            node.path
            for part in (*direct, expr)
            for node in core.walk(part)
            if isinstance(node, core.Term | core.Stated)
        ]
        return tuple(dict.fromkeys([*found, *sorted(core.terms_read(self.policy, expr))]))

    def leaf_text(self, parts: Iterable[str | Expr]) -> str:
        out = []
        for part in parts:
            if isinstance(part, str):
                out.append(part)
                continue
            value = self.interpreter.guarded(part)[0]
            shown = (
                f"[{words(value) if value else ''}]" if isinstance(value, tuple) else words(value)
            )
            if value is None:
                named = [n.path for n in core.walk(part) if isinstance(n, core.Term)]
                shown = f"{', '.join(named)} {NOT_STATED}" if named else NOT_STATED
            out.append(shown)
        return "".join(out)

    def template(self, template: core.Template | None) -> str | None:
        if template is None:
            return None
        parts = (
            part if isinstance(part, str) else words(self.interpreter.guarded(part)[0])
            for part in template.parts
        )
        return "".join(parts).strip()

    # what is missing -----------------------------------------------------------------------

    def missing(self, part: Part, goal: bool) -> d.Missing | None:
        """What to state so that an unknown condition can become `goal`."""
        if part.value is not None:
            return None
        if part.kind == "leaf":
            open_ = [p for p in part.reads if self.is_missing(p, asked=p in part.asks)]
            open_ += [] if open_ else self.missing_inside(part)
            return group("all", [d.Missing("leaf", path) for path in open_])
        if part.kind == "not":
            return self.missing(part.parts[0], not goal)
        below = [m for p in part.parts if (m := self.missing(p, goal)) is not None]
        if part.kind == "some_of":
            assert part.count is not None
            true = sum(1 for p in part.parts if p.value is True)
            needed = part.count - true if goal else true + len(below) - part.count + 1
            return some(max(1, min(needed, len(below))), below)
        needs_all = (part.kind == "all") is goal
        return group("all" if needs_all else "any", below)

    def missing_inside(self, part: Part) -> list[str]:
        """Fields that elements of stated lists lack, of those the leaf reads: `lines[2].ok`."""
        found = []
        for path in part.reads:
            value = self.facts.term(path)
            for number, item in enumerate(value if isinstance(value, tuple) else (), 1):
                if item is None:
                    found.append(f"{path}[{number}]")
                elif isinstance(item, dict):
                    lacking = (name for name in part.fields if name in item)
                    found += [f"{path}[{number}].{n}" for n in lacking if item[n] is None]
        return found

    def is_missing(self, path: str, *, asked: bool) -> bool:
        """Whether stating a term could help; a default does not answer whether it is stated."""
        if self.facts.is_stated(path):
            return False
        return asked or not self.facts.is_assumed(path)

    # terms ---------------------------------------------------------------------------------

    def term_use(self, path: str) -> d.TermUse:
        spec = self.facts.schema.terms.get(path)
        span = self.facts.deal.span(path) if self.facts.is_stated(path) else None
        evidence = self.facts.deal.evidence.get(path)
        return d.TermUse(
            path,
            data(self.facts.term(path)),
            self.facts.is_stated(path),
            self.facts.is_assumed(path),
            spec.label if spec else None,
            spec.unit if spec else None,
            place(span) if span is not None else None,
            dict(evidence) if evidence is not None else None,
        )

    def rests_on(self, part: Part) -> frozenset[str]:
        """The assumed terms a value rests on; the fewest where any of several would do."""
        if part.kind == "leaf":
            read = (path for path in part.reads if path not in part.asks)
            return frozenset(path for path in read if self.facts.is_assumed(path))
        sets = [self.rests_on(below) for below in part.deciding()]
        if not sets:
            return frozenset()
        one_settles = (part.kind == "all" and part.value is False) or (
            part.kind == "any" and part.value is True
        )
        if one_settles:
            return min(sets, key=len)
        if part.kind == "some_of" and part.value is True and part.count is not None:
            sets = sorted(sets, key=len)[: part.count]
        return frozenset().union(*sets)
