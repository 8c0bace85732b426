"""SARIF 2.1.0: a result for each finding, where the reader has to act.

An undecided check is a result like a failed one, its status among the properties: viewers
hide what is of kind `open`, and what could not be settled must not vanish. A waived failure
is a suppressed result. Fingerprints leave lines out, so that a finding keeps its identity
while text moves around it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import quote

from policyengine.errors import Severity
from policyengine.output import json
from policyengine.output.descriptor import descriptor
from policyengine.output.report import Finding, Place, Report, Status, Topic
from policyengine.source import visible

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LINK = re.compile(r"\](?=\()")
_LONG = 2_000
_NAME = 200
_PATH = 4_096  # no system has a longer one
_RESULTS = 25_000  # code scanning reads as many of a run


class Format:
    """`--format sarif`: one run, however many reports."""

    name = "sarif"

    def __init__(self, *, many: bool) -> None:
        del many
        self._rules: dict[str, dict[str, Any]] = {}
        self._numbers: dict[str, int] = {}
        self._seen: dict[bytes, int] = {}
        self._written = 0
        self._complete = True

    def start(self) -> str:
        return (
            f'{{\n"$schema": "{SCHEMA}",\n"version": "2.1.0",\n"runs": [{{\n'
            '"columnKind": "unicodeCodePoints",\n'
            '"newlineSequences": ["\\r\\n", "\\n", "\\r"],\n"results": ['
        )

    def report(self, report: Report) -> str:
        topics = {topic.code: topic for topic in report.topics}
        out = []
        for found in report.findings():
            self._complete &= found.status is not Status.ERROR
            number = self._rule(found, topics.get(found.code))
            lead = ",\n" if self._written else "\n"
            self._written += 1
            out.append(lead + json.text(_result(report, found, number, self._nth), indent=None))
        self._complete &= report.count(Status.ERROR) == 0
        return "".join(out)

    def end(self) -> str:
        driver = {"name": "policyengine", "version": _version(), "rules": [*self._rules.values()]}
        return (
            f'\n],\n"invocations": [{{"executionSuccessful": {str(self._complete).lower()}}}],\n'
            f'"tool": {json.text({"driver": driver})}\n}}]\n}}\n'
        )

    def _rule(self, found: Finding, topic: Topic | None) -> int:
        """The number of a finding's rule, entered at its first mention."""
        code = visible(found.code, _NAME)
        if code not in self._rules:
            self._rules[code] = descriptor(code, found, topic, _text)
            self._numbers[code] = len(self._numbers)
        return self._numbers[code]

    def _nth(self, key: str) -> int:
        """How often a finding of this identity has come up, among as many as are kept in mind."""
        if len(self._seen) >= _RESULTS:
            self._seen.clear()
        short = hashlib.sha256(key.encode()).digest()
        self._seen[short] = self._seen.get(short, 0) + 1
        return self._seen[short]


def _version() -> str:
    from importlib import metadata

    try:
        return metadata.version("policyengine-rules")
    except metadata.PackageNotFoundError:
        return "0+unknown"


def _result(report: Report, found: Finding, rule: int, nth: Callable[[str], int]) -> dict[str, Any]:
    message = found.message + (f"\nhint: {found.hint}" if found.hint else "")
    level = Severity.ERROR if found.status is Status.ERROR else found.level
    result: dict[str, Any] = {
        "ruleId": visible(found.code, _NAME),
        "ruleIndex": rule,
        "level": level.value,
        "message": _text(message),
    }
    if found.location is not None and _is_file(found.location):
        result["locations"] = [_location(found.location)]
    related = list(filter(_is_file, found.related))
    if related:
        result["relatedLocations"] = [
            {"id": number, **_location(place)} for number, place in enumerate(related, 1)
        ]
    result["partialFingerprints"] = {"policyengine/v1": _fingerprint(report, found, nth)}
    if found.waived is not None:
        accepted = {"kind": "external", "status": "accepted"}
        result["suppressions"] = [{**accepted, "justification": visible(found.waived, _LONG)}]
    subject = visible(found.subject or report.title, 500)
    weight = {"status": found.status.value} if found.weighs else {}
    result["properties"] = {**weight, "subject": subject}
    return result


def _fingerprint(report: Report, found: Finding, nth: Callable[[str], int]) -> str:
    file = found.location.file if found.location is not None else ""
    said = "" if found.title else found.message  # a rule's sentence quotes the deal's values
    key = json.text([report.command, found.code, found.subject, file, said], indent=None)
    return hashlib.sha256(f"{key}{nth(key)}".encode()).hexdigest()


def _text(text: str) -> dict[str, str]:
    """A message; SARIF reads `[text](address)` as a link, so the pair is parted."""
    lines = (visible(line, _LONG) for line in text[: 2 * _LONG].split("\n"))
    return {"text": _LINK.sub("] ", "\n".join(lines)) or "-"}


def _is_file(place: Place) -> bool:
    """Whether a place can be addressed."""
    return 0 < len(place.file) <= _PATH


def _location(place: Place) -> dict[str, Any]:
    region = {
        "startLine": place.line or 1,  # code scanning shows no finding that has no line
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    region = {name: number for name, number in region.items() if number is not None}
    out: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": _artifact(place.file), "region": region}
    }
    if place.text:
        out["message"] = _text(place.text)
    return out


def _artifact(file: str) -> dict[str, str]:
    """A file as an address: relative ones to the root of the sources."""
    path = file.replace("\\", "/") if PureWindowsPath(file).drive else file
    path = PurePosixPath(path).as_posix()  # without `./` and `//`
    uri = quote(path.encode("utf-8", "surrogatepass"), safe="/-._~")
    if PurePosixPath(path).is_absolute():
        return {"uri": f"file://{uri}"}
    if PureWindowsPath(file).drive:
        return {"uri": f"file:///{uri}"}
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}
