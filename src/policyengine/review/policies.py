"""Two policies, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policyengine.core import Expr
from policyengine.engine import Policy
from policyengine.review import parts, rules, schema, texts
from policyengine.review.meaning import Name, Names, Reach
from policyengine.review.model import Change, Edit, Identity, PolicyDiff
from policyengine.values.record import replace


def diff(old: Policy, new: Policy, *, sources: tuple[str, str] | None = None) -> PolicyDiff:
    """Everything that differs between two loaded policies.

    `sources` are what to call them (default: their paths). Conditions that are written
    differently and mean the same for every deal may still be told as a change of meaning; a
    change of meaning is never told as one of words.
    """
    before, after = old.core, new.core
    names = parts.renamings(before, after)
    ids = rules.renamed(before.rules, after.rules, names)
    inner = [*parts.changes(before, after, names), *schema.changes(old.schema, new.schema)]
    reach = _Readers(old, new, names, ids)
    inner = [_with_rules(change, reach) for change in inner]
    affected: dict[str, tuple[str, ...]] = {}
    for rule in after.rules:
        causes = tuple(change.name for change in inner if rule.id in change.rules)
        if causes:
            affected[rule.id] = causes
    manifests = (before.span.file, after.span.file)
    found = [
        *_whole(old, new),
        *rules.changes(before.rules, after.rules, names, ids, manifests),
        *inner,
    ]
    shown = sources or (old.path, new.path)
    sides = [
        Identity(source, policy.id, policy.version, policy.digest)
        for source, policy in zip(shown, (old, new), strict=True)
    ]
    return PolicyDiff(sides[0], sides[1], tuple(found), affected, ids)


class _Readers:
    """Which rules of both policies read something, through whatever lies between, by their
    new ids; and whether anything else does."""

    def __init__(self, old: Policy, new: Policy, names: Names, known: Mapping[str, str]) -> None:
        before = {known.get(rule.id, rule.id) for rule in old.rules}
        self._rules: dict[str, frozenset[Name]] = {
            rule.id: frozenset() for rule in new.rules if rule.id in before
        }
        self._else: frozenset[Name] = frozenset()
        for policy, mapping in ((old, names), (new, {})):
            reach = Reach(policy.core)

            def of(exprs: Iterable[Expr | None], reach: Reach = reach,
                   mapping: Names = mapping) -> frozenset[Name]:  # fmt: skip
                found = reach.of(exprs)
                return frozenset((kind, mapping.get((kind, name), name)) for kind, name in found)

            for rule in policy.rules:
                id_ = known.get(rule.id, rule.id) if policy is old else rule.id
                if id_ in self._rules:
                    self._rules[id_] |= of(rules.exprs(rule))
            core = policy.core
            items = [i for card in core.scorecards.values() for i in card.items]
            self._else |= of([expr for item in items for expr in (item.when, item.points)])
            self._else |= of([d.value for d in core.definitions.values()])
            self._else |= of([e for i in core.interests for e in (i.served, i.conflict)])

    def rules(self, names: frozenset[Name]) -> tuple[str, ...]:
        return tuple(id_ for id_, read in self._rules.items() if read & names)

    def others(self, names: frozenset[Name]) -> bool:
        return bool(self._else & names)


def _with_rules(change: Change, readers: _Readers) -> Change:
    """A change with the rules whose meaning it changes. A parameter that no condition reads
    changes words only."""
    if not change.meaning or change.status in ("added", "removed"):
        if change.kind == "parameter" and change.meaning:
            return _in_words(change)  # who reads it has changed as well
        return change
    read = parts.parts_read(change)
    if change.kind == "term" and not any(e.part in schema.READ_BY_RULES for e in change.edits):
        return change
    found = readers.rules(read)
    if change.kind == "parameter" and not found and not readers.others(read):
        return _in_words(change)
    return replace(change, rules=found)


def _in_words(change: Change) -> Change:
    edits = tuple(replace(edit, meaning=False) for edit in change.edits)
    return replace(change, meaning=False, edits=edits)


def _whole(old: Policy, new: Policy) -> list[Change]:
    at = (texts.at(old.core), texts.at(new.core))
    found = [
        Edit(part, getattr(old, name), getattr(new, name), False, "", *at)
        for part, name in (("policy", "id"), ("version", "version"), ("title", "title"))
        if getattr(old, name) != getattr(new, name)
    ]
    if not found:
        return []
    return [
        Change("policy", new.id, "changed", False, new.title, None, None, tuple(found), (), *at)
    ]
