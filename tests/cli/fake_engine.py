"""An engine that does what a deal tells it to: decide, refuse, crash, take its time.

It stands in for `policyengine.engine`, so that the command meets faults no real deal can
cause. A deal is `{do: accept|reject|undetermined|conditional|refuse|crash|recurse|exit|sleep}`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

from policyengine import nodes
from policyengine.decision import (
    DealRef,
    Decision,
    Details,
    Level,
    Outcome,
    PolicyRef,
    Reason,
    Settings,
    Verdict,
)
from policyengine.errors import Diagnostic, PolicyError, TermsError
from policyengine.executing import Engine
from policyengine.nodes import Node
from policyengine.reading.files import read_path, read_source
from policyengine.source import Source, quoted

Explain = Literal["fails", "full"]
__all__ = ["Engine", "Explain", "Policy", "Terms", "Waivers"]


class Terms:
    def __init__(self, document: Any, *, node: Node, name: str, data: bytes) -> None:
        self.data = document
        self.node = node
        self.name = name

    @classmethod
    def from_path(cls, path: Path) -> Terms:
        source, _ = read_path(path, shown=Path(path).as_posix())
        return cls.from_text(source.text, name=source.name)

    @classmethod
    def from_text(cls, text: str, *, name: str = "<text>", format: str | None = None) -> Terms:  # noqa: A002
        node = read_source(Source(name, text), "json")
        return cls(nodes.plain(node), node=node, name=name, data=text.encode())


class Waivers:
    @classmethod
    def load(cls, *paths: Path) -> Waivers:
        return cls()


class Policy:
    id = "fake"
    warnings = ()
    rules = (SimpleNamespace(id="R-1", title="t", level="mandatory"),)

    @classmethod
    def load(
        cls,
        path: Path,
        *,
        parameters: Mapping[str, Any] | None = None,
        shown: str | None = None,
        cache: bool = False,
    ) -> Policy:
        if Path(path).name == "broken":
            raise PolicyError([Diagnostic("bad-rule", f"no good: {quoted(n)}") for n in "ab"])
        return cls()

    def evaluate(self, terms: Terms, *, as_of: Any, final: bool, assume: bool, waivers: Any,
                 explain: str, engine: str = "auto") -> Decision:  # fmt: skip
        do = terms.data["do"]
        if do == "refuse":
            where = terms.node.span.source.span(1, 5)
            raise TermsError(Diagnostic("unknown-term", "`do` is no term", where, hint="stop"))
        if do == "crash":
            raise ValueError("a bug\n::error::in \x1b[2Jthe engine")
        if do == "recurse":
            self.evaluate(terms, as_of=as_of, final=final, assume=assume, waivers=None, explain="")
        if do == "exit":
            sys.exit(0)
        if do == "sleep":
            time.sleep(60)
        verdict = Verdict(do)
        outcome = Outcome({"accept": "pass", "reject": "fail"}.get(do, "unknown"))
        level = Level("negotiable" if do == "conditional" else "mandatory")
        reasons = (Reason("R-1", "x", "A title", level, outcome, "because"),)
        deal = DealRef(terms.data.get("id"), terms.name, "sha256:0", None)
        policy = PolicyRef(self.id, "1", None, "sha256:0")
        defined = {"number": Decimal("0.1"), "more": terms.data.get("more")}
        details = Details(deal, policy, () if do == "accept" else reasons, (), (), (), (), {}, (),
                          (), defined, (), ())  # fmt: skip
        settings = Settings(as_of.isoformat(), final, assume)
        return Decision(verdict, {"R-1": outcome}, settings, details)


def validate(path: Path, *, kind: str | None = None, policy: Any = None) -> list[Diagnostic]:
    return []


if __name__ == "__main__":
    sys.modules["policyengine.engine"] = sys.modules["__main__"]
    from policyengine.cli import main

    sys.exit(main())
