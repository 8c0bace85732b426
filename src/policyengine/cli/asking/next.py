"""How the next questions are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policyengine.cli.asking import say
from policyengine.schema import TermsSchema

if TYPE_CHECKING:
    from policyengine.analysis.answers import Answer, Question
    from policyengine.analysis.questions import Questions
    from policyengine.output.text import Page, Style

#: answers shown of one question before they are summed up
_SHOWN = 12


def page(found: Questions, schema: TermsSchema, style: Style, *, every: bool) -> str:
    """The questions in the order to ask; what the answers to the first mean, or to all."""
    made = say.page_of(style)
    say.verdict(made, "Now:", found.verdict.value)
    made.blank()
    if found.settled:
        made.put("The verdict is settled: it waits for no answer.")
        return made.text()
    if found.needed is None:
        made.put("Which questions settle this deal was not worked out." if found.cut else
                 "No answers to open questions settle this deal, whatever they are.")  # fmt: skip
        if found.open:
            made.put(f"Open: {', '.join(found.open)}.", indent=2, hang=4)
        say.limits(made, found.limits)
        say.cut_off(made, found.cut)
        return made.text()
    count = len(found.needed)
    claim = "" if found.smallest else " That no fewer would do is not proved."
    if found.cut and not found.smallest:
        claim = f" They are the best found within the limit.{claim}"
    what = "this question" if count == 1 else f"these {count} questions"
    made.put(f"Whatever the answers, {what} settle{'s' if count == 1 else ''} the deal, "
             f"of {len(found.open)} that are open, all else left as it is.{claim}")  # fmt: skip
    made.blank()
    for number, question in enumerate(found.needed, start=1):
        lead = f"{number}. "
        made.put((lead, ""), (say.term(schema, question.path), "bold" if number == 1 else ""),
                 hang=len(lead))  # fmt: skip
        if question.rules:
            made.put((f"for {', '.join(question.rules)}", "dim"), indent=len(lead))
        if number == 1 or every:
            _answers(made, question, schema, len(lead))
    made.blank()
    made.put(("The order is of the answers tried, each taken to be as likely as the others.",
              "dim"))  # fmt: skip
    say.limits(made, found.limits)
    say.cut_off(made, found.cut)
    return made.text()


def _answers(made: Page, question: Question, schema: TermsSchema, indent: int) -> None:
    if question.why is not None:
        some = "; for instance:" if question.answers else ""
        made.put((f"what each range would mean is not computed: {question.why}{some}", "dim"),
                 indent=indent, hang=indent + 2)  # fmt: skip
    for group in grouped(question.answers)[:_SHOWN]:
        first = group[0]
        word = first.verdict.value if first.settled else f"still {first.verdict.value}"
        moved = ", ".join(f"{rule} {outcome.value}" for rule, outcome in first.moved.items())
        made.put(
            (f"{_values(group, question, schema)}: ", ""),
            (word, "bold" if first.settled else ""),
            (f" ({moved})" if moved else "", "dim"),
            indent=indent,
            hang=indent + 2,
        )
    if len(grouped(question.answers)) > _SHOWN:
        made.put(("… and more: `--format json` has all of them", "dim"), indent=indent)


def _values(group: list[Answer], question: Question, schema: TermsSchema) -> str:
    return say.joined(
        [
            say.value(schema, question.path, answer.value)
            if answer.range is None
            else say.within(schema, question.path, answer.range)
            for answer in group
        ]
    )


def grouped(answers: tuple[Answer, ...]) -> list[list[Answer]]:
    """Answers that mean the same, together; ranges stay in their order."""
    groups: dict[Any, list[Answer]] = {}
    for number, answer in enumerate(answers):
        key = (answer.verdict, answer.settled, tuple(answer.moved.items()))
        groups.setdefault(key if answer.range is None else number, []).append(answer)
    return list(groups.values())


def data(found: Questions) -> dict[str, Any]:
    """The whole answer as plain data."""
    needed = None
    if found.needed is not None:
        needed = [
            {
                "path": question.path,
                "rules": list(question.rules),
                "settling": round(question.settling, 4),
                "why": question.why,
                "answers": [
                    {
                        "value": say.data(answer.value),
                        "range": None if answer.range is None else say.range_data(answer.range),
                        "verdict": answer.verdict.value,
                        "settled": answer.settled,
                        "moved": {rule: o.value for rule, o in answer.moved.items()},
                    }
                    for answer in question.answers
                ],
            }
            for question in found.needed
        ]
    return {
        "schema_version": "1",
        "verdict": found.verdict.value,
        "settled": found.settled,
        "needed": needed,
        "smallest": found.smallest,
        "open": list(found.open),
        "limits": list(found.limits),
        "cut_off": found.cut,
    }
