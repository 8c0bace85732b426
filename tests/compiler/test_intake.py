"""A raw document is read by generated code as the checked way reads it, at every border."""

from __future__ import annotations

import enum
import itertools
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from fuzz.differential import load
from policyengine import PolicyEngineError, Terms
from policyengine.decider import Decider
from policyengine.engine import Policy


class Word(enum.StrEnum):
    A = "a"


class Text(str):
    __slots__ = ()


_LISTS: list[dict[str, Any]] = [
    {},
    *({"minItems": low, "maxItems": high} for low in range(5) for high in range(low, 5)),
    *({"minItems": low, "uniqueItems": True} for low in (0, 1, 2)),
]
_NUMBERS: list[dict[str, Any]] = [
    {},
    {"minimum": 0, "maximum": 1000},
    {"exclusiveMinimum": 0, "maximum": 0.5},
    {"minimum": 0.1, "exclusiveMaximum": 9007199254740992},
    {"type": "integer", "minimum": -3, "maximum": 3},
    {"minimum": 10**20},
]
_VALUES: list[Any] = [
    *(True, None, "1", 0, -0.0, 5e-324, 0.1, 0.09999999999999999, 0.5, 0.5000000000000001),
    *(3, 3.0, 4, -3, -4, 1000, 1000.0, 1000.0000000000001, 1001, 2**53 - 1, 2**53, 10**20, 1e20),
    *(float("nan"), float("inf"), -float("inf"), Decimal("0.5"), Decimal("1E+20"), Decimal("NaN")),
]


def policy_of(shape: dict[str, Any], read: bool, condition: Any) -> Policy:
    """A policy on a term of a shape, beside others; `read` says that a rule reads it."""
    found = load(
        {
            "policy": "read",
            "version": "1.0.0",
            "terms": {
                "type": "object",
                "properties": {
                    "g": {
                        "type": "object",
                        "properties": {"x": shape, "flag": {"type": "boolean"}},
                    },
                    "h": {
                        "type": "object",
                        "properties": {
                            "word": {"enum": ["a", "b"], "default": "a"},
                            "in": {
                                "type": "object",
                                "properties": {"n": {"type": "number", "default": 4}},
                            },
                        },
                    },
                },
            },
            "rules": [
                {
                    "id": name,
                    "title": name,
                    "level": "mandatory",
                    "require": require,
                    "because": "No.",
                }
                for name, require in (
                    ("flag", {"g.flag": True}),
                    ("word", {"h.word": "a"}),
                    ("deep", {"h.in.n": {"at_least": 3}}),
                    *((("x", {"g.x": condition}),) if read else ()),
                )
            ],
        }
    )
    assert found is not None
    return found


@cache
def deciding(kind: str, number: int, read: bool) -> tuple[Policy, Decider]:
    if kind == "list":
        items = {"enum": list("abcdef")}
        shape: dict[str, Any] = {"type": "array", "items": items, **_LISTS[number]}
        policy = policy_of(shape, read, {"contains_none": ["b", "f"]})
    else:
        policy = policy_of({"type": "number", **_NUMBERS[number]}, read, {"at_least": 0.5})
    return policy, policy.decider()


def same(policy: Policy, decide: Decider, document: Any) -> None:
    def asked(ask: Any) -> Any:
        try:
            return ask(document)
        except PolicyEngineError as error:
            return [str(found) for found in error.diagnostics]

    def reference(terms: Any) -> Any:
        found = policy.evaluate(terms, engine="interpreter")
        return found.verdict, tuple(found.outcomes.values())

    wanted = asked(reference)
    assert asked(decide) == wanted, document
    for checked in (False, True) if isinstance(document, dict) else ():
        terms = Terms.from_mapping(document)
        if checked and not isinstance(wanted, list):
            terms.check(policy.schema)
        assert [asked(lambda _, terms=terms: decide(terms)) for _ in range(2)] == [wanted] * 2
    alone = [asked(decide.verdict) for _ in range(2)]
    assert alone == [wanted if isinstance(wanted, list) else wanted[0]] * 2, document


@pytest.mark.parametrize("read", [True, False])
@pytest.mark.parametrize("number", range(len(_LISTS)))
def test_lists_of_options(number: int, read: bool) -> None:
    policy, decide = deciding("list", number, read)
    some: list[Any] = [list(items) for size in range(5) for items in _of(size)]
    odd = [Word.A, Text("a"), "z", 1, None, ["a"], "\ud800"]
    some += [[*more, item] for item in odd for more in ([], ["a"], ["b", "c"], list("abcd"))]
    for value in [*some, ("a",), "a", {"a": 1}, {"a"}]:
        same(policy, decide, {"g": {"x": value, "flag": True}, "h": {"word": "a", "in": {"n": 5}}})


