"""Faults planted in an executor are found within seconds, and shrunk to a policy that fits on
a page: a fuzz that finds nothing is only worth something if it would."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fuzz.failures import difference, minimal, replay, write
from fuzz.loading import load
from fuzz.running import Counts, Found, one_policy
from policyengine import combining, core, decider
from policyengine.compiler import expressions, floats, quick, support, tables
from policyengine.compiler.emitter import Emitter
from policyengine.compiler.expressions import Expressions
from policyengine.compiler.names import Code
from policyengine.decision import Outcome
from policyengine.interpreter import Interpreter

SUPPORT: Any = support.SUPPORT
Patch = pytest.MonkeyPatch
_NUMBER = {"type": "number"}


def flipped(patch: Patch, op: str, python: str, truths: tuple[int, ...]) -> None:
    patch.setitem(expressions._PYTHON, op, python)
    patch.setitem(tables._TRUTHS, op, truths)


def less_is_at_most(patch: Patch) -> None:
    flipped(patch, "<", "<=", (-1, 0))


def the_end_of_a_range_is_left_out(patch: Patch) -> None:
    flipped(patch, "<=", "<", (-1,))


def unknown_or_false_is_false(patch: Patch) -> None:
    _settled(patch, settling=True, text="(({}) is True)")


def unknown_and_true_is_true(patch: Patch) -> None:
    _settled(patch, settling=False, text="(({}) is not False)")


def _settled(patch: Patch, *, settling: bool, text: str) -> None:
    real = Expressions.connective

    def connective(self: Expressions, parts: Any, *, settles: bool) -> Code:
        code = real(self, parts, settles=settles)
        if settles is not settling or not code.nullable:
            return code
        return Code(text.format(code.text), False, code.cost)

    patch.setattr(Expressions, "connective", connective)


def none_compares_as_false(patch: Patch) -> None:
    real = support._compare
    patch.setitem(SUPPORT, "compare", lambda *given: bool(real(*given)))


def defaults_are_forgotten(patch: Patch) -> None:
    real = Emitter.default
    patch.setattr(
        Emitter, "default", lambda self, path: None if path.startswith("t.") else real(self, path)
    )


def a_cut_is_on_the_other_side(patch: Patch) -> None:
    real = tables.edges_of

    def edges_of(*given: Any) -> Any:
        edges, kept = real(*given)
        return [(cut, not below) for cut, below in edges], kept

    patch.setattr(quick, "edges_of", edges_of)


def waivers_touch_what_passes(patch: Patch) -> None:
    patch.setattr(combining, "waive", lambda before: Outcome.WAIVED)


def first_settles_over_an_unknown(patch: Patch) -> None:
    real = support._table

    def table(table: Any, conditions: list[Any], outputs: Any, default: Any) -> Any:
        if table.hit_policy == "F":
            conditions = [holds is True for holds in conditions]
        return real(table, conditions, outputs, default)

    patch.setitem(SUPPORT, "table", table)


def every_decimal_is_a_float(patch: Patch) -> None:
    def as_float(value: Any) -> Any:
        return None if value is None else float(value)

    for module in (floats, quick, tables):
        patch.setattr(module, "as_float", as_float)


def the_last_day_is_left_out(patch: Patch) -> None:
    real = Emitter.in_force

    def in_force(self: Emitter, rule: Any) -> bool:
        day = self.as_of.to_python() if self.as_of is not None else None
        return real(self, rule) and (rule.effective_until is None or day != rule.effective_until)

    patch.setattr(Emitter, "in_force", in_force)


def what_is_listed_disarms_nothing(patch: Patch) -> None:
    patch.setattr(Emitter, "can_be_listed", lambda self, read: False)


def stated_reads_a_default(patch: Patch) -> None:
    patch.setitem(expressions._HANDLERS, core.Stated, lambda self, expr: Code("True", False, 0))


FAULTS: list[Callable[[Patch], None]] = [
    less_is_at_most,
    the_end_of_a_range_is_left_out,
    unknown_or_false_is_false,
    unknown_and_true_is_true,
    none_compares_as_false,
    defaults_are_forgotten,
    a_cut_is_on_the_other_side,
    waivers_touch_what_passes,
    first_settles_over_an_unknown,
    every_decimal_is_a_float,
    the_last_day_is_left_out,
    what_is_listed_disarms_nothing,
    stated_reads_a_default,
]


def first_difference(seed: int, evaluations: int, deals: int) -> Found | None:
    counts = Counts()
    while counts.evaluations < evaluations:
        found = one_policy(seed + counts.generated, counts, deals=deals)
        if found is not None:
            return found
    return None


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_is_found_and_shrunk(fault: Any, tmp_path: Path, monkeypatch: Patch) -> None:
    fault(monkeypatch)
    # tables of one hit policy are few: that fault is looked for where there is one
    found = first_difference(114 if fault is first_settles_over_an_unknown else 1, 30_000, 90)
    assert found is not None, "not found in 30,000 evaluations"
    small = minimal(found)
    folder = write(small, tmp_path)
    text = (folder / "policy.yaml").read_text(encoding="utf-8")
    assert len(small.policy["rules"]) <= 3  # what a table of several rules does takes as many
    assert len(text.splitlines()) <= 40, text
    if isinstance(small.deal, dict):
        assert replay(folder) is not None, "the files do not show it"
    monkeypatch.undo()
    if isinstance(small.deal, dict):
        assert replay(folder) is None, "it differs without the fault too"


def test_another_budget_is_found(monkeypatch: Patch) -> None:
    """Of the rules that generated code leaves to the interpreter. By hand, for a policy that
    loops so long is rare."""
    policy = {
        "policy": "p",
        "version": "1",
        "terms": {"properties": {"t": {"properties": {"l": {"type": "array", "items": _NUMBER}}}}},
        "rules": [
            {"id": "R", "title": "t", "require": "count(for x in t.l, y in t.l return x) > 3"}
        ],
    }
    loaded = load(policy)
    assert loaded is not None
    settings = {"as_of": "2025-01-01", "final": False, "assume": True}
    deal = {"t": {"l": [1] * 320}}
    assert difference(loaded, deal, settings, [], ()) is None
    monkeypatch.setattr(decider, "Interpreter", partial(Interpreter, rule_steps=400_000))
    assert difference(loaded, deal, settings, [], ()) is not None


def test_what_was_written_says_how_to_see_it_again(tmp_path: Path) -> None:
    policy = {
        "policy": "p",
        "version": "1",
        "terms": {"properties": {"t": {"properties": {"a": {"type": "number"}}}}},
        "rules": [{"id": "R", "title": "t", "require": {"t.a": {"at_least": 1}}}],
    }
    assert load(policy) is not None
    settings = {"as_of": "2025-01-01", "final": True, "assume": False}
    found = Found(policy, {"t": {"a": 0.5}}, settings, "said", 7)
    folder = write(found, tmp_path)
    assert folder.name == "7-1"
    assert {path.name for path in folder.iterdir()} == {
        *("policy.yaml", "deal.yaml", "deal.txt", "settings.json", "said.txt", "again.txt")
    }
    again = (folder / "again.txt").read_text(encoding="utf-8")
    assert "--as-of 2025-01-01" in again
    assert "--final --no-assume" in again
    assert replay(folder) is None
    assert write(found, tmp_path).name == "7-2"
