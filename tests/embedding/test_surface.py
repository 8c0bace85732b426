"""The library's surface: what a log shows of its objects, and what a type checker sees of it."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

import policyengine
from policyengine import Policy, PolicyStore, Session, Terms, Waivers
from policyengine.engine import ENGINES, Engine
from policyengine.session.executors import EXECUTORS
from policyengine.session.executors import Engine as SessionEngine

DAY = "2026-01-31"
PACK = Path(__file__).parents[2] / "rules/national-interest"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.load(PACK, shown="national-interest")


def test_nothing_is_dumped_into_a_log(policy: Policy) -> None:
    terms = {"deal": {"id": "x"}, "parties": {"principal": "BLR"}}
    decision = policy.evaluate(terms, as_of=DAY)
    shown = [
        policy,
        policy.core,
        policy.schema,
        policy.rules[0],
        policy.decider(as_of=DAY),
        policy.compiled(as_of=DAY),
        policy.statement(terms, decision),
        decision,
        decision.reasons[:3],
        decision.policy,
        Terms.from_mapping(terms),
        Session(policy, terms, as_of=DAY),
        Waivers((), (("w.yaml", "sha256:0"),)),
        PolicyStore(PACK).state,
    ]
    for one in shown:
        assert len(repr(one)) < 400, type(one)
        assert "\n" not in repr(one)
    assert repr(policy) == (
        f"<Policy national-interest {policy.version}, {len(policy.rules)} rules, "
        f"{policy.digest[:19]}>"
    )
    assert repr(policy) in str(AssertionError(policy))


def test_choices_are_spelled_out_for_type_checkers() -> None:
    assert get_args(Engine) == ENGINES
    assert get_args(SessionEngine) == tuple(EXECUTORS)
    calls: dict[Any, tuple[str, ...]] = {
        Policy.evaluate: ("explain", "engine"),
        Session.__init__: ("engine",),
        Session.replay: ("engine",),
        Session.resume: ("engine",),
        Session.decision: ("explain",),
    }
    for call, names in calls.items():
        hints = get_type_hints(call, vars(inspect.getmodule(call)))
        defaults = inspect.signature(call).parameters
        for name in names:
            assert get_origin(hints[name]) is Literal
            assert defaults[name].default in get_args(hints[name])


def test_everything_public_says_what_it_is() -> None:
    for name in policyengine.__all__:
        found: Any = getattr(policyengine, name)
        if not inspect.isclass(found):
            continue
        assert found.__doc__, name
        for own, member in vars(found).items():
            call = member.fget if isinstance(member, property) else member
            call = getattr(call, "__func__", call)
            if not own.startswith("_") and inspect.isfunction(call):
                assert call.__doc__, f"{name}.{own}"
                assert "return" in call.__annotations__, f"{name}.{own}"
