"""The executors of a policy: which of them answers, and the compiled forms that are kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

from policyengine import core
from policyengine.decider import Reference, answer
from policyengine.decision import Outcome, Verdict
from policyengine.errors import Diagnostic, DisagreementError
from policyengine.facts import Facts
from policyengine.interpreter import Interpreter
from policyengine.schema import TermsSchema
from policyengine.source import quoted
from policyengine.terms import Terms
from policyengine.values.temporal import Date

if TYPE_CHECKING:
    from policyengine.compiler import Compiled
    from policyengine.rete import Rete

Engine = Literal["auto", "compiled", "interpreter", "rete", "all"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
#: evaluations after which compiling a policy has paid for itself
_COMPILE_AFTER = 3
#: compiled forms kept for a policy, one a date and way to read silence
_KEPT = 64


class Executors:
    """Every way to the outcomes of one policy. Safe to share between threads: what two of them
    make at once is the same."""

    def __init__(self, policy: core.Policy, schema: TermsSchema, *, by_date: bool) -> None:
        """`by_date` says that a compiled form is good for one date alone."""
        self.policy = policy
        self.schema = schema
        self.by_date = by_date
        self._functions: dict[Any, Compiled] = {}
        self._network: Rete | None = None
        self._runs: deque[None] = deque(maxlen=_COMPILE_AFTER + 1)

    def outcomes(
        self,
        terms: Mapping[str, Any] | Terms,
        facts: Facts,
        day: date | None,
        engine: Engine,
        reference: Reference,
    ) -> tuple[Verdict | None, tuple[Outcome, ...]]:
        """Every rule's outcome before waivers, by the engine asked for, and the verdict where
        the engine gives it with them."""
        if engine == "auto":
            self._runs.append(None)
            engine = "compiled" if len(self._runs) > _COMPILE_AFTER else "interpreter"
        if engine == "interpreter":
            return None, self._interpreted(reference())
        if engine == "rete":
            return None, self._on_rete(facts)
        compiled = self.compiled(day, facts.parameters, final=facts.final, assume=facts.assume)
        verdict, found = answer(compiled, terms, facts, reference)
        if engine == "all":
            settled = self._interpreted(Interpreter(self.policy, facts))
            agree(self.policy, found, settled, "when compiled")
            from policyengine import rete

            if rete.why_not() is None:
                agree(self.policy, self._on_rete(facts), settled, "on durable-rules")
        return verdict, found

    def _on_rete(self, facts: Facts) -> tuple[Outcome, ...]:
        """The outcomes by durable-rules, which are the reference's or an error."""
        from policyengine.rete import Rete

        if self._network is None:
            self._network = Rete(self.policy)
        found, reference = self._network.outcomes(facts)
        agree(self.policy, found, reference, "on durable-rules")
        return found

    def _interpreted(self, interpreter: Interpreter) -> tuple[Outcome, ...]:
        return tuple(interpreter.rule(rule).outcome for rule in self.policy.rules)

    def compiled(
        self, day: date | None, parameters: Mapping[str, Any], *, final: bool, assume: bool
    ) -> Compiled:
        """The generated function for a day, and the parameters in force on it."""
        key = (day if self.by_date else None, final, assume)
        known = self._functions.get(key)
        if known is None:
            # imported here: what only validates or explains rules never compiles them
            from policyengine.compiler import compile_policy

            as_of = Date.from_python(day) if day is not None else None
            known = compile_policy(
                self.policy, self.schema, parameters, as_of, final=final, assume=assume
            )
            if len(self._functions) >= _KEPT:
                self._functions.clear()
            self._functions[key] = known
        return known


def agree(
    policy: core.Policy, found: tuple[Outcome, ...], reference: tuple[Outcome, ...], how: str
) -> None:
    """Raise `DisagreementError` where outcomes are not the reference's."""
    for rule, mine, other in zip(policy.rules, found, reference, strict=True):
        if mine is not other:
            raise DisagreementError(
                Diagnostic(
                    "executors-disagree",
                    f"the executors disagree on {quoted(rule.id)}: `{mine}` {how}, "
                    f"`{other}` by the reference; there is no verdict",
                    rule.span,
                    hint="this is a fault of the engine; please report it with this rule",
                )
            )
