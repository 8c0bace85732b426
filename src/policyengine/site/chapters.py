"""The rules of a file as a page: each a section that says all there is to say of it."""

from __future__ import annotations

from policyengine import core
from policyengine.output import rule_page, words
from policyengine.output.rule_words import FORBIDS, REQUIRES
from policyengine.site import conditions
from policyengine.site.book import Book, Chapter
from policyengine.site.markup import (
    Markup,
    Piece,
    cited,
    el,
    facts,
    link,
    made,
    several,
    table,
    text,
)
from policyengine.site.tested import Tested

TONES = {"mandatory": "bad", "negotiable": "warn", "advisory": "open"}
_SHOWN = 12  # cases of a rule listed by name


def chip(level: str) -> Markup:
    return el("span", level, class_=f"word {TONES[level]}")


def page(chapter: Chapter, book: Book) -> Markup:
    """The body of a chapter's page."""
    contents = el(
        "ul",
        *(
            el(
                "li",
                link(f"#{book.anchor('rule', rule.id)}", el("span", rule.id, class_="id")),
                " ",
                rule.title,
                " ",
                chip(rule.level),
            )
            for rule in chapter.rules
        ),
        class_="list",
        data_find="rules of this page",
    )
    return made(
        el("h1", chapter.title),
        el("p", "The rules of ", el("code", chapter.file), ".", class_="soft"),
        el("nav", contents, aria_label="Rules of this page"),
        *(section(rule, book) for rule in chapter.rules),
    )


def section(rule: core.Rule, book: Book) -> Markup:
    """Everything about one rule."""
    anchor = book.anchor("rule", rule.id)
    verb = FORBIDS if rule.form == "forbid" else REQUIRES
    parts = ((verb, rule.condition), ("Only when", rule.applies), ("Unless", rule.unless))
    own = el("span", link(f"#{anchor}", rule.id), class_="id")
    return el(
        "section",
        el("h2", own, rule.title, " ", chip(rule.level), id=f"{anchor}~title"),
        el("p", f"{rule_page.LEVELS[rule.level]}.".capitalize(), class_="soft"),
        _force(rule, book),
        *(conditions.condition(lead, part, book) for lead, part in parts if part is not None),
        _said(rule, book),
        _read(rule, book),
        _ignored(rule, book),
        _tests(rule, book.tested) if book.tested is not None else None,
        _place(rule, book),
        class_=f"card unit {TONES[rule.level]}",
        id=anchor,
        aria_labelledby=f"{anchor}~title",
    )


def _force(rule: core.Rule, book: Book) -> Markup | None:
    first, last = rule.effective_from, rule.effective_until
    if first is None and last is None:
        return None
    said = "In force"
    said += f" from {first}" if first is not None else ""
    said += f" until {last}, that day included" if last is not None else ""
    if book.as_of is None:
        return el("p", f"{said}.")
    state = "in force" if book.in_force(rule) else "not in force"
    class_ = "ok" if book.in_force(rule) else "gap"
    return el("p", f"{said}: on {book.as_of} it is ", el("span", state, class_=class_), ".")


def _said(rule: core.Rule, book: Book) -> Markup | None:
    """What is said where it fails, and where it comes from, as written."""
    source = rule.source
    quote = el("blockquote", text(source.quote), class_="text") if source and source.quote else None
    ref = [cited(said) for said in (source.ref, source.file) if said] if source else []
    public = rule.public
    return facts(
        (
            ("Because", _sentence(rule.because, book)),
            ("Ask", _sentence(rule.ask, book)),
            ("Action", _plain(rule.action)),
            ("Expected", _plain(rule.expected)),
            ("Source", made(several(ref), quote) if ref or quote else None),
            ("Said to the other side where it is broken", _sentence(public.say, book)
             if public else None),
            ("… where it is open", _sentence(public.open, book) if public else None),
            ("… and asked of it", _sentence(public.ask, book) if public else None),
            ("Focus", rule.focus),
            ("Tags", several(rule.tags) if rule.tags else None),
        )
    )  # fmt: skip


