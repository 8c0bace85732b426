"""Rows 15 to 34: documents that attack whoever reads them. Read here as terms, and as rules."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest

from policyengine import Policy, Terms

TAGS = {
    "apply.yaml": "money: !!python/object/apply:os.system [touch ../canary]\n",
    "new.yaml": "money: !!python/object/new:subprocess.check_output [[touch, canary]]\n",
    "name.yaml": "money: !!python/name:os.system\n",
    "long.yaml": "money: !<tag:yaml.org,2002:python/object/apply:os.system> [touch canary]\n",
    "map.yaml": "money: !!map {amount: 1}\n",
}
CRASHING = {
    "int.yaml": 'money: {amount: !!int ""}\n',
    "bool.yaml": "money: {secured: !!bool maybe}\n",
    "time.yaml": "money: {signed: !!timestamp x}\n",
    "float.yaml": "money: {amount: !!float x}\n",
    "binary.yaml": "money: {country: !!binary x}\n",
}


@pytest.fixture(autouse=True)
def policy(lab: Any) -> None:
    lab.policy(
        "rules:\n"
        "  - {id: LIMIT, title: a limit, require: {money.amount: {at_most: 0.3}}}\n"
        "  - {id: PLACE, title: a place, forbid: {money.country: 'NO'}}\n"
    )


def test_threat_15_code_in_tags(lab: Any) -> None:
    found = lab.refused(TAGS)
    assert found == {name: ["yaml-tag"] for name in TAGS}
    for number, text in enumerate(TAGS.values()):
        lab.policy(f"rules:\n  - {text}", name=f"p{number}")
    for diagnostics in lab.validate(*(f"p{n}" for n in range(len(TAGS)))).values():
        assert diagnostics[0]["code"] == "yaml-tag"


def test_threat_16_17_18_aliases(lab: Any) -> None:
    laughs = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    laughs += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    merges = ["m0: &m0 {a: 1}"]
    merges += [f"m{i}: &m{i} {{<<: [*m{i - 1}, *m{i - 1}]}}" for i in range(1, 26)]
    found = lab.refused(
        {
            "laughs.yaml": "\n".join(laughs),
            "quadratic.yaml": "a: &a [" + "x, " * 5000 + "x]\nb: [" + "*a, " * 60 + "*a]",
            "many.yaml": "a: &a x\nb: [" + "*a, " * 5000 + "*a]",
            "merge.yaml": "\n".join(merges),
            "cycle.yaml": "money: &a {parties: [*a]}",
            "list.yaml": "&a [*a]",
        }
    )
    assert found == {
        "laughs.yaml": ["document-nodes"],
        "quadratic.yaml": ["document-nodes"],
        "many.yaml": ["yaml-alias-limit"],
        "merge.yaml": ["yaml-merge-key"],
        "cycle.yaml": ["yaml-alias-cycle"],
        "list.yaml": ["yaml-alias-cycle"],
    }


def test_threat_19_depth(lab: Any) -> None:
    deep = {
        "brackets.yaml": "[" * 100_000,
        "braces.yaml": "{a: " * 100_000,
        "dashes.yaml": "- " * 100_000,
        "blocks.yaml": "".join(" " * depth + "a:\n" for depth in range(1000)),
        "brackets.json": "[" * 100_000,
        "closed.json": '{"a":' * 70 + "1" + "}" * 70,
    }
    assert lab.refused(deep) == {name: ["document-depth"] for name in deep}
    lab.policy("rules: " + "[" * 100_000, name="p")
    assert lab.validate("p")["p"][0]["code"] == "document-depth"


def test_threat_20_size(lab: Any) -> None:
    found = lab.refused(
        {
            "size.yaml": b"#" * (8 * 2**20 + 1),
            "scalar.yaml": "money: {country: " + "a" * 1_000_001 + "}",
            "keys.yaml": "".join(f"k{i}: 1\n" for i in range(100_100)),
        },
        seconds=6,
    )
    assert found == {
        "size.yaml": ["document-size"],
        "scalar.yaml": ["document-scalar"],
        "keys.yaml": ["document-nodes"],
    }
    done = lab.run("evaluate", "/dev/zero", "-p", "policy")
    assert done.code == 2
    assert "/dev/zero: error[" in done.err or "error[" in done.err


def test_threat_20_endless_standard_input(lab: Any) -> None:
    done = lab.run("evaluate", "-", "-p", "policy", stdin=b"a" * (9 * 2**20))
    assert done.code == 2
    assert "error[document-size]" in done.err


def test_threat_21_duplicate_keys(lab: Any) -> None:
    found = lab.refused(
        {
            "deal.yaml": "money:\n  amount: 1\n  amount: 9\n",
            "group.yaml": "money: {amount: 1}\nmoney: {amount: 9}\n",
            "deal.json": '{"money": {"amount": 1, "amount": 9}}',
        }
    )
    assert found == {name: ["duplicate-key"] for name in found}
    done = lab.run("evaluate", "deal.yaml", "-p", "policy")
    assert "deal.yaml:3:3: error[duplicate-key]: the key `amount` is written twice" in done.err
    assert "deal.yaml:2:3" in done.err
    lab.policy("rules:\n  - {id: A, id: B, title: t, forbid: {money.amount: 1}}\n", name="p")
    assert lab.validate("p")["p"][0]["code"] == "duplicate-key"


def test_threat_22_norway(lab: Any) -> None:
    lab.write("norway.yaml", "money: {amount: 0, country: NO}\n")
    row = lab.decide("norway.yaml", args=["--explain", "full"])["norway.yaml"]
    assert row["outcomes"] == {"LIMIT": "pass", "PLACE": "fail"}
    (term,) = next(r for r in row["reasons"] if r["rule"] == "PLACE")["terms"]
    assert term["value"] == "NO"
    words = {f"{w}.yaml": f"money: {{secured: {w}}}\n" for w in ("NO", "yes", "on", "off", "y")}
    assert lab.refused(words) == {name: ["wrong-type"] for name in words}
    keys = {"key.yaml": "money: {no: 1, on: 2}\n"}
    assert lab.refused(keys) == {"key.yaml": ["unknown-term", "unknown-term"]}


def actual(lab: Any, text: str, *, form: Literal["yaml", "json"] = "yaml") -> Any:
    """The amount that a numeral is taken for."""
    policy = Policy.load(lab.folder / "policy")
    document = (
        f"money: {{amount: {text}}}" if form == "yaml" else f'{{"money":{{"amount":{text}}}}}'
    )
    decision = policy.evaluate(Terms.from_text(document, format=form), explain="full")
    return next(r for r in decision.reasons if r.rule == "LIMIT").terms[0].value


def test_threat_23_numerals(lab: Any) -> None:
    assert actual(lab, "010") == 10
    assert actual(lab, "0o10") == 8
    assert actual(lab, "1e6") == 1_000_000
    texts = {"time.yaml": "money: {amount: 12:30}\n", "under.yaml": "money: {amount: 1_000}\n"}
    assert lab.refused(texts) == {name: ["wrong-type"] for name in texts}


def test_threat_24_dates(lab: Any) -> None:
    dates = (
        "2026-02-30",
        "2026-13-01",
        "0000-00-00",
        "2026-1-1",
        "2026-01-31T10:00:00Z",
        "x",
        "''",
    )
    documents = {f"{n}.yaml": f"money: {{signed: {date}}}\n" for n, date in enumerate(dates)}
    found = lab.refused(documents)
    assert set(map(len, found.values())) == {1}
    for option in ("2026-02-30", "20260131", "today"):
        lab.write("deal.yaml", "money: {amount: 0}\n")
        done = lab.run("evaluate", "deal.yaml", "-p", "policy", "--as-of", option)
        assert done.code == 2
        assert "bad-as-of" in done.err
    lab.require('date(money.country) > date and time("2026-01-01T00:00:00Z")', name="p")
    assert lab.validate("p")["p"][0]["code"] == "type-mismatch"


def test_threat_25_constructors_that_crash(lab: Any) -> None:
    assert lab.refused(CRASHING) == {name: ["yaml-tag"] for name in CRASHING}


def test_threat_26_27_huge_numbers(lab: Any) -> None:
    numerals = ("9" * 5000, "-" + "9" * 5000, "1E+1000000000", "1e-1000000000", "1" * 35)
    documents = {f"{n}.yaml": f"money: {{amount: {t}}}\n" for n, t in enumerate(numerals)}
    documents |= {f"{n}.json": f'{{"money":{{"amount":{t}}}}}' for n, t in enumerate(numerals)}
    documents["hex.yaml"] = f"money: {{amount: 0x{'f' * 5000}}}\n"
    assert lab.refused(documents) == {name: ["number-range"] for name in documents}
    lab.policy(manifest=f"parameters: {{limit: {'9' * 5000}}}\n", name="p")
    assert lab.validate("p")["p"][0]["code"] == "number-range"
    lab.require("money.amount < " + "9" * 5000, name="q")
    assert lab.validate("q")["q"][0]["code"] in ("feel-number", "number-range")


def test_threat_28_money_is_exact(lab: Any) -> None:
    for form in ("yaml", "json"):
        assert str(actual(lab, "9007199254740993", form=form)) == "9007199254740993"
    lab.policy(
        "rules:\n"
        "  - {id: SUM, title: a sum, require: money.amount + money.rate = 0.3}\n"
        "  - {id: LIMIT, title: a limit, require: {money.amount: {at_most: 0.3}}}\n"
    )
    documents = {"sum.json": (0.1, 0.2), "over.json": ("0.30000000000000004", 0)}
    for name, (amount, rate) in documents.items():
        lab.write(name, f'{{"money": {{"amount": {amount}, "rate": {rate}}}}}')
    rows = lab.decide(*documents)
    assert rows["sum.json"]["outcomes"] == {"SUM": "pass", "LIMIT": "pass"}
    assert rows["over.json"]["outcomes"]["LIMIT"] == "fail"
    # A program's float is the decimal that it shows.
    decision = Policy.load(lab.folder / "policy").evaluate({"money": {"amount": 0.1, "rate": 0.2}})
    assert decision.verdict.value == "accept"


def test_threat_29_json_is_read_as_json(lab: Any) -> None:
    texts = ("{a: 1}", "[1,]", "{'a': 1}", '{"a": yes}', '{"a": 1} # x', '["a"\n"b"]', "[01]", "")
    found = lab.refused({f"{n}.json": text for n, text in enumerate(texts)})
    assert all(codes for codes in found.values())


def test_threat_30_encodings(lab: Any) -> None:
    texts = {
        "latin.yaml": "money: {country: Côte}\n".encode("latin-1"),
        "utf16.yaml": "money: {amount: 0}\n".encode("utf-16"),
        "utf32.yaml": "money: {amount: 0}\n".encode("utf-32"),
        "nul.yaml": b"money: {country: a\x00b}\n",
        "elf.yaml": b"\x7fELF\x02\x01\x01\x00",
        "surrogate.yaml": b'money: {country: "\xed\xa0\x80"}\n',
        "surrogate.json": b'{"money": {"country": "\\ud800"}}',
    }
    lab.refused(texts)
    lab.write("bom.yaml", b"\xef\xbb\xbfmoney: {amount: 0, country: A}\n")
    assert lab.decide("bom.yaml")["bom.yaml"]["verdict"] == "accept"


@pytest.mark.parametrize("form", ("yaml", "json"))
def test_threat_31_invisible_and_look_alike_keys(form: str, lab: Any) -> None:
    # zero width, soft hyphen, right-to-left override, Cyrillic a, full-width a
    keys = ("amo\u200bunt", "amo\u00adunt", "\u202eamount", "\u0430mount", "\uff41mount")
    documents = {f"{n}.{form}": json.dumps({"money": {key: 0}}, ensure_ascii=False)
                 for n, key in enumerate(keys)}  # fmt: skip
    found = list(lab.refused(documents).values())
    assert found[:3] == [["key-character"]] * 3
    assert found[3:] == [["unknown-term"]] * 2


def test_threat_32_paths_reach_terms_only(lab: Any) -> None:
    found = lab.refused(
        {
            "class.yaml": "money: {__class__: {__mro__: 1}}\n",
            "items.yaml": "items: 1\nkeys: 2\nget: 3\n",
        }
    )
    assert {code for codes in found.values() for code in codes} == {"unknown-term"}
    conditions = ("money.__class__.__mro__ = 1", "money.amount.real = 1", "money.items = 1",
                  "money.country.__len__ = 1", "parameters.__dict__ = 1")  # fmt: skip
    for n, condition in enumerate(conditions):
        lab.require(condition, name=f"p{n}")
    for diagnostics in lab.validate(*(f"p{n}" for n in range(len(conditions)))).values():
        assert diagnostics[0]["severity"] == "error"
        assert diagnostics[0]["code"] in (
            "unknown-term", "unknown-field", "unknown-parameter", "feel-syntax",
        ), diagnostics  # fmt: skip


def test_threat_33_dotted_key_shadows_nothing(lab: Any) -> None:
    found = lab.refused({"dotted.yaml": "money.amount: 0\nmoney: {amount: 9}\n"})
    assert found == {"dotted.yaml": ["unknown-term"]}


def test_threat_34_include_and_template_tags(lab: Any) -> None:
    lab.write("secret.yaml", "amount: 0\n")
    tags = {f"{n}.yaml": f"money: {tag}\n" for n, tag in enumerate(
        ("!include secret.yaml", "!ENV HOME", "!secret x", "!Ref y"))}  # fmt: skip
    assert lab.refused(tags) == {name: ["yaml-tag"] for name in tags}
    literal = ("${HOME}", "{{7*7}}", "<% x %>", "$(id)", "%(x)s")
    for n, text in enumerate(literal):
        lab.write(f"literal{n}.json", json.dumps({"money": {"amount": 0, "country": text}}))
    lab.policy(
        "rules:\n  - {id: R, title: t, forbid: {money.country: x}, because: 'is {money.country}'}\n"
    )
    rows = lab.decide(
        *(f"literal{n}.json" for n in range(len(literal))), args=["--explain", "full"]
    )
    assert [row["reasons"][0]["terms"][0]["value"] for row in rows.values()] == list(literal)


def test_threat_35_lines_of_json(lab: Any) -> None:
    """No CSV here; JSON Lines is the batch: rows in are rows out, each error with its line."""
    lines = [
        '{"money": {"amount": 0, "country": "A"}}',
        '{"money": {"amount": 0',
        "",
        '{"money": {"amount": 0, "amount": 1}}',
        json.dumps({"money": {"amount": 0, "country": "x" * 200_000}}),
        '{"money": {"amount": 0}, "money": {}}',
        "\x00\x1b[2J",
        '"text"',
        '{"money": {"amount": 9, "country": "A"}}',
    ]
    lab.write("deals.jsonl", "\n".join(lines) + "\n")
    done = lab.run("evaluate", "deals.jsonl", "-p", "policy", "--format", "jsonl")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 2
    verdicts = ["accept", None, None, None, "accept", None, None, None, "reject"]
    assert [row["verdict"] for row in rows] == verdicts
    for number, row in enumerate(rows, 1):
        if row["verdict"] is None:
            assert row["line"] == number
            assert row["errors"][0]["location"]["line"] == number
