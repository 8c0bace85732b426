"""What the server answers: each request of an editor to a function of this package."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import BinaryIO

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from policyengine.languageserver import changes, convert, navigation
from policyengine.languageserver.changes import RenameError
from policyengine.languageserver.checking import states_terms
from policyengine.languageserver.completion import complete
from policyengine.languageserver.documents import kind_of
from policyengine.languageserver.hover import hover
from policyengine.languageserver.places import path_of, range_of
from policyengine.languageserver.server import Server
from policyengine.reading import unsaved
from policyengine.source import Span

_FIX_ALL = "source.fixAll.policyengine"


def serve(version: str, source: BinaryIO, target: BinaryIO) -> bool:
    """Serve one session; whether the editor ended it."""
    # a request that is refused is told to who made it, and is no fault to log
    logging.getLogger("pygls.protocol.json_rpc").addFilter(
        lambda record: not (record.exc_info and isinstance(record.exc_info[1], _Refused))
    )
    server = make(version)
    server.start_io(source, target)
    return server.ended


def make(version: str) -> Server:
    """A server with every feature."""
    server = Server(version)
    _documents(server)
    _reading(server)
    _changing(server)
    return server


def _documents(server: Server) -> None:
    """What the editor tells of documents."""

    @server.feature(lsp.SHUTDOWN)
    def shut_down(_params: None) -> None:
        server.ended = True

    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        options = params.initialization_options
        if options is not None:
            given = (
                options.get("lint", True)
                if isinstance(options, dict)
                else getattr(options, "lint", True)
            )
            server.open.lint = given is not False

    @server.feature(lsp.INITIALIZED)
    async def initialized(_params: lsp.InitializedParams) -> None:
        """Ask to be told of files that change on disk, where the editor can."""
        given = server.client_capabilities.workspace
        watching = given.did_change_watched_files if given is not None else None
        if watching is not None and watching.dynamic_registration:
            options = lsp.DidChangeWatchedFilesRegistrationOptions(
                [lsp.FileSystemWatcher("**/*.{yaml,yml,json,toml}")]
            )
            asked = lsp.Registration("files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            await server.client_register_capability_async(lsp.RegistrationParams([asked]))

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        put(document.uri, document.text, document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        for change in params.content_changes:
            put(document.uri, change.text, document.version)

    def put(uri: str, text: str, version: int | None) -> None:
        path = path_of(uri)
        if path is not None:
            server.schedule(server.open.put(uri, path, text, version))

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        if path is not None:
            server.schedule(server.open.drop(path))
            server.forget(server.open.forgotten())

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(_params: lsp.DidSaveTextDocumentParams) -> None:
        server.schedule(server.open.saved())

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(_params: lsp.DidChangeWatchedFilesParams) -> None:
        server.schedule(server.open.saved())


def _reading(server: Server) -> None:
    """What changes nothing."""

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def hovered(params: lsp.HoverParams) -> lsp.Hover | None:
        at, model = await server.pointed(params.text_document.uri, params.position, current=False)
        told = hover(at, model) if at is not None else None
        if at is None or told is None:
            return None
        content = lsp.MarkupContent(lsp.MarkupKind.Markdown, told)
        return lsp.Hover(content, convert.range_(range_of(at.span)))

    @server.feature(
        lsp.TEXT_DOCUMENT_COMPLETION,
        lsp.CompletionOptions(trigger_characters=[".", ":", " ", "{", "[", '"', "-"]),
    )
    async def completed(params: lsp.CompletionParams) -> lsp.CompletionList | None:
        at = server.at(params.text_document.uri, params.position)
        if at is None:
            return None
        path, source, place = at
        model = await server.model(server.open.unit_of(path), current=False)
        return convert.completions(complete(source, place, Path(path), model))

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    async def defined(params: lsp.DefinitionParams) -> lsp.Location | None:
        at, model = await server.pointed(params.text_document.uri, params.position, current=True)
        if at is None or at.symbol is None or model is None:
            return None
        span = navigation.declaration(model, at.symbol)
        return convert.location(span, server.uri) if span is not None else None

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    async def referred(params: lsp.ReferenceParams) -> list[lsp.Location] | None:
        at, model = await server.pointed(params.text_document.uri, params.position, current=True)
        symbol = at.symbol if at is not None else None
        if symbol is None or model is None:
            return None
        declared = params.context.include_declaration
        path = path_of(params.text_document.uri)
        unit = server.open.unit_of(path) if path is not None else None
        held = server.open.job(unit).held if unit is not None else {}

        def look() -> list[Span]:
            with unsaved(held):
                return navigation.references(model, symbol, declared=declared)

        spans = await server.work(look)
        return [convert.location(span, server.uri) for span in spans]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def outlined(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol] | None:
        at = server.at(params.text_document.uri)
        if at is None or kind_of(Path(at[0]), at[1].text) == "terms":
            return None
        entries = await server.work(lambda: navigation.outline(at[1], Path(at[0])))
        return [convert.symbol(entry) for entry in entries]


def _changing(server: Server) -> None:
    """What offers a change."""

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    async def renamable(params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        at, _ = await server.pointed(params.text_document.uri, params.position, current=True)
        if at is None or at.symbol is None or at.symbol.kind not in changes.RENAMED:
            return None
        start = at.span.end - len(at.symbol.name)
        span = at.span.source.span(start, at.span.end)
        return lsp.PrepareRenamePlaceholder(convert.range_(range_of(span)), at.symbol.name)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    async def renamed(params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        at, model = await server.pointed(params.text_document.uri, params.position, current=True)
        path = path_of(params.text_document.uri)
        unit = server.open.unit_of(path) if path is not None else None
        symbol = at.symbol if at is not None else None
        if symbol is None or model is None or unit is None:
            return None
        held = server.open.job(unit).held
        try:
            made = await server.work(
                lambda: changes.rename(model, symbol, params.new_name.strip(), held)
            )
        except RenameError as error:
            raise _Refused(str(error)) from None
        return convert.workspace_edit(made, server.open, server.uri)

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    async def formatted(params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit] | None:
        at = server.at(params.text_document.uri)
        if at is None or at[0].endswith(".json"):
            return None
        path, source, _ = at
        kind = kind_of(Path(path), source.text)
        if kind == "terms":
            model = await server.model(server.open.unit_of(path), current=False)
            if model is None or model.schema is None or not states_terms(source.text, model.schema):
                return None  # somebody else's file
        made = await server.work(lambda: changes.formatted(source, kind))
        return [lsp.TextEdit(convert.range_(made[0]), made[1])] if made is not None else []

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix, _FIX_ALL]),
    )
    async def acted(params: lsp.CodeActionParams) -> list[lsp.CodeAction] | None:
        path = path_of(params.text_document.uri)
        unit = server.open.unit_of(path) if path is not None else None
        if path is None or unit is None or unit.checked is None or unit.known != unit.stamp:
            return None
        checked, held, wanted = unit.checked, server.open.job(unit).held, params.context.only
        every = bool(wanted) and all(kind.startswith("source") for kind in wanted or ())
        found = convert.within(checked.found.get(path, ()), params.range)
        fixes = [fix for fix in checked.fixes if every or fix.diagnostic in found]
        some = [] if every else found
        made = await server.work(
            lambda: changes.repairs(unit.path, checked.model, some, fixes, held)
        )
        kind = _FIX_ALL if every else lsp.CodeActionKind.QuickFix
        return [convert.action(one, kind, server.open, server.uri) for one in made]


class _Refused(JsonRpcException):
    """A request that makes no sense, with the reason for the person who made it."""

    CODE = int(lsp.LSPErrorCodes.RequestFailed)
    MESSAGE = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message, self.CODE)
