"""The threats to a reader, each by a hostile input: refused, quickly, in little memory.

Times are generous safety; what matters is that nothing grows with what the input pretends
to be. The big inputs are read in a process of their own, whose memory is limited.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from policyengine.errors import DocumentError
from policyengine.nodes import Mapping, plain
from policyengine.reading import fast_json, read_bytes, read_document, read_json, read_yaml
from policyengine.source import Source

SECONDS = 12  # of a hang, not of a speed: machines and tracers differ
MEGABYTES = 500


def refused(text: str) -> list[str]:
    """The codes that a YAML text is refused with."""
    started = time.perf_counter()
    with pytest.raises(DocumentError) as caught:
        read_yaml(Source("t.yaml", text))
    assert time.perf_counter() - started < SECONDS
    shown = str(caught.value)
    assert len(shown) < 20_000
    assert all(d.span is not None for d in caught.value.diagnostics)
    return [d.code for d in caught.value.diagnostics]


def value(text: str) -> Any:
    return plain(read_yaml(Source("t.yaml", f"a: {text}")))["a"]


@pytest.mark.parametrize("numeral", (".nan", "-.inf", ".INF", "1e40000"))
def test_threat_09_not_a_number(numeral: str) -> None:
    assert refused(f"amount: {numeral}")[0] in ("number-not-finite", "number-range")


@pytest.mark.parametrize("numeral", ("NaN", "Infinity", "-Infinity", "1e40000"))
def test_threat_09_not_a_number_in_json(numeral: str) -> None:
    with pytest.raises(DocumentError):
        fast_json(f'{{"amount": {numeral}}}')


def test_threat_13_only_the_first_document() -> None:
    assert refused("limit: 1\n---\nlimit: 2\n") == ["yaml-several-documents"]


@pytest.mark.parametrize(
    "tagged",
    (
        "!!python/object/apply:os.system [touch {canary}]",
        "!!python/object/new:subprocess.check_output [[touch, {canary}]]",
        "!!python/name:os.system",
        "!!python/module:os",
        "!!map {{a: b}}",
        "!<tag:yaml.org,2002:python/object/apply:os.system> [touch {canary}]",
    ),
)
def test_threat_15_code_in_tags(tagged: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    assert refused(f"a: {tagged.format(canary=canary)}") == ["yaml-tag"]
    assert not canary.exists()


def test_threat_16_billion_laughs() -> None:
    levels = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    levels += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    assert refused("\n".join(levels)) == ["document-nodes"]


def test_threat_16_quadratic_aliases() -> None:
    text = "a: &a [" + "x, " * 5000 + "x]\nb: [" + "*a, " * 60 + "*a]"
    assert refused(text) == ["document-nodes"]
    assert refused("a: &a x\nb: [" + "*a, " * 5000 + "*a]") == ["yaml-alias-limit"]


def test_threat_17_merge_keys() -> None:
    maps = ["m0: &m0 {a: 1}"]
    maps += [f"m{i}: &m{i} {{<<: [*m{i - 1}, *m{i - 1}]}}" for i in range(1, 26)]
    assert refused("\n".join(maps)) == ["yaml-merge-key"]


@pytest.mark.parametrize("text", ("&a [*a]", "&a {b: *a}", "x: &a\n  - *a", "&a {b: &b [*a, *b]}"))
def test_threat_18_self_reference(text: str) -> None:
    assert refused(text) == ["yaml-alias-cycle"]


@pytest.mark.parametrize(
    "text",
    (
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "".join(" " * depth + "a:\n" for depth in range(1000)),
        "[" * 65 + "]" * 65,
    ),
)
def test_threat_19_depth(text: str) -> None:
    assert refused(text) == ["document-depth"]


@pytest.mark.parametrize("text", ("[" * 100_000, '{"a":' * 100_000, "[" * 65 + "]" * 65))
def test_threat_19_depth_of_json(text: str) -> None:
    for read in (fast_json, lambda text: read_json(Source("t.json", text))):
        with pytest.raises(DocumentError, match="document-depth"):
            read(text)


def test_threat_19_depth_that_is_allowed() -> None:
    text = "[" * 64 + "]" * 64
    assert plain(read_yaml(Source("t", text))) == plain(read_json(Source("t", text)))


MEGA = 1 << 20
#: a Python expression for each big text, and the code it is refused with; none if it is read
BIG = {
    "'[' * (8 * MEGA)": "document-depth",
    "'a' * (8 * MEGA)": "document-scalar",
    "'a' * (8 * MEGA + 1)": "document-size",
    "' ' * (8 * MEGA)": "",
    "'a: >' + '\\n' * (8 * MEGA - 9) + 'b'": "yaml-syntax",
    "'|\\n' + ' a\\n' * (2 * MEGA)": "document-scalar",
    "'a:\\n- |+\\n' + '  x\\n- |+\\n' * (150_000)": "",
    "'\"' + ' ' * (7 * MEGA) + '\\\\n\"'": "document-scalar",
    "'\"' + ' ' * 900_000 + '\\\\n\"'": "",
    "'a: ' + ' ' * (7 * MEGA) + '\"x\" y'": "yaml-indentation",
    "''.join(f'k{i}: 1\\n' for i in range(100_100))": "document-nodes",
    "'[' + '1,' * (4 * MEGA - 1)": "document-nodes",
    "''.join(f'- &a{i} x\\n' for i in range(150_000))": "",
    "'a: 1\\n' * MEGA": "duplicate-key",
    "'\\ufeff' * MEGA": "document-character",
    "'%a\\n' * (2 * MEGA)": "yaml-directive",
    "'---\\n' * (2 * MEGA)": "yaml-several-documents",
}
BIG_JSON = {
    "'[' * (8 * MEGA)": "document-depth",
    "' ' * (8 * MEGA)": "json-syntax",
    "'\"' + '\\\\n' * (4 * MEGA - 2) + '\"'": "document-scalar",
    "'\"' + 'a' * (7 * MEGA)": "json-unclosed",
    "'1' * (8 * MEGA)": "number-range",
    "'[' + '1,' * (4 * MEGA - 1)": "document-nodes",
    "'[' + ','.join(['1234.5'] * 199_000) + ']'": "",
    "'{' + '\"a\":1,' * MEGA": "duplicate-key",
}
READ_BIG = """
import resource, sys, time
from policyengine.errors import DocumentError
from policyengine.reading import read_json, read_yaml
from policyengine.source import Source
MEGA = 1 << 20
read = read_json if sys.argv[1] == "json" else read_yaml
text = eval(sys.argv[2])
started = time.perf_counter()
code = ""
try:
    read(Source("t", text))