def _sentence(template: core.Template | None, book: Book) -> Markup | None:
    if template is None:
        return None
    return el("div", conditions.sentence(template, book), class_="text")


def _plain(said: str | None) -> Markup | None:
    return el("div", text(said), class_="text") if said else None


def _read(rule: core.Rule, book: Book) -> Markup | None:
    read = book.rule_reads[rule.id]
    through = [name for name in book.derived if name in book.through(read.derived)]
    indirect = dict.fromkeys(
        path
        for name in through
        for path in book.derived_reads[name].terms
        if path not in read.terms
    )
    limits = []
    for name in read.parameters:
        value = book.core.parameters[name].value
        said = "by date" if isinstance(value, core.Dated) else words.value(value)
        limits.append(made(conditions.parameter(name, book), f" = {said}"))
    return facts(
        (
            ("Reads the terms", several(conditions.term(p, book) for p in read.terms)
             if read.terms else None),
            ("Worked out before", several(conditions.derived(n, book) for n in through)
             if through else None),
            ("… from the terms", several(conditions.term(p, book) for p in indirect)
             if indirect else None),
            ("Parameters", several(limits) if limits else None),
        )
    )  # fmt: skip


def _ignored(rule: core.Rule, book: Book) -> Markup | None:
    """Findings that a comment in the rule takes back, with the reason that it gives."""
    found = book.ignores.get(rule.id, ())
    if not found:
        return None
    items = [
        el(
            "li",
            el("code", ", ".join(one.codes)),
            f" until {one.until}" if one.until else None,
            ": ",
            one.reason,
        )
        for one in found
    ]
    return made(el("h3", "Findings taken back"), el("ul", *items))


def _tests(rule: core.Rule, tested: Tested) -> Markup:
    gaps = tested.gaps(rule)
    cases = tested.by_rule.get(rule.id, ())
    outcomes = tested.outcomes(rule)
    rows = [
        (outcome.replace("_", " "), f"{seen}" if seen or why is None else "–", why or "")
        for outcome, seen, why in outcomes
    ]
    asked = tested.asked(rule)
    covered = (
        el("span", f"covered: {asked} of {asked}", class_="ok")
        if not gaps
        else el("span", f"{len(gaps)} of {asked} uncovered", class_="gap")
    )
    named = f"{len(cases)} {'case names' if len(cases) == 1 else 'cases name'} it"
    return el(
        "details",
        el("summary", "Tests: ", named, ", ", covered),
        uncovered(gaps) if gaps else None,
        table(("outcome", "cases", "never, since"), rows, label=f"Outcomes of {rule.id} in cases"),
        _cases(cases, tested),
    )


def uncovered(gaps: tuple[tuple[str, str, str], ...]) -> Markup:
    """What no case shows, a line each."""
    items = [
        el("li", el("code", said), " ", el("span", missing, class_="gap"), f": {instead}")
        for said, missing, instead in gaps
    ]
    return made(el("p", "No case shows this:"), el("ul", *items))


def _cases(cases: tuple[int, ...], tested: Tested) -> Markup | None:
    if not cases:
        return None
    items: list[Piece] = [
        el("li", link(f"tests.html#case-{number + 1}", tested.results[number].case.name))
        for number in cases[:_SHOWN]
    ]
    if len(cases) > _SHOWN:
        items.append(el("li", f"and {len(cases) - _SHOWN} more, in the list of all cases"))
    return el("ul", *items)


def _place(rule: core.Rule, book: Book) -> Markup:
    where = f"{rule.span.file}:{rule.span.line}"
    graph = link(f"map.html#{book.anchor('node', rule.id)}", "in the map")
    return el("p", el("code", where), " · ", graph, class_="soft")
