"""What a change to a document is, and what making one has to know of a term."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from policyengine.nodes import Node
from policyengine.source import Span
from policyengine.values.record import Record


class Kind(Record):
    """What a change has to know of a term: the step of its numbers, and the texts it (or an
    element of it) may be, where these are listed."""

    step: Decimal = Decimal(1)
    options: tuple[str, ...] = ()


#: what is known of the term at a path
Kinds = Callable[[str], Kind]
PLAIN = Kind()


class Change(Record):
    """One change: `node` as written becomes `made`, or is left out where that is None.

    `where` is the way to it by keys, `what` the change in words; `span` and `text` are the
    same change in the source, for people.
    """

    node: Node
    made: Node | None
    where: str
    what: str
    span: Span
    text: str
