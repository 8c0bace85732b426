"""The quick forms of a compiled policy, made when the first deal that they fit comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from policyengine import core
from policyengine.compiler.floats import as_float, float_columns
from policyengine.core import Expr
from policyengine.schema import TermsSchema

if TYPE_CHECKING:
    from policyengine.compiler.compiled import Answer, Row
    from policyengine.compiler.emitter import Emitter
    from policyengine.compiler.quick import Quick

Decide: TypeAlias = "Callable[[Row], Answer]"


class Forms:
    """The quick forms of one policy, each compiled at its first use.

    `known` takes rows without an unknown, `unknown` those with one, and `verdict` gives for the
    former the verdict alone; `document` and `verdict of document` take raw documents, and `row`
    gives of one whether something is unknown, and its row for the first two.
    """

    def __init__(self, emitter: Emitter, defaults: tuple[Any, ...], longest: int) -> None:
        self._emitter = emitter
        self._defaults = defaults
        self._longest = longest
        self._made: dict[str, tuple[Any, str]] = {}
        exprs = [
            expr
            for rule in emitter.policy.rules
            for expr in (rule.applies, rule.unless, rule.requirement)
            if expr is not None
        ]
        exprs += [definition.value for definition in emitter.policy.definitions.values()]
        #: the paths whose numbers a quick row holds as floats
        self.floats = float_columns(exprs, emitter.parameters)
        #: the paths whose lists a quick row holds in any container, since order is nothing to it
        self.sets = _only_asked(exprs, emitter.schema)
        self._at = tuple(at for at, path in enumerate(emitter.paths) if path in self.floats)
        self._lists = tuple(at for at, path in enumerate(emitter.paths) if path in self.sets)

    def row(self, row: Row) -> Row | None:
        """A general form's row as the quick forms take it, or None."""
        values = list(row)
        for at in self._at:
            value = values[at]
            if value is not None:
                values[at] = value = as_float(value)
                if value is None:
                    return None
        for at in self._lists:
            value = values[at]
            if value is not None:
                values[at] = frozenset(value)
        return tuple(values)

    def of(self, row: Row) -> Decide:
        """The form for a quick row."""
        made: Decide = self.form("unknown" if any(v is None for v in row) else "known")[0]
        return made

    def form(self, name: str) -> tuple[Any, str]:
        """A form by its name, and its text."""
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._make(name)
        return found

    def _make(self, name: str) -> tuple[Any, str]:
        from policyengine.compiler.quick import Quick
        from policyengine.compiler.verdicts import VerdictOnly

        if name in ("known", "unknown"):
            quick = Quick(self._emitter, self.floats, known=name == "known")
            return quick.of_row(quick.statements(), name)
        if name == "row":
            # kept for longer than the document: it shares no list with it
            quick = Quick(self._emitter, self.floats, known=True)
            return self.reader(quick, name, lambda row: [f"return gaps, {row}"], shared=frozenset())
        if name == "document":
            quick = Quick(self._emitter, self.floats, known=True)
            known = quick.statements()
            return self.reader(quick, name, lambda row: [f"if gaps: return unknown({row})", *known])
        alone = VerdictOnly(self._emitter, self.floats, known=True)
        statements = alone.statements_of_verdict()
        if name == "verdict of document":
            if statements is None:
                read, text = self.form("document")
                return _first_of(read), text
            return self.reader(
                alone, name, lambda row: [f"if gaps: return unknown({row})[0]", *statements]
            )
        if statements is not None:
            return alone.of_row(statements, name)
        known, text = self.form("known")
        return (lambda row: known(row)[0]), text

    def _unknown(self, row: Row) -> Answer:
        """The form for rows with an unknown, compiled when a document with one comes."""
        made: Answer = self.form("unknown")[0](row)
        return made

    def reader(
        self,
        quick: Quick,
        name: str,
        then: Callable[[str], list[str]],
        *,
        shared: frozenset[str] | None = None,
    ) -> tuple[Callable[[Any], Any], str]:
        """The function of a raw document, and its text: it sets the columns, and `gaps` to
        whether one of them is None, and goes on with what `then` gives for the text of the row.
        Lists at the paths of `shared` may be the document's own."""
        from policyengine.compiler.intake import Columns, Intake, is_small

        defaults = self.row(self._defaults)
        small = all(is_small(value, self._longest) for value in self._defaults)
        if defaults is None or not small:
            return (lambda _: None), ""
        names = {path: quick.names[path] for path in self._emitter.paths}
        sets = self.sets if shared is None else shared
        columns = Columns(names, defaults, self.floats, sets, self._longest)
        intake = Intake(self._emitter.schema, columns)
        row = f"({''.join(f'{column}, ' for column in names.values())})"
        lines = [*intake.lines, *then(row)]
        quick.tables |= intake.space | {"unknown": self._unknown}
        source = "def decide(document):\n" + "".join(f"    {line}\n" for line in lines)
        return quick.load(source, name), source


def _only_asked(exprs: list[Expr], schema: TermsSchema) -> frozenset[str]:
    """The lists of options of which every expression only ever asks whether they hold a
    constant."""
    found = {
        path
        for path, spec in schema.terms.items()
        if spec.shape.item is not None
        and spec.shape.item.enum is not None
        and spec.shape.item.type.kind == "string"
        and not spec.shape.item.nullable
    }
    for expr in exprs:
        if isinstance(expr, core.Term):  # a definition that is another name for it
            found.discard(expr.path)
        for node in core.walk(expr):
            for child in core.children(node):
                if isinstance(child, core.Term) and not (
                    isinstance(node, core.Member)
                    and child is node.options
                    and isinstance(node.value, core.Const)
                    and type(node.value.value) is str
                ):
                    found.discard(child.path)
    return frozenset(found)


def _first_of(read: Callable[[Any], Answer | None]) -> Callable[[Any], Any]:
    def verdict(document: Any) -> Any:
        found = read(document)
        return None if found is None else found[0]

    return verdict
