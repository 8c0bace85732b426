"""Puts the bundled pack, the schemas and the pages about diagnostics into the wheel.

An editable install gets none of it: there `policyengine.resources` reads the checkout, and
copies in site-packages would go stale (`force-include` in pyproject.toml makes them).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACK = "national-interest"


class Resources(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        inside = "policyengine/packs"
        # the tests of the pack stay behind: they read the examples of the checkout
        rules = [path for path in (root / "rules" / PACK).iterdir() if "_test." not in path.name]
        build_data["force_include"] |= {
            **{str(path): f"{inside}/{PACK}/{path.name}" for path in sorted(rules)},
            # what the manifest reaches for outside its folder lies beside it here
            str(root / "schemas" / "terms.schema.json"): f"{inside}/{PACK}/terms.schema.json",
            str(root / "schemas"): "policyengine/schemas",
            # the pages that the code of a diagnostic leads to
            **{
                str(root / "docs" / kind): f"policyengine/docs/{kind}"
                for kind in ("diagnostics", "lint")
            },
        }
