"""A policy on durable-rules: a Rete network in C, in a cage.

durable-rules compares values in ways of its own (a missing field reads stale memory, `"5"`
equals `5`) and can crash or hang on what it is given, so it is given nothing but names made
here. The leaves of conditions, typed and three-valued, are those of the reference; what
goes in are *true atoms*: "this leaf is true", "this leaf is false or unknown". Connectives
become disjunctions of conjunctions of atoms, one durable rule each, in strata where that
would be too many; what comes out are the outcomes of rules, each by a rule of its own.

Four facts are checked every time: a sentinel fires exactly once in every ruleset, nothing
fires that was not put in, every rule has exactly one outcome, and the outcomes are those of
the reference interpreter. Whatever else happens is an error, never a verdict.

`docs/durable-rules.md` says which hazards were measured and what holds against each.
"""

from __future__ import annotations

from policyengine.rete.executor import Rete
from policyengine.rete.library import load, why_not
from policyengine.rete.standing import Standing

__all__ = ["Rete", "Standing", "load", "why_not"]
