"""Two conditions leaf by leaf: which tests came, went and changed, and in which group."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine import core
from policyengine.core import Expr
from policyengine.review import texts
from policyengine.review.meaning import Names, key
from policyengine.review.model import Edit, edited


def edits(
    part: str, before: Expr | None, after: Expr | None, names: Names, where: str = ""
) -> list[Edit]:
    """The differences of a condition; none in meaning gives at most one, in words."""
    if before is None and after is None:
        return []
    if before is None or after is None:
        return [_whole(part, where, before, after)]
    if key(before, names) == key(after):
        old, new = texts.condition(before), texts.condition(after)
        if old == new:
            return []
        return [Edit(part, old, new, False, where, texts.at(before), texts.at(after))]
    return _differing(part, where, before, after, names)


def _whole(part: str, where: str, before: Expr | None, after: Expr | None) -> Edit:
    return Edit(
        part,
        None if before is None else texts.condition(before),
        None if after is None else texts.condition(after),
        True,
        where,
        texts.at(before),
        texts.at(after),
    )


def _differing(part: str, where: str, before: Expr, after: Expr, names: Names) -> list[Edit]:
    """The differences of two conditions that do not mean the same."""
    (kind, old), (other, new) = texts.parts(before), texts.parts(after)
    if kind != other:
        # a test that became one of several, or the other way round
        if "leaf" in (kind, other) and {kind, other} & {"all", "any"}:
            group = other if kind == "leaf" else kind
            alone = before if kind == "leaf" else after
            members = new if kind == "leaf" else old
            if any(_near(alone, member, names) for member in members):
                mine, theirs = (old or (before,)), (new or (after,))
                return _parts(part, where, group, mine, theirs, names)
        return [_whole(part, where, before, after)]
    if kind == "leaf":
        return [_whole(part, where, before, after)]
    found = []
    if isinstance(before, core.AtLeast) and isinstance(after, core.AtLeast):
        if before.count != after.count:
            counts = (str(before.count), str(after.count))
            at = (texts.at(before), texts.at(after))
            found.append(edited(part, counts, True, _below(where, "some_of.at_least"), at))
    if kind == "not":
        return [*found, *edits(part, old[0], new[0], names, _below(where, "not"))]
    return [*found, *_parts(part, where, kind, old, new, names)]


def _parts(
    part: str, where: str, kind: str, old: Sequence[Expr], new: Sequence[Expr], names: Names
) -> list[Edit]:
    """The differences of the parts of one group: equal ones stand for each other, then those
    about the same thing, then groups of a kind, then what is alone on both sides."""
    mine, other = list(enumerate(old, 1)), list(enumerate(new, 1))
    pairs: list[tuple[tuple[int, Expr], tuple[int, Expr]]] = []

    def match(same: object) -> None:
        for one in list(mine):
            for two in other:
                if same(one[1], two[1]):  # type: ignore[operator]
                    pairs.append((one, two))
                    mine.remove(one)
                    other.remove(two)
                    break

    match(lambda a, b: key(a, names) == key(b))
    match(lambda a, b: _about(a) is not None and _about(a) == _about(b))
    match(lambda a, b: texts.parts(a)[0] == texts.parts(b)[0] != "leaf")
    if len(mine) == len(other) == 1:
        pairs.append((mine.pop(), other.pop()))
    found: list[tuple[int, Edit]] = []
    for (_, one), (number, two) in pairs:
        inner = _below(where, f"{kind}[{number}]")
        found += [(number, edit) for edit in edits(part, one, two, names, inner)]
    for number, one in mine:
        found.append((number, _whole(part, _below(where, kind), one, None)))
    for number, two in other:
        found.append((number, _whole(part, _below(where, kind), None, two)))
    return [edit for _, edit in sorted(found, key=lambda pair: pair[0])]


def _near(one: Expr, other: Expr, names: Names) -> bool:
    return key(one, names) == key(other) or (
        _about(one) is not None and _about(one) == _about(other)
    )


def _about(expr: Expr) -> str | None:
    """What a test is about: the term it begins with; None for groups and expressions."""
    if not isinstance(expr, core.Leaf) or expr.subject is None:
        return None
    return texts.operand(expr.subject)


def _below(where: str, step: str) -> str:
    return f"{where}.{step}" if where else step
