"""The built-in functions of DMN 1.5 (10.3.4), one file per family.

`BUILTINS` maps a name, blanks included, to its `Builtin`. `now` and `today` are left out: a
decision must replay.
"""

from collections.abc import Mapping

from policyengine.feel.builtins.boolean import BOOLEAN
from policyengine.feel.builtins.contexts import CONTEXTS
from policyengine.feel.builtins.conversions import CONVERSIONS
from policyengine.feel.builtins.lists import LISTS
from policyengine.feel.builtins.model import Builtin, Parameter, Signature
from policyengine.feel.builtins.numeric import NUMERIC
from policyengine.feel.builtins.ranges import RANGES
from policyengine.feel.builtins.statistics import STATISTICS
from policyengine.feel.builtins.texts import TEXTS
from policyengine.feel.builtins.times import TIMES

FAMILIES = (CONVERSIONS, BOOLEAN, TEXTS, LISTS, STATISTICS, NUMERIC, TIMES, RANGES, CONTEXTS)

BUILTINS: Mapping[str, Builtin] = {
    name: builtin for family in FAMILIES for name, builtin in family.functions.items()
}

__all__ = ["BUILTINS", "FAMILIES", "Builtin", "Parameter", "Signature"]
