"""The list of threats: each row has a named test, or a reason why it does not apply."""

from __future__ import annotations

import re
from pathlib import Path

SERVER = "there is no server"
BUNDLE = "policies are folders and files; no archives, no bundles"
LOG = "no decision log is kept"
REPORT = "no report of this form is written"

NOT_APPLICABLE = {
    45: BUNDLE,  # zip slip
    46: BUNDLE,  # archive bombs
    47: BUNDLE,  # an archive member twice
    48: BUNDLE,  # unsigned or altered bundles
    51: "`-o` writes whole files or none: tests/cli",
    52: SERVER,  # reload of a broken rule file
    56: REPORT,  # CSV formulas
    57: REPORT,  # HTML
    58: REPORT,  # Markdown
    59: REPORT,  # XML
    62: LOG,  # secrets
    63: LOG,  # torn lines
    64: LOG,  # a log that cannot be written
    **dict.fromkeys(range(67, 77), SERVER),
}


def test_every_row_is_a_test_or_a_reason() -> None:
    tested = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        for numbers in re.findall(
            r"^(?:def )?test_threat_((?:\d\d_)+)", path.read_text("utf-8"), re.MULTILINE
        ):
            tested |= {int(number) for number in numbers.rstrip("_").split("_")}
    assert tested | set(NOT_APPLICABLE) == set(range(1, 77))
    assert not tested & set(NOT_APPLICABLE)
