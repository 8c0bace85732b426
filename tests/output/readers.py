"""Readers of the formats, as strict as the programs they are for, and strict about what may
stand in them at all: an element, an attribute or a key that no format writes is an error."""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator, FormatChecker
from jsonschema.validators import validator_for
from markdown_it import MarkdownIt

# JUnit ----------------------------------------------------------------------------------------

#: element: attributes it has to have, others it may have, children
JUNIT: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "tests", "failures", "errors", "time"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"skipped", "time"},
        {"properties", "testcase"},
    ),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, set(), set()),
    "testcase": (
        {"name"},
        {"classname", "time"},
        {"failure", "error", "skipped", "system-out"},
    ),
    "failure": (set(), {"type", "message"}, set()),
    "error": (set(), {"type", "message"}, set()),
    "skipped": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}


def junit(text: str) -> ET.Element:
    """The root; raises where Jenkins or GitLab would not read it, or where counts are wrong."""
    root = ET.fromstring(text)  # what was just written here
    assert root.tag == "testsuites"
    for element in root.iter():
        needed, allowed, children = JUNIT[element.tag]
        assert needed <= set(element.attrib) <= needed | allowed, element.attrib
        assert {child.tag for child in element} <= children, element.tag
        if "time" in element.attrib:
            assert re.fullmatch(r"[0-9]+\.[0-9]{3}", element.attrib["time"])
    for suite in root:
        cases = suite.findall("testcase")
        counts = (len(cases), *(sum(case.find(tag) is not None for case in cases)
                                for tag in ("failure", "error", "skipped")))  # fmt: skip
        said = tuple(int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped"))
        assert counts == said
        assert all(len(case) <= 1 for case in cases)
    return root


# SARIF ----------------------------------------------------------------------------------------


def _object(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required or [],
        "additionalProperties": False,
    }


_TEXT = {"type": "string"}
_ADDRESS = {"type": "string", "format": "uri", "pattern": r"^https?://[!-~]+$"}
_MESSAGE = _object(["text"], text={"type": "string", "minLength": 1})
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_AT_LEAST_1 = {"type": "integer", "minimum": 1}
_PHYSICAL = _object(
    ["artifactLocation", "region"],
    artifactLocation=_object(
        ["uri"],
        uri={"type": "string", "pattern": r"^([A-Za-z0-9\-._~/:]|%[0-9A-F]{2})+$"},
        uriBaseId=_TEXT,
    ),
    region=_object(
        ["startLine"],
        startLine=_AT_LEAST_1,
        startColumn=_AT_LEAST_1,
        endLine=_AT_LEAST_1,
        endColumn=_AT_LEAST_1,
    ),
)
_LOCATION = _object(id={"type": "integer", "minimum": -1}, physicalLocation=_PHYSICAL,
                    message=_MESSAGE)  # fmt: skip
#: The part of the published schema of SARIF 2.1.0 (errata 01) that is written. Compared with it
#: key by key: every constraint that it puts on these keys is here. Stricter than it are the
#: texts, which may not be empty, the characters of addresses, the keys, of which there are no
#: others, and what code scanning asks for besides: a line, titles and help of every rule.
SARIF = _object(
    ["version", "runs"],
    **{"$schema": _ADDRESS},
    version={"enum": ["2.1.0"]},
    runs={
        "type": "array",
        "items": _object(
            ["tool"],
            newlineSequences={
                "type": "array",
                "minItems": 1,
                "uniqueItems": True,
                "items": _TEXT,
            },
            columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            invocations={
                "type": "array",
                "items": _object(["executionSuccessful"], executionSuccessful={"type": "boolean"}),
            },
            tool=_object(
                ["driver"],
                driver=_object(
                    ["name"],
                    name=_TEXT,
                    version=_TEXT,
                    rules={
                        "type": "array",
                        "uniqueItems": True,
                        "items": _object(
                            ["id", "shortDescription", "fullDescription", "help"],
                            id=_TEXT,
                            name={"type": "string", "pattern": "^([A-Z][a-z]+)+$"},
                            shortDescription=_MESSAGE,
                            fullDescription=_MESSAGE,
                            help=_MESSAGE,
                            helpUri=_ADDRESS,
                            defaultConfiguration=_object(level=_LEVEL),
                        ),
                    },
                ),
            ),
            results={
                "type": "array",
                "items": _object(
                    ["message"],
                    ruleId=_TEXT,
                    ruleIndex={"type": "integer", "minimum": -1},
                    level=_LEVEL,
                    message=_MESSAGE,
                    locations={"type": "array", "items": _LOCATION},
                    relatedLocations={"type": "array", "items": _LOCATION, "uniqueItems": True},
                    partialFingerprints={"type": "object", "additionalProperties": _TEXT},
                    suppressions={
                        "type": "array",
                        "uniqueItems": True,
                        "items": _object(
                            ["kind"],
                            kind={"enum": ["inSource", "external"]},
                            status={"enum": ["accepted", "underReview", "rejected"]},
                            justification=_TEXT,
                        ),
                    },
                    properties=_object(status=_TEXT, subject=_TEXT),
                ),
            },
        ),
    },
)
#: The published schema itself is not ours to ship; where this names a copy, it is asked as well.
PUBLISHED = os.environ.get("SARIF_SCHEMA")


def sarif(text: str) -> dict[str, Any]:
    """The one run, its schema and its cross references checked."""
    log = json.loads(text)
    Draft7Validator(SARIF).validate(log)
    if PUBLISHED is not None:
        schema = json.loads(Path(PUBLISHED).read_text("utf-8"))
        validator_for(schema)(schema, format_checker=FormatChecker()).validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert not re.search(r"\]\(", result["message"]["text"])
    found: dict[str, Any] = run
    return found


# GitHub ---------------------------------------------------------------------------------------

_COMMAND = re.compile(r"::(error|warning|notice) ((?:[A-Za-z]+=[^:,\r\n]*,?)+)::([^\r\n]*)")


def github(text: str) -> list[tuple[str, dict[str, str], str]]:
    """(kind, properties, message) of every annotation; every line has to be one."""
    found = []
    for line in text.split("\n")[:-1]:
        command = _COMMAND.fullmatch(line)
        assert command is not None, line
        pairs = [pair.partition("=") for pair in command[2].split(",")]
        properties = {pair[0]: pair[2] for pair in pairs}
        assert len(properties) == len(pairs), line
        assert properties.keys() <= {"file", "line", "endLine", "col", "endColumn", "title"}
        plain = {key: _unescaped(value) for key, value in properties.items()}
        found.append((command[1], plain, _unescaped(command[3])))
    assert text == "" or text.endswith("\n")
    return found


def _unescaped(text: str) -> str:
    codes = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}
    assert set(re.findall(r"%..", text)) <= set(codes), text
    return re.sub("%..", lambda code: codes[code[0]], text)


