"""Whole policies in one file, their schema inside: everything the language has."""

from __future__ import annotations

from typing import Any

from fuzz.chance import Chance
from fuzz.conditions import Conditions
from fuzz.expressions import Expressions
from fuzz.vocabulary import (
    ALWAYS,
    BORDERS,
    DATES,
    DAYS,
    DEEP,
    ENUMS,
    FORMS,
    KINDS,
    MONTHS,
    NUMBERS,
    TAGS,
    TERMS,
    TEXTS,
    Data,
    TermKind,
    group,
)

_LEVELS = ["mandatory", "mandatory", "negotiable", "advisory"]
_HIT_POLICIES = ["U", "A", "F", "F", "P", "R", "O", "C", "C+", "C<", "C>", "C#"]
_COLLECTS = ("R", "O", "C")
#: loops in loops, that long lists take out of budget
_LOOPS = [
    "some x in LIST, y in LIST satisfies x != y",
    "every x in LIST, y in LIST satisfies x = y",
    "not(some x in LIST satisfies every y in LIST satisfies x != y)",
    "count(for x in LIST, y in LIST return x) > 3",
    "count(LIST[some y in LIST satisfies y = item]) > 1",
]
_SENTENCES = [
    "{t.price} against {parameters.limit}",
    "{t.kind} of {t.years} years; {total} in all",
    "said with {{braces}} and no value",
]


