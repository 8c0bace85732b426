"""The words that a terms schema has for values: wherever a person reads, and in no data."""

from __future__ import annotations

import copy
import pickle
import re

import pytest

from policyengine import Decision, Policy
from policyengine.output import pretty, public, registry
from policyengine.output.text import Style

TEXT = """\
policy: p
version: "1"
terms:
  type: object
  additionalProperties: false
  properties:
    law:
      title: Governing law
      enum: [own_law, third_law, neutral_law]
      x-labels: {own_law: our own law, third_law: law of a third state}
    open: {type: boolean, default: false, title: Open,
           x-labels: {"true": a text for all, "false": a text for few}}
    sum: {type: number, default: 21000, title: Sum, x-unit: EUR}
define: {twice: 2 * sum, share: sum / sum}
rules:
  - {id: R, title: t, forbid: {law: [third_law]}, because: "It is {law}.",
     public: {say: "The draft takes the {law} (open: {open}).", open: "The draft is silent."}}
  - {id: S, title: u, require: {law: [own_law, neutral_law]}}
  - {id: T, title: v, require: {open: true}, because: "It is {open}."}
  - {id: U, title: w, require: {all: [{twice: {at_least: 2}}, {share: 1}]}}
"""
DEAL = {"law": "third_law"}
NAMES = tuple(
    name for name in registry.FORMATS["evaluate"] if name not in ("json", "yaml", "jsonl")
)


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    path = tmp_path_factory.mktemp("labels") / "policy.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return Policy.load(path)


def page(decision: Decision, name: str) -> str:
    if name == "pretty":
        return pretty.page(decision, Style(2000), pretty.Asked(explain="full"))
    form = registry.of_deals(name, many=False)
    return form.start() + form.decision(decision) + form.end()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_words_and_the_code_of_what_may_be_written(policy: Policy, name: str) -> None:
    text = page(policy.evaluate(DEAL), name).replace("&quot;", '"').replace("\\_", "_")
    text = text.replace("<b>", "").replace("</b>", "").replace('\\"', '"').replace("**", "")
    assert "It is law of a third state." in text
    if name in ("sarif", "github"):  # which have the rule's own sentence
        return
    assert "Governing law: law of a third state, must be none of law of a third state" in text
    assert "must be one of our own law (own_law), neutral_law" in text
    assert 'Open: a text for few, must be "a text for all" (true)' in text
    if name in ("pretty", "html", "markdown"):
        assert text.count("a text for few") >= 3, "among what is assumed, too"
        assert ": 21,000 EUR" in text
        assert "twice = 42,000 EUR" in text.replace("twice: 42", "twice = 42")
        assert not re.search(r"share\W+1 EUR", text), "of two sums in EUR, none"
    rules = text.partition("Points")[0]
    assert "third_law" not in rules.replace("does not hold: law one_of [own_law", "")


def test_data_have_codes(policy: Policy) -> None:
    decision = policy.evaluate(DEAL)
    data = decision.to_dict()
    assert [use["value"] for use in data["reasons"][0]["terms"]] == ["third_law"]
    assert "words" not in data["reasons"][0]["terms"][0]
    assert data["assumed"][0]["value"] is False
    assert "words" not in data["assumed"][0]
    assert "EUR" not in decision.to_json()
    again = Decision.from_dict(data)
    assert again == decision
    assert again.reasons == decision.reasons
    assert again.assumed == decision.assumed
    assert dict(pickle.loads(pickle.dumps(decision)).units) == {"twice": "EUR"}
    assert pickle.loads(pickle.dumps(decision)).assumed[1].words.unit == "EUR"
    use = decision.reasons[0].terms[0]
    assert copy.copy(use) == use == pickle.loads(pickle.dumps(use))
    assert dict(pickle.loads(pickle.dumps(use)).words) == dict(use.words) != {}


@pytest.mark.parametrize("name", registry.FORMATS["evaluate"])
def test_the_other_side_reads_the_words_of_what_it_wrote(policy: Policy, name: str) -> None:
    """And neither those of other values, nor those of what it did not say."""
    statement = policy.statement(DEAL, policy.evaluate(DEAL))
    form = public.Format(name, many=False)
    text = form.start() + form.decision(statement) + form.end()
    assert "takes the law of a third state (open: (not stated))" in text.replace("\\", "")
    for hidden in (
        "third_law",
        "own",
        "neutral",
        "for all",
        "for few",
        "Governing",
        "EUR",
        "twice",
    ):
        assert hidden not in text
