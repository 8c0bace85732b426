"""Conditions of rules in words: tests with people's labels and units, lists element by element."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from policyengine import core
from policyengine.decision.wording import NO_WORDS
from policyengine.output import words
from policyengine.output.text import Page
from policyengine.schema import TermsSchema
from policyengine.source import visible
from policyengine.values.numbers import to_text

FORBIDS, REQUIRES = "It forbids", "It requires"
_ELEMENTS = {
    "every": "in every element",
    "some": "in at least one element",
    "none": "in no element",
}
_COUNT = "count of "
_LONG = 600


def over(
    kind: str, count: int | None = None, *, lead: str | None = None, within: bool = False
) -> str:
    """The words over a group of conditions: after `lead`, within another group, or of the
    elements of a list (`within`). Whoever forbids has to say whether each of them is meant, or
    only all together."""
    if within:
        return {
            "all": "all of these hold",
            "any": "any of these holds",
            "not": "this does not hold",
            "some_of": f"at least {count} of these hold",
        }[kind]
    if lead == FORBIDS:
        return {
            "all": "these together",
            "any": "each of these",
            "not": "the contrary of this",
            "some_of": f"any {count} of these together",
        }[kind]
    return {
        "all": "all of these" if lead else "all of these together",
        "any": "any of these",
        "not": "not this",
        "some_of": f"at least {count} of these",
    }[kind]


class Subject(NamedTuple):
    """What a test is about: the path or name by which it is known to the policy, nothing for a
    part of an element; what people call it; its unit and the words for its values."""

    path: str
    name: str
    unit: str | None = None
    labels: Mapping[str, str] = NO_WORDS
    listed: bool = False


def bare(expr: core.Expr) -> core.Expr:
    """A condition without the groups that hold nothing but it."""
    while isinstance(expr, core.And | core.Or) and len(expr.parts) == 1:
        expr = expr.parts[0]
    return expr


def written_of(leaf: core.Leaf) -> str:
    """How the rule names what a test is about: a path, a name, the input of a table."""
    return str(leaf.text[0]).removeprefix(_COUNT)


class Elements(NamedTuple):
    """A test of the elements of a list: `share` says of how many (`in every element`), `inside`
    tells of the condition that each has to meet."""

    share: str
    name: str
    condition: core.Expr
    inside: Teller

    @property
    def lead(self) -> str:
        return f"{self.share} of {self.name}"


def of_elements(said: str, *, lead: str | None = None) -> str:
    """What elements have to meet, after `lead`. It is a sentence of its own: what is forbidden is
    that it holds, not what it says of each element."""
    return f"that {said}" if lead in (FORBIDS, REQUIRES) else said


class Teller:
    """Says what conditions of a policy mean. Within the elements of a list `locals_` has, for
    the name that stands for an element, the list's term and the fields that lead to it."""

    def __init__(
        self,
        policy: core.Policy,
        schema: TermsSchema,
        locals_: Mapping[str, tuple[str, tuple[str, ...]]] | None = None,
    ) -> None:
        self.policy = policy
        self.schema = schema
        self.locals = locals_ or {}

    def tree(self, expr: core.Expr) -> Any:
        """A condition as `all`, `any`, `not`, `some_of`, a sentence; a test of elements has its
        lead under `elements` and what each has to meet under `meets`."""
        expr = bare(expr)
        match expr:
            case core.And(parts=parts):
                return {"all": [self.tree(part) for part in parts]}
            case core.Or(parts=parts):
                return {"any": [self.tree(part) for part in parts]}
            case core.Not(of=of):
                return {"not": self.tree(of)}
            case core.AtLeast(count=number, parts=parts):
                return {"some_of": {"at_least": number, "of": [self.tree(p) for p in parts]}}
            case core.Leaf():
                found = self.elements(expr)
                if found is None:
                    return self.sentence(expr)
                below = found.inside.tree(found.condition)
                if isinstance(below, str):
                    return f"{found.lead}, {below}"
                return {"elements": found.lead, "meets": below}
            case core.Const(value=bool() as value):
                return "always" if value else "never"
        return visible(" ".join(expr.span.text.split()), _LONG)

    def sentence(self, leaf: core.Leaf) -> str:
        """`Concession is at least 50 years`, or the expression as it stands."""
        subject, said = self.fact(leaf, labelled=True)
        return f"{subject.name} {said}" if subject is not None else said

    def fact(self, leaf: core.Leaf, *, labelled: bool = False) -> tuple[Subject | None, str]:
        """What a test is about, and what it says of it; of an expression nothing, and itself.
        `labelled` adds people's words for values."""
        parts = [part if isinstance(part, str) else self.value(part) for part in leaf.text]
        if leaf.subject is None or len(parts) < 2:
            return None, visible(" ".join("".join(parts).split()), _LONG)
        written, *rest = parts
        subject = self.subject(leaf.subject, written_of(leaf))
        if written.startswith(_COUNT):
            tests = "".join(rest).split(f" and {written}")
            said = [words.phrase(f"it {test.strip()}", True) or test for test in tests]
            of = Subject(subject.path, f"the number of elements of {subject.name}")
            return of, " and ".join(map(words.as_fact, said))
        known = subject.labels if labelled else NO_WORDS
        # whatever the rule calls it: an expression has blanks
        phrase = words.phrase(
            f"it{''.join(rest)}",
            True,
            subject.unit,
            listed=subject.listed,
            labels=known,
            codes=True,
        )
        if phrase is None:
            return None, visible("".join(parts), _LONG)
        return subject, words.as_fact(phrase)

    def predicate(self, leaf: core.Leaf) -> str:
        """What a test says of its subject, to follow the subject's name: `is at least 5 EUR`."""
        found = self.elements(leaf)
        if found is not None:
            below = found.inside.tree(found.condition)
            if isinstance(below, str):
                return f"has {found.share} ({below})"
        said = self.fact(leaf, labelled=True)[1]
        counts = str(leaf.text[0]).startswith(_COUNT)
        return f"has a number of elements that {said}" if counts else said

    def elements(self, leaf: core.Leaf) -> Elements | None:
        """A test of the elements of a list; None for any other."""
        operator = str(leaf.text[1]).strip() if len(leaf.text) > 1 else ""
        made = leaf.of.of if isinstance(leaf.of, core.Not) else leaf.of
        if operator not in _ELEMENTS or not isinstance(made, core.Quantified):
            return None
        ((name, of),) = made.iterators
        subject = self.subject(of, written_of(leaf))
        known = dict(self.locals)
        path = of.path if isinstance(of, core.Term) else ""
        known[name] = self._within(of) or (path, ())
        inside = Teller(self.policy, self.schema, known)
        return Elements(_ELEMENTS[operator], subject.name, bare(made.condition), inside)

    def subject(self, expr: core.Expr, written: str) -> Subject:
        """What people call something that is tested; `written` is how the rule names it."""
        listed = expr.type.kind == "list"
        if isinstance(expr, core.Term):
            spec = self.schema.terms.get(expr.path)
            if spec is not None:
                name = words.name(expr.path, spec.label)
                return Subject(expr.path, name, spec.unit, spec.labels, listed)
        if isinstance(expr, core.Derived):
            return Subject(expr.name, visible(expr.name, 160), expr.type.unit, listed=listed)
        if isinstance(expr, core.ScoreOf):
            title = self.policy.scorecards[expr.id].title
            name = f"the score “{visible(title or expr.id, 160)}”"
            return Subject(f"score.{expr.id}", name)
        inside = self._within(expr)
        if inside is not None:
            path, fields = inside
            spec = self.schema.terms.get(path)
            if not fields:
                labels = spec.labels if spec is not None else NO_WORDS
                return Subject("", "it", expr.type.unit, labels, listed)
            below = ".".join(fields)
            name = words.name(below, spec.field_titles.get(below) if spec is not None else None)
            return Subject("", name, expr.type.unit, listed=listed)
        return Subject("", visible(written, 160), expr.type.unit, listed=listed)

    def _within(self, expr: core.Expr) -> tuple[str, tuple[str, ...]] | None:
        """The list and the fields that lead from an element of it to a part."""
        fields: list[str] = []
        while isinstance(expr, core.Field):
            fields.append(expr.name)
            expr = expr.of
        if not isinstance(expr, core.Local) or expr.name not in self.locals:
            return None
        path, above = self.locals[expr.name]
        return path, (*above, *reversed(fields))

    def value(self, expr: core.Expr, shown: Callable[[Any], str] | None = None) -> str:
        """An operand, parameters filled in where they have one value."""
        shown = shown or _constant
        if isinstance(expr, core.Const):
            return shown(expr.value)
        if isinstance(expr, core.Parameter):
            value = self.policy.parameters[expr.name].value
            if isinstance(value, core.Dated):
                return f"parameters.{expr.name}"
            return shown(value)
        if isinstance(expr, core.ListOf):
            return ", ".join(self.value(item, shown) for item in expr.items)
        if isinstance(expr, core.Term):
            return expr.path
        return visible(expr.span.text, 120)


