"""Changes of texts that are offered: to rename, to mend, to put into canonical form."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from policyengine.engine import Policy
from policyengine.errors import Diagnostic, PolicyEngineError, Severity
from policyengine.formatting import format_text
from policyengine.languageserver.index import Symbol
from policyengine.languageserver.model import Model, build
from policyengine.languageserver.navigation import references
from policyengine.languageserver.places import Range, position, range_of
from policyengine.lint import Linted
from policyengine.lint.fixing import fixed
from policyengine.reading import read_path, unsaved
from policyengine.source import Source, Span, quoted
from policyengine.testing import suite
from policyengine.values.record import Record

_MEANT = re.compile(r"did you mean `([\w.-]+)`\?")
_NAMES = re.compile(r"[\w.-]+")
RENAMED = ("rule", "parameter")


class Change(Record):
    """A text in place of a range, in the file of a real path."""

    path: str
    range: Range
    text: str


class Repair(Record):
    """Changes that would mend a finding, or all findings of a kind."""

    title: str
    changes: tuple[Change, ...]
    mends: tuple[Diagnostic, ...]


class RenameError(Exception):
    """A rename that would not leave the policy as it is; the text says why."""


# renaming -----------------------------------------------------------------------------------


def rename(model: Model, symbol: Symbol, name: str, texts: Mapping[str, bytes]) -> list[Change]:
    """The changes that call a rule or a parameter by another name, everywhere.

    `texts` are those that are not saved. The policy is read once more with the changes made,
    and refused, with `RenameError`, where it would not load or have other rules or parameters.
    """
    if symbol.kind not in RENAMED:
        raise RenameError("only rules and parameters can be renamed")
    if not model.valid or model.policy is None:
        raise RenameError("the policy has errors; nothing is renamed before they are mended")
    if name == symbol.name:
        return []
    if not _NAMES.fullmatch(name):
        raise RenameError(f"{quoted(name)} is no name for a {symbol.kind}")
    with unsaved(texts):
        spans = references(model, symbol, declared=True)
    for span in spans:
        if span.text != symbol.name:
            where = f"{quoted(Path(span.file).name)}, line {span.line}"
            raise RenameError(f"in {where}, the name is written in a way that cannot be replaced")
    after = _applied([(span, name) for span in spans])
    with unsaved({**texts, **{path: text.encode() for path, text in after.items()}}):
        _verify(model.path, model.policy, symbol, name)
    return [Change(os.path.realpath(span.file), range_of(span), name) for span in spans]


def _applied(edits: Iterable[tuple[Span, str]]) -> dict[str, str]:
    """Texts by real path, with spans replaced."""
    by_file: dict[str, list[tuple[Span, str]]] = {}
    for span, text in edits:
        by_file.setdefault(os.path.realpath(span.file), []).append((span, text))
    made = {}
    for path, some in by_file.items():
        text = some[0][0].source.text
        for span, put in sorted(some, key=lambda edit: edit[0].start, reverse=True):
            text = text[: span.start] + put + text[span.end :]
        made[path] = text
    return made


def _verify(path: Path, before: Policy, symbol: Symbol, name: str) -> None:
    try:
        after = Policy.load(path)
        suite.load(after)
    except PolicyEngineError as error:
        raise RenameError(error.diagnostics[0].message) from None

    def renamed(names: Iterable[str], kind: str) -> list[str]:
        mine = symbol.kind == kind
        return sorted(name if mine and known == symbol.name else known for known in names)

    rules = renamed((rule.id for rule in before.rules), "rule")
    parameters = renamed(before.core.parameters, "parameter")
    if rules != sorted(rule.id for rule in after.rules) or parameters != sorted(
        after.core.parameters
    ):
        raise RenameError(f"{quoted(name)} would make another policy of it")


# mending ------------------------------------------------------------------------------------


def repairs(
    path: Path,
    model: Model,
    found: Iterable[Diagnostic],
    fixes: Iterable[Linted],
    texts: Mapping[str, bytes],
) -> list[Repair]:
    """What would mend some findings of a policy: the word that was meant, where that leaves
    fewer errors; the edits of lint, where the policy still means the same."""
    offered = []
    for one in found:
        made = _meant(path, model, one, texts)
        if made is not None:
            offered.append(made)
    chosen = [fix for fix in fixes if fix.fix]
    if chosen and model.valid and model.policy is not None:
        try:
            mended = fixed(model.policy, [fix.fix for fix in chosen])
        except PolicyEngineError:
            return offered
        changes = tuple(
            Change(os.path.realpath(one.source.name), *difference(one.source, one.text))
            for one in mended
        )
        what = chosen[0].diagnostic.code if len(chosen) == 1 else f"{len(chosen)} findings"
        offered.append(Repair(f"mend {what}", changes, tuple(fix.diagnostic for fix in chosen)))
    return offered


def _meant(path: Path, model: Model, one: Diagnostic, texts: Mapping[str, bytes]) -> Repair | None:
    """The word that a hint names in place of the one that is wrong."""
    hint = _MEANT.fullmatch(one.hint or "")
    if hint is None or one.span is None or one.severity is not Severity.ERROR:
        return None
    word = _NAMES.search(one.span.text)
    if word is None or _NAMES.sub("", one.span.text).strip("\"' ") or hint[1] == word[0]:
        return None
    start = one.span.start + word.start()
    span = one.span.source.span(start, start + len(word[0]))
    ((real, text),) = _applied([(span, hint[1])]).items()
    before = sum(d.severity is Severity.ERROR for d in model.found)
    with unsaved({**texts, real: text.encode()}):
        after = build(path)
    errors = sum(d.severity is Severity.ERROR for d in after.found)
    if errors >= max(before, 1):
        return None
    change = Change(real, range_of(span), hint[1])
    return Repair(f"change to `{hint[1]}`", (change,), (one,))


# canonical form -----------------------------------------------------------------------------


def formatted(source: Source, kind: str) -> tuple[Range, str] | None:
    """The change that puts a text into canonical form; None where it is, or cannot be read."""
    try:
        text = format_text(source, kind)
    except PolicyEngineError:
        return None
    return None if text == source.text else difference(source, text)


def difference(source: Source, text: str) -> tuple[Range, str]:
    """One change that makes a text of another: what both begin and end with stays."""
    old, new = source.text, text
    most = min(len(old), len(new))
    start = next((n for n in range(most) if old[n] != new[n]), most)
    most -= start
    end = next((n for n in range(most) if old[-1 - n] != new[-1 - n]), most)
    # a line break is never cut in two
    while start and old[start - 1] == "\r":
        start -= 1
    while end and old[len(old) - end] == "\n":
        end -= 1
    begin, stop = position(source, start), position(source, len(old) - end)
    return Range(begin, stop), new[start : len(new) - end]


def saved(path: str) -> str | None:
    """The text of a file, or None where it cannot be read."""
    try:
        return read_path(path)[0].text
    except PolicyEngineError:
        return None
