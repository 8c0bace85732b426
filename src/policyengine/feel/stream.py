"""The cursor over the tokens, and how the parser says what is wrong."""

from __future__ import annotations

from typing import NoReturn

from policyengine.feel import mistakes
from policyengine.feel.lexer import Origin, Token, fail, tokens
from policyengine.feel.names import RESERVED
from policyengine.source import Source, Span, quoted

#: Levels of nesting that are read, and levels of the tree that results.
MAX_NESTING = 64
MAX_DEPTH = 128


class Stream:
    """Tokens with a position; every complaint of the parser is made here."""

    def __init__(self, text: str, origin: Origin | None) -> None:
        self.text = text
        self.origin: Origin = origin or Source("<expression>", text).span
        self.tokens = tokens(text, self.origin)
        self.at = 0
        self.nesting = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.tokens[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def accept(self, *operators: str) -> bool:
        """Take the next token if it is one of these operators."""
        if self.token.is_op(*operators):
            self.at += 1
            return True
        return False

    def expect(self, operator: str, purpose: str) -> Token:
        if not self.token.is_op(operator):
            self.unexpected(f"`{operator}` {purpose}")
        return self.take()

    def expect_word(self, word: str, purpose: str) -> Token:
        if not self.token.is_word(word):
            self.unexpected(f"`{word}` {purpose}")
        return self.take()

    def since(self, start: int, last: Token | None = None) -> Span:
        """The span from an offset to the end of a token, or of the last one taken."""
        if last is not None:
            return self.origin(start, last.end)
        return self.origin(start, self.tokens[self.at - 1].end if self.at else start)

    def of(self, token: Token) -> Span:
        return self.origin(token.start, token.end)

    def too_deep(self) -> NoReturn:
        fail(
            "feel-too-deep",
            f"the expression is nested more than {MAX_NESTING} levels deep",
            self.of(self.token),
            "define a part of it under a name of its own",
        )

    def enter(self) -> None:
        """Go one level deeper; refuse beyond the limit. The caller leaves again."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            self.too_deep()

    def leave(self) -> None:
        self.nesting -= 1

    def refuse(self, message: str, span: Span, hint: str | None = None) -> NoReturn:
        fail("feel-syntax", message, span, hint)

    def unsupported(self, message: str, span: Span, hint: str | None = None) -> NoReturn:
        fail("feel-unsupported", message, span, hint)

    def unexpected(self, expected: str) -> NoReturn:
        """Complain about the next token, which is not what should stand here."""
        token = self.token
        if token.kind == "end":
            end = self.tokens[self.at - 1].end if self.at else 0
            here = self.origin(end, end)
            self.refuse(f"the expression ends too soon; expected {expected}", here)
        self.misused(token)
        fail(
            "feel-syntax",
            f"unexpected {quoted(token.text)}; expected {expected}",
            self.of(token),
            self._hint(token),
        )

    def misused(self, token: Token) -> None:
        """Complain by name about a token that follows a whole value, if it is a known habit."""
        before = self.tokens[self.at - 1] if self.at else None
        if token.kind == "name" and before is not None and _ends_value(before):
            hint = mistakes.INFIX.get(token.text)
            if token.text == "is" and self.peek().text in ("null", "not"):
                hint = "write `= null`, or `!= null`"
            if hint:
                self.refuse(f"{quoted(token.text)} is not an operator", self.of(token), hint)
            if before.kind == "number" and token.text not in RESERVED:
                hint = mistakes.number_hint(before.text, token.text)
                self.refuse("a number stands before a name", self.since(before.start, token), hint)
            if before.kind == "name" and token.text not in (*mistakes.WORDS, *RESERVED):
                both = self.text[before.start : token.end]
                fail(
                    "feel-unsupported",
                    f"{quoted(both)}: names with blanks are not supported",
                    self.origin(before.start, token.end),
                    "put an operator between two names; write a term as its dotted path, and an "
                    "entry whose key has a blank as `get value(context, key)`",
                )

    def _hint(self, token: Token) -> str | None:
        before = self.tokens[self.at - 1] if self.at else None
        after = self.peek()
        if (
            token.is_op(",")
            and before is not None
            and before.kind == "number"
            and after.kind == "number"
            and len(after.text.partition(".")[0]) == 3
        ):
            return "write numbers without separators between the thousands"
        if token.kind == "number" and before is not None and mistakes.is_currency(before.text):
            return mistakes.number_hint(token.text, before.text)
        if token.kind == "number" and token.text.startswith(".") and before is not None:
            if before.kind == "number":
                return "write numbers without separators between the thousands"
            return "write `list[1]` for an element of a list"
        if token.is_op("="):
            return "`=` compares two values; one is missing"
        if token.is_op(".."):
            return "a range has both ends and brackets, `[1..10]`; for one end write `>= 1`"
        return None


def _ends_value(token: Token) -> bool:
    """Whether a value may end with a token."""
    if token.kind == "name":
        return token.text not in RESERVED or token.text in ("true", "false", "null")
    return token.kind in ("number", "string") or token.is_op(")", "]", "}")
