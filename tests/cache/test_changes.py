"""Whatever changes, a policy is read again; what others could have written is not read."""

from __future__ import annotations

import os
import pickle
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cache.conftest import RULES, decided, same, spelled

from policyengine import Policy, PolicyEngineError
from policyengine.cache import Entry, Folder, objects
from policyengine.cache import engine as engine_
from policyengine.cache import folder as folder_
from policyengine.cache.format import MAGIC, pack, unpack

Hits = Callable[[], int]


def load(path: Path) -> Policy:
    return Policy.load(path, cache=True)


def entry_of(folder: Path) -> Path:
    (entry,) = folder.glob("*.policy")
    return entry


# what a policy is made of ---------------------------------------------------------------------


Change = Callable[[Path], None]


def change(path: str, old: str, new: str) -> Change:
    def apply(rules: Path) -> None:
        file = rules / path
        text = file.read_text()
        assert old in text
        times = file.stat()
        file.write_text(text.replace(old, new))
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))  # times prove nothing

    return apply


def add(path: str, text: str) -> Change:
    def apply(rules: Path) -> None:
        (rules / path).write_text(text)

    return apply


def remove(path: str) -> Change:
    return lambda rules: (rules / path).unlink()


def move(path: str, to: str, *, linked: bool = False) -> Change:
    def apply(rules: Path) -> None:
        there = (rules / to).resolve()
        there.parent.mkdir(exist_ok=True)
        (rules / path).rename(there)
        if linked:
            (rules / path).symlink_to(there)

    return apply


def link(path: str, to: str) -> Change:
    return lambda rules: (rules / path).symlink_to((rules / to).resolve())


RULE = "rules: [{id: N, title: n, require: {deal.price: 4}}]\n"
CHANGES: dict[str, Change] = {
    "one byte of a rule": change("price.yaml", "at_most: {", "is_not : {"),
    "one byte of a comparison": change("price.yaml", "2026-01-01", "2026-01-02"),
    "a title": change("price.yaml", "Not dear", "Not deer"),
    "a parameter": change("policy.yaml", "limit: 10", "limit: 11"),
    "the schema": change("../schema.json", "EUR", "USD"),
    "what the schema refers to": change("../shared/kinds.json", 't": "loan', 't": "grant'),
    "a new file": add("more.yaml", RULE),
    "a file that may not be there": add("more.yml.bak", ""),
    "a test with rules in it": add("x_test.yaml", RULE),
    "a second manifest": add("policy.yml", "policy: x\n"),
    "json with rules in it": add("more.json", '{"rules": []}'),
    "a file less": remove("price.yaml"),
    "no manifest": remove("policy.yaml"),
    "no schema": remove("../schema.json"),
    "nothing referred to": remove("../shared/kinds.json"),
    "another name": move("price.yaml", "cost.yaml"),
    "a file in a folder": move("price.yaml", "sub/price.yaml"),
    "a link to a folder": link("sub", "../shared"),
    "the schema is elsewhere": move("../schema.json", "../../schema.json", linked=True),
    "a rule file is elsewhere": move("price.yaml", "../../price.yaml", linked=True),
    "another root": move("../pyproject.toml", "pyproject.toml"),
}


def answer(rules: Path, *, cache: bool) -> str | list[str]:
    try:
        policy = Policy.load(rules, cache=cache)
    except PolicyEngineError as error:
        return str(error)
    return [repr(spelled((policy.core, policy.schema))), *decided(policy)]


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_seen(name: str, rules: Path, hits: Hits) -> None:
    before = answer(rules, cache=True)
    assert answer(rules, cache=True) == before
    assert hits() == 1
    CHANGES[name](rules)
    fresh = answer(rules, cache=False)
    assert fresh != before
    for _ in range(2):
        assert answer(rules, cache=True) == fresh


def test_what_is_not_read_may_change(rules: Path, hits: Hits) -> None:
    load(rules)
    (rules / "README.md").write_text("about something else\n")
    load(rules)
    assert hits() == 1


