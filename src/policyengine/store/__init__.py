"""A policy that is loaded again when its files change, for programs that run for long.

from policyengine import PolicyStore

store = PolicyStore("rules/national-interest")
decision = store.current.evaluate(terms)
"""

from __future__ import annotations

from policyengine.store.store import Generation, PolicyStore

__all__ = ["Generation", "PolicyStore"]
