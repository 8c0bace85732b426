"""The server: open documents, looks at policies, what was published, over pygls.

The loop only answers; policies are read on one worker thread. A check waits until typing
pauses, and one that was overtaken by another change is thrown away: the newest text wins.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from policyengine.languageserver import convert
from policyengine.languageserver.model import Model
from policyengine.languageserver.places import Position, offset, path_of, uri_of
from policyengine.languageserver.pointed import Pointed, pointed
from policyengine.languageserver.workspace import Unit, Workspace
from policyengine.source import Source

_T = TypeVar("_T")
#: seconds that typing has to pause before a policy is looked at again
PAUSE = 0.15
_log = logging.getLogger(__name__)


class _Protocol(LanguageServerProtocol):
    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(
        self, params: lsp.InitializeParams
    ) -> Generator[Any, Any, lsp.InitializeResult]:
        """Columns are counted in UTF-16, which every client has to offer."""
        if params.capabilities.general is not None:
            params.capabilities.general.position_encodings = [lsp.PositionEncodingKind.Utf16]
        return (yield from super().lsp_initialize(params))


class Server(LanguageServer):
    """One editor's server; `ended` once the editor said that it will be gone."""

    def __init__(self, version: str) -> None:
        super().__init__(
            "policyengine",
            version,
            # whole texts: they are small, and nothing can come apart
            text_document_sync_kind=lsp.TextDocumentSyncKind.Full,
            protocol_cls=_Protocol,
        )
        self.open = Workspace()
        self.ended = False
        self.worker = ThreadPoolExecutor(1, thread_name_prefix="policyengine")
        self.timers: dict[Path, asyncio.TimerHandle] = {}
        self.running: dict[Path, asyncio.Task[None]] = {}
        #: by file and policy: what was published
        self.published: dict[str, dict[Path, list[lsp.Diagnostic]]] = {}

    # looking at policies ------------------------------------------------------------------

    async def work(self, job: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self.worker, job)

    def schedule(self, units: Sequence[Unit]) -> None:
        loop = asyncio.get_running_loop()
        for unit in units:
            waiting = self.timers.pop(unit.path, None)
            if waiting is not None:
                waiting.cancel()
            self.timers[unit.path] = loop.call_later(PAUSE, self._start, unit)

    def _start(self, unit: Unit) -> None:
        self.timers.pop(unit.path, None)
        if unit.path not in self.running:  # else the end of that run sees the change
            task = asyncio.get_running_loop().create_task(self._look(unit))
            self.running[unit.path] = task
            task.add_done_callback(lambda _: self._ended(unit))

    def _ended(self, unit: Unit) -> None:
        del self.running[unit.path]
        now = self.open.units.get(unit.path)
        if now is not None and now is not unit and unit.path not in self.timers:
            self._start(now)  # the policy was closed and opened again meanwhile

    async def _look(self, unit: Unit) -> None:
        """Look at a policy until what was looked at is what there is."""
        while self.open.units.get(unit.path) is unit:
            job = self.open.job(unit)
            try:
                checked = await self.work(job.check)
            except Exception:  # noqa: BLE001  # a fault of a check must not end the server
                _log.exception("looking at %s", unit.path)
                return
            unit.model = checked.model
            if unit.stamp == job.stamp:
                unit.known, unit.checked = job.stamp, checked
                self._publish(unit)
                return
            if unit.path in self.timers:
                return

    def forget(self, units: Sequence[Unit]) -> None:
        """Take back what was published about policies that nobody looks at."""
        for unit in units:
            waiting = self.timers.pop(unit.path, None)
            if waiting is not None:
                waiting.cancel()
            unit.stamp += 1
            unit.checked = None
            self._publish(unit)

    def _publish(self, unit: Unit) -> None:
        found = unit.checked.found if unit.checked is not None else {}
        before = {path for path, by_unit in self.published.items() if unit.path in by_unit}
        mine = {path for path, doc in self.open.documents.items() if unit.path in doc.policies}
        for path in sorted(before | set(found) | mine):
            by_unit = self.published.setdefault(path, {})
            made = [convert.diagnostic(one, self.uri) for one in found.get(path, ())]
            if made:
                by_unit[unit.path] = made
            else:
                by_unit.pop(unit.path, None)
            document = self.open.documents.get(path)
            self.text_document_publish_diagnostics(
                lsp.PublishDiagnosticsParams(
                    self.uri(path),
                    [one for some in by_unit.values() for one in some],
                    document.version if document is not None else None,
                )
            )
            if not by_unit:
                del self.published[path]

    async def model(self, unit: Unit | None, *, current: bool = True) -> Model | None:
        """What is known of a policy; with `current`, of its texts as they are now."""
        if unit is None:
            return None
        if unit.model is None or (current and unit.known != unit.stamp):
            job = self.open.job(unit)
            unit.model = await self.work(job.build)
        return unit.model

    def uri(self, path: str) -> str:
        return self.open.uri(path) or uri_of(path)

    # places -------------------------------------------------------------------------------

    def at(self, uri: str, where: lsp.Position | None = None) -> tuple[str, Source, int] | None:
        """The path and the text of an open document, and an offset in it."""
        path = path_of(uri)
        source = self.open.source(path) if path is not None else None
        if path is None or source is None:
            return None
        place = offset(source, Position(where.line, where.character)) if where else 0
        return path, source, place

    async def pointed(
        self, uri: str, where: lsp.Position, *, current: bool
    ) -> tuple[Pointed | None, Model | None]:
        """What a place names, and what is known of the policy around it."""
        at = self.at(uri, where)
        if at is None:
            return None, None
        path, source, place = at
        model = await self.model(self.open.unit_of(path), current=current)
        return pointed(source, place, Path(path), model), model
