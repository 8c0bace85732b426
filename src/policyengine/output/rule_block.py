"""One rule on the page: what it asks for, the values it met, where, and what to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policyengine.decision import Condition, Location, Missing, Reason, TermUse
from policyengine.decision.wording import NO_WORDS
from policyengine.output import words
from policyengine.output.fixes import Fix, enough, fixes, group_of, silent
from policyengine.output.text import Page
from policyengine.source import columns, visible

_TEXT = 300  # characters of a sentence from a rule file or a document
_MANY = 6  # alternatives shown before `--explain full` is needed


@dataclass(frozen=True, slots=True)
class Labels:
    """People's words for terms, by path, from anywhere in the decision."""

    by_path: Mapping[str, str]

    def name(self, path: str) -> str:
        return words.name(path, self.by_path.get(path))

    def both(self, path: str) -> str:
        """The label with the path behind it, which is what has to be written down."""
        label = self.by_path.get(path)
        return f"{visible(label, 160)} ({visible(path, 160)})" if label else visible(path, 160)


def head(page: Page, mark: str, color: str, rule: str | None, title: str, note: str = "") -> None:
    """`✗ SOV-5  title  (note)`."""
    name = visible(rule or "", 60)
    lead = f"{mark} {name}  " if name else f"{mark} "
    page.put(
        (lead.rstrip(), f"bold {color}".strip()),
        "  ",
        (visible(title, _TEXT), "bold"),
        (f"  ({note})" if note else "", "dim"),
        hang=min(columns(lead), 12),
    )


def failing(page: Page, reason: Reason, labels: Labels, *, full: bool) -> None:
    """A rule that fails: the reason, each value against its limit, the ask."""
    if reason.message:
        page.put(visible(reason.message, _TEXT), indent=4)
    terms = {term.path: term for term in reason.terms}
    wanted = reason.form != "forbid"
    fix = fixes(reason.conditions, wanted) if reason.conditions is not None else None
    if fix is not None:
        _fix(page, fix, terms, labels, indent=4, full=full)
    exception = fixes(reason.unless, True) if reason.unless is not None else None
    if exception is not None:
        page.put(("the exception that would lift it does not hold:", "dim"), indent=4)
        _fix(page, exception, terms, labels, indent=6, full=full)
    ask(page, reason)
    _source(page, reason, full=full)


def unknown(page: Page, reason: Reason, labels: Labels, *, full: bool) -> None:
    """A rule that waits for terms: the tree of what to state."""
    if reason.missing is not None:
        missing(page, reason.missing, labels, full=full)
    elif reason.message:
        page.put(visible(reason.message, _TEXT), indent=4)
    if full or reason.level == "negotiable":
        ask(page, reason)
    _source(page, reason, full=full)


def missing(page: Page, tree: Missing, labels: Labels, *, full: bool) -> None:
    """`not stated:` and the terms, with how many of them are enough."""
    if tree.path is not None:
        page.put("not stated: ", labels.both(tree.path), indent=4, hang=6)
        return
    words_ = enough(group_of(tree), len(tree.parts), tree.at_least or 1)
    page.put(f"not stated; {words_}:", indent=4, hang=6)
    _tree(page, tree, labels, 4, full=full)


def _tree(page: Page, tree: Missing, labels: Labels, indent: int, *, full: bool) -> None:
    shown = tree.parts if full or len(tree.parts) <= _MANY + 1 else tree.parts[:_MANY]
    for part in shown:
        if part.path is not None:
            page.put("- ", labels.both(part.path), indent=indent, hang=indent + 2)
        else:
            words_ = enough(group_of(part), len(part.parts), part.at_least or 1)
            page.put(f"- {words_}:", indent=indent, hang=indent + 2)
            _tree(page, part, labels, indent + 2, full=full)
    _rest(page, len(tree.parts) - len(shown), indent)


def _fix(
    page: Page,
    fix: Fix,
    terms: Mapping[str, TermUse],
    labels: Labels,
    *,
    indent: int,
    full: bool,
) -> None:
    if fix.leaf is not None:
        _leaf(page, fix.leaf, fix.wanted, terms, labels, indent=indent)
        return
    shown = fix.parts if full or len(fix.parts) <= _MANY + 1 else fix.parts[:_MANY]
    page.put((f"{enough(fix.kind, len(fix.parts), fix.count)}:", "dim"), indent=indent)
    for part in shown:
        if part.leaf is None:
            said = enough(part.kind, len(part.parts), part.count)
            page.put("-", (f" {said}:", "dim"), indent=indent)
            for inner in part.parts:
                _fix(page, inner, terms, labels, indent=indent + 2, full=full)
        else:
            _fix(page, part, terms, labels, indent=indent, full=full)
    _rest(page, len(fix.parts) - len(shown), indent)


