"""How long a question may take at a command line: `--seconds`, and Ctrl-C, which ends it with
what was found until then."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from policyengine.cli import INTERRUPTED, console

_END = b"\0"
#: seconds after which z3 is taken to be at one long question
_AT_WORK_SECONDS = 0.5


def seconds(default: float) -> Callable[[Any], Any]:
    """The option `--seconds`."""
    return click.option("--seconds", type=click.FloatRange(0.1, 3600), default=default,
                        help=f"Time for everything. Default: {default:g}.")  # fmt: skip


class Stop:
    """Whether Ctrl-C was pressed: called to be asked, as the analyses do between questions."""

    def __init__(self) -> None:
        self.pressed = False

    def __call__(self) -> bool:
        return self.pressed

    def code(self, otherwise: int) -> int:
        """The exit code, and a word on standard error where it was pressed."""
        if not self.pressed:
            return otherwise
        console.say("interrupted: what was found until then is written, and says what it is not")
        return INTERRUPTED


@contextmanager
def stoppable() -> Iterator[Stop]:
    """The first Ctrl-C asks for an end, the second is as ever."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.getsignal(signal.SIGINT)

    def pressed(_number: int, _frame: Any) -> None:
        stop.pressed = True
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, pressed)
    try:
        with _interrupting(stop):
            yield stop
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _interrupting(stop: Stop) -> Iterator[None]:
    """Interrupts z3 where it works on after Ctrl-C: Python only gets to it once z3 returns."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)

    def watch() -> None:
        # a byte for each signal, and one for the end
        while os.read(reading, 1) != _END:
            time.sleep(_AT_WORK_SECONDS)
            if not stop.pressed:
                from policyengine.symbolic.z import z3

                z3.main_ctx().interrupt()

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.write(writing, _END)
        watching.join()
        os.close(reading)
        os.close(writing)
