"""The command. `main` is its entry point and the last line of defence.

Nothing is imported here but the standard library's smallest modules: whatever goes wrong
later, an import included, ends in one line on standard error and exit code 2. Exit codes 0,
1, 3 and 4 say something about a deal, so nothing else may produce them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

COULD_NOT_RUN = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (those of the process, if absent).

    Returns the exit code: what a command documents, 2 for everything that went wrong, 130
    after Ctrl-C. Never raises.
    """
    try:
        from policyengine.cli.app import run

        code = run(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BaseException as error:  # noqa: BLE001 - an exit code of 1 would read as a verdict
        code = _crashed(error)
    return _flushed(code)


def _crashed(error: BaseException) -> int:
    if os.environ.get("POLICYENGINE_DEBUG"):
        try:
            import traceback

            traceback.print_exception(error)
        except Exception:  # noqa: BLE001, S110 - reporting must not fail in its turn
            pass
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    shown = ascii(what)[1:-1][:500]
    message = f"internal error: {shown}; set POLICYENGINE_DEBUG=1 for the traceback\n"
    try:
        if sys.stderr is not None:
            sys.stderr.write(message)
            sys.stderr.flush()
    except (OSError, ValueError):
        pass
    return COULD_NOT_RUN


def _flushed(code: int) -> int:
    """The code, or 2 where output is still held back that cannot be written."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except (OSError, ValueError):
            _silence(stream)
            if stream is sys.stdout and code != INTERRUPTED:
                code = COULD_NOT_RUN
    return code


def _silence(stream: object) -> None:
    """Send what a stream still holds to nowhere: Python flushes again as it ends, and would
    change the exit code."""
    try:
        target = stream.fileno()  # type: ignore[attr-defined]
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, target)
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):
        pass
