"""The peers, a file each: a rule base in their notation, and their fastest form we found."""

from __future__ import annotations

from benchmarks.contestant import Contestant
from benchmarks.peers import (
    business,
    cedar,
    cel_python,
    cel_rust,
    durable,
    jsonlogic,
    jsonschema,
    ruleengine,
    zen,
)

PEERS: tuple[Contestant, ...] = (
    *zen.CONTESTANTS,
    *cel_rust.CONTESTANTS,
    *cedar.CONTESTANTS,
    *jsonschema.CONTESTANTS,
    durable.CONTESTANT,
    business.CONTESTANT,
    jsonlogic.CONTESTANT,
    ruleengine.CONTESTANT,
    cel_python.CONTESTANT,
)
