"""Files that questions about rules write, and the codes that their options name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from policyengine.analysis.audit.codes import KINDS
from policyengine.cli.writing import write_file
from policyengine.errors import Diagnostic, UsageError, did_you_mean
from policyengine.output import yaml
from policyengine.source import quoted

if TYPE_CHECKING:
    from policyengine.analysis.audit.findings import Finding


def codes(select: Sequence[str], ignore: Sequence[str]) -> tuple[str, ...]:
    """The codes to look for; raises `UsageError` for one that there is not."""
    wanted, left = _codes(select), _codes(ignore)
    for code in (*wanted, *left):
        if code not in KINDS:
            raise UsageError(
                Diagnostic(
                    "unknown-check",
                    f"{quoted(code)} is the code of nothing that is looked for",
                    hint=did_you_mean(code, KINDS) or f"codes are {', '.join(KINDS)}",
                )
            )
    return tuple(code for code in wanted or KINDS if code not in left)


def _codes(given: Sequence[str]) -> list[str]:
    return [code.strip() for word in given for code in word.split(",") if code.strip()]


def deals(found: Iterable[Finding], folder: Path) -> None:
    """Each deal that shows a finding as a file: `03-implied-rule-1.yaml`."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, finding in enumerate(found, start=1):
        for which, shown in enumerate(finding.shown, start=1):
            name = f"{number:02}-{finding.code}-{which}.yaml"
            head = f"# {' '.join(finding.message.split())}\n# {shown.what}\n"
            write_file(folder / name, head + yaml.text(shown.replay.document))
