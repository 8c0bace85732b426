"""Every code of a diagnostic has a page that says what the registry says, and the reverse.

A page is named after its code. It begins with the code as its title and the registry's line
as its first paragraph; then comes what to do about it, and an example that gives the code
(test_docs runs it). `python tests/house/test_diagnostics.py` rewrites the index and those
first paragraphs.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policyengine.codes import CODES

PAGES = Path(__file__).resolve().parents[2] / "docs" / "diagnostics"
SOURCES = Path(__file__).resolve().parents[2] / "src" / "policyengine"
START = "<!-- the index: generated -->\n"


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def index() -> str:
    rows = [f"| [`{code}`]({code}.md) | {sentence(CODES[code])} |" for code in sorted(CODES)]
    return "\n".join(["| code | meaning |", "|---|---|", *rows]) + "\n"


def test_every_page_is_of_a_code() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} == set(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_page(code: str) -> None:
    title, meaning, advice = (PAGES / f"{code}.md").read_text("utf-8").split("\n\n")[:3]
    assert title == f"# `{code}`"
    assert meaning == sentence(CODES[code])
    assert advice.strip()


def test_an_example_gives_the_code_of_its_page() -> None:
    """Where a page runs a command, the code is in what the command prints."""
    for code in CODES:
        text = (PAGES / f"{code}.md").read_text("utf-8")
        for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
            assert code in block.partition("\n")[2], code


def test_the_index_is_fresh() -> None:
    text = (PAGES / "README.md").read_text("utf-8")
    assert text.partition(START)[2] == index(), "run `python tests/house/test_diagnostics.py`"


def test_every_code_in_use_is_registered() -> None:
    """Codes stand as the first argument of what makes a diagnostic."""
    made = re.compile(
        r'(?:\berror|\bwarning|\bDiagnostic|\bFault|\bLocated)\(\s*(?:\w+,\s*)?"([a-z]+(?:-[a-z]+)+)"'
    )
    for path in sorted(SOURCES.rglob("*.py")):
        for code in made.findall(path.read_text("utf-8")):
            assert code in CODES, f"{path.name}: {code}"


if __name__ == "__main__":
    page = PAGES / "README.md"
    head = page.read_text("utf-8").partition(START)[0]
    page.write_text(head + START + index(), "utf-8")
    for code in CODES:
        page = PAGES / f"{code}.md"
        title, _, rest = page.read_text("utf-8").split("\n\n", 2)
        page.write_text("\n\n".join([title, sentence(CODES[code]), rest]), "utf-8")