def _constant(value: Any) -> str:
    """As the text of a leaf has it: a number without groups, which comes with its unit."""
    return to_text(value) if isinstance(value, Decimal) else words.value(value)


# on a page -----------------------------------------------------------------------------------


def put_condition(made: Page, lead: str, tree: Any, indent: int = 0) -> None:
    """`It requires: …`, a list below where it is a group; `tree` is what `Teller` makes."""
    if isinstance(tree, str):
        made.put((f"{lead}:", "bold"), f" {tree}", indent=indent, hang=indent + 2)
        return
    kind, parts = _group(tree, lead)
    made.put((f"{lead} {kind}:", "bold"), indent=indent, hang=indent + 2)
    _put_parts(made, parts, indent + 2)


def _put_parts(made: Page, parts: Sequence[Any], indent: int) -> None:
    """Conditions as a list, a group as a list below its own words."""
    for part in parts:
        if isinstance(part, str):
            made.put(f"- {part}", indent=indent, hang=indent + 2)
        else:
            kind, below = _group(part)
            made.put(f"- {kind}:", indent=indent, hang=indent + 2)
            _put_parts(made, below, indent + 2)


def _group(
    tree: Mapping[str, Any], lead: str | None = None, *, within: bool = False
) -> tuple[str, list[Any]]:
    kind, parts = next(iter(tree.items()))
    if kind == "elements":
        said, below = _group(tree["meets"], within=True)
        return of_elements(f"{parts}, {said}", lead=lead), below
    if kind == "some_of":
        return over(kind, parts["at_least"], lead=lead, within=within), parts["of"]
    return over(kind, lead=lead, within=within), parts if isinstance(parts, list) else [parts]