except DocumentError as error:
    code = error.diagnostics[0].code
    assert len(str(error)) < 20_000
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, code)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the unit of ru_maxrss is Linux's")
@pytest.mark.parametrize(
    ("form", "text", "code"),
    (
        *(("yaml", text, code) for text, code in BIG.items()),
        *(("json", text, code) for text, code in BIG_JSON.items()),
    ),
)
def test_threat_20_size(form: str, text: str, code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ_BIG, form, text],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        preexec_fn=limit_memory,
    )
    seconds, kilobytes, *found = done.stdout.split()
    assert found == ([code] if code else [])
    assert float(seconds) < 5 * SECONDS  # on a busy machine
    assert int(kilobytes) < MEGABYTES * 1024


def limit_memory() -> None:
    import resource  # not on every system

    resource.setrlimit(resource.RLIMIT_AS, (2 * MEGABYTES * MEGA, 2 * MEGABYTES * MEGA))


def test_threat_20_endless_device() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("no such device here")
    with pytest.raises(DocumentError, match="file-suffix"):
        read_document("/dev/zero")


def test_threat_21_duplicate_keys() -> None:
    assert refused("rule:\n  limit: 1\n  limit: 9\n") == ["duplicate-key"]
    with pytest.raises(DocumentError, match="written twice"):
        fast_json('{"limit": 1, "limit": 9}')


def test_threat_22_norway() -> None:
    node = read_yaml(Source("t.yaml", "country: NO\nNO: on\non: [yes, off, y, n]\n"))
    assert plain(node) == {"country": "NO", "NO": "on", "on": ["yes", "off", "y", "n"]}


def test_threat_23_numerals() -> None:
    assert value("010") == Decimal(10)
    assert value("0o10") == Decimal(8)
    assert value("12:30") == "12:30"
    assert value("1_000") == "1_000"
    assert value("1e6") == Decimal(1_000_000)


@pytest.mark.parametrize("text", ("2026-02-30", "2025-01-01", "2025-01-01 10:00:00", "0000-00-00"))
def test_threat_24_dates_are_strings(text: str) -> None:
    assert value(text) == text


@pytest.mark.parametrize(
    "tagged",
    (
        '!!int ""',
        "!!bool maybe",
        "!!timestamp x",
        "!!float x",
        "!!binary x",
        "!!set [a]",
        "!!omap a",
    ),
)
def test_threat_25_constructors_that_crash(tagged: str) -> None:
    assert refused(f"a: {tagged}") == ["yaml-tag"]


