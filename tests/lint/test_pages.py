"""Every check has a page, and the samples of the page give the finding, or none.

`python tests/lint/test_pages.py` rewrites the index of docs/lint/README.md.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.lint.conftest import Found

from policyengine.lint import BY_CODE, CHECKS

PAGES = Path(__file__).resolve().parents[2] / "docs" / "lint"
START = "<!-- the index: generated -->\n"
SAMPLE = re.compile(
    r"^## (Bad|Good)\n\n```yaml no-run: [^\n]*\n# file: (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)


def index() -> str:
    rows = [
        f"| [`{check.code}`]({check.code}.md) | {check.severity.value} | {check.title} |"
        for check in CHECKS
    ]
    return "\n".join(["| code | default | reports |", "|---|---|---|", *rows]) + "\n"


def test_every_check_has_a_page_and_every_page_a_check() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} == set(BY_CODE)
    assert len(BY_CODE) == len(CHECKS)


def test_the_index_is_fresh() -> None:
    text = (PAGES / "README.md").read_text("utf-8")
    assert text.partition(START)[2] == index(), "run `python tests/lint/test_pages.py`"


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_page(code: str) -> None:
    check = BY_CODE[code]
    title, meaning, why = (PAGES / f"{code}.md").read_text("utf-8").split("\n\n")[:3]
    options = "".join(f" Options: `{key}` ({value})." for key, value in check.options.items())
    first = check.title[:1].upper() + check.title[1:]
    assert title == f"# `{code}`"
    assert meaning == f"{first}. Default: {check.severity.value}.{options}"
    assert why.strip()


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_samples(code: str, found: Found) -> None:
    """The bad sample has this finding, and the good one has none at all."""
    samples = {
        word: (name, text)
        for word, name, text in SAMPLE.findall((PAGES / f"{code}.md").read_text("utf-8"))
    }
    assert set(samples) == {"Bad", "Good"}
    name, text = samples["Bad"]
    bad = found(**{name.replace(".", "__"): text})
    assert code in {one.code for one in bad}
    assert all(one.severity is BY_CODE[one.code].severity for one in bad)
    name, text = samples["Good"]
    assert found(**{name.replace(".", "__"): text}) == ()


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_grammar(code: str, found: Found) -> None:
    """Messages are lower case without a full stop, and point at a place."""
    text = (PAGES / f"{code}.md").read_text("utf-8")
    _, name, body = SAMPLE.findall(text)[0]
    for one in found(**{name.replace(".", "__"): body}):
        words = re.sub(r"`[^`]*`", "", one.message)
        assert words == words.lower()
        assert not words.endswith(".")
        assert one.span is not None


if __name__ == "__main__":
    page = PAGES / "README.md"
    head = page.read_text("utf-8").partition(START)[0]
    page.write_text(head + START + index(), "utf-8")
