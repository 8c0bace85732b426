"""Decisions made by hand, one per thing the outputs have to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from policyengine.decision import (
    Advice,
    AssumedTerm,
    Caveat,
    Condition,
    DealRef,
    Decision,
    Details,
    EvaluationFault,
    Interest,
    Level,
    Location,
    Missing,
    MissingTerm,
    Outcome,
    PolicyRef,
    Presence,
    Reason,
    Score,
    ScoreItem,
    Settings,
    TermUse,
    Verdict,
    WaiverStatus,
    WaiverUse,
)
from policyengine.values.record import replace

DEAL = "deals/lk-cn-2017-hambantota.yaml"
RULES = "rules/national-interest/sovereignty.yaml"
EQUITY = "sovereignty.strategic_asset_foreign_equity_pct"
YEARS = "sovereignty.concession_years"


def leaf(text: str, value: bool | None, actual: Any, line: int, **more: Any) -> Condition:
    path = text.partition(" ")[0]
    place = Location(RULES, line, 11)
    return Condition("leaf", value, text=text, paths=(path,), actual=actual, location=place, **more)


def use(path: str, value: Any, line: int | None, **more: Any) -> TermUse:
    place = Location(DEAL, line, 3) if line else None
    return TermUse(path, value, line is not None, line is None, location=place, **more)


SOV_5 = Reason(
    "SOV-5",
    "failed",
    "No foreign majority in a strategic asset for a generation",
    Level.MANDATORY,
    Outcome.FAIL,
    "85% foreign equity for 99 years gives up control of a strategic asset.",
    form="forbid",
    ask="Keep the majority, or cut the concession below 50 years.",
    source={
        "ref": "report, list of conditions",
        "quote": "respect for Belarusian sovereignty and non-interference",
        "file": None,
    },
    tags=("sovereignty",),
    location=Location(RULES, 49, 5),
    terms=(
        use(
            EQUITY,
            Decimal(85),
            14,
            label="Foreign equity in a strategic asset",
            unit="percent",
            evidence={"source": "press release of the port authority", "confidence": "low"},
        ),
        use(YEARS, Decimal(99), 15, label="Concession", unit="years"),
    ),
    conditions=Condition(
        "all",
        True,
        parts=(
            leaf(f"{EQUITY} more_than 50", True, Decimal(85), 53),
            leaf(f"{YEARS} at_least 50", True, Decimal(99), 54),
        ),
    ),
)

C_13 = Reason(
    "C-13",
    "failed",
    "The deal binds both sides",
    Level.NEGOTIABLE,
    Outcome.FAIL,
    "A declaration binds nobody.",
    form="require",
    ask="Sign a treaty or an executive agreement with the force of law.",
    location=Location("rules/national-interest/conditions.yaml", 120, 5),
    terms=(use("deal.legally_binding", False, 4, label="Legally binding"),),
    conditions=Condition(
        "leaf",
        False,
        text="deal.legally_binding equals true",
        paths=("deal.legally_binding",),
        actual=False,
        location=Location("rules/national-interest/conditions.yaml", 123, 7),
    ),
)

C_2 = replace(
    C_13,
    rule="C-2",
    title="Relief rests on more than a signature, or cannot be taken back alone",
    message="The relief can be undone by one person on one day.",
    ask=None,
    unless=leaf("parties.counterparties contains_only RUS, ARM", False, ("USA",), 140),
    terms=(
        use("sanctions.relief_instrument", "executive_order", 20, label="Relief instrument"),
        use("sanctions.snapback", "unilateral", None, label="Snap-back"),
        use("parties.counterparties", ("USA",), 8, label="Counterparties"),
        use("investment.inflow_usd", Decimal(1000000), 30, label="Inflow", unit="USD"),
        use("finance.loan_usd", Decimal(3650000000), 31, label="Loan", unit="USD"),
    ),
    conditions=Condition(
        "any",
        False,
        parts=(
            leaf(
                "sanctions.relief_instrument none_of [executive_order, general_licence]",
                False,
                "executive_order",
                131,
            ),
            Condition(
                "all",
                False,
                parts=(
                    leaf("sanctions.snapback equals none", False, "unilateral", 133),
                    Condition(
                        "leaf",
                        False,
                        text="investment.inflow_usd >= 2 * finance.loan_usd",
                        paths=("investment.inflow_usd", "finance.loan_usd"),
                        location=Location(RULES, 134, 11),
                    ),
                ),
            ),
        ),
    ),
)


def either(*paths: str) -> Missing:
    return Missing("any", None, tuple(Missing("leaf", path) for path in paths))


STATE_1 = Reason(
    "STATE-1",
    "not-stated",
    "A normalisation deal states conditionality and alignment",
    Level.MANDATORY,
    Outcome.UNKNOWN,
    "the deal does not state two terms",
    form="require",
    ask="State both.",
    location=Location("rules/national-interest/statements.yaml", 8, 5),
    missing=Missing(
        "all",
        None,
        (
            Missing("leaf", "interference.domestic_conditionality"),
            either("interference.foreign_policy_alignment", "interference.monitoring"),
        ),
    ),
)
ECO_1 = replace(
    STATE_1,
    rule="ECO-1",
    title="The deal brings a benefit in some focus area",
    missing=either(*(f"economy.benefit_{n}" for n in range(14))),
)
C_17 = replace(
    STATE_1,
    rule="C-17",
    title="Either side may leave",
    level="negotiable",
    missing=Missing("leaf", "exit.unilateral_withdrawal"),
)
SOV_11 = replace(C_17, rule="SOV-11", title="There is a way out", level="mandatory")

SCORE = Score(
    None,
    Decimal(1),
    Decimal(9),
    "Benefit",
    (
        ScoreItem("B-1", "Sanctions relief", "benefit", "economy", Decimal(3), True),
        ScoreItem("B-2", "Technology transfer and know-how for joint ventures", "benefit",
                  "energy", Decimal("2.5"), True),
        ScoreItem("B-3", "Diplomatic channels", "benefit", None, Decimal(1), None),
        ScoreItem("R-1", "Dependency on foreign aid", "risk", "economy", Decimal(-2), True),
        ScoreItem("R-2", "Geopolitical entanglement", "risk", "security", Decimal(-4), False),
    ),
)  # fmt: skip

WAIVER = WaiverUse(
    "C-13",
    "lk-*",
    WaiverStatus.APPLIED,
    "Cabinet decision 12",
    "framework follows",
    "2026-12-31",
    Location("waivers.yaml", 2, 5),
)


def decision(
    verdict: Verdict,
    reasons: tuple[Reason, ...] = (),
    outcomes: Mapping[str, Outcome] | None = None,
    **changes: Any,
) -> Decision:
    settings = changes.pop("settings", Settings("2026-01-31", False, True, {}))
    details = Details(
        deal=DealRef("lk-cn-2017-hambantota", DEAL, "sha256:" + "0" * 64, "sha256:" + "1" * 64),
        policy=PolicyRef(
            "national-interest", "1.0.0", "Conditions for a big deal", "sha256:" + "2" * 64
        ),
        reasons=reasons,
        missing=(),
        assumed=(),
        not_applicable=(),
        caveats=(),
        scores={},
        interests=(),
        advice=(),
        defined={},
        waivers=(),
        errors=(),
    )
    found: dict[str, Outcome] = {"SOV-1": Outcome.PASS}
    found.update({r.rule: r.outcome for r in reasons if r.rule and r.outcome is not None})
    found.update(outcomes or {})
    return Decision(verdict, found, settings, replace(details, **changes))


def samples() -> dict[str, Decision]:
    everything = (SOV_5, STATE_1, ECO_1, C_13, C_2, C_17)
    return {
        "accept": decision(Verdict.ACCEPT),
        "reject": decision(
            Verdict.REJECT,
            (SOV_5,),
            assumed=(AssumedTerm("sovereignty.territory_cession", False, ("SOV-1",), "Cession"),),
            caveats=(Caveat(EQUITY, ("SOV-5",), {"source": "press", "confidence": "low"}),),
        ),
        "conditional": decision(Verdict.CONDITIONAL, (C_13, C_2, C_17)),
        "undetermined": decision(
            Verdict.UNDETERMINED,
            (SOV_11, STATE_1, replace(SOV_11, rule="SOV-12", title="The way out is open"), C_13),
            missing=(
                MissingTerm("exit.unilateral_withdrawal", ("SOV-11",), "Unilateral withdrawal"),
            ),
        ),
        "nothing-applied": decision(
            Verdict.UNDETERMINED,
            (
                Reason(
                    None,
                    "nothing-applied",
                    "No rule applies",
                    None,
                    None,
                    "no mandatory and no negotiable rule applies to this deal",
                ),
            ),
            {"SOV-1": Outcome.NOT_APPLICABLE},
        ),
        "everything": decision(
            Verdict.REJECT,
            everything,
            {"SOV-2": Outcome.NOT_APPLICABLE, "C-9": Outcome.WAIVED},
            settings=Settings("2026-01-31", True, False, {"max_foreign_equity_pct": Decimal(49)}),
            not_applicable=("finance.loan_usd",),
            assumed=(
                AssumedTerm("sovereignty.territory_cession", False, ("SOV-1",), "Cession"),
                AssumedTerm("sanctions.snapback", "unilateral", ("C-2",)),
            ),
            caveats=(Caveat(EQUITY, ("SOV-5",), {"source": "press", "confidence": "low"}),),
            scores={"benefit": SCORE},
            interests=(Interest("Security", "regional stability", "counterbalance", True, None),),
            advice=(
                Advice(
                    "A-1",
                    "Economic corridors",
                    Presence.MISSING,
                    "None is named.",
                    "trade",
                    "Name joint projects",
                    "Boosted commerce",
                    None,
                    Location(RULES, 9, 1),
                ),
                Advice("A-2", "Cultural diplomacy", Presence.PRESENT),
            ),
            defined={"tariff_cut_pct": Decimal("2.50"), "relief_durability": None},
            waivers=(
                WAIVER,
                replace(WAIVER, rule="C-9", status="expired", until="2025-12-31"),
                replace(WAIVER, rule="C-1", status="stale"),
                replace(WAIVER, rule="SOV-1", status="not_needed"),
            ),
            errors=(
                EvaluationFault("zero-divisor", "division by zero", "ECO-1", Location(RULES, 3, 4)),
            ),
        ),
    }


@pytest.fixture(scope="session")
def decisions() -> dict[str, Decision]:
    """Decisions by name; `everything` has all that an output can show."""
    return samples()


@pytest.fixture(scope="session")
def make_decision() -> Callable[..., Decision]:
    """`make_decision(verdict, reasons, outcomes, **details)`."""
    return decision


@pytest.fixture(scope="session")
def reasons() -> dict[str, Reason]:
    """Reasons by rule id, to be changed with `dataclasses.replace`."""
    return {str(r.rule): r for r in (SOV_5, C_13, C_2, STATE_1, ECO_1, C_17, SOV_11)}
