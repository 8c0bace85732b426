"""What marks a project, and a policy's manifest: known without reading a document."""

from __future__ import annotations

import os
from pathlib import Path

MANIFESTS = ("policy.yaml", "policy.yml")
#: What marks the root that paths in documents may not leave.
ROOT_MARKS = ("pyproject.toml", "policyengine.toml", ".git")


def project_root(folder: Path) -> Path:
    """The nearest folder above that is marked as a project's root, else the folder itself."""
    here = folder.resolve()
    for candidate in (here, *here.parents):
        # a folder that may not be looked into has no mark; `Path.exists` would raise
        if any(os.path.exists(candidate / mark) for mark in ROOT_MARKS):  # noqa: PTH110 - as above
            return candidate
    return here
