"""What marks a project, and a policy's manifest: known without reading a document."""

from __future__ import annotations

from pathlib import Path

MANIFESTS = ("policy.yaml", "policy.yml")
#: What marks the root that paths in documents may not leave.
ROOT_MARKS = ("pyproject.toml", "policyengine.toml", ".git")


def project_root(folder: Path) -> Path:
    """The nearest folder above that is marked as a project's root, else the folder itself."""
    here = folder.resolve()
    for candidate in (here, *here.parents):
        if any((candidate / mark).exists() for mark in ROOT_MARKS):
            return candidate
    return here
