"""`diff --prove`: how two policies compare for every deal there is, and how that is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from policyengine.cli.asking import say
from policyengine.cli.asking.deal import teller
from policyengine.cli.proving.agreeing import apart, both
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
}


def prove(old: Policy, new: Policy, asked: Question, stop: Callable[[], bool]) -> PolicyComparison:
    """Raises `UsageError` without a solver, or where no deal fits both schemas."""
    from policyengine.analysis.equivalence import compare_policies
    from policyengine.analysis.setting import At

    at = At(asked.as_of, asked.final, asked.assume, None)
    return compare_policies(old, new, at, stop=stop, tell=teller())


def page(found: PolicyComparison, style: Style) -> str:
    made = say.page_of(style)
    made.heading("For every deal there is")
    made.put(f"Verdicts: {said(found.verdict)}", hang=2)
    _witnesses(made, found.verdict, None)
    for name, each in differing(found).items():
        made.put(f"{name}: {said(each)}", hang=2)
        _witnesses(made, each, name)
    made.put(alike(found))
    for line in grounds(found):
        made.put((line, "dim"))
    say.limits(made, found.limits)
    return "\n" + made.text()


def said(of: Comparison) -> str:
    """A comparison as half a sentence."""
    if of.relation.value == "open":
        return f"open: {of.why}"
    word = _SAID[of.relation.value]
    if of.relation.value == "neither":
        return word
    return f"{word} ({'proved' if of.proved else 'not proved'})"


def differing(found: PolicyComparison) -> dict[str, Comparison]:
    """The rules that are not the same for every deal, or may not be, by id."""
    return {n: each for n, each in found.rules.items() if each.relation.value != "equivalent"}


def alike(found: PolicyComparison) -> str:
    same = len(found.rules) - len(differing(found))
    return f"{same} of {len(found.rules)} rules that both have object to the same deals."


def grounds(found: PolicyComparison) -> Iterator[str]:
    """Over what it was compared."""
    yield from apart(found.terms)
    yield from found.cover


def shown(of: Comparison, rule: str | None) -> Iterator[tuple[str, list[str]]]:
    """Deals that show a difference: how one fares, and its terms."""
    for lead, deal in (("worse", of.stricter), ("better", of.looser)):
        if deal is not None:
            yield f"a deal that fares {lead}: {_turned(deal, rule)}", _lines(deal)


def _witnesses(made: Page, of: Comparison, rule: str | None) -> None:
    for lead, lines in shown(of, rule):
        made.put(lead, indent=2, hang=4)
        for line in lines:
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
        "why_open": of.why,
        "stricter": None if of.stricter is None else both(of.stricter, names),
        "looser": None if of.looser is None else both(of.looser, names),
    }
