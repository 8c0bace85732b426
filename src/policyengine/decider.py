"""Deciders: the verdict and the outcomes of deal after deal, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from policyengine.decision import Outcome, Verdict
from policyengine.facts import Facts
from policyengine.intake import without_evidence
from policyengine.interpreter import Interpreter
from policyengine.terms import Terms

if TYPE_CHECKING:
    from policyengine.compiler import Answer, Compiled, Row


class Checked(Protocol):
    """What settles the facts of a deal: the policy, for one date and one way to read silence."""

    def __call__(self, terms: Mapping[str, Any] | Terms) -> Facts: ...


class Decider:
    """Decides deals for one date, giving the verdict and the outcomes in file order.

    Safe to share between threads. `Terms` are laid out for the generated function once, from
    the document where the generated check takes it.
    """

    __slots__ = (
        "_compiled",
        "_facts",
        "_known",
        "_lay_out",
        "_read",
        "_read_verdict",
        "_verdict",
        "rules",
    )

    def __init__(self, compiled: Compiled, facts: Checked) -> None:
        self._compiled = compiled
        self._facts = facts
        # compiled when the first deal comes that they are for
        self._read: Callable[[Any], Answer | None] | None = None
        self._read_verdict: Callable[[Any], Verdict | None] | None = None
        self._lay_out: Callable[[Any], tuple[bool, Row] | None] | None = None
        # the form for known terms, once there is the other one, which takes the same rows
        self._known: Callable[[Row], Answer] | None = None
        self._verdict: Callable[[Row], Verdict]
        #: the ids of the rules, in the order of the outcomes
        self.rules = tuple(rule.id for rule in compiled.policy.rules)

    def __repr__(self) -> str:
        policy = self._compiled.policy
        return f"<Decider {policy.id} {policy.version}, {len(self.rules)} rules>"

    def __call__(self, terms: Mapping[str, Any] | Terms) -> tuple[Verdict, tuple[Outcome, ...]]:
        """The verdict and every rule's outcome. Raises `TermsError` and `BudgetError`."""
        if type(terms) is Terms:
            known = terms._row
            if known is not None and known[0] is self._compiled:
                return known[1](known[2])
        else:
            read = self._read
            if read is None:
                read = self._read = self._compiled.read()
            found = read(terms)
            if found is not None:
                return found
        return self._first_time(terms)

    def verdict(self, terms: Mapping[str, Any] | Terms) -> Verdict:
        """The verdict alone, the same as the call gives; for terms all of which are known, no
        rule is looked at after one that settles it. Raises as the call does."""
        if type(terms) is Terms:
            known = terms._row
            # of a row that the form for known terms takes, which is this decider's alone
            if known is not None and known[1] is self._known:
                return self._verdict(known[2])
        elif self._read_verdict is not None:
            found = self._read_verdict(terms)
            if found is not None:
                return found
        if self._known is None and self._compiled.alone:
            forms = self._compiled.forms
            self._read_verdict = forms.form("verdict of document")[0]
            self._verdict = forms.form("verdict")[0]
            self._known = forms.form("known")[0]
        return self(terms)[0]

    def _first_time(self, terms: Mapping[str, Any] | Terms) -> tuple[Verdict, tuple[Outcome, ...]]:
        compiled = self._compiled
        if type(terms) is Terms:
            row = self._row(terms.document)
            if row is not None:
                gaps, values = row
                decide = compiled.forms.form("unknown" if gaps else "known")[0]
                terms._row = (compiled, decide, values)
                return decide(values)  # type: ignore[no-any-return]
        elif self._read is not None:
            stated = without_evidence(terms, compiled.schema)
            found = self._read(stated) if stated is not None else None
            if found is not None:
                return found
        facts = self._facts(terms)
        return answer(compiled, terms, facts, Reference(compiled.policy, facts))

    def _row(self, document: Any) -> tuple[bool, Row] | None:
        """Whether something in a document is unknown, and its row, where the generated check
        takes it."""
        lay_out = self._lay_out
        if lay_out is None:
            lay_out = self._lay_out = self._compiled.lay_out()
        found = lay_out(document)
        if found is None:
            stated = without_evidence(document, self._compiled.schema)
            found = lay_out(stated) if stated is not None else None
        return found


def answer(
    compiled: Compiled, terms: Mapping[str, Any] | Terms, facts: Facts, reference: Reference
) -> Answer:
    """The verdict and the outcomes of a deal. `Terms` keep what the quickest form takes, for
    the next time."""
    if isinstance(terms, Terms):
        known = terms._row
        if known is not None and known[0] is compiled:
            return known[1](known[2])
        if not facts.deal.not_applicable:
            quickest = compiled.quickest(compiled.row(facts))
            if quickest is not None:
                decide, row = quickest
                terms._row = (compiled, decide, row)
                return decide(row)
    return compiled.quick_answer(facts, reference)


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
