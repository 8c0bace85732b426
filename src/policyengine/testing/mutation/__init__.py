"""Mutation of a policy: small changes to its rules that some case should notice."""

from __future__ import annotations

from policyengine.testing.mutation.run import MutationResult, Survivor, mutate

__all__ = ["MutationResult", "Survivor", "mutate"]