def test_a_file_that_changes_while_it_is_read(
    rules: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, hits: Hits
) -> None:
    """What was read is not what was looked at: it is not kept under that name."""
    from policyengine import loading

    read = loading._read

    def late(path: Path, *args: Any, **more: Any) -> Any:
        text = RULES.replace("at_most", "at_least")
        (rules / "price.yaml").write_text(text)
        found = read(path, *args, **more)
        (rules / "price.yaml").write_text(RULES)
        return found

    monkeypatch.setattr(loading, "_read", late)
    load(rules)
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.parent))
    assert not list(folder.glob("*"))
    same(load(rules), Policy.load(rules))
    assert hits() == 0


@pytest.mark.parametrize("what", ["python", "library"])
def test_another_python_or_library_reads_nothing_of_this_one(
    what: str, rules: Path, hits: Hits, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(rules)
    engine_.engine_digest.cache_clear()
    if what == "python":
        monkeypatch.setattr(sys, "version", sys.version + "+")
    else:
        monkeypatch.setattr(engine_, "_LIBRARIES", (*engine_._LIBRARIES, "click"))
    load(rules)
    assert hits() == 0
    monkeypatch.undo()
    engine_.engine_digest.cache_clear()


def test_the_engine_is_its_source(tmp_path: Path, root: Path) -> None:
    """A changed line of the engine, of the same length and time, is another engine."""
    source = tmp_path / "src" / "policyengine"
    shutil.copytree(root / "src" / "policyengine", source, ignore=shutil.ignore_patterns("*.pyc"))
    code = "from policyengine.cache.engine import engine_digest as d; print(d().hex())"

    def digest() -> str:
        found = subprocess.run(
            [sys.executable, "-B", "-c", code],
            env={**os.environ, "PYTHONPATH": str(source.parent)},
            capture_output=True,
            check=True,
            text=True,
        )
        return found.stdout

    first = digest()
    file = source / "combining.py"
    times = file.stat()
    file.write_text(file.read_text().replace("unknown", "unknowm", 1))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    time.sleep(0.05)  # longer than a tick of the file system
    assert digest() != first
    code = (
        "import policyengine, pathlib\n"
        "pathlib.Path(policyengine.__file__).with_name('combining.py').touch()\n"
        "from policyengine.cache.engine import engine_digest as d; print(d())"
    )
    assert digest() == "None\n"  # what runs may be what was there before


# what others could have written ---------------------------------------------------------------


def refused(rules: Path, hits: Hits) -> None:
    """Nothing of the cache is used, and the answer is the same."""
    hits()
    same(load(rules), Policy.load(rules))
    assert hits() == 0


def test_modes(rules: Path, folder: Path) -> None:
    mask = os.umask(0)
    try:
        load(rules)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(entry_of(folder).stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702, 0o1777])
def test_a_folder_that_others_write_to(mode: int, rules: Path, folder: Path, hits: Hits) -> None:
    load(rules)
    folder.chmod(mode)
    before = entry_of(folder).read_bytes()
    refused(rules, hits)
    assert entry_of(folder).read_bytes() == before
    assert Folder(folder).entries() == []
    assert Folder(folder).clear() == 0


@pytest.mark.parametrize("mode", [0o666, 0o620, 0o602])
def test_a_file_that_others_write_to(mode: int, rules: Path, folder: Path, hits: Hits) -> None:
    load(rules)
    entry_of(folder).chmod(mode)
    refused(rules, hits)
    load(rules)  # it was written anew
    assert hits() == 1


