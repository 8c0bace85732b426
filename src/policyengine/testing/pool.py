"""Work shared out to processes, results in the order of the work."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

#: what a process of the pool runs: inherited, never sent, so that it may be anything
_job: Callable[[int], Any] | None = None


def numbered(work: Callable[[int], T], count: int, jobs: int) -> Iterator[T]:
    """`work(0)`, `work(1)`, … to `count`, by up to `jobs` processes; results must pickle.

    Where processes cannot be forked there is one: the results are the same.
    """
    if jobs <= 1 or count <= 1 or "fork" not in multiprocessing.get_all_start_methods():
        for number in range(count):
            yield work(number)
        return
    context = multiprocessing.get_context("fork")
    # several shares a process: the last of them end at about the same time
    share = max(1, count // (jobs * 8))
    with context.Pool(min(jobs, count), _begin, (work,)) as pool:
        yield from pool.imap(_run, range(count), share)


def _begin(work: Callable[[int], Any]) -> None:
    import signal

    global _job  # noqa: PLW0603 - one a process, set once as it begins
    _job = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends the others


def _run(number: int) -> Any:
    assert _job is not None
    return _job(number)
