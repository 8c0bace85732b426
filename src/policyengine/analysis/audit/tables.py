"""Rows of decision tables: deals without one, deals with two, rows that no deal gets to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from policyengine import core
from policyengine.analysis.audit.findings import Finding, Ground, Shown
from policyengine.analysis.audit.inquiry import Answer, Inquiry
from policyengine.analysis.audit.notes import Notes
from policyengine.core import Definition, Expr
from policyengine.feel.valuetext import to_text
from policyengine.operators.comparison import equal
from policyengine.source import Span, quoted
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.values import Truth
from policyengine.symbolic.verifier import Replay

#: hit policies that give something where no row matches
_OF_NONE = ("C", "C+", "C#", "R", "O")


class TableAudit:
    def __init__(self, inquiry: Inquiry, notes: Notes) -> None:
        self.inquiry = inquiry
        self.notes = notes

    def look(self, definition: Definition) -> None:
        table = definition.value
        if not isinstance(table, core.Table):
            return
        self._missing(definition, table)
        idle = {n for n in range(len(table.rows)) if self._idle(definition, table, n)}
        if table.hit_policy in ("U", "A"):
            for one in range(len(table.rows)):
                for other in range(one + 1, len(table.rows)):
                    if not idle & {one, other}:
                        self._overlap(definition, table, one, other)

    def _missing(self, definition: Definition, table: core.Table) -> None:
        if table.default is not None or table.hit_policy in _OF_NONE:
            return
        rows = [row.condition for row in table.rows]
        answer = self._ask(rows, [False] * len(rows))
        if answer.deal is None:
            if answer.ground is None:
                self.notes.left_open("missing-row", definition.name, answer.why)
            return
        replay = self._pruned(answer.deal, rows, [False] * len(rows))
        name = quoted(definition.name)
        self._found(
            "missing-row",
            f"{name} has no row for {self._shown(replay, definition.value)}",
            definition.span,
            "add a row or a `default`: without one, what reads it is unknown for such a deal",
            (Shown("no row matches", replay),),
        )

    def _overlap(self, definition: Definition, table: core.Table, one: int, other: int) -> None:
        rows = [table.rows[one], table.rows[other]]
        exprs = [row.condition for row in rows]
        if table.hit_policy == "A" and _constants(rows[0].output, rows[1].output):
            return
        answer = self._ask(exprs, [True, True])
        if answer.deal is None:
            if answer.ground is None:
                self.notes.left_open("overlapping-rows", definition.name, answer.why)
            return
        if table.hit_policy == "A":
            outputs = self.inquiry.problem.judge.values(
                answer.deal.document, [row.output for row in rows]
            )
            if outputs is None or equal(*outputs) is not False:
                return
        replay = self._pruned(answer.deal, exprs, [True, True])
        self._found(
            "overlapping-rows",
            f"rows {one + 1} and {other + 1} of {quoted(definition.name)} both match "
            f"{self._shown(replay, definition.value)}",
            rows[1].span,
            "what reads the table is unknown for such a deal; narrow one of the rows",
            (Shown("both rows match", replay),),
            ((rows[0].span, f"row {one + 1}"),),
        )

    def _idle(self, definition: Definition, table: core.Table, number: int) -> bool:
        """Whether a row is never the one: it matches no deal, or earlier ones always do."""
        rows = [row.condition for row in table.rows[: number + 1]]
        first = table.hit_policy == "F"
        exprs = rows if first else rows[-1:]
        wanted = [*([False] * (len(exprs) - 1)), True]
        answer = self._ask(exprs, wanted)
        if answer.deal is not None:
            return False
        if answer.ground is None:
            self.notes.left_open("idle-row", definition.name, answer.why)
            return False
        alone = self._ask(rows[-1:], [True]) if first else answer
        what = (
            f"no deal matches row {number + 1} of {quoted(definition.name)}"
            if alone.deal is None
            else f"earlier rows of {quoted(definition.name)} take all that row {number + 1} matches"
        )
        self.notes.found(
            Finding("idle-row", what, table.rows[number].span, (), answer.ground,
                    hint="put it before them, widen it, or remove it")
        )  # fmt: skip
        return True

    def _found(
        self,
        code: str,
        message: str,
        span: Span,
        hint: str,
        shown: tuple[Shown, ...],
        related: tuple[tuple[Span, str], ...] = (),
    ) -> None:
        # a deal that the reference decided is proof enough
        ground = Ground(True)
        self.notes.found(Finding(code, message, span, (), ground, hint, related, shown))

    def _ask(self, exprs: Sequence[Expr], wanted: Sequence[bool]) -> Answer:
        def query(problem: Problem) -> list[Bool]:
            truths = [problem.encoder.truth_of(expr)[0] for expr in exprs]
            return [_is(truth, value) for truth, value in zip(truths, wanted, strict=True)]

        return self.inquiry.ask(query, exprs=exprs, shows=self._holds(exprs, wanted))

    def _holds(self, exprs: Sequence[Expr], wanted: Sequence[bool]) -> Callable[[Replay], bool]:
        judge = self.inquiry.problem.judge
        return lambda replay: judge.values(replay.document, exprs) == list(wanted)

    def _pruned(self, deal: Replay, exprs: Sequence[Expr], wanted: Sequence[bool]) -> Replay:
        return self.inquiry.pruned(deal, self._holds(exprs, wanted))

    def _shown(self, replay: Replay, expr: Expr) -> str:
        """The values that a deal gives what a table reads."""
        policy, schema = self.inquiry.policy, self.inquiry.setting.schema
        read = core.terms_read(policy.core, expr)
        values = self.inquiry.policy._deal(replay.document).values
        parts = []
        for path, spec in schema.terms.items():
            if path not in read:
                continue
            value = values.get(path, spec.default if self.inquiry.setting.assume else None)
            if value is not None:
                parts.append(quoted(f"{path}: {_plain(value)}"))
        return ", ".join(parts) or "a deal that states nothing"


def _is(truth: Truth, value: bool) -> Bool:
    return truth.true if value else truth.false


def _constants(one: Expr, other: Expr) -> bool:
    """Whether both are constants that are equal."""
    bare = [each.of if isinstance(each, core.Leaf) else each for each in (one, other)]
    values = [each.value for each in bare if isinstance(each, core.Const)]
    return len(values) == len(bare) and equal(*values) is True


def _plain(value: Any) -> str:
    return to_text(value) or "…"
