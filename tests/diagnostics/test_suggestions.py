"""The nearest of the words that are known."""

from __future__ import annotations

import pytest

from policyengine.errors import did_you_mean


@pytest.mark.parametrize("known", [("eu", "us", False), (1, "eu"), (None, "eu", ("a",))])
def test_what_is_known_need_not_be_texts(known: tuple[object, ...]) -> None:
    assert did_you_mean("EU", known) == "did you mean `eu`?"
