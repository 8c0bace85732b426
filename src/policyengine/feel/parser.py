"""FEEL by recursive descent, operators by precedence climbing (DMN 1.5, 10.3.1.2).

From the loosest to the tightest: `or`; `and`; comparison, `between`, `in`; `+ -`; `* /`;
`**`; unary minus; `instance of`; filter, path, call. All binary operators associate to the
left, `**` too, and minus binds tighter than `**`, as the standard has it.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from policyengine.feel import ast, mistakes
from policyengine.feel.lexer import Origin, fail
from policyengine.feel.names import BY_FIRST_WORD, RESERVED
from policyengine.feel.stream import MAX_DEPTH, Stream
from policyengine.feel.typerefs import parse_type
from policyengine.operators.access import NAMES_WITH_BLANKS
from policyengine.source import quoted
from policyengine.values.temporal import parse_date, parse_date_time, parse_duration, parse_time

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER = range(1, 7)
_ARITHMETIC = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _POWER}
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_OPENING_WORDS = ("if", "for", "some", "every")
_CLOCK = ("now", "today")
_KEY_SYMBOLS = (".", "/", "-", "+", "*", "**")


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


class Parser(Stream):
    """One method per construct."""

    def __init__(self, text: str, origin: Origin | None) -> None:
        super().__init__(text, origin)
        #: whether the high end of a range is being read, where `[` may close it
        self.in_range_end = False

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
                if token.text in _COMPARISONS and level <= _COMPARE:
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

    def _operand(self, level: int) -> ast.Expr:
        """A right operand; `if`, `for`, `some` and `every` may stand there and run to the end."""
        if self.token.is_word(*_OPENING_WORDS):
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
        return self._typed(self._postfix(self._primary(), start), start)

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
        return not self._starts_value(1)

    def _starts_value(self, ahead: int = 0) -> bool:
        """Whether a token so far ahead begins a value."""
        token = self.peek(ahead)
        if token.kind == "name":
            return token.text not in RESERVED or token.text in (*_OPENING_WORDS, *_CONSTANTS)
        return token.kind in ("number", "string") or token.is_op("(", "[", "{", "-", "@")

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
        alone = not self.token.is_op(*_COMPARISONS)
        tests = [self._test(_OR)]
        first = tests[0]
        if alone and self.token.is_op(".."):
            first = self._range(start, first, low_included=False)
        else:
            while self.accept(","):
                tests.append(self._test(_OR))
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
        if token.is_op(*_COMPARISONS):
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
        tests = [self._test(_OR)]
        while self.accept(","):
            tests.append(self._test(_OR))
        if negated:
            self.expect(")", "to close `not`")
            if self.token.kind != "end":
                self.at = mark
                negated, tests = False, [self._test(_OR)]
                while self.accept(","):
                    tests.append(self._test(_OR))
        return ast.UnaryTests(self.since(start), tuple(tests), negated)

    # -- values

    def _primary(self) -> ast.Expr:
        token = self.token
        if token.kind == "number" or token.kind == "string":
            self.take()
            return ast.Literal(self.of(token), token.value)
        if token.kind == "name":
            return self._name()
        opening = _BRACKETS.get(token.text) if token.kind == "op" else None
        if opening is None:
            self.unexpected("a value")
        self.enter()
        outer, self.in_range_end = self.in_range_end, False
        found: ast.Expr = opening(self)
        self.in_range_end = outer
        self.leave()
        return found

    def _parenthesis(self) -> ast.Expr:
        start = self.take().start
        bare = self.token.is_op(*_COMPARISONS)
        first = self._test(_OR)
        if bare:
            self.expect(")", "to close the test")
            return first
        if self.token.is_op(".."):
            return self._range(start, first, low_included=False)
        if self.token.is_op(","):
            hint = self._hint(self.token) or "write a list as `[a, b]`"
            self.refuse("unexpected `,`; expected `)`", self.of(self.token), hint)
        self.expect(")", "to close the parenthesis")
        return first

    def _bracket(self) -> ast.Expr:
        start = self.take().start
        if self.accept("]"):
            return ast.ListLiteral(self.since(start), ())
        bare = self.token.is_op(*_COMPARISONS)
        items = [self._test(_OR)]
        if self.token.is_op("..") and not bare:
            return self._range(start, items[0], low_included=True)
        while self.accept(","):
            items.append(self._test(_OR))
        self.expect("]", "to close the list, or `,`")
        return ast.ListLiteral(self.since(start), tuple(items))

    def _open_range(self) -> ast.Expr:
        after = self.peek()
        if after.kind == "end" or after.is_op(")", "]", "}", ",", *_COMPARISONS):
            self.unexpected("a value")
        token = self.take()
        low = self.expression()
        if not self.token.is_op(".."):
            self.unexpected("`..` after the low end of the range that `]` opened")
        return self._range(token.start, low, low_included=False)

    def _range(self, start: int, low: ast.Expr, *, low_included: bool) -> ast.Expr:
        self.take()
        if self.token.is_op(")", "]"):
            self.unexpected("the high end of the range")
        self.in_range_end = True
        high = self._operand(_OR)
        self.in_range_end = False
        if not self.token.is_op(")", "]", "["):
            self.unexpected("`]` or `)` to close the range")
        included = self.take().text == "]"
        return ast.RangeLiteral(self.since(start), low, high, low_included, included)

    def _at_literal(self) -> ast.Expr:
        start = self.take().start
        token = self.token
        if token.kind != "string" or not isinstance(token.value, str):
            self.unexpected('a string after `@`, as in `@"2026-01-31"`')
        self.take()
        return ast.AtLiteral(self.since(start), token.value, temporal(token.value))

    def _context(self) -> ast.Expr:
        start = self.take().start
        entries: list[ast.ContextEntry] = []
        while not self.accept("}"):
            if entries:
                self.expect(",", "or `}` after the entry")
            begin = self.token.start
            key = self._key()
            self.expect(":", "after the key")
            value = self.expression()
            entries.append(ast.ContextEntry(self.since(begin), key, value))
        return ast.ContextLiteral(self.since(start), tuple(entries))

    def _key(self) -> str:
        token = self.token
        if token.kind == "string" and isinstance(token.value, str):
            self.take()
            return token.value
        if token.kind != "name":
            self.unexpected("a key: a name or a string")
        parts = [self.take()]
        while self.token.kind in ("name", "number") or self.token.is_op(*_KEY_SYMBOLS):
            parts.append(self.take())
        text = parts[0].text
        for before, part in pairwise(parts):
            text += (" " if part.start > before.end else "") + part.text
        return text

    # -- names and calls

    def _name(self) -> ast.Expr:
        token = self.token
        word = token.text
        if word in _CONSTANTS:
            self.take()
            return ast.Literal(self.of(token), _CONSTANTS[word])
        if word in mistakes.WORDS:
            hint = f"write `{mistakes.WORDS[word]}`"
            self.refuse(f"unknown word {quoted(word)}", self.of(token), hint)
        if word == "function":
            self._refuse_function()
        if word in RESERVED:
            self.unexpected("a value")
        words = self._function_words()
        self.at += len(words)
        name = " ".join(words)
        if not self.token.is_op("("):
            if len(words) > 1 and self._starts_value() and self.token.kind != "op":
                shown = quoted(name)
                hint = f"write `{name}(…)`"
                self.refuse(f"{shown} is a function", self.since(token.start), hint)
            return ast.Name(self.since(token.start), name)
        if name in _CLOCK and self.peek().is_op(")"):
            self.unsupported(
                f"`{name}()` is not supported: a decision must replay",
                self.of(token),
                "use `as_of`, the date of the decision",
            )
        arguments, named = self._arguments()
        span = self.since(token.start)
        if name == "not" and len(arguments) == 1:
            return ast.Not(span, arguments[0])
        if name == "not" and len(named) == 1 and named[0].name == "negand":
            return ast.Not(span, named[0].value)
        return ast.Call(span, name, arguments, named)

    def _function_words(self) -> list[str]:
        """The words of a built-in function's name that begin here, or the one word."""
        first = self.token.text
        for words in BY_FIRST_WORD.get(first, ()):
            ahead = [self.peek(i).text for i in range(1, len(words))]
            if tuple(ahead) != words[1:]:
                continue
            if "and" in words and not self.peek(len(words)).is_op("("):
                continue
            return list(words)
        return [first]

    def _arguments(self) -> tuple[tuple[ast.Expr, ...], tuple[ast.NamedArgument, ...]]:
        """Between the parentheses of a call: all positional or all named."""
        self.enter()
        outer, self.in_range_end = self.in_range_end, False
        self.take()
        positional: list[ast.Expr] = []
        named: list[ast.NamedArgument] = []
        while not self.accept(")"):
            if positional or named:
                self.expect(",", "or `)` after the argument")
            start = self.token.start
            words = self._argument_name()
            if words:
                if positional:
                    self.refuse(
                        "positional and named arguments cannot be mixed",
                        self.of(self.token),
                        "name all of them or none",
                    )
                self.at += words + 1
                name = " ".join(t.text for t in self.tokens[self.at - words - 1 : self.at - 1])
                value = self._argument()
                named.append(ast.NamedArgument(self.since(start), name, value))
            elif named:
                self.refuse(
                    "positional and named arguments cannot be mixed",
                    self.of(self.token),
                    "name all of them or none",
                )
            else:
                positional.append(self._argument())
        self.in_range_end = outer
        self.leave()
        return tuple(positional), tuple(named)

    def _argument_name(self) -> int:
        """How many words before a `:` here name an argument; 0 if none do."""
        count = 0
        while self.peek(count).kind == "name":
            count += 1
        return count if count and self.peek(count).is_op(":") else 0

    def _argument(self) -> ast.Expr:
        token = self.token
        if not token.is_word("function"):
            return self.expression()
        self.enter()
        self.take()
        self.expect("(", "after `function`")
        parameters: list[ast.Parameter] = []
        while not self.accept(")"):
            if parameters:
                self.expect(",", "or `)` after the parameter")
            name = self.token
            if name.kind != "name" or name.text in RESERVED:
                self.unexpected("the name of a parameter")
            self.take()
            wanted = parse_type(self) if self.accept(":") else None
            parameters.append(ast.Parameter(self.since(name.start), name.text, wanted))
        if self.token.is_word("external"):
            self.unsupported("external functions are not supported", self.of(self.token))
        body = self.expression()
        self.leave()
        return ast.Lambda(self.since(token.start), tuple(parameters), body)

    def _refuse_function(self) -> None:
        at = self.at
        while self.tokens[at].kind != "end" and not self.tokens[at].is_op(")"):
            at += 1
        if self.tokens[min(at + 1, len(self.tokens) - 1)].is_word("external"):
            self.unsupported("external functions are not supported", self.of(self.token))
        self.unsupported(
            "function definitions are not supported, but for an argument of `sort`",
            self.of(self.token),
            "write the expression where it is needed, or define it under a name",
        )

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


_BRACKETS = {
    "(": Parser._parenthesis,
    "[": Parser._bracket,
    "]": Parser._open_range,
    "{": Parser._context,
    "@": Parser._at_literal,
}


def temporal(text: str) -> ast.Temporal | None:
    """The date, time, date and time or duration that a text is, or None."""
    try:
        if text.startswith(("P", "-P")):
            return parse_duration(text)
        if "T" in text:
            return parse_date_time(text)
        if ":" in text:
            return parse_time(text)
        return parse_date(text)
    except ValueError:
        return None
