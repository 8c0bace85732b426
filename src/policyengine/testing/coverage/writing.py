"""Found deals as a test file, for a person to review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from policyengine import nodes
from policyengine.engine import Policy, Terms
from policyengine.errors import PolicyEngineError
from policyengine.explain import of_term
from policyengine.formatting import format_text
from policyengine.source import Source, visible
from policyengine.testing.coverage.deals import Found
from policyengine.testing.coverage.measure import Gap
from policyengine.testing.coverage.reasons import headline
from policyengine.testing.documents import document_of, plain
from policyengine.values import jsontext

_HEAD = """\
# Cases that close gaps of coverage. What they expect is what the engine answers today, which
# nobody has said is right: review each, give it a name that says why, and move it.
"""


def test_file(policy: Policy, found: Iterable[tuple[Gap, Found]]) -> str:
    """A test file with a case for each found deal, in canonical form; gaps that one deal closes
    share a case."""
    by_deal: dict[str, tuple[Found, list[Gap]]] = {}
    for gap, one in found:
        case = one.start.case
        key = repr((one.document, case.final, case.assume, case.as_of))
        by_deal.setdefault(key, (one, []))[1].append(gap)
    if not by_deal:
        return f"{_HEAD}cases: []\n"
    base = _values(policy, next(iter(by_deal.values()))[0])
    lines = [_HEAD + f"base: {_flow(document_of(policy.schema, base))}", "", "cases:"]
    for one, gaps in by_deal.values():
        lines += _case(policy, one, gaps, base)
    return format_text(Source("<found>", "\n".join(lines) + "\n"), "test")


test_file.__test__ = False  # type: ignore[attr-defined]  # not a test, whatever its name


def _values(policy: Policy, found: Found) -> dict[str, Any]:
    """The values that the cases of the found deal's file start from."""
    base = found.start.base
    try:
        deal = Terms(nodes.plain(base), node=base, name=None, data=None).check(policy.schema)
        return dict(deal.values)
    except PolicyEngineError:
        return {}


def _case(policy: Policy, found: Found, gaps: list[Gap], base: Mapping[str, Any]) -> Iterable[str]:
    case = found.start.case
    deal = Terms(found.document, node=None, name=None, data=None)
    stated = deal.check(policy.schema).values
    over: dict[str, Any] = {path: None for path in base if path not in stated}
    terms = policy.schema.terms
    over |= {
        path: plain(of_term(value, terms.get(path)))
        for path, value in stated.items()
        if base.get(path) != value
    }
    decision = policy.evaluate(
        deal, as_of=case.as_of, final=case.final, assume=case.assume, engine="interpreter"
    )
    rules = dict.fromkeys(gap.point.owner for gap in gaps if gap.point.owner in decision.outcomes)
    expect: dict[str, Any] = {"verdict": decision.verdict.value}
    if rules:
        expect["outcomes"] = {rule: decision.outcomes[rule].value for rule in rules}
    else:
        scores = decision.scores
        if scores:
            expect["scores"] = {name: score.value for name, score in scores.items()}
    gap = gaps[0]
    name = f"review: {gap.point.owner} {headline(gap)} ({gap.point.text})"
    yield f"  - name: {_flow(name)}"
    for other in gaps[1:]:
        also = f"{other.point.owner} {headline(other)} ({other.point.text})"
        yield f"    # also: {visible(also)}"
    yield f"    terms: {_flow(over)}"
    if found.not_applicable:
        yield f"    not_applicable: {_flow(list(found.not_applicable))}"
    if case.as_of is not None:
        yield f"    as_of: {case.as_of}"
    if case.final:
        yield "    final: true"
    if not case.assume:
        yield "    assume: false"
    yield f"    expect: {_flow(expect)}  # the engine's answer; review"


def _flow(value: Any) -> str:
    """A value in flow style: JSON, which YAML contains."""
    return jsontext.dumps(value)
