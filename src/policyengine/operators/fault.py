"""What went wrong while evaluating: a null with a reason."""

from __future__ import annotations


class Fault(Exception):  # noqa: N818 -- a null with its reason, not a failure of the program
    """An operation that has no value here.

    Plain FEEL turns it into null; a rule becomes unknown and reports it. `code` is stable
    and kebab-case, `message` is lower case with user input between backticks.

    Codes: `type-mismatch`, `division-by-zero`, `overflow`, `invalid-argument` (an argument
    outside a function's domain), `bad-conversion`, `bad-index`, `mixed-offsets` (a local
    time met one with an offset), `bad-pattern`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"
