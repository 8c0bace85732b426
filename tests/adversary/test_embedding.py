"""What a program does to its own objects after a call changes nothing."""

from __future__ import annotations

from typing import Any

from policyengine import Policy, Verdict

from .conftest import HEAD, written


def test_overrides_changed_after_loading(tmp_path: Any) -> None:
    rules = {"rules.yaml": "rules:\n  - {id: A, title: t, require: n in parameters.allowed}\n"}
    folder = written(tmp_path, rules, head=HEAD + "parameters:\n  allowed: [1]\n")
    given: dict[str, Any] = {"allowed": [5]}
    policy = Policy.load(folder, parameters=given)
    given["allowed"].append(6)
    assert policy.evaluate({"n": 6}).verdict is Verdict.REJECT
    assert policy.with_parameters({}).evaluate({"n": 6}).verdict is Verdict.REJECT
    assert policy.evaluate({"n": 6}).to_dict()["parameters"] == {"allowed": [5]}