@pytest.mark.parametrize(
    "text", ("9" * 5000, "0x" + "f" * 5000, "0o" + "7" * 5000, "-" + "9" * 5000)
)
def test_threat_26_huge_integers(text: str) -> None:
    if text.startswith("-0"):
        return
    assert refused(f"a: {text}") == ["number-range"]


@pytest.mark.parametrize("text", ("1E+1000000000", "1e-1000000000", "1e" + "9" * 10_000))
def test_threat_27_exponents(text: str) -> None:
    assert refused(f"a: {text}") == ["number-range"]
    with pytest.raises(DocumentError, match="number-range"):
        fast_json(text)


def test_threat_28_money_is_exact() -> None:
    assert value("0.1") + value("0.2") <= value("0.3")
    assert not value("0.30000000000000004") <= value("0.3")
    assert value("9007199254740993") == 2**53 + 1
    assert fast_json("9007199254740993") == 2**53 + 1


def test_threat_29_json_is_read_as_json(tmp_path: Path) -> None:
    path = tmp_path / "deal.json"
    for text in ("{a: 1}", "[1,]", "{'a': 1}", '{"a": yes}', '{"a": 1} # x', '["a"\n"b"]', "[01]"):
        path.write_text(text)
        with pytest.raises(DocumentError):
            read_document(path)


@pytest.mark.parametrize(
    "data",
    (
        "café".encode("latin-1"),
        "a: 1".encode("utf-16"),
        "a: 1".encode("utf-16-le"),
        "a: 1".encode("utf-32"),
        b"a: \x00",
        b"\x7fELF\x02\x01\x01",
        b'"\xed\xa0\x80"',
    ),
)
def test_threat_30_encodings(data: bytes) -> None:
    with pytest.raises(DocumentError):
        read_bytes("t.yaml", data)


@pytest.mark.parametrize("char", "\u200b\u200d\ufeff\u202e\u00ad\u3164\u00a0")
def test_threat_31_invisible_keys(char: str) -> None:
    assert refused(f'"amo{char}unt": 1')[0] in ("key-character", "document-character")
    with pytest.raises(DocumentError, match="key-character"):
        fast_json(f'{{"amo{char}unt": 1}}')


def test_threat_32_keys_are_data() -> None:
    node = read_yaml(Source("t.yaml", "items: 1\n__class__: {__mro__: 2}\nkeys: 3\nget: 4\n"))
    assert isinstance(node, Mapping)
    assert node.keys() == ["items", "__class__", "keys", "get"]
    assert plain(node)["__class__"] == {"__mro__": Decimal(2)}


def test_threat_33_dotted_keys_stay_apart() -> None:
    node = read_yaml(Source("t.yaml", "amount.value: 1\namount: {value: 2}\n"))
    assert plain(node) == {"amount.value": Decimal(1), "amount": {"value": Decimal(2)}}


@pytest.mark.parametrize(
    "text", ("!include x.yaml", "!ENV x", "!secret y", "!Ref z", "!reference [a]")
)
def test_threat_34_tags_that_include(text: str) -> None:
    assert refused(f"a: {text}") == ["yaml-tag"]


@pytest.mark.parametrize("text", ("${HOME}", "$HOME", "'{{7*7}}'", "<% x %>", "$(id)"))
def test_threat_34_templates_stay_literal(text: str) -> None:
    assert value(text) == text.strip("'")


def test_threat_44_references_are_not_followed() -> None:
    # the socket module is not even asked: nothing in the reader opens anything but the file
    node = read_yaml(Source("t.yaml", '$ref: "http://127.0.0.1:9/x.yaml"\n'))
    assert plain(node) == {"$ref": "http://127.0.0.1:9/x.yaml"}


@pytest.mark.parametrize(
    "read",
    (
        lambda text: read_yaml(Source("a\x1b[2J.yaml", text)),
        lambda text: read_json(Source("a\x1b[2J.json", text)),
    ),
)
def test_threat_53_messages_move_no_cursor(read: Callable[[str], object]) -> None:
    for text in (
        '{"\\u001b]8;;x\\u0007": 1}',
        '{"a\u202e": 1}',
        "\x9b2J",
        "[\x9b",
        '"\\\x1b"',
        "a: \x1b[2J",
        '["\u2028" \u2028]',
        "[\r\x08\x08]]",
    ):
        with pytest.raises(DocumentError) as caught:
            read(text)
        shown = str(caught.value)
        assert not any(c != "\n" and not c.isprintable() for c in shown)