def _of(size: int) -> Any:
    """Lists of a size: every short one, and some that repeat an item at any two places."""
    if size < 3:
        return itertools.product("abz", repeat=size)
    base = "acdef"[:size]
    twice = (
        base[:second] + base[first] + base[second + 1 :]
        for first, second in itertools.combinations(range(size), 2)
    )
    return (base, "b" + base[1:], base[:-1] + "z", *twice)


@pytest.mark.parametrize("read", [True, False])
@pytest.mark.parametrize("number", range(len(_NUMBERS)))
def test_numbers(number: int, read: bool) -> None:
    policy, decide = deciding("number", number, read)
    for value in _VALUES:
        same(policy, decide, {"g": {"x": value, "flag": True}, "h": {"word": "a", "in": {"n": 5}}})


_LEAVES = {"x": 1, "flag": True}
_BELOW: list[Any] = [None, {}, {"n": 2}, {"n": "2"}, {"m": 2}, {"n": 2, "m": 3}, [], 0]


@pytest.mark.parametrize("read", [True, False])
def test_groups_with_more_less_and_other_members(read: bool) -> None:
    policy, decide = deciding("number", 1, read)
    groups: list[Any] = [
        None,
        [],
        {},
        {"x": 1},
        {"flag": 1},
        {"x": 1, "flag": False},
        {"x": 1, "y": True},
    ]
    groups += [{"x": 1, "flag": True, "y": 2}, {1: 2, "flag": True}, {"x": Word.A, "flag": True}]
    words: list[Any] = ["a", "b", "c", Word.A, Text("a"), 1, None, ["a"]]
    for group in groups:
        same(policy, decide, {"g": group})
        same(policy, decide, {"g": group, "h": {"word": "b"}})
        same(policy, decide, {"g": group, "h": {"word": "a", "in": {"n": 2}}})
        same(policy, decide, {"g": group, "k": {}})
    for below in _BELOW:
        same(policy, decide, {"g": _LEAVES, "h": {"in": below}})
        same(policy, decide, {"g": _LEAVES, "h": {"word": "a", "in": below}})
    for word in words:
        same(policy, decide, {"g": _LEAVES, "h": {"word": word, "in": {"n": 3}}})
    documents: list[Any] = [None, [], {}, {"h": {}}, {"h": 1}, {"g": _LEAVES, "evidence": {}}]
    for document in documents:
        same(policy, decide, document)


_EVIDENCE: list[Any] = [
    *(None, {}, [], 0, "g.x", {"g.x": {}}, {"g.x": {"source": "s", "confidence": "high"}}),
    *({"g.x": None}, {"g.y": {}}, {1: {}}, {"g.x": {"confidence": "sure"}}, {"g.x": {"clause": 4}}),
    {"g.x": {"sources": "s"}, "g.flag": {"note": "n"}},
]


@pytest.mark.parametrize("read", [True, False])
def test_evidence_has_no_part_in_an_answer_and_is_checked(read: bool) -> None:
    policy, decide = deciding("number", 1, read)
    for evidence in _EVIDENCE:
        for group in (_LEAVES, {"x": 1}, {"x": "1"}):
            same(policy, decide, {"g": group, "evidence": evidence})
            same(policy, decide, {"g": group, "evidence": evidence, "k": 1})
            same(policy, decide, {"g": group, "evidence": evidence, "not_applicable": []})


def test_no_deal_lacks_a_term_that_it_must_state() -> None:
    properties = {"x": {"type": "number"}, "y": {"type": "boolean"}, "z": {"enum": ["a", "b"]}}
    inner = {"type": "object", "properties": properties, "required": ["x", "z"]}
    terms = {"type": "object", "properties": {"g": inner, "h": inner}, "required": ["g"]}
    rules = [
        {"id": "x", "title": "x", "level": "mandatory", "because": "No.", "forbid": {"g.x": 0}},
        {"id": "y", "title": "y", "level": "advisory", "because": "No.", "forbid": {"h.y": True}},
    ]
    policy = load({"policy": "must", "version": "1.0.0", "terms": terms, "rules": rules})
    assert policy is not None
    decide = policy.decider()
    whole = {"x": 1, "y": True, "z": "a"}
    groups: list[Any] = [
        {name: whole[name] for name in names}
        for size in range(4)
        for names in itertools.combinations(whole, size)
    ]
    groups += [None, {**whole, "x": None}, {**whole, "z": None}, {**whole, "w": 1}]
    for group in groups:
        others: list[Any] = [{}, {"h": whole}, {"h": {}}, {"h": {"x": 1, "z": "b"}}]
        for other in others:
            same(policy, decide, {"g": group, **other})
            same(policy, decide, {"g": group, **other, "deal": {"id": "d"}})
            same(policy, decide, {**other, "evidence": {}})
    assert decide({"g": {"x": 1, "z": "a"}})[0] == "accept"
    documents: list[Any] = [{"h": whole}, {"g": {"x": 1}}, {"g": {"z": "a", "y": True}}, {"g": {}}]
    for lacking in documents:
        with pytest.raises(PolicyEngineError, match=r"must be stated|required"):
            decide(lacking)
