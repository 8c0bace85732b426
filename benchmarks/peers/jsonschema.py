"""jsonschema-rs: the errors of a schema of all rules, an `allOf`; and `is_valid` on one of the
mandatory rules, then of the negotiable ones, which gives the verdict alone."""

from __future__ import annotations

from typing import Any

from benchmarks.contestant import Contestant, Runner, as_it_is, from_failed
from benchmarks.neutral import Base, Condition, pushed

_LIMIT = {"<": "exclusiveMaximum", "<=": "maximum", ">": "exclusiveMinimum", ">=": "minimum"}


def schema(condition: Condition) -> dict[str, Any]:
    kind = condition[0]
    if kind in ("all", "any"):
        return {f"{kind}Of": [schema(part) for part in condition[1]]}
    if kind == "not":
        return {"not": schema(condition[1])}
    group, _, name = condition[1].partition(".")
    if kind == "is":
        test: dict[str, Any] = {"const": condition[2]}
    elif kind == "compare":
        test = {_LIMIT[condition[2]]: condition[3]}
    elif kind == "among":
        test = {"enum": list(condition[2])}
    else:
        test = {"contains": {"enum": list(condition[2])}}
    return {"properties": {group: {"properties": {name: test}}}}


def verdict(base: Base) -> Runner:
    import jsonschema_rs

    def valid(mandatory: bool) -> Any:
        rules = [schema(pushed(rule.passes)) for rule in base.rules if rule.mandatory is mandatory]
        return jsonschema_rs.validator_for({"allOf": rules} if rules else True).is_valid

    mandatory, negotiable = valid(True), valid(False)

    def run(deal: Any) -> str:
        if not mandatory(deal):
            return "reject"
        return "accept" if negotiable(deal) else "conditional"

    return Runner(as_it_is, run, lambda raw: (raw, None))


def outcomes(base: Base) -> Runner:
    import jsonschema_rs

    rules = [schema(pushed(rule.passes)) for rule in base.rules]
    iter_errors = jsonschema_rs.validator_for({"allOf": rules}).iter_errors

    def run(deal: Any) -> list[Any]:
        return [error.schema_path[1] for error in iter_errors(deal)]

    return Runner(as_it_is, run, from_failed(base))


_PACKAGE = "jsonschema-rs"
CONTESTANTS = (
    Contestant(_PACKAGE, "iter_errors, dict", "outcomes", outcomes, "jsonschema_rs", _PACKAGE),
    Contestant(
        f"{_PACKAGE}, is_valid", "stops at the first failure", "verdict",
        verdict, "jsonschema_rs", _PACKAGE,
    ),
)  # fmt: skip
