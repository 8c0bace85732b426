"""Laws that hold for every expression: totality, round trips, order, dates as Python has them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policyengine import feel
from policyengine.errors import BudgetError, ExpressionError
from policyengine.feel import ast
from policyengine.feel.parser import parse_unary_tests
from policyengine.feel.printer import to_text
from policyengine.feel.stream import Stream
from policyengine.feel.typerefs import parse_type
from policyengine.operators.comparison import compare, equal, same
from policyengine.operators.fault import Fault
from policyengine.operators.hashing import key_of
from policyengine.values.ranges import Matcher, Range
from policyengine.values.temporal import Date, DateTime, DayTimeDuration, Time, YearMonthDuration

NAMES = ["a", "b", "xs", "item", "partial", "?", "abs", "string length", "time offset"]
CONTEXT: dict[str, Any] = {"a": 2, "b": {"a": 1, "b": "x"}, "xs": [1, None, 3]}

PIECES = [
    *NAMES, "1", "2.5", "0", '"a"', '"[1..3]"', "null", "true", "false", "(", ")", "[", "]",
    "{", "}", ",", ":", ".", "..", "+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=",
    "and", "or", "not(", "if", "then", "else", "for", "in", "return", "some", "every",
    "satisfies", "between", "instance of", "number", "list<", "@", '"P1D"', '"2026-01-31"',
    "sum(", "sort(", "function(x, y)", "date(", "list contains(", "range(", "matches(",
]  # fmt: skip

_texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join),
    st.text(max_size=60),
    st.text(alphabet='()[]{}"@\\.,:+-*/=<>!?ab12 \n', max_size=60),
)


@given(_texts)
@settings(max_examples=1500)
def test_any_text_gives_a_value_or_an_expression_error(text: str) -> None:
    try:
        value = feel.evaluate(text, CONTEXT, max_steps=2_000)
    except (ExpressionError, BudgetError) as refused:
        codes = [d.code for d in refused.diagnostics]
        texts = str(refused)
    else:
        codes, texts = [], "value"
        assert _is_value(value)
    assert texts
    assert all(code.startswith("feel-") for code in codes)


@given(_texts)
@settings(max_examples=500)
def test_any_text_parses_or_is_refused_as_unary_tests(text: str) -> None:
    try:
        tests = parse_unary_tests(text)
    except ExpressionError:
        return
    assert parse_unary_tests(to_text(tests)) == tests


def _is_value(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_value, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) for key in value) and all(map(_is_value, value.values()))
    plain = (bool, str, Date, Time, DateTime, DayTimeDuration, YearMonthDuration, Range, Matcher)
    if isinstance(value, Decimal):
        return value.is_finite()
    return value is None or isinstance(value, plain) or callable(value)


@given(_texts)
@settings(max_examples=1500)
def test_what_parses_prints_to_the_same_tree(text: str) -> None:
    try:
        tree = feel.parse(text)
    except ExpressionError:
        return
    printed = to_text(tree)
    assert feel.parse(printed) == tree
    assert to_text(feel.parse(printed)) == printed


# -- trees made from the inside, so that every node comes in every place

_SPAN = feel.parse("1").span


def _node(kind: type[ast.Expr], *parts: Any) -> ast.Expr:
    return kind(_SPAN, *parts)


_LEAVES: list[ast.Expr] = [
    *(_node(ast.Literal, Decimal(n)) for n in ("0", "1", "-2.5", "1E+50")),
    *(_node(ast.Literal, v) for v in ("", 'a"\\\n', "\u2028😀", True, False, None)),
    *(_node(ast.Name, n) for n in ("a", "xs", "?", "string length")),
    _node(ast.AtLiteral, "P1D", DayTimeDuration.of(days=1)),
    _node(ast.AtLiteral, "no date", None),
]
_COMPARISONS = ["=", "!=", "<", "<=", ">", ">="]
_TYPE = parse_type(Stream("context<a: list<number>, b c: range<date>>", None))


@st.composite
def trees(draw: st.DrawFn, depth: int = 4) -> ast.Expr:
    """Any expression the parser can make, nested so deep."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from(_LEAVES))

    def inner() -> ast.Expr:
        return draw(trees(depth - 1))

    def several() -> tuple[ast.Expr, ...]:
        return tuple(inner() for _ in range(draw(st.integers(2, 3))))

    def pick(*choices: Any) -> Any:
        return draw(st.sampled_from(choices))

    def test() -> ast.Expr:
        return _node(ast.UnaryComparison, pick(*_COMPARISONS), inner())

    def operands(kind: type[ast.Expr]) -> tuple[ast.Expr, ...]:
        """Not beginning with the same connective, which would be one chain."""
        parts = several()
        return parts if type(parts[0]) is not kind else (_node(ast.Not, parts[0]), *parts[1:])

    def iterations() -> tuple[ast.Expr, ...]:
        return tuple(
            _node(ast.Iteration, pick("x", "y"), inner(), pick(None, 1) and inner())
            for _ in range(draw(st.integers(1, 2)))
        )

    def negate() -> ast.Expr:
        operand = inner()
        number = isinstance(operand, ast.Literal) and isinstance(operand.value, Decimal)
        return operand if number else _node(ast.Negate, operand)

    def lambda_() -> ast.Expr:
        parameters = (_node(ast.Parameter, "x", None), _node(ast.Parameter, "y", _TYPE))
        return _node(ast.Lambda, parameters, inner())

    def named() -> tuple[ast.Expr, ...]:
        return (_node(ast.NamedArgument, "start position", inner()),)

    def entries() -> tuple[ast.Expr, ...]:
        return tuple(_node(ast.ContextEntry, key, inner()) for key in ("a", "b c", "in", "é"))

    made: ast.Expr = pick(
        lambda: _node(ast.ListLiteral, several()),
        lambda: _node(ast.ListLiteral, (test(), inner())),
        lambda: _node(ast.ContextLiteral, entries()),
        lambda: _node(ast.RangeLiteral, inner(), inner(), pick(True, False), pick(True, False)),
        test,
        negate,
        lambda: _node(ast.Arithmetic, pick("+", "-", "*", "/", "**"), inner(), inner()),
        lambda: _node(ast.Comparison, pick(*_COMPARISONS), inner(), inner()),
        lambda: _node(ast.Between, inner(), inner(), inner()),
        lambda: _node(ast.In, inner(), several()),
        lambda: _node(ast.In, inner(), (pick(test, inner)(),)),
        lambda: _node(ast.And, operands(ast.And)),
        lambda: _node(ast.Or, operands(ast.Or)),
        lambda: _node(ast.Not, inner()),
        lambda: _node(ast.If, inner(), inner(), inner()),
        lambda: _node(ast.For, iterations(), inner()),
        lambda: _node(ast.Quantified, pick("some", "every"), iterations(), inner()),
        lambda: _node(ast.Filter, inner(), inner()),
        lambda: _node(ast.Path, inner(), pick("x", "in", "time offset")),
        lambda: _node(ast.Call, pick("sum", "list contains"), several(), ()),
        lambda: _node(ast.Call, "sort", (inner(), lambda_()), ()),
        lambda: _node(ast.Call, "substring", (), named()),
        lambda: _node(ast.Apply, _node(ast.Path, inner(), "f"), several(), ()),
        lambda: _node(ast.InstanceOf, inner(), _TYPE),
    )()
    return made


