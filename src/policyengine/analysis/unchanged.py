"""Rules that two policies have alike, with all that they read: of these nothing need be proved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policyengine import core
from policyengine.core import Expr
from policyengine.review.meaning import Name, Reach, key, value_key
from policyengine.symbolic.beside import alike
from policyengine.symbolic.setting import Setting


def unchanged(one: Setting, other: Setting) -> frozenset[str]:
    """The ids of rules that come to the same for every deal that both schemas allow, whatever
    the solver makes of them."""
    theirs = {rule.id: rule for rule in other.policy.rules}
    reached = Reach(one.policy)
    return frozenset(
        rule.id
        for rule in one.policy.rules
        if rule.id in theirs
        and (rule.id in one.waived) is (rule.id in other.waived)
        and _key(rule) == _key(theirs[rule.id])
        and all(_same(one, other, name) for name in reached.of(_parts(rule)))
    )


def _parts(rule: core.Rule) -> tuple[Expr | None, ...]:
    return rule.applies, rule.unless, rule.requirement


def _key(rule: core.Rule) -> tuple[Any, ...]:
    return (*map(key, _parts(rule)), rule.effective_from, rule.effective_until)


def _same(one: Setting, other: Setting, name: Name) -> bool:
    """Whether both mean the same by a name."""
    kind, id_ = name
    if kind == "term":
        mine, theirs = one.schema.terms.get(id_), other.schema.terms.get(id_)
        return mine is not None and theirs is not None and alike(mine, theirs)
    if kind == "parameter":
        values = (setting.parameters.get(id_) for setting in (one, other))
        first, second = map(value_key, values)
        return bool(first == second)
    return list(_meant(one.policy, name)) == list(_meant(other.policy, name))


def _meant(policy: core.Policy, name: Name) -> Iterator[Any]:
    kind, id_ = name
    if kind == "definition" and id_ in policy.definitions:
        yield key(policy.definitions[id_].value)
    elif kind == "score" and id_ in policy.scorecards:
        for item in policy.scorecards[id_].items:
            yield key(item.when), key(item.points)
