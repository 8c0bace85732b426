"""The reference interpreter: slow, obvious, the oracle every other executor is held to.

It evaluates all parts of `and`, `or` and the like, so that the errors and the steps it
counts do not depend on an order of evaluation; only `if` chooses. Unknown is `None`, and it
propagates through everything but Kleene's connectives, quantifiers and membership.

`rules` is what is asked of it; `expressions` says what each node of the core comes to,
`loops` what those come to that take turns, and `budget` counts the steps of all.
"""

from __future__ import annotations

from policyengine.interpreter.budget import MAX_DEPTH
from policyengine.interpreter.expressions import Located
from policyengine.interpreter.rules import Interpreter, RuleResult

__all__ = ["Interpreter", "Located", "MAX_DEPTH", "RuleResult"]
