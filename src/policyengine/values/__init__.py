"""Values as the engine holds them at run time.

=============================  =====================================================
FEEL type                      Python
=============================  =====================================================
number                         `decimal.Decimal` (see `numbers`)
string, boolean                `str`, `bool`
null; unknown in a rule        `None`
list                           `tuple`
context                        `dict` with string keys, never changed once made
date, time, durations, range   the frozen classes of `temporal` and `ranges`
=============================  =====================================================

In a rule null *is* unknown (three-valued logic in `logic`); only plain FEEL tells them
apart, and there is no unknown there.
"""
