"""What is checked of every answer, and what is let through to the C code."""

from __future__ import annotations

import itertools
import random
import re
from typing import Any

import pytest

from fuzz.differential import load
from policyengine import Policy
from policyengine.decision import Outcome
from policyengine.errors import DisagreementError
from policyengine.rete import forms as forms_
from policyengine.rete import ruleset
from policyengine.rete.forms import FALSE, TRUE, F, Form, Forms, T, U
from policyengine.rete.plan import plan
from policyengine.values.logic import at_least

from .conftest import Spy

HOSTILE = ['"', "\\", "sid", "id", "$s", "a.b", "\x00", "a0", "'; drop", "$nex", "é" * 300]


def policy(rules: int = 2, text: str = "x") -> Policy:
    values = {"type": "string", "enum": [text, "other"]}
    terms = {"type": "object", "additionalProperties": False, "properties": {"a": values}}
    made = load(
        {
            "policy": "p",
            "version": "1.0.0",
            "terms": terms,
            "rules": [
                {"id": f"R-{n}", "title": text, "require": {"a": text}} for n in range(rules)
            ],
        }
    )
    assert made is not None
    return made


def code(made: Policy, deal: Any) -> str:
    with pytest.raises(DisagreementError) as caught:
        made.evaluate(deal, engine="rete")
    assert caught.value.diagnostics[0].message.endswith("there is no verdict")
    return caught.value.diagnostics[0].code


def test_nothing_that_a_user_wrote_reaches_the_library(spy: Spy) -> None:
    for text in HOSTILE:
        try:
            made = policy(text=text)
        except AssertionError:
            continue
        assert made.evaluate({"a": text}, engine="rete").verdict.value == "accept"
        assert made.evaluate({"a": "other"}, engine="rete").verdict.value == "reject"
    assert spy.told
    words = set()
    for told in spy.told:
        words |= set(re.findall(r'"([^"]*)"', told)) if told.startswith("{") else {told}
    # the ids of the session and of the fact are among them: they never grow
    assert words <= {
        *("p", "0", "f", "s", "c", "sid", "id", "all", "m", "$and"),
        *(f"{letter}{number}" for letter in "ar" for number in range(20)),
    }


