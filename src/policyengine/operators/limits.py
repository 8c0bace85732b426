"""Sizes beyond which an operation has no value, so that no rule takes all memory."""

#: Characters of a text that an operator or a function makes.
MAX_TEXT = 1_000_000
#: Characters of a pattern.
MAX_PATTERN = 1_000
