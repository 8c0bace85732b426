"""Every diagnostic that the command makes has a code with an entry."""

from __future__ import annotations

import re
from pathlib import Path

from policyengine.codes import COMMANDS, SETTINGS

#: the reader's and the loader's, where the command opens files by its own means; those of terms
#: and of the engine, where a negotiation reads a value and checks its end against a decision
BORROWED = {"file-unreadable", "file-kind", "outside-root", "unit-mismatch", "executors-disagree"}


def test_codes_are_those_that_are_used(root: Path) -> None:
    sources = [*(root / "src/policyengine/cli").rglob("*.py"), root / "src/policyengine/config.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources if path.stem != "codes")
    pattern = r"(?:Diagnostic|found\.error)\(\s*\"([a-z-]+)\""
    used = set(re.findall(pattern, text))
    known = {**COMMANDS, **SETTINGS}
    assert used - set(known) == BORROWED
    whole = (root / "src/policyengine").rglob("*.py")
    made = "\n".join(path.read_text(encoding="utf-8") for path in whole if path.stem != "codes")
    assert set(known) - set(re.findall(r"\(\s*\"([a-z-]+)\"", made)) - used == set()
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in known)
