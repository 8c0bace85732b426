"""Which rules a term can move, and a policy cut down to some of its rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from policyengine import core
from policyengine.core import Expr
from policyengine.values.record import replace


class Index:
    """The rules that read each term, by number: through definitions, tables and scorecards."""

    def __init__(self, policy: core.Policy) -> None:
        readers: dict[str, list[int]] = {}
        for number, rule in enumerate(policy.rules):
            read: set[str] = set()
            for expr in _conditions(rule):
                read |= core.terms_read(policy, expr)
            for path in read:
                readers.setdefault(path, []).append(number)
        self._readers = {path: tuple(numbers) for path, numbers in readers.items()}

    def readers(self, path: str) -> tuple[int, ...]:
        """The numbers of the rules whose outcome can depend on a term, in file order."""
        return self._readers.get(path, ())


def focus(policy: core.Policy, numbers: Sequence[int]) -> core.Policy:
    """The same policy with some of its rules alone, and of what is derived only what they use,
    in conditions and in sentences."""
    rules = tuple(policy.rules[number] for number in numbers)
    used = core.derived_used(policy, chain.from_iterable(map(core.written, rules)))
    return replace(
        policy,
        rules=rules,
        order=tuple(name for name in policy.order if name in used),
        scorecards={k: card for k, card in policy.scorecards.items() if f"score.{k}" in used},
        interests=(),
    )


def _conditions(rule: core.Rule) -> Iterator[Expr]:
    for expr in (rule.condition, rule.requirement, rule.applies, rule.unless):
        if expr is not None:
            yield expr
