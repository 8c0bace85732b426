"""The quick form: the same function for rows that the engine can say more about.

It takes rows in which numbers are `int` or `float` (see `floats`), with tables for what single
terms settle. Of its two versions one takes only rows without an unknown, so that all of
its logic is Python's own. A row that neither takes is for the general form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from policyengine import core
from policyengine.compiler.emitter import Emitter
from policyengine.compiler.floats import Constants, as_float
from policyengine.compiler.names import Code, comment
from policyengine.compiler.tables import Reader, Test, cuts_of, edges_of, holds, key_of
from policyengine.core import Expr
from policyengine.decision import Outcome

#: from how many outputs on a look-up costs less than the tests
_WORTH = {"enum": 2, "number": 3}
_FLAGS = ("rejected", "undetermined", "conditional")


class Quick(Emitter):
    """Emits the quick form of what another emitter has compiled."""

    def __init__(self, of: Emitter, floats: frozenset[str], *, known: bool) -> None:
        super().__init__(
            of.policy, of.schema, of.parameters, of.as_of, assume=of.assume, final=of.final
        )
        self.names, self.paths = dict(of.names), list(of.paths)
        self.always_applies, self.rates = of.always_applies, of.rates
        self.floats = floats
        self.known = known
        self.reader = Reader(of.schema, Constants(of.parameters), floats)
        self.truths: dict[Test, Code] = {}
        self.tables: dict[str, Any] = {}
        self.looked_up = 0

    def statements(self) -> list[str]:
        """What gives the answer once the columns are set."""
        self.count_shared()
        self.settle_single_terms()
        self.body()
        return self.whole()

    def of_row(self, statements: list[str], form: str) -> tuple[Callable[[Any], Any], str]:
        """The function of a row that consists of statements, and its text."""
        source = self.function("decide(row)", statements)
        return self.load(source, form), source

    # where the quick form differs -----------------------------------------------------------

    def term(self, path: str) -> Code:
        code = super().term(path)
        return Code(code.text, code.nullable and not self.known, 1)

    def value(self, expr: Expr) -> Code:
        if self.truths and expr.type.kind == "boolean":
            test = self.reader.test(expr)
            if test is not None and test in self.truths:
                return self.truths[test]
        return super().value(expr)

    def number(self, value: Any, beside: Expr) -> str:
        if isinstance(beside, core.Term) and beside.path in self.floats:
            return repr(as_float(value))
        return super().number(value, beside)

    def among(self, options: tuple[Any, ...], value: Expr) -> frozenset[Any]:
        if isinstance(value, core.Term) and value.path in self.floats:
            return frozenset(map(as_float, options))
        return super().among(options, value)

    # single terms ---------------------------------------------------------------------------

    def settle_single_terms(self) -> None:
        singles: dict[str, list[int]] = {}
        tests: dict[str, dict[Test, None]] = {}
        for number, rule in enumerate(self.policy.rules):
            if not self.in_force(rule):
                continue
            path = self.reader.only(rule)
            if path is not None:
                singles.setdefault(path, []).append(number)
                continue
            for expr in (rule.applies, rule.unless, rule.requirement):
                for test in self.reader.tests(expr):
                    if test is not None:
                        tests.setdefault(test[0], {})[test] = None
        for path in self.paths:
            numbers, others = singles.get(path, []), list(tests.get(path, ()))
            kind = self.reader.kind(path) if numbers or others else None
            if kind == "boolean" and numbers:
                self.branches(path, numbers)
            elif kind in _WORTH and len(numbers) + len(others) >= _WORTH[kind]:
                self.table(path, kind, numbers, others)

    def branches(self, path: str, numbers: list[int]) -> None:
        """The rules on a boolean, settled by asking it once."""
        code = self.term(path)
        self.title(path, numbers)
        cells: list[tuple[str, bool | None]] = [(f"if {code.text}:", True)]
        if code.nullable:
            cells.append((f"elif {code.text} is None:", None))
        for head, cell in [*cells, ("else:", False)]:
            self.lines.append(head)
            outcomes = self.outcomes(numbers, cell, ())
            for outcome in dict.fromkeys(outcomes.values()):
                same = " = ".join(f"r{n}" for n, found in outcomes.items() if found is outcome)
                self.lines.append(f"    {same} = {outcome.name}")
            for name, flag in zip(_FLAGS, self.flagged(outcomes), strict=True):
                if flag:
                    self.lines.append(f"    {name} = True")
        self.settled.update(numbers)

    def table(self, path: str, kind: str, numbers: list[int], tests: list[Test]) -> None:
        """The rules and the tests on a term, looked up by its value or by where it lies."""
        code = self.term(path)
        rules = [self.policy.rules[number] for number in numbers]
        read = [t for r in rules for e in (r.requirement, r.unless) for t in self.reader.tests(e)]
        cuts = cuts_of([t for t in read if t is not None] + tests) if kind == "number" else ()
        cells: list[Any] = list(range(2 * len(cuts) + 1))
        if kind == "enum":
            cells = list(self.schema.terms[path].shape.enum or ())
        if code.nullable:
            cells.append(None)
        rows = []
        for cell in cells:
            outcomes = self.outcomes(numbers, cell, cuts)
            truths = [holds(test, cell, cuts) for test in tests]
            rows.append((*outcomes.values(), *truths, *self.flagged(outcomes)))
        at = self.looked_up
        self.looked_up += 1
        results = [f"r{number}" for number in numbers]
        for test in tests:
            results.append(f"p{len(self.truths)}")
            self.truths[test] = Code(results[-1], code.nullable, 1)
        width = len(results)
        kept = [n for n in range(3) if any(row[width + n] for row in rows)]
        for n in kept:
            results.append(f"{_FLAGS[n]}{at}")
            self.flags[_FLAGS[n]].append(results[-1])
        rows = [row[:width] + tuple(row[width + n] for n in kept) for row in rows]
        self.title(path, numbers)
        found = self.lookup(kind, code, at, cells, cuts, rows)
        self.lines.append(f"{', '.join(results)}{',' * (len(results) == 1)} = {found}")
        self.settled.update(numbers)

    def lookup(
        self, kind: str, code: Code, at: int, cells: list[Any], cuts: Any, rows: list[Any]
    ) -> str:
        """The expression that finds the row of a value."""
        table = f"table{at}"
        if kind == "enum":
            self.tables[table] = dict(zip(cells, rows, strict=True))
            return f"{table}[{code.text}]"
        unknown = rows.pop() if code.nullable else None
        edges, kept = edges_of(cuts, rows)
        self.tables |= {table: tuple(kept), f"keys{at}": [key_of(edge) for edge in edges]}
        found = f"{table}[bisect(keys{at}, {code.text})]"
        if unknown is None:
            return found
        self.tables[f"unknown{at}"] = unknown
        return f"unknown{at} if {code.text} is None else {found}"

    def outcomes(self, numbers: list[int], cell: Any, cuts: Any) -> dict[int, Outcome]:
        return {
            number: self.reader.outcome(self.policy.rules[number], cell, cuts, final=self.final)
            for number in numbers
        }

    def flagged(self, outcomes: dict[int, Outcome]) -> tuple[bool, bool, bool]:
        """Whether these outcomes reject, leave the verdict undetermined, make it conditional."""
        found = {(self.policy.rules[n].level, outcome) for n, outcome in outcomes.items()}
        return (
            ("mandatory", Outcome.FAIL) in found,
            ("mandatory", Outcome.UNKNOWN) in found,
            bool({("negotiable", Outcome.FAIL), ("negotiable", Outcome.UNKNOWN)} & found),
        )

    def title(self, path: str, numbers: list[int]) -> None:
        ids = ", ".join(comment(self.policy.rules[number].id) for number in numbers[:20])
        more = f" and {len(numbers) - 20} more" if len(numbers) > 20 else ""
        self.lines.append(f"# {': '.join(filter(None, (comment(path), ids)))}{more}")

    def load(self, source: str, form: str) -> Any:
        made = super().load(source, form)
        made.__globals__.update(self.tables)
        return made
