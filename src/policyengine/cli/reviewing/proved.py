"""What `diff --prove` found, for other readers: a section of a page, and checks of a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from policyengine.cli.reviewing import proving
from policyengine.errors import Severity
from policyengine.output.brief import Entry, Point, Section
from policyengine.output.report import Check, Place, Status

if TYPE_CHECKING:
    from policyengine.analysis.equivalence import Comparison, PolicyComparison

_TITLE = "For every deal there is"
_TONES = {"equivalent": "good", "open": "open"}


def section(found: PolicyComparison) -> Section:
    """The verdict and each rule that is not the same, with deals that show it; what was proved
    over what, below."""
    apart = proving.differing(found)
    entries = [_entry("Verdicts", found.verdict, None)]
    entries += [_entry(name, each, name) for name, each in apart.items()]
    points = [Point(line) for line in proving.grounds(found)]
    if found.limits:
        parts = tuple(map(Point, found.limits))
        points.append(Point("Not a proof: the solver left this open", parts=parts))
    return Section(_TITLE, (proving.alike(found),), tuple(entries), tuple(points))


def _entry(name: str, of: Comparison, rule: str | None) -> Entry:
    points = tuple(
        Point(lead, parts=tuple(map(Point, lines))) for lead, lines in proving.shown(of, rule)
    )
    tone = _TONES.get(of.relation.value, "warn")
    return Entry(tone, of.relation.value, name, proving.said(of), points=points)


def checks(
    found: PolicyComparison, places: Mapping[str, Place], *, counted: bool
) -> Iterator[Check]:
    """The verdict, and each rule that is not the same, at its place among `places`.

    A difference fails where changes of meaning are `counted`. What stayed open is no success in
    any case.
    """
    ground = (*proving.grounds(found), *(f"left open: {text}" for text in found.limits))
    anywhere = next(iter(places.values()), None)
    yield _check("verdict", found.verdict, None, anywhere, ground, counted=counted)
    for name, each in proving.differing(found).items():
        yield _check(f"rule {name}", each, name, places.get(name, anywhere), (), counted=counted)


def _check(
    name: str,
    of: Comparison,
    rule: str | None,
    at: Place | None,
    ground: tuple[str, ...],
    *,
    counted: bool,
) -> Check:
    relation = of.relation.value
    settled = of.proved if relation == "equivalent" else relation != "open"
    if not settled:
        status = Status.UNKNOWN if counted else Status.SKIPPED
    elif relation == "equivalent" or not counted:
        status = Status.PASSED
    else:
        status = Status.FAILED
    said = proving.said(of)
    deals = [f"{lead} ({'; '.join(lines)})" for lead, lines in proving.shown(of, rule)]
    return Check(
        name,
        "proof",
        status,
        "" if status is Status.PASSED else "; ".join((f"{name}: {said}", *deals)),
        said if status is Status.PASSED else "",
        (*deals, *ground),
        at,
        code="proof-differs" if settled else "proof-open",
        level=Severity.ERROR if rule is None else Severity.WARNING,
    )
