"""What explaining a policy's rules needs and no deal changes, worked out once for a date."""

from __future__ import annotations

from policyengine import core
from policyengine import decision as d
from policyengine.decision.lazily import once
from policyengine.explain.outline import Outline, outline, template
from policyengine.explain.words import place
from policyengine.schema import TermsSchema
from policyengine.values.frozen import FrozenDict
from policyengine.values.record import replace


class Plan:
    """A policy's rules, each worked out when it is first explained.

    For one as-of date and the parameters in force on it, which texts show.
    """

    def __init__(self, policy: core.Policy, schema: TermsSchema) -> None:
        self.policy = policy
        self.schema = schema
        self.by_number: list[RulePlan | None] = [None] * len(policy.rules)
        self.ref = d.PolicyRef(policy.id, policy.version, policy.title, policy.digest)

    def rule(self, number: int) -> RulePlan:
        known = self.by_number[number]
        if known is None:
            known = self.by_number[number] = RulePlan(self, self.policy.rules[number])
        return known

    @once
    def defaulted(self) -> frozenset[str]:
        """The terms whose silence has a meaning."""
        return frozenset(path for path, spec in self.schema.terms.items() if spec.has_default)

    @once
    def unread(self) -> frozenset[str]:
        """The terms that nothing in the policy reads, but for what the group `deal` says of the
        deal itself."""
        policy = self.policy
        exprs = [expr for rule in policy.rules for expr in core.written(rule)]
        exprs += [one.value for one in policy.definitions.values()]
        exprs += [part for card in policy.scorecards.values()
                  for item in card.items for part in (item.when, item.points)]  # fmt: skip
        exprs += [expr for one in policy.interests
                  for expr in (one.served, one.conflict) if expr is not None]  # fmt: skip
        read = {path for expr in exprs for path in core.terms_read(policy, expr)}
        return frozenset(
            path for path in self.schema.terms if path not in read and not path.startswith("deal.")
        )

    @once
    def resting(self) -> tuple[tuple[int, frozenset[str]], ...]:
        """The rules that can rest on a default, by number, with the terms it can be of."""
        found = ((number, self.rule(number).rests) for number in range(len(self.policy.rules)))
        return tuple((number, rests) for number, rests in found if rests)


class RulePlan:
    """One rule."""

    def __init__(self, plan: Plan, rule: core.Rule) -> None:
        self.plan = plan
        self.rule = rule
        self.id = rule.id
        self.level = d.Level(rule.level)
        self.advises = self.level is d.Level.ADVISORY
        #: what the condition as written comes to where the requirement holds
        self.goal = rule.form == "require"
        self.location = place(rule.span)
        self.source = _source(rule.source)
        self.fixed = (
            rule.id,
            rule.title,
            self.level,
            rule.form,
            self.source,
            rule.tags,
            self.location,
        )
        self.because = template(rule.because, plan.schema)
        self.ask = template(rule.ask, plan.schema)

    @once
    def condition(self) -> Outline:
        return outline(self.plan.policy, self.rule.condition)

    @once
    def applies(self) -> Outline | None:
        rule = self.rule
        return outline(self.plan.policy, rule.applies) if rule.applies is not None else None

    @once
    def unless(self) -> Outline | None:
        rule = self.rule
        return outline(self.plan.policy, rule.unless) if rule.unless is not None else None

    @once
    def reads(self) -> frozenset[str]:
        """Every term that a leaf reads."""
        return frozenset(path for leaf in self._leaves() for path in leaf.reads)

    @once
    def rests(self) -> frozenset[str]:
        """The terms whose default an outcome can rest on."""
        read = (path for leaf in self._leaves() for path in leaf.reads if path not in leaf.asks)
        return self.plan.defaulted.intersection(read)

    def _leaves(self) -> list[Outline]:
        whole = (self.condition, self.applies, self.unless)
        return [leaf for part in whole if part is not None for leaf in part.leaves()]

    @once
    def named(self) -> tuple[str, ...]:
        """The terms that the rule's sentence names."""
        parts = self.rule.because.parts if self.rule.because is not None else ()
        return tuple(part.path for part in parts if isinstance(part, core.Term))

    @once
    def focused(self) -> core.Policy:
        """The policy with only what is derived for this rule."""
        used = core.derived_used(self.plan.policy, core.written(self.rule))
        order = tuple(name for name in self.plan.policy.order if name in used)
        return replace(self.plan.policy, order=order)


def _source(source: core.SourceRef | None) -> FrozenDict[str, str | None] | None:
    if source is None:
        return None
    return FrozenDict(ref=source.ref, quote=source.quote, file=source.file)
