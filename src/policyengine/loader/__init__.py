"""Files to documents: a policy folder or file, its terms schema, every finding kept.

A policy folder is every `*.yaml` and `*.yml` below it, in byte order: the manifest, rule
files, tests, waiver files (inert unless named). Anything else that could be taken for a rule
file is an error, so that a typo in a name cannot drop a rule.
"""

from __future__ import annotations

from policyengine.loader.folder import MAX_FILES
from policyengine.loader.model import Loaded, Reads
from policyengine.loader.policy import load_policy

__all__ = ["MAX_FILES", "Loaded", "Reads", "load_policy"]
