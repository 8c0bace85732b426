"""Parameters, definitions, tables, scorecards and interests of two policies."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from policyengine import core
from policyengine.review import conditions, texts
from policyengine.review.meaning import ORDERED, Name, Names, key, value_key
from policyengine.review.model import Change, Edit, edited


def renamings(old: core.Policy, new: core.Policy) -> dict[Name, str]:
    """What the new policy calls what only has another name: parameters, definitions and
    tables, scorecards; those before a name in the order of evaluation first."""
    names: dict[Name, str] = {}

    def match(kind: str, gone: Mapping[str, Any], come: Mapping[str, Any], of: Any) -> None:
        taken: set[str] = set()
        for name, part in gone.items():
            for other, made in come.items():
                if other not in taken and of(part, names) == of(made, {}):
                    names[kind, name] = other
                    taken.add(other)
                    break

    match("parameter", *_apart(old.parameters, new.parameters), _parameter_key)
    match("definition", *_apart(_ordered(old), _ordered(new)), _definition_key)
    match("score", *_apart(old.scorecards, new.scorecards), _card_key)
    return names


def _apart(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    gone = {name: part for name, part in old.items() if name not in new}
    return gone, {name: part for name, part in new.items() if name not in old}


def _ordered(policy: core.Policy) -> dict[str, core.Definition]:
    return {name: policy.definitions[name] for name in policy.order if name in policy.definitions}


def _parameter_key(part: core.ParameterValue, _names: Names) -> Any:
    return value_key(part.value)


def _definition_key(part: core.Definition, names: Names) -> Any:
    return key(part.value, names)


def _card_key(card: core.Scorecard, names: Names) -> Any:
    return tuple(sorted((item.id, *_item_key(item, names)) for item in card.items))


def _item_key(item: core.ScoreItem, names: Names) -> tuple[str, str]:
    return repr(key(item.when, names)), repr(key(item.points, names))


def changes(old: core.Policy, new: core.Policy, names: Names) -> list[Change]:
    """The parts that differ, parameters first."""

    def renamed(kind: str) -> dict[str, str]:
        return {name: other for (of, name), other in names.items() if of == kind}

    return [
        *_pairs("parameter", old.parameters, new.parameters, renamed("parameter"), _parameter),
        *_pairs("definition", old.definitions, new.definitions, renamed("definition"),
                lambda a, b: _definition(a, b, names)),
        *_pairs("scorecard", old.scorecards, new.scorecards, renamed("score"),
                lambda a, b: _card(a, b, names)),
        *_interests(old.interests, new.interests, names),
    ]  # fmt: skip


def _pairs(
    kind: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    ids: Mapping[str, str],
    edits: Callable[[Any, Any], list[Edit]],
) -> list[Change]:
    before = {ids.get(name, name): (name, part) for name, part in old.items()}
    found = []
    for name, part in new.items():
        was, other = before.get(name, (None, None))
        made = edits(other, part)
        status = "added" if other is None else "renamed" if was != name else "changed"
        if made or status != "changed":
            found.append(_change(kind, name, status, was, other, part, made))
    for name, (was, part) in before.items():
        if name not in new:
            found.append(_change(kind, name, "removed", was, part, None, edits(part, None)))
    return found


def _change(
    kind: str, name: str, status: str, was: str | None, old: Any, new: Any, edits: list[Edit]
) -> Change:
    part = new if new is not None else old
    table = kind == "definition" and isinstance(part.value, core.Table)
    return Change(
        "table" if table else kind,
        name,
        status,
        any(edit.meaning for edit in edits),
        getattr(part, "title", None),
        None,
        was if status == "renamed" else None,
        tuple(edits),
        (),
        texts.at(old),
        texts.at(new),
    )


# parameters -----------------------------------------------------------------------------------


def _parameter(old: core.ParameterValue | None, new: core.ParameterValue | None) -> list[Edit]:
    """Values, row by row where they are dated; whether they mean anything is for who knows
    what reads them."""
    before, after = (None if part is None else part.value for part in (old, new))
    if old is not None and new is not None and value_key(before) == value_key(after):
        return []
    at = (texts.at(old), texts.at(new))
    if not isinstance(before, core.Dated) or not isinstance(after, core.Dated):
        return [
            edited(
                "value",
                [None if part is None else _said(part.value) for part in (old, new)],
                True,
                "",
                at,
            )
        ]
    mine, other = dict(before.values), dict(after.values)
    return [
        Edit("value", _maybe(mine, day), _maybe(other, day), True, f"from {day}", *at)
        for day in sorted({*mine, *other})
        if value_key(mine.get(day)) != value_key(other.get(day))
    ]


def _said(value: Any) -> str:
    if isinstance(value, core.Dated):
        return ", ".join(f"{texts.value(row)} from {day}" for day, row in value.values)
    return texts.value(value)


def _maybe(rows: Mapping[Any, Any], day: Any) -> str | None:
    return texts.value(rows[day]) if day in rows else None


# definitions and tables -------------------------------------------------------------------------


def _definition(
    old: core.Definition | None, new: core.Definition | None, names: Names
) -> list[Edit]:
    before, after = (None if part is None else part.value for part in (old, new))
    if isinstance(before, core.Table) and isinstance(after, core.Table):
        return _table(before, after, names)
    at = (texts.at(old), texts.at(new))
    said = [None if v is None else _defined(v) for v in (before, after)]
    if before is not None and after is not None and key(before, names) == key(after):
        return [] if said[0] == said[1] else [edited("expression", said, False, "", at)]
    return [edited("expression", said, True, "", at)]


def _defined(value: core.Expr) -> str:
    if isinstance(value, core.Table):
        return f"a table of {len(value.rows)} rows, hit policy {value.hit_policy}"
    return texts.one_line(value.span.text)


def _table(old: core.Table, new: core.Table, names: Names) -> list[Edit]:
    if key(old, names) == key(new):
        mine, other = ([_row_text(row) for row in table.rows] for table in (old, new))
        if sorted(mine) == sorted(other) and mine != other:
            at = (texts.at(old), texts.at(new))
            return [
                Edit("rows", "in one order", "in another, which has no meaning", False, "", *at)
            ]
        return []
    found = []
    at = (texts.at(old), texts.at(new))
    if old.hit_policy != new.hit_policy:
        found.append(Edit("hit_policy", old.hit_policy, new.hit_policy, True, "", *at))
    found += _rows(old, new, names)
    if key(old.default, names) != key(new.default):
        said = [None if t.default is None else texts.operand(t.default) for t in (old, new)]
        found.append(edited("default", said, True, "", at))
    if value_key(old.ranking) != value_key(new.ranking):
        said = [texts.value(t.ranking) for t in (old, new)]
        found.append(edited("output.values", said, True, "", at))
    return found


def _rows(old: core.Table, new: core.Table, names: Names) -> list[Edit]:
    """Rows added, removed and changed, by their numbers; moved where order has a meaning."""

    def row_key(row: core.TableRow, of: Names) -> Hashable:
        return repr((key(row.condition, of), key(row.output, of)))

    mine = [row_key(row, names) for row in old.rows]
    other = [row_key(row, {}) for row in new.rows]
    if new.hit_policy not in ORDERED and old.hit_policy == new.hit_policy:
        gone = [i for i, row in enumerate(mine) if row not in other]
        come = [i for i, row in enumerate(other) if row not in mine]
        return list(_matched(old, new, gone, come))
    found: list[Edit] = []
    for tag, a, b, c, d in SequenceMatcher(None, mine, other, autojunk=False).get_opcodes():
        if tag != "equal":
            found += _matched(old, new, range(a, b), range(c, d))
    return found


def _matched(
    old: core.Table, new: core.Table, gone: Sequence[int], come: Sequence[int]
) -> Sequence[Edit]:
    found = []
    for n in range(max(len(gone), len(come))):
        one = old.rows[gone[n]] if n < len(gone) else None
        two = new.rows[come[n]] if n < len(come) else None
        number = (come[n] if two is not None else gone[n]) + 1
        said = [None if row is None else _row_text(row) for row in (one, two)]
        where = f"rules[{number}]"
        found.append(edited("row", said, True, where, (texts.at(one), texts.at(two))))
    return found


def _row_text(row: core.TableRow) -> str:
    return texts.one_line(row.span.text)


# scorecards and interests -----------------------------------------------------------------------


def _card(old: core.Scorecard | None, new: core.Scorecard | None, names: Names) -> list[Edit]:
    if old is None or new is None:
        only = new if old is None else old
        assert only is not None
        said = f"{len(only.items)} items: {', '.join(item.id for item in only.items)}"
        pair = (None, said) if old is None else (said, None)
        return [edited("items", pair, True, "", (texts.at(old), texts.at(new)))]
    found = []
    if old.title != new.title:
        found.append(Edit("title", old.title, new.title, False, "", texts.at(old), texts.at(new)))
    mine, other = ({item.id: item for item in card.items} for card in (old, new))
    for id_ in dict.fromkeys([*other, *mine]):
        found += _item(id_, mine.get(id_), other.get(id_), names)
    return found


def _item(
    id_: str, old: core.ScoreItem | None, new: core.ScoreItem | None, names: Names
) -> list[Edit]:
    at = (texts.at(old), texts.at(new))
    if old is None or new is None:
        said = [None if item is None else _points(item) for item in (old, new)]
        return [edited("item", said, True, id_, at)]
    found = []
    if key(old.points, names) != key(new.points):
        said = [texts.operand(item.points) for item in (old, new)]
        found.append(edited("points", said, True, id_, at))
    found += conditions.edits("when", old.when, new.when, names, id_)
    for name in ("title", "side", "aspect"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            found.append(Edit(name, before, after, False, id_, *at))
    return found


def _points(item: core.ScoreItem) -> str:
    return f"{texts.operand(item.points)} points when {texts.condition(item.when)}"


def _interests(
    old: Sequence[core.Interest], new: Sequence[core.Interest], names: Names
) -> list[Change]:
    """Interests by their element; of several of one element, by their order."""

    def numbered(interests: Sequence[core.Interest]) -> dict[str, core.Interest]:
        made: dict[str, core.Interest] = {}
        for interest in interests:
            count = sum(name.partition(" (")[0] == interest.element for name in made)
            made[f"{interest.element} ({count + 1})" if count else interest.element] = interest
        return made

    return _pairs("interest", numbered(old), numbered(new), {}, lambda a, b: _interest(a, b, names))


def _interest(old: core.Interest | None, new: core.Interest | None, names: Names) -> list[Edit]:
    at = (texts.at(old), texts.at(new))
    found = []
    for name in ("served", "conflict"):
        found += conditions.edits(name, getattr(old, name, None), getattr(new, name, None), names)
    for name in ("ours", "theirs"):
        before, after = getattr(old, name, None), getattr(new, name, None)
        if before != after:
            found.append(Edit(name, before, after, False, "", *at))
    return found


def parts_read(change: Change) -> frozenset[Name]:
    """What others read of a part that changed in meaning, by its new name."""
    kinds = {"parameter": "parameter", "definition": "definition", "table": "definition",
             "scorecard": "score", "term": "term"}  # fmt: skip
    kind = kinds.get(change.kind)
    return frozenset({(kind, change.id)}) if kind is not None else frozenset()
