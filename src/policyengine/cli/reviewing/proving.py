"""`diff --prove`: how two policies compare for every deal there is, and how that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policyengine.cli.asking import say
from policyengine.cli.asking.deal import teller
from policyengine.cli.proving.agreeing import both, terms
from policyengine.source import visible

if TYPE_CHECKING:
    from policyengine.analysis.equivalence import Comparison, PolicyComparison
    from policyengine.analysis.pair import Both
    from policyengine.engine import Policy
    from policyengine.output.text import Page, Style
    from policyengine.review.replay import Question

_SAID = {
    "equivalent": "the same for every deal",
    "stricter": "the new one is stricter: no deal fares better, some fare worse",
    "looser": "the new one is looser: no deal fares worse, some fare better",
    "neither": "some deals fare worse under the new one, some better",
    "open": "open: the limit was reached before it was settled",
}


def prove(old: Policy, new: Policy, asked: Question) -> PolicyComparison:
    """Raises `UsageError` without a solver, or where no deal fits both schemas."""
    from policyengine.analysis.equivalence import compare_policies
    from policyengine.analysis.setting import At

    at = At(asked.as_of, asked.final, asked.assume, None)
    return compare_policies(old, new, at, tell=teller())


def page(found: PolicyComparison, style: Style) -> str:
    made = say.page_of(style)
    made.heading("For every deal there is")
    made.put(f"Verdicts: {_said(found.verdict)}", hang=2)
    _witnesses(made, found.verdict)
    changed = {n: c for n, c in found.rules.items() if c.relation.value != "equivalent"}
    for name, each in changed.items():
        made.put(f"{name}: {_said(each)}", hang=2)
        _witnesses(made, each, rule=name)
    same = len(found.rules) - len(changed)
    made.put(f"{same} of {len(found.rules)} rules that both have object to the same deals.")
    terms(made, found.terms)
    for length in found.cover:
        made.put((length, "dim"))
    say.limits(made, found.limits)
    return "\n" + made.text()


def _said(of: Comparison) -> str:
    word = _SAID[of.relation.value]
    if of.relation.value in ("neither", "open"):
        return word
    return f"{word} ({'proved' if of.proved else 'not proved'})"


def _witnesses(made: Page, of: Comparison, rule: str | None = None) -> None:
    for lead, deal in (("worse", of.stricter), ("better", of.looser)):
        if deal is None:
            continue
        made.put(f"a deal that fares {lead}: {_turned(deal, rule)}", indent=2, hang=4)
        for line in _lines(deal):
            made.put((line, "dim"), indent=4, hang=6)


def _turned(deal: Both, rule: str | None) -> str:
    if rule is None:
        return f"{deal.first.verdict.value} → {deal.second.verdict.value}"
    return f"{deal.first.outcomes[rule].value} → {deal.second.outcomes[rule].value}"


def _lines(deal: Both) -> list[str]:
    from policyengine.cli.proving.agreeing import changed
    from policyengine.values import jsontext

    stated = changed({}, deal.first.document)
    return [f"{path}: {visible(jsontext.dumps(say.data(v)))}" for path, v in stated.items()]


def data(found: PolicyComparison) -> dict[str, Any]:
    """The comparison as plain data."""
    return {
        "verdict": _comparison(found.verdict),
        "rules": {name: _comparison(each) for name, each in found.rules.items()},
        "added": list(found.added),
        "removed": list(found.removed),
        "changed_levels": list(found.changed_levels),
        "terms_of_one_side": list(found.terms.apart),
        "terms_of_different_shapes": list(found.terms.reshaped),
        "limits": list(found.limits),
        "cover": list(found.cover),
    }


def _comparison(of: Comparison) -> dict[str, Any]:
    names = ("old", "new")
    return {
        "relation": of.relation.value,
        "proved": of.proved,
        "open": list(of.open),
        "stricter": None if of.stricter is None else both(of.stricter, names),
        "looser": None if of.looser is None else both(of.looser, names),
    }
