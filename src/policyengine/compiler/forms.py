"""The quick forms of a compiled policy, made when the first deal that they fit comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from policyengine.compiler.floats import as_float, float_columns

if TYPE_CHECKING:
    from policyengine.compiler.compiled import Answer, Row
    from policyengine.compiler.emitter import Emitter

Decide: TypeAlias = "Callable[[Row], Answer]"


class Forms:
    """The quick forms of one policy, each compiled at its first use.

    `known` takes rows without an unknown, `unknown` those with one, and `verdict` gives for the
    former the verdict alone; `document` and `verdict of document` take raw documents.
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
        self._at = tuple(at for at, path in enumerate(emitter.paths) if path in self.floats)

    def row(self, row: Row) -> Row | None:
        """A general form's row as the quick forms take it, or None."""
        values = list(row)
        for at in self._at:
            value = values[at]
            if value is not None:
                values[at] = value = as_float(value)
                if value is None:
                    return None
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
        if name == "document":
            return self.reader(self.form("known")[0], self._unknown)
        if name == "verdict of document":
            return self.reader(self.form("verdict")[0], lambda row: self._unknown(row)[0])
        if name == "verdict":
            from policyengine.compiler.verdicts import VerdictOnly

            known = self.form("known")
            found = VerdictOnly(self._emitter, self.floats, known=True).compile_verdict()
            return found or ((lambda row: known[0](row)[0]), known[1])
        from policyengine.compiler.quick import Quick

        return Quick(self._emitter, self.floats, known=name == "known").compile_quick()

    def _unknown(self, row: Row) -> Answer:
        """The form for rows with an unknown, compiled when a document with one comes."""
        made: Answer = self.form("unknown")[0](row)
        return made

    def reader(
        self, known: Callable[[Row], Any], unknown: Callable[[Row], Any]
    ) -> tuple[Callable[[Any], Any], str]:
        """The function from a raw document to what is made of its row, and its text."""
        from policyengine.compiler.intake import Columns, compile_intake, is_small

        paths = tuple(self._emitter.paths)
        defaults = self.row(self._defaults)
        if defaults is None or not all(is_small(value, self._longest) for value in defaults):
            return (lambda _: None), ""
        columns = Columns(paths, defaults, self.floats, self._longest)
        return compile_intake(self._emitter.schema, columns, known, unknown)
