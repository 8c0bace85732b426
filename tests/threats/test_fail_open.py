"""Rows 1 to 14: what would let a deal through that nobody has judged."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from policyengine import Policy, TermsError, Verdict

RULE = """\
rules:
  - id: AMOUNT
    title: A limit on the amount
    forbid: {money.amount: {more_than: 1000000}}
"""
STATED = (
    "money: {amount: 5, country: RU, rate: 2, signed: 2026-01-31, secured: true, parties: [A]}\n"
)


def rules(*conditions: Any, **more: Any) -> str:
    """A rule file: R0, R1, … each with a condition, `{require: …}` or `{forbid: …}`."""
    made = []
    for number, condition in enumerate(conditions):
        made.append({"id": f"R{number}", "title": f"rule {number}", **condition, **more})
    return json.dumps({"rules": made})


def test_threat_01_absent_or_misspelled_term(lab: Any) -> None:
    lab.policy()
    lab.write("silent.yaml", "money: {country: RU}\n")
    done = lab.run("evaluate", "silent.yaml", "-p", "policy")
    assert done.code == 3
    assert done.out.startswith("UNDETERMINED  silent.yaml\n")
    assert re.search(r"\? AMOUNT.*\n +not stated: .*money\.amount", done.out)
    assert lab.refused({"misspelled.yaml": "money:\n  amuont: 5\n"}) == {
        "misspelled.yaml": ["unknown-term"]
    }
    done = lab.run("evaluate", "misspelled.yaml", "-p", "policy")
    assert done.code == 2
    assert "misspelled.yaml:2:3: error[unknown-term]: `money.amuont`" in done.err
    assert "did you mean `amount`?" in done.err
    # The same word in a rule is no silence either.
    lab.require({"money.amuont": {"at_most": 5}}, name="typo")
    (finding, *_) = lab.validate("typo")["typo"]
    assert finding["code"] == "unknown-term"
    assert finding["location"]["file"] == "typo/rules.yaml"


ABSENT = (
    {"require": {"money.country": {"none_of": ["IR"]}}},
    {"require": {"money.country": {"is_not": "IR"}}},
    {"require": {"not": {"money.country": "IR"}}},
    {"forbid": {"money.country": "IR"}},
    {"forbid": {"money.country": {"one_of": ["IR"]}}},
    {"require": 'money.country != "IR"'},
    {"require": 'not(money.country = "IR")'},
    {"require": 'not(money.country in ["IR"])'},
    {"require": 'not(list contains(["IR"], money.country))'},
    {"require": 'if money.country = "IR" then false else true'},
    {"require": 'count(["IR"][item = money.country]) = 0'},
    {"require": {"not": {"money.country": {"starts_with": "I"}}}},
    {"require": {"money.parties": {"contains_none": ["IR"]}}},
    {"require": 'every p in money.parties satisfies p != "IR"'},
    {"forbid": {"money.parties": {"contains": "IR"}}},
    {"forbid": "not(money.amount < 5)"},
    {"require": {"money.signed": {"after": "2020-01-01"}}},
    {"forbid": {"money.signed": {"before": "2020-01-01"}}},
    {"require": {"some_of": {"at_least": 1, "of": [{"money.country": {"is_not": "IR"}}]}}},
)


def test_threat_02_absent_under_negation(lab: Any) -> None:
    lab.policy(rules(*ABSENT))
    lab.write("silent.yaml", "money: {rate: 1}\n")
    row = lab.decide("silent.yaml")["silent.yaml"]
    assert row["verdict"] == "undetermined"
    assert set(row["outcomes"].values()) == {"unknown"}, row["outcomes"]


def test_threat_03_absent_is_not_null(lab: Any) -> None:
    asked = ("money.rate = null", "money.rate != null", "not(money.rate = null)")
    lab.policy(rules(*({"require": one} for one in asked)))
    lab.write("silent.yaml", "money: {amount: 1}\n")
    lab.write("null.yaml", "money: {rate: null}\n")
    rows = lab.decide("silent.yaml", "null.yaml")
    for row in rows.values():
        assert row["outcomes"] == dict.fromkeys(("R0", "R1", "R2"), "unknown")
    # Only a document that says it is complete answers about what is not there.
    row = lab.decide("silent.yaml", args=["--final"])["silent.yaml"]
    assert row["outcomes"] == {"R0": "pass", "R1": "fail", "R2": "fail"}


def test_threat_04_unrecognised_level_or_verdict(lab: Any) -> None:
    for name, text in {
        "level": "level: rejct",
        "effect": "effect: reject",
        "form": "forbids: {money.amount: 5}",
    }.items():
        lab.policy(RULE_WITH.format(text), name=name)
    found = lab.validate("level", "effect", "form")
    assert found["level"][0]["code"] == "bad-value"
    assert found["level"][0]["location"]["line"] == 4
    assert found["effect"][0]["code"] == "unknown-key"
    assert found["form"][0]["hint"] == "did you mean `forbid`?"
    lab.policy()
    lab.write("deal.yaml", STATED)
    for option in ("--fail-on", "--explain", "--format"):
        done = lab.run("evaluate", "deal.yaml", "-p", "policy", option, "rejct")
        assert done.code == 2
        assert "rejct" in done.err
    with pytest.raises(ValueError, match="rejct"):
        Verdict("rejct")
    decision = Policy.load(lab.folder / "policy").evaluate({"money": {"amount": 5}})
    for truthy in (decision, decision.verdict, decision.outcomes["AMOUNT"]):
        with pytest.raises(TypeError):
            bool(truthy)


RULE_WITH = """\
rules:
  - id: A
    title: a rule
    {}
    require: {{money.amount: 5}}
