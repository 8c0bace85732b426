"""The order of keys in the documents of a policy.

Only mappings whose keys have a fixed meaning have an order; a condition, the terms of a case
or the parameters stay as their author listed them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from policyengine.document import MANIFEST_KEYS, RULE_KEYS


@dataclass(frozen=True, slots=True)
class Shape:
    """A mapping's keys in order, and the shapes of values; an unknown key comes last.

    `each` is the shape of the items where the value is a list. `apart` puts an empty line
    between the entries: of a mapping whose values are blocks, of a list always.
    """

    order: tuple[str, ...] = ()
    values: Mapping[str, Shape] = field(default_factory=lambda: MappingProxyType({}))
    each: Shape | None = None
    apart: bool = False

    def rank(self, key: str) -> int:
        return self.order.index(key) if key in self.order else len(self.order)


FREE = Shape()


def _list(item: Shape, *, apart: bool = False) -> Shape:
    return Shape(each=item, apart=apart)


_RULE = Shape(
    RULE_KEYS,
    {
        "effective": Shape(("from", "until")),
        "source": Shape(("ref", "quote", "file")),
        "public": Shape(("say", "open", "ask")),
    },
)
_ITEM = Shape(("id", "title", "aspect", "side", "when", "points"))
_CARD = Shape(("id", "title", "items"), {"items": _list(_ITEM)})
_INTEREST = Shape(("element", "ours", "theirs", "served", "conflict"))
_TABLE = Shape(
    ("id", "title", "hit_policy", "inputs", "output", "rules", "default"),
    {"output": Shape(("type", "values"))},
)
_CASE = Shape(
    (
        *("name", "file", "terms", "as_of", "final", "assume"),
        *("parameters", "not_applicable", "waivers", "expect"),
    ),
    {"expect": Shape(("verdict", "outcomes", "missing", "scores", "messages", "errors"))},
)
_WAIVER = Shape(("rule", "deal", "approved_by", "reason", "until", "digest"))
#: tables before the rules that read them
_SECTIONS = ("tables", "rules", "scorecards", "interests")
_SECTION_SHAPES = {
    "tables": _list(_TABLE, apart=True),
    "rules": _list(_RULE, apart=True),
    "scorecards": _list(_CARD, apart=True),
    "interests": _list(_INTEREST),
}
_RULES = Shape(_SECTIONS, _SECTION_SHAPES, apart=True)
_POLICY = Shape((*MANIFEST_KEYS, *_SECTIONS), _SECTION_SHAPES, apart=True)

#: kind of document, as validation names them: the shape of its outermost mapping
SHAPES: Mapping[str, Shape] = {
    "policy": _POLICY,
    "rules": _RULES,
    "test": Shape(
        ("base", "as_of", "final", "parameters", "cases", "mutants"),
        {"cases": _list(_CASE), "mutants": _list(Shape(("mutant", "reason")))},
        apart=True,
    ),
    "waivers": Shape(("waivers",), {"waivers": _list(_WAIVER)}),
    "terms": FREE,
    "terms-schema": FREE,
}