class Policies:
    """Draws policies."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance

    # the schema -------------------------------------------------------------------------------

    def schema(self) -> Data:
        chance = self.chance
        names = [name for name in TERMS if name in ALWAYS or chance.happens(0.4)]
        made = {"t": group({name: self.term(TERMS[name]) for name in names})}
        if chance.happens(0.4):
            inner = group({name: self.term(term) for name, term in DEEP.items()})
            made["u"] = group({"in": inner})
        return group(made)

    def term(self, term: TermKind) -> Data:
        shape = term.shape
        if term.values and self.chance.happens(0.3):
            default = self.chance.pick(term.values)
            if not isinstance(default, list) or None not in default:
                shape = {**shape, "default": default}
        if self.chance.happens(0.25):
            shape = {**shape, "x-may-not-apply": True}
        return shape

    # the policy -------------------------------------------------------------------------------

    def policy(self) -> Data:
        chance = self.chance
        schema = self.schema()
        #: most policies are such that generated code leaves nothing to the interpreter
        self.plain = chance.happens(0.7)
        self.names, self.enums = _names(schema)
        self.parameters = {
            "N": ["limit", "stepped"],
            "D": ["day"],
            "LN": ["amounts"],
            "LE": ["kinds"],
            "LS": ["kinds"],
            "S": ["word"],
            "DD": ["spell"],
            "YM": ["term"],
        }
        made: Data = {
            "policy": "fuzz",
            "version": "1",
            "terms": schema,
            "parameters": {
                "limit": self.number(),
                "kinds": chance.some(KINDS, 2, 2),
                "tags": chance.some(TAGS, 2, 2),
                "amounts": [self.number() for _ in range(chance.number(1, 3))],
                "word": chance.pick([text for text in TEXTS if text]),
                "day": chance.pick(DATES),
                "within": chance.pick(["[1..5]", "[0..10)", "x"]),
                "spell": chance.pick(DAYS),
                "term": chance.pick(MONTHS),
                "stepped": [
                    {"from": "2000-01-01", "value": self.number()},
                    {"from": "2025-01-01", "value": self.number()},
                ],
            },
        }
        for kind, paths in (("N", ("limit", "stepped")), ("LN", ("amounts",)), ("LS", ("kinds",))):
            self.names.setdefault(kind, []).extend(f"parameters.{path}" for path in paths)
        made["define"] = {
            "total": Expressions(chance, self.names, plain=self.plain).of("N", chance.pick([1, 2])),
            "flag": Expressions(chance, self.names, plain=self.plain).condition(
                chance.pick([1, 2])
            ),
        }
        if chance.happens(0.3):
            made["define"]["listed"] = Expressions(chance, self.names, plain=self.plain).of("LN", 2)
        if chance.happens(0.3):
            made["define"]["next"] = chance.pick(["total + 1", "if flag then total else 0"])
        if chance.happens(0.6):
            made["tables"] = [self.table()]
        if chance.happens(0.5):
            made["scorecards"] = [self.scorecard()]
        self.names["N"] += ["total", "total"] + (["next"] if "next" in made["define"] else [])
        self.names["B"] += ["flag"]
        if "listed" in made["define"]:
            self.names.setdefault("LN", []).append("listed")
        if "tables" in made:
            self.grade(made["tables"][0])
        if "scorecards" in made and not self.plain:
            self.names["N"] += ["score.benefit", "score.benefit"]
        if chance.happens(0.15):
            made["rules"] = self.dense(chance.number(6, 14))
        else:
            made["rules"] = [self.rule(number) for number in range(chance.number(1, 4))]
        long = [path for path in ("t.words", "t.names", "t.nums") if path in self.all_names()]
        if long and chance.happens(0.03):
            text = chance.pick(_LOOPS).replace("LIST", chance.pick(long))
            made["rules"].append(
                {"id": "R-99", "title": "generated", "level": "negotiable", "require": text}
            )
        if "tables" in made and chance.happens(0.6):
            kind = next(
                kind for kind in ("G", "LG", "N", "LN") if "grade" in self.names.get(kind, ())
            )
            made["rules"][0]["require"] = {"grade": self.conditions().on(kind, "grade")}
            made["rules"][0].pop("forbid", None)
        if chance.happens(0.3):
            made["interests"] = [self.interest()]
        return made

    def all_names(self) -> set[str]:
        return {name for names in self.names.values() for name in names}

    def number(self) -> Any:
        return self.chance.pick(BORDERS if self.chance.happens(0.1) else NUMBERS)

    def conditions(self) -> Conditions:
        return Conditions(self.chance, self.names, self.enums, self.parameters, plain=self.plain)

    def rule(self, number: int) -> Data:
        chance, conditions = self.chance, self.conditions()
        form = chance.pick(["require", "forbid"])
        rule: Data = {
            "id": f"R-{number}",
            "title": "generated",
            "level": chance.pick(_LEVELS),
            form: conditions.condition(chance.number(0, 3), form == "forbid"),
        }
        if chance.happens(0.35):
            rule["applies"] = conditions.condition(1, False)
        if chance.happens(0.35):
            rule["unless"] = conditions.condition(1, False)
        if chance.happens(0.15):
            rule["effective"] = {"from": chance.pick(DATES)}
        if chance.happens(0.1):
            rule["effective"] = {"until": chance.pick(DATES)}
        if chance.happens(0.05):
            rule["effective"] = {"from": "2024-06-01", "until": chance.pick(DATES[1:])}
        if chance.happens(0.3):
            rule["because"] = chance.pick(_SENTENCES)
        return rule

    def dense(self, count: int) -> list[Data]:
        """Many short rules on few terms, as most policies have them."""
        kinds = ["N", "N", "N", "E", "B"]
        known = [(kind, path) for kind in kinds for path in self.names[kind] if path[:2] == "t."]
        terms = self.chance.some(known, 1, 3)
        rules = []
        for number in range(count):
            rule = self.rule(number) if self.chance.happens(0.15) else None
            if rule is None:
                form = self.chance.pick(["require", "forbid"])
                kind, path = self.chance.pick(terms)
                rule = {
                    "id": f"R-{number}",
                    "title": "generated",
                    "level": self.chance.pick(_LEVELS),
                }
                rule[form] = {path: self.conditions().on(kind, path)}
                if self.chance.happens(0.3):
                    kind, path = self.chance.pick(terms)
                    rule[self.chance.pick(["applies", "unless"])] = {
                        path: self.conditions().on(kind, path)
                    }
            rules.append(rule)
        return rules

    def interest(self) -> Data:
        conditions = self.conditions()
        made = {
            "element": "x",
            "ours": "o",
            "theirs": "t",
            "served": conditions.condition(1, False),
        }
        if self.chance.happens(0.5):
            made["conflict"] = conditions.condition(1, False)
        return made

    def scorecard(self) -> Data:
        conditions = self.conditions()
        items = [
            {
                "id": f"S-{number}",
                "title": "x",
                "when": conditions.condition(1, False),
                "points": self.chance.pick([number + 1, -2, 0.5]),
            }
            for number in range(self.chance.number(1, 3))
        ]
        return {"id": "benefit", "items": items}

    # tables -----------------------------------------------------------------------------------

    def table(self) -> Data:
        chance = self.chance
        policy = chance.pick(_HIT_POLICIES)
        numeric = policy in ("C+", "C<", "C>") or chance.happens(0.4)
        values: list[Any] = [1, 2, 3] if numeric else ["low", "mid", "high"]
        rows = []
        for _ in range(chance.number(1, 4)):
            cells = [chance.pick(["-", "loan", ["loan", "grant"], {"none_of": ["swap"]}])]
            number = self.number()
            limit = {chance.pick(["at_least", "less_than", "more_than"]): number}
            cells.append(chance.pick(["-", limit, limit, number, {"term": "t.rate"}]))
            output = chance.pick(values)
            if numeric and chance.happens(0.15):
                output = {"term": "t.price"}
            rows.append([*(cells if chance.happens(0.85) else ["-", "-"]), output])
        table: Data = {
            "id": "grade",
            "hit_policy": policy,
            "inputs": ["t.kind", chance.pick(["t.years", "t.years", "total"])],
            "output": {"type": "number" if numeric else "string", "values": values},
            "rules": rows,
        }
        if chance.happens(0.6) and policy not in _COLLECTS:
            table["default"] = chance.pick(values) if policy != "C#" or numeric else 0
        return table

    def grade(self, table: Data) -> None:
        """Puts the table's value in scope as what it is."""
        listed = table["hit_policy"] in _COLLECTS
        if table["output"]["type"] == "number" or table["hit_policy"] == "C#":
            self.names.setdefault("LN" if listed else "N", []).extend(["grade"] * 3)
            return
        # kinds of their own: nothing else may be compared with these texts
        self.names["LG" if listed else "G"] = ["grade"]
        self.enums["grade"] = ["low", "mid", "high"]
        self.names["B"].append('(grade[1] = "low")' if listed else '(grade = "mid")')


def _names(schema: Data) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The terms of a schema by kind, and the values of those that have few."""
    names: dict[str, list[str]] = {}
    for name in schema["properties"]["t"]["properties"]:
        names.setdefault(TERMS[name].kind, []).append(f"t.{name}")
    if "u" in schema["properties"]:
        # their unit keeps `level` and `cap` apart from other numbers
        names["B"].append("u.in.flag")
        names["U"] = ["u.in.level", "u.in.cap"]
    enums = {f"t.{name}": list(values) for name, values in ENUMS.items()}
    return names, enums | {"t.fixed": ["loan"], "t.tags": TAGS, "t.marks": TAGS}


__all__ = ["FORMS", "Policies"]
