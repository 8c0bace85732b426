"""Two terms schemas: terms that came and went, and what of each changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policyengine.decision import Location
from policyengine.review import texts
from policyengine.review.meaning import value_key
from policyengine.review.model import Change, Edit, edited
from policyengine.schema import Group, TermSpec, TermsSchema
from policyengine.schema.model import Shape

#: what of a term's shape is called in a schema, in its order
_KEYWORDS = {
    "nullable": "null",
    "integer": "whole numbers",
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusive_minimum": "exclusiveMinimum",
    "exclusive_maximum": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
    "min_items": "minItems",
    "max_items": "maxItems",
    "unique": "uniqueItems",
}
#: edits that change what rules make of a document that both schemas allow; the others change
#: which documents there are
READ_BY_RULES = ("default", "type", "x-unit", "uniqueItems")


def changes(old: TermsSchema, new: TermsSchema) -> list[Change]:
    """The terms that differ, in the order of the new schema, then the groups."""
    found = []
    for path, spec in new.terms.items():
        was = old.terms.get(path)
        edits = list(_edits(was, spec) if was is not None else _lone(spec, added=True))
        if edits:
            found.append(_change(path, was, spec, edits))
    for path, was in old.terms.items():
        if path not in new.terms:
            found.append(_change(path, was, None, list(_lone(was, added=False))))
    found += _groups(old, new)
    return found


def _change(path: str, old: TermSpec | None, new: TermSpec | None, edits: list[Edit]) -> Change:
    spec = new if new is not None else old
    assert spec is not None
    status = "added" if old is None else "removed" if new is None else "changed"
    meaning = any(edit.meaning for edit in edits)
    at = (texts.at(old), texts.at(new))
    return Change("term", path, status, meaning, spec.title, None, None, tuple(edits), (), *at)


def _lone(spec: TermSpec, *, added: bool) -> Iterator[Edit]:
    at = texts.at(spec)
    said = str(spec.type)
    if spec.has_default:
        said += f", default {texts.value(spec.default)}"
    if spec.required:
        said += ", required"
    pair = (None, said) if added else (said, None)
    yield edited("term", pair, True, "", (None, at) if added else (at, None))


def _edits(old: TermSpec, new: TermSpec) -> Iterator[Edit]:
    at = (texts.at(old), texts.at(new))
    yield from _shape(old.shape, new.shape, "", at)
    pair = [value_key(spec.default) if spec.has_default else None for spec in (old, new)]
    if pair[0] != pair[1]:
        said = [texts.value(s.default) if s.has_default else None for s in (old, new)]
        yield edited("default", said, True, "", at)
    for part, meaning in (("required", True), ("may_not_apply", True), ("fixed", False)):
        before, after = getattr(old, part), getattr(new, part)
        if before != after:
            name = {"may_not_apply": "x-may-not-apply", "fixed": "x-fixed"}.get(part, part)
            yield Edit(name, texts.value(before), texts.value(after), meaning, "", *at)
    for part in ("title", "description"):
        before, after = getattr(old, part), getattr(new, part)
        if before != after:
            yield Edit(part, before, after, False, "", *at)
    for word in dict.fromkeys([*old.labels, *new.labels]):
        before, after = old.labels.get(word), new.labels.get(word)
        if before != after:
            yield Edit("x-labels", before, after, False, word, *at)


def _shape(
    old: Shape, new: Shape, where: str, at: tuple[Location | None, Location | None]
) -> Iterator[Edit]:
    if old.type.kind != new.type.kind:
        yield Edit("type", str(old.type), str(new.type), True, where, *at)
        return
    if old.type.unit != new.type.unit:
        yield Edit("x-unit", old.type.unit, new.type.unit, True, where, *at)
    for name, keyword in _KEYWORDS.items():
        before, after = getattr(old, name), getattr(new, name)
        if value_key(before) != value_key(after):
            said = [None if v is None else texts.value(_plain(v)) for v in (before, after)]
            yield edited(keyword, said, True, where, at)
    if _enum(old) != _enum(new):
        said = [None if s.enum is None else texts.value(tuple(s.enum)) for s in (old, new)]
        yield edited("enum", said, True, where, at)
    if old.item is not None and new.item is not None:
        yield from _shape(old.item, new.item, f"{where}[]", at)
    elif old.item is not new.item:
        said = [None if s.item is None else str(s.item.type) for s in (old, new)]
        yield edited("items", said, True, where, at)
    mine, other = ({name: (s, needed) for name, s, needed in x.fields} for x in (old, new))
    for name in dict.fromkeys([*other, *mine]):
        below = f"{where}.{name}" if where else name
        if name not in mine or name not in other:
            said = [str(s[name][0].type) if name in s else None for s in (mine, other)]
            yield edited("field", said, True, below, at)
            continue
        yield from _shape(mine[name][0], other[name][0], below, at)
        if mine[name][1] != other[name][1]:
            said = [texts.value(side[name][1]) for side in (mine, other)]
            yield edited("required", said, True, below, at)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _enum(shape: Shape) -> Any:
    """The values there are, whatever their order."""
    return None if shape.enum is None else sorted(map(repr, map(value_key, shape.enum)))


def _groups(old: TermsSchema, new: TermsSchema) -> Iterator[Change]:
    """What documents must state of a group."""
    before, after = dict(_below(old.root)), dict(_below(new.root))
    for path in [path for path in after if path in before]:
        mine, other = before[path], after[path]
        edits = []
        at = (texts.at(mine), texts.at(other))
        # a term says itself whether it is required
        for name in sorted({*mine.required, *other.required}):
            members = (mine.members.get(name), other.members.get(name))
            pair = [name in group.required for group in (mine, other)]
            if pair[0] != pair[1] and any(isinstance(member, Group) for member in members):
                edits.append(
                    edited("required", [texts.value(there) for there in pair], True, name, at)
                )
        if mine.title != other.title:
            edits.append(Edit("title", mine.title, other.title, False, "", *at))
        if edits:
            meaning = any(edit.meaning for edit in edits)
            yield Change("term", path or "(the document)", "changed", meaning,
                         other.title, None, None, tuple(edits), (), *at)  # fmt: skip


def _below(group: Group) -> Iterator[tuple[str, Group]]:
    yield group.path, group
    for member in group.members.values():
        if isinstance(member, Group):
            yield from _below(member)
