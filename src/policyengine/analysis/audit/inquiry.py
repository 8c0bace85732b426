"""Questions about all deals of a policy, each answered by a deal or by a proof.

A question is put to the solver twice: over numbers in steps, whose instances are documents,
and, where nothing is found, over numbers of any fineness. Only what is impossible there too is
said to be proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from policyengine import core
from policyengine.analysis.answers import answers_to
from policyengine.analysis.audit.findings import Ground
from policyengine.analysis.limit import FINER, Limit
from policyengine.analysis.setting import At, Case, need_solver, setting
from policyengine.core import Expr, Rule
from policyengine.decision import Level, Outcome
from policyengine.engine import Policy
from policyengine.intake import Deal
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.mentions import mentions
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.rounding import EXACT, may_round
from policyengine.symbolic.setting import Setting
from policyengine.symbolic.solver import Status
from policyengine.symbolic.verifier import Judge, Replay, document_of
from policyengine.values.record import Record, replace

#: what has to hold of a deal, in the terms of a problem
Query: TypeAlias = Callable[[Problem], Sequence[Bool]]

#: instances that are tried where the reference decides one otherwise
_TRIES = 3


class Answer(Record):
    """`deal` where there is one; `ground` where there is none; neither where it stays open.

    `possible` where there is one; its deal is left out where nobody asked to see it.
    """

    possible: bool = False
    deal: Replay | None = None
    ground: Ground | None = None
    why: str = ""


class Encoded:
    """A problem with every rule and definition encoded, and what each of them leaves open;
    definitions that no rule uses may be left out."""

    def __init__(self, problem: Problem, *, used: bool = False) -> None:
        self.problem = problem
        self._open: dict[tuple[str, Any], dict[str, str]] = {}
        policy = problem.setting.policy
        exprs = [expr for rule in policy.rules for expr in conditions(rule)]
        names = core.derived_used(policy, exprs) if used else policy.order
        for name in (each for each in policy.order if each in names):
            self._encode(("definition", name), partial(problem.encoder.derived, name))
        for rule in policy.rules:
            self._encode(("rule", rule.id), partial(problem.form.rule, rule.id))

    def _encode(self, what: tuple[str, Any], make: Callable[[], Any]) -> None:
        encoder = self.problem.encoder
        outer, encoder.open = encoder.open, {}
        make()
        self._open[what] = encoder.open
        encoder.open = {**outer, **encoder.open}

    def limits(self, rules: Iterable[str], exprs: Iterable[Expr]) -> tuple[str, ...]:
        """What the encoding of some rules and expressions leaves open."""
        policy = self.problem.setting.policy
        wanted = set(rules)
        asked = [*exprs]
        found: dict[str, None] = {}
        for expr in asked:
            if ("expression", expr) not in self._open:
                self._encode(("expression", expr), partial(self.problem.encoder.guarded, expr))
            found.update(self._texts("expression", expr))
        for rule in policy.rules:
            if rule.id in wanted:
                asked += conditions(rule)
                found.update(self._texts("rule", rule.id))
        for name in sorted(core.derived_used(policy, asked)):
            found.update(self._texts("definition", name))
        space = self.problem.space
        for path in self._paths(asked):
            if path in space.limits:
                found[f"`{path}`: {space.limits[path]}"] = None
        return tuple(found)

    def cover(self, rules: Iterable[str], exprs: Iterable[Expr]) -> tuple[str, ...]:
        """Up to which lengths the lists that they read are looked at, and numbers are exact."""
        wanted = set(rules)
        asked = [*exprs]
        for rule in self.problem.setting.policy.rules:
            if rule.id in wanted:
                asked += conditions(rule)
        setting = self.problem.setting
        rounds = may_round(setting, asked)
        return (*self.problem.lengths(self._paths(asked)), *((EXACT,) if rounds else ()))

    def _texts(self, kind: str, name: Any) -> dict[str, None]:
        left = self._open.get((kind, name), {})
        return {f"`{text}`: {why}": None for text, why in left.items()}

    def _paths(self, exprs: Iterable[Expr]) -> list[str]:
        policy = self.problem.setting.policy
        read: set[str] = set()
        for expr in exprs:
            read |= core.terms_read(policy, expr)
        return [path for path in self.problem.space.schema.terms if path in read]


class Inquiry:
    """Questions about the deals of one policy in one setting.

    `limit` bounds all of them together; after that every answer is open, or, once the caller
    gave up, `KeyboardInterrupt` is raised. Raises as `Policy.evaluate` does.
    """

    def __init__(self, policy: Policy, at: At, *, limit: Limit, work: int | None = None) -> None:
        need_solver()
        self.policy = policy
        self.setting = setting(policy, at)
        self._work = work
        self.limit = limit
        self.stepped = Encoded(Problem(self.setting, work=work))
        self.problem = self.stepped.problem
        self._exact: Encoded | None = None
        self._judges: dict[tuple[str, ...], Judge] = {}
        self.by_id: Mapping[str, Rule] = {rule.id: rule for rule in policy.core.rules}
        #: rules that ask whether something is stated: while it is not, they object by being open
        self._ask_for_statements = {
            rule.id
            for rule in policy.core.rules
            if any(asks_for_statement(policy.core, expr) for expr in conditions(rule))
        }

    @property
    def exact(self) -> Encoded:
        if self._exact is None:
            self._exact = Encoded(Problem(self.setting, exact=True, work=self._work))
        return self._exact

    @property
    def asked(self) -> int:
        exact = self._exact.problem.solver.questions if self._exact is not None else 0
        return self.problem.solver.questions + exact

    # what rules do ------------------------------------------------------------------------------

    def objections(self, rule: str) -> tuple[Outcome, ...]:
        """The outcomes in which a rule stands against a deal."""
        if rule in self._ask_for_statements:
            return (Outcome.FAIL, Outcome.UNKNOWN)
        return (Outcome.FAIL,)

    def objects(self, problem: Problem, rule: str) -> Bool:
        return problem.outcome(rule, *self.objections(rule))

    def in_force(self, rule: Rule) -> bool:
        """Whether a rule counts on the day of the question."""
        day = self.setting.as_of
        if day is None:
            return True
        plain = day.to_python()
        begun = rule.effective_from is None or rule.effective_from <= plain
        return begun and (rule.effective_until is None or plain <= rule.effective_until)

    # questions ----------------------------------------------------------------------------------

    def status(self, encoded: Encoded, query: Query) -> Status:
        return self.possible(encoded, query(encoded.problem))

    def possible(self, encoded: Encoded, wanted: Sequence[Bool]) -> Status:
        """Whether all of something can hold, while there is time."""
        if self.limit.over():
            self.limit.stopped()
            return Status.OPEN
        self.limit.bind(encoded.problem.solver)
        return encoded.problem.ask(*wanted)

    def ask(
        self,
        query: Query,
        *,
        rules: Sequence[str] = (),
        exprs: Sequence[Expr] = (),
        shows: Callable[[Replay], bool] = lambda _: True,
        unseen: bool = False,
    ) -> Answer:
        """Whether some deal meets a query about some rules and expressions.

        A deal is one that the reference decides as the query has it: the outcomes of `rules`
        and whatever `shows` looks at. `unseen`: that there is one is enough, unless something
        was left open.
        """
        limits = self.stepped.limits(rules, exprs)
        tried: list[Bool] = []
        found = self.status(self.stepped, query)
        if unseen and not limits and found is Status.SATISFIED:
            return Answer(possible=True)
        while found is Status.SATISFIED:
            replay = self.problem.witness(rules=rules, partly=True)
            if replay is not None and shows(replay):
                return Answer(True, replay)
            self.problem.spurious += replay is not None
            tried.append(True)
            if len(tried) >= _TRIES or not limits:
                why = limits[0] if limits else "the reference decides otherwise"
                return Answer(why=f"left open: {why}")
            found = self._another(query, rules)
        if found is Status.OPEN:
            return Answer(why=self._out())
        found = self.status(self.exact, query)
        if found is Status.OPEN:
            return Answer(why=self._out())
        if found is Status.SATISFIED and limits:
            return Answer(why=f"left open: {limits[0]}")
        if found is Status.SATISFIED:
            return Answer(why=FINER)
        return Answer(ground=self.ground(rules, exprs))

    def _another(self, query: Query, rules: Sequence[str]) -> Status:
        """The same question about deals that differ in a term that the rules read."""
        problem, solver = self.problem, self.problem.solver
        differ = []
        for rule in rules:
            for path in problem.space.paths:
                if any(path in core.terms_read(self.policy.core, e)
                       for e in conditions(self.by_id[rule])):  # fmt: skip
                    stated = problem.space.stated(path)
                    differ.append(bools.no(stated) if solver.holds(stated) else stated)
        if not differ:
            return Status.OPEN
        return self.status(self.stepped, lambda p: [*query(p), bools.some(differ)])

    def ground(self, rules: Sequence[str], exprs: Sequence[Expr] = ()) -> Ground:
        """What an impossibility about some rules rests on."""
        limits = dict.fromkeys(
            (*self.stepped.limits(rules, exprs), *self.exact.limits(rules, exprs))
        )
        return Ground(not limits, self.stepped.cover(rules, exprs), tuple(limits))

    def _out(self) -> str:
        return self.limit.why()

    # deals --------------------------------------------------------------------------------------

    def pruned(
        self,
        replay: Replay,
        holds: Callable[[Replay], bool],
        rules: Sequence[str] | None = None,
    ) -> Replay:
        """A deal of which something holds, without the terms that it holds without.

        What `holds` looks at are the outcomes of `rules`, or anything where these are None.
        """
        judge = self.problem.judge if rules is None else self._judge(tuple(rules))
        document = dict(replay.document)
        for path in reversed(self.problem.space.paths):
            without = _without(document, path)
            if without is None:
                continue
            there = judge.replay(without)
            if there is not None and holds(there):
                document = without
        for path in self.problem.space.paths:
            document = self._simplest(document, path, judge, holds)
        found = self.problem.judge.replay(document)
        assert found is not None
        return found

    def _simplest(
        self, document: dict[str, Any], path: str, judge: Judge, holds: Callable[[Replay], bool]
    ) -> dict[str, Any]:
        """A deal with the first value worth trying for a term with which something holds: the
        same whatever instance the solver came upon."""
        if _without(document, path) is None:
            return document
        for value in values_of(self.policy, self.setting, path):
            simple = document_of({path: value}, base=document)
            there = judge.replay(simple)
            if there is not None and holds(there):
                return simple
        return document

    def _judge(self, rules: tuple[str, ...]) -> Judge:
        """The reference with some rules alone: what is tried out is decided by these."""
        found = self._judges.get(rules)
        if found is None:
            whole = self.policy.core
            kept = tuple(rule for rule in whole.rules if rule.id in rules)
            used = core.derived_used(whole, [e for rule in kept for e in conditions(rule)])
            order = tuple(name for name in whole.order if name in used)
            part = replace(whole, rules=kept, order=order, interests=())
            given = self.setting
            found = self._judges[rules] = Judge(
                part,
                given.schema,
                given.parameters,
                given.as_of,
                final=given.final,
                assume=given.assume,
                waived=given.waived,
            )
        return found


def values_of(policy: Policy, setting: Setting, path: str) -> Iterator[Any]:
    """Values worth trying for a term: options, borders of what it is held against, texts."""
    nothing = Deal({}, {}, frozenset(), None, {})
    yield from answers_to(Case(policy, nothing, setting), path)
    shape = setting.schema.terms[path].shape
    kind = shape.type.kind
    if kind == "string" and shape.enum is None:
        yield from mentions(setting.policy, setting.parameters).texts.get(path, ())[:8]
    elif kind == "list" and shape.item is not None and shape.item.enum is None:
        yield ()
        if shape.item.type.kind == "string":
            for text in mentions(setting.policy, setting.parameters).texts.get(path, ())[:8]:
                yield (text,)


def ties(inquiry: Inquiry, rule: Rule) -> frozenset[str]:
    """Terms that a rule reads, and the groups whose terms depend on each other: rules that
    share none of these say nothing of each other."""
    policy, schema = inquiry.policy.core, inquiry.setting.schema
    read: set[str] = set()
    for expr in conditions(rule):
        read |= core.terms_read(policy, expr)
    for path in sorted(read):
        name = path.rpartition(".")[0]
        group = schema.group(name) if name else None
        if group is not None and group.required:
            read.add(f"{name}.")
    return frozenset(read)


def conditions(rule: Rule) -> list[Expr]:
    """What decides a rule."""
    return [expr for expr in (rule.applies, rule.unless, rule.requirement) if expr is not None]


def counts_more(rule: Rule, other: Rule) -> bool:
    """Whether what another rule objects to counts at least as much as what this one does."""
    return other.level != Level.ADVISORY.value and (
        other.level == Level.MANDATORY.value or rule.level == Level.NEGOTIABLE.value
    )


def asks_for_statement(policy: core.Policy, expr: Expr) -> bool:
    """Whether a condition asks if something is stated, also through what it uses."""
    used = core.derived_used(policy, (expr,))
    exprs = [expr, *(policy.definitions[name].value for name in used if name in policy.definitions)]
    return any(
        isinstance(node, core.Stated | core.IsNull) for each in exprs for node in core.walk(each)
    )


def _without(document: Mapping[str, Any], path: str) -> dict[str, Any] | None:
    """A document without a term; None where it does not state it."""
    head, _, rest = path.partition(".")
    if head not in document:
        return None
    if not rest:
        return {key: value for key, value in document.items() if key != head}
    inner = document[head]
    made = _without(inner, rest) if isinstance(inner, Mapping) else None
    if made is None:
        return None
    return {key: (made if key == head else value) for key, value in document.items()
            if key != head or made}  # fmt: skip