"""


def test_threat_05_no_rules(lab: Any) -> None:
    lab.write("deal.yaml", STATED)
    for name, text in {"none": "rules: []\n", "null": "rules:\n", "blank": ""}.items():
        lab.policy(text, name=name)
    lab.policy(name="manifest")
    (lab.folder / "manifest/rules.yaml").unlink()
    (lab.folder / "empty").mkdir()
    lab.policy(name="typo")
    (lab.folder / "typo/rules.yaml").rename(lab.folder / "typo/rules.yaml.bak")
    for policy in ("none", "null", "blank", "manifest", "empty", "typo", "missing", "deal.yaml"):
        done = lab.run("evaluate", "deal.yaml", "-p", policy)
        assert done.code == 2, policy
        assert re.search(r"error\[[a-z-]+\]: ", done.err), policy
        assert done.out == "", policy
    for deals in ("no/*.yaml", "missing.yaml", "empty"):
        done = lab.run("evaluate", deals, "-p", "manifest")
        assert done.code == 2, deals


def test_threat_06_unknown_keys(lab: Any) -> None:
    for name, text in {
        "rule": "wehn: {money.amount: 5}",
        "exception": "unles: {money.amount: 5}",
        "operator": "applies: {money.amount: {mor_than: 5}}",
        "combinator": "applies: {al: [{money.amount: 5}]}",
    }.items():
        lab.policy(RULE_WITH.format(text), name=name)
    lab.policy(manifest="paramters: {x: 1}\n", name="manifest")
    lab.policy(RULE + "ruels: []\n", name="file")
    names = ("rule", "exception", "operator", "combinator", "manifest", "file")
    found = lab.validate(*names)
    hints = {name: found[name][0].get("hint", "") for name in names}
    assert hints.pop("rule").startswith("expected one of `id`, `title`, ")
    assert hints == {
        "exception": "did you mean `unless`?",
        "operator": "did you mean `more_than`?",
        "combinator": "did you mean `all`?",
        "manifest": "did you mean `parameters`?",
        "file": "did you mean `rules`?",
    }
    lines = {name: found[name][0]["location"]["line"] for name in names}
    assert lines == {
        "rule": 4,
        "exception": 4,
        "operator": 4,
        "combinator": 4,
        "manifest": 4,
        "file": 5,
    }


FAULTY = (
    "1 / money.amount = 1",
    "money.rate ** 100000 > 1",
    "[1, 2][money.rate] = 2 and 1 / money.amount = 0",
    "number(money.country) = 1",
    'date(money.country) = date("2026-01-01")',
    "sqrt(0 - money.rate) = 1",
    "modulo(money.rate, money.amount) = 1",
    "substring(money.country, 99) = money.country",
)


def test_threat_07_faults_while_evaluating(lab: Any) -> None:
    lab.policy(rules({"require": {"money.rate": 2}}, *({"require": one} for one in FAULTY)))
    lab.write("deal.yaml", "money: {amount: 0, rate: 2, country: RU}\n")
    row = lab.decide("deal.yaml")["deal.yaml"]
    assert row["verdict"] == "undetermined"
    assert row["outcomes"].pop("R0") == "pass"
    assert set(row["outcomes"].values()) == {"unknown"}, row["outcomes"]
    at = {error["rule"]: error for error in row["errors"]}
    assert at["R1"]["code"] == "division-by-zero"
    for error in row["errors"]:
        assert error["message"]
        assert error["location"]["file"] == "policy/rules.yaml"
    # Under --final too an error is no answer: it neither passes nor fails.
    final = lab.decide("deal.yaml", args=["--final"])["deal.yaml"]
    assert final["outcomes"]["R1"] == "unknown"


NEVER = {
    "empty-any": {"forbid": {"any": []}},
    "empty-all": {"require": {"all": []}},
    "between": {"forbid": {"money.amount": {"between": [100, 1]}}},
    "one-of-none": {"forbid": {"money.country": {"one_of": []}}},
    "one-of": {"forbid": {"money.country": []}},
    "expression": {"forbid": "money.amount in []"},
    "some-of": {"forbid": {"some_of": {"at_least": 3, "of": [{"money.amount": 1}]}}},
    "dates": {
        "forbid": {"money.amount": 1},
        "effective": {"from": "2026-01-02", "until": "2026-01-01"},
    },
    "constant": {"forbid": "1 > 2"},
}


def test_threat_08_rules_that_never_fire(lab: Any) -> None:
    for name, rule in NEVER.items():
        lab.policy(rules(rule), name=name)
    for name, limit in {"nan": ".nan", "inf": ".inf"}.items():
        lab.policy(RULE.replace("1000000", limit), name=name)
    found = lab.validate(*NEVER, "nan", "inf")
    for name, diagnostics in found.items():
        assert diagnostics, f"`{name}` is valid without a word"
        assert diagnostics[0]["location"]["file"] == f"{name}/rules.yaml", diagnostics


def test_threat_09_not_a_number(lab: Any) -> None:
    lab.policy()
    yaml = (".nan", ".inf", "-.inf", "NaN", "1e7000", "-1e7000", "'1'")
    json_ = ("NaN", "Infinity", "-Infinity", "1e7000")
    found = lab.refused(
        {f"{n}.yaml": f"money: {{amount: {text}}}\n" for n, text in enumerate(yaml)}
        | {f"{n}.json": f'{{"money": {{"amount": {text}}}}}\n' for n, text in enumerate(json_)}
    )
    assert set(map(tuple, found.values())) <= {
        ("number-not-finite",), ("number-range",), ("wrong-type",), ("json-syntax",),
    }, found  # fmt: skip
    policy = Policy.load(lab.folder / "policy")
    for number in (
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("-Infinity"),
    ):
        with pytest.raises(TermsError):
            policy.evaluate({"money": {"amount": number}})


def test_threat_10_wrong_types(lab: Any) -> None:
    lab.policy()
    wrong = ("true", "'9'", "nine", "[9]", "{value: 9}", "2026-01-31", "[]", "{}")
    found = lab.refused({f"{n}.yaml": f"money: {{amount: {v}}}\n" for n, v in enumerate(wrong)})
    assert len(found) == len(wrong)
    found = lab.refused(
        {
            "number.yaml": "money: {country: 9}\n",
            "one.yaml": "money: {secured: 1}\n",
            "yes.yaml": "money: {secured: yes}\n",
            "date.yaml": "money: {signed: 20260131}\n",
            "list.yaml": "money: {parties: A}\n",
            "group.yaml": "money: 9\n",
            "all.yaml": "9\n",
        }
    )
    assert len(found) == 7
    # In a rule: caught before any deal is looked at.
    conditions = (
        {"money.amount": {"less_than": "9"}},
        {"money.amount": "9"},
        {"money.amount": True},
        {"money.secured": 1},
        {"money.country": 9},
        {"money.signed": {"after": 20200101}},
        {"money.parties": ["A"]},
        'money.amount < "9"',
        "money.secured = 1",
        "money.amount",
    )
    for n, condition in enumerate(conditions):
        lab.require(condition, name=f"p{n}")
    for name, diagnostics in lab.validate(*(f"p{n}" for n in range(len(conditions)))).items():
        assert "error" in {d["severity"] for d in diagnostics}, (name, diagnostics)


def test_threat_11_all_of_nothing(lab: Any) -> None:
    lab.policy(
        rules(
            {"require": 'every p in money.parties satisfies p = "A"'},
            {"require": 'some p in money.parties satisfies p = "A"'},
            {"require": {"money.parties": {"contains_only": ["A"]}}},
            {"require": {"money.parties": {"contains_none": ["A"]}}},
            {"require": {"money.parties": {"contains_all": ["A"]}}},
        )
    )
    lab.write("empty.yaml", "money: {parties: []}\n")
    lab.write("missing.yaml", "money: {amount: 1}\n")
    rows = lab.decide("empty.yaml", "missing.yaml")
    # `every` of an empty list holds, as in logic; `contains_only` asks for something to be there.
    empty = rows["empty.yaml"]["outcomes"]
    assert empty == {"R0": "pass", "R1": "fail", "R2": "fail", "R3": "pass", "R4": "fail"}
    assert set(rows["missing.yaml"]["outcomes"].values()) == {"unknown"}


COSTLY = "count(for a in 1..300, b in 1..300, c in 1..300 return a) > money.amount"


def test_threat_12_budgets(lab: Any) -> None:
    lab.policy(rules({"require": COSTLY}, {"require": {"money.amount": 5}}))
    lab.write("deal.yaml", STATED)
    row = lab.decide("deal.yaml")["deal.yaml"]
    assert row["outcomes"] == {"R0": "unknown", "R1": "pass"}
    assert [error["code"] for error in row["errors"]] == ["budget-exceeded"]
    # Many rules, each within reason: the decision's own budget, and then no verdict at all.
    many = "count(for a in 1..150, b in 1..150 return a) > money.amount"
    lab.policy(rules(*[{"require": many}] * 400), name="many")
    done = lab.run("evaluate", "deal.yaml", "-p", "many")
    assert done.code == 2
    assert "error[decision-budget-exceeded]" in done.err
    assert not re.search("ACCEPT|REJECT|CONDITIONAL|UNDETERMINED", done.out)


def test_threat_13_several_documents(lab: Any) -> None:
    lab.policy()
    twice = {"deal.yaml": "money: {amount: 1}\n---\nmoney: {amount: 9}\n"}
    assert lab.refused(twice) == {"deal.yaml": ["yaml-several-documents"]}
    lab.policy(RULE + "---\nrules: []\n", name="rules")
    lab.policy(manifest="---\npolicy: other\n", name="manifest")
    for diagnostics in lab.validate("rules", "manifest").values():
        assert diagnostics[0]["code"] == "yaml-several-documents"


CRASHES = {
    "sys.modules['policyengine.engine'] = None": 2,
    "sys.modules['click'] = None": 2,
    "import policyengine.interpreter as i; i.Interpreter.rule = raiser(MemoryError)": 2,
    "import policyengine.interpreter as i; i.Interpreter.rule = raiser(RecursionError)": 2,
    "import policyengine.interpreter as i; i.Interpreter.rule = raiser(ZeroDivisionError)": 2,
    "import policyengine.interpreter as i; i.Interpreter.rule = raiser(SystemExit)": 2,
    "import policyengine.interpreter as i; i.Interpreter.rule = raiser(KeyboardInterrupt)": 130,
    "import policyengine.explain as i; i.Explanation = raiser(AttributeError)": 2,
}


@pytest.mark.parametrize(("deed", "code"), CRASHES.items())
def test_threat_14_a_crash_is_no_verdict(deed: str, code: int, lab: Any) -> None:
    import subprocess
    import sys

    lab.policy()
    lab.write("deal.yaml", STATED)
    program = f"""
