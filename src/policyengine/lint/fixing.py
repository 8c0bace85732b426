"""Edits applied to the files of a policy, where what the policy means stays the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policyengine import core, nodes
from policyengine.document import RulesDoc, read_rules
from policyengine.engine import Policy
from policyengine.errors import Diagnostic, Diagnostics, PolicyEngineError
from policyengine.formatting import format_text
from policyengine.lint.model import Edit
from policyengine.lint.normal import normal
from policyengine.loader import Loaded
from policyengine.loading import lower
from policyengine.reading import read_yaml
from policyengine.source import Source, quoted
from policyengine.values.record import Record, replace


class Fixed(Record):
    """A file and the text that mends it, the number of edits in it, and what it was."""

    source: Source
    text: str
    edits: int


class FixError(PolicyEngineError):
    """Edits that would change what the policy means, or that it could not be read after."""


def fixed(policy: Policy, fixes: Iterable[tuple[Edit, ...]]) -> tuple[Fixed, ...]:
    """The texts of the files that some fixes change; one that overlaps another is left for the
    next run. Nothing is written. Raises `FixError` unless the policy still means the same.
    """
    chosen: dict[str, tuple[Source, list[Edit]]] = {}
    for fix in fixes:
        for edit in fix:
            _, edits = chosen.setdefault(edit.span.file, (edit.span.source, []))
            if all(edit.span.end <= e.span.start or e.span.end <= edit.span.start for e in edits):
                edits.append(edit)
    made = tuple(_fixed(source, edits) for source, edits in chosen.values())
    if made:
        _verify(policy, made)
    return made


def _fixed(source: Source, edits: list[Edit]) -> Fixed:
    text = source.text
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        put = edit.text.replace("\n", "\r\n") if "\r\n" in text else edit.text
        text = text[: edit.span.start] + put + text[edit.span.end :]
    try:
        canonical = format_text(source, "rules") == source.text
        text = format_text(Source(source.name, text), "rules") if canonical else text
    except PolicyEngineError as error:
        raise _refused(source.name, error.diagnostics[0].message) from None
    return Fixed(source, text, len(edits))


def _verify(policy: Policy, made: tuple[Fixed, ...]) -> None:
    texts = {one.source.name: one.text for one in made}
    diagnostics = Diagnostics()
    name = next(iter(texts))
    try:
        files = tuple(_read(file, texts, diagnostics) for file in policy.loaded.files)
        loaded: Loaded = replace(policy.loaded, files=files)
        after = lower(loaded, policy.overrides, diagnostics).core
    except PolicyEngineError as error:
        raise _refused(name, error.diagnostics[0].message) from None
    if _meaning(after) != _meaning(policy.core):
        raise _refused(name, "the policy would mean something else")


def _read(file: RulesDoc, texts: dict[str, str], diagnostics: Diagnostics) -> RulesDoc:
    """A rule file read again where it was changed."""
    if not file.rules or file.rules[0].id.span.file not in texts:
        return file
    name = file.rules[0].id.span.file
    node = read_yaml(Source(name, texts[name]))
    assert isinstance(node, nodes.Mapping)
    return read_rules(node, diagnostics, in_manifest=node.get("policy") is not None)


def _meaning(policy: core.Policy) -> Any:
    """A policy but for the ways to write a condition, the digests of texts, and places."""
    rules = tuple(
        replace(
            rule,
            condition=normal(rule.condition),
            requirement=normal(rule.requirement),
            applies=normal(rule.applies) if rule.applies is not None else None,
            unless=normal(rule.unless) if rule.unless is not None else None,
            text_digest="",
        )
        for rule in policy.rules
    )
    return replace(policy, rules=rules, digest="")


def _refused(name: str, why: str) -> FixError:
    return FixError(
        Diagnostic(
            "fix-refused",
            f"{quoted(name, 200)} is left as it is: {why}",
            hint="this is a fault of a check; please report it with this file",
        )
    )
