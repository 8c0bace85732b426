"""Tests run again whenever a file they read changes. Files are polled: no system's way of
telling is needed, and it works on every file system."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from policyengine.cli import INTERRUPTED, console
from policyengine.cli.testing.request import Request
from policyengine.cli.testing.running import files_of, run
from policyengine.engine import Policy
from policyengine.errors import PolicyEngineError
from policyengine.testing import Suite, load

_SECONDS = 0.3


def watch(request: Request, *, sleep: Callable[[float], None] = time.sleep) -> int:
    """Run, wait for a change, run again, until Ctrl-C. What is wrong is shown, and watching
    goes on: the next edit may put it right."""
    files: dict[Path, tuple[int, int] | None] = {}
    try:
        while True:
            if console.is_terminal(sys.stdout):
                sys.stdout.write("\x1b[2J\x1b[H")
                sys.stdout.flush()
            # looked at before the run: an edit during it is a change
            files = _state([*_files(request), *files])
            _run(request)
            console.say("watching for changes; Ctrl-C ends")
            while (
                _state(files) == files
                and _state(_files(request, deep=False)).keys() <= files.keys()
            ):
                sleep(_SECONDS)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(request: Request) -> None:
    try:
        run(request)
    except PolicyEngineError as error:
        console.tell(error.diagnostics)


def _files(request: Request, *, deep: bool = True) -> list[Path]:
    """Every file the run reads; `deep` reads the policies to find those that lie elsewhere."""
    found: list[Path] = []
    for target in request.targets:
        suite: Suite | None = None
        if deep:
            try:
                suite = load(Policy.load(target.policy, shown=target.shown), target.files)
            except PolicyEngineError:
                pass  # the run says what is wrong
        found += files_of(target, suite)
    return found


def _state(files: Iterable[Path]) -> dict[Path, tuple[int, int] | None]:
    """When each file was last changed and its size; None for one that is gone."""
    found: dict[Path, tuple[int, int] | None] = {}
    for path in files:
        try:
            known = path.stat()
            found[path] = (known.st_mtime_ns, known.st_size)
        except OSError:
            found[path] = None
    return found
