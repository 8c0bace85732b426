"""The compiler: a policy to one generated Python function.

The function takes a row, the values of the terms the policy reads in a fixed order with the
defaults of silence already in, and gives the outcome of every rule and the verdict. It is
made for one set of parameters and one as-of date, so that both are constants in it. The text
is built from the core alone: names are made here, constants travel beside the code in a
tuple, and nothing a user wrote is ever pasted in.

What makes it fast: a condition that cannot be unknown is plain Python; numbers that are
whole are compared as `int`, exactly as their decimals would be; a leaf that several rules
share is worked out once; cheap operands come first. What it cannot keep to the letter
(loops whose steps depend on more than the lengths of lists, for instance) it hands to the
reference interpreter, rule by rule. Decisions whose lists are so long that the step budget
could matter are the interpreter's as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine import core
from policyengine.compiler.compiled import Answer, Compiled, Row
from policyengine.compiler.emitter import Emitter
from policyengine.compiler.support import fast, slow
from policyengine.schema import TermsSchema
from policyengine.values.temporal import Date

__all__ = ["Answer", "Compiled", "Row", "compile_policy", "fast", "slow"]


def compile_policy(
    policy: core.Policy,
    schema: TermsSchema,
    parameters: Mapping[str, Any],
    as_of: Date | None,
    *,
    assume: bool = True,
    final: bool = False,
) -> Compiled:
    """Compile a policy for one date, its parameters in force on it, and a way to read silence."""
    emitter = Emitter(policy, schema, parameters, as_of, assume=assume, final=final)
    return emitter.compile()
