"""What would have to change in a deal, as points: values met, values wanted, where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policyengine.decision import Decision, Location, Missing, Reason, TermUse
from policyengine.decision.wording import NO_WORDS
from policyengine.output import words
from policyengine.output.brief import Point
from policyengine.output.fixes import Fix, enough, fixes, group_of, silent
from policyengine.values.record import Record


class Labels(Record):
    """People's words for terms, by path, from anywhere in a decision."""

    by_path: Mapping[str, str]

    @classmethod
    def of(cls, decision: Decision) -> Labels:
        found: dict[str, str] = {}
        for reason in decision.reasons:
            found.update((use.path, use.label) for use in reason.terms if use.label)
        found.update((term.path, term.label) for term in decision.missing if term.label)
        found.update((term.path, term.label) for term in decision.assumed if term.label)
        found.update((term.path, term.label) for term in decision.unread if term.label)
        return cls(found)

    def name(self, path: str) -> str:
        return self.by_path.get(path) or path


def place(where: Location) -> str:
    """`file:line`."""
    return f"{where.file}:{where.line}"


def to_state(tree: Missing, labels: Labels) -> Point:
    """`State …`: one term, or a group with how many of it are enough."""
    if tree.path is not None:
        name = labels.name(tree.path)
        return Point(f"State: {name}", notes=(tree.path,) if name != tree.path else ())
    said = enough(group_of(tree), len(tree.parts), tree.at_least or 1)
    return Point(
        f"State what is missing; {said}", parts=tuple(_state(p, labels) for p in tree.parts)
    )


def _state(tree: Missing, labels: Labels) -> Point:
    if tree.path is not None:
        name = labels.name(tree.path)
        return Point(name, notes=(tree.path,) if name != tree.path else ())
    said = enough(group_of(tree), len(tree.parts), tree.at_least or 1)
    return Point(f"{said}:", parts=tuple(_state(part, labels) for part in tree.parts))


def changes(reason: Reason, labels: Labels) -> Iterator[Point]:
    """The values a broken rule met against what they should be, and its exception."""
    uses = {use.path: use for use in reason.terms}
    wanted = reason.form != "forbid"
    fix = fixes(reason.conditions, wanted) if reason.conditions is not None else None
    if fix is not None:
        yield _change(fix, uses, labels)
    exception = fixes(reason.unless, True) if reason.unless is not None else None
    if exception is not None:
        inner = _change(exception, uses, labels)
        yield Point("The exception that would lift it does not hold:", parts=(inner,))


def _change(fix: Fix, uses: Mapping[str, TermUse], labels: Labels) -> Point:
    if fix.leaf is None:
        parts = tuple(_change(part, uses, labels) for part in fix.parts)
        return Point(f"{enough(fix.kind, len(fix.parts), fix.count)}:", parts=parts)
    leaf, text = fix.leaf, fix.leaf.text or ""
    about = words.subject(text)
    use = uses.get(about) if about else None
    unit = use.unit if use else None
    actual = leaf.actual if leaf.actual is not None or use is None else use.value
    known = use.words if use else NO_WORDS
    said = words.phrase(
        text, fix.wanted, unit, listed=isinstance(actual, list | tuple), labels=known
    )
    waits = silent(leaf)
    notes: list[str] = []
    for path in leaf.paths:
        notes += _notes(path, uses.get(path), alone=path == about, waits=waits)
    if leaf.location is not None:
        notes.append(f"rule {place(leaf.location)}")
    if about is None or said is None:
        verb = "must hold" if fix.wanted else "must not hold"
        return Point(verb, text, notes=tuple(notes))
    return Point(labels.name(about), words.value(actual, unit, known), said, tuple(notes))


def _notes(path: str, use: TermUse | None, *, alone: bool, waits: bool) -> Iterator[str]:
    """Where a term stands in the deal, and what to think of it."""
    if use is None or not (use.stated or use.assumed):
        said_so = not alone and (waits or use is not None)
        yield f"{path}, not stated" if said_so else path
        return
    said = path if alone else f"{path} = {words.value(use.value, use.unit, use.words)}"
    if use.assumed:
        said += ", assumed: the deal is silent"
    elif use.location is not None:
        said += f", deal {place(use.location)}"
    yield said
    if use.evidence and use.evidence.get("confidence") == "low":
        yield f"low-confidence evidence: {use.evidence.get('source') or 'no source given'}"
