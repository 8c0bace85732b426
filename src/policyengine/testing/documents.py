"""Checked values of a deal as a terms document again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from policyengine.explain import data, of_term
from policyengine.schema import TermsSchema


def document_of(
    schema: TermsSchema, values: Mapping[str, Any], not_applicable: Iterable[str] = ()
) -> dict[str, Any]:
    """The document that states these values by dotted path: groups, lists, texts, numbers."""
    made: dict[str, Any] = {}
    for path, value in values.items():
        *groups, name = path.split(".")
        place = made
        for group in groups:
            place = place.setdefault(group, {})
        place[name] = plain(of_term(value, schema.terms.get(path)))
    listed = sorted(not_applicable)
    if listed:
        made["not_applicable"] = listed
    return made


def plain(value: Any) -> Any:
    """A value as a document has it: lists for tuples, texts for dates and durations."""
    found = data(value)
    if isinstance(found, tuple):
        return [plain(item) for item in found]
    if isinstance(found, dict):
        return {key: plain(item) for key, item in found.items()}
    return found
