"""Lowering: documents as written to the core as meant, names resolved and types checked."""

from __future__ import annotations

from policyengine.lowering.policy import lower_policy

__all__ = ["lower_policy"]
