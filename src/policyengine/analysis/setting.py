"""A policy and a deal, in the setting of a decision, as the solver is asked about them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from policyengine.engine import Policy, Terms, Waivers
from policyengine.intake import Deal
from policyengine.symbolic.setting import Setting
from policyengine.values.record import Record
from policyengine.values.temporal import Date

if TYPE_CHECKING:
    from policyengine.symbolic.problem import Problem


#: elements of lists of objects that are looked at, and those up to which there is room for more
_ELEMENTS = 3
_MOST_ELEMENTS = 12


class At(Record):
    """What a decision depends on besides the deal; as `Policy.evaluate` takes it."""

    as_of: date | str | None = None
    final: bool = False
    assume: bool = True
    waivers: Waivers | None = None


class Case(Record):
    """A deal in a setting: what is asked about."""

    policy: Policy
    deal: Deal
    setting: Setting

    def problem(self, *, exact: bool = False, finer: int = 0, room: int = 0) -> Problem:
        """The solver's view of all deals, with a form for every value of this one; lists of
        objects may have so many elements more than the longest of its own."""
        need_solver()
        from policyengine.symbolic.mentions import mentions
        from policyengine.symbolic.problem import Problem
        from policyengine.symbolic.space import Space

        setting, values = self.setting, self.deal.values
        lists = (each for each in values.values() if isinstance(each, tuple))
        longest = max((len(e) for e in lists if not all(isinstance(i, str) for i in e)), default=0)
        space = Space(
            setting.schema,
            mentions(setting.policy, setting.parameters),
            document=values,
            exact=exact,
            assume=setting.assume,
            finer=finer,
            list_length=max(_ELEMENTS, min(longest + room, _MOST_ELEMENTS)),
        )
        return Problem(setting, space=space)


def setting(policy: Policy, at: At, deal: Deal | None = None) -> Setting:
    """Raises `UsageError` and `ParameterError` as `Policy.evaluate` does.

    A waiver that pins the text of a deal does not hold for a changed one, and is left out.
    """
    day = policy._day(at.as_of, at.waivers)
    waived: frozenset[str] = frozenset()
    if at.waivers is not None and deal is not None:
        valid, _ = policy._waivers(at.waivers, deal, day)
        waived = frozenset(rule for rule, waiver in valid.items() if waiver.digest is None)
    as_of = Date.from_python(day) if day is not None else None
    return Setting(
        policy.core,
        policy.schema,
        policy._parameters(day),
        as_of,
        at.final,
        at.assume,
        waived,
    )


def case(policy: Policy, terms: Mapping[str, Any] | Terms, at: At) -> Case:
    """Raises `TermsError` for terms that violate the schema."""
    deal = policy._deal(terms)
    return Case(policy, deal, setting(policy, at, deal))


def need_solver() -> None:
    """Raises `UsageError` where the solver is not installed."""
    importlib.import_module("policyengine.symbolic.z")
