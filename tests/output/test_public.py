"""What the other side may read: nothing of one's own, in any format, however it is asked."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.output import readers

from fuzz.generate import Generator
from fuzz.loading import load
from policyengine import Policy, PolicyEngineError, Terms, Verdict
from policyengine.output import public, registry
from policyengine.statement import Raised, Statement, no_statement

ROOT = Path(__file__).resolve().parents[2]
NAMES = registry.FORMATS["evaluate"]
SCHEMA = json.loads((ROOT / "schemas/statement.schema.json").read_text("utf-8"))
OWN = "OWNZQ"  # stands in everything that is one's own, and nowhere else


def outputs(statement: Statement) -> Iterator[tuple[str, str]]:
    """A statement in every format: alone, and among several with one that cannot be read."""
    for name in NAMES:
        one = public.Format(name, many=False)
        yield name, one.start() + one.decision(statement) + one.end()
        many = public.Format(name, many=True)
        pieces = [
            many.decision(statement),
            many.error({"source": OWN, "errors": [{"code": OWN}]}),
            many.decision(statement),
        ]
        yield name, many.start() + "".join(pieces) + many.end()


def plain(text: str) -> str:
    """An output without the style of its page and the address of its schema."""
    return re.sub(r"(?s)<style>.*?</style>|sha256-[^&]*|https://docs\.oasis[^\"]*", "", text)


def term(**more: Any) -> dict[str, Any]:
    return {"type": "number", **more}


def own(number: int) -> str:
    return f"{OWN}{number}"


POLICY: dict[str, Any] = {
    "policy": "own-" + OWN.lower(),
    "version": "9.8.7",
    "title": own(1),
    "terms": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "deal": {"type": "object", "additionalProperties": False,
                     "properties": {"id": {"type": "string"}}},
            "a": term(title=own(2), **{"x-unit": "years"}),
            "b": term(title=own(3)),
            "c": term(title=own(4), default=73519),
            "e": {"enum": ["x", own(5)]},
        },
    },
    "parameters": {"limit": 73517, "names": [own(5)]},
    "define": {"twice": "a * 73523"},
    "rules": [
        {"id": "MARKED-" + OWN, "title": own(7),
         "require": {"a": {"at_most": {"parameter": "limit"}}},
         "because": own(8) + " {parameters.limit}", "ask": own(9), "tags": [own(10)],
         "source": {"ref": own(11), "quote": own(12), "file": own(13)},
         "public": {"say": "You ask for {a} years and {c}.", "ask": "Less than {a}, please."}},
        {"id": "OPEN-" + OWN, "title": own(14), "require": {"b": 1}, "level": "negotiable",
         "public": {"say": "b is {b}.", "open": "The draft does not say b ({b})."}},
        {"id": "SILENT-" + OWN, "title": own(15), "require": {"b": 2},
         "public": {"say": "Never said while it is open."}},
        {"id": "WAIVED-" + OWN, "title": own(16), "require": {"a": 1},
         "public": {"say": "Never said while it is waived."}},
        {"id": "HOLDS-" + OWN, "title": own(17), "require": {"a": {"at_least": 1}},
         "public": {"say": "Never said while it holds."}},
        {"id": "HIDDEN-" + OWN, "title": own(18), "forbid": {"a": {"more_than": 73529}},
         "because": own(19), "ask": own(20)},
        {"id": "BREAKS-" + OWN, "title": own(21), "require": "1 / (a - a) = 1"},
        {"id": "ADVICE-" + OWN, "title": own(22), "level": "advisory", "require": {"a": 3},
         "action": own(23), "expected": own(24), "focus": own(25)},
        {"id": "USES-" + OWN, "title": own(26), "level": "negotiable",
         "require": {"all": ["twice > 0", {"e": {"one_of": {"parameter": "names"}}}]}},
    ],
    "scorecards": [{"id": "s", "title": own(27), "items": [
        {"id": "S-" + OWN, "title": own(28), "aspect": own(29), "when": {"a": 5},
         "points": 73531}]}],
    "interests": [{"element": own(30), "ours": own(31), "theirs": own(32), "served": {"a": 5}}],
}  # fmt: skip
DEAL = {
    "deal": {"id": "draft-7"},
    "a": 90001,
    "evidence": {"a": {"source": own(33), "confidence": "low", "note": own(34)}},
}
WAIVERS = {
    "waivers": [{"rule": "WAIVED-" + OWN, "deal": "draft-7", "approved_by": own(35),
                 "reason": own(36), "until": "2030-01-01"}],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{OWN}.json").write_text(json.dumps(POLICY))
    (tmp_path / f"{OWN}-deal.json").write_text(json.dumps(DEAL))
    (tmp_path / f"{OWN}-waivers.json").write_text(json.dumps(WAIVERS))
    (tmp_path / f"{OWN}-parameters.json").write_text('{"limit": 73537}')
    return tmp_path


def check_withheld(text: str) -> None:
    text = plain(text)
    assert OWN.lower() not in text.lower()
    assert not re.search(r"73,?5[0-9]{2}", text)
    for word in ("mandatory", "negotiable", "advisory", "reject", "Never said", "9.8.7", "limit"):
        assert word not in text, word


def test_canaries_in_every_format(folder: Path) -> None:
    from policyengine.cli import app

    reports = [f"--report={name}={name}.out" for name in NAMES if name != "pretty"]
    for what in ("deal.json", "{}.json"):
        (folder / f"{OWN}-{{}}.json").write_text(json.dumps({"unknown-" + OWN: 1}))
        arguments = ["evaluate", f"{OWN}-{what}", "-p", f"{OWN}.json", "--as-of", "2026-01-31",
                     "--waivers", f"{OWN}-waivers.json", "--parameters", f"{OWN}-parameters.json",
                     "--audience", "counterparty", "--explain", "full"]  # fmt: skip
        code = app.run([*arguments, "-o", "pretty.out", *reports])
        assert code == (1 if what == "deal.json" else 2)
        for name in NAMES:
            written = (folder / f"{name}.out").read_text("utf-8")
            check_withheld(written)
            if code == 1:
                assert "90,001" in written
                assert "not stated" in written.replace("(not", "not")
        code = app.run([*arguments[:1], f"{OWN}-deal.json", *arguments[1:], *reports])
        assert code == (1 if what == "deal.json" else 2)
        for name in NAMES[1:]:
            check_withheld((folder / f"{name}.out").read_text("utf-8"))


def test_what_is_said(folder: Path) -> None:
    from policyengine import Waivers

    policy = Policy.load(folder / f"{OWN}.json")
    terms = Terms.from_path(folder / f"{OWN}-deal.json")
    waivers = Waivers.load(folder / f"{OWN}-waivers.json")
    decision = policy.evaluate(terms, as_of="2026-01-31", waivers=waivers)
    assert decision.verdict is Verdict.REJECT
    statement = policy.statement(terms, decision)
    assert statement.to_dict() == {
        "schema_version": "1",
        "deal": "draft-7",
        "as_of": "2026-01-31",
        # `c` has a default, which is one's own reading of silence.
        "points": [
            {
                "say": "You ask for 90,001 years and (not stated).",
                "ask": "Less than 90,001, please.",
            },
            {"say": "The draft does not say b ((not stated)).", "ask": None},
        ],
    }
    for _, text in outputs(statement):
        check_withheld(text)


def test_silence_and_errors_are_not_put_down_to_the_deal() -> None:
    """A deal that is final and silent breaks rules, but says nothing that could be quoted; a
    rule that fails to be worked out is one's own affair."""
    public_ = {"say": "The draft gives {a}.", "open": "The draft does not say a."}
    kept = {key: POLICY[key] for key in ("policy", "version", "terms")}
    policy = load({**kept, "rules": [
        {"id": "A", "title": "t", "require": {"a": 1}, "public": public_},
        {"id": "B", "title": "t", "require": {"a": 1}, "public": {"say": "Gives {a}."}},
        {"id": "C", "title": "t", "require": "1 / (b - b) = 1", "public": public_},
    ]})  # fmt: skip
    assert policy is not None

    def said(deal: dict[str, Any], *, final: bool) -> list[str]:
        decision = policy.evaluate(deal, final=final)
        return [point.say for point in policy.statement(deal, decision).points]

    for final in (False, True):
        assert said({"b": 1}, final=final) == ["The draft does not say a."]
        assert said({"a": 2, "b": 1}, final=final) == ["The draft gives 2.", "Gives 2."]
        assert said({"a": 1, "b": 1}, final=final) == []


