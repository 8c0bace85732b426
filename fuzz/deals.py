"""Deals for a loaded policy: drawn, moved to where it decides, and spoilt."""

from __future__ import annotations

from typing import Any

from fuzz import borders
from fuzz.chance import Chance
from fuzz.generate import Generator
from fuzz.vocabulary import DEEP, PARTS, TERMS, Data
from policyengine import core
from policyengine.engine import Policy
from policyengine.values.temporal import Date

#: plain lists of any length
_LONG = {"names", "words", "nums"}
_MADE = {"number": borders.NUMBERS, "string": borders.TEXTS, "date": borders.DATES}


class Deals:
    """Draws deals: `base` from scratch, `near` by moving some terms of another, `wrong` with
    a mistake in it."""

    def __init__(self, chance: Chance, schema: Data, policy: Policy) -> None:
        self.chance = chance
        self.schema = schema
        self.generator = Generator(chance.number(0, 10**9))
        self.specs = policy.schema.terms
        reads = {path for expr in _of_rules(policy) for path in core.terms_read(policy.core, expr)}
        paths = [path for path in self.specs if path.startswith(("t.", "u."))]
        #: the terms that can matter, or all of them
        self.reads = [path for path in paths if path in reads] or paths
        self.constants = _constants(policy)

    def base(self) -> Data:
        return self.generator.deal(self.schema)

    def near(self, document: Data) -> Data:
        """The same deal with one to three terms that the policy reads said otherwise."""
        made = _copied(document)
        for _ in range(self.chance.weighted(((5, 1), (3, 2), (2, 3)))):
            self.move(made, self.chance.pick(self.reads))
        if self.chance.happens(0.02):
            made["deal"] = {"id": "deal-1"}
        return made

    def move(self, document: Data, path: str) -> None:
        chance, spec = self.chance, self.specs[path]
        group, name = _group(document, path)
        listed = document.get("not_applicable", ())
        draw = chance.random.random()
        if draw < 0.1 and not spec.required:
            group.pop(name, None)
            if spec.may_not_apply and path not in listed and chance.happens(0.2):
                document["not_applicable"] = [*listed, path]
            return
        if path in listed:
            document["not_applicable"] = [other for other in listed if other != path]
        if draw < 0.14 and spec.shape.nullable:
            group[name] = None
        else:
            group[name] = self.value(path, group.get(name))

    def value(self, path: str, before: Any) -> Any:
        """A value for a term: mostly one beside what the policy compares it with."""
        chance = self.chance
        kind = self.specs[path].type.kind
        name = path.rpartition(".")[2]
        drawn = (DEEP if path.startswith("u.") else TERMS)[name].values
        if kind == "list":
            return self.listed(name, before, drawn)
        known = self.constants.get(kind)
        if self.specs[path].shape.enum is None and name not in ("share", "size", "step", "code"):
            if known and chance.happens(0.6):
                return chance.pick(known)
            if kind in _MADE and chance.happens(0.25):
                return chance.pick(_MADE[kind])
        return chance.pick(drawn)

    def listed(self, name: str, before: Any, drawn: list[Any]) -> Any:
        chance = self.chance
        if name == "parts" and isinstance(before, list) and before and chance.happens(0.7):
            made = [dict(part) for part in before]
            part, field = chance.pick(made), chance.pick(list(PARTS))
            numbers = self.constants.get("number")
            if field == "amount" and numbers and chance.happens(0.6):
                part[field] = chance.pick(numbers)
            else:
                part[field] = chance.pick(PARTS[field][1])
            return made
        if name == "nums" and chance.happens(0.5):
            numbers = [*self.constants.get("number", ()), *drawn[3]]
            return chance.many([*numbers, None], 0, 4)
        if isinstance(before, list) and len(before) > 1 and chance.happens(0.2):
            return before[::-1]
        return self.generator.value(name, drawn)

    def long(self, document: Data) -> Data:
        """The same deal with lists so long that nested loops over them run out of steps."""
        made = _copied(document)
        for name in sorted(_LONG & self.schema["properties"]["t"]["properties"].keys()):
            size = self.chance.pick([300, 317, 1_001])
            made["t"][name] = self.chance.pick(TERMS[name].values[1:]) * size
        return made

    def wrong(self, document: Data) -> Any:
        """A document with a mistake, mostly: some spoilt ones happen to be right."""
        chance = self.chance
        made: Any = _copied(document)
        what = chance.random.random()
        if what < 0.75:
            group, name = _group(made, chance.pick(self.reads))
            group[name] = chance.pick(borders.WRONG)
        elif what < 0.8:
            made["t"][chance.pick(["misspelt", "__class__", "t.price", "Price", ""])] = 1
        elif what < 0.85:
            made["t"] = chance.pick([None, [], "t", 1])
        elif what < 0.9:
            listed = chance.pick(["t.price", "t.nope", "t", 1, None])
            made["not_applicable"] = chance.pick([[listed], [listed, listed], listed])
        elif what < 0.95:
            path = chance.pick(self.reads)
            made["evidence"] = {
                path: chance.pick([{"source": "x", "confidence": "low"}, {"confidence": "no"}, 1])
            }
        else:
            made = chance.pick([None, [], "t", 1, {}, {"t": {}}, {"v": {}}, {1: {}}, [made]])
        return made


def _group(document: Data, path: str) -> tuple[Data, str]:
    """The group that holds a term, made if the deal has none, and the term's name in it."""
    names = path.split(".")
    group = document
    for name in names[:-1]:
        group = group.setdefault(name, {})
    return group, names[-1]


def _copied(document: Data) -> Data:
    """A copy whose groups are its own; the values in them are shared."""
    return {
        name: _copied(value) if isinstance(value, dict) else value
        for name, value in document.items()
    }


def _constants(policy: Policy) -> dict[str, list[Any]]:
    """Values around every constant of a policy, by kind."""
    exprs = [*_of_rules(policy), *(item.value for item in policy.core.definitions.values())]
    exprs += [item.when for card in policy.core.scorecards.values() for item in card.items]
    nodes = (node for expr in exprs for node in core.walk(expr))
    values = [node.value for node in nodes if isinstance(node, core.Const)]
    for parameter in policy.core.parameters.values():
        value = parameter.value
        values += [v for _, v in value.values] if isinstance(value, core.Dated) else [value]
    found: dict[str, dict[str, Any]] = {"number": {}, "string": {}, "date": {}}
    for value in values:
        for one in value if isinstance(value, tuple) else (value,):
            kind = (
                "date" if isinstance(one, Date) else "string" if isinstance(one, str) else "number"
            )
            for near in borders.around(one):
                found[kind][f"{type(near)} {near!r}"] = near
    return {kind: list(near.values()) for kind, near in found.items() if near}


def _of_rules(policy: Policy) -> list[core.Expr]:
    parts = [(rule.requirement, rule.applies, rule.unless) for rule in policy.core.rules]
    return [expr for three in parts for expr in three if expr is not None]