@given(trees())
@settings(max_examples=400, suppress_health_check=[*HealthCheck])
def test_every_tree_reads_back_from_its_text(tree: ast.Expr) -> None:
    assert feel.parse(to_text(tree)) == tree


# -- values

_decimals = st.decimals(allow_nan=False, allow_infinity=False).filter(
    lambda d: len(d.as_tuple().digits) <= 34 and abs(d.adjusted()) < 6000
)
_dates = st.dates().map(Date.from_python)
_offsets = st.none() | st.integers(-18 * 60, 18 * 60).map(lambda minutes: minutes * 60)
_times = st.builds(
    Time, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.integers(0, 10**9 - 1),
    _offsets,
)  # fmt: skip
_scalars = st.one_of(
    _decimals,
    st.text(max_size=3),
    st.booleans(),
    st.none(),
    _dates,
    _times,
    st.builds(DateTime, _dates, _times),
    st.integers(-(10**6), 10**6).map(YearMonthDuration),
    st.integers(-(10**18), 10**18).map(DayTimeDuration),
)
_values = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.sampled_from(["a", "b c"]), inner, max_size=2),
    ),
    max_leaves=5,
)


@given(_decimals, _decimals)
def test_sums_differences_and_products_are_exact_or_rounded_once(a: Decimal, b: Decimal) -> None:
    from policyengine.values.numbers import CONTEXT

    for operator, wanted in (("+", CONTEXT.add), ("-", CONTEXT.subtract), ("*", CONTEXT.multiply)):
        assert feel.evaluate(f"a {operator} b", {"a": a, "b": b}) == wanted(a, b)


