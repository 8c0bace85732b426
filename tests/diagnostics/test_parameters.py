"""Values that a caller gives for parameters, and those of a file, point at what is wrong."""

from __future__ import annotations

import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine import nodes
from policyengine.cli.run import read_parameters
from policyengine.engine import Policy
from policyengine.errors import ParameterError
from policyengine.loading import _override_nodes

BASE = Path(__file__).parent / "base"
POLICY = """\
policy: example
version: 1.0.0
terms: ../terms.schema.yaml
parameters:
  clauses: [Art. 1, Art. 2]
  least: 30
  forms: [treaty]
"""
RULES = """\
rules:
  - id: R-1
    title: A clause
    require: {exit.clause: {one_of: {parameter: clauses}}}
  - id: R-2
    title: Notice
    require: exit.notice_days >= parameters.least
  - id: R-3
    title: A form
    require: deal.instrument in parameters.forms
"""


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(BASE, tmp_path, dirs_exist_ok=True)
    folder = tmp_path / "policy"
    (folder / "policy.yaml").write_text(POLICY, "utf-8")
    (folder / "rules.yaml").write_text(RULES, "utf-8")
    monkeypatch.chdir(tmp_path)
    return Path("policy")


CASES: list[tuple[dict[str, Any], str]] = [
    (
        {"clauses": ["Art. 1", 5, False]},
        """\
<parameters>:1:21: error[type-mismatch]: expected a text in the parameter `clauses`;\
 found the number `5`
  1 | clauses: ["Art. 1", 5, false]
    |                     ^
  hint: put it in quotes: "5"
  policy/policy.yaml:5:3: declared here
<parameters>:1:24: error[type-mismatch]: expected a text in the parameter `clauses`; found `false`
  1 | clauses: ["Art. 1", 5, false]
    |                        ^^^^^
  hint: put it in quotes: "false"
  policy/policy.yaml:5:3: declared here""",
    ),
    (
        {"least": "60 days"},
        """\
<parameters>:1:8: error[type-mismatch]: the parameter `least` is a number; its override is a text
  1 | least: "60 days"
    |        ^^^^^^^^^
  hint: write the number alone
  policy/policy.yaml:6:3: declared here""",
    ),
    (
        {"least": [{"from": date(2020, 1, 1), "value": 30}, {"from": "2021-01-01", "value": True}]},
        """\
<parameters>:1:78: error[type-mismatch]: the parameter `least` is a number; its override is \
true or false
  1 | least: [{"from": "2020-01-01", "value": 30}, {"from": "2021-01-01", "value": true}]
    |                                                                              ^^^^
  policy/policy.yaml:6:3: declared here""",
    ),
    (
        {"forms": ["treaty", "memorandom"]},
        """\
<parameters>:1:19: error[not-in-enum]: `memorandom` in the parameter `forms` is not a value of \
the term it is compared with; expected one of `treaty`, `contract`, `memorandum`
  1 | forms: ["treaty", "memorandom"]
    |                   ^^^^^^^^^^^^
  hint: did you mean `memorandum`?
  policy/rules.yaml:10:33: used here""",
    ),
]


@pytest.mark.parametrize(("given", "expected"), CASES)
def test_a_caller(policy: Path, given: dict[str, Any], expected: str) -> None:
    with pytest.raises(ParameterError) as refused:
        Policy.load(policy, parameters=given)
    assert str(refused.value) == expected


def test_a_file(policy: Path) -> None:
    Path("more.yaml").write_text("least: 45\nclauses: [Art. 1, 5]\n", "utf-8")
    with pytest.raises(ParameterError) as refused:
        Policy.load(policy, parameters=read_parameters(Path("more.yaml")))
    assert str(refused.value).startswith("more.yaml:2:19: error[type-mismatch]: expected a text")


PLAIN = st.recursive(
    st.text(max_size=8) | st.booleans() | st.integers(-(10**20), 10**20) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(PLAIN)
def test_every_part_stands_where_it_is_written(value: Any) -> None:
    """What a caller gives is the same when it is read from the text that messages show."""
    (node,) = _override_nodes({"x": value}).values()

    def check(node: nodes.Node) -> None:
        read = json.loads(node.span.text, parse_int=Decimal)
        assert nodes.plain(node) == read
        for part in getattr(node, "items", ()):
            check(part)
        for key, part in getattr(node, "entries", ()):
            assert key.span.text.startswith('"')
            check(part)

    check(node)
