"""The pages that several tests look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyengine import site
from policyengine.engine import Policy


@pytest.fixture(scope="session")
def flagship(root: Path) -> dict[str, str]:
    """The pages of the pack in this repository, its cases run."""
    policy = Policy.load(root / "rules" / "national-interest", shown="rules/national-interest")
    return dict(site.pages(site.books([(policy, site.Tested.of(policy))], None), "Rule base"))
