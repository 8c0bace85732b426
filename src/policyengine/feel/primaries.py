"""What an expression is made of: literals, lists, contexts, ranges, names and calls."""

from __future__ import annotations

from itertools import pairwise
from typing import NoReturn

from policyengine.feel import ast, mistakes
from policyengine.feel.lexer import Origin, Token
from policyengine.feel.names import BY_FIRST_WORD, RESERVED
from policyengine.feel.stream import Stream
from policyengine.feel.typerefs import parse_type
from policyengine.source import quoted
from policyengine.values.temporal import parse_date, parse_date_time, parse_duration, parse_time

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
OPENING_WORDS = ("if", "for", "some", "every")
CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_CLOCK = ("now", "today")
_KEY_SYMBOLS = (".", "/", "-", "+", "*", "**")


class Primaries(Stream):
    """One method per construct that stands for a value by itself."""

    def __init__(self, text: str, origin: Origin | None) -> None:
        super().__init__(text, origin)
        #: whether the high end of a range is being read, where `[` may close it
        self.in_range_end = False

    def expression(self) -> ast.Expr:
        """Any expression, with its own brackets."""
        raise NotImplementedError

    def operand(self) -> ast.Expr:
        """Any expression, within the brackets that are being read."""
        raise NotImplementedError

    def test(self) -> ast.Expr:
        """Any expression, or a comparison with its left side left out."""
        raise NotImplementedError

    def primary(self) -> ast.Expr:
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
        bare = self.token.is_op(*COMPARISONS)
        first = self.test()
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
        bare = self.token.is_op(*COMPARISONS)
        items = [self.test()]
        if self.token.is_op("..") and not bare:
            return self._range(start, items[0], low_included=True)
        while self.accept(","):
            items.append(self.test())
        self.expect("]", "to close the list, or `,`")
        return ast.ListLiteral(self.since(start), tuple(items))

    def _open_range(self) -> ast.Expr:
        after = self.peek()
        if after.kind == "end" or after.is_op(")", "]", "}", ",", *COMPARISONS):
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
        high = self.operand()
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
        if word in CONSTANTS:
            self.take()
            return ast.Literal(self.of(token), CONSTANTS[word])
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
            if word == "not" and self.token.kind == "name" and self.starts_value():
                self._bare_negation(token)
            if len(words) > 1 and self.starts_value() and self.token.kind != "op":
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

    def _bare_negation(self, word: Token) -> NoReturn:
        """Complain about `not x`, which lacks its parentheses."""
        first, last = self.take(), self.tokens[self.at - 1]
        while self.token.is_op(".") and self.peek().kind == "name":
            self.take()
            last = self.take()
        hint = f"write `not({self.text[first.start : last.end]})`"
        alone = self.token.kind == "end" or self.token.is_op(")", "]", "}", ",")
        if not (alone or self.token.is_word("and", "or", "then", "else", "return", "satisfies")):
            hint = "write `not(…)`, with what is negated between the parentheses"
        self.refuse("`not` is a function", self.of(word), hint)

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

    def starts_value(self, ahead: int = 0) -> bool:
        """Whether a token so far ahead begins a value."""
        token = self.peek(ahead)
        if token.kind == "name":
            return token.text not in RESERVED or token.text in (*OPENING_WORDS, *CONSTANTS)
        return token.kind in ("number", "string") or token.is_op("(", "[", "{", "-", "@")


_BRACKETS = {
    "(": Primaries._parenthesis,
    "[": Primaries._bracket,
    "]": Primaries._open_range,
    "{": Primaries._context,
    "@": Primaries._at_literal,
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
