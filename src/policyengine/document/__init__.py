"""Documents as written: a policy's parts with their places, before they mean anything.

Each reader takes a positioned node and gives a frozen document, reporting unknown keys,
missing ones and wrong shapes; conditions stay nodes. Nothing is ever ignored.
"""

from __future__ import annotations

from policyengine.document.entries import (
    NAME,
    Entries,
    Text,
    day,
    number,
    text,
)
from policyengine.document.manifest import (
    read_manifest,
    read_parameter,
)
from policyengine.document.model import (
    LEVELS,
    MANIFEST_KEYS,
    RULE_KEYS,
    RULES_KEYS,
    InterestDoc,
    ManifestDoc,
    ParameterDoc,
    PublicDoc,
    RuleDoc,
    RulesDoc,
    ScorecardDoc,
    ScoreItemDoc,
    SourceDoc,
    TableDoc,
    WaiverDoc,
)
from policyengine.document.rules import (
    read_rules,
)
from policyengine.document.waivers import (
    read_waivers,
)

__all__ = [
    "Entries",
    "InterestDoc",
    "LEVELS",
    "MANIFEST_KEYS",
    "ManifestDoc",
    "NAME",
    "ParameterDoc",
    "PublicDoc",
    "RULES_KEYS",
    "RULE_KEYS",
    "RuleDoc",
    "RulesDoc",
    "ScoreItemDoc",
    "ScorecardDoc",
    "SourceDoc",
    "TableDoc",
    "Text",
    "WaiverDoc",
    "day",
    "number",
    "read_manifest",
    "read_parameter",
    "read_rules",
    "read_waivers",
    "text",
]
