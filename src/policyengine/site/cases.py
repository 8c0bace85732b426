"""The cases beside a policy, and what none of them shows."""

from __future__ import annotations

from policyengine.explain import words
from policyengine.site.book import Book
from policyengine.site.chapters import uncovered
from policyengine.site.markup import Markup, Piece, el, link, made, several, table
from policyengine.site.tested import Tested
from policyengine.testing import CaseResult, Expectation, Status

_KINDS = {
    "outcome": "outcomes of rules",
    "leaf": "answers of conditions",
    "boundary": "sides of limits",
    "row": "rows of tables",
}


def page(book: Book, tested: Tested) -> Markup:
    passed, total = tested.count(Status.PASSED), len(tested.results)
    return made(
        el("h1", "Tests"),
        el("p", _summary(passed, total), class_="lead"),
        el("h2", "What they cover"),
        _coverage(tested),
        _missing(book, tested),
        el("h2", "Cases") if total else None,
        *_files(book, tested),
    )


def _summary(passed: int, total: int) -> Markup:
    if not total:
        return el("span", "There are no cases: nothing shows what the rules do.", class_="gap")
    if passed == total:
        return el("span", f"All {total} cases pass.", class_="ok")
    return el("span", f"{total - passed} of {total} cases do not pass.", class_="gap")


def _coverage(tested: Tested) -> Markup:
    coverage = tested.coverage
    rows = [
        (_KINDS[kind], str(coverage.covered(kind)), str(coverage.asked(kind)))
        for kind in coverage.kinds()
    ]
    return table(("of", "covered", "asked for"), rows, label="Coverage", class_="count")


def _missing(book: Book, tested: Tested) -> Markup:
    parts: list[Piece] = []
    for rule in book.core.rules:
        gaps = tested.gaps(rule)
        if gaps:
            parts += [el("h3", link(book.rule_at(rule.id), rule.id), " ", rule.title),
                      uncovered(gaps)]  # fmt: skip
    rest = tuple(tested.told(gap) for gap in tested.rest)
    if rest:
        parts += [el("h3", "Tables, definitions and scorecards"), uncovered(rest)]
    if not parts:
        return el("p", el("span", "Nothing is uncovered.", class_="ok"))
    return made(el("h2", "Uncovered"), parts)


def _files(book: Book, tested: Tested) -> list[Markup]:
    files: dict[str, list[tuple[int, CaseResult]]] = {}
    for number, result in enumerate(tested.results, 1):
        files.setdefault(tested.file(result), []).append((number, result))
    return [
        el(
            "details",
            el("summary", el("code", file), f" ({len(results)})"),
            table(
                ("case", "expects", "result"),
                [_row(number, result, book) for number, result in results],
                label=f"Cases of {file}",
                find=True,
            ),
        )
        for file, results in files.items()
    ]


def _row(number: int, result: CaseResult, book: Book) -> tuple[Piece, ...]:
    expected = several(_expected(one, book) for one in result.case.expectations)
    class_ = "ok" if result.status is Status.PASSED else "gap"
    name = el("span", result.case.name, id=f"case-{number}")
    return name, expected, el("span", result.status.value, class_=class_)


def _expected(one: Expectation, book: Book) -> Markup:
    subject: Piece = one.subject
    if one.kind in ("outcomes", "messages") and any(
        rule.id == one.subject for rule in book.core.rules
    ):
        subject = link(book.rule_at(str(one.subject)), str(one.subject))
    elif one.kind == "missing" and one.subject is not None:
        at = book.term_at(one.subject)
        subject = link(at, one.subject) if at else one.subject
    match one.kind:
        case "verdict":
            return made(el("b", str(one.wanted)))
        case "outcomes":
            return made(subject, " ", str(one.wanted).replace("_", " "))
        case "messages":
            return made(subject, f" says “{one.wanted}”")
        case "scores":
            said = ", ".join(f"{key} {words(value)}" for key, value in one.wanted.items())
            return made("score ", subject, " ", said)
        case _:
            return made(f"{one.kind} ", subject or "nothing")
