"""Which rules a term can move, and a policy cut down to some of its rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    used = _derived(policy, rules)
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


def _derived(policy: core.Policy, rules: Sequence[core.Rule]) -> set[str]:
    """The names, as in `policy.order`, of what rules use, also through one another."""
    found: set[str] = set()
    stack: list[Expr] = []
    for rule in rules:
        stack += _conditions(rule)
        for template in (rule.because, rule.ask):
            if template is not None:
                stack += [part for part in template.parts if not isinstance(part, str)]
    while stack:
        for node in core.walk(stack.pop()):
            if isinstance(node, core.Leaf):
                # what an explanation shows of it, which is not among its children
                stack += [part for part in node.text if not isinstance(part, str)]
                if node.subject is not None:
                    stack.append(node.subject)
            elif isinstance(node, core.Derived) and node.name not in found:
                found.add(node.name)
                stack.append(policy.definitions[node.name].value)
            elif isinstance(node, core.ScoreOf) and f"score.{node.id}" not in found:
                found.add(f"score.{node.id}")
                for item in policy.scorecards[node.id].items:
                    stack += [item.when, item.points]
    return found
