"""A negotiation on a screen: the verdict first, then what moved, why, and what to ask for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

from policyengine.cli import console
from policyengine.cli.negotiating.table import LEVELS, Answer, Table
from policyengine.cli.writing import put
from policyengine.decision import Condition, MissingTerm, Outcome, Reason, Verdict, WaiverUse
from policyengine.decision.wording import NO_WORDS
from policyengine.errors import PolicyEngineError
from policyengine.explain import data
from policyengine.output import pretty, words
from policyengine.output.rule_block import Labels, failing, unknown
from policyengine.output.summary import COLORS
from policyengine.output.text import Page, Style, count, safe_lines
from policyengine.schema import Shape
from policyengine.session import Moved, Step
from policyengine.session.terms import listed
from policyengine.source import visible

_TEXT = 300
_MANY = 12  # rules at the opening; beyond, `status` has them
_MARKS = {
    "pass": ("✓", "green"),
    "fail": ("✗", "red"),
    "unknown": ("?", "cyan"),
    "not_applicable": ("–", "cyan"),
    "waived": ("~", "yellow"),
}
_SAID = {"pass": "holds", "fail": "fails", "unknown": "undecided",
         "not_applicable": "does not apply", "waived": "waived"}  # fmt: skip
_BECAME = {
    "applied": "waived until {until}, by {by}",
    "expired": "the waiver has no effect: it expired on {until}",
    "stale": "the waiver has no effect: it was given for another text of the deal",
    "no_such_rule": "the waiver has no effect: the policy has no such rule",
}


class Screen:
    """Writes pages for a session; `style` is the terminal's."""

    def __init__(self, table: Table, style: Style) -> None:
        self._table = table
        self._style = style
        terms = table.session.policy.schema.terms
        self._labels = Labels({path: spec.label for path, spec in terms.items() if spec.label})

    # what is said ---------------------------------------------------------------------------

    def opening(self) -> None:
        session = self._table.session
        page = Page(self._style)
        policy = session.policy
        name = session.stated("deal.id") or "a deal without an id"
        page.put((visible(str(name), 120), "bold"), f", {visible(policy.id, 80)} {policy.version}")
        if session.settings.as_of is not None:
            page.put(f"as of {session.settings.as_of}")
        if len(session.steps) > 1:
            page.put(f"after {count(len(session.steps) - 1, 'step')}")
        page.blank()
        self._stands(page)
        open_ = self._table.open()
        for reason in open_[:_MANY]:
            self._head(page, reason.rule, reason.title, reason.level, str(reason.outcome))
        if len(open_) > _MANY:
            page.put(f"and {len(open_) - _MANY} more: `status`")
        self._waivers(page, session.waivers)
        page.blank()
        page.put(("`why` says why, `missing` what to state, `help` what else there is", "dim"))
        put(page.text() + "\n")

    def said(self, what: Step | Answer) -> None:
        page = Page(self._style)
        if isinstance(what, Step):
            self._step(page, what)
        else:
            show: Callable[[Page, Answer], None] = getattr(self, f"_{what.command}")
            show(page, what)
        if page.lines:
            put(page.text() + "\n")

    def refused(self, error: PolicyEngineError, _line: int) -> None:
        """What has no place in a text is wrapped as the page is; the rest has its line to show."""
        color = self._style.color and console.wants_color("auto", sys.stderr)
        for found in error.diagnostics:
            if found.span is not None or found.related:
                console.tell([found])
                continue
            page = Page(replace(self._style, color=color))
            lead = (f"{found.severity.value}[{found.code}]", "bold red")
            page.put(lead, f": {safe_lines(found.message)}", hang=2)
            if found.hint:
                page.put(f"hint: {safe_lines(found.hint)}", indent=2, hang=4)
            console.write_error(page.text() + "\n")

    def prompt(self) -> str:
        verdict = self._table.session.verdict
        return f"{verdict.value if verdict is not None else 'no verdict'}> "

    # steps ----------------------------------------------------------------------------------

    def _step(self, page: Page, step: Step) -> None:
        if step.path is not None:
            self._change(page, step)
        self._stands(page, step)
        for moved in sorted(step.moved, key=lambda moved: LEVELS.index(moved.level)):
            self._moved(page, moved)
        self._unmoved(page, step)
        deciding = {term.path for term in self._deciding_missing()}
        if new := [path for path in step.newly_missing if path in deciding]:
            page.put("now missing: ", ", ".join(map(visible, new)), hang=2)

    def _change(self, page: Page, step: Step) -> None:
        assert step.path is not None
        spec = self._table.session.policy.schema.terms[step.path]
        value, previous = (
            words.value(held, spec.unit) if held is not None else "not stated"
            for held in (step.value, step.previous)
        )
        if step.path in listed(self._table.session.terms):
            value = "not applicable"
        elif step.value is None and spec.has_default and self._table.session.settings.assume:
            value += f" (silence means {words.value(data(spec.default), spec.unit)})"
        lead = "taken back: " if step.action == "undo" else ""
        page.put(
            lead,
            (visible(step.path, 160), "bold"),
            f": {value}" + ("" if step.value == step.previous else f", was {previous}"),
            hang=2,
        )

    def _moved(self, page: Page, moved: Moved) -> None:
        after = moved.after.value
        self._head(page, moved.rule, moved.title, moved.level, after, moved.before.value)
        if after not in ("pass", "not_applicable"):
            page.put(visible(moved.message, _TEXT), indent=4)
        if moved.waiver is not None:
            page.put(_became(moved.waiver, waived=after == "waived"), indent=4, hang=6)
        if after == "fail" and moved.ask:
            page.put(("ask: ", "bold"), visible(moved.ask, _TEXT), indent=4, hang=6)

    def _unmoved(self, page: Page, step: Step) -> None:
        """What reads the term and is as it was: nothing about it may be left to guessing."""
        if step.action == "undo":
            return
        if not step.evaluated:
            if not step.moved:  # a waiver may have gone with it
                page.put("no rule reads it")
            return
        outcomes = self._table.session.outcomes
        moved = {one.rule for one in step.moved}
        rest = [rule for rule in step.evaluated if rule not in moved]
        for outcome in Outcome:
            same = [visible(rule, 60) for rule in rest if outcomes[rule] is outcome]
            if same:
                said = {
                    Outcome.FAIL: "still fails",
                    Outcome.UNKNOWN: "still undecided",
                    Outcome.PASS: "still holds",
                    Outcome.NOT_APPLICABLE: "still does not apply",
                    Outcome.WAIVED: "still waived",
                }[outcome]
                page.put((f"{said}: {', '.join(same)}", "dim"), hang=2)

    def _stands(self, page: Page, step: Step | None = None) -> None:
        """The line of the verdict."""
        verdict = self._table.session.verdict
        now = _name(verdict)
        was = ""
        if step is not None:
            was = " as before" if step.before is verdict else f" (was {_name(step.before).lower()})"
        color = COLORS[verdict.value if verdict is not None else "no verdict"]
        page.put((now, f"bold {color}"), was, ": ", self._summary(step), hang=2)

    def _summary(self, step: Step | None) -> str:
        """What the verdict rests on; after a step what is assumed only where it is accepted."""
        session = self._table.session
        if session.required:
            listing = ", ".join(map(visible, session.required))
            return f"there is none before these are stated: {listing}"
        seen: dict[tuple[str, Outcome], int] = {}
        for rule in session.policy.rules:
            key = (rule.level, session.outcomes[rule.id])
            seen[key] = seen.get(key, 0) + 1
        parts = []
        if broken := seen.get(("mandatory", Outcome.FAIL)):
            parts.append(f"{count(broken, 'mandatory rule')} broken")
        if waiting := seen.get(("mandatory", Outcome.UNKNOWN)):
            parts.append(f"{count(waiting, 'mandatory rule')} undecided")
        open_ = [seen.get(("negotiable", o), 0) for o in (Outcome.FAIL, Outcome.UNKNOWN)]
        if sum(open_):
            parts.append(f"{count(sum(open_), 'condition')} to settle")
        if waived := sum(outcome is Outcome.WAIVED for outcome in session.outcomes.values()):
            parts.append(f"{waived} waived")
        if missing := self._deciding_missing():
            parts.append(f"{count(len(missing), 'term')} missing")
        if session.verdict is Verdict.UNDETERMINED and not waiting:
            parts.insert(0, "no rule applies")
        parts = parts or ["every rule that applies holds"]
        told = step is None or session.verdict is Verdict.ACCEPT
        if told and (assumed := len(session.decision().assumed)):
            parts.append(f"{count(assumed, 'term')} assumed from silence")
        return ", ".join(parts)

    def _deciding_missing(self) -> list[MissingTerm]:
        """What rules wait for, advice apart, mandatory rules first."""
        ranked = self._table.ranked(self._table.session.missing)
        return [term for rank, term in ranked if LEVELS[rank] != "advisory"]

    def _head(
        self,
        page: Page,
        rule: str | None,
        title: str,
        level: str | None,
        outcome: str,
        before: str | None = None,
    ) -> None:
        """`✗ SOV-5  holds → fails  title`; advice is called that."""
        mark, color = _MARKS[outcome]
        if outcome == "fail" and level != "mandatory":
            mark, color = "!", "yellow"
        move = f"  {_SAID[before]} → {_SAID[outcome]}" if before is not None else ""
        advice = "  advice:" if level == "advisory" else ""
        lead = f"{mark} {visible(rule or '', 60)}"
        page.put((lead, f"bold {color}"), move, advice, "  ", (visible(title, _TEXT), ""), hang=4)

    # answers --------------------------------------------------------------------------------

    def _verdict(self, page: Page, _: Answer) -> None:
        self._stands(page)

    def _status(self, page: Page, answer: Answer) -> None:
        self._stands(page)
        for reason in answer.reasons:
            page.blank()
            self._head(page, reason.rule, reason.title, reason.level, str(reason.outcome))
            page.put(visible(reason.message, _TEXT), indent=4)
            if reason.outcome == "fail" and reason.ask:
                page.put(("ask: ", "bold"), visible(reason.ask, _TEXT), indent=4, hang=6)

    def _why(self, page: Page, answer: Answer) -> None:
        [reason] = answer.reasons
        self._head(page, reason.rule, reason.title, reason.level, str(reason.outcome))
        if reason.outcome == "fail":
            failing(page, reason, self._labels, full=True)
        elif reason.outcome == "waived":
            page.put(visible(reason.message, _TEXT), indent=4)
            if reason.waiver is not None:
                page.put(_became(reason.waiver), indent=4, hang=6)
        elif reason.outcome == "unknown":
            unknown(page, reason, self._labels, full=True)
        else:
            self._holding(page, reason)

    def _holding(self, page: Page, reason: Reason) -> None:
        """What a rule rests on that stands in nobody's way."""
        page.put(visible(reason.message, _TEXT), indent=4)
        for tree in (reason.applies, reason.unless, reason.conditions):
            for leaf in _deciding(tree):
                about = words.subject(leaf.text or "")
                spec = self._table.session.policy.schema.terms.get(about or "")
                unit = spec.unit if spec is not None else None
                listed_ = isinstance(leaf.actual, list | tuple)
                known = spec.labels if spec is not None else NO_WORDS
                phrase = words.phrase(
                    leaf.text or "",
                    leaf.value is True,
                    unit,
                    listed=listed_,
                    labels=known,
                    codes=False,
                )
                if about is None or phrase is None or leaf.value is None:
                    page.put(f"- {visible(leaf.text or '', _TEXT)}", indent=4, hang=6)
                    continue
                held = words.value(leaf.actual, unit, known)
                fact = f", {words.as_fact(phrase)}"
                page.put(f"- {self._labels.name(about)}: ", held, fact, indent=4, hang=6)

    def _waivers(self, page: Page, uses: Sequence[WaiverUse]) -> None:
        """What became of the waivers, as `evaluate` has it; nothing of those not needed."""
        for use in uses:
            if use.status != "not_needed":
                mark, color = ("~", "yellow") if use.status == "applied" else ("!", "red")
                page.put(
                    (f"{mark} {visible(use.rule, 60)}", f"bold {color}"), "  ", _became(use), hang=4
                )

    def _missing(self, page: Page, _: Answer) -> None:
        session = self._table.session
        for path in session.required:
            page.put((visible(path, 160), "bold"), ": required for any verdict", hang=4)
        deciding = self._deciding_missing()
        for term in deciding:
            spec = session.policy.schema.terms.get(term.path)
            label = f"  {visible(term.label, 120)}" if term.label else ""
            page.put((visible(term.path, 160), "bold"), label, hang=4)
            said = f"{_expected(spec.shape)}; " if spec is not None else ""
            page.put(f"{said}for {', '.join(map(visible, term.rules))}", indent=4, hang=6)
        if rest := [visible(term.path, 160) for term in session.missing if term not in deciding]:
            page.put(("for advice alone: ", "dim"), (", ".join(rest), "dim"), hang=4)
        if not page.lines:
            page.put("nothing is missing")

    def _terms(self, page: Page, answer: Answer) -> None:
        schema = self._table.session.policy.schema.terms
        for path, row in answer.data["terms"].items():
            said = words.value(row["value"], schema[path].unit)
            note = {"stated": said, "assumed": f"{said} (assumed: the deal is silent)"}
            page.put(
                (visible(path, 160), "bold"),
                f": {note.get(row['is'], row['is'].replace('_', ' '))}",
                hang=4,
            )
        if not page.lines:
            page.put("nothing is on the table")

    def _decision(self, page: Page, _: Answer) -> None:
        decision = self._table.session.decision()
        for line in pretty.page(decision, page.style, pretty.Asked(), hint=False).splitlines():
            page.lines.append(line)  # laid out and made safe already

    def _save(self, page: Page, answer: Answer) -> None:
        page.put(f"wrote {visible(answer.data['file'], 200)}")

    def _help(self, page: Page, answer: Answer) -> None:
        width = max(map(len, answer.data["commands"])) + 2
        for written, does in answer.data["commands"].items():
            page.put((written.ljust(width), "bold"), does, hang=width)
        page.blank()
        page.put(
            "A term may go by its last words where only one ends so; a list needs no brackets."
        )

    def _quit(self, page: Page, _: Answer) -> None:
        if self._table.unsaved:
            steps = count(self._table.unsaved, "step is", "steps are")
            page.put(f"{steps} not saved; `save FILE` keeps the terms, `quit` again leaves")


