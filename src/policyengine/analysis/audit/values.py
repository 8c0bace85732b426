"""Parameters whose value makes no difference, and scores that never reach what they are held
against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from policyengine import core
from policyengine.analysis.audit.findings import Finding, Shown
from policyengine.analysis.audit.inquiry import Inquiry, conditions
from policyengine.analysis.audit.notes import Notes
from policyengine.analysis.audit.parts import differs
from policyengine.core import Expr, ParameterValue
from policyengine.feel.valuetext import to_text
from policyengine.schema import Shape
from policyengine.source import quoted
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.encoder import Encoder
from policyengine.symbolic.mentions import mentions
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.rules import PolicyForm
from policyengine.symbolic.solver import Status
from policyengine.symbolic.values import (
    DATE,
    NUMBER,
    UNKNOWN,
    Fixed,
    Listing,
    Number,
    Slot,
    Text,
    Truth,
    Value,
    amount,
    lifted,
)
from policyengine.symbolic.verifier import Replay
from policyengine.symbolic.z import z3
from policyengine.values.record import replace

_LISTS = "`{name}`: its texts, those it is held against and two others, each once or not at all"
#: steps towards the end of a score's range
_STEPS = 200


class ParameterAudit:
    def __init__(self, inquiry: Inquiry, notes: Notes) -> None:
        self.inquiry = inquiry
        self.notes = notes

    def look(self, parameter: ParameterValue) -> None:
        """Whether another value of a parameter would change an outcome, a score or an interest
        of some deal. What is shown in sentences alone is not looked at."""
        policy, name = self.inquiry.policy.core, parameter.name
        value = self.inquiry.setting.parameters.get(name)
        rules = [r.id for r in policy.rules
                 if self.inquiry.in_force(r) and reads(policy, conditions(r), name)]  # fmt: skip
        cards = [c for c in policy.scorecards.values() if reads(policy, card_exprs(c), name)]
        interests = [i for i in policy.interests if reads(policy, [i.served], name)]
        if value is None or not (rules or cards or interests):
            return
        exprs = [e for c in cards for e in card_exprs(c)] + [i.served for i in interests]
        every = [*exprs, *(e for r in rules for e in conditions(self.inquiry.by_id[r]))]
        texts = self._texts(every) if isinstance(value, tuple) else ()
        if _free(value, "", texts, exact=False) is None:
            return  # a context, a list of numbers: what other values there are is not clear
        left: dict[str, str] = {}

        def query(problem: Problem) -> list[Bool]:
            free, bounds = _free(value, name, texts, exact=problem.space.exact) or (UNKNOWN, [])
            setting = problem.setting
            other = Encoder(
                setting.policy,
                problem.space,
                {**setting.parameters, name: free},
                setting.as_of,
                final=setting.final,
            )
            form = PolicyForm(other, waived=setting.waived)
            changes = [differs(problem.form.rule(rule), form.rule(rule)) for rule in rules]
            changes += [_unlike(problem.encoder, other, f"score.{card.id}") for card in cards]
            for interest in interests:
                one, _ = problem.encoder.truth_of(interest.served)
                two, _ = other.truth_of(interest.served)
                changes += [bools.no(bools.same(one.true, two.true)),
                            bools.no(bools.same(one.false, two.false))]  # fmt: skip
            left.update(other.open)
            return [*bounds, bools.some(changes)]

        answer = self.inquiry.ask(query, rules=rules, exprs=exprs, unseen=True)
        if answer.possible:
            return
        if answer.ground is None or left:
            why = answer.why or f"left open: {next(iter(left.values()))}"
            self.notes.left_open("idle-parameter", name, why)
            return
        ground = answer.ground
        if isinstance(value, tuple):
            ground = replace(ground, cover=(*ground.cover, _LISTS.format(name=name)))
        self.notes.found(
            Finding(
                "idle-parameter",
                f"whatever the value of {quoted(name)}, every deal comes out the same",
                parameter.span,
                tuple(rules),
                ground,
                hint="remove it, or look at the conditions that read it",
            )
        )

    def _texts(self, exprs: list[Expr]) -> tuple[str, ...]:
        """Texts that a list may hold to any effect: what conditions name, and options of the
        terms that they read."""
        setting = self.inquiry.setting
        policy, schema = setting.policy, setting.schema
        said = mentions(policy, setting.parameters).texts
        paths = sorted(set[str]().union(*(core.terms_read(policy, expr) for expr in exprs)))
        found = dict.fromkeys(text for path in paths for text in said.get(path, ()))
        for path in paths:
            for shape in _within(schema.terms[path].shape):
                found.update(dict.fromkeys(each for each in shape.enum or ()
                                           if isinstance(each, str)))  # fmt: skip
        return tuple(found)


def _within(shape: Shape) -> Iterator[Shape]:
    """A shape and those of what is inside."""
    yield shape
    if shape.item is not None:
        yield from _within(shape.item)
    for _, inner, _ in shape.fields:
        yield from _within(inner)


def reads(policy: core.Policy, exprs: list[Expr], parameter: str) -> bool:
    """Whether some expression reads a parameter, also through what it uses."""
    used = core.derived_used(policy, exprs)
    every = list(exprs)
    for name in sorted(used):
        if name in policy.definitions:
            every.append(policy.definitions[name].value)
        else:
            every += card_exprs(policy.scorecards[name.removeprefix("score.")])
    return any(
        isinstance(node, core.Parameter) and node.name == parameter
        for expr in every
        for node in core.walk(expr)
    )


def card_exprs(card: core.Scorecard) -> list[Expr]:
    return [expr for item in card.items for expr in (item.when, item.points)]


def _free(
    value: Any, name: str, texts: Sequence[str], *, exact: bool
) -> tuple[Value, list[Bool]] | None:
    """Any value of the kind of one, and its bounds; None for kinds that have no form. A list
    of texts holds any of its own, of `texts`, and of two more."""
    if isinstance(value, bool):
        holds = bools.fresh(name)
        return Truth(holds, bools.no(holds)), []
    if isinstance(value, str):
        code = z3.FreshInt(name)
        return Text(True, {}, code), [code >= 0]
    found = amount(value)
    if found is not None:
        kind, number = found
        if kind == NUMBER and exact:
            return Number(True, z3.FreshReal(name), Fraction(1)), []
        factor = Fraction(1, number.denominator * 10) if kind == NUMBER else Fraction(1)
        expr = z3.FreshInt(name)
        bounds = [expr >= 1, expr <= 3_652_059] if kind == DATE else []
        return Number(True, expr, factor, kind), bounds
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        options = dict.fromkeys((*value, *texts, "another text", "yet another text"))
        slots = tuple(Slot(bools.fresh(f"{name} has"), Fixed(text)) for text in options)
        return Listing(True, slots), []
    return None


def _unlike(one: Encoder, other: Encoder, name: str) -> Bool:
    """That a score differs in two encodings."""
    here, there = lifted(one.derived(name)[0]), lifted(other.derived(name)[0])
    if not isinstance(here, Number) or not isinstance(there, Number):
        return True
    apart = here.expr * here.factor.numerator * there.factor.denominator != (
        there.expr * there.factor.numerator * here.factor.denominator
    )
    both = bools.both(here.known, there.known)
    return bools.either(bools.no(bools.same(here.known, there.known)), bools.both(both, apart))


class ScoreAudit:
    """Items that never count, and comparisons with a score that are settled beforehand."""

    def __init__(self, inquiry: Inquiry, notes: Notes) -> None:
        self.inquiry = inquiry
        self.notes = notes

    def look(self) -> None:
        policy = self.inquiry.policy.core
        for card in policy.scorecards.values():
            for item in card.items:
                self._item(item)
        for rule in policy.rules:
            if self.inquiry.in_force(rule):
                for expr in conditions(rule):
                    for compare in _with_scores(expr):
                        self._comparison(rule, compare)

    def _item(self, item: core.ScoreItem) -> None:
        judge = self.inquiry.problem.judge
        answer = self.inquiry.ask(
            lambda p: [p.encoder.truth_of(item.when)[0].true],
            exprs=(item.when,),
            shows=lambda r: judge.values(r.document, [item.when]) == [True],
        )
        if answer.deal is not None:
            return
        if answer.ground is None:
            self.notes.left_open("idle-item", item.id, answer.why)
            return
        message = f"{quoted(item.id)} counts for no deal"
        self.notes.found(
            Finding("idle-item", message, item.span, (), answer.ground,
                    hint="look at its condition: the schema or the condition rules it out")
        )  # fmt: skip

    def _comparison(self, rule: core.Rule, compare: core.Compare) -> None:
        judge = self.inquiry.problem.judge
        for value in (True, False):

            def query(problem: Problem, value: bool = value) -> list[Bool]:
                truth, _ = problem.encoder.truth_of(compare)
                return [truth.true if value else truth.false]

            def shows(replay: Replay, value: bool = value) -> bool:
                return judge.values(replay.document, [compare]) == [value]

            answer = self.inquiry.ask(query, exprs=(compare,), shows=shows)
            if answer.deal is not None:
                continue
            if answer.ground is None:
                self.notes.left_open("settled-score", rule.id, answer.why)
                continue
            word = "never" if value else "always"
            message = f"this {word} holds{self._range(compare)}"
            self.notes.found(
                Finding(
                    "settled-score",
                    message,
                    compare.span,
                    (rule.id,),
                    answer.ground,
                    hint="change what the score is held against, or the points of its items",
                    related=((rule.span, f"in {quoted(rule.id)}"),),
                    shown=self._ends(compare),
                )
            )
            return

    def _range(self, compare: core.Compare) -> str:
        """`: the score runs from 0 to 31`, where it is one score and its ends were found."""
        ends = [self._end(compare, direction) for direction in (-1, 1)]
        if None in ends:
            return ""
        low, high = (to_text(end[0]) for end in ends if end is not None)
        return f": the score runs from {low} to {high}"

    def _ends(self, compare: core.Compare) -> tuple[Shown, ...]:
        made = []
        for direction, word in ((-1, "lowest"), (1, "highest")):
            end = self._end(compare, direction)
            if end is not None:
                made.append(Shown(f"the score is at its {word}", end[1]))
        return tuple(made)

    def _end(self, compare: core.Compare, direction: int) -> tuple[Decimal, Replay] | None:
        """The least or the greatest value of the score, and a deal that has it."""
        scores = [n for n in core.walk(compare) if isinstance(n, core.ScoreOf)]
        if len(scores) != 1:
            return None
        problem = self.inquiry.problem
        score = lifted(problem.encoder.value(scores[0], {}))
        if not isinstance(score, Number) or not z3.is_expr(score.expr):
            return None
        further: list[Bool] = [score.known]
        found: tuple[Decimal, Replay] | None = None
        for _ in range(_STEPS):
            if self.inquiry.possible(self.inquiry.stepped, further) is not Status.SATISFIED:
                return found
            here = int(problem.solver.number(score.expr))
            replay = problem.witness(rules=())
            values = problem.judge.values(replay.document, scores) if replay is not None else None
            if replay is None or not values or not isinstance(values[0], Decimal):
                return None
            found = (values[0], replay)
            beyond = score.expr > here if direction > 0 else score.expr < here
            further = [score.known, beyond]
        return None


def _with_scores(expr: Expr) -> Iterator[core.Compare]:
    for node in core.walk(expr):
        if isinstance(node, core.Compare) and any(
            isinstance(inner, core.ScoreOf) for inner in core.walk(node)
        ):
            yield node