@given(_values, _values)
def test_equality_is_symmetric_and_agrees_with_its_key(a: Any, b: Any) -> None:
    assert equal(a, b) == equal(b, a)
    assert same(a, a)
    assert (key_of(a) == key_of(b)) == same(a, b)
    assert equal(a, b) in (None, equal(a, b, nulls_equal=True))


@given(_scalars, _scalars, _scalars)
def test_order_is_total_where_it_is_defined(a: Any, b: Any, c: Any) -> None:
    try:
        ab, bc, ac = compare(a, b), compare(b, c), compare(a, c)
    except Fault:
        return
    assert compare(b, a) == -ab
    assert (ab == 0) == (equal(a, b) is True)
    if ab <= 0 and bc <= 0:
        assert ac <= 0


@given(st.dates(), st.timedeltas(dt.timedelta(-30_000), dt.timedelta(30_000)))
def test_dates_move_by_days_as_in_python(date: dt.date, by: dt.timedelta) -> None:
    by = dt.timedelta(by.days)
    try:
        wanted = date + by
    except OverflowError:
        return
    names = {"d": date, "by": by}
    assert feel.evaluate("d + by", names) == Date.from_python(wanted)
    assert feel.evaluate("d - by + by", names) == Date.from_python(date)
    assert feel.evaluate("d.weekday", names) == date.isoweekday()
    assert feel.evaluate("week of year(d)", names) == date.isocalendar().week
    assert feel.evaluate("day of year(d)", names) == date.timetuple().tm_yday


_ZONES = ["Europe/Minsk", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Etc/UTC"]


@given(
    st.datetimes(dt.datetime(3, 1, 1), dt.datetime(9997, 1, 1)),
    st.sampled_from(_ZONES),
    st.timedeltas(dt.timedelta(-400), dt.timedelta(400)),
)
@settings(max_examples=300)
def test_zoned_moments_move_as_instants(at: dt.datetime, zone: str, by: dt.timedelta) -> None:
    start = DateTime.from_python(at.replace(tzinfo=ZoneInfo(zone)))
    moved = start.plus_nanoseconds(DayTimeDuration.from_python(by).nanoseconds)
    utc = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(
        seconds=start.utc_seconds, microseconds=start.time.nanosecond // 1000
    )
    wanted = (utc + by).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert str(moved) == f"{DateTime.from_python(wanted)}@{zone}"


@given(_dates | _times | st.builds(DateTime, _dates, _times))
def test_moments_read_back_from_their_text(moment: Any) -> None:
    assert feel.evaluate(f'@"{moment}"') == moment


@given(st.integers(-(10**9), 10**9).map(YearMonthDuration) | st.integers().map(
    lambda n: DayTimeDuration(n % 10**20 - 10**19)
))  # fmt: skip
def test_durations_read_back_from_their_text(duration: Any) -> None:
    assert feel.evaluate(f'@"{duration}"') == duration
