"""Conditions of rules: tests of the test notation, combinators, expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fuzz.chance import Chance
from fuzz.expressions import Expressions
from fuzz.vocabulary import (
    BORDERS,
    DATES,
    DAYS,
    ENUMS,
    KINDS,
    MOMENTS,
    MONTHS,
    NUMBERS,
    TAGS,
    TEXTS,
    TIMES,
    Data,
)

_LIMITS = ("less_than", "at_most", "at_least", "more_than")
_MOMENTS = ("before", "on_or_before", "after", "on_or_after")
_SAME = ("equals", "is_not")
_AMONG = ("one_of", "none_of")
_SETS = ("contains_any", "contains_all", "contains_none", "contains_only")
_QUANTIFIERS = ("every", "some", "none")
_PATTERNS = ["a", "^a", "b$", "^[a-z]*$", "[0-9]+", "(x|é)", "\\."]

#: constants to compare a value of a kind with
_CONSTANTS: dict[str, list[Any]] = {
    "B": [True, False],
    "D": DATES,
    "DT": MOMENTS,
    "T": TIMES,
    "DD": DAYS,
    "YM": MONTHS,
    "S": [text for text in TEXTS if text not in ("", "${x}")],
}
#: the operators that test a value of a kind
_OPERATORS: dict[str, tuple[str, ...]] = {
    "N": (*_LIMITS, *_LIMITS, *_SAME, *_AMONG, "between", "stated"),
    "U": (*_LIMITS, *_SAME, "between", "stated"),
    "B": (*_SAME, *_AMONG, "stated", "plain"),
    "E": (*_SAME, *_AMONG, "plain", "list", "stated", "starts_with"),
    "G": (*_SAME, *_AMONG, "plain", "list", "ends_with"),
    "S": (*_SAME, *_AMONG, "starts_with", "ends_with", "matches", "contains", "stated", "plain"),
    "D": (*_MOMENTS, *_MOMENTS, *_SAME, *_AMONG, "between", "stated", "plain"),
    "DT": (*_MOMENTS, *_SAME, "between", "stated"),
    "T": (*_MOMENTS, *_SAME, "between"),
    "DD": (*_LIMITS, *_SAME, "between", "one_of"),
    "YM": (*_LIMITS, *_SAME, "between", "none_of"),
    "LE": ("contains", *_SETS, *_SETS, *_SAME, *_QUANTIFIERS, "count", "stated"),
    "LG": ("contains", *_SETS, *_SAME, *_QUANTIFIERS, "count"),
    "LS": ("contains", *_SETS, *_SAME, *_QUANTIFIERS, "count"),
    "LN": ("contains", *_SETS, *_SAME, *_QUANTIFIERS, "count"),
    "LD": ("contains", *_SETS, *_QUANTIFIERS, "count"),
    "LC": (*_QUANTIFIERS, *_QUANTIFIERS, "count", "stated"),
    "LL": ("count", "equals", "some"),
}
_ITEM = {"LE": "E", "LG": "G", "LS": "S", "LN": "N", "LD": "D"}


class Conditions:
    """Draws conditions over terms and parameters, which are named by kind.

    `enums` gives the values of a term that has few; `stated` are the paths that `stated` may
    ask about.
    """

    def __init__(
        self,
        chance: Chance,
        names: Mapping[str, Sequence[str]],
        enums: Mapping[str, Sequence[str]],
        parameters: Mapping[str, Sequence[str]],
        *,
        plain: bool = False,
    ) -> None:
        self.chance = chance
        self.names = names
        self.enums = enums
        self.parameters = parameters
        self.expressions = Expressions(chance, names, plain=plain)

    def condition(self, depth: int, negated: bool) -> Any:
        chance = self.chance
        if depth <= 0 or chance.happens(0.25):
            if chance.happens(0.4):
                return self.expressions.condition(chance.pick([1, 1, 1, 2, 2, 3]))
            return self.test()
        kind = chance.pick(["all", "any", "not", "some_of", "tests"])
        if kind == "not":
            return {"not": self.condition(depth - 1, True)}
        parts = [self.condition(depth - 1, negated) for _ in range(chance.number(1, 3))]
        if kind == "some_of":
            return {"some_of": {"at_least": chance.number(1, len(parts)), "of": parts}}
        if kind == "tests":
            return self.test() if negated else {**self.test(), **self.test()}
        return {kind: parts}

    # tests ------------------------------------------------------------------------------------

    def test(self) -> Data:
        """A test of one term."""
        chance = self.chance
        kind = chance.pick([kind for kind in _OPERATORS if self.testable(kind)])
        path = chance.pick(self.testable(kind))
        return {path: self.on(kind, path)}

    def testable(self, kind: str) -> list[str]:
        return [
            path for path in self.names.get(kind, ()) if not path.startswith(("parameters.", "("))
        ]

    def on(self, kind: str, path: str, *, inside: bool = False) -> Any:
        """What is asked of a value of a kind; `inside` a loop it is a field or an element."""
        operators = [
            operator
            for operator in _OPERATORS[kind]
            if not (operator == "stated" and (inside or not path.startswith(("t.", "u."))))
        ]
        operator = self.chance.pick(operators)
        if operator == "plain":
            return self.constant(kind, path)
        if operator == "list":
            return self.constants(kind, path)
        if self.chance.happens(0.08) and kind in ("N", "D") and not inside:
            other = self.chance.pick([name for name in operators if name != operator] or ["equals"])
            if other not in ("plain", "list"):
                return {
                    operator: self.operand(operator, kind, path),
                    other: self.operand(other, kind, path),
                }
        return {operator: self.operand(operator, kind, path)}

    def operand(self, operator: str, kind: str, path: str) -> Any:
        chance = self.chance
        if operator == "stated":
            return chance.happens(0.6)
        if operator == "matches":
            return chance.pick(_PATTERNS)
        if operator == "between":
            return self.bounds(kind, path)
        if operator == "count":
            return self.counting()
        if operator in _QUANTIFIERS:
            return self.element(kind, path)
        if kind in _ITEM or kind == "LL":
            return self.list_operand(operator, kind, path)
        if operator in _AMONG:
            named = self.parameters.get("L" + kind)
            if named and chance.happens(0.3) and (kind != "E" or path == "t.kind"):
                return {"parameter": chance.pick(named)}
            return self.constants(kind, path)
        if operator in ("starts_with", "ends_with", "contains"):
            return chance.pick(["a", "b", "x", "é", "lo", "1"])
        return self.single(kind, path)

    def single(self, kind: str, path: str) -> Any:
        """A constant, a parameter or a term of the same kind."""
        chance = self.chance
        if kind == "U":
            other = "u.in.cap" if path == "u.in.level" else "u.in.level"
            return {"term": other} if chance.happens(0.3) else chance.pick(NUMBERS)
        if chance.happens(0.25) and kind != "G":
            if self.parameters.get(kind) and chance.happens(0.6):
                return {"parameter": chance.pick(self.parameters[kind])}
            others = [name for name in self.testable(kind) if name.startswith("t.")]
            if kind == "E":
                others = [name for name in others if name == path]
            if others:
                return {"term": chance.pick(others)}
        return self.constant(kind, path)

    def constant(self, kind: str, path: str) -> Any:
        if kind in ("N", "U"):
            return self.chance.pick(BORDERS if self.chance.happens(0.15) else NUMBERS)
        if kind in ("E", "G"):
            return self.chance.pick(self.enums.get(path, KINDS))
        return self.chance.pick(_CONSTANTS[kind])

    def constants(self, kind: str, path: str) -> list[Any]:
        return [self.constant(kind, path) for _ in range(self.chance.number(1, 3))]

    def bounds(self, kind: str, path: str) -> list[Any]:
        """Two bounds in order, or with a term among them."""
        if self.chance.happens(0.2):
            return [self.single(kind, path), self.single(kind, path)]
        if kind in ("N", "U"):
            return sorted([self.constant("N", path), self.constant("N", path)])
        if kind in ("D", "T", "DT"):
            return sorted(self.chance.pick(_CONSTANTS[kind][:2]) for _ in range(2))
        low, high = {"DD": ("P0D", "P30D"), "YM": ("P1M", "P1Y")}[kind]
        return [low, high]

    def counting(self) -> Data:
        operator = self.chance.pick([*_LIMITS, *_SAME, "between", "one_of"])
        if operator == "between":
            return {operator: [self.chance.number(0, 1), self.chance.number(1, 3)]}
        if operator == "one_of":
            return {operator: [0, self.chance.number(1, 3)]}
        return {operator: self.chance.number(0, 3)}

    def list_operand(self, operator: str, kind: str, path: str) -> Any:
        chance = self.chance
        if kind == "LL":
            return chance.pick([[], [[1, 2], [3]], [[1]]])
        item = _ITEM[kind]
        if operator == "contains":
            return self.item(kind, path)
        if chance.happens(0.2) and operator in _SETS and path == "t.tags":
            return {"parameter": "tags"}
        if chance.happens(0.1) and kind == "LN":
            return {"term": "t.nums"} if "t.nums" in self.names.get("LN", ()) else [1]
        if operator in _SAME and chance.happens(0.2):
            return []
        found: list[Any] = []
        for _ in range(chance.number(1, 3)):
            one = self.item(kind, path)
            if one not in found or (item != "E" and chance.happens(0.3)):
                found.append(one)
        return found

    def item(self, kind: str, path: str) -> Any:
        if kind in ("LE", "LG"):
            return self.chance.pick(self.enums.get(path, TAGS))
        return self.constant(_ITEM[kind], path)

    def element(self, kind: str, path: str) -> Any:
        """A condition on the elements of a list."""
        chance = self.chance
        if kind == "LL":
            return {"count": {"at_least": chance.number(0, 2)}}
        if kind == "LC":
            return self.part(1)
        if kind in ("LE", "LG"):
            some = chance.some(self.enums.get(path, TAGS), 1, 3)
            return chance.pick([{"one_of": some}, {"is_not": some[0]}, f'item = "{some[0]}"'])
        if chance.happens(0.2):
            return {"N": "item > 1", "S": 'item = "a"', "D": "item < as_of"}[_ITEM[kind]]
        return self.on(_ITEM[kind], "item", inside=True)

    def part(self, depth: int) -> Any:
        """A condition on one object of `t.parts`, over its fields."""
        chance = self.chance
        if depth > 0 and chance.happens(0.3):
            kind = chance.pick(["all", "any", "not"])
            if kind == "not":
                return {"not": self.part(0)}
            return {kind: [self.part(depth - 1) for _ in range(chance.number(1, 2))]}
        tests: list[Callable[[], Any]] = [
            lambda: {"amount": self.on("N", "amount", inside=True)},
            lambda: {"ok": chance.pick([True, False, {"is_not": True}])},
            lambda: {"kind": chance.pick([KINDS[:2], "loan", {"none_of": ["swap"]}])},
            lambda: {"due": self.on("D", "due", inside=True)},
            lambda: {chance.pick(["amount", "kind", "ok"]): {"stated": chance.happens(0.5)}},
            lambda: {"marks": {"count": self.counting()}},
            lambda: {"marks": {"contains": chance.number(0, 3)}},
            lambda: "amount > t.years",
            lambda: "ok and due <= as_of",
            lambda: "some m in marks satisfies m > amount",
        ]
        return chance.pick(tests)()


__all__ = ["ENUMS", "Conditions"]
