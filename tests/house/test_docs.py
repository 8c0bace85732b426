"""Every snippet of README.md and docs/ runs, as a reader would run it.

Fenced blocks, by their language:

- ``console``: each line that starts with `$ ` (`> ` continues it) is run by a shell in the
  page's scratch folder, and what follows it is what it prints (both streams, in the order
  shown). `…` stands for any text within a line; a line that is only `…` for any number of
  lines; no output shown means any output. `[exit 3]` as the last line of an output is the exit
  code; without it the code is 0.
- ``python``: run in the scratch folder; blocks of one page share their names.
- ``yaml`` and ``json`` whose first line is a comment `# file: name` (`// file: name`): written
  to that file, for the blocks that follow.

A block that cannot be run says why after its language, as in ```` ```console no-run: reason ````;
so do fragments of YAML that are no file. Other languages (`text`, `mermaid`) are not code.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
CODE = ("console", "python", "yaml", "json")
FENCE = re.compile(r"^( *)```([a-z]*)([^\n]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"(?:#|//) file: (\S+)\n")
EXIT = re.compile(r"\[exit (\d+)\]")


@dataclass(frozen=True)
class Block:
    language: str
    info: str
    text: str
    line: int

    @property
    def reason(self) -> str | None:
        """Why it is not run, if it says so."""
        return (
            self.info.removeprefix("no-run:").strip() if self.info.startswith("no-run:") else None
        )


def blocks(page: Path) -> list[Block]:
    text = page.read_text("utf-8")
    found = []
    for fence in FENCE.finditer(text):
        indent, language, info, body = fence.groups()
        lines = (line.removeprefix(indent) for line in body.splitlines(keepends=True))
        line = text.count("\n", 0, fence.start()) + 1
        found.append(Block(language, info.strip(), "".join(lines), line))
    return found


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix() if page.is_relative_to(ROOT) else page.name


def scratch(at: Path) -> None:
    """A project folder as a reader has it, with the examples and the pack beside it."""
    for folder in ("examples", "rules", "schemas"):
        (at / folder).symlink_to(ROOT / folder, target_is_directory=True)


def environment(home: Path) -> dict[str, str]:
    kept = {key: os.environ[key] for key in ("LANG", "LC_ALL", "SYSTEMROOT") if key in os.environ}
    return kept | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(home),
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
    }


def matches(expected: str, actual: str) -> bool:
    """Whether an output is the one shown, `…` standing for anything."""
    parts = []
    for line in expected.splitlines():
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*?".join(map(re.escape, line.rstrip().split("…"))) + r"[ ]*\n")
    return (
        re.fullmatch("".join(parts), actual if actual.endswith("\n") else actual + "\n") is not None
    )


def commands(text: str) -> list[tuple[str, str, int]]:
    """(command, output shown, exit code shown) of each command in a console block."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.startswith("> ") and found and not found[-1][1]:
            found[-1] = (f"{found[-1][0]}\n{line[2:]}", [])
        else:
            assert found, f"output before any command: {line}"
            found[-1][1].append(line)
    out = []
    for command, shown in found:
        code = 0
        while shown and not shown[-1].strip():
            shown.pop()
        if shown and (exit_ := EXIT.fullmatch(shown[-1].strip())):
            code = int(exit_[1])
            shown.pop()
        out.append((command, "\n".join(shown), code))
    return out


def run_console(block: Block, page: str, folder: Path, env: dict[str, str]) -> None:
    for command, expected, code in commands(block.text):
        done = subprocess.run(
            command,
            shell=True,
            cwd=folder,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        where = f"{page}:{block.line}\n$ {command}\n"
        assert done.returncode == code, f"{where}{done.stdout}[exit {done.returncode}]"
        if expected:
            assert matches(expected, done.stdout), (
                f"{where}--- the page shows\n{expected}\n--- it prints\n{done.stdout}"
            )


def run_page(page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch(folder)
    env = environment(folder.parent)
    names: dict[str, Any] = {"__name__": "__main__"}
    monkeypatch.chdir(folder)
    for block in blocks(page):
        if block.reason is not None or block.language not in CODE:
            continue
        if block.language == "console":
            run_console(block, name(page), folder, env)
        elif block.language == "python":
            exec(compile(block.text, f"{name(page)}:{block.line}", "exec"), names)
        else:
            head = FILE.match(block.text)
            assert head, f"{name(page)}:{block.line}: a {block.language} block names no file"
            target = folder / head[1]
            target.parent.mkdir(parents=True, exist_ok=True)
            text = block.text if block.language == "yaml" else block.text[head.end() :]
            target.write_text(text, "utf-8")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_snippets_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not any(block.language in CODE and block.reason is None for block in blocks(page)):
        return
    folder = tmp_path / "project"
    folder.mkdir()
    run_page(page, folder, monkeypatch)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_blocks_have_a_language_and_a_reason_not_to_run(page: Path) -> None:
    for block in blocks(page):
        assert block.language, f"{name(page)}:{block.line}: a fence without a language"
        assert not block.info or block.reason, f"{name(page)}:{block.line}: {block.info}"


LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    text = FENCE.sub("", page.read_text("utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{name(page)}: {link}"
        assert not anchor or anchor in anchors(target), f"{name(page)}: {link}"


# the runner itself ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("```console\n$ echo one two\none two\n```", True),
        ("```console\n$ echo one two\none three\n```", False),
        ("```console\n$ echo one two three\none … three\n```", True),
        ("```console\n$ printf 'a\\nb\\nc\\n'\na\n…\nc\n```", True),
        ("```console\n$ printf 'a\\nb\\nc\\n'\na\nc\n```", False),
        ("```console\n$ echo \\\n> one\none\n```", True),
        ("```console\n$ exit 3\n[exit 3]\n```", True),
        ("```console\n$ exit 3\n```", False),
        ("```console\n$ true\n[exit 1]\n```", False),
        ("```console\n$ echo surprise\n```", True),
        ("```console no-run: it would never end\n$ sleep 10000\n```", True),
        ("```yaml\n# file: a/b.yaml\nx: 1\n```\n```console\n$ cat a/b.yaml\n…\nx: 1\n```", True),
        ("```yaml\nx: 1\n```", False),
        ("```python\nx = 1\n```\n```python\nassert x == 1\n```", True),
        ("```python\nassert 1 == 2\n```", False),
    ],
)
def test_the_runner(
    text: str, passes: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, "utf-8")
    folder = tmp_path / "project"
    folder.mkdir()
    if passes:
        run_page(page, folder, monkeypatch)
    else:
        with pytest.raises(AssertionError):
            run_page(page, folder, monkeypatch)
