"""What an audit has found so far, and what stayed open."""

from __future__ import annotations

from policyengine.analysis.audit.findings import Finding, Open


class Notes:
    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.open: list[Open] = []
        self._pairs: set[frozenset[str]] = set()

    def found(self, finding: Finding) -> None:
        self.findings.append(finding)

    def left_open(self, code: str, about: str, why: str) -> None:
        self.open.append(Open(code, about, why))

    def pair(self, one: str, other: str) -> bool:
        """Whether a pair, in either order, comes for the first time."""
        key = frozenset((one, other))
        new = key not in self._pairs
        self._pairs.add(key)
        return new
