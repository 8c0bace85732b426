"""Executors of some of a policy's rules: the small protocol a session asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal, Protocol

from policyengine.decision import Outcome
from policyengine.engine import Policy
from policyengine.facts import DECISION_STEPS, Facts
from policyengine.interpreter import Interpreter
from policyengine.session.index import focus

if TYPE_CHECKING:
    from policyengine.compiler import Compiled


Engine = Literal["interpreter", "compiled", "rete"]


class Executor(Protocol):
    """Evaluates some rules of one policy, for one date and one way to read silence."""

    def outcomes(self, facts: Facts, rules: Sequence[int]) -> tuple[tuple[Outcome, ...], int]:
        """The outcomes of rules, given by number, before waivers; and at most how many steps
        of the decision's budget they took, all of it and more where that is not known."""
        ...

    def close(self) -> None:
        """Free what is kept between steps; what is asked afterwards begins anew."""
        ...


class Interpreted:
    """The reference interpreter on a policy cut down to the rules asked for."""

    def __init__(self, policy: Policy, **_: object) -> None:
        self._policy = policy

    def outcomes(self, facts: Facts, rules: Sequence[int]) -> tuple[tuple[Outcome, ...], int]:
        part = focus(self._policy.core, rules)
        interpreter = Interpreter(part, facts)
        found = tuple(interpreter.rule(rule).outcome for rule in part.rules)
        return found, DECISION_STEPS - interpreter.left

    def close(self) -> None:
        """Nothing is kept."""


class Generated:
    """A generated function for each set of rules that was asked for, kept."""

    def __init__(self, policy: Policy, *, day: date | None, final: bool, assume: bool) -> None:
        self._policy = policy
        self._whole = policy.compiled(as_of=day, final=final, assume=assume)
        self._parts: dict[tuple[int, ...], Compiled] = {}

    def outcomes(self, facts: Facts, rules: Sequence[int]) -> tuple[tuple[Outcome, ...], int]:
        if not self._whole.fits(self._whole.row(facts)):
            return (), DECISION_STEPS + 1
        part = self._part(tuple(rules), facts)
        interpreter: list[Interpreter] = []

        def reference() -> Interpreter:
            if not interpreter:
                interpreter.append(Interpreter(part.policy, facts))
            return interpreter[0]

        found = part.answer(facts, part.row(facts), reference)[1]
        return found, DECISION_STEPS - interpreter[0].left if interpreter else 0

    def close(self) -> None:
        self._parts.clear()

    def _part(self, rules: tuple[int, ...], facts: Facts) -> Compiled:
        known = self._parts.get(rules)
        if known is None:
            from policyengine.compiler import compile_policy

            known = self._parts[rules] = compile_policy(
                focus(self._policy.core, rules),
                facts.schema,
                facts.parameters,
                facts.as_of,
                final=facts.final,
                assume=facts.assume,
            )
        return known


class Networked:
    """durable-rules, whose facts stay between steps, checked against the reference."""

    def __init__(self, policy: Policy, *, final: bool, **_: object) -> None:
        from policyengine.rete import Standing

        self._policy = policy
        self._network = Standing(policy.core, final=final)

    def outcomes(self, facts: Facts, rules: Sequence[int]) -> tuple[tuple[Outcome, ...], int]:
        return self._network.outcomes(focus(self._policy.core, rules), facts, rules)

    def close(self) -> None:
        self._network.close()


#: by the name that `Session` takes; each is made with `day`, `final` and `assume`
EXECUTORS: Mapping[Engine, Callable[..., Executor]] = {
    "interpreter": Interpreted,
    "compiled": Generated,
    "rete": Networked,
}
