"""FEEL by recursive descent, operators by precedence climbing (DMN 1.5, 10.3.1.2).

From the loosest to the tightest: `or`; `and`; comparison, `between`, `in`; `+ -`; `* /`;
`**`; unary minus; `instance of`; filter, path, call. All binary operators associate to the
left, `**` too, and minus binds tighter than `**`, as the standard has it.
"""

from __future__ import annotations

from decimal import Decimal

from policyengine.feel import ast
from policyengine.feel.lexer import Origin, fail
from policyengine.feel.names import RESERVED
from policyengine.feel.primaries import COMPARISONS, OPENING_WORDS, Primaries
from policyengine.feel.stream import MAX_DEPTH
from policyengine.feel.typerefs import parse_type
from policyengine.operators.access import NAMES_WITH_BLANKS

_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER = range(1, 7)
_ARITHMETIC = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _POWER}


def parse(text: str, origin: Origin | None = None) -> ast.Expr:
    """An expression as a tree.

    `origin(start, end)` gives the span in a file of a range of characters of the text;
    without it spans point into a source called `<expression>`. Raises `ExpressionError`
    with one diagnostic: `feel-syntax`, `feel-string`, `feel-number`, `feel-type`,
    `feel-unsupported`, `feel-too-deep`, `feel-too-long`.
    """
    parser = Parser(text, origin)
    try:
        found = parser.expression()
        parser.finish()
    except RecursionError:
        parser.too_deep()
    return measured(found)


def parse_unary_tests(text: str, origin: Origin | None = None) -> ast.UnaryTests:
    """The tests of a decision-table cell: `-`, `< 5, > 10`, `not("a", "b")`; raises as
    `parse` does."""
    parser = Parser(text, origin)
    try:
        found = parser.unary_tests()
        parser.finish()
    except RecursionError:
        parser.too_deep()
    measured(found)
    return found


def measured(root: ast.Expr) -> ast.Expr:
    """The tree itself; refused if it is deeper than executors are asked to go."""
    pending = [(root, 1)]
    while pending:
        node, depth = pending.pop()
        if depth > MAX_DEPTH:
            fail(
                "feel-too-deep",
                f"the expression is more than {MAX_DEPTH} levels deep",
                node.span,
                "use `sum([a, b, …])`, `all([…])` or `any([…])`, or define a part under a name",
            )
        pending.extend((child, depth + 1) for child in ast.children(node))
    return root


