"""How a path to yes is written: as sentences, a table, JSON, a JSON Patch, a new document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from policyengine.cli.asking import edits, say
from policyengine.output import json, words, yaml
from policyengine.schema import TermsSchema
from policyengine.source import columns, quoted

if TYPE_CHECKING:
    from policyengine.analysis.blocked import Obstacle
    from policyengine.analysis.counter import Change, Counter, Proposal
    from policyengine.analysis.spread import Spread
    from policyengine.decision import Score
    from policyengine.output.text import Page, Style

FORMATS = ("pretty", "table", "json", "patch", "terms")


def page(found: Counter, schema: TermsSchema, style: Style) -> str:
    """Sentences, for whoever sits at the table."""
    made = say.page_of(style)
    say.verdict(made, "Now:", found.verdict.value)
    if not found.proposals:
        made.blank()
        _without(made, found, schema)
    for number, proposal in enumerate(found.proposals, start=1):
        made.heading(f"Proposal {number} of {len(found.proposals)}")
        say.verdict(made, "With these changes:", proposal.verdict.value)
        for change in proposal.changes:
            made.put((f"· {_sentence(change, schema)}", ""), indent=2, hang=4)
            for line in edits.sentences(edits.edits(change.before, change.after) or ()):
                made.put(line, indent=4, hang=6)
            more = _also(change, schema)
            if more:
                made.put((more, "dim"), indent=4)
        _scores(made, proposal)
        made.put((_claim(proposal, number), "dim"), indent=2)
    if found.listed and not found.reached:
        made.blank()
        names = say.joined([say.term(schema, path) for path in found.listed], "and")
        made.put(
            f"Held as the deal lists it, not applicable: {names}. `--unlock` lets it be stated."
        )
    say.limits(made, found.limits)
    say.cut_off(made, found.cut)
    return made.text()


def _without(made: Page, found: Counter, schema: TermsSchema) -> None:
    if found.reached:
        made.put("Nothing has to change.")
    elif found.blocked is None:
        if found.cut is None:
            made.put("No path was found, and the solver does not say why.")
    else:
        what = "was found that reaches" if found.limits else "of the terms that may move reaches"
        made.put((f"No change {what} this.", "bold"))
        for obstacle in found.blocked.obstacles:
            _obstacle(made, obstacle, schema)
        if len(found.blocked.obstacles) > 1:
            made.put(("Each of these alone is enough to rule a path out.", "dim"), indent=2)
        if found.blocked.free is not None:
            names = [say.term(schema, path) for path in found.blocked.free]
            made.put(f"There would be a path if {say.joined(names, 'and')} could move.", indent=2)


def _obstacle(made: Page, obstacle: Obstacle, schema: TermsSchema) -> None:
    asks = [*obstacle.rules, *(quoted(text, 200) for text in obstacle.kept)]
    rules = say.joined(asks, "and")
    can = "cannot be met" if len(asks) == 1 else "cannot all be met"
    lead = f"{rules} {can}" if rules else "No rule applies"
    if not obstacle.terms:
        made.put(f"{lead}, whatever the terms.", indent=2, hang=4)
        return
    stays = (
        "this term stays as it is" if len(obstacle.terms) == 1 else "these terms stay as they are"
    )
    made.put(f"{lead} while {stays}:", indent=2, hang=4)
    for path in obstacle.terms:
        made.put(f"· {say.term(schema, path)}", indent=4, hang=6)


def _sentence(change: Change, schema: TermsSchema) -> str:
    name = say.term(schema, change.path)
    after = say.value(schema, change.path, change.after)
    if change.before is not None:
        place = say.where(change.span)
        at = f" ({place})" if place else ""
        if edits.edits(change.before, change.after):
            return f"{name}{at}:"
        return f"{name}: {after} instead of {say.value(schema, change.path, change.before)}{at}"
    if change.listed:
        return f"{name}: state {after}; the deal lists it as not applicable"
    if _any_will_do(change, schema):
        read = ", as silence is read" if change.after == change.assumed else ""
        return f"{name}: to be stated; whatever it says will do; written as {after}{read}"
    if change.assumed is None:
        return f"{name}: state {after}; the deal does not say"
    silence = say.value(schema, change.path, change.assumed)
    if silence == after:
        return f"{name}: state {after}; silence is read so, but a rule wants it said"
    return f"{name}: state {after}; silence is read as {silence}"


def _any_will_do(change: Change, schema: TermsSchema) -> bool:
    shape = schema.terms[change.path].shape
    count = 2 if shape.type.kind == "boolean" else len(shape.enum or ())
    return count > 1 and len(change.spread.options) == count - 1


def _also(change: Change, schema: TermsSchema) -> str:
    """What else would do, all else as proposed."""
    spread = change.spread
    if _any_will_do(change, schema):
        return ""
    if spread.options:
        options = [say.value(schema, change.path, option) for option in spread.options]
        return f"{say.joined(options)} would do as well"
    ends = _ends(spread, change, schema)
    return f"{ends} would do" if ends else ""


def _ends(spread: Spread, change: Change, schema: TermsSchema) -> str:
    if spread.low is None and spread.high is None:
        return ""
    return say.anything(schema, change.path, spread)


def _scores(made: Page, proposal: Proposal) -> None:
    """What becomes of the scorecards that come out otherwise."""
    changed = [each for each in proposal.scores if each.changed]
    if not changed:
        return
    made.put("Scores, before and after:", indent=2)
    for each in changed:
        name = f"{words.name(each.id, each.title)} ({each.id})" if each.title else each.id
        made.put(f"· {name}: {_range(each.before)} → {_range(each.after)}", indent=2, hang=4)


def _range(score: Score) -> str:
    if score.value is not None:
        return words.quantity(score.value)
    return f"{words.quantity(score.low)} to {words.quantity(score.high)}"


def _score(score: Score) -> dict[str, Any]:
    return {"value": score.value, "low": score.low, "high": score.high}


def _claim(proposal: Proposal, number: int) -> str:
    count = len(proposal.changes)
    but = "" if number == 1 else "but for what is proposed above, "
    fewer = "something has to change" if count == 1 else f"{but}fewer than {count} terms do not do"
    if proposal.fewest and proposal.nearest:
        return (f"Proved: {fewer}, and, in the steps that numbers move in, no other values "
                "of as many terms are nearer.")  # fmt: skip
    if proposal.fewest:
        return f"Proved: {fewer}. That no other values are nearer is not proved."
    return "The best found; that there is no smaller change is not proved."


def table(found: Counter, schema: TermsSchema, style: Style) -> str:
    """One line a change, in columns."""
    rows = [("proposal", "term", "now", "proposed", "would do as well")]
    for number, proposal in enumerate(found.proposals, start=1):
        for change in proposal.changes:
            before = change.before if change.before is not None else change.assumed
            now = say.value(schema, change.path, before)
            if change.before is None and change.assumed is not None:
                now += " (assumed)"
            found_ = edits.edits(change.before, change.after)
            after = "; ".join(edits.sentences(found_ or ()))
            after = after or say.value(schema, change.path, change.after)
            also = _also(change, schema).removesuffix(" would do as well").removesuffix(" would do")
            rows.append((str(number), change.path, now, after, also))
    widths = [max(columns(row[n]) for row in rows) for n in range(4)]
    made = say.page_of(style)
    for row in rows:
        cells = [cell + " " * (w - columns(cell)) for cell, w in zip(row, widths, strict=False)]
        made.put_raw("  ".join([*cells, row[4]]).rstrip(), "" if row is not rows[0] else "bold")
    if not found.proposals:
        made.lines.clear()
        _without(made, found, schema)
    return made.text()


def data(found: Counter, deal: Mapping[str, Any]) -> dict[str, Any]:
    """The whole answer as plain data."""
    blocked = found.blocked
    return {
        "schema_version": "1",
        "verdict": found.verdict.value,
        "target": found.target,
        "reached": found.reached,
        "proposals": [_proposal(each, deal) for each in found.proposals],
        "blocked": None
        if blocked is None
        else {
            "obstacles": [
                {
                    "terms": list(each.terms),
                    "rules": list(each.rules),
                    "kept": list(each.kept),
                    "smallest": each.smallest,
                }
                for each in blocked.obstacles
            ],
            "free": None if blocked.free is None else list(blocked.free),
        },
        "listed": list(found.listed),
        "limits": list(found.limits),
        "timed_out": found.timed_out,
        "cut_off": found.cut,
    }


def _proposal(proposal: Proposal, deal: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "verdict": proposal.verdict.value,
        "changes": [
            {
                "path": change.path,
                "before": say.data(change.before),
                "not_applicable": change.listed,
                "assumed": say.data(change.assumed),
                "after": say.data(change.after),
                "options": [say.data(option) for option in change.spread.options],
                "low": say.data(change.spread.low),
                "high": say.data(change.spread.high),
                "open_low": change.spread.open_low,
                "open_high": change.spread.open_high,
                "location": say.location(change.span),
            }
            for change in proposal.changes
        ],
        "fewest": proposal.fewest,
        "nearest": proposal.nearest,
        "distance": proposal.distance,
        "scores": {
            each.id: {"before": _score(each.before), "after": _score(each.after)}
            for each in proposal.scores
        },
        "outcomes": {rule: outcome.value for rule, outcome in proposal.outcomes.items()},
        "patch": patch(proposal, deal),
    }


def patch(proposal: Proposal, deal: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A proposal as JSON Patch (RFC 6902): groups that are missing are added first; of lists of
    objects the elements that are touched."""
    made: list[dict[str, Any]] = []
    added: set[tuple[str, ...]] = set()
    for change in proposal.changes:
        parts = tuple(change.path.split("."))
        place: Any = deal
        for depth, part in enumerate(parts[:-1], start=1):
            place = place.get(part) if isinstance(place, Mapping) else None
            if place is None and parts[:depth] not in added:
                added.add(parts[:depth])
                made.append({"op": "add", "path": _pointer(parts[:depth]), "value": {}})
        there = isinstance(place, Mapping) and parts[-1] in place
        found = edits.edits(change.before, change.after) if there else None
        if found is not None:
            made += edits.patch(found, _pointer(parts), place[parts[-1]])
            continue
        made.append(
            {
                "op": "replace" if there else "add",
                "path": _pointer(parts),
                "value": say.data(change.after),
            }
        )
    listed = proposal.document.get("not_applicable")
    if "not_applicable" in deal and listed != list(deal["not_applicable"]):
        made.append({"op": "remove", "path": "/not_applicable"})
        if listed:
            made.append({"op": "add", "path": "/not_applicable", "value": listed})
    return made


def _pointer(parts: tuple[str, ...]) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def text_of(name: str, found: Counter, schema: TermsSchema, deal: Mapping[str, Any],
            chosen: int, style: Style) -> str:  # fmt: skip
    """The answer in one of `FORMATS`; `chosen` is the proposal that `patch` and `terms` are of."""
    if name == "pretty":
        return page(found, schema, style)
    if name == "table":
        return table(found, schema, style)
    if name == "json":
        return json.text(data(found, deal)) + "\n"
    proposal = found.proposals[chosen]
    if name == "patch":
        return json.text(patch(proposal, deal)) + "\n"
    return yaml.text(say.data(proposal.document))
