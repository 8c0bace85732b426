"""What a plain scalar means: YAML 1.2 core, never YAML 1.1."""

from __future__ import annotations

from decimal import Decimal

import pytest

from policyengine.errors import DocumentError
from policyengine.nodes import ScalarValue, plain
from policyengine.reading import read_yaml
from policyengine.source import Source

STRINGS = (
    # booleans of YAML 1.1
    *("NO", "No", "no", "YES", "Yes", "yes", "on", "On", "ON", "off", "OFF", "y", "Y", "n", "N"),
    *("tRUE", "fALSE", "TrUe", "nULL", "nil", "None"),
    # numbers of YAML 1.1
    *(
        "1_000",
        "1__0",
        "12:30",
        "12:30:45",
        "190:20:30.15",
        "0b101",
        "0x",
        "0o",
        "0o8",
        "0O7",
        "0X1F",
    ),
    *("-0x1F", "+0o7", "0x1_F", "1,000", "1 000", "1e", "e1", "1e+", ".", "+", "-.", "+.e1"),
    *(
        "1.2.3",
        "++1",
        "1-",
        "0x1.8p3",
        ".1.",
        "1e5.5",
        "NaN",
        "nan",
        "inf",
        "Infinity",
        "-nan",
        ".Nan",
    ),
    *("١٢", "１２", "1²", "-.nan"),
    # dates and times are typed by the schema
    *("2025-01-01", "2025-01-01T10:00:00Z", "2026-02-30", "10:00"),
    # templates stay what they are
    *("${HOME}", "$x", "a{b}", "=", "<", "a <<", "~x", "null.", "true1"),
)


@pytest.mark.parametrize("text", STRINGS)
def test_strings(text: str) -> None:
    assert value_of(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("False", False),
        ("FALSE", False),
        ("0", Decimal(0)),
        ("010", Decimal(10)),
        ("-010", Decimal(-10)),
        ("+12", Decimal(12)),
        ("0o10", Decimal(8)),
        ("0o0", Decimal(0)),
        ("0x1F", Decimal(31)),
        ("0xff", Decimal(255)),
        ("1e6", Decimal(1_000_000)),
        ("1E+6", Decimal(1_000_000)),
        ("1e-2", Decimal("0.01")),
        (".5", Decimal("0.5")),
        ("-.5", Decimal("-0.5")),
        ("+.5e1", Decimal(5)),
        ("1.", Decimal(1)),
        ("1.e3", Decimal(1000)),
        ("0.1", Decimal("0.1")),
        ("-0", Decimal(0)),
        ("-0.0", Decimal(0)),
        ("9007199254740993", Decimal(9007199254740993)),
        ("0.30000000000000004", Decimal("0.30000000000000004")),
        ("1" * 34, Decimal("1" * 34)),
        ("1" + "0" * 5000, Decimal("1E+5000")),
        ("1e6144", Decimal("1E+6144")),
        ("0x" + "f" * 28, Decimal(16**28 - 1)),
    ),
)
def test_other_values(text: str, expected: ScalarValue) -> None:
    value = value_of(text)
    assert type(value) is type(expected)
    assert value == expected
    assert str(value) != "-0"


@pytest.mark.parametrize(
    ("text", "code"),
    (
        *(
            (text, "number-not-finite")
            for text in (".nan", ".NaN", ".NAN", ".inf", "-.Inf", "+.INF")
        ),
        ("1" * 35, "number-range"),
        ("1" * 5000, "number-range"),
        ("0." + "1" * 35, "number-range"),
        ("1e6145", "number-range"),
        ("1E-6145", "number-range"),
        ("1E+1000000000", "number-range"),
        ("1e" + "9" * 5000, "number-range"),
        ("9" * 900_000, "number-range"),
        ("0x" + "f" * 29, "number-range"),
        ("0x" + "f" * 900_000, "number-range"),
        ("0o" + "7" * 900_000, "number-range"),
    ),
)
def test_refused(text: str, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        value_of(text)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == code
    assert diagnostic.span is not None
    assert (diagnostic.span.line, diagnostic.span.column) == (1, 4)
    assert diagnostic.span.text == text
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "text", ("NO", "010", "null", "~", "true", "1e6", ".nan", "<<", "2025-01-01")
)
@pytest.mark.parametrize("quote", ("'", '"'))
def test_quoted_is_a_string(text: str, quote: str) -> None:
    assert value_of(f"{quote}{text}{quote}") == text


def value_of(text: str) -> object:
    read = plain(read_yaml(Source("t.yaml", f"a: {text}\n")))
    return read["a"]