def test_data_is_valid_against_the_published_schema(folder: Path) -> None:
    policy = Policy.load(folder / f"{OWN}.json")
    statement = policy.statement(DEAL, policy.evaluate(DEAL))
    validator = Draft202012Validator(SCHEMA)
    made = dict(outputs(statement))
    for row in (*json.loads(made["json"]), *yaml.safe_load(made["yaml"]),
                *map(json.loads, made["jsonl"].splitlines())):  # fmt: skip
        validator.validate(row)
    validator.validate(no_statement())
    validator.validate(Statement(None, None, ()).to_dict())
    readers.junit(made["junit"])
    readers.sarif(made["sarif"])
    readers.github(made["github"])
    readers.tap(made["tap"])
    readers.markdown(made["markdown"])
    readers.Html(made["html"])


def test_no_point_is_no_acceptance() -> None:
    for name, text in outputs(Statement("d", "2026-01-31", ())):
        assert "accept" not in plain(text).lower(), name
    page = public.Format("pretty", many=False).decision(Statement(None, None, ()))
    assert page.startswith("The draft\nNo point is raised here. This is not a decision")


def failed(name: str, row: dict[str, Any]) -> str:
    form = public.Format(name, many=True)
    return form.start() + form.error(row) + form.end()


@pytest.mark.parametrize("name", NAMES)
def test_only_the_document_is_said_to_be_unreadable(name: str) -> None:
    def row(*files: str | None) -> dict[str, Any]:
        places = [{"file": file, "line": 1, "column": 1} if file else None for file in files]
        errors = [{"code": OWN, "message": OWN, "location": place} for place in places]
        return {"source": "draft.json", "line": None, "errors": errors}

    theirs = failed(name, row("draft.json", "draft.json"))
    own = [failed(name, one) for one in (row("policy.yaml"), row("draft.json", None), row(),
                                         {"source": None, "errors": [{"code": OWN}]})]  # fmt: skip
    assert len(set(own)) == 1
    for text in (theirs, *own):
        check_withheld(text)
    if name not in ("json", "yaml", "jsonl"):
        assert "could not be read" in theirs
        assert "could not be read" not in own[0]
        assert "No statement is made on the draft" in own[0]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "wrong",
    [
        ("--bogus-" + OWN,),
        ("-p", OWN),
        ("-p", f"{OWN}-deal.json"),
        ("--as-of", OWN),
        ("--parameters", OWN),
        ("--report", f"html{OWN}="),
        ("--waivers", f"{OWN}-deal.json"),
        (f"{OWN}-gone.json",),
        ("--engine", OWN),
    ],
    ids=lambda wrong: wrong[0].partition(OWN)[0],
)
def test_a_run_that_fails_leaves_no_empty_page_and_says_no_more(
    name: str, wrong: tuple[str, ...], folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever is wrong on one's own side: the page is not empty, which could pass for one
    without a point, and does not say what."""
    from policyengine.cli import app

    deal = () if wrong[0].endswith("gone.json") else (f"{OWN}-deal.json",)
    arguments = ["evaluate", *deal, "-p", f"{OWN}.json", "--as-of", "2026-01-31", *wrong]
    assert app.run([*arguments, "--audience=counterparty", "--format", name]) == 2
    out, err = capfd.readouterr()
    assert OWN in err
    check_withheld(out)
    if name in ("json", "yaml", "jsonl"):
        assert yaml.safe_load(out) == no_statement()
    else:
        assert "No statement is made on the draft" in out.replace("%20", " ")
    assert app.run([*arguments, "--audience", "counterparty", "-o", "page", "--format", name]) == 2
    page = folder / "page"
    assert not page.exists() or page.read_text("utf-8") == out


def test_a_page_of_before_does_not_pass_for_the_answer(folder: Path) -> None:
    from policyengine.cli import app

    (folder / "page").write_text("1. An older point.\n")
    arguments = ["evaluate", f"{OWN}-deal.json", "-p", OWN, "--audience", "counterparty"]
    assert app.run([*arguments, "-o", "page"]) == 2
    assert (folder / "page").read_text("utf-8") == "No statement is made on the draft.\n"


def test_statements_have_a_form_of_their_own() -> None:
    points = (Raised("It says **a**.", "Less, please."), Raised("It is silent.", None))
    made = dict(outputs(Statement("d-1", "2026-01-31", points)))
    empty = dict(outputs(Statement("d-1", None, ())))
    for name, text in made.items():
        assert not re.search(r"\bfailed\b", plain(text)), name
        for word in ("severity", "level: ", "verdict |", "because", "| rule", "docs/diagnostics"):
            assert word not in plain(text), (name, word)
    assert made["markdown"].startswith("**3 drafts**: 1 without a statement, 2 with points\n\n")
    assert "\n| draft | points |\n| --- | --- |\n" in made["markdown"]
    assert "\n| d-1 | 2 points on the" in made["markdown"]
    one = public.Format("markdown", many=False).decision(Statement("d-1", None, points))
    assert "\n1. It says \\*\\*a\\*\\*.\n   - Less, please.\n2. It is silent.\n" in one
    assert "<th>draft</th><th>points</th>" in made["html"]
    assert "<h1>Drafts</h1>" in made["html"]
    for line in empty["tap"].splitlines():
        assert not re.match(r"\s*ok ", line) or "# SKIP No point is raised here" in line
    assert "<skipped" in empty["junit"]
    assert not re.search(r"<testcase[^>]*/>", empty["junit"])


def marked(policy: dict[str, Any], seed: int) -> tuple[dict[str, Any], set[str]]:
    """A generated policy with some of its rules marked."""
    chance = random.Random(seed)  # a test's choice
    rules = []
    said: set[str] = set()
    for rule in policy["rules"]:
        if rule.get("level") != "advisory" and chance.random() < 0.5:
            sentence = {"say": f"say {len(said)}", "open": f"open {len(said)}"}
            rules.append({**rule, "public": sentence})
            said.add(rule["id"])
        else:
            rules.append(rule)
    return {**policy, "rules": rules}, said


@settings(max_examples=40)
@given(seed=st.integers(0, 100_000))
def test_what_is_not_marked_changes_nothing(seed: int) -> None:
    """Two policies that differ only in what is not marked say the same of every deal: rules
    added, dropped, renamed, raised in level."""
    made = Generator(seed)
    plain_policy = made.policy()
    policy, said = marked(plain_policy, seed)
    deal, asked = made.deal(policy["terms"]), made.settings()
    if not said:
        return
    one = load(policy)
    if one is None:
        return
    try:
        first = one.statement(deal, one.evaluate(deal, **asked))
    except PolicyEngineError:
        return
    levels = {"mandatory": "negotiable", "negotiable": "mandatory"}
    other = []
    for rule in policy["rules"]:
        if rule["id"] in said:
            level = levels[rule.get("level", "mandatory")]
            other.append({**rule, "id": f"X-{rule['id']}", "title": "other", "level": level})
    other.append({"id": "NEW", "title": "never", "require": "1 = 2"})
    two = load({**policy, "rules": other})
    assert two is not None
    second = two.statement(deal, two.evaluate(deal, **asked))
    assert first == second
    assert dict(outputs(first)) == dict(outputs(second))


# the bundled pack -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pack() -> Policy:
    return Policy.load(ROOT / "rules/national-interest")


def withheld(pack: Policy) -> set[str]:
    """Ids, titles, reasons, asks and sources of rules, names of parameters, interests."""
    found: set[str] = set(pack.core.parameters)
    for rule in pack.core.rules:
        found |= {rule.id, rule.title}
        for sentence in (rule.because, rule.ask):
            if sentence is not None:
                found |= {p.strip() for p in sentence.parts if isinstance(p, str) and len(p) > 30}
        if rule.source is not None:
            found |= {text for text in (rule.source.ref, rule.source.quote) if text}
    for interest in pack.core.interests:
        found |= {interest.ours, interest.theirs}
    for card in pack.core.scorecards.values():
        found |= {card.title or card.id, *(item.id for item in card.items)}
    return found


@pytest.mark.parametrize("name", sorted(p.parent.name for p in ROOT.glob("examples/*/terms.yaml")))
def test_the_pack_gives_nothing_away(name: str, pack: Policy) -> None:
    terms = Terms.from_path(ROOT / "examples" / name / "terms.yaml")
    statement = pack.statement(terms, pack.evaluate(terms, as_of="2026-01-31"))
    numbers = [
        value
        for parameter in pack.core.parameters.values()
        for value in (parameter.value if isinstance(parameter.value, tuple) else (parameter.value,))
        if isinstance(value, Decimal) and value >= 10
    ]
    assert numbers
    said = " ".join(f"{point.say} {point.ask}" for point in statement.points)
    for title, text in outputs(statement):
        readable = plain(text)
        for secret in withheld(pack):
            # A public sentence may use words of one's own; it is then written there.
            if secret not in said:
                assert not re.search(rf"(?<![\w-]){re.escape(secret)}(?![\w-])", readable), title
        for number in numbers:
            written = f"{number}|{number:,}"
            assert not re.search(rf"(?<![\w.-])({written})(?![\w.-])", said), number


def test_the_pack_marks_no_rule_that_holds_a_limit(pack: Policy) -> None:
    """Whoever sees when such a rule stops being mentioned has found the limit."""
    from policyengine import core

    limits = [
        rule.id
        for rule in pack.core.rules
        if rule.public is not None
        for expr in (rule.condition, rule.applies, rule.unless)
        if expr is not None
        for node in core.walk(expr)
        if isinstance(node, core.Parameter)
    ]
    assert limits == []
    assert sum(rule.public is not None for rule in pack.core.rules) >= 20