LIES: dict[str, Any] = {
    "a fact that is not handled": ("assert_fact", lambda found: (1, found[1])),
    "another session": ("assert_fact", lambda found: (0, found[1] + 1)),
    "no action at all": ("start_action_for_state", lambda _: None),
    "the sentinel does not fire": (
        "start_action_for_state",
        lambda found: (found[0], found[1].replace('{"s"', '{"r0"', 1)),
    ),
    "the sentinel fires twice": (
        "complete_and_start_action",
        lambda found: found and re.sub(r'^\{"r\d+"', '{"s"', found),
    ),
    "a rule that there is not": (
        "complete_and_start_action",
        lambda found: found and re.sub(r'^\{"r\d+"', '{"r99"', found),
    ),
    "actions without end": ("complete_and_start_action", '{"r0":{}}'),
    "nothing but the sentinel": ("complete_and_start_action", lambda _: None),
    "a retraction that fails": ("retract_fact", lambda found: (1, found[1])),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("primed", (True, False))
def test_an_answer_that_cannot_be_trusted_is_refused(spy: Spy, lie: str, primed: bool) -> None:
    made = policy()
    deal = {"a": "x"}
    if primed:
        assert made.evaluate(deal, engine="rete").verdict.value == "accept"
    function, change = LIES[lie]
    if callable(change):
        spy.change[function] = change
    else:
        spy.answer[function] = change  # asked again after the last action, the library crashes
    assert code(made, deal) == "rete-refused"
    spy.change.clear()
    spy.answer.clear()
    # nothing is left of it: the network is made anew
    assert made.evaluate(deal, engine="rete").verdict.value == "accept"
    assert made.evaluate({"a": "other"}, engine="rete").verdict.value == "reject"


def test_an_error_of_the_library_is_no_verdict(spy: Spy) -> None:
    def fail(_: Any) -> Any:
        raise spy.error("error code: 303")

    made = policy()
    made.evaluate({"a": "x"}, engine="rete")
    spy.change["assert_fact"] = fail
    assert code(made, {"a": "x"}) == "rete-refused"


def test_another_answer_than_the_reference_is_no_verdict(spy: Spy) -> None:
    """The library fires one rule in place of another: all it says is in order, and wrong."""
    made = policy(1)
    assert made.evaluate({"a": "x"}, engine="rete").verdict.value == "accept"
    codes = []
    for other in ("r0", "r1", "r2", "r3"):
        spy.change["complete_and_start_action"] = lambda found, other=other: (
            found and re.sub(r'^\{"r\d"', f'{{"{other}"', found)
        )
        try:
            assert made.evaluate({"a": "x"}, engine="rete").verdict.value == "accept"
        except DisagreementError as error:
            codes += [found.code for found in error.diagnostics]
    assert codes == ["executors-disagree"] * 3


def fnv(name: str) -> int:
    found = 2166136261
    for byte in name.encode():
        found = (found ^ byte) * 16777619 & 0xFFFFFFFF
    return found


def test_names_that_the_library_hashes_do_not_collide() -> None:
    names = ["c", "sid", "id", "$s", *(f"a{number}" for number in range(ruleset.ATOMS))]
    assert len({fnv(name) for name in names}) == len(names)
    assert (fnv("id"), fnv("sid")) == (926444256, 3593476751)  # as its source has them


def test_limits() -> None:
    """Under what the library survives: 64 conditions side by side, 255 properties."""
    assert ruleset.ALTERNATIVES + 1 < 64
    assert ruleset.ATOMS + len(["c", "sid", "id"]) < 255
    assert forms_.WIDTH < 32


def test_rulesets_stay_small_whatever_the_policy() -> None:
    names = [f"b{number}" for number in range(300)]
    terms = {"type": "object", "additionalProperties": False,
             "properties": {name: {"type": ["boolean", "null"]} for name in names}}  # fmt: skip
    wide = [{name: True} for name in names]
    pairs = [{"any": [wide[n], wide[n + 1]]} for n in range(0, 300, 2)]
    made = load(
        {
            "policy": "wide",
            "version": "1.0.0",
            "terms": terms,
            "rules": [
                {"id": "A", "title": "t", "require": {"all": wide}},
                {"id": "B", "title": "t", "require": {"any": wide}, "unless": {"all": pairs}},
                {"id": "C", "title": "t", "require": {"some_of": {"at_least": 20, "of": wide}}},
                {
                    "id": "D",
                    "title": "t",
                    "require": {"some_of": {"at_least": 6, "of": pairs[:20]}},
                },
            ],
        }
    )
    assert made is not None
    for final in (False, True):
        found = plan(made.core, final=final)
        assert sum(map(len, found.strata)) < 6_000
        assert len(found.strata) < 12
        for stratum in found.strata:
            for part in ruleset.chunks(stratum):
                assert len(part) <= ruleset.ALTERNATIVES
                atoms = [atom for alternative in part for atom in alternative.atoms]
                assert len(set(atoms)) <= ruleset.ATOMS
            assert max(len(alternative.atoms) for alternative in stratum) <= forms_.WIDTH


# formulas -----------------------------------------------------------------------------------


def holds(made: Forms, form: Form, values: dict[int, int]) -> bool:
    known = dict(values)
    for gate in made.gates:
        assert made.strata[gate.variable] > max(
            (made.strata[variable] for part in gate.alternatives for variable, _ in part), default=0
        )
    for gate in sorted(made.gates, key=lambda gate: made.strata[gate.variable]):
        if _true(gate.alternatives, known):
            known[gate.variable] = T
    return _true(form, known)


def _true(form: Form, values: dict[int, int]) -> bool:
    return any(all(values.get(v, 0) & mask for v, mask in part) for part in form)


def test_connectives_of_forms() -> None:
    source = random.Random(4)
    for _ in range(40):
        made = Forms()
        variables = [made.variable() for _ in range(source.randint(1, 6))]
        values = {variable: source.choice((T, F, U)) for variable in variables}
        known: list[tuple[Form, bool]] = [(TRUE, True), (FALSE, False)]
        for variable, mask in itertools.product(variables, (T, F, U, T | U, F | U)):
            known.append((made.atom(variable, mask), bool(values[variable] & mask)))
        for _ in range(25):
            chosen = source.choices(known, k=source.randint(1, 12))
            parts, truths = [form for form, _ in chosen], [truth for _, truth in chosen]
            count = source.randint(0, len(parts) + 1)
            known += [
                (made.conjunction(parts), all(truths)),
                (made.disjunction(parts), any(truths)),
                (made.at_least(count, parts), bool(at_least(count, truths))),
                (made.gate(parts[0]), truths[0]),
            ]
        for form, truth in known:
            assert holds(made, form, values) is truth
            assert len(form) <= forms_.ALTERNATIVES


def test_outcomes_are_read_off_the_table() -> None:
    from policyengine import combining
    from policyengine.rete.plan import BITS, _cubes

    cubes = _cubes()
    assert set(cubes) == {outcome for outcome in Outcome if outcome is not Outcome.WAIVED}
    for case in itertools.product((True, False, None), repeat=3):
        found = {
            outcome
            for outcome, widest in cubes.items()
            for cube in widest
            if all(BITS[value] & mask for value, mask in zip(case, cube, strict=True))
        }
        assert found == {combining.outcome(*case)}
