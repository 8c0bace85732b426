"""A quotation that does not stand in the file it is said to be from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from policyengine.document import SourceDoc
from policyengine.errors import DocumentError, Severity
from policyengine.lint.model import Check, Finding
from policyengine.lint.subject import Subject
from policyengine.project import project_root
from policyengine.reading import read_path
from policyengine.source import quoted


def _find(subject: Subject, _options: Mapping[str, Any]) -> Iterator[Finding]:
    texts: dict[Path, str | None] = {}
    for doc, _ in subject.rules:
        source = doc.source
        if source is None or source.file is None:
            continue
        folder = Path(doc.id.span.source.name).parent
        path = folder / source.file.value
        if path not in texts:
            texts[path] = _text(path, folder)
        text = texts[path]
        if text is None:
            message = f"{quoted(source.file.value, 200)} is no text file of this project"
            hint = "`file` is a path from the folder of the rule file, inside the project"
            yield Finding(message, source.file.span, hint)
        elif source.quote is not None and not _stands(source, text):
            name = quoted(source.file.value, 200)
            message = f"this does not stand in {name}: {quoted(source.quote.value)}"
            hint = "quote it word for word; spaces and line breaks do not matter"
            yield Finding(message, source.quote.span, hint)


def _text(path: Path, folder: Path) -> str | None:
    """The words of a file with single spaces; None where it cannot be read from here."""
    try:
        if not path.resolve().is_relative_to(project_root(folder)):
            return None
        return " ".join(read_path(path)[0].text.split())
    except (DocumentError, OSError, RuntimeError, ValueError):
        return None


def _stands(source: SourceDoc, text: str) -> bool:
    return source.quote is not None and " ".join(source.quote.value.split()) in text


CHECK = Check(
    "quote-not-found",
    "a `quote` that does not stand in the `file` it is from",
    Severity.ERROR,
    _find,
)
