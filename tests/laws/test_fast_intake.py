"""The generated check of raw terms takes nothing that `check` refuses, and reads the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pytest

from fuzz.differential import load
from fuzz.generate import Generator
from policyengine import TermsError
from policyengine.compiler import Compiled
from policyengine.compiler.quick import Quick
from policyengine.engine import Policy
from policyengine.facts import Facts
from policyengine.intake import check

_WRONG: list[Any] = [
    *(True, False, None, 0, 1, -1, 0.1, 1e308, float("nan"), float("inf"), 10**40, 2**53, 2**60),
    *("", "a", "loan", "treaty", "2025-01-01", "2025-02-30", "\ud800", "9", "1e9"),
    *([], ["a"], ["a", "a"], ["z"], [None], [1], [["a"]], {}, {"amount": 1}, [{"amount": "1"}]),
    *([{"nope": 1}], (), ("a",), {"a"}, b"a", object(), Decimal("NaN"), Decimal("1E+7000")),
]


@lru_cache(maxsize=1)
def reader(policy: Policy) -> tuple[Compiled, Callable[[Any], Any]]:
    """The compiled form, and the fast path with whether the row has an unknown, and the row, in
    place of a decision."""
    compiled = policy.compiled(as_of="2025-01-01")
    forms = compiled.forms
    quick = Quick(forms._emitter, forms.floats, known=True)
    return compiled, forms.reader(quick, "row", lambda row: [f"return gaps, {row}"])[0]


def agree(policy: Policy, document: Any) -> bool:
    """Whether the fast path took it; asserts that it then read what `check` reads."""
    compiled, read = reader(policy)
    found = read(document)
    if found is None:
        return False
    unknown, row = found
    deal = check(document, policy.schema)
    facts = Facts(deal, policy.schema, {}, None)
    wanted = compiled.forms.row(compiled.row(facts))
    assert wanted is not None
    row = tuple(
        frozenset(value) if path in compiled.forms.sets and value is not None else value
        for path, value in zip(compiled.paths, row, strict=True)
    )
    assert row == wanted
    assert unknown is (None in row)
    for path, made, other in zip(compiled.paths, row, wanted, strict=True):
        same = (int, float) if path in compiled.forms.floats else (type(other),)
        assert other is None or type(made) in same
    return True


@pytest.mark.parametrize("seed", range(120))
def test_documents_right_and_wrong(seed: int) -> None:
    generator = Generator(seed)
    data = generator.policy()
    policy = load(data)
    if policy is None:
        pytest.skip("the generated policy does not load")
    chance = random.Random(seed)
    took = 0
    for _ in range(10):
        document = generator.deal(data["terms"])
        document.pop("not_applicable", None)
        took += agree(policy, document)
        names = [*data["terms"]["properties"]["t"]["properties"], "misspelt", "__class__", "t.x"]
        for _ in range(12):
            spoilt = {"t": {**document["t"], chance.choice(names): chance.choice(_WRONG)}}
            agree(policy, spoilt)
    assert took == 10, "the fast path is for documents that are right"


@pytest.mark.parametrize(
    "document",
    [
        *(None, [], "t", {}, {"t": None}, {"t": []}, {"t": {}, "u": {}}, {"u": 1}),
        *({"t": {}, "evidence": {}}, {"t": {}, "not_applicable": []}, {1: {}}, {"t": {1: 2}}),
    ],
)
def test_odd_documents(document: Any) -> None:
    policy = load(Generator(1).policy())
    assert policy is not None
    if not agree(policy, document) and not set(document or ()) & {"evidence", "not_applicable"}:
        with pytest.raises(TermsError):
            check(document, policy.schema)
