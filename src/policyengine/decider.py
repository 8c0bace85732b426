"""Deciders: the verdict and the outcomes of deal after deal, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from policyengine.decision import Outcome, Verdict
from policyengine.facts import Facts
from policyengine.interpreter import Interpreter
from policyengine.terms import Terms

if TYPE_CHECKING:
    from policyengine.compiler import Answer, Compiled


class Checked(Protocol):
    """What settles the facts of a deal: the policy, for one date and one way to read silence."""

    def __call__(self, terms: Mapping[str, Any] | Terms) -> Facts: ...


class Decider:
    """Decides deals for one date, giving the verdict and the outcomes in file order.

    Safe to share between threads. `Terms` are checked, and laid out for the generated
    function, once.
    """

    __slots__ = ("_compiled", "_facts", "_read", "rules")

    def __init__(self, compiled: Compiled, facts: Checked) -> None:
        self._compiled = compiled
        self._facts = facts
        self._read: Callable[[Any], Answer | None] | None = None
        #: the ids of the rules, in the order of the outcomes
        self.rules = tuple(rule.id for rule in compiled.policy.rules)

    def __call__(self, terms: Mapping[str, Any] | Terms) -> tuple[Verdict, tuple[Outcome, ...]]:
        """The verdict and every rule's outcome. Raises `TermsError` and `BudgetError`."""
        if type(terms) is Terms:
            known = terms._row
            if known is not None and known[0] is self._compiled:
                return known[1](known[2])
        else:
            read = self._read
            if read is None:  # compiled when the first deal that is no `Terms` comes
                read = self._read = self._compiled.read()
            found = read(terms)
            if found is not None:
                return found
        return self._first_time(terms)

    def _first_time(self, terms: Mapping[str, Any] | Terms) -> tuple[Verdict, tuple[Outcome, ...]]:
        compiled = self._compiled
        facts = self._facts(terms)
        if isinstance(terms, Terms) and not facts.deal.not_applicable:
            quickest = compiled.quickest(compiled.row(facts))
            if quickest is not None:
                terms._row = (compiled, *quickest)
        return compiled.quick_answer(facts, Reference(compiled.policy, facts))


class Reference:
    """The reference interpreter on a deal, made if it is needed."""

    __slots__ = ("facts", "made", "policy")

    def __init__(self, policy: Any, facts: Facts) -> None:
        self.policy = policy
        self.facts = facts
        self.made: Interpreter | None = None

    def __call__(self) -> Interpreter:
        if self.made is None:
            self.made = Interpreter(self.policy, self.facts)
        return self.made