import sys
def raiser(kind):
    def call(*args, **more):
        raise kind(1) if kind is SystemExit else kind
    return call
{deed}
from policyengine.cli import main
sys.exit(main(["evaluate", "deal.yaml", "-p", "policy"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=lab.folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done
    assert "Traceback" not in done.stderr
    assert done.stderr or code == 130
    assert not done.stdout.startswith(("ACCEPT", "REJECT"))


def test_threat_14_reject_and_error_differ(lab: Any) -> None:
    lab.policy()
    lab.write("reject.yaml", "money: {amount: 1000001}\n")
    lab.write("error.yaml", "money: {amount: x}\n")
    lab.write("accept.yaml", "money: {amount: 1}\n")
    codes = {n: lab.run("evaluate", n, "-p", "policy").code for n in ("reject.yaml", "error.yaml")}
    assert codes == {"reject.yaml": 1, "error.yaml": 2}
    every = ("accept.yaml", "reject.yaml", "error.yaml")
    assert [row["verdict"] for row in lab.decide(*every).values()] == ["accept", "reject", None]
    # 2 is never masked.
    done = lab.run("evaluate", *every, "-p", "policy", "--fail-on", "never")
    assert done.code == 2
    assert lab.run("evaluate", *every[:2], "-p", "policy", "--fail-on", "never").code == 0
