"""The parser whose events are read: libyaml's where PyYAML has it, else PyYAML's own."""

from __future__ import annotations

import contextlib
import importlib
import re
from collections.abc import Callable
from typing import Any

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from policyengine.reading.limits import Findings, Limits
from policyengine.source import Source


class PureParser(Reader, Scanner, Parser):
    """PyYAML's own event parser: the same events some thirty times slower."""

    def __init__(self, stream: str) -> None:
        Reader.__init__(self, stream)
        Scanner.__init__(self)
        Parser.__init__(self)


#: makes an event parser of a text; the tests also run with `PureParser`
EVENT_PARSER: Callable[[str], Any] = PureParser
with contextlib.suppress(ImportError):  # a PyYAML built without libyaml
    EVENT_PARSER = importlib.import_module("yaml._yaml").CParser

#: what the slow parser is given at most, to answer within seconds
_PURE_MAX_BYTES = 256 * 1024
BYTE_ORDER_MARK = "\ufeff"
#: what YAML 1.2 leaves out, a byte order mark that is not at the start, and the line breaks
#: that only YAML 1.1 has: libyaml would still break lines there, and nobody would see it
_REFUSED = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def event_source(source: Source, limits: Limits, found: Findings) -> Callable[[], Any]:
    """A function that gives the next event of a text, once the text is fit for the parser.

    The marks of the events count characters from after a byte order mark.
    """
    text = source.text
    most = limits.max_bytes if EVENT_PARSER is not PureParser else _PURE_MAX_BYTES
    if len(text) > min(most, limits.max_bytes):
        found.fatal(
            "document-size",
            f"the document is larger than {most} bytes",
            source.span(0, 0),
            None if most == limits.max_bytes else "PyYAML with libyaml reads larger documents",
        )
    marked = text.startswith(BYTE_ORDER_MARK)
    bad = _REFUSED.search(text, int(marked))
    if bad:
        found.fatal(
            "document-character",
            f"U+{ord(bad[0]):04X} cannot stand in a document",
            source.span(bad.start(), bad.end()),
            "remove it, or write it as an escape in a double-quoted text",
        )
    get_event: Callable[[], Any] = EVENT_PARSER(text[1:] if marked else text).get_event
    return get_event
