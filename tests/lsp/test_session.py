"""The language server as an editor meets it: one process, messages in and out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.lsp.client import Client, session
from tests.lsp.project import FILES, MANIFEST, MORE, RULES, TEST

OPTIONS = {"tabSize": 2, "insertSpaces": True}


def opened(editor: Client, *names: str) -> None:
    for name in names:
        if name in editor.texts:
            if editor.texts[name] != FILES[name]:
                editor.change(name, FILES[name])
        else:
            editor.open(name)


def codes(found: list[dict[str, Any]]) -> list[str]:
    return [one["code"] for one in found]


# findings -----------------------------------------------------------------------------------


def test_a_mistake_is_found_as_it_is_typed_and_gone_when_it_is_mended(editor: Client) -> None:
    opened(editor, RULES)
    editor.change(RULES, FILES[RULES].replace("at_most", "at_msot"))
    (found,) = editor.found(RULES)
    assert found["code"] == "unknown-operator"
    assert found["severity"] == 1
    assert found["source"] == "policyengine"
    assert found["message"] == "there is no operator `at_msot`\ndid you mean `at_most`?"
    assert editor.marked(RULES, found["range"]) == "at_msot"
    page = found["codeDescription"]["href"]
    assert page.startswith("file://")
    assert page.endswith("docs/diagnostics/unknown-operator.md")
    editor.change(RULES, FILES[RULES])
    assert editor.found(RULES) == []


def test_columns_are_counted_in_utf_16(editor: Client) -> None:
    opened(editor, RULES)
    text = FILES[RULES].replace("Paid in time 🕰️", "Paid in 🕰️🎉 time")
    text = text.replace("    title: Paid", '    unknwon: "🎉"\n    title: Paid')
    text = text.replace("require: {payment.days", "require: {deal.id: {is_not: 🎉🎉}, payment.dyas")
    editor.change(RULES, text)
    marked = {one["code"]: editor.marked(RULES, one["range"]) for one in editor.found(RULES)}
    assert marked == {"unknown-key": "unknwon", "unknown-term": "payment.dyas"}
    editor.change(RULES, FILES[RULES])
    assert editor.found(RULES) == []


def test_an_edit_is_checked_with_its_siblings(editor: Client) -> None:
    opened(editor, RULES, MORE, TEST)
    editor.change(MORE, FILES[MORE].replace("KIND-1", "PAY-1"))
    (found,) = editor.until(RULES, ["duplicate-id"])
    assert found["relatedInformation"][0]["location"]["uri"] == editor.uri(MORE)
    editor.change(MORE, FILES[MORE].replace("KIND-1", "KIND-9"))
    assert editor.until(TEST, ["unknown-rule"] * 2)
    editor.change(MORE, FILES[MORE])
    assert editor.found(MORE) == []
    assert editor.until(TEST, []) == []


def test_what_cannot_be_read_is_all_that_is_said(editor: Client) -> None:
    opened(editor, MANIFEST, RULES)
    editor.change(MANIFEST, FILES[MANIFEST])
    editor.change(RULES, FILES[RULES].replace("{payment.days: {", "{payment.days: {{"))
    assert [code.startswith("yaml-") for code in codes(editor.found(RULES))] == [True]
    editor.change(MANIFEST, FILES[MANIFEST])
    assert editor.found(MANIFEST) == []
    known = editor.diagnostics
    assert all(not k["diagnostics"] for name, k in known.items() if name != "rules.yaml")
    editor.change(RULES, FILES[RULES])
    assert editor.found(RULES) == []


def test_deals_waivers_and_schemas_are_checked(editor: Client) -> None:
    deal, waivers, schema = "deals/deal.yaml", "waivers/waivers.yaml", "terms.schema.json"
    opened(editor, deal, waivers, schema)
    editor.change(deal, FILES[deal].replace("sale", "sail"))
    editor.change(waivers, FILES[waivers].replace("PAY-1", "PAY-7"))
    assert codes(editor.found(waivers)) == ["unknown-rule"]
    assert codes(editor.found(deal)) == ["not-in-enum"]
    editor.change(deal, FILES[deal])
    editor.change(waivers, FILES[waivers])
    editor.change(schema, FILES[schema].replace('"days"', '"dais"', 1))
    assert set(codes(editor.until(RULES, ["unknown-term"] * 2))) == {"unknown-term"}
    editor.change(schema, FILES[schema])
    assert editor.found(schema) == []
    assert editor.until(RULES, []) == []


def test_lint_is_asked_with_the_settings_of_the_project(editor: Client) -> None:
    opened(editor, RULES)
    editor.change(RULES, FILES[RULES].replace("    level: mandatory\n", ""))
    (found,) = editor.found(RULES)
    assert found["code"] == "level-missing"
    assert found["codeDescription"]["href"].endswith("docs/lint/level-missing.md")
    editor.change(RULES, FILES[RULES])
    assert editor.found(RULES) == []


def test_other_yaml_is_left_alone(editor: Client) -> None:
    editor.open("compose.yaml", "services:\n  web: {image: nginx}\n")
    editor.open("alerts.yaml", "rules:\n  - alert: High\n")
    opened(editor, RULES)
    editor.change(RULES, FILES[RULES])
    assert editor.found(RULES) == []
    for name in ("compose.yaml", "alerts.yaml"):
        assert not editor.diagnostics.get(name, {"diagnostics": []})["diagnostics"]
    at = editor.at("compose.yaml", "image", after=2)
    assert editor.request("textDocument/hover", at) is None
    assert editor.request("textDocument/formatting", {**at, "options": OPTIONS}) is None


# names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, mark, told",
    [
        (RULES, "payment.days", ["Days to pay", "number in days", "unknown", "PAY-1"]),
        (
            RULES,
            "deal.kind",
            ["- `lease` a lease of \\*goods\\*", "Silence means `sale`", "KIND-1"],
        ),
        (RULES, "most_days", ["parameter `most_days`: number = `30`", "`PAY-1`, `PAY-2`"]),
        (RULES, "parameters.floor", ["from 2000-01-01: `5`", "from 2020-01-01: `7`"]),
        (RULES, "at_most", ["is this limit or below", "Tests", "number"]),
        (RULES, "spare", ["derived term `spare`", "parameters.most_days - payment.days"]),
        (RULES, "require", ["The condition that must hold."]),
        (TEST, "PAY-1", ["Paid in time", "mandatory", "require"]),
        (TEST, "kind", ["Kind of deal"]),
    ],
)
def test_hover(editor: Client, name: str, mark: str, told: list[str]) -> None:
    opened(editor, name)
    shown = editor.request("textDocument/hover", editor.at(name, mark, after=1))
    assert [part for part in told if part not in shown["contents"]["value"]] == []
    assert mark.endswith(editor.marked(name, shown["range"]).rpartition(".")[2])


@pytest.mark.parametrize(
    "name, mark, after, file, line",
    [
        (RULES, "payment.days", 3, "terms.schema.json", 24),
        (RULES, "most_days", 3, "rules/supply/policy.yaml", 4),
        (RULES, "spare", 1, "rules/supply/policy.yaml", 9),
        (TEST, "KIND-1", 2, "rules/supply/more.yaml", 1),
        (TEST, "days", 1, "terms.schema.json", 24),
    ],
)
def test_definition(editor: Client, name: str, mark: str, after: int, file: str, line: int) -> None:
    opened(editor, name)
    found = editor.request("textDocument/definition", editor.at(name, mark, after=after))
    assert (found["uri"], found["range"]["start"]["line"]) == (editor.uri(file), line)


def test_references(editor: Client) -> None:
    opened(editor, RULES)
    asked = {**editor.at(RULES, "PAY-1", after=2), "context": {"includeDeclaration": True}}
    found = editor.request("textDocument/references", asked)
    files = [one["uri"].rpartition("/")[2] for one in found]
    assert files == ["rules.yaml", "rules_test.yaml", "rules_test.yaml", "waivers.yaml"]


def test_outline(editor: Client) -> None:
    opened(editor, RULES)
    asked = {"textDocument": {"uri": editor.uri(RULES)}}
    (top,) = editor.request("textDocument/documentSymbol", asked)
    assert [(one["name"], one["detail"]) for one in top["children"]] == [
        ("PAY-1", "Paid in time 🕰️"),
        ("PAY-2", "Something is left"),
    ]
    assert editor.marked(RULES, top["children"][0]["selectionRange"]) == "PAY-1"


# completion ---------------------------------------------------------------------------------


def proposed(editor: Client, name: str, text: str) -> dict[str, Any]:
    """What is proposed at the `|` of a text, by label."""
    opened(editor, name)
    editor.change(name, text.replace("|", "", 1))
    line, column = text[: text.index("|")].count("\n"), 0
    column = len(text[: text.index("|")].rpartition("\n")[2].encode("utf-16-le")) // 2
    at = {
        "textDocument": {"uri": editor.uri(name)},
        "position": {"line": line, "character": column},
    }
    found = editor.request("textDocument/completion", at)
    editor.change(name, FILES[name])
    return {str(item["label"]): item for item in found["items"]}


HALF = "rules:\n  - id: X-1\n    title: 🎉\n    "


@pytest.mark.parametrize(
    "typed, there, absent",
    [
        ("|", ["require", "forbid", "level", "because"], ["payment.days", "rules"]),
        ("require: {pay|", ["payment.days", "deal.kind", "all"], ["require"]),
        ("require:\n      all:\n        - |", ["payment.days", "any"], ["id"]),
        ("require: {payment.days: {at|", ["at_most", "between"], ["contains", "before"]),
        ("require: {payment.due: {|", ["before", "after"], ["at_most", "contains"]),
        ("require: {deal.tags: {|", ["contains_any", "every"], ["at_most", "one_of"]),
        ("require: {deal.kind: |", ["sale", "lease", "loan", "parameter"], ["at_most"]),
        ("require: {deal.kind: {one_of: [sale, |", ["sale", "lease"], ["at_most"]),
        ("require: {payment.days: {at_most: {parameter: |", ["most_days", "floor"], ["sale"]),
        ("require: payment.days > parameters.|", ["parameters.most_days"], ["payment.days"]),
        ('require: deal.kind = "|', ["sale", "lease"], ["payment.days"]),
        ("require: spare + pay|", ["payment.days", "spare", "as_of"], ["require"]),
        ("because: >-\n      they pay {pay|", ["payment.days", "parameters.floor"], ["require"]),
        ("level: |", ["mandatory", "negotiable", "advisory"], ["require"]),
    ],
)
def test_completion_in_rules(
    editor: Client, typed: str, there: list[str], absent: list[str]
) -> None:
    found = proposed(editor, RULES, HALF + typed)
    assert [label for label in there if label not in found] == []
    assert [label for label in absent if label in found] == []


def test_completion_elsewhere(editor: Client) -> None:
    case = "cases:\n  - name: x\n    "
    assert {"PAY-1", "KIND-1"} <= set(proposed(editor, TEST, case + "expect: {outcomes: {|"))
    assert "accept" in proposed(editor, TEST, case + "expect: {verdict: |")
    assert {"days", "due"} == set(
        proposed(editor, TEST, case + "terms:\n      payment:\n        |")
    )
    assert "payment.days" in proposed(editor, TEST, case + "terms: {|")
    assert set(proposed(editor, "deals/deal.yaml", "deal: {kind: |")) == {"sale", "lease", "loan"}
    assert "PAY-2" in proposed(editor, "waivers/waivers.yaml", "waivers:\n  - rule: |")
    assert "define" in proposed(editor, MANIFEST, FILES[MANIFEST] + "|")


def test_a_proposal_replaces_the_word_that_was_begun(editor: Client) -> None:
    typed = HALF + "require: {payment.d|: 3}"
    item = proposed(editor, RULES, typed)["payment.days"]
    made = editor.apply([item["textEdit"]], typed.replace("|", ""))
    assert made == HALF + "require: {payment.days: : 3}"
    assert "Days to pay" in item["documentation"]["value"]


# changes ------------------------------------------------------------------------------------


def renamed(editor: Client, name: str, mark: str, new: str) -> dict[str, Any]:
    asked = {**editor.at(name, mark, after=1), "newName": new}
    return editor.answer("textDocument/rename", asked)


def after(editor: Client, answer: dict[str, Any]) -> dict[str, str]:
    """The texts of the files that a rename changes."""
    made = {}
    for change in answer["result"]["documentChanges"]:
        name = next(n for n in FILES if editor.uri(n) == change["textDocument"]["uri"])
        made[name] = editor.apply(change["edits"], editor.texts.get(name, FILES[name]))
    return made


def test_a_rule_is_renamed_wherever_it_is_named(editor: Client) -> None:
    opened(editor, RULES, TEST)
    at = editor.request("textDocument/prepareRename", editor.at(TEST, "PAY-1", after=1))
    assert at["placeholder"] == "PAY-1"
    made = after(editor, renamed(editor, TEST, "PAY-1", "PAY-10"))
    assert made == {
        name: FILES[name].replace("PAY-1", "PAY-10")
        for name in (RULES, TEST, "waivers/waivers.yaml")
    }


def test_a_parameter_is_renamed_in_every_notation(editor: Client) -> None:
    opened(editor, RULES)
    made = after(editor, renamed(editor, RULES, "parameters.most_days", "longest"))
    assert made == {name: FILES[name].replace("most_days", "longest") for name in (RULES, MANIFEST)}


@pytest.mark.parametrize(
    "mark, new, why",
    [
        ("PAY-1", "KIND-1", "used twice"),
        ("PAY-1", "two words", "is no name"),
        ("PAY-1", "1st", "1st"),
        ("PAY-1", "", "is no name"),
        ("most_days", "floor", "floor"),
        ("most_days", "a-b", "a-b"),
        ("payment.days", "payment.weeks", "only rules and parameters"),
    ],
)
def test_a_rename_that_would_break_something_is_refused(
    editor: Client, mark: str, new: str, why: str
) -> None:
    opened(editor, RULES)
    answer = renamed(editor, RULES, mark, new)
    assert why in answer["error"]["message"]


def test_nothing_is_renamed_while_there_are_errors(editor: Client) -> None:
    opened(editor, RULES)
    editor.change(RULES, FILES[RULES].replace("at_most", "at_msot"))
    assert "has errors" in renamed(editor, RULES, "PAY-1", "PAY-9")["error"]["message"]
    editor.change(RULES, FILES[RULES])


def test_formatting(editor: Client) -> None:
    opened(editor, MORE)
    text = "rules:\n- title:  'No loans'\n  id: KIND-1\n  level: negotiable # 🎉\n"
    text += "  forbid:\n    deal.kind:   loan\n"
    editor.change(MORE, text)
    asked = {"textDocument": {"uri": editor.uri(MORE)}, "options": OPTIONS}
    edits = editor.request("textDocument/formatting", asked)
    made = editor.apply(edits, text)
    done = subprocess.run(
        [sys.executable, "-m", "policyengine", "fmt", "-", "--stdin-filename", MORE],
        input=text.encode(),
        capture_output=True,
        check=True,
    )
    assert made.encode() == done.stdout
    editor.change(MORE, made)
    assert editor.request("textDocument/formatting", asked) == []
    editor.change(MORE, FILES[MORE] + "  - {")
    assert editor.request("textDocument/formatting", asked) == []
    editor.change(MORE, FILES[MORE])


def test_the_word_that_was_meant_is_offered(editor: Client) -> None:
    opened(editor, RULES)
    text = FILES[RULES].replace("at_most", "at_msot")
    editor.change(RULES, text)
    (found,) = editor.found(RULES)
    asked = {"textDocument": {"uri": editor.uri(RULES)}, "range": found["range"]}
    (action,) = editor.request(
        "textDocument/codeAction", {**asked, "context": {"diagnostics": [found]}}
    )
    assert (action["title"], action["kind"]) == ("change to `at_most`", "quickfix")
    (change,) = action["edit"]["documentChanges"]
    assert change["textDocument"]["version"] == editor.versions[RULES]
    assert editor.apply(change["edits"], text) == FILES[RULES]
    editor.change(RULES, FILES[RULES])


def test_what_lint_can_mend_is_offered(editor: Client) -> None:
    opened(editor, RULES)
    editor.change(RULES, FILES[RULES].replace("    level: mandatory\n", ""))
    (found,) = editor.found(RULES)
    for kinds in (None, ["source.fixAll"]):
        context = {"diagnostics": [found]} | ({"only": kinds} if kinds else {})
        asked = {"textDocument": {"uri": editor.uri(RULES)}, "range": found["range"]}
        (action,) = editor.request("textDocument/codeAction", {**asked, "context": context})
        (change,) = action["edit"]["documentChanges"]
        made = editor.apply(change["edits"], editor.texts[RULES])
        assert made == FILES[RULES]
    editor.change(RULES, FILES[RULES])


# the process --------------------------------------------------------------------------------


def test_the_newest_text_wins_and_the_end_is_clean(project: Path) -> None:
    with session(project, encodings=("utf-8", "utf-32", "utf-16")) as client:
        assert client.capabilities["positionEncoding"] == "utf-16"
        client.open(RULES)
        for number in range(40):
            client.change(RULES, FILES[RULES].replace("at_most", f"at_{number}"))
        client.change(RULES, FILES[RULES].replace("at_most", "at_last"))
        (found,) = client.found(RULES)
        assert "`at_last`" in found["message"]
        client.notify("textDocument/didClose", {"textDocument": {"uri": client.uri(RULES)}})
        assert client.until(RULES, []) == []
        # closed and opened again while it is looked at
        client.open(RULES, FILES[RULES].replace("at_most", "at_again"))
        assert "`at_again`" in client.until(RULES, ["unknown-operator"])[0]["message"]
        assert client.end() == 0
    assert b"".join(client.stderr) == b""


def test_files_that_change_on_disk_are_read_again(project: Path) -> None:
    with session(project) as client:
        client.open(RULES)
        assert client.found(RULES) == []
        assert client.registered == ["workspace/didChangeWatchedFiles"]
        (project / MORE).write_text(FILES[MORE].replace("deal.kind", "deal.kidn"), "utf-8")
        changed = {"uri": client.uri(MORE), "type": 2}
        client.notify("workspace/didChangeWatchedFiles", {"changes": [changed]})
        assert client.until(MORE, ["unknown-term"])
        # nobody looks at the policy any more, so nothing is said of it
        client.notify("textDocument/didClose", {"textDocument": {"uri": client.uri(RULES)}})
        assert client.until(MORE, []) == []
        assert client.end() == 0


def test_without_pygls_the_command_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "pygls.py").write_text("raise ImportError", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "policyengine", "lsp"],
        env={"PYTHONPATH": str(tmp_path), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "error[lsp-missing]" in done.stderr
    assert "pip install 'pygls" in done.stderr


def test_no_other_command_imports_pygls(project: Path) -> None:
    code = (
        "import sys\nfrom policyengine.cli import main\n"
        "main(['validate', 'rules']); main(['lint', 'rules'])\n"
        "sys.exit(any(m.startswith(('pygls', 'lsprotocol', 'policyengine.languageserver'))"
        " for m in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
