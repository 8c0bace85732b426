"""cedarpy: a `forbid` policy for each rule; a denial names those that fail.

Cedar has whole numbers only in its comparisons, so numbers are given in hundredths.
"""

from __future__ import annotations

import json
from typing import Any

from benchmarks.contestant import Contestant, Runner, flat, flat_name, from_failed
from benchmarks.neutral import Base, Condition, Deal, pushed

_HEAD = "(principal, action, resource)"
_REQUEST = {"principal": 'User::"a"', "action": 'Action::"a"', "resource": 'Deal::"a"'}


def text(condition: Condition, of: str) -> str:
    kind = condition[0]
    if kind in ("all", "any"):
        word = " && " if kind == "all" else " || "
        return "(" + word.join(text(part, of) for part in condition[1]) + ")"
    if kind == "not":
        return f"!({text(condition[1], of)})"
    name = f"{of}.{flat_name(condition[1])}"
    if kind == "is":
        return name if condition[2] else f"!{name}"
    if kind == "compare":
        return f"{name} {condition[2]} {condition[3] * 100}"
    options = "[" + ", ".join(f'"{option}"' for option in condition[2]) + "]"
    if kind == "among":
        return f"{options}.contains({name})"
    return f"{name}.containsAny({options})"


def parsed(base: Base, of: str) -> Any:
    import cedarpy

    # the parser names policies by their place: policy0 is the permit, then the rules in order
    failures = [text(pushed(rule.passes, negate=True), of) for rule in base.rules]
    policies = [f"permit{_HEAD};", *(f"forbid{_HEAD} when {{ {each} }};" for each in failures)]
    return cedarpy.PolicySet.from_str("\n".join(policies))


def prepared(base: Base) -> Runner:
    """The deal is an entity, parsed beforehand."""
    import cedarpy

    policies, authorize = parsed(base, "resource"), cedarpy.is_authorized

    def prepare(deal: Deal) -> Any:
        uid = {"type": "Deal", "id": "a"}
        entity = {"uid": uid, "attrs": _attributes(deal), "parents": []}
        return cedarpy.Entities.from_json_str(json.dumps([entity]))

    return Runner(prepare, lambda deal: authorize(_REQUEST, policies, deal), _reader(base))


def raw(base: Base) -> Runner:
    """The deal is the context of the request."""
    import cedarpy

    policies, authorize = parsed(base, "context"), cedarpy.is_authorized
    nothing = cedarpy.Entities.from_json_str("[]")

    def run(context: dict[str, Any]) -> Any:
        return authorize(_REQUEST | {"context": context}, policies, nothing)

    return Runner(_attributes, run, _reader(base))


def _reader(base: Base) -> Any:
    failed = from_failed(base)

    def read(raw: Any) -> tuple[str, tuple[bool, ...]]:
        if raw.diagnostics.errors:
            raise ValueError(raw.diagnostics.errors[0])
        names = [] if raw.allowed else raw.diagnostics.reasons
        return failed(int(name.removeprefix("policy")) - 1 for name in names)

    return read


def _attributes(deal: Deal) -> dict[str, Any]:
    return {name: _hundredths(value) for name, value in flat(deal).items()}


def _hundredths(value: Any) -> Any:
    return int(value * 100) if type(value) in (int, float) else value


_BOTH = "verdict, outcomes"
CONTESTANTS = (
    Contestant("cedarpy", "policies and deal parsed before", _BOTH, prepared, "cedarpy", "cedarpy"),
    Contestant("cedarpy, raw dict", "context as a dict", _BOTH, raw, "cedarpy", "cedarpy"),
)
