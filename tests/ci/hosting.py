"""The hosts of the action and the hooks: how GitHub runs a step, and in what environment."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "ci"
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "GIT_", "CI"))}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**kept, "PATH": path, "NO_COLOR": "1", **(more or {})}


def run(
    command: list[str], folder: Path, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(more),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


class Host:
    """What GitHub gives a step, and what it reads back."""

    def __init__(self, folder: Path, scratch: Path, **inputs: str) -> None:
        self.folder = folder
        self.scratch = scratch
        self.inputs = {name: each.get("default", "") for name, each in ACTION["inputs"].items()}
        self.inputs |= {name.replace("_", "-"): value for name, value in inputs.items()}
        for name in ("output", "summary", "path"):
            (scratch / name).touch()

    def step(
        self, name: str, more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        step = next(step for step in ACTION["runs"]["steps"] if step["id"] == name)
        given = {key: self._filled(value) for key, value in step["env"].items()}
        given |= {
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(self.scratch / "output"),
            "GITHUB_STEP_SUMMARY": str(self.scratch / "summary"),
            "GITHUB_PATH": str(self.scratch / "path"),
            "RUNNER_TEMP": str(self.scratch),
            **(more or {}),
        }
        script = self.scratch / "step.sh"
        script.write_text(step["run"], "utf-8")
        # what the runner makes of `shell: bash`
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        return run(command, self.folder, given)

    def _filled(self, value: str) -> str:
        found = re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value)
        return (
            self.inputs[found[1]]
            if found
            else value.replace("${{ github.action_path }}", str(ROOT))
        )

    @property
    def outputs(self) -> str:
        return (self.scratch / "output").read_text("utf-8")
