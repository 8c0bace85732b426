"""What differs between two policies, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policyengine.decision import Location
from policyengine.values.record import Record


class Edit(Record):
    """One difference within a part of a policy.

    `part` is the key it is about (`level`, `condition`, `maximum`, `row`); `where` the way to
    it below that, as in `all[2]`. `before` and `after` are texts, None where there is nothing.
    `meaning` says whether some deal may be decided otherwise for it; else only words differ.
    """

    part: str
    before: str | None
    after: str | None
    meaning: bool
    where: str = ""
    before_at: Location | None = None
    after_at: Location | None = None


def edited(
    part: str,
    pair: Sequence[str | None],
    meaning: bool,
    where: str = "",
    at: tuple[Location | None, Location | None] = (None, None),
) -> Edit:
    """An edit of a pair of texts at a pair of places."""
    return Edit(part, pair[0], pair[1], meaning, where, *at)


class Change(Record):
    """One part of a policy that differs.

    `kind` is `rule`, `parameter`, `definition`, `table`, `scorecard`, `interest`, `term` or
    `policy`; `status` is `added`, `removed`, `renamed` or `changed`. `old_id` is the id before
    where the part was renamed. `rules` are the rules, by their new ids, whose meaning a change
    of a parameter, a definition, a table, a scorecard or a term changes, through whatever lies
    between them.
    """

    kind: str
    id: str
    status: str
    meaning: bool
    title: str | None = None
    level: str | None = None
    old_id: str | None = None
    edits: tuple[Edit, ...] = ()
    rules: tuple[str, ...] = ()
    before_at: Location | None = None
    after_at: Location | None = None

    @property
    def name(self) -> str:
        """`rule SOV-5`, `parameter small_loan_usd`."""
        return f"{self.kind} {self.id}"


class Identity(Record):
    """Which policy: how it was named, and what it says of itself."""

    source: str
    id: str
    version: str
    digest: str


class PolicyDiff(Record):
    """Every difference between two policies, rules first, in the order of the new documents.

    `affected` are rules of both (by their new ids) and what changes their meaning from
    outside; `renamed` gives the new id of a rule by its old one.
    """

    old: Identity
    new: Identity
    changes: tuple[Change, ...]
    affected: Mapping[str, tuple[str, ...]]
    renamed: Mapping[str, str]

    @property
    def meaning(self) -> bool:
        """Whether some deal may be decided otherwise."""
        return any(change.meaning for change in self.changes)

    def in_meaning(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.meaning)

    def in_words(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if not change.meaning)

    def rules(self) -> tuple[str, ...]:
        """Ids of the rules that mean something else, were added or were removed."""
        own = (c.id for c in self.changes if c.kind == "rule" and c.meaning)
        return tuple(dict.fromkeys([*own, *self.affected]))
