"""The deals that differ from one in a single number or date: what is asked along that line.

Every other term has the value that a rule reads in the deal at hand, so that what has no
linear form counts only where the term that moves is in it. Rules that do not read the term
keep their outcomes and are not asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from policyengine import combining, core
from policyengine.analysis.limit import Limit
from policyengine.analysis.setting import Case
from policyengine.core import terms_read
from policyengine.decision import Level, Outcome, Verdict
from policyengine.facts import Facts
from policyengine.intake import Deal
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.decoder import amount_of
from policyengine.symbolic.encoder import Encoder
from policyengine.symbolic.mentions import Mentions
from policyengine.symbolic.rules import PolicyForm, RuleForm
from policyengine.symbolic.setting import Setting
from policyengine.symbolic.solver import Solver, Status
from policyengine.symbolic.space import Space
from policyengine.symbolic.values import AMOUNTS, Fixed, Number, Value
from policyengine.symbolic.verifier import Judge, Replay, document_of
from policyengine.symbolic.z import z3
from policyengine.values.record import replace

#: what each rule comes to
Outcomes = Mapping[str, Outcome]


class LineSpace(Space):
    """One term over numbers of any fineness, the others as a deal has them."""

    def __init__(self, setting: Setting, deal: Deal, moving: str) -> None:
        self.moving = moving
        self._facts = Facts(
            deal, setting.schema, setting.parameters, setting.as_of, setting.final, setting.assume
        )
        super().__init__(
            setting.schema, Mentions({}, {}, {}), document=deal.values, exact=True,
            assume=setting.assume,
        )  # fmt: skip

    def raw(self, path: str) -> Value:
        return super().raw(path) if path == self.moving else Fixed(self._facts.term(path))

    def term(self, path: str) -> Value:
        return super().term(path) if path == self.moving else self.raw(path)

    def stated(self, path: str) -> Bool:
        return super().stated(path) if path == self.moving else self._facts.is_stated(path)

    def not_applicable(self, path: str) -> Bool:
        if path == self.moving:
            return super().not_applicable(path)
        return path in self._facts.deal.not_applicable


class Line:
    """One number or date of a case, moving. `base` is the decision on the case's own deal,
    `reading` are the rules that read the term.

    `open` names what has no form here; nothing is proved then.
    """

    def __init__(
        self, case: Case, base: Replay, path: str, reading: Iterable[core.Rule], limit: Limit
    ) -> None:
        setting = case.setting
        reading = tuple(reading)
        self.case = case
        self.base = base
        self.path = path
        self.limit = limit
        self.space = LineSpace(setting, case.deal, path)
        value = self.space.raw(path)
        encoder = Encoder(
            setting.policy, self.space, setting.parameters, setting.as_of, final=setting.final
        )
        form = PolicyForm(encoder, waived=setting.waived)
        self.forms: tuple[RuleForm, ...] = ()
        if isinstance(value, Number):
            self.forms = tuple(form.rule(rule.id) for rule in reading)
            self.number = value
        self.open = tuple(
            f"`{text}`: {why}" for text, why in (*encoder.open.items(), *self.space.limits.items())
        )
        self._solver = Solver()
        self._solver.add([*self.space.constraints, self.space.stated(path)])
        self._judge = Judge(
            replace(setting.policy, rules=reading),
            setting.schema,
            setting.parameters,
            setting.as_of,
            final=setting.final,
            assume=setting.assume,
            waived=setting.waived,
        )

    @property
    def whole(self) -> bool:
        """Whether it moves in steps: days, whole numbers, multiples."""
        return bool(z3.is_int(self.number.expr))

    def ask(self, *wanted: Bool) -> Status:
        """Whether this holds of the term somewhere on the line."""
        return self.limit.ask(self._solver, *wanted)

    def plain(self, number: Fraction) -> Any:
        """A place on the line as the engine holds it; raises `NoDocumentError`."""
        return amount_of(self.number.kind, number * self.number.factor)

    def outcomes(self, plain: Any) -> Outcomes | None:
        """What the rules come to where the term has this value, as the reference decides; None
        where no document may say so."""
        document = document_of({self.path: plain}, base=self.case.deal.document)
        replay = self._judge.replay(document)
        return None if replay is None else {**self.base.outcomes, **replay.outcomes}

    def verdict(self, outcomes: Outcomes) -> Verdict:
        rules = self.case.policy.rules
        return combining.verdict((Level(rule.level), outcomes[rule.id]) for rule in rules)

    def are(self, outcomes: Outcomes) -> Bool:
        """That the rules which read the term come to this."""
        return bools.every(form.is_(outcomes[form.rule.id]) for form in self.forms)

    def turning(self) -> Iterator[Callable[[Fraction], Fraction | None]]:
        """What comparisons with the term compare, as functions of its place on the line: where
        one is zero, a rule may turn. None where it has no number there."""
        seen: set[int] = set()
        stack = [part for form in self.forms for part in form.outcomes.values()]
        while stack:
            node = stack.pop()
            if isinstance(node, bool) or node.get_id() in seen:
                continue
            seen.add(node.get_id())
            stack += node.children()
            if z3.is_bool(node) and node.num_args() == 2 and z3.is_arith(node.arg(0)):
                yield self._at(node.arg(0) - node.arg(1))

    def _at(self, expr: Any) -> Callable[[Fraction], Fraction | None]:
        variable = self.number.expr

        def found(number: Fraction) -> Fraction | None:
            value = z3.simplify(z3.substitute(expr, (variable, self._place(number))))
            if z3.is_int_value(value):
                return Fraction(value.as_long())
            if z3.is_rational_value(value):
                return Fraction(value.numerator_as_long(), value.denominator_as_long())
            return None

        return found

    def between(
        self, low: Fraction | None, high: Fraction | None, *, open_low: bool, open_high: bool
    ) -> Bool:
        """That the term lies between two places, each counting unless it is open."""
        expr = self.number.expr
        parts = []
        if low is not None:
            parts.append(expr > self._place(low) if open_low else expr >= self._place(low))
        if high is not None:
            parts.append(expr < self._place(high) if open_high else expr <= self._place(high))
        return bools.every(parts)

    def _place(self, number: Fraction) -> Any:
        if self.whole:
            return z3.IntVal(int(number))
        return z3.Q(number.numerator, number.denominator)


def moves(case: Case, path: str) -> bool:
    """Whether a term is a number, a date or a duration."""
    return case.policy.schema.terms[path].shape.type.kind in AMOUNTS


def readers(policy: core.Policy) -> Mapping[str, tuple[core.Rule, ...]]:
    """By term, the rules that read it."""
    found: dict[str, list[core.Rule]] = {}
    for rule in policy.rules:
        for path in reads(policy, rule):
            found.setdefault(path, []).append(rule)
    return {path: tuple(rules) for path, rules in found.items()}


def reads(policy: core.Policy, rule: core.Rule) -> frozenset[str]:
    """The terms that a rule reads, also through what it uses."""
    parts = (rule.applies, rule.unless, rule.requirement)
    return frozenset().union(*(terms_read(policy, e) for e in parts if e is not None))
