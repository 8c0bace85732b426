"""Where tracebacks, debuggers and profilers find the text of generated functions."""

from __future__ import annotations

import linecache
import threading
import weakref
from collections.abc import Callable
from typing import Any

_lock = threading.Lock()


def listed(title: str, source: str) -> str:
    """The file name under which a text is known from now on: `<title>`, with a number where
    another text has that name."""
    number = 1
    with _lock:
        while (name := f"<{title}>" if number == 1 else f"<{title} {number}>") in linecache.cache:
            number += 1
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    return name


def made(title: str, source: str, space: dict[str, Any]) -> Callable[..., Any]:
    """The function `decide` that a text defines, its lines known to tracebacks and profilers
    under a name of its own for as long as there is the function."""
    name = listed(title, source)
    exec(compile(source, name, "exec"), space)  # noqa: S102  # text made here, from the core alone
    # taken out of what it reads, so that it goes as soon as nobody has it
    function: Callable[..., Any] = space.pop("decide")
    weakref.finalize(function, linecache.cache.pop, name, None).atexit = False
    return function