class Parser(Primaries):
    """One method per operator and statement."""

    def finish(self) -> None:
        if self.token.kind != "end":
            self.unexpected("an operator or the end of the expression")

    def expression(self) -> ast.Expr:
        outer, self.in_range_end = self.in_range_end, False
        found = self._operand(_OR)
        self.in_range_end = outer
        return found

    def _statement(self) -> ast.Expr:
        """What begins with a word and runs on to the end of the expression."""
        word = self.token.text
        self.enter()
        if word == "if":
            found = self._if()
        elif word == "for":
            found = self._for()
        else:
            found = self._quantified()
        self.leave()
        return found

    # -- operators

    def _binary(self, level: int) -> ast.Expr:
        start = self.token.start
        return self._continue(self._unary(), start, level)

    def _continue(self, left: ast.Expr, start: int, level: int) -> ast.Expr:
        """The operators after a left operand, down to a level."""
        while True:
            token = self.token
            if token.kind == "op":
                rank = _ARITHMETIC.get(token.text)
                if rank is not None and rank >= level:
                    self.take()
                    right = self._operand(rank + 1)
                    left = ast.Arithmetic(self.since(start), token.text, left, right)
                    continue
                if token.text in COMPARISONS and level <= _COMPARE:
                    self.take()
                    if token.text == "<" and self.token.is_op(">"):
                        whole = self.origin(token.start, self.token.end)
                        self.refuse("unknown operator `<>`", whole, "write `!=`")
                    right = self._operand(_ADD)
                    left = ast.Comparison(self.since(start), token.text, left, right)
                    continue
            elif token.kind == "name":
                if token.text == "and" and level <= _AND:
                    operands = self._chain("and", left, _COMPARE)
                    left = ast.And(self.since(start), operands)
                    continue
                if token.text == "or" and level <= _OR:
                    operands = self._chain("or", left, _AND)
                    left = ast.Or(self.since(start), operands)
                    continue
                if token.text == "between" and level <= _COMPARE:
                    self.take()
                    low = self._operand(_ADD)
                    self.expect_word("and", "between the two bounds")
                    high = self._operand(_ADD)
                    left = ast.Between(self.since(start), left, low, high)
                    continue
                if token.text == "in" and level <= _COMPARE:
                    self.take()
                    tests = self._in_tests()
                    left = ast.In(self.since(start), left, tests)
                    continue
            return left

    def _chain(self, word: str, first: ast.Expr, level: int) -> tuple[ast.Expr, ...]:
        """The operands of a run of `and`s or `or`s."""
        operands = [first]
        while self.token.is_word(word):
            self.take()
            operands.append(self._operand(level))
        return tuple(operands)

    def operand(self) -> ast.Expr:
        return self._operand(_OR)

    def test(self) -> ast.Expr:
        return self._test(_OR)

    def _operand(self, level: int) -> ast.Expr:
        """A right operand; `if`, `for`, `some` and `every` may stand there and run to the end."""
        if self.token.is_word(*OPENING_WORDS):
            return self._statement()
        return self._binary(level)

    def _unary(self) -> ast.Expr:
        token = self.token
        start = token.start
        if token.is_op("-"):
            self.enter()
            self.take()
            number = self.token
            if number.kind == "number" and isinstance(number.value, Decimal):
                self.take()
                literal = ast.Literal(self.since(start), -number.value or Decimal(0))
                found = self._typed(self._postfix(literal, start), start)
            else:
                operand = self._unary()
                found = ast.Negate(self.since(start), operand)
            self.leave()
            return found
        if token.is_op("+"):
            self.refuse("`+` needs a value on its left", self.of(token), "write the number alone")
        return self._typed(self._postfix(self.primary(), start), start)

    def _typed(self, operand: ast.Expr, start: int) -> ast.Expr:
        while self.token.is_word("instance"):
            self.take()
            self.expect_word("of", "after `instance`")
            wanted = parse_type(self)
            operand = ast.InstanceOf(self.since(start), operand, wanted)
        return operand

    def _postfix(self, found: ast.Expr, start: int) -> ast.Expr:
        while True:
            token = self.token
            if token.is_op("."):
                self.take()
                name = self._property()
                found = ast.Path(self.since(start), found, name)
            elif token.is_op("[") and not (self.in_range_end and self._closes_range()):
                self.take()
                condition = self.expression()
                self.expect("]", "to close the filter")
                found = ast.Filter(self.since(start), found, condition)
            elif token.is_op("("):
                arguments, named = self._arguments()
                found = ast.Apply(self.since(start), found, arguments, named)
            else:
                return found

    def _closes_range(self) -> bool:
        """Whether a `[` after the high end of a range ends it: no value follows."""
        return not self.starts_value(1)

    def _property(self) -> str:
        token = self.token
        if token.kind != "name":
            self.unexpected("the name of a property after `.`")
        self.take()
        after = self.token
        if after.kind == "name" and f"{token.text} {after.text}" in NAMES_WITH_BLANKS:
            self.take()
            return f"{token.text} {after.text}"
        return token.text

    # -- tests

    def _in_tests(self) -> tuple[ast.Expr, ...]:
        """What follows `in`: one test, or several between parentheses."""
        token = self.token
        if not token.is_op("("):
            return (self._test(_ADD),)
        start = token.start
        self.enter()
        outer, self.in_range_end = self.in_range_end, False
        self.take()
        alone = not self.token.is_op(*COMPARISONS)
        tests = [self.test()]
        first = tests[0]
        if alone and self.token.is_op(".."):
            first = self._range(start, first, low_included=False)
        else:
            while self.accept(","):
                tests.append(self.test())
            self.expect(")", "to close the tests")
            alone = alone and len(tests) == 1
        self.in_range_end = outer
        self.leave()
        if alone:
            value = self._typed(self._postfix(first, start), start)
            return (self._continue(value, start, _ADD),)
        return tuple(tests)

    def _test(self, level: int) -> ast.Expr:
        token = self.token
        if token.is_op(*COMPARISONS):
            self.take()
            operand = self._operand(_ADD)
            return ast.UnaryComparison(self.since(token.start), token.text, operand)
        return self.expression() if level == _OR else self._operand(level)

    def unary_tests(self) -> ast.UnaryTests:
        start = self.token.start
        if self.token.is_op("-") and self.peek().kind == "end":
            self.take()
            return ast.UnaryTests(self.since(start), (), False)
        negated = self.token.is_word("not") and self.peek().is_op("(")
        mark = self.at
        if negated:
            self.at += 2
        tests = [self.test()]
        while self.accept(","):
            tests.append(self.test())
        if negated:
            self.expect(")", "to close `not`")
            if self.token.kind != "end":
                self.at = mark
                negated, tests = False, [self.test()]
                while self.accept(","):
                    tests.append(self.test())
        return ast.UnaryTests(self.since(start), tuple(tests), negated)

    # -- statements

    def _if(self) -> ast.Expr:
        start = self.take().start
        condition = self.expression()
        self.expect_word("then", "after the condition of `if`")
        then = self.expression()
        self.expect_word("else", "after `then`; every `if` has one")
        otherwise = self.expression()
        return ast.If(self.since(start), condition, then, otherwise)

    def _for(self) -> ast.Expr:
        start = self.take().start
        iterations = self._iterations("for", "return")
        body = self.expression()
        return ast.For(self.since(start), iterations, body)

    def _quantified(self) -> ast.Expr:
        token = self.take()
        iterations = self._iterations(token.text, "satisfies")
        condition = self.expression()
        return ast.Quantified(self.since(token.start), token.text, iterations, condition)

    def _iterations(self, word: str, end: str) -> tuple[ast.Iteration, ...]:
        found: list[ast.Iteration] = []
        while not found or self.accept(","):
            name = self.token
            if name.kind != "name" or name.text in RESERVED:
                self.unexpected(f"a name after `{word if not found else ','}`")
            self.take()
            self.expect_word("in", "after the name")
            source = self.expression()
            until = self.expression() if self.accept("..") else None
            found.append(ast.Iteration(self.since(name.start), name.text, source, until))
        self.expect_word(end, f"after the lists of `{word}`")
        return tuple(found)