@pytest.mark.parametrize("whose", ["folder", "file"])
def test_what_is_another_users(
    whose: str, rules: Path, folder: Path, hits: Hits, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(rules)
    ours = folder_._is_ours

    def theirs(found: os.stat_result) -> bool:
        foreign = stat.S_ISDIR(found.st_mode) == (whose == "folder")
        fields = list(found)
        fields[4] = os.geteuid() + 1
        return ours(os.stat_result(fields) if foreign else found)

    monkeypatch.setattr(folder_, "_is_ours", theirs)
    refused(rules, hits)


def test_links_are_not_followed(rules: Path, folder: Path, tmp_path: Path, hits: Hits) -> None:
    load(rules)
    real = entry_of(folder)
    moved = tmp_path / "moved.policy"
    real.rename(moved)
    real.symlink_to(moved)
    refused(rules, hits)
    assert not real.is_symlink()  # replaced, and what it led to was left alone
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    refused(rules, hits)


def test_a_file_where_the_folder_should_be(rules: Path, folder: Path, hits: Hits) -> None:
    folder.parent.mkdir()
    folder.write_text("mine")
    refused(rules, hits)
    assert folder.read_text() == "mine"


def test_a_pipe_where_an_entry_should_be(rules: Path, folder: Path, hits: Hits) -> None:
    load(rules)
    real = entry_of(folder)
    real.unlink()
    os.mkfifo(real, 0o600)
    refused(rules, hits)  # and nobody waits for a writer


def test_no_room(rules: Path, folder: Path, hits: Hits, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(os, "replace", full)
    refused(rules, hits)
    assert list(folder.iterdir()) == []


def test_a_home_that_is_only_read(
    rules: Path, folder: Path, hits: Hits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "permission denied")

    monkeypatch.setattr(Path, "mkdir", denied)
    refused(rules, hits)
    assert not folder.exists()


# what is damaged ------------------------------------------------------------------------------


def test_every_damaged_byte_is_seen(rules: Path, folder: Path) -> None:
    load(rules)
    entry = entry_of(folder)
    data, key = entry.read_bytes(), bytes.fromhex(entry.stem)
    assert unpack(data, key) is not None
    for at in [*range(400), *range(400, len(data), 97), len(data) - 1]:
        damaged = data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1 :]
        assert unpack(damaged, key) is None, at
    for size in [*range(200), *range(200, len(data), 211), len(data) - 1]:
        assert unpack(data[:size], key) is None, size
    assert unpack(data + b"\0", key) is None


@pytest.mark.parametrize("damage", [b"", b"\0", MAGIC, b"policyengine cache 2\n", b"\x80\x05."])
def test_a_damaged_file_is_replaced(damage: bytes, rules: Path, folder: Path, hits: Hits) -> None:
    load(rules)
    entry_of(folder).write_bytes(damage)
    refused(rules, hits)
    load(rules)
    assert hits() == 1


def test_another_entry_under_this_name(rules: Path, folder: Path, hits: Hits) -> None:
    load(rules)
    mine = entry_of(folder)
    (rules / "price.yaml").write_text(RULES.replace("at_most", "at_least"))
    load(rules)
    (other,) = set(folder.glob("*.policy")) - {mine}
    mine_bytes, other_bytes = mine.read_bytes(), other.read_bytes()
    mine.write_bytes(other_bytes)
    other.write_bytes(mine_bytes)
    refused(rules, hits)
    (rules / "price.yaml").write_text(RULES)
    refused(rules, hits)


class Gadget:
    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self.canary}",)


@pytest.mark.parametrize("part", ["besides", "meaning"])
def test_nothing_in_an_entry_runs(
    part: str, rules: Path, folder: Path, tmp_path: Path, hits: Hits
) -> None:
    """Not even of an entry that was made with care, digests and all."""
    load(rules)
    entry = entry_of(folder)
    key = bytes.fromhex(entry.stem)
    whole = unpack(entry.read_bytes(), key)
    assert whole is not None
    parts = {name: getattr(whole, name) for name in Entry.__fields__}
    canary = tmp_path / "canary"
    entry.write_bytes(pack(key, Entry(**parts | {part: pickle.dumps(Gadget(canary))})))
    refused(rules, hits)
    assert not canary.exists()