def _leaf(
    page: Page,
    leaf: Condition,
    wanted: bool,
    terms: Mapping[str, TermUse],
    labels: Labels,
    *,
    indent: int,
) -> None:
    """`- Concession: 99 years, must be less than 50 years`, then where both are written."""
    text = leaf.text or ""
    about = words.subject(text)
    use = terms.get(about) if about else None
    unit = use.unit if use else None
    actual = leaf.actual if leaf.actual is not None or use is None else use.value
    known = use.words if use else NO_WORDS
    said = words.phrase(text, wanted, unit, listed=isinstance(actual, list | tuple), labels=known)
    hang = indent + 2
    if about is None or said is None:
        verb = "must hold" if wanted else "must not hold"
        page.put("- ", (f"{verb}: ", ""), visible(text, _TEXT), indent=indent, hang=hang)
    else:
        page.put(
            f"- {labels.name(about)}: ",
            (words.value(actual, unit, known), "bold"),
            f", {said}",
            indent=indent,
            hang=hang,
        )
    for path in leaf.paths:
        # A term that is not stated has no use to show, but its path is what to write.
        if path != about or path in terms or path in labels.by_path:
            use = terms.get(path)
            _place(page, path, use, hang, with_value=path != about, silent=silent(leaf))
    if leaf.location is not None:
        page.put(("rule ", "dim"), (place(leaf.location), "dim"), indent=hang)


def _place(
    page: Page, path: str, use: TermUse | None, indent: int, *, with_value: bool, silent: bool
) -> None:
    """`path = value, deal file:line`, or that the deal is silent, which the value, shown
    elsewhere, says already where there is none here."""
    said = visible(path, 160)
    if with_value and (silent if use is None else not (use.stated or use.assumed)):
        page.put((f"{said}, not stated", "dim"), indent=indent)
        return
    if with_value and use is not None:
        said += f" = {words.value(use.value, use.unit, use.words)}"
    if use is None:
        page.put((said, "dim"), indent=indent)
        return
    if use.assumed:
        said += ", assumed: the deal is silent"
    where = f"deal {place(use.location)}" if use.location is not None else ""
    if where and indent + columns(said) + columns(where) + 2 > page.style.width:
        page.put((said, "dim"), indent=indent, hang=indent + 2)
        said = ""
    page.put((", ".join(filter(None, (said, where))), "dim"), indent=indent, hang=indent + 2)
    if use.evidence and use.evidence.get("confidence") == "low":
        source = visible(str(use.evidence.get("source") or "no source given"), 160)
        page.put(("low-confidence evidence: ", "yellow"), source, indent=indent, hang=indent + 2)


def ask(page: Page, reason: Reason) -> None:
    if reason.ask:
        page.put(("ask: ", "bold"), visible(reason.ask, _TEXT), indent=4, hang=6)


def _source(page: Page, reason: Reason, *, full: bool) -> None:
    """Where the rule comes from: its citation, and its own place where no leaf shows one."""
    source = reason.source or {}
    said = visible(str(source.get("ref") or ""), 160)
    if full and source.get("quote"):
        said += f': "{visible(str(source["quote"]), 240)}"'
    if said and full:
        page.put((f"source: {said}", "dim"), indent=4, hang=6)
    shown = reason.conditions is not None and any(
        leaf.location for leaf in reason.conditions.leaves()
    )
    if reason.location is not None and (full or not shown or reason.outcome == "unknown"):
        page.put((f"rule {place(reason.location)}", "dim"), indent=4, hang=6)


def _rest(page: Page, number: int, indent: int) -> None:
    if number > 0:
        page.put((f"- and {number} more: --explain full", "dim"), indent=indent)


def place(where: Location) -> str:
    """`file:line`, with a long file name shortened from the left."""
    file = where.file if len(where.file) <= 200 else "…" + where.file[-199:]
    return f"{visible(file)}:{where.line}"
