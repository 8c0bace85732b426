"""Faults planted in the formulas are found, each by a rule and some deals: a check that finds
nothing is only worth something if it would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.symbolic.test_registry import policy

from fuzz.encoding import Asking, Counts
from fuzz.loading import load
from policyengine import core
from policyengine.decision import Outcome
from policyengine.symbolic import (
    arithmetic,
    bools,
    calls,
    comparing,
    encoder,
    loops,
    rules,
    space,
    tables,
)
from policyengine.symbolic.values import Fixed, Truth, as_truth
from policyengine.values.record import replace

Patch = pytest.MonkeyPatch
ENCODE: Any = encoder._ENCODE
HIT: Any = tables._HIT

#: rows of which several match, and one only where two terms allow it
ROWS = [
    ["loan", {"at_least": 1}, 2],
    [["loan", "grant"], {"less_than": 3}, 1],
    ["-", {"at_least": {"term": "t.rate"}}, 3],
]


def table(hit_policy: str) -> list[dict[str, Any]]:
    return [{"id": "grade", "hit_policy": hit_policy, "inputs": ["t.kind", "t.years"],
             "output": {"type": "number", "values": [3, 1, 2]}, "rules": ROWS}]  # fmt: skip


CARD = [{"id": "s", "items": [
    {"id": "S-1", "title": "x", "when": {"t.bound": True}, "points": 2},
    {"id": "S-2", "title": "x", "when": {"t.price": {"at_least": 3}}, "points": 0.5},
]}]  # fmt: skip

#: deals that an unknown, a limit and an error are met by, whatever the rule
ANY: list[Any] = [
    {}, {"price": 3}, {"price": 3, "years": 3}, {"price": -3, "years": 5, "bound": True},
    {"bound": True}, {"bound": False, "open": True}, {"bound": True, "open": False, "price": 1},
    {"bound": True, "open": True, "secret": False}, {"open": True, "secret": True, "price": 2},
    {"rate": 2, "price": 2, "open": False}, {"signed": "2025-01-01", "ends": "2025-01-02"},
    {"nums": [1, 3]}, {"nums": [2, None]}, {"nums": []}, {"parts": [{"amount": 3}, {"amount": 1}]},
    {"parts": [{"amount": 3}, {}]}, {"parts": []},
]  # fmt: skip
#: deals that rows match in each way
MATCHED: list[Any] = [
    {"kind": kind, "years": years, **rate}
    for kind in ("loan", "swap") for years in (2, 5) for rate in ({}, {"rate": 1}, {"rate": 9})
]  # fmt: skip


def said(rules: list[Any], deals: list[Any], **more: Any) -> str | None:
    """The first difference over some deals, in both ways to read silence."""
    data = policy([rule for rule in rules if "require" not in rule], **more)
    data["rules"] += [{"id": f"X-{n}", "title": "made", **rule}
                      for n, rule in enumerate(rules) if "require" in rule]  # fmt: skip
    made = load(data)
    assert made is not None, rules
    for final in (False, True):
        settings = {"as_of": "2025-01-01", "final": final, "waived": ["X-9"]}
        asking = Asking(made, settings, Counts())
        for deal in deals:
            listed = {"not_applicable": deal["listed"]} if "listed" in deal else {}
            stated = {name: value for name, value in deal.items() if name != "listed"}
            found = asking.of_deal({"t": stated, **listed})
            if found is not None:
                return found
    return None


# the faults ------------------------------------------------------------------------------------


def less_is_at_most(patch: Patch) -> None:
    patch.setitem(comparing._ORDER, "<", comparing._ORDER["<="])


def more_is_at_least(patch: Patch) -> None:
    patch.setitem(comparing._ORDER, ">", comparing._ORDER[">="])


def what_is_unknown_compares(patch: Patch) -> None:
    patch.setattr(comparing, "wholly_known", lambda value: True)


def unknown_and_false_is_unknown(patch: Patch) -> None:
    _connective(patch, core.And, lambda parts: Truth(
        bools.every(p.true for p in parts), bools.every(p.false for p in parts)))  # fmt: skip


def unknown_or_false_is_false(patch: Patch) -> None:
    _connective(patch, core.Or, lambda parts: Truth(
        bools.some(p.true for p in parts),
        bools.every(bools.no(p.true) for p in parts)))  # fmt: skip


def some_of_counts_no_unknown(patch: Patch) -> None:
    def at_least(self: Any, expr: Any, scope: Any) -> Truth:
        parts = [self.truth(part, scope) for part in expr.parts]
        enough = bools.at_least(expr.count, [part.true for part in parts])
        return Truth(enough, bools.no(enough))

    patch.setitem(ENCODE, core.AtLeast, at_least)


def _connective(patch: Patch, node: type, made: Callable[[Any], Truth]) -> None:
    patch.setitem(
        ENCODE, node, lambda self, expr, scope: made([self.truth(p, scope) for p in expr.parts])
    )


def stated_is_false_while_open(patch: Patch) -> None:
    def stated(self: Any, expr: Any, scope: Any) -> Truth:
        found = self.space.stated(expr.path)
        return Truth(found, bools.no(found))

    patch.setitem(ENCODE, core.Stated, stated)


def errors_are_null(patch: Patch) -> None:
    def is_null(self: Any, expr: Any, scope: Any) -> Truth:
        value = self.value(expr.of, scope)
        return Truth(bools.no(value.known) if self.final else False, value.known)

    patch.setitem(ENCODE, core.IsNull, is_null)


def errors_of_the_other_branch_count(patch: Patch) -> None:
    patch.setattr(
        encoder.Encoder, "under", lambda self, guard, expr, scope: self.value(expr, scope)
    )


def no_error_is_met(patch: Patch) -> None:
    real = encoder.Encoder.guarded
    patch.setattr(encoder.Encoder, "guarded", lambda self, expr: (real(self, expr)[0], False))


def unknown_items_score_nothing(patch: Patch) -> None:
    real = encoder.Encoder._score
    patch.setattr(
        encoder.Encoder, "_score",
        lambda self, card: (replace(real(self, card)[0], known=True), False),
    )  # fmt: skip


def the_day_after(patch: Patch) -> None:
    patch.setattr(arithmetic, "_DAY", arithmetic._DAY // 2)


def sums_are_differences(patch: Patch) -> None:
    real = arithmetic._sum
    patch.setattr(arithmetic, "_sum", lambda one, two, sign: real(one, two, -sign))


def the_last_day_is_left_out(patch: Patch) -> None:
    real = rules._in_force

    def in_force(rule: Any, of: Any) -> bool:
        return real(rule, of) and rule.effective_until != of.as_of.to_python()

    patch.setattr(rules, "_in_force", in_force)


def waivers_lift_what_fails_alone(patch: Patch) -> None:
    real = rules.PolicyForm.encoded_rule

    def encoded(self: Any, rule: Any) -> Any:
        form = real(self, rule)
        if rule.id not in self.waived:
            return form
        plain = real(rules.PolicyForm(self.encoder), rule).outcomes
        fails, open_ = Outcome.FAIL, Outcome.UNKNOWN
        lifted = {Outcome.WAIVED: plain[fails], fails: False, open_: plain[open_]}
        return replace(form, outcomes={**form.outcomes, **lifted})

    patch.setattr(rules.PolicyForm, "encoded_rule", encoded)


def exceptions_lift_nothing(patch: Patch) -> None:
    _part(patch, "unless")


def everything_applies(patch: Patch) -> None:
    _part(patch, "applies")


def _part(patch: Patch, name: str) -> None:
    real = rules.PolicyForm.encoded_rule
    patch.setattr(
        rules.PolicyForm,
        "encoded_rule",
        lambda self, rule: real(self, replace(rule, **{name: None})),
    )


def what_is_unknown_is_not_counted_at_the_end(patch: Patch) -> None:
    patch.setattr(
        rules.PolicyForm, "_part",
        lambda self, expr, *, absent, if_unknown: (
            Truth(absent, not absent) if expr is None else self.encoder.truth_of(expr)[0]
        ),
    )  # fmt: skip


def what_is_listed_disarms_nothing(patch: Patch) -> None:
    patch.setattr(rules.PolicyForm, "disarmed", lambda self, rule: False)


def defaults_are_forgotten(patch: Patch) -> None:
    patch.setattr(space.Space, "_assumes", lambda self, path: False)


def what_does_not_apply_has_its_default(patch: Patch) -> None:
    real = space.Space.term
    patch.setattr(
        space.Space, "term",
        lambda self, path: self.raw(path) if self._assumes(path) else real(self, path),
    )  # fmt: skip


def every_is_some(patch: Patch) -> None:
    real = loops.quantified
    patch.setattr(
        loops, "quantified",
        lambda of, expr, scope: real(of, replace(expr, kind="some"), scope),
    )  # fmt: skip


def unknown_elements_settle(patch: Patch) -> None:
    def quantified(of: Any, expr: Any, scope: Any) -> Truth:
        made = as_truth(loops_quantified(of, expr, scope))
        return Truth(made.true, bools.no(made.true))

    loops_quantified = loops.quantified
    patch.setattr(loops, "quantified", quantified)


def the_least_is_the_greatest(patch: Patch) -> None:
    patch.setitem(calls._LINEAR, "min", calls._LINEAR["max"])


def nothing_has_a_sign(patch: Patch) -> None:
    patch.setitem(calls._LINEAR, "abs", lambda of, args: args[0])


def an_unknown_row_does_not_matter(patch: Patch) -> None:
    real = tables.settled

    def settled(of: Any, table: Any, conditions: Any, *rest: Any) -> Any:
        closed = [Truth(row.true, bools.no(row.true)) for row in conditions]
        return real(of, table, closed, *rest)

    patch.setattr(encoder, "settled", settled)


def unique_is_first(patch: Patch) -> None:
    patch.setitem(HIT, "U", lambda hit: (tables._first_true(hit.rows, hit.outputs), hit.none_open))


def any_takes_what_disagrees(patch: Patch) -> None:
    patch.setitem(HIT, "A", lambda hit: (tables._first_true(hit.rows, hit.outputs), hit.none_open))


def first_is_unique(patch: Patch) -> None:
    _under(patch, "F", "U")


def the_best_is_the_worst(patch: Patch) -> None:
    real = tables._rank
    patch.setattr(tables, "_rank", lambda table, output: -real(table, output))


def least_and_greatest_change_places(patch: Patch) -> None:
    _under(patch, "C<", "C>")


def a_sum_is_a_count(patch: Patch) -> None:
    patch.setitem(HIT, "C+", HIT["C#"])


def _under(patch: Patch, name: str, other: str) -> None:
    real = tables.settled

    def settled(of: Any, table: Any, *rest: Any) -> Any:
        if table.hit_policy == name:
            table = replace(table, hit_policy=other)
        return real(of, table, *rest)

    patch.setattr(encoder, "settled", settled)


def no_row_gives_zero(patch: Patch) -> None:
    real = tables.settled

    def settled(of: Any, table: Any, conditions: Any, outputs: Any, default: Any) -> Any:
        return real(of, table, conditions, outputs, default or Fixed(table.ranking[0]))

    patch.setattr(encoder, "settled", settled)


LESS, MORE = {"t.price": {"less_than": 3}}, {"t.price": {"more_than": 3}}
#: each fault, and what shows it
FAULTS: list[tuple[Callable[[Patch], None], list[Any], list[Any], dict[str, Any]]] = [
    (less_is_at_most, [LESS], ANY, {}),
    (more_is_at_least, [MORE], ANY, {}),
    (what_is_unknown_compares, [LESS], ANY, {}),
    (unknown_and_false_is_unknown, [{"all": [{"t.bound": True}, {"t.open": True}]}], ANY, {}),
    (unknown_or_false_is_false, [{"any": [{"t.bound": True}, {"t.open": True}]}], ANY, {}),
    (some_of_counts_no_unknown, [{"some_of": {"at_least": 2, "of": [
        {"t.bound": True}, {"t.open": True}, LESS]}}], ANY, {}),
    (stated_is_false_while_open, [{"t.rate": {"stated": True}}], ANY, {}),
    (errors_are_null, ["t.price / 0 = null"], ANY, {}),
    (errors_of_the_other_branch_count,
     ["if t.bound then t.price > 1 else t.price / 0 > 1"], ANY, {}),
    (no_error_is_met, ["t.price / 0 > 1"], ANY, {}),
    (unknown_items_score_nothing, ["score.s >= 2"], ANY, {"scorecards": CARD}),
    (the_day_after, ['t.ends - t.signed >= @"P1D"'], ANY, {}),
    (sums_are_differences, ["t.price - t.rate > 1"], ANY, {}),
    (the_last_day_is_left_out,
     [{"id": "X", "require": LESS, "effective": {"until": "2025-01-01"}}], ANY, {}),
    (waivers_lift_what_fails_alone, [{"id": "X-9", "require": LESS}], ANY, {}),
    (exceptions_lift_nothing, [{"require": LESS, "unless": {"t.bound": True}}], ANY, {}),
    (everything_applies, [{"require": LESS, "applies": {"t.bound": True}}], ANY, {}),
    (what_is_unknown_is_not_counted_at_the_end, [LESS], ANY, {}),
    (what_is_listed_disarms_nothing,
     [{"t.rate": {"at_least": 1}}], [{"listed": ["t.rate"]}], {}),
    (defaults_are_forgotten, [{"t.years": {"at_least": 1}}], ANY, {}),
    (what_does_not_apply_has_its_default,
     [{"any": [{"t.span": {"less_than": "P1D"}}, {"t.bound": True}]}],
     [{"listed": ["t.span"], "bound": False}], {}),
    (every_is_some, [{"t.parts": {"every": {"amount": {"more_than": 2}}}}], ANY, {}),
    (unknown_elements_settle, [{"t.parts": {"some": {"amount": {"more_than": 5}}}}], ANY, {}),
    (the_least_is_the_greatest, ["min(t.nums) < 2"], ANY, {}),
    (nothing_has_a_sign, ["abs(t.price) > 2"], ANY, {}),
    (an_unknown_row_does_not_matter, ["grade = 3"], MATCHED, {"tables": table("P")}),
    (unique_is_first, ["grade = 2"], MATCHED, {"tables": table("U")}),
    (any_takes_what_disagrees, ["grade = 2"], MATCHED, {"tables": table("A")}),
    (first_is_unique, ["grade = 2"], MATCHED, {"tables": table("F")}),
    (the_best_is_the_worst, ["grade = 3"], MATCHED, {"tables": table("P")}),
    (least_and_greatest_change_places, ["grade = 1"], MATCHED, {"tables": table("C<")}),
    (a_sum_is_a_count, ["grade = 3"], MATCHED, {"tables": table("C+")}),
    (no_row_gives_zero, ["grade = 3"], MATCHED, {"tables": table("F")}),
]  # fmt: skip


def test_without_a_fault_there_is_no_difference() -> None:
    for scores in (True, False):
        apart = [case for case in FAULTS if bool(case[3].get("tables")) is not scores]
        every = {str(rule): rule for _, rules_, _, _ in apart for rule in rules_}
        listed = [deal for deal in FAULTS[18][2] + FAULTS[20][2] if scores]
        more = {"scorecards": CARD} if scores else {"tables": table("P")}
        assert said(list(every.values()), [*listed, *(ANY[:6] if scores else MATCHED[:4])],
                    **more) is None  # fmt: skip


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case[0].__name__)
def test_a_planted_fault_is_found(case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fault, rules_, deals, more = case
    fault(monkeypatch)
    assert said(rules_, deals, **more) is not None
