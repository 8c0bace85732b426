"""Policies and deals as Hypothesis draws them, so that a counterexample comes out small.

Everything is plain data. `fuzz.generate` makes others from a seed; the laws run on both.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, TypeAlias

from hypothesis import strategies as st

from fuzz.generate import Generator
from fuzz.vocabulary import DAYS, MOMENTS, MONTHS, TIMES

Data: TypeAlias = dict[str, Any]
Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]

NUMBERS = [0, 1, 2, 3, 10, -1, 0.5]
ENUM = ["low", "mid", "high"]
TAGS = ["a", "b", "c"]
DATES = ["2024-12-31", "2025-01-01", "2026-06-30"]
TEXTS = ["", "a", "ab", "x y", "é"]
FORMATS = {
    "date": DATES,
    "date-time": MOMENTS,
    "time": TIMES,
    "duration": DAYS,
    "x-years-months": MONTHS,
}
HIT_POLICIES = ["U", "A", "F", "P", "R", "O", "C", "C+", "C<", "C>", "C#"]

#: every term: its shape, and values that fit it
TERMS: dict[str, tuple[Data, list[Any]]] = {
    **{name: ({"type": ["number", "null"]}, NUMBERS) for name in ("a", "b", "c")},
    **{name: ({"type": ["boolean", "null"]}, [True, False]) for name in ("p", "q")},
    **{name: ({"enum": [*ENUM, None]}, ENUM) for name in ("e", "f")},
    **{name: ({"type": ["string", "null"], "format": "date"}, DATES) for name in ("since", "till")},
    "s": ({"type": ["string", "null"]}, TEXTS),
    "nums": ({"type": ["array", "null"], "items": {"type": "number"}}, [[], [1], [3, 1, 2]]),
    "tags": (
        {
            "type": ["array", "null"],
            "items": {"type": "string", "enum": TAGS},
            "uniqueItems": True,
        },
        [[], ["a"], ["c", "b"]],
    ),
    "rows": (
        {
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "n": {"type": ["number", "null"]},
                    "ok": {"type": ["boolean", "null"]},
                    "kind": {"enum": [*ENUM, None]},
                },
            },
        },
        [
            [],
            [{"n": 1, "ok": True, "kind": "low"}],
            [{"n": 2}, {"ok": False}],
            [{"n": 3, "ok": None, "kind": "high"}, {"n": 0, "ok": True, "kind": "mid"}],
        ],
    ),
}
FIELDS: dict[str, list[Any]] = {"n": NUMBERS, "ok": [True, False], "kind": ENUM}


def one(draw: Draw, options: list[Any]) -> Any:
    return draw(st.sampled_from(options))


# expressions ----------------------------------------------------------------------------------


@st.composite
def numbers(draw: Draw, depth: int = 2) -> str:
    """A FEEL number."""
    if depth <= 0:
        return str(one(draw, ["t.a", "t.b", "t.c", "t.nums[1]", *NUMBERS]))
    less = numbers(depth - 1)
    return str(
        draw(
            st.one_of(
                less,
                st.builds("({} {} {})".format, less, st.sampled_from("+-*/"), less),
                st.builds("(if {} then {} else {})".format, truths(depth - 1), less, less),
                st.sampled_from(
                    [
                        "count(t.nums)",
                        "sum(t.nums)",
                        "max(t.nums)",
                        "count(t.rows[n > 1])",
                        "sum(for x in t.rows return x.n)",
                        "t.nums[-1]",
                        "t.nums[t.a]",
                        "sort(t.nums, function(x, y) x < y)[1]",
                        "abs(t.a)",
                        "modulo(t.a, t.b)",
                        "t.since.year",
                        "string length(t.s)",
                        "number(t.s)",
                        "{v: t.a}.v",
                        "-t.a",
                        "t.a ** 2",
                        "parameters.limit",
                        "parameters.stepped",
                    ]
                ),
            )
        )
    )


@st.composite
def truths(draw: Draw, depth: int = 2) -> str:
    """A FEEL condition."""
    if depth <= 0:
        return str(one(draw, ["t.p", "t.q", "t.p = t.q", "t.a > t.b", "t.e = t.f"]))
    less, number = truths(depth - 1), numbers(depth - 1)
    return str(
        draw(
            st.one_of(
                less,
                st.builds("({} and {})".format, less, less),
                st.builds("({} or {})".format, less, less),
                st.builds("not({})".format, less),
                st.builds(
                    "({} {} {})".format,
                    number,
                    st.sampled_from(["<", "<=", ">", ">=", "=", "!="]),
                    number,
                ),
                st.builds("({} between {} and {})".format, number, number, number),
                st.builds("({} in [{}..5])".format, number, st.sampled_from(["0", "t.b"])),
                st.builds("({} in (< 0, 1, > 2))".format, number),
                st.builds("(t.b != 0 and {} / t.b > 1)".format, number),
                st.sampled_from(
                    [
                        't.e in ("low", "mid")',
                        "t.e in parameters.kinds",
                        "t.a = null",
                        "t.e != null",
                        "some x in t.nums satisfies x > t.a",
                        "every x in t.rows satisfies x.ok",
                        "some x in t.nums, y in t.nums satisfies x + y = 3",
                        "every x in t.rows satisfies x.n > t.b",
                        'list contains(t.tags, "a")',
                        "t.rows[1].ok",
                        "t.rows.n = [1, 2]",
                        "all([t.p, t.q])",
                        "any(t.rows.ok)",
                        "t.since < t.till",
                        't.since + @"P1M" <= t.till',
                        "t.since in [t.till..as_of]",
                        "as_of > t.since",
                        't.s = "a"',
                        "contains(t.s, t.e)",
                        "t.nums = [1]",
                        "t.a instance of number",
                        "is(t.a, t.b)",
                    ]
                ),
            )
        )
    )


# conditions -----------------------------------------------------------------------------------


@st.composite
def tests(draw: Draw) -> Data:
    """One test of the test notation."""
    number = draw(
        st.one_of(
            st.sampled_from(NUMBERS),
            st.sampled_from([{"parameter": "limit"}, {"parameter": "stepped"}, {"term": "t.c"}]),
        )
    )
    tags = draw(st.lists(st.sampled_from(TAGS), min_size=1, max_size=2, unique=True))
    row = one(
        draw,
        [
            {"n": {"more_than": 1}},
            {"ok": True, "kind": {"one_of": ["low", "mid"]}},
            "n > t.b",
            {"any": [{"ok": False}, {"n": {"stated": True}}]},
        ],
    )
    made: Data = one(
        draw,
        [
            {"t.a": {one(draw, ["less_than", "at_most", "at_least", "more_than"]): number}},
            {"t.b": {one(draw, ["equals", "is_not"]): number}},
            {"t.a": {"between": [0, 2]}},
            {"t.c": {one(draw, ["one_of", "none_of"]): [1, number]}},
            {"t.p": one(draw, [True, False, {"is_not": True}])},
            {"t.e": one(draw, ["low", ["low", "mid"], {"none_of": ["high"]}, {"is_not": "mid"}])},
            {"t.e": {"equals": {"term": "t.f"}}},
            {"t.since": {one(draw, ["before", "on_or_before", "after", "on_or_after"]): DATES[1]}},
            {"t.till": {"on_or_after": {"term": "t.since"}}},
            {"t.s": {one(draw, ["starts_with", "ends_with", "contains", "matches"]): "a"}},
            {"t.tags": {one(draw, ["contains_any", "contains_all", "contains_none"]): tags}},
            {"t.tags": {one(draw, ["contains_only", "equals", "is_not"]): tags}},
            {"t.tags": {"contains": tags[0]}},
            {"t.nums": {"count": {one(draw, ["at_least", "equals", "less_than"]): 1}}},
            {"t.nums": {one(draw, ["every", "some", "none"]): {"more_than": number}}},
            {"t.rows": {one(draw, ["every", "some", "none"]): row}},
            {f"t.{one(draw, list(TERMS))}": {"stated": draw(st.booleans())}},
            {"grade": {"at_least": 2}},
            {"rank": {"one_of": ["low", "mid"]}},
            {"derived": {"more_than": number}},
            {"holds": True},
        ],
    )
    return made


@st.composite
def conditions(draw: Draw, depth: int = 2) -> Any:
    if depth <= 0:
        return draw(st.one_of(tests(), tests(), truths(2), st.just("score.total > 0")))
    less = st.lists(conditions(depth - 1), min_size=1, max_size=3)
    kind = one(draw, ["leaf", "all", "any", "not", "some_of"])
    if kind == "leaf":
        return draw(conditions(0))
    if kind == "not":
        return {"not": draw(conditions(depth - 1))}
    parts = draw(less)
    if kind == "some_of":
        return {"some_of": {"at_least": draw(st.integers(1, len(parts))), "of": parts}}
    return {kind: parts}


# policies and deals ---------------------------------------------------------------------------


@st.composite
def schemas(draw: Draw) -> Data:
    terms: Data = {}
    for name, (shape, values) in TERMS.items():
        shape = dict(shape)
        if draw(st.integers(0, 3)) == 0:
            shape["default"] = one(draw, values)
        if draw(st.integers(0, 3)) == 0:
            shape["x-may-not-apply"] = True
        terms[name] = shape
    group = {"type": "object", "additionalProperties": False, "properties": terms}
    return {"type": "object", "additionalProperties": False, "properties": {"t": group}}


@st.composite
def rules(draw: Draw, number: int) -> Data:
    rule: Data = {
        "id": f"R-{number}",
        "title": "drawn",
        "level": one(draw, ["mandatory", "mandatory", "negotiable", "advisory"]),
        one(draw, ["require", "forbid"]): draw(conditions()),
    }
    for key in ("applies", "unless"):
        if draw(st.integers(0, 2)) == 0:
            rule[key] = draw(conditions(1))
    if draw(st.integers(0, 4)) == 0:
        rule["effective"] = {one(draw, ["from", "until"]): one(draw, DATES)}
    if draw(st.booleans()):
        rule["because"] = "{t.a} against {parameters.limit}, {derived} and {score.total}"
    return rule


@st.composite
def tables(draw: Draw, name: str, outputs: list[Any], unknown: Data) -> Data:
    on_numbers = isinstance(outputs[0], int)
    policies = ["U", "A", "F", "P"] + (["C+", "C<", "C>", "C#"] if on_numbers else [])
    cells = st.sampled_from(["-", 1, {"at_least": 2}, {"term": "t.c"}])
    kinds = st.sampled_from(["-", "low", ["low", "mid"], {"is_not": "high"}])
    row = st.tuples(cells, kinds, st.sampled_from([*outputs, unknown])).map(list)
    table: Data = {
        "id": name,
        "hit_policy": one(draw, policies),
        "inputs": ["t.a", "t.e"],
        "output": {"type": "number" if on_numbers else "string", "values": outputs},
        "rules": draw(st.lists(row, min_size=1, max_size=4)),
    }
    if draw(st.booleans()):
        table["default"] = one(draw, outputs)
    return table


@st.composite
def drawn_policies(draw: Draw) -> Data:
    items = [
        {
            "id": f"S-{number}",
            "title": "item",
            "when": draw(tests().filter(lambda test: "holds" not in test)),
            "points": number - 1,
        }
        for number in range(draw(st.integers(1, 3)))
    ]
    return {
        "policy": "drawn",
        "version": "1",
        "terms": draw(schemas()),
        "parameters": {
            "limit": one(draw, NUMBERS),
            "kinds": ["low", "mid"],
            "stepped": [{"from": "2000-01-01", "value": 1}, {"from": "2025-01-01", "value": 2}],
        },
        "define": {"derived": draw(numbers()), "holds": draw(truths())},
        "tables": [
            draw(tables("grade", [3, 2, 1], {"term": "t.b"})),
            draw(tables("rank", ENUM, {"term": "t.f"})),
        ],
        "scorecards": [{"id": "total", "items": items}],
        "interests": [
            {"element": "x", "ours": "o", "theirs": "t", "served": draw(conditions(1))},
        ],
        "rules": [draw(rules(number)) for number in range(draw(st.integers(1, 3)))],
    }


@st.composite
def drawn_deals(draw: Draw, schema: Data) -> Data:
    """Terms that fit: some stated, null, absent or listed as not applicable; some evidence."""
    shapes = schema["properties"]["t"]["properties"]
    stated: Data = {}
    listed = []
    evidence = {}
    for name, (_, values) in TERMS.items():
        what = draw(st.integers(0, 9))
        if what < 3:
            if what == 0 and shapes[name].get("x-may-not-apply"):
                listed.append(f"t.{name}")
        elif what == 3:
            stated[name] = None
        else:
            stated[name] = one(draw, values)
            if what == 9:
                evidence[f"t.{name}"] = {"source": "x", "confidence": one(draw, ["high", "low"])}
    deal: Data = {"t": stated}
    if draw(st.booleans()):
        deal["deal"] = {"id": "deal-1"}
    if listed:
        deal["not_applicable"] = listed
    if evidence:
        deal["evidence"] = evidence
    return deal


SETTINGS = st.fixed_dictionaries(
    {
        "as_of": st.sampled_from(["2024-12-31", "2025-01-01", "2026-06-30"]),
        "final": st.booleans(),
        "assume": st.booleans(),
    }
)


@st.composite
def cases(draw: Draw) -> tuple[Data, Data, Data]:
    """A policy, a deal that fits its schema, and how it is asked."""
    if draw(st.booleans()):
        generator = Generator(draw(st.integers(0, 10**9)))
        policy = generator.policy()
        return policy, generator.deal(policy["terms"]), draw(SETTINGS)
    policy = draw(drawn_policies())
    return policy, draw(drawn_deals(policy["terms"])), draw(SETTINGS)


def completions(schema: Data, deal: Data, *, assume: bool) -> list[tuple[Any, ...]]:
    """The places where a deal is silent and silence is not read as a default: terms, and
    fields of elements of lists; each with the shape of what it may state."""
    listed = deal.get("not_applicable", [])
    found: list[tuple[Any, ...]] = []
    for name, shape in schema["properties"]["t"]["properties"].items():
        value = deal["t"].get(name)
        if value is None:
            if f"t.{name}" not in listed and not (assume and "default" in shape):
                found.append((name, shape))
        elif isinstance(value, list) and "properties" in shape.get("items", {}):
            for number, element in enumerate(value):
                for field, inner in shape["items"]["properties"].items():
                    if element.get(field) is None:
                        found.append((name, number, field, inner))
    return found


def some_value(shape: Data, source: random.Random) -> Any:
    """A value that fits a shape, by its type."""
    if "const" in shape:
        return shape["const"]
    if "enum" in shape:
        return source.choice([value for value in shape["enum"] if value is not None])
    kind = (
        next(kind for kind in shape["type"] if kind != "null")
        if isinstance(shape["type"], list)
        else shape["type"]
    )
    if kind == "array":
        size = source.randint(shape.get("minItems", 0), 2)
        made = [some_value(shape["items"], source) for _ in range(size)]
        return unique(made) if shape.get("uniqueItems") else made
    if kind == "object":
        return {
            name: some_value(inner, source)
            for name, inner in shape["properties"].items()
            if source.random() < 0.7
        }
    if "format" in shape:
        return source.choice(FORMATS[shape["format"]])
    if "pattern" in shape:
        return "ab"
    if "multipleOf" in shape or "minimum" in shape or kind == "integer":
        return source.choice([0, 1, 2, 10])
    options: dict[str, list[Any]] = {
        "number": NUMBERS,
        "boolean": [True, False],
        "string": TEXTS,
    }
    return source.choice(options[kind])


def unique(values: list[Any]) -> list[Any]:
    return [value for number, value in enumerate(values) if value not in values[:number]]