@pytest.mark.parametrize(
    "name",
    [
        "os system", "posix system", "builtins eval", "builtins getattr", "builtins __import__",
        "subprocess Popen", "functools partial", "pathlib Path", "types FunctionType",
        "policyengine.core.policy Record", "policyengine.core.policy replace",
        "policyengine.core.expressions Any", "policyengine.engine Policy",
        "policyengine.cache.objects loads", "policyengine.loader.model Path",
        "policyengine.source Source.__init__", "policyengine.source quoted",
    ],
)  # fmt: skip
def test_names_that_are_not_read(name: str) -> None:
    module, _, attribute = name.partition(" ")
    by_name = f"c{module}\n{attribute}\n.".encode()
    on_stack = pickle.PROTO + b"\x04" + b"".join(
        pickle.SHORT_BINUNICODE + bytes([len(text)]) + text.encode() for text in (module, attribute)
    ) + pickle.STACK_GLOBAL + b"."  # fmt: skip
    for data in (by_name, on_stack):
        with pytest.raises(pickle.UnpicklingError, match="is no"):
            objects.loads(data)


@pytest.mark.parametrize("what", [1, None, (), ("p", 1, 2, (), True), [1, 2, 3, 4, 5]])
def test_an_entry_of_other_values(what: Any, rules: Path, folder: Path, hits: Hits) -> None:
    load(rules)
    entry = entry_of(folder)
    key = bytes.fromhex(entry.stem)
    entry.write_bytes(pack(key, Entry(b"", objects.dumps(()), objects.dumps(what), b"")))
    refused(rules, hits)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes(data: st.DataObject, rules: Path, folder: Path, hits: Hits) -> None:
    """Bytes with a right digest and key, and anything in the place of a policy."""
    load(rules)
    entry = entry_of(folder)
    key = bytes.fromhex(entry.stem)
    whole = unpack(entry.read_bytes(), key)
    assert whole is not None
    cut = data.draw(st.integers(0, len(whole.meaning) - 1))
    put = data.draw(st.binary(max_size=12))
    entry.write_bytes(
        pack(key, Entry(whole.label, whole.besides, whole.meaning[:cut] + put, whole.documents))
    )
    same(load(rules), Policy.load(rules))
    entry.unlink()


# many ----------------------------------------------------------------------------------------


def test_room_is_made(rules: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_, "MAX_ENTRIES", 3)
    (rules / "price.yaml").write_text(RULES)
    kept = Folder(folder)
    for number in range(6):
        (rules / "price.yaml").write_text(f"{RULES}# {number}\n")
        load(rules)
        newest = kept.entries()[0]
        os.utime(folder / newest.name, (number, number))  # the clock may stand still meanwhile
        assert len(kept.entries()) <= 3
    monkeypatch.setattr(folder_, "MAX_BYTES", 1)
    (folder / "not-ours").write_text("kept")
    left = folder / f".{'0' * 16}.tmp"
    left.write_text("half")
    os.utime(left, (0, 0))
    (rules / "price.yaml").write_text(RULES)
    load(rules)
    assert sorted(path.name for path in folder.iterdir()) == ["not-ours"]
    monkeypatch.setattr(folder_, "MAX_BYTES", 10**9)
    load(rules)
    assert kept.clear() == 1
    assert (folder / "not-ours").exists()


def test_a_policy_too_large_to_keep(
    rules: Path, folder: Path, hits: Hits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_, "MAX_ENTRY", 1_000)
    refused(rules, hits)
    assert Folder(folder).entries() == []


_PROCESS = """
import sys
from pathlib import Path
from policyengine import Policy
rules = Path(sys.argv[1])
for number in range(6):
    policy = Policy.load(rules, cache=True)
    assert [rule.id for rule in policy.rules] == ["P-1", "P-2"]
    if number % 2:
        for entry in Path(sys.argv[2]).glob("*.policy"):
            entry.unlink(missing_ok=True)
"""


def test_processes_at_once(rules: Path, folder: Path) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _PROCESS, str(rules), str(folder)],
            stderr=subprocess.PIPE,
        )
        for _ in range(8)
    ]
    for process in running:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said.decode()
    assert not list(folder.glob(".*.tmp"))
    same(load(rules), Policy.load(rules))
