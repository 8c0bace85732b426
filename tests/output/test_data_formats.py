"""JSON, JSON Lines and YAML: the same data as the library's, and safe to look at."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policyengine.decision import Decision, Verdict, no_verdict
from policyengine.output import json as json_output
from policyengine.output import yaml as yaml_output
from policyengine.output.base import Format

NAMES = ("accept", "reject", "conditional", "undetermined", "nothing-applied", "everything")
ERROR = no_verdict([{"code": "x", "severity": "error", "message": "m"}], source="a", line=1)


def made(form: str, decisions: list[Decision], *, many: bool) -> str:
    kind: Format = importlib.import_module(f"policyengine.output.{form}").Format(many=many)
    pieces = [kind.start(), *map(kind.decision, decisions)]
    pieces += [kind.error(ERROR)] if many else []
    return "".join([*pieces, kind.end()])


def read(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


@pytest.mark.parametrize("name", NAMES)
def test_json_reads_back_as_the_same_decision(name: str, decisions: Mapping[str, Decision]) -> None:
    decision = decisions[name]
    text = made("json", [decision], many=False)
    assert Decision.from_dict(read(text)) == decision
    assert read(text) == read(decision.to_json())
    assert text.endswith("}\n")


@pytest.mark.parametrize("name", NAMES)
def test_yaml_says_what_json_says(name: str, decisions: Mapping[str, Decision]) -> None:
    text = made("yaml", [decisions[name]], many=False)
    assert yaml.safe_load(text) == json.loads(made("json", [decisions[name]], many=False))


def test_several_deals_are_a_list_with_the_errors_in_it(decisions: Mapping[str, Decision]) -> None:
    several = [decisions[name] for name in NAMES]
    as_json = json.loads(made("json", several, many=True))
    lines = made("jsonl", several, many=True).splitlines()
    assert [row["verdict"] for row in as_json][-1] is None
    assert as_json[-1] == ERROR
    assert [json.loads(line) for line in lines] == as_json
    assert yaml.safe_load(made("yaml", several, many=True)) == as_json


def test_one_of_several_is_still_a_list(decisions: Mapping[str, Decision]) -> None:
    kind = importlib.import_module("policyengine.output.json").Format(many=True)
    text = kind.start() + kind.decision(decisions["accept"]) + kind.end()
    assert len(json.loads(text)) == 1


def test_no_deals_are_an_empty_list() -> None:
    for form in ("json", "yaml"):
        kind = importlib.import_module(f"policyengine.output.{form}").Format(many=True)
        assert yaml.safe_load(kind.start() + kind.end()) == []


def test_numbers_keep_every_digit(make_decision: Callable[..., Decision]) -> None:
    number = Decimal("12345678901234567890123456789.01234")
    decision = make_decision(Verdict.ACCEPT, defined={"x": number, "y": Decimal("1e300")})
    assert read(made("json", [decision], many=False))["defined"] == {
        "x": number,
        "y": Decimal("1e300"),
    }
    assert str(number) in made("yaml", [decision], many=False)


@pytest.mark.parametrize(
    "word", ("NO", "no", "y", "on", "null", "~", "010", "1e5", "12:30", "2026-01-01", "- a", "a: b",
             "a #b", "", " a", "a ", "*x", "&x", "!x", "{a", "%a", "@a", "`a", "0x10", ".inf", "<<",
             "=", "1_000", "a\nb", "é", "\x00", "🙂", "'", '"')
)  # fmt: skip
def test_yaml_strings_stay_strings(word: str) -> None:
    assert yaml.safe_load(yaml_output.text({"k": word, "l": [word]})) == {"k": word, "l": [word]}
    if word.strip():
        assert yaml.safe_load(yaml_output.text({word: 1})) == {word: 1}


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=8), plain, max_size=4))
def test_any_data_reads_back(data: dict[str, Any]) -> None:
    assert json.loads(json_output.text(data)) == data
    if _yaml_can(data):
        assert yaml.safe_load(yaml_output.text(data)) == data


def _yaml_can(data: Any) -> bool:
    """PyYAML reads an escaped surrogate pair as two characters, and no lone ones."""
    return not re.search("[\ud800-\udfff\U00010000-\U0010ffff]", repr(data)) and (
        "\\U" not in repr(data)
    )


@pytest.mark.parametrize("form", ("json", "jsonl", "yaml"))
@pytest.mark.parametrize(
    "hostile",
    ("\x1b[2J", "\x9b2J", "\x7f", "a\u2028b", "\u202eevil", "x\nACCEPT", "##[error]x", "::error::"),
)
def test_threat_53_54_55_data_cannot_act(
    form: str, hostile: str, make_decision: Callable[..., Decision]
) -> None:
    decision = make_decision(Verdict.ACCEPT, defined={hostile: hostile})
    text = made(form, [decision], many=False)
    assert [c for c in text if not c.isprintable() and c != "\n"] == []
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert yaml.safe_load(text)["defined"] == {hostile: hostile}
    if form == "jsonl":
        assert text.count("\n") == 1