def _name(verdict: Verdict | None) -> str:
    return verdict.value.upper() if verdict is not None else "NO VERDICT"


def _became(use: WaiverUse, *, waived: bool = True) -> str:
    """What became of a waiver; `waived`: whether its rule is."""
    if use.status == "applied" and not waived:  # as it was: it is not among this deal's any more
        return "the waiver names another deal"
    said = _BECAME[str(use.status)].format(until=use.until, by=visible(use.approved_by, 160))
    return f"{said}; reason given: {visible(use.reason, _TEXT)}" if waived else said


def _deciding(tree: Condition | None) -> Sequence[Condition]:
    return [] if tree is None else [leaf for leaf in tree.leaves() if leaf.decides]


def _expected(shape: Shape) -> str:
    """What may be said of a term, in a few words."""
    held = shape.item if shape.item is not None else shape
    lead = "a list of " if shape.item is not None else ""
    if held.enum is not None:
        options = [words.value(option) for option in held.enum]
        more = f" and {len(options) - 12} more" if len(options) > 12 else ""
        return f"{lead or 'one of '}{', '.join(options[:12])}{more}"
    kind = {"boolean": "yes or no", "string": "text", "number": "number"}
    unit = f" of {held.type.unit}" if held.type.unit else ""
    return f"{lead}{kind.get(held.type.kind, str(held.type))}{unit}"
