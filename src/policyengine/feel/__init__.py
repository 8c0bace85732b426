"""FEEL, the expression language of DMN 1.5 (chapter 10).

`parse` gives the tree of an expression; `evaluate` its value in plain FEEL, where an absent
name is null. What is left out, and what differs, is in docs/feel-differences.md.
"""

from policyengine.feel.evaluate import evaluate
from policyengine.feel.parser import parse

__all__ = ["evaluate", "parse"]