# TAP ------------------------------------------------------------------------------------------

_POINT = re.compile(r"(not )?ok ([0-9]+) - ((?:[^#\\]|\\[#\\])*?)(?: # (SKIP)(?: (.*))?)?")


def tap(text: str) -> list[dict[str, Any]]:
    """The test points, each with its `block` and, where there is one, its subtest's `points`."""
    lines = text.split("\n")
    assert lines.pop() == ""
    assert lines.pop(0) == "TAP version 14"
    return _points(lines)


def _points(lines: list[str]) -> list[dict[str, Any]]:
    points: list[dict[str, Any]] = []
    below: list[str] = []
    plan = None
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.startswith("    "):
            below.append(line[4:])
        elif line == "  ---":
            end = lines.index("  ...", at)
            points[-1]["block"] = yaml.safe_load("\n".join(row[2:] for row in lines[at:end]))
            assert isinstance(points[-1]["block"], dict)
            at = end + 1
        elif line.startswith("# "):
            pass
        elif re.fullmatch(r"1\.\.[0-9]+", line):
            assert plan is None
            plan = int(line[3:])
        else:
            point = _POINT.fullmatch(line)
            assert point is not None, line
            assert int(point[2]) == len(points) + 1
            points.append({"ok": not point[1], "name": point[3], "skip": point[4] is not None})
            if below:
                points[-1]["points"], below = _points(below), []
    assert plan == len(points)
    assert not below
    return points


