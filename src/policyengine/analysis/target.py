"""What a path to yes has to reach: a verdict, and conditions that are to be kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from policyengine import core
from policyengine.analysis.ranges import Range
from policyengine.analysis.setting import Case
from policyengine.checker import Checker
from policyengine.core import Expr
from policyengine.decision import Level, Outcome, Verdict
from policyengine.errors import Diagnostics, ExpressionError
from policyengine.lowering.expressions import lower_text
from policyengine.lowering.scope import Scope
from policyengine.nodes import Scalar
from policyengine.source import Source
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.verifier import Judge, Replay
from policyengine.values.record import replace


class Target:
    """One of `verdicts`, and each of `kept` true (unknown is not enough)."""

    def __init__(self, verdicts: Sequence[Verdict], kept: Mapping[str, Expr]) -> None:
        self.verdicts = tuple(verdicts)
        self.kept = kept
        self._parts: dict[Problem, dict[str, Bool]] = {}

    def parts(self, problem: Problem) -> Mapping[str, Bool]:
        """That each condition that is to be kept holds, by its text."""
        found = self._parts.get(problem)
        if found is None:
            encoder = problem.encoder
            found = {text: encoder.truth_of(expr)[0].true for text, expr in self.kept.items()}
            self._parts[problem] = found
        return found

    def as_rules(self, policy: core.Policy) -> tuple[core.Policy, tuple[core.Rule, ...]]:
        """A policy with what is to be kept as rules that count for no verdict; and these."""
        made = tuple(
            _rule(name, expr) for name, expr in zip(self._names(), self.kept.values(), strict=True)
        )
        return replace(policy, rules=(*policy.rules, *made)), made

    def met_by(self, found: Range) -> bool:
        """Whether what rules come to reaches it, those of `as_rules` among them."""
        return found.verdict in self.verdicts and all(
            found.outcomes[name] is Outcome.PASS for name in self._names()
        )

    def _names(self) -> list[str]:
        return [f"keep {number}" for number in range(len(self.kept))]

    def form(self, problem: Problem) -> Bool:
        """That a deal reaches it."""
        return bools.every([problem.verdict(*self.verdicts), *self.parts(problem).values()])

    def reached(self, judge: Judge, document: Mapping[str, Any]) -> Replay | None:
        """The decision of the reference on a document that reaches it; None where it does not."""
        replay = judge.replay(document)
        if replay is None or replay.verdict not in self.verdicts:
            return None
        holds = judge.values(document, self.kept.values()) if self.kept else []
        return replay if holds is not None and all(each is True for each in holds) else None


def _rule(name: str, expr: Expr) -> core.Rule:
    return core.Rule(
        id=name,
        title=name,
        level=Level.ADVISORY.value,
        form="require",
        condition=expr,
        requirement=expr,
        applies=None,
        unless=None,
        effective_from=None,
        effective_until=None,
        because=None,
        ask=None,
        source=None,
        tags=(),
        focus=None,
        action=None,
        expected=None,
        text_digest="",
        span=expr.span,
    )


def keeping(asked: Case, texts: Sequence[str]) -> tuple[Case, Mapping[str, Expr]]:
    """Conditions in FEEL, over what the rules of a policy may name; and the case with them.

    Raises `ExpressionError` for those that do not parse or check, with places in their texts.
    """
    diagnostics = Diagnostics()
    kept = {text: _condition(text, asked, diagnostics) for text in texts}
    diagnostics.raise_errors(ExpressionError)
    if not kept:
        return asked, kept
    setting = asked.setting
    policy = setting.policy
    # what an interest says counts for how finely numbers move, and for no verdict
    more = tuple(core.Interest("", text, "", e, None, e.span) for text, e in kept.items())
    policy = replace(policy, interests=(*policy.interests, *more))
    return replace(asked, setting=replace(setting, policy=policy)), kept


def _condition(text: str, asked: Case, diagnostics: Diagnostics) -> Expr:
    source = Source("--keep", text)
    node = Scalar(source.span(0, len(text)), text)
    policy = asked.policy.core
    scores: dict[str, Callable[[], core.Scorecard]] = {
        name: partial(policy.scorecards.__getitem__, name) for name in policy.scorecards
    }
    scope = Scope(
        asked.policy.schema,
        diagnostics,
        Checker(diagnostics),
        policy.parameters,
        pending={},
        pending_scores=scores,
        places={},
        definitions=dict(policy.definitions),
        scorecards=dict(policy.scorecards),
    )
    made = lower_text(text, node, scope, condition=True)
    if scope.uses_as_of and asked.setting.as_of is None:
        diagnostics.error(
            "as-of-needed", "the condition depends on the date; no as-of date was given", node.span
        )
    return made
