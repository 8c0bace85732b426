"""Two sets of rules: which came, went, were renamed or moved, and what of each changed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Any

from policyengine import core
from policyengine.core import Expr
from policyengine.review import conditions, texts
from policyengine.review.meaning import Names, key
from policyengine.review.model import Change, Edit, edited


def exprs(rule: core.Rule) -> tuple[Expr | None, ...]:
    """What decides a rule."""
    return rule.requirement, rule.applies, rule.unless


def rule_key(rule: core.Rule, names: Names) -> tuple[Any, ...]:
    """Equal for rules that give every deal the same outcome, at the same level."""
    found = (key(expr, names) for expr in exprs(rule))
    return (rule.level, *found, rule.effective_from, rule.effective_until)


def renamed(old: Sequence[core.Rule], new: Sequence[core.Rule], names: Names) -> Mapping[str, str]:
    """The new ids of rules that were renamed, by their old ones: same meaning, and where
    several have it, the same title first, then the same order."""
    mine, theirs = {rule.id for rule in old}, {rule.id for rule in new}
    gone = [(rule, rule_key(rule, names)) for rule in old if rule.id not in theirs]
    come = [(rule, rule_key(rule, {})) for rule in new if rule.id not in mine]
    found: dict[str, str] = {}
    for by_title in (True, False):
        for one, meaning in gone:
            for two, other in come:
                fits = meaning == other and (not by_title or one.title == two.title)
                if fits and one.id not in found and two.id not in found.values():
                    found[one.id] = two.id
    return found


def changes(
    old: Sequence[core.Rule],
    new: Sequence[core.Rule],
    names: Names,
    ids: Mapping[str, str],
    files: tuple[str, str],
) -> list[Change]:
    """The rules that differ, in the order of the new policy, those removed at the end.

    `ids` are those of `renamed`, `files` the manifests of the policies.
    """
    before = {ids.get(rule.id, rule.id): rule for rule in old}
    kept = {rule.id for rule in new}
    stray = _strays([i for i in before if i in kept], [rule.id for rule in new])
    follows = {
        side: dict(zip(order, ["the beginning", *(f"after {i}" for i in order)], strict=False))
        for side, order in enumerate(([*before], [rule.id for rule in new]))
    }
    found = []
    for rule in new:
        was = before.get(rule.id)
        if was is None:
            found.append(_lone(rule, "added"))
            continue
        made = _edits(was, rule, names)
        place = (relative(was, files[0]), relative(rule, files[1]))
        at = (texts.at(was), texts.at(rule))
        # a policy in one file may lie in another by now
        within = was.span.file == files[0] and rule.span.file == files[1]
        if place[0] != place[1] and not within:
            made.append(edited("file", place, False, "", at))
        elif rule.id in stray:
            made.append(Edit("place", follows[0][rule.id], follows[1][rule.id], False, "", *at))
        if made or was.id != rule.id:
            found.append(
                Change(
                    "rule",
                    rule.id,
                    "renamed" if was.id != rule.id else "changed",
                    any(edit.meaning for edit in made),
                    rule.title,
                    rule.level,
                    was.id if was.id != rule.id else None,
                    tuple(made),
                    (),
                    *at,
                )
            )
    gone = [rule for id_, rule in before.items() if id_ not in kept]
    return [*found, *(_lone(rule, "removed") for rule in gone)]


def _lone(rule: core.Rule, status: str) -> Change:
    """A rule that only one side has: what it says stands in for what changed."""
    added = status == "added"
    at = texts.at(rule)

    def said(part: str, text: str | None) -> Edit | None:
        if text is None:
            return None
        pair = (None, text) if added else (text, None)
        return edited(part, pair, True, "", (None, at) if added else (at, None))

    told = (
        said("level", rule.level),
        said(rule.form, texts.condition(rule.condition)),
        said("applies", _maybe(rule.applies)),
        said("unless", _maybe(rule.unless)),
        said("effective", _effective(rule)),
    )
    return Change(
        "rule",
        rule.id,
        status,
        True,
        rule.title,
        rule.level,
        edits=tuple(one for one in told if one is not None),
        before_at=None if added else at,
        after_at=at if added else None,
    )


def _edits(old: core.Rule, new: core.Rule, names: Names) -> list[Edit]:
    at = (texts.at(old), texts.at(new))
    found: list[Edit] = []

    def plain(part: str, of: Callable[[core.Rule], str | None], meaning: bool = False) -> None:
        pair = (of(old), of(new))
        if pair[0] != pair[1]:
            found.append(edited(part, pair, meaning, "", at))

    plain("level", lambda rule: rule.level, True)
    same = key(old.requirement, names) == key(new.requirement)
    if old.form == new.form:
        found += conditions.edits(new.form, old.condition, new.condition, names)
    else:
        plain("condition", lambda r: f"{r.form}: {texts.condition(r.condition)}", not same)
    found += conditions.edits("applies", old.applies, new.applies, names)
    found += conditions.edits("unless", old.unless, new.unless, names)
    plain("effective", _effective, True)
    plain("title", lambda rule: rule.title)
    plain("because", lambda rule: texts.template(rule.because))
    plain("ask", lambda rule: texts.template(rule.ask))
    for name in ("ref", "quote", "file"):
        plain(f"source.{name}", partial(_source, name))
    plain("tags", lambda rule: texts.value(rule.tags) if rule.tags else None)
    for name in ("focus", "action", "expected"):
        plain(name, attrgetter(name))
    for name in ("say", "open", "ask"):
        plain(f"public.{name}", partial(_public, name))
    return found


def _source(name: str, rule: core.Rule) -> str | None:
    found: str | None = getattr(rule.source, name, None)
    return found


def _public(name: str, rule: core.Rule) -> str | None:
    return texts.template(getattr(rule.public, name, None))


def _maybe(expr: Expr | None) -> str | None:
    return None if expr is None else texts.condition(expr)


def _effective(rule: core.Rule) -> str | None:
    start, until = rule.effective_from, rule.effective_until
    said = [f"from {start}" if start else "", f"until {until}" if until else ""]
    return " ".join(filter(None, said)) or None


def relative(part: core.Rule, manifest: str) -> str:
    """The file of a rule within the folder of its policy's manifest."""
    return part.span.file.removeprefix(f"{manifest.rpartition('/')[0]}/")


def _strays(old: Sequence[str], new: Iterable[str]) -> set[str]:
    """The fewest of the names in both lists without which these have one order."""
    number = {name: n for n, name in enumerate(old)}
    order = [name for name in new if name in number]
    tails: list[int] = []  # the least end of a rising run, by its length
    ends: list[str] = []
    before: dict[str, str | None] = {}
    for name in order:
        at = bisect_left(tails, number[name])
        tails[at:], ends[at:] = [number[name], *tails[at + 1 :]], [name, *ends[at + 1 :]]
        before[name] = ends[at - 1] if at else None
    kept: set[str] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return set(order) - kept
