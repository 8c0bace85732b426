"""The verdict alone: a function that stops at the first rule that settles it.

Mandatory rules come first. What the rules of one level refuse of a single term is one test: the
limits of a number merged into intervals, the options of an enum or a list into one set. The
function takes rows without an unknown, and gives the verdict that the full function gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import Any

from policyengine import core
from policyengine.compiler.names import GapError
from policyengine.compiler.quick import Quick
from policyengine.compiler.tables import cuts_of, edges_of, key_of
from policyengine.core import Expr
from policyengine.decision import Outcome

_FEW = 3
_STAGES = (("mandatory", "REJECT"), ("negotiable", "CONDITIONAL"))


class VerdictOnly(Quick):
    """Emits the function that gives the verdict of a row without an unknown."""

    def statements_of_verdict(self) -> list[str] | None:
        """What gives the verdict once the columns are set; None where rules that may not apply,
        or that are unknown whatever the deal states, could leave it open."""
        if not self.always_applies:
            return None
        for name in self.policy.order:
            if name in self.used():
                if name not in self.policy.definitions:
                    return None
                self.define(name)
        for level, verdict in _STAGES:
            rules = [r for r in self.policy.rules if r.level == level and self.in_force(r)]
            try:
                tests = self.tests_of(rules)
            except GapError:
                return None
            for _, comments, test in sorted(tests, key=lambda found: found[0]):
                self.lines += [comments, f"if {test}: return {verdict}"]
        return [*self.lines, "return ACCEPT"]

    def tests_of(self, rules: list[core.Rule]) -> list[tuple[float, str, str]]:
        """For the rules of a level, tests one of which is true if one of the rules fails: the
        order to ask them in, a comment, and the expression."""
        alone: dict[str, list[core.Rule]] = {}
        refused: dict[str, list[core.Rule]] = {}
        tests = []
        for rule in rules:
            path, listed = self.reader.only(rule), self.refused(rule)
            if path is not None and self.reader.kind(path) is not None:
                alone.setdefault(path, []).append(rule)
            elif listed is not None:
                refused.setdefault(listed[0], []).append(rule)
            else:
                tests.append(self.test(rule))
        for path, group in alone.items():
            test = self.merged(path, group)
            if test is not None:
                tests.append((self.urgency(2, group), self.heading(path, group), test))
        for path, group in refused.items():
            options = {option for rule in group for option in (self.refused(rule) or ("", ()))[1]}
            name = self.term(path).text
            if len(options) <= _FEW:  # a call costs as much as three look-ups
                test = " or ".join(f"{self.constant(o)} in {name}" for o in sorted(options))
            else:
                test = f"{name} and not {self.constant(frozenset(options))}.isdisjoint({name})"
            tests.append((self.urgency(3, group), self.heading(path, group), test))
        return tests

    def test(self, rule: core.Rule) -> tuple[float, str, str]:
        """The test whether a rule fails, by its whole condition."""
        applies = self.truth(rule.applies, True)
        unless = self.truth(rule.unless, False)
        requirement = self.truth(rule.requirement, True)
        if applies.nullable or unless.nullable or requirement.nullable:
            raise GapError(rule.id)
        parts = [code.text for code in (applies,) if code.text != "True"]
        parts += [_denied(code.text) for code in (unless, requirement) if code.text != "False"]
        cost = applies.cost + unless.cost + requirement.cost
        return self.urgency(cost, [rule]), self.heading("", [rule]), " and ".join(parts) or "True"

    def urgency(self, cost: float, rules: Iterable[core.Rule]) -> float:
        """What a test costs for each deal that it settles."""
        if self.rates is None:
            return cost
        rates = self.rates
        return (cost + 1) / (sum(rates(rule.requirement, False) for rule in rules) + 0.01)

    def heading(self, path: str, rules: list[core.Rule]) -> str:
        self.title(path, [self.policy.rules.index(rule) for rule in rules])
        return self.lines.pop()

    # merged tests -----------------------------------------------------------------------------

    def merged(self, path: str, rules: list[core.Rule]) -> str | None:
        """The test whether a term has a value that one of the rules refuses."""
        kind, name = self.reader.kind(path), self.term(path).text
        if kind == "boolean":
            refused = [value for value in (True, False) if self.fails(rules, value, ())]
            texts = {(): None, (True,): name, (False,): f"not {name}"}
            return texts.get(tuple(refused), "True")
        if kind == "enum":
            options = self.schema.terms[path].shape.enum or ()
            bad = frozenset(option for option in options if self.fails(rules, option, ()))
            if len(bad) == 1:
                return f"{name} == {self.constant(next(iter(bad)))}"
            return f"{name} in {self.constant(bad)}" if bad else None
        read = [t for r in rules for e in (r.requirement, r.unless) for t in self.reader.tests(e)]
        cuts = cuts_of([test for test in read if test is not None])
        places = [self.fails(rules, place, cuts) for place in range(2 * len(cuts) + 1)]
        edges, kept = edges_of(cuts, places)
        return self.outside(name, edges, kept)

    def outside(self, name: str, edges: list[tuple[Any, bool]], kept: list[bool]) -> str | None:
        """The test whether a number lies in one of the intervals that are refused."""
        if not edges:
            return "True" if kept[0] else None
        if len(edges) == 1:
            cut, below = edges[0]
            words = ("<=", "<") if kept[0] else (">", ">=")
            return f"{name} {words[0] if below else words[1]} {cut!r}"
        if len(edges) == 2:
            (low, after), (high, upto) = edges
            inside = f"{low!r} {'<' if after else '<='} {name} {'<=' if upto else '<'} {high!r}"
            return f"not {inside}" if kept[0] else inside
        at = self.looked_up
        self.looked_up += 1
        keys = [key_of(edge) for edge in edges]
        self.tables |= {f"table{at}": tuple(kept), f"keys{at}": keys}
        return f"table{at}[bisect(keys{at}, {name})]"

    def fails(self, rules: list[core.Rule], cell: Any, cuts: tuple[Any, ...]) -> bool:
        outcomes = (self.reader.outcome(rule, cell, cuts, final=self.final) for rule in rules)
        return Outcome.FAIL in outcomes

    def refused(self, rule: core.Rule) -> tuple[str, tuple[str, ...]] | None:
        """The list and the options of which it may hold none, where that is all of a rule."""
        requirement = _bare(rule.requirement)
        if rule.applies is not None or rule.unless is not None:
            return None
        if not isinstance(requirement, core.Not):
            return None
        alternatives = [_bare(part) for part in _alternatives(_bare(requirement.of))]
        paths, options = set(), []
        for part in alternatives:
            match part:
                case core.Member(value=core.Const(value=str() as option), options=core.Term() as t):
                    paths.add(t.path)
                    options.append(option)
                    if not self.items_known(t) or not self.is_enum_list(t.path):
                        return None
                case _:
                    return None
        return (paths.pop(), tuple(options)) if len(paths) == 1 else None

    def is_enum_list(self, path: str) -> bool:
        item = self.schema.terms[path].shape.item
        return item is not None and item.type.kind == "string"


def _denied(text: str) -> str:
    """The negation of a condition, without two of them in a row."""
    inner = text.removeprefix("(not ").removesuffix(")")
    depths = list(accumulate((char == "(") - (char == ")") for char in inner))
    if len(inner) == len(text) - 6 and min(depths) >= 0 and depths[-1] == 0:
        return inner
    return f"not {text}"


def _bare(expr: Expr) -> Expr:
    while isinstance(expr, core.Leaf):
        expr = expr.of
    return expr


def _alternatives(expr: Expr) -> tuple[Expr, ...]:
    return expr.parts if isinstance(expr, core.Or) else (expr,)
