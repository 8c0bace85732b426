"""A rule in a policy folder is read, or the folder is refused: never dropped in silence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from policyengine import Policy, PolicyError

from .conftest import written

RULES = "rules:\n  - {id: A, title: t, require: flag}\n"
MORE = "rules:\n  - {id: B, title: t, forbid: other}\n"


def test_a_linked_folder(tmp_path: Path) -> None:
    folder = written(tmp_path, {"a.yaml": RULES})
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "b.yaml").write_text(MORE)
    (folder / "linked").symlink_to(elsewhere)
    with pytest.raises(PolicyError, match="linked` is a link to a folder"):
        Policy.load(folder)


def test_a_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = written(tmp_path, {"a.yaml": RULES, "sub/b.yaml": MORE})
    scan = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(PolicyError, match="sub`: permission denied"):
        Policy.load(folder)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("means_test.yaml", MORE),
        ("means_test.yaml", "{rules: [{id: B, title: t, forbid: other}]}"),
        ("more.json", '{"rules": [{"id": "B", "title": "t", "forbid": "other"}]}'),
    ],
)
def test_rules_in_a_file_that_is_not_read_as_rules(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(PolicyError, match="holds rules that are not read"):
        Policy.load(written(tmp_path, {"a.yaml": RULES, name: text}))


def test_a_schema_with_a_group_of_that_name_may_lie_beside(tmp_path: Path) -> None:
    text = '{"type": "object", "properties": {"rules": {"type": "object"}}}'
    cases = "cases: [{name: tables, rules: 1}]"
    written(tmp_path, {"a.yaml": RULES, "terms.schema.json": text, "a_test.yaml": cases})
    assert [rule.id for rule in Policy.load(tmp_path / "rules").rules] == ["A"]
