"""Standard error and the terminal: messages, colours, width, progress."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterable
from typing import TextIO

from policyengine.errors import Diagnostic, Severity
from policyengine.output.text import Style, safe_lines

_MIN_WIDTH = 40
_MAX_WIDTH = 100
_PROGRESS_SECONDS = 0.1


def say(text: str) -> None:
    """Lines on standard error, safe to show. A standard error that is gone is no failure."""
    write_error(safe_lines(text) + "\n")


def write_error(text: str) -> None:
    stream = sys.stderr
    if stream is None:
        return
    try:
        encoding = stream.encoding or "utf-8"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except (OSError, ValueError):
        pass


def tell(found: Iterable[Diagnostic]) -> None:
    """Diagnostics on standard error, their severity in colour on a terminal."""
    color = wants_color("auto", sys.stderr)
    for diagnostic in found:
        text = safe_lines(diagnostic.render())
        if color:
            word = f"{diagnostic.severity.value}[{diagnostic.code}]"
            name = "bold red" if diagnostic.severity is Severity.ERROR else "bold yellow"
            text = text.replace(word, Style(color=True).paint(word, name), 1)
        write_error(text + "\n")


def is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def wants_color(when: str, stream: TextIO | None) -> bool:
    """`always`, `never`, or as the environment and the stream say: `NO_COLOR` turns colours
    off, `FORCE_COLOR` on, else a terminal that is not dumb has them."""
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0", "false"):
        return True
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns of a page: the terminal's between 40 and 100; 80 where there is none."""
    return max(_MIN_WIDTH, min(shutil.get_terminal_size((80, 24)).columns, _MAX_WIDTH))


class Progress:
    """A bar on standard error, only where that is a terminal and the output is not."""

    def __init__(self, total: int | None, *, quiet: bool) -> None:
        self._total = total
        self._done = 0
        self._shown = 0.0
        worth_it = total is None or total >= 20
        self._on = worth_it and not quiet and is_terminal(sys.stderr)

    def step(self) -> None:
        self._done += 1
        now = time.monotonic()
        if self._on and now - self._shown >= _PROGRESS_SECONDS:
            self._shown = now
            write_error(f"\r{self._text()}")

    def _text(self) -> str:
        if not self._total:
            return f"{self._done} deals"
        filled = 30 * self._done // self._total
        bar = "#" * filled + "." * (30 - filled)
        return f"[{bar}] {self._done} of {self._total} deals"

    def clear(self) -> None:
        """Wipe the bar, before a message and at the end."""
        if self._on and self._shown:
            write_error("\r" + " " * 60 + "\r")
