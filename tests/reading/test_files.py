"""Files, streams and bytes: every failure is a diagnostic, none waits."""

from __future__ import annotations

import io
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.errors import Diagnostic, DocumentError
from policyengine.nodes import plain
from policyengine.reading import (
    Limits,
    format_of,
    read_bytes,
    read_document,
    read_path,
    read_source,
    read_standard_input,
    read_stream,
)
from policyengine.source import Source

posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes, links and modes of POSIX")


def error(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Diagnostic:
    with pytest.raises(DocumentError) as caught:
        call(*args, **kwargs)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


@pytest.mark.parametrize(
    ("data", "code", "words", "place"),
    (
        (b"\xff\xfea\0", "document-encoding", "UTF-16", None),
        (b"\xfe\xff\0a", "document-encoding", "UTF-16", None),
        (b"\xff\xfe\0\0a\0\0\0", "document-encoding", "UTF-32", None),
        (b"\0\0\xfe\xff", "document-encoding", "UTF-32", None),
        (b"a: 1\nb: caf\xe9\n", "document-encoding", "byte 11 is 0xE9", (2, 7)),
        (b"\xef\xbb\xbfa: \xff", "document-encoding", "byte 6 is 0xFF", (1, 4)),
        (b"a: \xed\xa0\x80", "document-encoding", "byte 3 is half of a surrogate pair", (1, 4)),
        (b"a: \xed", "document-encoding", "byte 3 is 0xED", (1, 4)),
        (b"a: \xc0\xaf", "document-encoding", "byte 3 is 0xC0", (1, 4)),
        ("é: \0".encode(), "document-character", "byte 4 is a NUL byte", (1, 4)),
        (b"a\0:\0", "document-character", "byte 1 is a NUL byte", (1, 2)),
        (
            b"\xef\xbb\xbfa: \x1b[2J",
            "document-character",
            "byte 6 is the control character U+001B",
            (1, 4),
        ),
        (
            b"\x7fELF\x02\x01",
            "document-character",
            "byte 4 is the control character U+0002",
            (1, 5),
        ),
    ),
)
def test_bytes_refused(data: bytes, code: str, words: str, place: tuple[int, int] | None) -> None:
    found = error(read_bytes, "t.yaml", data)
    assert found.code == code
    assert words in found.message
    assert (found.span and (found.span.line, found.span.column)) == place


@pytest.mark.parametrize(
    ("data", "text"),
    (
        (b"", ""),
        (b"\xef\xbb\xbfa: 1", "a: 1"),
        ("a:\t\U0001f600\r\n".encode(), "a:\t\U0001f600\r\n"),
    ),
)
def test_bytes_read(data: bytes, text: str) -> None:
    source = read_bytes("t.yaml", data)
    assert (source.name, source.text) == ("t.yaml", text)


@given(st.binary(max_size=40))
def test_any_bytes(data: bytes) -> None:
    try:
        text = read_bytes("t", data).text
    except DocumentError:
        pass
    else:
        assert text.encode() == data.removeprefix(b"\xef\xbb\xbf")


def test_byte_order_mark_does_not_touch_the_key(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert list(plain(read_document(path).node)) == ["a"]


def test_a_document_keeps_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "t.JSON"
    path.write_bytes(b'{"a": 1}')
    document = read_document(path, shown="deals/t.JSON")
    assert document.data == b'{"a": 1}'
    assert document.source.name == "deals/t.JSON"
    assert document.node.span.file == "deals/t.JSON"


def test_the_name_is_the_path_unless_another_is_given(tmp_path: Path) -> None:
    path = tmp_path / "t.yml"
    path.write_text("a")
    assert read_path(path)[0].name == str(path)


@pytest.mark.parametrize(
    ("name", "form"),
    (("a.json", "json"), ("a.YAML", "yaml"), ("x/a.b.yml", "yaml"), (".yaml/a.json", "json")),
)
def test_formats(name: str, form: str) -> None:
    assert format_of(name) == form


@pytest.mark.parametrize("name", ("a", "a.jsonl", "a.yaml.txt", ".yaml", "yaml", "a.yaml/"))
def test_other_suffixes(name: str) -> None:
    if name == "a.yaml/":
        assert format_of(name) == "yaml"  # the file system says that it is no file
    else:
        assert error(format_of, name).code == "file-suffix"


def test_the_format_says_how_a_text_is_read() -> None:
    source = Source("t", "{a: 1}")
    assert list(plain(read_source(source, "yaml"))) == ["a"]
    assert error(read_source, source, "json").code == "json-syntax"


def test_standard_input_is_yaml_unless_named() -> None:
    # strict JSON would refuse the trailing comma
    document = read_standard_input(io.BytesIO(b'{"a": [1,]}'))
    assert (document.source.name, list(plain(document.node))) == ("<stdin>", ["a"])
    found = error(read_standard_input, io.BytesIO(b'{"a": [1,]}'), filename="deal.json")
    assert found.code == "json-trailing-comma"
    assert found.span is not None
    assert found.span.file == "deal.json"


def test_streams_are_limited() -> None:
    assert read_stream(io.BytesIO(b"abc"), limit=3)[1] == b"abc"
    assert error(read_stream, io.BytesIO(b"abcd"), limit=3).code == "document-size"
    assert error(read_bytes, "t", b"abcd", limit=3).code == "document-size"


def test_a_closed_stream() -> None:
    stream = io.BytesIO()
    stream.close()
    found = error(read_stream, stream)
    assert (found.code, found.message) == (
        "file-unreadable",
        "cannot read `<stdin>`: the stream is closed",
    )


def test_a_stream_that_fails() -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> NoReturn:
            raise OSError(5, "Input/output error")

    found = error(read_stream, Broken())
    assert found.message == "cannot read `<stdin>`: input/output error"


def test_a_file_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("a" * 100)
    assert read_path(path, limit=100)[1] == b"a" * 100
    assert error(read_path, path, limit=99).code == "document-size"
    assert error(read_document, path, limits=Limits(max_bytes=99)).code == "document-size"


def test_missing(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("a")
    found = error(read_path, tmp_path / "polcy.yaml", shown="polcy.yaml")
    assert (found.code, found.message) == ("file-missing", "`polcy.yaml` does not exist")
    # before what its name says of its form
    assert error(read_document, tmp_path / "deals" / "nope").code == "file-missing"
    assert error(read_document, "a\0b").code == "file-name"
    assert found.hint == "did you mean `policy.yaml`?"
    assert error(read_path, tmp_path / "zzz").hint is None
    assert error(read_path, tmp_path / "no" / "policy.yaml").hint is None


@posix
def test_under_a_file(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("a")
    assert error(read_path, tmp_path / "f" / "g").code == "file-missing"


@pytest.mark.parametrize("name", ("a\0b", "a" * 5000, "\ud800"))
def test_impossible_names(name: str) -> None:
    assert error(read_path, name).code in ("file-name", "file-missing")


@posix
def test_directory(tmp_path: Path) -> None:
    found = error(read_path, tmp_path, shown="here")
    assert (found.code, found.message) == ("file-kind", "`here` is a directory; expected a file")


@posix
def test_pipe_without_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.yaml")
    found = error(read_path, tmp_path / "p.yaml", shown="p.yaml")
    assert (found.code, found.message) == ("file-kind", "`p.yaml` is a pipe; expected a file")


@posix
@pytest.mark.parametrize("device", ("/dev/zero", "/dev/null", "/dev/tty"))
def test_device(device: str) -> None:
    found = error(read_path, device)
    assert found.code in ("file-kind", "file-missing")


@posix
def test_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.yaml")
        found = error(read_path, "s.yaml")
    assert (found.code, found.message) == ("file-kind", "`s.yaml` is a socket; expected a file")


@posix
def test_symbolic_links(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert error(read_path, tmp_path / "a").code == "file-link-loop"
    (tmp_path / "c").write_text("x")
    (tmp_path / "d").symlink_to(tmp_path / "c")
    assert read_path(tmp_path / "d")[1] == b"x"


def test_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    found = error(read_path, "t.yaml")
    assert (found.code, found.message) == (
        "file-unreadable",
        "cannot read `t.yaml`: permission denied",
    )


def test_a_file_that_fails_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("a")

    def refuse(descriptor: int, size: int) -> NoReturn:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "read", refuse)
        found = error(read_path, path, shown="t.yaml")
    assert found.message == "cannot read `t.yaml`: input/output error"


@posix
def test_names_that_are_not_unicode(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9\x1b[2J.yaml")
    (tmp_path / name).write_bytes(b"a: [")
    with pytest.raises(DocumentError) as caught:
        read_document(tmp_path / name, shown=name)
    shown = str(caught.value)
    assert "\x1b" not in shown
    shown.encode()
    assert "caf\\udce9\\x1b[2J.yaml:1:4: error[yaml-unclosed]" in shown
    assert "\x1b" not in str(error(read_path, tmp_path / f"no{name}", shown=name))


def test_a_directory_that_the_system_refuses_to_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where a directory cannot be opened at all."""

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(DocumentError, match=r"is a directory; expected a file"):
        read_path(tmp_path)
    (tmp_path / "x.yaml").write_text("")
    with pytest.raises(DocumentError, match=r"permission denied"):
        read_path(tmp_path / "x.yaml")
