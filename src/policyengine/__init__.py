"""policyengine: checks proposed deal terms against declared conditions, with reasons.

    from policyengine import Policy, Verdict

    policy = Policy.load("rules/national-interest")
    decision = policy.evaluate({"deal": {"id": "x"}, "parties": {"principal": "BLR"}})
    if decision.verdict is Verdict.ACCEPT: ...

Names are imported when first used, so that importing the package costs little.
"""

from __future__ import annotations

from time import time_ns as _time_ns
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policyengine.decision import Decision, Level, Outcome, Reason, Verdict
    from policyengine.engine import Policy, Terms, Waivers
    from policyengine.errors import (
        BudgetError,
        Diagnostic,
        DocumentError,
        ExpressionError,
        ParameterError,
        PolicyEngineError,
        PolicyError,
        SchemaError,
        Severity,
        TermsError,
        UsageError,
        WaiverError,
    )
    from policyengine.session import Session, Step
    from policyengine.statement import Statement
    from policyengine.store import PolicyStore

__version__ = "0.1.0"
#: before any module is imported: source that is newer is not the source that runs here
_BEGUN = _time_ns()

_HOMES = {
    "decision": ("Decision", "Level", "Outcome", "Reason", "Verdict"),
    "engine": ("Policy", "Terms", "Waivers"),
    "errors": (
        "BudgetError",
        "Diagnostic",
        "DocumentError",
        "ExpressionError",
        "ParameterError",
        "PolicyEngineError",
        "PolicyError",
        "SchemaError",
        "Severity",
        "TermsError",
        "UsageError",
        "WaiverError",
    ),
    "session": ("Session", "Step"),
    "statement": ("Statement",),
    "store": ("PolicyStore",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "BudgetError",
    "Decision",
    "Diagnostic",
    "DocumentError",
    "ExpressionError",
    "Level",
    "Outcome",
    "ParameterError",
    "Policy",
    "PolicyEngineError",
    "PolicyError",
    "PolicyStore",
    "Reason",
    "SchemaError",
    "Session",
    "Severity",
    "Statement",
    "Step",
    "Terms",
    "TermsError",
    "UsageError",
    "Verdict",
    "WaiverError",
    "Waivers",
    "__version__",
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'policyengine' has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"policyengine.{home}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return list(__all__)
