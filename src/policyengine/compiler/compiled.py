"""A compiled policy: the generated function, and how a deal becomes its row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from policyengine import combining, core
from policyengine.compiler.forms import Forms
from policyengine.compiler.support import fast
from policyengine.decision import Level, Outcome, Verdict
from policyengine.facts import FREE_TEXT, Facts
from policyengine.schema import TermsSchema
from policyengine.values.record import Record

Row = tuple[Any, ...]
#: what the generated function gives: the verdict, and every rule's outcome in file order
Answer = tuple[Verdict, tuple[Outcome, ...]]


class Reference(Protocol):
    """What of the reference interpreter generated code may ask."""

    derived: Any
    scores: Any

    def rule(self, rule: core.Rule) -> Any: ...


def _nothing(_: Any) -> None:
    return None


def _no_interpreter() -> NoReturn:
    raise AssertionError("a function that stands alone needs no interpreter")


def _is_short(value: Any) -> bool:
    """Whether no text in a value has to be paid for."""
    if isinstance(value, str):
        return len(value) <= FREE_TEXT
    if isinstance(value, tuple | dict):
        return all(map(_is_short, value.values() if isinstance(value, dict) else value))
    return True


class Compiled(Record):
    """A compiled policy, for one as-of date and one way to read silence.

    `decide` gives the answer for any row; `forms` are quicker ones for most rows.

    `paths` are the columns of a row in order, with the defaults of silence in `defaults`:
    terms, and in the places of `asked` whether one is stated. `lists` are the places that
    hold lists, and `longest` the length up to which the step budget cannot matter; `texts`
    those that hold texts a function pays for by length.
    `interpreted` names the rules left to the interpreter, and `alone` says that nothing is
    left to it. `disarmable` are the rules, by number, all of whose terms a deal can list as
    not applicable.
    """

    decide: Callable[[Row, Callable[[], Reference]], Answer]
    forms: Forms
    source: str
    paths: tuple[str, ...]
    defaults: Row
    lists: tuple[int, ...]
    texts: tuple[int, ...]
    longest: int
    interpreted: tuple[str, ...]
    alone: bool
    disarmable: tuple[tuple[int, frozenset[str]], ...]
    asked: tuple[tuple[int, str], ...]
    policy: core.Policy
    schema: TermsSchema

    def __repr__(self) -> str:
        return f"<Compiled {self.policy.id} {self.policy.version}, {len(self.source)} characters>"

    def row(self, facts: Facts) -> Row:
        """The row of a deal: fast values, defaults in, None for unknown."""
        stated, listed = facts.deal.values, facts.deal.not_applicable
        row = [
            fast(stated[path]) if path in stated else default
            for path, default in zip(self.paths, self.defaults, strict=True)
        ]
        for at, path in self.asked:
            row[at] = path in stated
        if listed:
            row = [
                None if path in listed else value
                for path, value in zip(self.paths, row, strict=True)
            ]
        return tuple(row)

    def answer(self, facts: Facts, row: Row, interpreter: Callable[[], Reference]) -> Answer:
        """The verdict and the outcomes before waivers; raises `BudgetError`.

        `interpreter` gives the reference interpreter on the same facts, always the same one.
        """
        if not self.fits(row):
            whole = interpreter()
            return self.combined(tuple(whole.rule(rule).outcome for rule in self.policy.rules))
        found = self.decide(row, interpreter)
        listed = facts.deal.not_applicable
        if not listed:
            return found
        outcomes = list(found[1])
        for number, read in self.disarmable:
            if read <= listed:
                outcomes[number] = Outcome.NOT_APPLICABLE
        return self.combined(tuple(outcomes))

    def quick_answer(self, facts: Facts, interpreter: Callable[[], Reference]) -> Answer:
        """`answer` for the row of a deal, by the quickest form that takes it."""
        row = self.row(facts)
        if not facts.deal.not_applicable:
            quickest = self.quickest(row)
            if quickest is not None:
                decide, quick = quickest
                return decide(quick)
        return self.answer(facts, row, interpreter)

    def quickest(self, row: Row) -> tuple[Callable[[Row], Answer], Row] | None:
        """The quickest function for a row, and the row as it takes it; None where the reference
        interpreter may be needed. It gives the answer of a deal all of whose terms may apply."""
        if not self.alone or not self.fits(row):
            return None
        quick = self.forms.row(row)
        return (self._general, row) if quick is None else (self.forms.of(quick), quick)

    def read(self) -> Callable[[Any], Answer | None]:
        """The function of a raw document that gives its answer, or None for one that
        `intake.check` or the reference interpreter has to look at."""
        if not self.alone:
            return _nothing
        found: Callable[[Any], Answer | None] = self.forms.form("document")[0]
        return found

    def lay_out(self) -> Callable[[Any], tuple[bool, Row] | None]:
        """The function of a raw document that gives whether something in it is unknown, and its
        row for the quick forms; None where `read` gives None."""
        if not self.alone:
            return _nothing
        found: Callable[[Any], tuple[bool, Row] | None] = self.forms.form("row")[0]
        return found

    def _general(self, row: Row) -> Answer:
        return self.decide(row, _no_interpreter)

    def combined(self, outcomes: tuple[Outcome, ...]) -> Answer:
        levels = (Level(rule.level) for rule in self.policy.rules)
        return combining.verdict(zip(levels, outcomes, strict=True)), outcomes

    def fits(self, row: Row) -> bool:
        """Whether no list and no text of the row is so long that the step budget could matter."""
        longest = self.longest
        if any(row[at] is not None and len(row[at]) > longest for at in self.lists):
            return False
        return all(map(_is_short, (row[at] for at in self.texts)))
