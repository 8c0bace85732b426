"""The store: the last good policy, whatever happens to its files."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

from policyengine.engine import Policy
from policyengine.errors import Diagnostic, PolicyEngineError
from policyengine.source import quoted, visible
from policyengine.store.signature import Signature, contents, outside, signature
from policyengine.values.record import Record

_TRIES = 3
#: how far the times of files may lag behind the clock, in nanoseconds
_TICK = 50_000_000


class Generation(Record):
    """One loaded text of the policy. `number` counts from 1."""

    policy: Policy
    number: int

    @property
    def digest(self) -> str:
        return self.policy.digest


class PolicyStore:
    """Holds a policy and loads it again when its files change. Safe for threads and asyncio.

    `current` looks at the files at most every `check_interval` seconds, and takes a change up
    once the files have been left alone for `settle` seconds; whoever asks meanwhile, and while
    another thread is loading, gets the policy there is. A policy that does not load changes
    nothing: `current` stays what it was, and `problem` says what is wrong. `on_change` is
    called with the new policy, `on_problem` with the diagnostics, each once for a change, by
    the thread that found it, after everything is in place.

    The first load raises as `Policy.load` does: there is nothing to fall back on.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        parameters: Mapping[str, Any] | None = None,
        root: str | os.PathLike[str] | None = None,
        check_interval: float = 1.0,
        settle: float = 0.2,
        on_change: Callable[[Policy], object] | None = None,
        on_problem: Callable[[tuple[Diagnostic, ...]], object] | None = None,
    ) -> None:
        self._path = Path(path)
        self._parameters = dict(parameters or {})
        self._root = root
        self._interval = check_interval
        self._settle = settle
        self._on_change = on_change
        self._on_problem = on_problem
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._watcher: _Watcher | None = None
        self._problem: tuple[Diagnostic, ...] = ()
        self._pending: tuple[Signature, float] | None = None
        self._besides: tuple[Path, ...] = ()
        self._signature: Signature
        self._contents: str
        self._unsure: bool
        before = signature(self._path, ())
        policy = self._load()
        self._generation = Generation(policy, 1)
        self._look_outside(policy, before)
        self._good = self._contents
        self._next = time.monotonic() + check_interval

    # reading --------------------------------------------------------------------------------

    @property
    def current(self) -> Policy:
        """The policy in use: the latest that loaded."""
        return self.state.policy

    @property
    def state(self) -> Generation:
        """The policy in use with its number, the two together."""
        if time.monotonic() >= self._next:
            if self._watcher is None or self._process != os.getpid():
                self._look()
        return self._generation

    @property
    def generation(self) -> int:
        """How many texts of the policy have been in use, this one included."""
        return self._generation.number

    @property
    def digest(self) -> str:
        """The digest of the policy in use."""
        return self._generation.digest

    @property
    def problem(self) -> tuple[Diagnostic, ...]:
        """Why the files as they are now are not in use; empty when they are."""
        return self._problem

    # loading --------------------------------------------------------------------------------

    def refresh(self) -> bool:
        """Look at the files now, settled or not; whether another policy is in use since."""
        self._after_fork()
        with self._lock:
            before = self._generation
            call = self._check(settle=0.0)
        if call is not None:
            call()
        return self._generation is not before

    def _look(self) -> None:
        """Look at the files, unless another thread is at it. Who asks for the policy is not
        bothered with what a callback raises: it is logged."""
        self._after_fork()
        if not self._lock.acquire(blocking=False):
            return
        try:
            call = self._check(settle=self._settle)
        finally:
            wait = self._interval if self._pending is None else min(self._interval, self._settle)
            self._next = time.monotonic() + wait
            self._lock.release()
        if call is not None:
            try:
                call()
            except Exception:
                import logging

                logging.getLogger("policyengine.store").exception("a callback failed")

    def _after_fork(self) -> None:
        """A process that was forked has a lock of its own: the old one may never be released."""
        if self._process != os.getpid():
            self._process = os.getpid()
            self._lock = threading.Lock()
            self._watcher = None

    def _check(self, *, settle: float) -> Callable[[], object] | None:
        """Take up what changed; what to call about it, once the lock is released."""
        for _ in range(_TRIES):
            now = signature(self._path, self._besides)
            same = now.same(self._signature)
            # a text with a problem may refer to files elsewhere that nobody looks at
            unsure = self._unsure or bool(self._problem)
            if same and not (self._signature.young or unsure):
                return None
            if not same and not self._is_settled(now, settle):
                return None
            self._pending = None
            digest = contents(self._path, self._besides)
            if digest == self._contents and not unsure:
                self._signature = now
                return None
            if digest == self._good and not self._unsure:
                self._signature, self._contents, self._problem = now, digest, ()
                return None
            found = self._attempt()
            # what was loaded is what was looked at only if nothing has changed meanwhile
            if signature(self._path, self._besides).same(now):
                self._signature, self._contents, self._unsure = now, digest, False
                return self._loaded(found, now)
        message = f"the files of {quoted(self._path.as_posix(), 200)} keep changing"
        return self._failed((Diagnostic("policy-changing", message),))

    def _is_settled(self, now: Signature, settle: float) -> bool:
        """Whether the files have looked like this for long enough, by this process's clock."""
        if self._pending is None or not self._pending[0].same(now):
            self._pending = (now, time.monotonic())
        return time.monotonic() - self._pending[1] >= settle

    def _loaded(
        self, found: Policy | tuple[Diagnostic, ...], before: Signature
    ) -> Callable[[], object] | None:
        if not isinstance(found, Policy):
            return self._failed(found)
        self._problem = ()
        if outside(found.schema) != self._besides:
            self._look_outside(found, before)
        self._good = self._contents
        number = self._generation.number
        if found.digest == self._generation.digest:
            # the same rules in another layout: only the places in reasons are new
            self._generation = Generation(found, number)
            return None
        self._generation = Generation(found, number + 1)
        change = self._on_change
        return None if change is None else lambda: change(found)

    def _look_outside(self, policy: Policy, before: Signature) -> None:
        """Find the files outside of the folder that a policy was loaded from. Whether they were
        what they are now is unsure if anything is newer than the look before loading."""
        self._besides = outside(policy.schema)
        self._signature = signature(self._path, self._besides)
        self._contents = contents(self._path, self._besides)
        inside = dict(self._signature.files)
        moved = any(inside.get(name) != times for name, times in before.files)
        self._unsure = moved or self._signature.newest >= before.seen - _TICK

    def _failed(self, found: tuple[Diagnostic, ...]) -> Callable[[], object] | None:
        known, self._problem = self._problem, found
        tell = self._on_problem if found != known else None
        return None if tell is None else lambda: tell(found)

    def _attempt(self) -> Policy | tuple[Diagnostic, ...]:
        try:
            return self._load()
        except PolicyEngineError as error:
            return error.diagnostics
        except Exception as error:  # noqa: BLE001  # whatever a file does, the last good stays
            what = visible(f"{type(error).__name__}: {error}", 300)
            return (Diagnostic("reload-failed", f"internal error while loading: {what}"),)

    def _load(self) -> Policy:
        return Policy.load(self._path, parameters=self._parameters, root=self._root)

    # a thread that watches --------------------------------------------------------------------

    def watch(self) -> Self:
        """Look at the files from a thread of its own, every `check_interval` seconds, so that
        `current` never loads. As a context manager the store stops it at the end."""
        self._after_fork()
        if self._watcher is None:
            self._watcher = _Watcher(self._look, self._interval)
            self._watcher.start()
        return self

    def close(self) -> None:
        """Stop watching. The store goes on as if it had never watched."""
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = self._generation
        trouble = ", with a problem" if self._problem else ""
        return f"<PolicyStore {state.policy.id}, generation {state.number}{trouble}>"


class _Watcher(threading.Thread):
    def __init__(self, look: Callable[[], None], interval: float) -> None:
        super().__init__(name="policyengine-store", daemon=True)
        self._look = look
        self._interval = max(interval, 0.01)
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(self._interval):
            self._look()

    def stop(self) -> None:
        self._stopped.set()
        if self is not threading.current_thread():
            self.join()
