"""What this package finds as what the protocol calls it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from lsprotocol import types as lsp

from policyengine import resources
from policyengine.errors import Diagnostic, Severity
from policyengine.languageserver.changes import Change, Repair
from policyengine.languageserver.completion import Item
from policyengine.languageserver.navigation import Outline
from policyengine.languageserver.places import Range, range_of
from policyengine.languageserver.workspace import Workspace
from policyengine.source import Span, visible

Uri = Callable[[str], str]

_SEVERITY = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.NOTE: lsp.DiagnosticSeverity.Information,
}
_ITEMS = {
    "term": lsp.CompletionItemKind.Field,
    "group": lsp.CompletionItemKind.Module,
    "value": lsp.CompletionItemKind.EnumMember,
    "operator": lsp.CompletionItemKind.Operator,
    "parameter": lsp.CompletionItemKind.Constant,
    "definition": lsp.CompletionItemKind.Variable,
    "rule": lsp.CompletionItemKind.Reference,
    "key": lsp.CompletionItemKind.Keyword,
}
_SYMBOLS = {
    "rule": lsp.SymbolKind.Function,
    "parameter": lsp.SymbolKind.Constant,
    "definition": lsp.SymbolKind.Variable,
    "score": lsp.SymbolKind.Number,
    "case": lsp.SymbolKind.Event,
    "waiver": lsp.SymbolKind.Key,
    "group": lsp.SymbolKind.Namespace,
}


def range_(given: Range) -> lsp.Range:
    return lsp.Range(
        lsp.Position(given.start.line, given.start.character),
        lsp.Position(given.end.line, given.end.character),
    )


def position(given: lsp.Position) -> tuple[int, int]:
    return given.line, given.character


def location(span: Span, uri: Uri) -> lsp.Location:
    return lsp.Location(uri(os.path.realpath(span.file)), range_(range_of(span)))


def diagnostic(one: Diagnostic, uri: Uri) -> lsp.Diagnostic:
    """A finding; its code leads to its page, and the hint follows the message."""
    page = resources.page(one.code)
    text = f"{one.message}\n{one.hint}" if one.hint else one.message
    return lsp.Diagnostic(
        range_of_diagnostic(one),
        visible_lines(text),
        _SEVERITY[one.severity],
        one.code,
        lsp.CodeDescription(page.as_uri()) if page is not None else None,
        "policyengine",
        related_information=[
            lsp.DiagnosticRelatedInformation(location(span, uri), visible(said))
            for span, said in one.related
        ]
        or None,
    )


def range_of_diagnostic(one: Diagnostic) -> lsp.Range:
    if one.span is None:
        return lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
    return range_(range_of(one.span))


def visible_lines(text: str) -> str:
    return "\n".join(visible(line) for line in text.split("\n"))


def within(found: Iterable[Diagnostic], asked: lsp.Range) -> list[Diagnostic]:
    """The findings that touch a range."""

    def touches(given: lsp.Range) -> bool:
        return position(given.start) <= position(asked.end) and position(asked.start) <= position(
            given.end
        )

    return [one for one in found if touches(range_of_diagnostic(one))]


def completions(items: Iterable[Item]) -> lsp.CompletionList:
    """Proposals in the order given; each replaces the word that was begun."""
    made = [
        lsp.CompletionItem(
            item.label,
            kind=_ITEMS[item.kind],
            detail=item.detail or None,
            documentation=lsp.MarkupContent(lsp.MarkupKind.Markdown, item.documentation)
            if item.documentation
            else None,
            sort_text=f"{number:05}",
            filter_text=item.label,
            text_edit=lsp.TextEdit(range_(range_of(item.span)), item.text),
        )
        for number, item in enumerate(items)
    ]
    return lsp.CompletionList(is_incomplete=False, items=made)


def symbol(entry: Outline) -> lsp.DocumentSymbol:
    return lsp.DocumentSymbol(
        entry.name,
        _SYMBOLS[entry.kind],
        range_(range_of(entry.span)),
        range_(range_of(entry.name_span)),
        entry.detail or None,
        children=[symbol(child) for child in entry.children] or None,
    )


def workspace_edit(made: Iterable[Change], open_: Workspace, uri: Uri) -> lsp.WorkspaceEdit:
    """Changes by file, each against the version of the document that it was made for."""
    by_path: dict[str, list[lsp.TextEdit | lsp.AnnotatedTextEdit | lsp.SnippetTextEdit]] = {}
    for change in made:
        edit = lsp.TextEdit(range_(change.range), change.text)
        by_path.setdefault(change.path, []).append(edit)
    return lsp.WorkspaceEdit(
        document_changes=[
            lsp.TextDocumentEdit(
                lsp.OptionalVersionedTextDocumentIdentifier(uri(path), _version(path, open_)), edits
            )
            for path, edits in by_path.items()
        ]
    )


def _version(path: str, open_: Workspace) -> int | None:
    document = open_.documents.get(path)
    return document.version if document is not None else None


def action(one: Repair, kind: str, open_: Workspace, uri: Uri) -> lsp.CodeAction:
    return lsp.CodeAction(
        one.title,
        kind,
        [diagnostic(mended, uri) for mended in one.mends],
        is_preferred=len(one.mends) == 1 or None,
        edit=workspace_edit(one.changes, open_, uri),
    )
