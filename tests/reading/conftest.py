"""Readers under test, and the two parsers whose events they read."""

from __future__ import annotations

import pytest

from policyengine.reading import yaml_events


@pytest.fixture(params=["libyaml", "pure"])
def each_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Runs a test with libyaml and with PyYAML's own parser."""
    if request.param == "pure":
        monkeypatch.setattr(yaml_events, "EVENT_PARSER", yaml_events.PureParser)
    return str(request.param)
