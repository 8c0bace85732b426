"""What the standard says, clause by clause (DMN 1.5, chapter 10): expression, value.

The expected side is a FEEL expression too, of literals only, so that a line reads as a law.
Expressions may use the names in `NAMES`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from policyengine import feel

NAMES: dict[str, Any] = {
    "deal": {"years": 49, "price": Decimal("12.50"), "partners": ["RUS", "KAZ"], "none": None},
    "shares": [{"who": "a", "pct": 10}, {"who": "b", "pct": 60}, {"who": "c", "pct": 30}],
    "price": 7,
}

TABLE = r"""
# 10.3.1.2 literals
007 => 7
.5 => 0.5
1.5e3 => 1500
2E-2 => 0.02
"a\"b\\c\td\n" => "a\u0022b\u005Cc\u0009d\u000A"
"\d" => "\\d"
"\uD83D\uDE00" => "😀"
"\ud83d\ude00x" => "😀x"
"\u00e9\U01F600" => "é😀"
@"2026-02-28" => date(2026, 2, 28)
@"13:45:00" => time(13, 45, 0)
@"P1Y2M" => duration("P14M")
@"PT36H" => duration("P1DT12H")
@"2026-02-30" => null
@"soon" => null
[] => []
{} => {}
{"a b": 1, c: 2} => {c: 2, "a b": 1}
{a: 1, b: a + 1} => {a: 1, b: 2}
{a: 1, a: 2} => null
{a+b: 1} => {"a+b": 1}
{first name: 1} => {"first name": 1}
1 /* one */ + 2 // three => 3
1 +　2 => 3
# precedence and association
1 + 2 * 3 => 7
(1 + 2) * 3 => 9
10 - 4 - 3 => 3
100 / 10 / 5 => 2
2 ** 3 ** 2 => 64
-2 ** 2 => 4
2 ** -1 => 0.5
- -3 => 3
-(1 + 2) => -3
1 + 1 = 2 and 3 > 2 => true
true or false and false => true
not(true) or true => true
not(1 = 2) => true
1 < 2 = true => true
1 instance of number = true => true
# 10.3.2.3.1 numbers
0.1 + 0.2 = 0.3 => true
1 / 3 * 3 = 1 => false
1 / 3 => 0.3333333333333333333333333333333333
10 / 0 => null
9e6144 * 10 => null
1e-6143 / 10 > 0 => true
9007199254740993 - 9007199254740992 => 1
10 ** 10 ** 10 => 1e100
10 ** (10 ** 10) => null
0 ** 0 => 1
0 ** -1 => null
(-8) ** 0.5 => null
2 ** 0.5 > 1.4142135 => true
# 10.3.2.8 equality
1 = 1.0 => true
"1" = 1 => null
"1" != 1 => null
null = null => true
null != 1 => true
1 = null => false
[1, [2]] = [1, [2]] => true
[1, 2] = [2, 1] => false
[1, null] = [1, null] => true
[1, "a"] = [1, 2] => null
{a: 1, b: [2]} = {b: [2], a: 1} => true
{a: 1} = {a: 1, b: 2} => false
[1..2] = [1..2) => false
(1..2] = ]1..2] => true
(< 5) = (< 5) => true
(< 5) = (<= 5) => false
(= 5) = [5..5] => false
(!= 5) = (!= 6) => false
@"2026-01-01T10:00:00+02:00" = @"2026-01-01T08:00:00Z" => true
@"2026-01-01T10:00:00@Europe/Minsk" = @"2026-01-01T07:00:00Z" => true
@"2026-01-01T10:00:00" = @"2026-01-01T10:00:00Z" => null
@"10:00:00.25" = @"10:00:00.75" => true
@"P1D" = @"PT24H" => true
@"P12M" = @"P365D" => null
@"2026-01-01" = @"2026-01-01T00:00:00" => null
# 10.3.2.9 order
"a" < "b" => true
"a" < 1 => null
true < false => null
[1] < [2] => null
@"2025-12-31" < @"2026-01-01" => true
@"-0044-03-15" < @"0001-01-01" => true
@"10:00:00+03:00" < @"08:00:00Z" => true
@"10:00:00" < @"08:00:00Z" => null
@"P11M" < @"P1Y" => true
@"P1Y" > @"P300D" => null
null < 1 => null
2 between 1 and 3 => true
3 between 1 and 3 => true
4 between 1 and 3 => false
null between 1 and 3 => null
0 between 1 and null => false
"b" between "a" and 3 => null
# 10.3.2.11 three values
true and null => null
false and null => false
null and false => false
true or null => true
null or false => null
1 and true => null
1 and false => false
"x" or true => true
not(null) => null
not("x") => null
not(negand: false) => true
not(true, true) => null
# 10.3.2.13 membership
2 in 2 => true
2 in 3 => false
2 in (1, 2, 3) => true
2 in [1, 2, 3] => true
2 in < 3 => true
2 in (> 5, < 3) => true
2 in != 2 => false
2 in (!= 3) => true
2 in (= 2) => true
5 in [1..5] => true
5 in [1..5) => false
5 in [1..5[ => false
5 in ]5..6] => false
5 in (1..9) => true
5 in ((1..3), (4..6)) => true
5 in [[1..3], [4..6]] => true
5 in [[1..3], [6..9]] => false
"b" in ["a".."c"] => true
[1, 2] in [[1, 2], [3]] => true
[1, 2] in [1, 2] => true
5 in (? > 4) => true
5 in (? > 6) => false
null in (1, null) => true
null in < 3 => null
3 in null => false
1 in [1..null] => null
5 in "5" => null
# if
if true then 1 else 2 => 1
if false then 1 else 2 => 2
if null then 1 else 2 => 2
if "x" then 1 else 2 => 2
if 1 > 2 then "a" else if 2 > 1 then "b" else "c" => "b"
1 + if true then 1 else 2 => 2
# for
for x in [1, 2, 3] return x * x => [1, 4, 9]
for x in [1, 2], y in [x, 10] return x * y => [1, 10, 4, 20]
for i in 1..3 return i => [1, 2, 3]
for i in 3..1 return i => [3, 2, 1]
for i in [1..3) return i => [1, 2]
for i in (1..3] return i => [2, 3]
for d in @"2026-02-27"..@"2026-03-01" return d.day => [27, 28, 1]
for i in 1..4 return if i = 1 then 1 else i * partial[-1] => [1, 2, 6, 24]
for x in 5 return x => [5]
for x in [] return x => []
for x in null return x => null
for x in 1.5..3 return x => null
for x in ["a".."c"] return x => null
# quantifiers
some x in [1, 2, 3] satisfies x > 2 => true
some x in [1, 2, null] satisfies x > 5 => null
some x in [1, null, 9] satisfies x > 5 => true
some x in [] satisfies true => false
every x in [] satisfies false => true
every x in [1, 2, null] satisfies x > 1 => false
every x in [2, null] satisfies x > 1 => null
every x in [1, 2], y in [3, 4] satisfies x < y => true
some x in null satisfies true => null
some x in 1..1000000000000 satisfies x > 3 => true
# filters
[10, 20, 30][1] => 10
[10, 20, 30][-1] => 30
[10, 20, 30][0] => null
[10, 20, 30][4] => null
[10, 20, 30][1 + 1] => 20
[10, 20, 30][item > 10] => [20, 30]
[10, 20, 30][true] => [10, 20, 30]
[10, 20, 30][null] => []
shares[pct > 20].who => ["b", "c"]
shares[item.pct > 20][1].who => "b"
[{item: 1}, {item: 2}][item >= 2] => [{item: 2}]
5[1] => 5
5[2] => null
5[item > 3] => [5]
null[1] => null
[][item > 1] => []
[][1] => null
[1, 2, 3, 4][item > 1][item < 4] => [2, 3]
# paths
deal.years + price => 56
deal.absent => null
deal.years.absent => null
absent.absent => null
shares.pct => [10, 60, 30]
[[{a: 1}], [{a: 2}]].a => [[1], [2]]
[{a: 1}, 2, null].a => [1, null, null]
@"2026-11-23".weekday => 1
@"2026-11-23T10:20:30.5Z".second => 30
@"2026-11-23T10:20:30+02:00".time offset => @"PT2H"
@"2026-11-23T10:20:30".time offset => null
@"2026-11-23T10:20:30@Europe/Minsk".timezone => "Europe/Minsk"
@"2026-11-23T10:20:30Z".timezone => null
@"10:20:30-01:30".time offset => @"-PT1H30M"
@"P1Y2M".years => 1
@"P14M".months => 2
@"P1Y".days => null
@"-P1DT2H".hours => -2
@"PT1.5S".seconds => 1.5
[1..5).start => 1
[1..5).end included => false
(> 5).start included => false
(> 5).end => null
"text".length => null
# instance of
1 instance of number => true
null instance of Any => false
null instance of Null => true
"a" instance of Any => true
[1, 2] instance of list<number> => true
[1, "a"] instance of list<number> => false
[1, null] instance of list<number> => true
[[1]] instance of list<list<number>> => true
{a: 1, b: "x"} instance of context<a: number> => true
{a: 1} instance of context<a: string> => false
{a: 1} instance of context<b: number> => false
[1..2] instance of range<number> => true
[1..2] instance of range<string> => false
(= 1) instance of range<number> => true
@"P1D" instance of days and time duration => true
@"P1D" instance of years and months duration => false
@"2026-01-01" instance of date and time => false
abs instance of function<number>->number => true
string length instance of function<string>->number => true
1 instance of function<>->Any => false
# temporal arithmetic
@"2026-01-31" + @"P1M" => @"2026-02-28"
@"2024-02-29" + @"P1Y" => @"2025-02-28"
@"2026-01-01" - @"P1D" => @"2025-12-31"
@"2026-01-01" - @"PT36H" => @"2025-12-30"
@"2026-03-01" - @"2026-02-01" => @"P28D"
@"2026-01-01T00:00:00Z" - @"2025-12-31" => @"P1D"
@"2026-01-01T00:00:00" - @"2025-12-31" => null
@"2026-01-01T00:00:00" + @"PT0.5S" = @"2026-01-01T00:00:00" => true
string(@"2026-03-29T00:30:00@Europe/Paris" + @"PT2H") => "2026-03-29T03:30:00@Europe/Paris"
@"23:00:00" + @"PT2H" => @"01:00:00"
@"01:00:00" - @"PT2H" => @"23:00:00"
@"10:00:00Z" - @"10:00:00+01:00" => @"PT1H"
@"10:00:00" + @"P1Y" => null
@"P1Y" + @"P2M" => @"P14M"
@"P1Y" + @"P1D" => null
@"P1D" - @"PT1H" => @"PT23H"
@"P1D" * 1.5 => @"PT36H"
2 * @"P1M" => @"P2M"
@"P1M" * 2.9 => @"P2M"
@"P1Y" / @"P1M" => 12
@"P1D" / 0 => null
@"P1D" / @"PT0S" => null
-@"P1D" => @"-P1D"
@"999999999-12-31" + @"P1D" => null
"a" + "b" => "ab"
"a" + 1 => null
"a" - "b" => null
[1] + [2] => null
"""

FUNCTIONS = r"""
# conversion
date("2026-01-31") => @"2026-01-31"
date("2026-1-31") => null
date(2026, 2, 29) => null
date(2026, 1.5, 1) => null
date(@"2026-01-31T10:00:00") => @"2026-01-31"
date(from: "2026-01-31") => @"2026-01-31"
date(year: 2026, month: 1, day: 31) => @"2026-01-31"
date(frm: "2026-01-31") => null
time("10:00") => null
time(@"2026-01-31T10:00:00Z") => @"10:00:00Z"
time(@"2026-01-31") => @"00:00:00Z"
string(time(10, 0, 0.5, @"PT1H")) => "10:00:00.5+01:00"
time(10, 0, 0, "x") => null
time(25, 0, 0) => null
date and time("2026-01-31") => @"2026-01-31T00:00:00"
date and time(@"2026-01-31", @"10:00:00Z") => @"2026-01-31T10:00:00Z"
date and time(2026, 1, 31, 10, 0, 0) => @"2026-01-31T10:00:00"
date and time(2026, 1, 31, 10, 0, 0, @"PT1H") => @"2026-01-31T10:00:00+01:00"
string(date and time(2026, 1, 31, 10, 0, 0, "Europe/Minsk")) => "2026-01-31T10:00:00@Europe/Minsk"
date and time(2026, 1, 31, 10, 0, 0, "Nowhere/None") => null
duration("P1Y1D") => null
duration("P") => null
duration("PT") => null
years and months duration(@"2024-02-29", @"2026-02-28") => @"P1Y11M"
years and months duration(@"2026-02-28", @"2024-02-29") => @"-P1Y11M"
years and months duration(@"2026-01-31", @"2026-02-28") => @"P0M"
number("1,234.5", ",", ".") => 1234.5
number("1.234,5", ".", ",") => 1234.5
number("12") => 12
number(12) => 12
number("1 2") => null
number("12a") => null
number("1,0", ",", ",") => null
number("1", "x", ".") => null
number("1e400") => 1e400
number("1e9999") => null
string(1.50) => "1.5"
string(1e3) => "1000"
string("a") => "a"
string(true) => "true"
string(null) => null
string([1, "a", null]) => "[1, \"a\", null]"
string({a: "x", "b c": @"P1D"}) => "{a: \"x\", \"b c\": P1D}"
string(@"P13M") => "P1Y1M"
string(@"PT0S") => "PT0S"
string(@"P0M") => "P0M"
string(@"0099-01-01") => "0099-01-01"
string([1..2)) => "[1..2)"
range("[1..3)") => [1..3)
range("(\"a\"..\"b\"]") => ("a".."b"]
range("[3..1]") => null
range("[1..\"a\"]") => null
range("[x..3]") => null
range("1") => null
# strings
substring("foobar", 3) => "obar"
substring("foobar", 3, 3) => "oba"
substring("foobar", -2, 1) => "a"
substring("foobar", 0) => null
substring("foobar", 9) => null
substring("foobar", 2, 0) => null
substring(string: "foobar", start position: 3) => "obar"
substring("😀bar", 2) => "bar"
string length("a😀") => 2
string length(["abc"]) => 3
string length(1) => null
upper case("aé") => "AÉ"
lower case("AÉ") => "aé"
substring before("foobar", "bar") => "foo"
substring before("foobar", "x") => ""
substring before("foobar", "") => ""
substring after("foobar", "ob") => "ar"
substring after("foobar", "x") => ""
substring after("foobar", "") => "foobar"
contains("foobar", "ob") => true
starts with("foobar", "foo") => true
ends with("foobar", "foo") => false
string join(["a", null, "b"], "-") => "a-b"
string join(["a", "b"]) => "ab"
string join([], "-") => ""
string join(["a", 1]) => null
# regular expressions
matches("foobar", "o+b") => true
matches("foobar", "^bar") => false
matches("FOO", "foo", "i") => true
matches("a\nb", "a.b") => false
matches("a\nb", "a.b", "s") => true
matches("a\nb", "^b$") => false
matches("a\nb", "^b$", "m") => true
matches("hello", "h e llo", "x") => true
matches("a+b", "a+b", "q") => true
matches("A+B", "a+b", "qi") => true
matches("a", "a", "z") => null
matches("a", "(") => null
matches("aa", "(a)\\1") => null
matches("a", "(?=a)") => null
matches("é", "^\\w$") => true
matches("٣", "^\\d$") => true
matches("x", "^\\i\\c*$") => true
matches("g", "^[a-z-[aeiou]]$") => true
matches("e", "^[a-z-[aeiou]]$") => false
matches("ж", "^\\p{IsCyrillic}$") => true
matches("x]", "[^\\]]\\]") => true
replace("abracadabra", "bra", "*") => "a*cada*"
replace("abracadabra", "a(.)", "a$1$1") => "abbraccaddabbra"
replace("AAAA", "A+?", "b") => "bbbb"
replace("abc", "x*", "-") => null
replace("abc", "b", "\\$") => "a$c"
replace("abc", "b", "$") => null
replace("abc", "(b)", "$1$12$2") => "abb2c"
replace("a.b", ".", "-", "q") => "a-b"
split("a;b;;", ";") => ["a", "b", "", ""]
split("John Doe", "\s") => ["John", "Doe"]
split("abc", "") => null
# lists
list contains([1, 2, null], null) => true
list contains([1, "a"], 2) => false
list contains(1, 1) => true
list contains(null, 1) => null
count([]) => 0
count([1, null]) => 2
count(5) => 1
min([3, 1, 2]) => 1
min(3, 1, 2) => 1
max("a", "c", "b") => "c"
max([@"2026-01-01", @"2025-01-01"]) => @"2026-01-01"
min([1, "a"]) => null
min([1, null]) => null
min([]) => null
sum([1, 2.5]) => 3.5
sum([]) => null
sum([1, null]) => null
product([2, 3, 4]) => 24
mean([1, 2]) => 1.5
median([8, 2, 5, 3, 4]) => 4
median([6, 1, 2, 3]) => 2.5
median([]) => null
stddev([2, 4, 7, 5]) => 2.081665999466132735282297706979931
stddev([1]) => null
mode([6, 3, 9, 6, 6]) => [6]
mode([6, 1, 9, 6, 1]) => [1, 6]
mode([]) => []
all([true, null]) => null
all([false, null]) => false
all([]) => true
any([true, null]) => true
any([false, null]) => null
any([]) => false
any(false, true) => true
sublist([4, 5, 6], 1, 2) => [4, 5]
sublist([4, 5, 6], -2) => [5, 6]
sublist([4, 5, 6], 4) => null
sublist([4, 5, 6], 2, 5) => null
append([1], 2, null) => [1, 2, null]
append(1, 2) => [1, 2]
concatenate([1, 2], [3]) => [1, 2, 3]
concatenate([1], null) => null
insert before([1, 3], 2, 2) => [1, 2, 3]
insert before([1, 3], -1, 2) => [1, 2, 3]
insert before([1, 3], 3, 2) => null
remove([1, 2, 3], 2) => [1, 3]
remove([1, 2, 3], -1) => [1, 2]
list replace([2, 4, 7, 8], 3, 6) => [2, 4, 6, 8]
list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5) => [5, 5, 7, 8]
list replace([1], function(a) a, 5) => null
reverse([1, 2, 3]) => [3, 2, 1]
index of([1, 2, 3, 2], 2) => [2, 4]
index of([1, null], null) => [2]
union([1, 2], [2, 3]) => [1, 2, 3]
distinct values([1, 2, 1.0, null, null]) => [1, 2, null]
flatten([[1, [2]], [[3]], 4]) => [1, 2, 3, 4]
sort([3, 1, 2], function(x, y) x < y) => [1, 2, 3]
sort(list: [3, 1, 2], precedes: function(x: number, y: number) x > y) => [3, 2, 1]
sort([3, 1, "a"], function(x, y) x < y) => null
sort([1, 2], 3) => null
sort([], function(x, y) x < y) => []
sort(shares, function(a, b) a.pct < b.pct).who => ["a", "c", "b"]
# numbers
decimal(1 / 3, 2) => 0.33
decimal(1.5, 0) => 2
decimal(2.5, 0) => 2
decimal(1234, -2) => 1200
decimal(1, 7000) => null
floor(-1.5) => -2
floor(-1.56, 1) => -1.6
ceiling(-1.5) => -1
ceiling(1.52, 1) => 1.6
round up(1.121, 2) => 1.13
round up(-5.5, 0) => -6
round down(-5.5, 0) => -5
round half up(5.5, 0) => 6
round half up(-5.5, 0) => -6
round half down(5.5, 0) => 5
round half down(5.51, 0) => 6
abs(-10) => 10
abs(@"-P1Y") => @"P1Y"
abs(@"-PT5H") => @"PT5H"
modulo(12, 5) => 2
modulo(-12, 5) => 3
modulo(12, -5) => -3
modulo(10.1, 4.5) => 1.1
modulo(1, 0) => null
modulo(1e40, 7) => 4
sqrt(16) => 4
sqrt(-1) => null
log(1) => 0
log(0) => null
exp(0) => 1
exp(1e9) => null
odd(5) => true
odd(-5) => true
even(5) => false
even(2.5) => false
# dates and times
day of year(@"2026-12-31") => 365
day of year(@"2024-12-31") => 366
day of week(@"2026-11-23") => "Monday"
month of year(@"2026-11-23T00:00:00") => "November"
week of year(@"2005-01-01") => 53
week of year(@"2026-11-23") => 48
day of week("2026-11-23") => null
# ranges
before(1, 10) => true
before(10, 1) => false
before([1..5), 5) => true
before([1..5], [6..9]) => true
before([1..5), [5..9]) => true
before([1..5], [5..9]) => false
before((< 5), 5) => true
before(5, (> 5)) => true
after(10, [1..5]) => true
after([5..9], [1..5)) => true
meets([1..5], [5..10]) => true
meets([1..5), [5..10]) => false
met by([5..10], [1..5]) => true
overlaps([1..5], [3..8]) => true
overlaps([1..5], [5..8]) => true
overlaps([1..5), [5..8]) => false
overlaps before([1..5], [3..8]) => true
overlaps before([3..8], [1..5]) => false
overlaps after([3..8], [1..5]) => true
overlaps after([1..5], [3..8]) => false
finishes(10, [1..10]) => true
finishes([5..10], [1..10]) => true
finishes([5..10), [1..10]) => false
finished by([1..10], 10) => true
includes([1..10], 5) => true
includes([1..10], [4..6]) => true
includes((1..10), [1..6]) => false
during(5, [1..10]) => true
during([4..6], [1..10]) => true
starts(1, [1..10]) => true
starts([1..5], [1..10]) => true
started by([1..10], 1) => true
coincides([1..5], [1..5]) => true
coincides([1..5), [1..5]) => false
coincides(3, 3) => true
coincides((< 3), (< 3)) => true
before(point: 1, range: [2..3]) => true
includes([1..10], "a") => null
meets(1, 2) => null
# contexts
get value({a: 1}, "a") => 1
get value({a: 1}, "b") => null
get value(context: {"a b": 1}, key: "a b") => 1
get entries({a: 1}) => [{key: "a", value: 1}]
context([{key: "a", value: 1}, {key: "b", value: null}]) => {a: 1, b: null}
context([{key: "a", value: 1}, {key: "a", value: 2}]) => null
context([{key: 1, value: 1}]) => null
context put({a: 1}, "b", 2) => {a: 1, b: 2}
context put({a: {b: 1}}, ["a", "c"], 2) => {a: {b: 1, c: 2}}
context put({a: 1}, ["a", "c"], 2) => null
context merge([{a: 1}, {a: 2, b: 3}]) => {a: 2, b: 3}
context merge([{a: 1}, null]) => null
is(@"10:00:00Z", @"10:00:00+00:00") => true
is(@"2026-01-01T10:00:00+02:00", @"2026-01-01T08:00:00Z") => false
is([1, {a: 2}], [1.0, {a: 2}]) => true
is(1, "1") => false
# calls
abs() => null
abs(1, 2) => null
abs(m: 1) => null
nosuch(1) => null
"abs"(1) => null
deal.years(1) => null
(abs)(-1) => 1
now(1) => null
"""


def _rows(table: str) -> list[tuple[str, str]]:
    lines = [line for line in table.strip().splitlines() if line and not line.startswith("#")]
    return [(text, wanted) for text, _, wanted in (line.rpartition(" => ") for line in lines)]


@pytest.mark.parametrize("text, wanted", _rows(TABLE) + _rows(FUNCTIONS))
def test_standard(text: str, wanted: str) -> None:
    got, expected = feel.evaluate(text, NAMES), feel.evaluate(wanted)
    assert (type(got), got) == (type(expected), expected)
