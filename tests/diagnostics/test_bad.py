"""The exact text of every diagnostic of loading, lowering, checking, intake, tests and waivers.

`UPDATE_GOLDENS=1 pytest tests/diagnostics` writes them anew; read the difference as the
person who made the mistake. A file under bad/ is named after the code it is about and holds
cases, each laid over base/:

    ==== what is wrong with it
    ---- policy/rules.yaml          a file, as written
    ---- finds                      in the policy folder: every diagnostic, as rendered
    ---- finds in deal.yaml         in one document
    ---- loads alone.yaml           what loading says of one file as a policy
    ---- decides deal.yaml          the errors of the decision on 2026-01-31
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from policyengine.engine import Policy, Terms
from policyengine.errors import PolicyEngineError
from policyengine.validation import validate

HERE = Path(__file__).parent
BASE = HERE / "base"
BAD = HERE / "bad"
AS_OF = "2026-01-31"
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"


@dataclass
class Case:
    title: str
    files: dict[str, str] = field(default_factory=dict)
    #: what is asked, and the text expected of it
    asked: list[tuple[str, str]] = field(default_factory=list)

    def text(self) -> str:
        parts = [f"==== {self.title}\n"]
        parts += [f"---- {name}\n{text}" for name, text in self.files.items()]
        parts += [f"---- {question}\n{text}" for question, text in self.asked]
        return "".join(parts)


def read_cases(path: Path) -> list[Case]:
    cases: list[Case] = []
    head, *texts = re.split(r"^==== ", path.read_text("utf-8"), flags=re.MULTILINE)
    assert not head, f"{path.name}: text before the first case"
    for text in texts:
        title, *sections = re.split(r"^---- ", text, flags=re.MULTILINE)
        case = Case(title.rstrip("\n"))
        for section in sections:
            name, _, body = section.partition("\n")
            if re.match(r"(?:finds|loads|decides)\b", name):
                case.asked.append((name, body))
            else:
                case.files[name] = body
        cases.append(case)
    return cases


def lay_out(case: Case, folder: Path) -> None:
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    for name, text in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def answer(question: str) -> str:
    """What is found in the working folder, as it is printed."""
    verb, _, rest = question.partition(" ")
    if verb == "decides":
        return _errors_of(rest)
    if verb == "loads":
        with pytest.raises(PolicyEngineError) as refused:
            Policy.load(rest)
        return f"{refused.value}\n"
    path = Path(rest.removeprefix("in ") or "policy")
    around = None
    if path.suffix in (".yaml", ".json") and path.stem.startswith("deal"):
        around = Policy.load("policy")
    found = validate(path, kind="terms" if around else None, policy=around)
    return "".join(f"{one.render()}\n" for one in found)


def _errors_of(deal: str) -> str:
    try:
        decision = Policy.load("policy").evaluate(Terms.from_path(deal), as_of=AS_OF)
    except PolicyEngineError as error:
        return f"{error}\n"
    assert decision.verdict is not None
    lines = [f"verdict: {decision.verdict.value}\n"]
    for fault in decision.errors:
        at = fault.location
        where = f"{at.file}:{at.line}:{at.column}: " if at else ""
        lines.append(f"{where}error[{fault.code}]: {fault.message} (rule {fault.rule})\n")
    return "".join(lines)


@pytest.mark.parametrize("path", sorted(BAD.glob("*.txt")), ids=lambda path: path.stem)
def test_golden(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_text("utf-8")
    cases = read_cases(path)
    for number, case in enumerate(cases):
        folder = tmp_path / str(number)
        lay_out(case, folder)
        monkeypatch.chdir(folder)
        case.asked = [(question, answer(question)) for question, _ in case.asked]
    after = "".join(case.text() for case in cases)
    if UPDATE:
        path.write_text(after, "utf-8")
    else:
        assert after == before
    assert f"[{path.stem}]" in after or path.stem.startswith("several-"), path.stem
