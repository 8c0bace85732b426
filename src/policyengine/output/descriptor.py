"""What a rule of SARIF says of itself: its titles, what to do about it, where to read more."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from policyengine import codes, resources
from policyengine.output.report import Finding, Topic

#: an address that a viewer may open, in the characters of RFC 3986
_ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,2000}")
_DESCRIPTION = 1_000  # GitHub shows 1,024 characters


def descriptor(
    code: str, found: Finding, topic: Topic | None, text: Callable[[str], dict[str, str]]
) -> dict[str, Any]:
    """The `reportingDescriptor` of a code, at its first mention.

    `text` makes a message. A rule of a policy is its topic's, or is titled as the finding is;
    anything else is a diagnostic, which has a page, or a check of ours.
    """
    ruled = topic is not None and topic.help != ""  # only a rule of a policy has help of its own
    known = not ruled and (code in codes.CODES or code in codes.CHECKS)
    page = "" if ruled or (found.title and not known) else resources.about(code)
    title = topic.title if topic is not None else _title(code, found)
    help_ = topic.help if topic is not None else ""
    made: dict[str, Any] = {
        "id": code,
        "shortDescription": text(title[:_DESCRIPTION]),
        "fullDescription": text((page or title)[:_DESCRIPTION]),
        "help": text(help_ or page or title),
        "defaultConfiguration": {"level": found.level.value},
    }
    if page or known:
        made["name"] = "".join(word.capitalize() for word in code.split("-"))
    if topic is not None and topic.uri is not None and _ADDRESS.fullmatch(topic.uri):
        made["helpUri"] = topic.uri
    return made


def _title(code: str, found: Finding) -> str:
    said = codes.CODES.get(code) or codes.CHECKS.get(code) or found.title or code
    return said[:1].upper() + said[1:].removesuffix(" (warning)")
