"""The borders of rules and of items of scorecards: pairs of deals that differ in one term.

`found` what is found · `subjects` what has borders · `near` which values are neighbours ·
`search` asks the solver for them · `writing` makes a test file of them.
"""

from __future__ import annotations

from policyengine.analysis.borders.found import Border, Borders, Side
from policyengine.analysis.borders.search import borders
from policyengine.analysis.borders.writing import test_file

__all__ = ["Border", "Borders", "Side", "borders", "test_file"]
