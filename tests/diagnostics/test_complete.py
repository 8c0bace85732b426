"""Every registered code is met by some test, and every error text keeps to the grammar."""

from __future__ import annotations

import re
from pathlib import Path

from policyengine.codes import CODES

TESTS = Path(__file__).resolve().parents[1]
FOUND = re.compile(r"(?:error|warning)\[([a-z-]+)\]")
#: folders of goldens that show a code as it is printed
GOLDENS = ("diagnostics/bad", "reading/goldens", "feel/goldens")
#: codes that no test meets, and why
UNMET = {
    "executors-disagree": "the ways of evaluating agree; tests/laws and fuzz/ look for where not",
    "engine-unavailable": "depends on what is installed",
    "rete-refused": "no policy is known on which that engine goes wrong",
}
#: words that are not lower case, and stand in messages as they are
NAMES = (
    "YAML", "JSON", "JSONL", "UTF-8", "UTF-16", "NUL", "NFC", "Unicode", "JSON Schema",
    "USD", "EUR", "R-1",
)  # fmt: skip


def test_every_code_is_met() -> None:
    met: set[str] = set()
    for folder in GOLDENS:
        for path in (TESTS / folder).rglob("*.txt"):
            met |= set(FOUND.findall(path.read_text("utf-8")))
    for path in TESTS.rglob("test_*.py"):  # a test names the codes it expects
        if path.name != Path(__file__).name:
            text = path.read_text("utf-8")
            met |= {code for code in CODES if re.search(rf"[\"'\[]{code}[\"'\]]", text)}
    assert met - set(CODES) <= {"internal"}
    assert set(CODES) - met <= set(UNMET)


def test_grammar() -> None:
    """Lower case, no full stop, no type names of Python outside backticks."""
    for path in sorted((TESTS / "diagnostics" / "bad").glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            words = re.match(r".*(?:error|warning)\[[a-z-]+\]: (.*)$|  hint: (.*)$", line)
            if words is None:
                continue
            message = re.sub(r"`[^`]*`", "", words[1] or words[2])
            message = re.sub(r"\(rule \S+\)$", "", message).rstrip()
            message = re.sub(r"\b(?:P|PT)\d\w*", "", message)  # durations
            for name in NAMES:
                message = message.replace(name, "")
            where = f"{path.name}: {line}"
            assert message == message.lower(), where
            assert not message.endswith("."), where
            assert not re.search(r"\b(?:dict|str|int|float|NoneType|tuple|Decimal)\b", message), (
                where
            )
