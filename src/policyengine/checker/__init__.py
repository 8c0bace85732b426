"""Typing rules: one method for each core node, given typed parts.

Each gives the typed node, or reports what is wrong and gives a node of type any, so that one
mistake is reported once. Units, enums and constants are checked here; what is constant is
folded, so that an operation that can only fail is found before any deal is seen.

`constants` types of values · `wording` what messages say · `reporting` what all rules stand
on · `literals` what is written out, in rules and as parameters · `conditions` · `comparisons` ·
`arithmetic` · `parts` of lists and contexts · `calls`.
"""

from __future__ import annotations

from policyengine.checker.arithmetic import Arithmetic
from policyengine.checker.calls import Calls
from policyengine.checker.constants import broken, type_of
from policyengine.checker.parts import Parts
from policyengine.checker.wording import named


class Checker(Arithmetic, Parts, Calls):
    """Builds typed core nodes, reporting to `diagnostics`."""


__all__ = ["Checker", "broken", "named", "type_of"]
