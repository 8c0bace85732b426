"""Problems about small policies, and about generated ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from policyengine import Policy
from policyengine.intake import check
from policyengine.symbolic.problem import Problem
from policyengine.symbolic.setting import Setting
from policyengine.values.temporal import Date

DAY = date(2026, 1, 31)
PACK = Path(__file__).parents[2] / "rules" / "national-interest"


@pytest.fixture(scope="session")
def national_interest() -> Policy:
    return Policy.load(PACK)


def setting(policy: Policy, day: date | None = DAY, **how: Any) -> Setting:
    as_of = Date.from_python(day) if day is not None else None
    return Setting(policy.core, policy.schema, policy._parameters(day), as_of, **how)


def problem(policy: Policy, deal: Mapping[str, Any] | None = None, **how: Any) -> Problem:
    """A problem about a policy, and the values of a deal at hand."""
    asked = {name: how.pop(name) for name in ("exact", "listed", "work") if name in how}
    values = check(deal, policy.schema).values if deal is not None else None
    return Problem(setting(policy, **how), values=values, **asked)