# Markdown -------------------------------------------------------------------------------------

_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_INLINE = {"text", "strong_open", "strong_close", "code_inline", "html_inline", "softbreak"}
_BLOCKS = {"heading", "paragraph", "bullet_list", "ordered_list", "list_item", "table", "thead",
           "tbody", "tr", "th", "td"}  # fmt: skip
_OWN_HTML = re.compile(r"<br>|(?:<details><summary>[^<>]*</summary>|</details>)\n?")
#: what GitHub or GitLab act on in a text after it was rendered
_ACTED_ON = re.compile(
    r"(?<!\w)@\w|#\d|(?<!\w)GH-\d|\w://\w|www\.\w|[!%^]\d|:\w*[^\W\d]\w*:|\$\d|\$\w+\$|(?<!\w)mailto:\w"
)


def markdown(text: str) -> list[Any]:
    """The tokens; raises where a document's words became anything but words."""
    tokens: list[Any] = _MARKDOWN.parse(text)
    columns = 0
    cells: list[int] = []
    for token in tokens:
        if token.type == "table_open":
            columns, cells = 0, []
        elif token.type == "tr_open":
            cells.append(0)
        elif token.type in ("th_open", "td_open"):
            cells[-1] += 1
        elif token.type == "tr_close":
            columns = columns or cells[-1]
            assert cells[-1] == columns
        if token.type == "html_block":
            assert _OWN_HTML.fullmatch(token.content), token.content
        elif token.type == "fence":
            assert token.info == "text"
        elif token.type == "inline":
            for child in token.children:
                assert child.type in _INLINE, child
                if child.type == "html_inline":
                    assert _OWN_HTML.fullmatch(child.content), child.content
                if child.type == "text":
                    assert not _ACTED_ON.search(child.content), child.content
        else:
            assert token.type.rsplit("_", 1)[0] in _BLOCKS, token.type
    for line in text.split("\n"):
        assert not line.startswith("/"), line  # a command to GitLab
    return tokens


def markdown_text(tokens: list[Any]) -> str:
    """What a reader sees, zero-width spaces taken out."""
    said = [child.content for token in tokens for child in token.children or ()
            if child.type in ("text", "code_inline")]  # fmt: skip
    return " ".join(said).replace("\u200b", "")


# HTML -----------------------------------------------------------------------------------------

_TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "article", "header", "section",
    "footer", "details", "summary", "h1", "h2", "h3", "p", "span", "b", "small", "ul", "ol", "li",
    "div", "table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd", "a", "pre",
}  # fmt: skip
_CLASSES = {"answer", "verdict", "word", "act", "card", "id", "ask", "note", "soft", "wide",
            "index", "bad", "open", "warn", "good", "plain"}  # fmt: skip
_ATTRIBUTES: dict[str, Callable[[str], object]] = {
    "class": lambda value: set(value.split()) <= _CLASSES,
    "id": re.compile(r"n[0-9]+").fullmatch,
    "href": re.compile(r"#n[0-9]+").fullmatch,
    "colspan": "2".__eq__,
    "lang": "en".__eq__,
}


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.said: list[str] = []
        self.tags: list[str] = []
        self.metas: list[dict[str, str | None]] = []
        self.style = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS, tag
        self.tags.append(tag)
        if tag == "meta":
            self.metas.append(dict(attrs))
            return
        for name, value in attrs:
            assert _ATTRIBUTES[name](value or ""), (tag, name, value)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["style"]:
            self.style += data
        else:
            self.said.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


class Html:
    """A parsed page: `tags` in order, `text` as it is read, `metas` and `style`."""

    def __init__(self, text: str) -> None:
        parser = _Html()
        parser.feed(text)
        parser.close()
        assert parser.open == []
        self.tags, self.metas, self.style = parser.tags, parser.metas, parser.style
        self.text = " ".join("".join(parser.said).split())
