"""Settings: where they come from, which wins, and which policy answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policyengine.codes import SETTINGS
from policyengine.config import choose_policy, display, find_policies, read_config
from policyengine.errors import UsageError


def write(path: str, text: str = "policy: x\n") -> Path:
    made = Path(path)
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_text(text)
    return made


def refusal(call: Callable[..., Any], *args: Any) -> Any:
    with pytest.raises(UsageError) as found:
        call(*args)
    assert all(d.code in SETTINGS for d in found.value.diagnostics)
    return found.value.diagnostics[0]


# the settings file --------------------------------------------------------------------------


def test_none_gives_none() -> None:
    write("pyproject.toml", "[tool.other]\nx = 1\n")
    assert read_config(Path.cwd()).path is None


@pytest.mark.parametrize(
    ("name", "text"),
    (
        ("policyengine.toml", 'format = "json"\nexplain = "full"\n'),
        ("pyproject.toml", '[tool.policyengine]\nformat = "json"\nexplain = "full"\n'),
    ),
)
def test_read_from_a_parent(name: str, text: str) -> None:
    write(name, text)
    Path("a/b").mkdir(parents=True)
    config = read_config(Path("a/b"))
    assert config.path == Path.cwd() / name
    assert config.settings["format"].value == "json"
    assert config.settings["explain"].value == "full"
    line = 2 if name == "policyengine.toml" else 3
    assert config.settings["explain"].origin == f"{name}:{line}"


def test_the_nearest_wins_and_foreign_files_are_passed_by() -> None:
    write("policyengine.toml", 'format = "json"\n')
    write("a/pyproject.toml", "not = [valid, and none of our business")
    write("a/b/policyengine.toml", 'format = "yaml"\n')
    Path("a/b/c").mkdir()
    assert read_config(Path("a/b/c")).settings["format"].value == "yaml"
    assert read_config(Path("a")).settings["format"].value == "json"


@pytest.mark.parametrize(
    ("text", "code", "says"),
    (
        ('polcy = "x"', "unknown-setting", "did you mean `policy`"),
        ('waivers = ["w.yaml"]', "unknown-setting", "cannot waive itself"),
        ('fail-on = "never"', "unknown-setting", "where the command is called"),
        ("as-of = 2020-01-31", "unknown-setting", "where the command is called"),
        ("final = true", "unknown-setting", "--final"),
        ('format = "xml"', "bad-setting", "expected one of `pretty`"),
        ('format = "jsno"', "bad-setting", "did you mean"),
        ("policy = 3", "bad-setting", "text in quotes"),
        ("policy = ", "bad-config", "cannot read"),
    ),
)
def test_what_is_refused(text: str, code: str, says: str) -> None:
    write("policyengine.toml", f"# a comment\n{text}\n")
    found = refusal(read_config, Path.cwd())
    assert found.code == code
    assert says in found.render()
    if found.span is not None:
        assert found.span.line == 2
        assert found.span.text == text.partition(" ")[0]


def test_every_mistake_at_once() -> None:
    write("policyengine.toml", 'a = 1\nb = 2\nformat = "x"\n')
    with pytest.raises(UsageError) as found:
        read_config(Path.cwd())
    assert len(found.value.diagnostics) == 3


def test_two_files_in_one_folder_are_refused() -> None:
    write("policyengine.toml", 'format = "json"\n')
    write("pyproject.toml", '[tool.policyengine]\nformat = "json"\n')
    assert refusal(read_config, Path.cwd()).code == "two-configs"
    write("pyproject.toml", "[tool.policyengine]\n")
    assert read_config(Path.cwd()).path == Path.cwd() / "policyengine.toml"


def test_a_table_that_is_none() -> None:
    write("pyproject.toml", "[tool]\npolicyengine = 3\n")
    assert refusal(read_config, Path.cwd()).code == "bad-config"


def test_not_utf8_and_too_large() -> None:
    Path("policyengine.toml").write_bytes(b'format = "\xff"')
    assert refusal(read_config, Path.cwd()).code == "bad-config"
    Path("policyengine.toml").write_bytes(b"#" * 4_000_001)
    assert refusal(read_config, Path.cwd()).code == "bad-config"


# which policy -------------------------------------------------------------------------------


def test_the_only_one_under_rules() -> None:
    write("rules/mine/policy.yaml")
    write("rules/mine/rules.yaml", "rules: []\n")
    write("rules/README.md")
    assert choose_policy(None, Path.cwd()).shown == "rules/mine"


def test_a_single_file_is_a_policy_too() -> None:
    write("rules/mine.yaml", "# comment\npolicy: mine\n")
    write("rules/other.yaml", "rules: []\n")
    assert choose_policy(None, Path.cwd()).shown == "rules/mine.yaml"
    assert choose_policy("mine", Path.cwd()).shown == "rules/mine.yaml"


def test_several_are_listed() -> None:
    write("rules/b/policy.yaml")
    write("rules/a/policy.yml")
    write("rules/.hidden/policy.yml")
    found = refusal(choose_policy, None, Path.cwd())
    assert found.code == "several-policies"
    assert "2 policies under `rules`: `rules/a`, `rules/b`" in found.message
    assert "-p" in str(found.hint)
    assert choose_policy("b", Path.cwd()).shown == "rules/b"


def test_none_says_what_to_do() -> None:
    found = refusal(choose_policy, None, Path.cwd())
    assert found.code == "no-policy"
    assert "policyengine init" in str(found.hint)
    assert "-p national-interest" in str(found.hint)


def test_the_bundled_one_answers_to_its_name_only() -> None:
    chosen = choose_policy("national-interest", Path.cwd())
    assert chosen.shown == "bundled"
    assert (chosen.path / "policy.yaml").is_file()
    write("rules/national-interest/policy.yaml")
    assert choose_policy("national-interest", Path.cwd()).shown == "rules/national-interest"


@pytest.mark.parametrize(
    ("name", "says"),
    (
        ("national-intrest", "did you mean `national-interest`"),
        ("zzz", "known policies: `national-interest`"),
        ("no/such/folder", "there is no policy"),
        ("", "there is no policy"),
    ),
)
def test_an_unknown_name(name: str, says: str) -> None:
    found = refusal(choose_policy, name, Path.cwd())
    assert found.code == "unknown-policy"
    assert says in found.render()


def test_a_policy_in_the_working_folder_is_suggested_by_name() -> None:
    write("dsa/policy.yaml")
    write("notes/readme.yaml")
    found = refusal(choose_policy, "dsaa", Path.cwd())
    assert found.hint == "did you mean `dsa`?"
    found = refusal(choose_policy, "zzz", Path.cwd())
    assert found.hint == "known policies: `dsa`, `national-interest`"


def test_a_policy_s_own_folders_are_not_searched() -> None:
    write("rules/a/policy.yaml")
    write("rules/a/deep/policy.yaml")
    assert [display(p) for p in find_policies(Path("rules"))] == ["rules/a"]


# precedence ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("fake")
def test_flag_over_environment_over_project_over_default(
    cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("rules/a/policy.yaml")
    write("rules/b/policy.yaml")
    write("rules/c/policy.yaml")

    def shown(*args: str) -> Any:
        found = cli("evaluate", "--show-config", *args)
        assert found.code == 0
        return json.loads(found.out)

    args = ("--format", "json")
    assert shown(*args)["policy"]["value"] == "none"
    write("policyengine.toml", 'policy = "rules/a"\nexplain = "full"\n')
    assert shown(*args)["policy"] == {"value": "rules/a", "origin": "policyengine.toml:1"}
    assert shown(*args)["explain"] == {"value": "full", "origin": "policyengine.toml:2"}
    assert shown(*args, "--explain", "fails")["explain"] == {"value": "fails", "origin": "flag"}
    monkeypatch.setenv("POLICYENGINE_POLICY", "rules/b")
    assert shown(*args)["policy"] == {
        "value": "rules/b",
        "origin": "environment, POLICYENGINE_POLICY",
    }
    assert shown(*args, "-p", "rules/c")["policy"] == {"value": "rules/c", "origin": "flag"}
    assert shown(*args)["fail-on"] == {"value": "conditional", "origin": "default"}
    assert shown(*args)["as-of"]["origin"] == "today (UTC)"
    monkeypatch.setenv("POLICYENGINE_FORMAT", "json")
    monkeypatch.setenv("POLICYENGINE_AS_OF", "2026-01-31")
    assert shown()["as-of"]["value"] == "2026-01-31"


@pytest.mark.usefixtures("fake")
def test_settings_are_used(cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    write("rules/a/policy.yaml")
    write("sub/deal.json", '{"do": "reject"}')
    write("policyengine.toml", 'policy = "rules/a"\nformat = "json"\n')
    monkeypatch.chdir("sub")
    found = cli("evaluate", "deal.json")
    assert found.code == 1
    assert json.loads(found.out)["verdict"] == "reject"
    monkeypatch.setenv("POLICYENGINE_FAIL_ON", "never")
    monkeypatch.setenv("POLICYENGINE_FINAL", "1")
    found = cli("evaluate", "deal.json")
    assert found.code == 0
    assert json.loads(found.out)["final"] is True


@pytest.mark.usefixtures("fake")
def test_show_config_reads_as_a_table(cli: Callable[..., Any]) -> None:
    write("rules/a/policy.yaml")
    out = cli("evaluate", "--show-config").out
    assert "policy          rules/a" in out
    assert "the only one under rules" in out
    assert "settings file   none" in out


@pytest.mark.usefixtures("fake")
def test_a_bad_settings_file_gives_no_verdict(cli: Callable[..., Any]) -> None:
    write("rules/a/policy.yaml")
    write("deal.json", '{"do": "accept"}')
    write("policyengine.toml", 'polcy = "rules/a"\n')
    found = cli("evaluate", "deal.json", "--format", "json")
    assert found.code == 2
    assert json.loads(found.out)["errors"][0]["code"] == "unknown-setting"
    assert "policyengine.toml:1:1: error[unknown-setting]" in found.err


@pytest.mark.usefixtures("fake")
def test_a_misspelt_variable_is_said(
    cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICYENGINE_POLCY", "x")
    monkeypatch.setenv("POLICYENGINE_SOMETHING_ELSE", "x")
    found = cli("evaluate", "--show-config")
    assert "warning[unknown-variable]" in found.err
    assert "did you mean `POLICYENGINE_POLICY`?" in found.err
    assert "SOMETHING" not in found.err


def test_paths_are_relative_to_the_working_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    write("rules/a/policy.yaml")
    write("policyengine.toml", 'policy = "rules/a"\n')
    assert choose_policy(None, Path.cwd()).path == Path("rules/a")
    Path("deals/deep").mkdir(parents=True)
    monkeypatch.chdir("deals/deep")
    setting = read_config(Path.cwd()).settings["policy"]
    assert (setting.value, setting.origin) == ("../../rules/a", "../../policyengine.toml:1")
