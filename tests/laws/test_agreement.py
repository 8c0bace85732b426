"""Two ways to the same answer: plain FEEL and the core, the engine's check and jsonschema."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st
from tests.laws.generate import ENUM, TERMS, Data, Draw, numbers, one, truths

from fuzz.differential import load
from policyengine import TermsError
from policyengine.errors import PolicyEngineError
from policyengine.facts import Facts
from policyengine.feel import evaluate
from policyengine.intake import check
from policyengine.interpreter import Interpreter
from policyengine.schema import schema_from_data
from policyengine.values.temporal import Date

# plain FEEL and the core ------------------------------------------------------------------------

_PLAIN = {name: dict(shape) for name, (shape, _) in TERMS.items()}
_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"t": {"type": "object", "additionalProperties": False, "properties": _PLAIN}},
}
_DAY = Date.from_python(date(2025, 1, 1))


@st.composite
def known_deals(draw: Draw) -> Data:
    """A deal that states everything."""
    stated: Data = {}
    for name, (_, values) in TERMS.items():
        stated[name] = one(draw, [value for value in values if value != []])
    stated["rows"] = [
        {"n": one(draw, [0, 1, 2]), "ok": draw(st.booleans()), "kind": one(draw, ENUM)}
        for _ in range(draw(st.integers(1, 3)))
    ]
    return {"t": stated}


@given(st.one_of(numbers(3), truths(3)), known_deals())
def test_the_core_and_plain_feel_agree_on_what_is_known(expression: str, deal: Data) -> None:
    """What the core knows is what FEEL says; where FEEL says null the core knows nothing."""
    policy = load(
        {
            "policy": "agree",
            "version": "1",
            "terms": _SCHEMA,
            "parameters": {"limit": 2, "kinds": ["low", "mid"], "stepped": 1},
            "define": {"found": expression},
            "rules": [{"id": "R", "title": "t", "require": {"t.p": True}}],
        }
    )
    assume(policy is not None)
    assert policy is not None
    terms = check(deal, policy.schema)
    parameters = {"limit": Decimal(2), "kinds": ("low", "mid"), "stepped": Decimal(1)}
    facts = Facts(terms, policy.schema, parameters, _DAY)
    value, faults = Interpreter(policy.core, facts).derived["found"]
    group = {path.removeprefix("t."): value for path, value in terms.values.items()}
    plain = evaluate(expression, {"t": group, "parameters": parameters, "as_of": _DAY})
    if value is None:
        event("unknown")
        assert plain is None or faults or "null" in expression or "sort" in expression
    else:
        event("known")
        assert (type(plain), plain) == (type(value), value)
    if plain is None:
        assert value is None


# the engine's check and jsonschema --------------------------------------------------------------

_WORDS = ["", "a", "ab", "abc", "é", "b1"]
_SOME = [0, 1, 2, -1, 5, 10, 0.5, 1.5]
_LOW, _HIGH = ("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")
_PAIRS = [(low, high) for low in _LOW for high in _HIGH]
_PAIRS += [("minLength", "maxLength"), ("minItems", "maxItems")]


@st.composite
def shapes(draw: Draw, depth: int = 2) -> Data:
    """The schema of one term, of the keywords that are supported."""
    kinds = ["number", "integer", "boolean", "string", "enum", "const", "date"]
    kind = one(draw, kinds + (["array", "object"] if depth else []))
    shape: Data = {}
    if kind == "enum":
        values = draw(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3, unique=True))
        shape = {"enum": [*values, None] if draw(st.booleans()) else values}
        # a type beside it narrows it: null is allowed where both allow it
        declared = one(
            draw, [None, ["string", "null"], *([] if None in shape["enum"] else ["string"])]
        )
        return shape if declared is None else {**shape, "type": declared}
    if kind == "const":
        return {"const": one(draw, ["a", "ab"])}
    if kind == "date":
        return {"type": "string", "format": "date"}
    shape["type"] = [kind, "null"] if draw(st.booleans()) else kind
    some: Data = {}
    if kind in ("number", "integer"):
        some = {
            "minimum": one(draw, _SOME),
            "maximum": one(draw, _SOME),
            "exclusiveMinimum": one(draw, _SOME),
            "exclusiveMaximum": one(draw, _SOME),
            "multipleOf": one(draw, [1, 2, 0.5]),
        }
    elif kind == "string":
        some = {
            "minLength": one(draw, [0, 1, 2]),
            "maxLength": one(draw, [0, 1, 2]),
            "pattern": one(draw, ["a", "^a", "b$", "^[a-c]+$", "[0-9]"]),
        }
    elif kind == "array":
        shape["items"] = draw(shapes(depth - 1))
        some = {
            "minItems": one(draw, [0, 1, 2]),
            "maxItems": one(draw, [0, 1, 2]),
            "uniqueItems": draw(st.booleans()),
        }
    elif kind == "object":
        names = draw(st.lists(st.sampled_from(["x", "y", "z"]), min_size=1, unique=True))
        shape["properties"] = {name: draw(shapes(depth - 1)) for name in names}
        shape["additionalProperties"] = False
        some = {"required": names[:1]}
    for key, value in some.items():
        if draw(st.integers(0, 2)) == 0:
            shape[key] = value
    for least, most in _PAIRS:  # a schema that no value meets is refused
        if least in shape and shape[least] >= shape.get(most, 99):
            del shape[most]
    return shape


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.sampled_from([*_SOME, 1.0, 3, 100])
    | st.sampled_from([*_WORDS, "2025-01-01", "2025-02-30", "2025-1-1", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["x", "y", "z", "w"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def fitting(shape: Data) -> st.SearchStrategy[Any]:
    """Values that mostly fit a shape, and now and then do not."""
    if "enum" in shape:
        return st.sampled_from(shape["enum"]) | st.sampled_from(_WORDS)
    if "const" in shape:
        return st.just(shape["const"]) | st.sampled_from(_WORDS)
    kind = shape["type"][0] if isinstance(shape["type"], list) else shape["type"]
    made: st.SearchStrategy[Any] = {
        "number": st.sampled_from(_SOME),
        "integer": st.sampled_from([0, 1, 2, 3, 1.0, 0.5]),
        "boolean": st.booleans(),
        "string": st.sampled_from([*_WORDS, "2025-01-01", "2025-02-30"]),
        "array": st.deferred(lambda: st.lists(fitting(shape["items"]), max_size=3)),
        "object": st.deferred(
            lambda: st.fixed_dictionaries(
                {}, optional={k: fitting(v) for k, v in shape["properties"].items()}
            )
        ),
    }[kind]
    return st.one_of(made, made, made, _VALUES)


@given(st.data())
def test_the_check_of_terms_agrees_with_jsonschema(data: st.DataObject) -> None:
    group = {f"g{n}": data.draw(shapes()) for n in range(data.draw(st.integers(1, 3)))}
    schema: Data = {
        "type": "object",
        "additionalProperties": False,
        "properties": {"t": {"type": "object", "additionalProperties": False, "properties": group}},
    }
    if data.draw(st.booleans()):
        schema["properties"]["t"]["required"] = ["g0"]
    exact = json.loads(json.dumps(schema), parse_float=Decimal, parse_int=Decimal)
    try:
        known = schema_from_data(exact)
    except PolicyEngineError:
        assume(False)
    stated = data.draw(
        st.fixed_dictionaries({}, optional={k: fitting(v) for k, v in group.items()})
    )
    document: Any = {"t": stated}
    if data.draw(st.integers(0, 9)) == 0:
        document = data.draw(_VALUES)
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.FormatChecker(["date"])
    )
    expected = validator.is_valid(document)
    event(f"valid: {expected}")
    try:
        check(document, known)
        found = True
    except TermsError:
        found = False
    assert found is expected, (schema, document)


# where the two differ, and the engine is stricter ------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("-Infinity"),
        10**6200,
        10**5000 + 1,
        Decimal("1E+6145"),
        Decimal("1E-6200"),
        Decimal("1." + "1" * 34),
        True,
        "1",
        [1],
        {"x": 1},
        b"1",
        object,
    ],
    ids=lambda value: str(type(value).__name__),
)
def test_what_is_no_number_of_34_digits_is_refused(value: Any) -> None:
    schema = schema_from_data({"properties": {"t": {"properties": {"n": {"type": "number"}}}}})
    with pytest.raises(TermsError):
        check({"t": {"n": value}}, schema)


def test_the_largest_and_the_longest_numbers_are_kept_exactly() -> None:
    schema = schema_from_data({"properties": {"t": {"properties": {"n": {"type": "number"}}}}})
    for value in (10**6144, 10**33 + 1, Decimal("0." + "1" * 34), 2**53 + 1, 0.1, -0.0):
        found = check({"t": {"n": value}}, schema).values["t.n"]
        assert found == Decimal(repr(value) if isinstance(value, float) else value)
