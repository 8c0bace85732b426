"""Whole policies and deals from a seed: small, odd, and mostly valid.

Everything is plain data, so that a failure can be shrunk and written out as the policy file
that shows it. A generated policy may fail to load (a constant outside an enum, a test that
can never hold); the caller skips those.
"""

from __future__ import annotations

import random
from typing import Any

Data = dict[str, Any]

_ENUMS = {"kind": ["loan", "grant", "swap"], "form": ["treaty", "memo", "none"]}
_TAGS = ["a", "b", "c", "d"]
_TEXTS = ["", "a", "ab", "x y", "é", "<b>", "${x}", "a\nb", "'; drop", "{name}"]
_DATES = ["2024-12-31", "2025-01-01", "2025-06-30", "2026-01-01"]
_NUMBERS = [0, 1, 2, 3, 5, 10, 50, 100, -1, 0.1, 0.3, 2.5, 49.99]
_AS_OF = ["2024-06-01", "2025-01-01", "2025-12-31"]
_LEVELS = ["mandatory", "mandatory", "negotiable", "advisory"]
_TABLE_POLICIES = ["U", "A", "F", "P", "R", "O", "C", "C+", "C<", "C>", "C#"]


class Generator:
    """Makes policies and deals from one random source."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pick(self, options: Any) -> Any:
        return self.random.choice(options)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    # the vocabulary -----------------------------------------------------------------------

    def schema(self) -> Data:
        terms: Data = {}
        for name in ("price", "years", "rate", "count_of"):
            terms[name] = self.term({"type": ["number", "null"]}, _NUMBERS)
        for name, values in _ENUMS.items():
            terms[name] = self.term({"enum": [*values, None]}, values)
        for name in ("bound", "open", "secret"):
            terms[name] = self.term({"type": ["boolean", "null"]}, [True, False])
        for name in ("signed", "ends"):
            terms[name] = self.term({"type": ["string", "null"], "format": "date"}, _DATES)
        terms["title"] = self.term({"type": ["string", "null"]}, _TEXTS)
        tag = {"type": "string", "enum": _TAGS}
        terms["tags"] = self.term(
            {"type": ["array", "null"], "items": tag, "uniqueItems": True}, [[], ["a"], ["b", "c"]]
        )
        names = {"type": "array", "items": {"type": ["string", "null"]}}
        terms["names"] = self.term(names | {"type": ["array", "null"]}, [[], ["a", "x y"]])
        terms["parts"] = {
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "amount": {"type": ["number", "null"]},
                    "kind": {"enum": [*_ENUMS["kind"], None]},
                    "ok": {"type": ["boolean", "null"]},
                },
            },
        }
        group = {"type": "object", "additionalProperties": False, "properties": terms}
        return {"type": "object", "additionalProperties": False, "properties": {"t": group}}

    def term(self, shape: Data, values: list[Any]) -> Data:
        if self.chance(0.3):
            shape = {**shape, "default": self.pick(values)}
        if self.chance(0.25):
            shape = {**shape, "x-may-not-apply": True}
        return shape

    # policies -----------------------------------------------------------------------------

    def policy(self) -> Data:
        """A single-file policy, its schema inside."""
        made: Data = {
            "policy": "fuzz",
            "version": "1",
            "terms": self.schema(),
            "parameters": {
                "limit": self.pick(_NUMBERS),
                "kinds": self.random.sample(_ENUMS["kind"], 2),
                "tags": self.random.sample(_TAGS, 2),
                "stepped": [
                    {"from": "2000-01-01", "value": self.pick(_NUMBERS)},
                    {"from": "2025-01-01", "value": self.pick(_NUMBERS)},
                ],
            },
            "define": {"total": self.arithmetic(2), "flag": self.expression(1)},
        }
        if self.chance(0.6):
            made["tables"] = [self.table()]
        if self.chance(0.5):
            made["scorecards"] = [self.scorecard()]
        self.extras = ["total", "flag"] + (["grade"] if "tables" in made else [])
        self.has_score = "scorecards" in made
        made["rules"] = [self.rule(number) for number in range(self.random.randint(1, 4))]
        return made

    def rule(self, number: int) -> Data:
        form = self.pick(["require", "forbid"])
        rule: Data = {
            "id": f"R-{number}",
            "title": "generated",
            "level": self.pick(_LEVELS),
            form: self.condition(self.random.randint(0, 3), form == "forbid"),
        }
        if self.chance(0.35):
            rule["applies"] = self.condition(1, False)
        if self.chance(0.35):
            rule["unless"] = self.condition(1, False)
        if self.chance(0.15):
            rule["effective"] = {"from": self.pick(_DATES)}
        if self.chance(0.1):
            rule["effective"] = {"until": self.pick(_DATES)}
        return rule

    def scorecard(self) -> Data:
        items = [
            {"id": f"S-{n}", "title": "x", "when": self.condition(1, False), "points": n + 1}
            for n in range(self.random.randint(1, 3))
        ]
        return {"id": "benefit", "items": items}

    def table(self) -> Data:
        policy = self.pick(_TABLE_POLICIES)
        numeric = policy in ("C+", "C<", "C>") or self.chance(0.4)
        values: list[Any] = [1, 2, 3] if numeric else ["low", "mid", "high"]
        rows = []
        for _ in range(self.random.randint(1, 4)):
            cells = [self.pick(["-", "loan", ["loan", "grant"], {"none_of": ["swap"]}])]
            cells.append(self.pick(["-", {"at_least": self.pick(_NUMBERS)}, self.pick(_NUMBERS)]))
            rows.append([*cells, self.pick(values)])
        table: Data = {
            "id": "grade",
            "hit_policy": policy,
            "inputs": ["t.kind", "t.years"],
            "output": {"type": "number" if numeric else "string", "values": values},
            "rules": rows,
        }
        if self.chance(0.6) and policy not in ("R", "O", "C"):
            table["default"] = self.pick(values)
        return table

    # conditions ---------------------------------------------------------------------------

    def condition(self, depth: int, negated: bool) -> Any:
        if depth <= 0 or self.chance(0.25):
            return self.expression(2) if self.chance(0.35) else self.test()
        kind = self.pick(["all", "any", "not", "some_of", "tests"])
        if kind == "not":
            return {"not": self.condition(depth - 1, True)}
        parts = [self.condition(depth - 1, negated) for _ in range(self.random.randint(1, 3))]
        if kind == "some_of":
            return {"some_of": {"at_least": self.random.randint(1, len(parts)), "of": parts}}
        if kind == "tests":
            return self.test() if negated else {**self.test(), **self.test()}
        return {kind: parts}

    def test(self) -> Data:
        maker = self.pick(
            [
                self.number_test,
                self.enum_test,
                self.flag_test,
                self.date_test,
                self.text_test,
                self.tags_test,
                self.names_test,
                self.parts_test,
            ]
        )
        return maker()  # type: ignore[no-any-return]

    def number_operand(self) -> Any:
        return self.pick(
            [
                self.pick(_NUMBERS),
                self.pick(_NUMBERS),
                {"parameter": "limit"},
                {"parameter": "stepped"},
                {"term": "t.rate"},
            ]
        )

    def number_test(self) -> Data:
        path = f"t.{self.pick(['price', 'years', 'rate', 'count_of'])}"
        operator = self.pick(
            [
                "less_than",
                "at_most",
                "at_least",
                "more_than",
                "equals",
                "is_not",
                "between",
                "one_of",
                "none_of",
                "stated",
            ]
        )
        return {path: {operator: self.operand(operator, self.number_operand)}}

    def operand(self, operator: str, single: Any) -> Any:
        if operator == "stated":
            return self.chance(0.5)
        if operator == "between":
            low, high = sorted([self.pick(_NUMBERS), self.pick(_NUMBERS)])
            return [low, high]
        if operator in ("one_of", "none_of"):
            return [single() for _ in range(self.random.randint(1, 3))]
        return single()

    def enum_test(self) -> Data:
        name = self.pick(list(_ENUMS))
        values = _ENUMS[name]
        return {
            f"t.{name}": self.pick(
                [
                    self.pick(values),
                    self.random.sample(values, 2),
                    {"is_not": self.pick(values)},
                    {"none_of": self.random.sample(values, 2)},
                    {"stated": self.chance(0.5)},
                    {"one_of": {"parameter": "kinds"}} if name == "kind" else {"equals": values[0]},
                ]
            )
        }

    def flag_test(self) -> Data:
        path = f"t.{self.pick(['bound', 'open', 'secret'])}"
        return {path: self.pick([True, False, {"is_not": True}, {"stated": True}])}

    def date_test(self) -> Data:
        path = f"t.{self.pick(['signed', 'ends'])}"
        operator = self.pick(["before", "on_or_before", "after", "on_or_after", "equals", "is_not"])
        return {path: {operator: self.pick([self.pick(_DATES), {"term": "t.ends"}])}}

    def text_test(self) -> Data:
        operator = self.pick(
            ["equals", "is_not", "starts_with", "ends_with", "matches", "contains"]
        )
        text = self.pick(["a", "b", "x", "é"])
        return {"t.title": {operator: text}}

    def tags_test(self) -> Data:
        operator = self.pick(
            [
                "contains",
                "contains_any",
                "contains_all",
                "contains_none",
                "contains_only",
                "equals",
                "is_not",
                "count",
                "every",
                "some",
                "none",
                "stated",
            ]
        )
        some = self.random.sample(_TAGS, self.random.randint(1, 3))
        operand: Any = some
        if operator == "contains":
            operand = some[0]
        elif operator == "count":
            operand = {self.pick(["at_least", "less_than"]): self.random.randint(0, 3)}
        elif operator in ("every", "some", "none"):
            operand = self.pick([{"one_of": some}, {"is_not": some[0]}, 'item = "a"'])
        elif operator == "stated":
            operand = True
        elif operator not in ("equals", "is_not") and self.chance(0.3):
            operand = {"parameter": "tags"}
        elif operator in ("equals", "is_not") and self.chance(0.2):
            operand = []
        return {"t.tags": {operator: operand}}

    def names_test(self) -> Data:
        operator = self.pick(["contains", "contains_any", "contains_only", "every", "equals"])
        operand: Any = self.pick([["a"], ["a", "x y"]])
        if operator == "contains":
            operand = "a"
        elif operator == "every":
            operand = {"starts_with": "a"}
        return {"t.names": {operator: operand}}

    def parts_test(self) -> Data:
        inner = self.pick(
            [
                {"amount": {"more_than": self.pick(_NUMBERS)}},
                {"ok": True, "kind": "loan"},
                {"kind": ["loan", "grant"]},
                "amount > t.years",
                {"any": [{"ok": True}, {"amount": {"at_most": {"parameter": "limit"}}}]},
                {"amount": {"stated": True}},
            ]
        )
        return {"t.parts": {self.pick(["every", "some", "none"]): inner}}

    # expressions --------------------------------------------------------------------------

    def expression(self, depth: int) -> str:
        """A FEEL condition."""
        if depth > 0 and self.chance(0.4):
            left, right = self.expression(depth - 1), self.expression(depth - 1)
            return self.pick(  # type: ignore[no-any-return]  # one of these texts
                [
                    f"({left}) and ({right})",
                    f"({left}) or ({right})",
                    f"not({left})",
                    f"if {left} then {right} else t.open",
                ]
            )
        number, other = self.arithmetic(1), self.arithmetic(1)
        options = [
            f"{number} {self.pick(['<', '<=', '>', '>=', '=', '!='])} {other}",
            f"{number} between 0 and {other}",
            f"{number} in [1..{self.pick([2, 5, 10])}]",
            f"{number} in (< 1, > 5)",
            f't.kind = "{self.pick(_ENUMS["kind"])}"',
            f't.kind in ["loan", "{self.pick(_ENUMS["kind"])}"]',
            "t.bound",
            "t.bound = t.open",
            "t.rate = null",
            "t.title != null",
            "t.signed < t.ends",
            't.signed >= date("2025-01-01")',
            't.signed + @"P30D" <= t.ends',
            "as_of > t.signed",
            'list contains(t.tags, "a")',
            "some x in t.parts satisfies x.amount > 2",
            "every x in t.parts satisfies x.ok",
            "some x in t.tags, y in t.names satisfies x = y",
            "count(t.parts[amount > 1]) > 0",
            "sum(t.parts.amount) > 5",
            "string length(t.title) > 1",
            'contains(t.title, "a")',
            "all([t.bound, t.open])",
            "any([t.bound, t.secret])",
            "every i in 1..3 satisfies i < t.years",
            "t.parts[1].amount > 1",
            "count(t.tags) > t.years",
            "t.kind in parameters.kinds",
            "is(t.price, t.rate)",
            "t.price instance of number",
        ]
        if getattr(self, "extras", None):
            options += ["flag", "total > parameters.limit", "total = parameters.stepped"]
        if getattr(self, "has_score", False):
            options += ["score.benefit > 1"]
        return self.pick(options)  # type: ignore[no-any-return]

    def arithmetic(self, depth: int) -> str:
        if depth > 0 and self.chance(0.5):
            left, right = self.arithmetic(depth - 1), self.arithmetic(depth - 1)
            return f"({left} {self.pick(['+', '-', '*', '/', '**'])} {right})"
        return str(
            self.pick(
                [
                    "t.price",
                    "t.years",
                    "t.rate",
                    "t.count_of",
                    "parameters.limit",
                    "parameters.stepped",
                    "abs(t.rate)",
                    "count(t.tags)",
                    str(self.pick(_NUMBERS)),
                ]
            )
        )

    # deals --------------------------------------------------------------------------------

    def deal(self, schema: Data) -> Data:
        """Terms for a schema: some stated, null, absent, or listed as not applicable."""
        terms = schema["properties"]["t"]["properties"]
        stated: Data = {}
        listed = []
        for name, shape in terms.items():
            draw = self.random.random()
            if draw < 0.3:
                if shape.get("x-may-not-apply") and self.chance(0.4):
                    listed.append(f"t.{name}")
            elif draw < 0.36:
                stated[name] = None
            else:
                stated[name] = self.value(name, shape)
        made: Data = {"t": stated}
        if listed:
            made["not_applicable"] = listed
        return made

    def value(self, name: str, shape: Data) -> Any:
        if name == "parts":
            return [self.part() for _ in range(self.random.randint(0, 3))]
        if name == "tags":
            return self.random.sample(_TAGS, self.random.randint(0, 3))
        if name == "names":
            return [self.pick(["a", "ab", "x y", None]) for _ in range(self.random.randint(0, 3))]
        if "enum" in shape:
            return self.pick([value for value in shape["enum"] if value is not None])
        if shape.get("format") == "date":
            return self.pick(_DATES)
        if "boolean" in shape["type"]:
            return self.chance(0.5)
        return self.pick(_NUMBERS if "number" in shape["type"] else _TEXTS)

    def part(self) -> Data:
        part: Data = {}
        if self.chance(0.8):
            part["amount"] = self.pick([*_NUMBERS, None])
        if self.chance(0.8):
            part["kind"] = self.pick([*_ENUMS["kind"], None])
        if self.chance(0.8):
            part["ok"] = self.pick([True, False, None])
        return part

    def settings(self) -> Data:
        return {
            "as_of": self.pick(_AS_OF),
            "final": self.chance(0.35),
            "assume": self.chance(0.75),
        }
