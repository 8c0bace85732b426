"""Generated functions are known to tracebacks and profilers, each by its own name and lines."""

from __future__ import annotations

import gc
import linecache
import traceback
from pathlib import Path
from typing import Any

import pytest

from policyengine import Policy

POLICY = """\
policy: lease
version: "1"
terms:
  type: object
  properties:
    t: {type: object, properties: {a: {type: boolean}, b: {type: number}}}
rules:
  - {id: A, title: t, require: {t.a: true}}
  - {id: B, title: t, require: {t.b: {at_most: 1}}}
"""
FORMS = ("known", "unknown", "document", "row", "verdict", "verdict of document")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY, encoding="utf-8")
    return file


def entries() -> list[str]:
    return [name for name in linecache.cache if name.startswith("<policy ")]


def file_of(function: Any) -> str:
    name: str = function.__code__.co_filename
    return name


def test_every_form_has_its_own_text(path: Path) -> None:
    compiled = Policy.load(path).compiled()
    texts = {file_of(compiled.decide): compiled.source}
    for form in FORMS:
        function, text = compiled.forms.form(form)
        texts[file_of(function)] = text
        assert form in file_of(function)
    assert len(texts) == 1 + len(FORMS)
    for name, text in texts.items():
        assert "".join(linecache.getlines(name)) == text


def test_a_traceback_shows_the_line_that_failed(path: Path) -> None:
    compiled = Policy.load(path).compiled()
    forms = [compiled.forms.form(form)[0] for form in ("known", "unknown", "verdict")]
    too_short: Any = (True,)
    general: Any = compiled.decide
    for function in (lambda row: general(row, None), *forms):
        with pytest.raises(ValueError, match="unpack") as caught:
            function(too_short)
        frame = traceback.extract_tb(caught.value.__traceback__)[-1]
        assert frame.filename.startswith("<policy lease ")
        assert (frame.line or "").endswith(" = row")


def test_two_of_one_policy_keep_their_lines_apart(path: Path) -> None:
    first, second = Policy.load(path).compiled(), Policy.load(path).compiled(final=True)
    assert file_of(first.decide) != file_of(second.decide)
    for each in (first, second):
        assert "".join(linecache.getlines(file_of(each.decide))) == each.source


def test_what_is_gone_leaves_no_lines(path: Path) -> None:
    gc.collect()
    before = entries()
    for _ in range(3):
        policy = Policy.load(path)
        policy.decider()({"t": {"a": True, "b": 1}})
        assert len(entries()) > len(before)
        del policy
        gc.collect()
    assert entries() == before
