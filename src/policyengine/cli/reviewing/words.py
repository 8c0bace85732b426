"""Changes as sentences: shared by the page, markdown, html and reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from policyengine.decision import Location, Outcome, Verdict
from policyengine.decision.wording import NO_WORDS
from policyengine.errors import Diagnostic
from policyengine.output import words
from policyengine.output.text import count
from policyengine.review import texts
from policyengine.review.model import Change, Edit, PolicyDiff
from policyengine.review.replay import Flip, Met, Replay, Replayed, Told

_LISTED = 20


def edit(one: Edit) -> tuple[str, str]:
    """What of a part changed, and how: `forbid.all[2]`, `x at_least 50 → 45`."""
    where = ".".join(filter(None, (one.part, one.where)))
    if one.part in ("value", "item", "row", "points", "when", "field", "x-labels") and one.where:
        where = f"{one.part} {one.where}"
    if one.before is None:
        return where, f"added: {one.after}" if one.after is not None else "added"
    if one.after is None:
        return where, f"removed: {one.before}"
    return where, str(texts.shift(one.before, one.after))


def status(change: Change) -> str:
    if change.status == "renamed":
        return f"renamed from {change.old_id}"
    return change.status


def rules(change: Change) -> str:
    """Which rules a change of something else moves."""
    return f"changes {listed(change.rules)}" if change.rules else ""


def listed(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - _LISTED} more" if len(every) > _LISTED else ""
    return ", ".join(every[:_LISTED]) + more


def place(where: Location | None) -> str:
    return f"{where.file}:{where.line}" if where is not None else ""


def places(before: Location | None, after: Location | None) -> str:
    return " → ".join(filter(None, (place(before), place(after))))


def verdict(found: Verdict | None) -> str:
    return found.value if found is not None else "no verdict"


def deal(row: Replayed) -> str:
    return row.source + (f":{row.line}" if row.line is not None else "")


def outcome(told: Told) -> str:
    return told.outcome.value if told.outcome is not None else "no such rule"


def message(told: Told) -> str:
    """Why, where there is more to say than that a rule holds."""
    return "" if told.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE) else told.message


def met(one: Met) -> str:
    """`Loan: 12 years, is more than 10 years`: what is so, which a rule may ask for or forbid."""
    use = one.use
    unit, labels = (use.unit, use.words) if use is not None else (None, NO_WORDS)
    assumed = " (assumed)" if one.assumed else ""
    if not one.subject:
        held = {True: "is true", False: "is false", None: "is not settled"}[one.value]
        reads = (f"{path} {words.value(value)}" for path, value in one.reads)
        return f"{one.text}: {', '.join(reads)}{assumed}, {held}"
    about = words.subject(one.text) or one.text.partition(" ")[0]
    name = words.name(about, use.label if use is not None else None)
    fact = words.phrase(
        one.text,
        one.value is not False,
        unit,
        listed=isinstance(one.actual, list | tuple),
        labels=labels,
        codes=False,
    )
    actual = words.value(one.actual, unit, labels)
    if fact is None:
        fact = {True: "is true", False: "is false", None: "is not settled"}[one.value]
        return f"{one.text}: {actual}{assumed}, {fact}"
    fact = words.as_fact(fact)
    said = fact if one.value is not None else f"so whether it {fact} is open"
    return f"{name}: {actual}{assumed}, {said}"


def summary(found: PolicyDiff) -> str:
    """One sentence: how much changed."""
    rules = found.rules()
    kinds = Counter(c.kind for c in found.changes if c.kind != "rule" and c.meaning)
    word = sum(not c.meaning for c in found.changes)
    said = []
    if rules:
        said.append(f"{count(len(rules), 'rule means', 'rules mean')} something else")
    if kinds:
        said.append(f"changed: {', '.join(count(n, kind) for kind, n in kinds.items())}")
    if word:
        said.append(f"only in words: {count(word, 'part')}")
    return "; ".join(said) if said else "nothing changed"


def replayed(replay: Replay) -> str:
    """One sentence: what became of the deals."""
    counts = replay.counts
    said = [
        f"{count(counts['verdict'], 'verdict')} {'flips' if counts['verdict'] == 1 else 'flip'}"
    ]
    if counts["outcome"]:
        said.append(f"{count(counts['outcome'], 'deal')} with other outcomes only")
    said.append(f"{counts['unchanged']} unchanged")
    if counts["unreadable"]:
        said.append(f"{counts['unreadable']} could not be read")
    return f"{count(replay.total, 'deal')}: {', '.join(said)}"


def why(row: Replayed) -> tuple[Diagnostic, ...]:
    """Why there is no verdict, on the side that has none."""
    return row.errors_after if row.after is None else row.errors_before


def error(found: Diagnostic) -> str:
    """A diagnostic in a line: what it shows of the document is in the document."""
    return "; ".join(line.strip() for line in found.render(with_snippet=False).splitlines())


def ordered(flips: Iterable[Flip]) -> list[Flip]:
    """Those that can move the verdict first, the gravest first."""
    levels = ("mandatory", "negotiable", "advisory")
    return sorted(flips, key=lambda flip: levels.index(flip.level.value))
