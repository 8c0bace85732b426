"""The compiler: a policy to one generated Python function.

The function takes a row, the values of the terms the policy reads in a fixed order with the
defaults of silence already in, and gives the outcome of every rule and the verdict. It is
made for one set of parameters and one as-of date, so that both are constants in it. The text
is built from the core alone: names are made here, constants travel beside the code in a
tuple, and nothing a user wrote is ever pasted in.

There are several forms of it. The general one takes any row: a condition that cannot be
unknown is plain Python, of any other it is asked when it is true and when it is false
(`sides`), a leaf that several rules share is worked out once, cheap operands come first. The
quick forms (`forms`, `quick`) take rows with numbers that Python may compare as they are
(`floats`), look up what single terms settle (`tables`), need no third truth value where nothing
is unknown, read raw documents (`intake`), and stop early where only the verdict is asked for
(`verdicts`); each is made when the first deal comes that it fits.

What the compiler cannot keep to the letter (loops whose steps depend on more than the lengths
of lists, for instance) it hands to the reference interpreter, rule by rule. Decisions whose
lists are so long that the step budget could matter are the interpreter's as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policyengine import core
from policyengine.compiler.compiled import Answer, Compiled, Row
from policyengine.compiler.emitter import Emitter
from policyengine.compiler.names import Rates
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
    rates: Rates | None = None,
) -> Compiled:
    """Compile a policy for one date, its parameters in force on it, and a way to read silence.

    `rates` says how often conditions hold: operands, and the tests of the verdict alone, are
    then asked in the order in which they settle most at the least cost.
    """
    emitter = Emitter(policy, schema, parameters, as_of, assume=assume, final=final)
    emitter.rates = rates
    return emitter.compile()
