"""Waiver files as written."""

from __future__ import annotations

import re

from policyengine import nodes
from policyengine.document.entries import Entries, day
from policyengine.document.model import WaiverDoc
from policyengine.errors import Diagnostics
from policyengine.nodes import Node
from policyengine.source import quoted


def read_waivers(node: Node, diagnostics: Diagnostics) -> tuple[WaiverDoc, ...]:
    """The waivers of a file; every one is named in full."""
    if not isinstance(node, nodes.Mapping):
        diagnostics.error("bad-shape", "a waiver file has a list of `waivers`", node.span)
        return ()
    entries = Entries(node, "a waiver file", ("waivers",), diagnostics)
    entries.get("waivers", required=True)
    out = []
    keys = ("rule", "deal", "approved_by", "reason", "until", "digest")
    for item in entries.items("waivers", "a waiver"):
        inner = Entries(item, "a waiver", keys, diagnostics)
        rule, deal, approved, reason = (inner.text(key, required=True) for key in keys[:4])
        until_node = inner.get("until", required=True)
        until = day(until_node, "`until`", diagnostics) if until_node is not None else None
        digest = inner.text("digest")
        if digest is not None and not re.fullmatch(r"sha256:[0-9a-f]{64}", digest.value):
            diagnostics.error(
                "bad-digest",
                f"{quoted(digest.value)} is not a digest; expected `sha256:` and 64 hex digits",
                digest.span,
            )
        for written in (rule, deal, approved, reason):
            if written is not None and not written.value.strip():
                diagnostics.error(
                    "bad-value", "a blank text; a waiver says each of these", written.span
                )
        if rule and deal and approved and reason and until is not None:
            out.append(
                WaiverDoc(
                    rule.value,
                    deal.value,
                    approved.value,
                    reason.value,
                    until,
                    digest.value if digest is not None else None,
                    item.span,
                )
            )
    return tuple(out)
