"""How an agreement is said: as sentences, as JSON, as the deal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from policyengine.cli.asking import edits, say
from policyengine.output import json, yaml

if TYPE_CHECKING:
    from policyengine.analysis.agreement import Agreement, RuledOut
    from policyengine.analysis.pair import Both, Compared
    from policyengine.engine import Policy, Terms
    from policyengine.output.text import Page, Style


def text(
    form: str,
    found: Agreement,
    sides: tuple[Policy, Policy],
    near: Terms | None,
    style: Style,
) -> str:
    if form == "json":
        return json.text(data(found)) + "\n"
    if form == "terms":
        assert found.deal is not None
        return yaml.text(found.deal.first.document)
    return page(found, sides, near, style)


def page(found: Agreement, sides: tuple[Policy, Policy], near: Terms | None, style: Style) -> str:
    made = say.page_of(style)
    if found.deal is not None:
        _deal(made, found.deal, sides, near)
    elif found.ruled_out is not None:
        _ruled_out(made, found.ruled_out, sides)
        claim = "Proved" if found.proved else "Not proved"
        made.put((f"{claim} for every deal within the bounds of both schemas.", "dim"))
        for each in found.cover:
            made.put((each, "dim"), indent=2)
    else:
        made.put(f"Open: {found.why}, before a deal was found or ruled out.")
    terms(made, found.terms)
    if not found.proved and found.deal is None:
        say.limits(made, found.limits)
    return made.text()


def _deal(made: Page, deal: Both, sides: tuple[Policy, Policy], near: Terms | None) -> None:
    for side, replay in zip(sides, (deal.first, deal.second), strict=True):
        say.verdict(made, f"{side.core.id}:", replay.verdict.value)
    made.blank()
    before = near.document if near is not None else {}
    changes = changed(before, deal.first.document)
    lead = "The terms:" if near is None else f"Changes to {near.name or 'the deal'}:"
    made.put(lead if changes else "Nothing has to change.")
    schema = sides[0].schema
    for path, value in changes.items():
        found = edits.edits(_at(before, path), value)
        if found:
            made.put(f"· {say.term(schema, path)}:", indent=2, hang=4)
            for line in edits.sentences(found):
                made.put(line, indent=4, hang=6)
        elif path in schema.terms:
            shown = say.value(schema, path, _held(value)) if value is not None else "leave it out"
            made.put(f"· {say.term(schema, path)}: {shown}", indent=2, hang=4)
        else:
            made.put(f"· {path}: {', '.join(value or ())}", indent=2, hang=4)


def _at(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = document.get(name) if isinstance(document, Mapping) else None
    return document


def _held(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def changed(before: Mapping[str, Any], after: Mapping[str, Any], head: str = "") -> dict[str, Any]:
    """What a document states otherwise than another, by path; None for what it leaves out."""
    made: dict[str, Any] = {}
    for key in dict.fromkeys((*before, *after)):
        path = f"{head}{key}"
        if path == "evidence":
            continue
        old, new = before.get(key), after.get(key)
        if isinstance(new, Mapping) or isinstance(old, Mapping):
            made |= changed(
                old if isinstance(old, Mapping) else {},
                new if isinstance(new, Mapping) else {},
                f"{path}.",
            )
        elif old != new:
            made[path] = new
    return made


def _ruled_out(made: Page, out: RuledOut, sides: tuple[Policy, Policy]) -> None:
    made.put(("No deal is accepted by both.", "bold"))
    made.put(
        "These cannot all be met:" if out.least else "Among these some cannot be met together:"
    )
    for side, names in zip(sides, (out.ours, out.theirs), strict=True):
        titles = {rule.id: rule.title for rule in side.core.rules}
        for name in names:
            made.put(f"· {side.core.id} {name}: {titles[name]}", indent=2, hang=4)
    schema = sides[0].schema
    for path in out.terms:
        made.put(f"· {say.term(schema, path)} stays as it is", indent=2, hang=4)
    fixed = [path for path in out.terms if schema.terms[path].fixed]
    if fixed:
        terms_ = say.joined(fixed, "and")
        made.put(f"The schema fixes {terms_}; `--unlock` lets a fixed term move.")


def terms(made: Page, found: Compared) -> None:
    """What the two schemas do not share."""
    for line in apart(found):
        made.put((line, "dim"))


def apart(found: Compared) -> Iterator[str]:
    """What the two schemas do not share, a sentence each."""
    if found.apart:
        yield f"Only one side has: {', '.join(found.apart)}; not stated."
    if found.reshaped:
        yield f"Of different shapes: {', '.join(found.reshaped)}; as both allow."


def data(found: Agreement) -> dict[str, Any]:
    """The whole answer as plain data."""
    out = found.ruled_out
    return {
        "schema_version": "1",
        "deal": None if found.deal is None else both(found.deal, ("ours", "theirs")),
        "ruled_out": None
        if out is None
        else {
            "ours": list(out.ours),
            "theirs": list(out.theirs),
            "terms": list(out.terms),
            "smallest": out.least,
            "proved": found.proved,
        },
        "terms_of_one_side": list(found.terms.apart),
        "terms_of_different_shapes": list(found.terms.reshaped),
        "open": found.why,
        "limits": list(found.limits),
        "cover": list(found.cover),
    }


def both(deal: Both, names: tuple[str, str]) -> dict[str, Any]:
    """A deal under two policies, as plain data."""
    return {
        "terms": deal.first.document,
        **{
            name: {
                "verdict": replay.verdict.value,
                "outcomes": {rule: o.value for rule, o in replay.outcomes.items()},
            }
            for name, replay in zip(names, (deal.first, deal.second), strict=True)
        },
    }
