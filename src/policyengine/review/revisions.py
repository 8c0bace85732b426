"""A policy as it was at a git revision: its files, and what they refer to, in a folder.

Objects are read as they are stored (`ls-tree`, `cat-file`): no checkout, no hook, no filter,
no attribute has a say in what is read, and nothing is fetched. An archive would heed the
revision's own `.gitattributes`, which can leave a rule file out.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from policyengine import nodes
from policyengine.errors import Diagnostic, PolicyEngineError, UsageError
from policyengine.nodes import Node
from policyengine.project import MANIFESTS, ROOT_MARKS
from policyengine.reading import format_of, read_bytes, read_source
from policyengine.source import quoted, visible
from policyengine.values.record import Record

_SECONDS = 60
_MAX_FILES = 5_000
_MAX_BYTES = 200_000_000
_LINK, _MODULE = "120000", "160000"
_OPTIONS = (
    "--no-pager",
    "--no-replace-objects",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.fsmonitor=false",
    "-c", "protocol.allow=never",
)  # fmt: skip
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}
#: what a hook is told of its repository, which may hold for its own folder only
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


class Taken(Record):
    """A policy laid out in a folder: where it is, and the root that its paths stay inside of."""

    policy: Path
    root: Path
    commit: str


class Entry(Record):
    mode: str
    id: str
    size: int


def prefix(folder: Path) -> str:
    """A folder from the top of its repository, `""` for the top, else ending in `/`."""
    return _text(_git(folder, "rev-parse", "--show-prefix")).rstrip("\n")


def take(revision: str, path: str, here: Path, into: Path) -> Taken:
    """Lay out the policy at `path` (from the top of the repository around `here`) of a revision.

    `into` is a folder of the caller's own, which they remove. Raises `UsageError` where git
    or the revision is missing, and for links and submodules among the files.
    """
    commit = _commit(revision, here)
    shown = quoted(f"{revision}:{path}", 200)
    wanted = _normal(path, shown)
    tree = _tree(commit, here)
    around = PurePosixPath(wanted)
    if around.name in MANIFESTS and wanted in tree:
        around = around.parent  # a manifest may stand for its folder
    top = "" if around == PurePosixPath() else f"{around}/"
    below = [name for name in tree if name == wanted or name.startswith(top)]
    if not below:
        raise UsageError(
            Diagnostic(
                "unknown-revision",
                f"there is nothing at {shown}",
                hint="the path counts from the top of the repository; `./` begins one from here",
            )
        )
    folder = PurePosixPath(wanted).parent if wanted in tree else PurePosixPath(wanted)
    _lay(tree, below, into, here)
    for named in _named(tree, below, into):
        _lay(tree, [named], into, here)
    return Taken(into / wanted, into / _root(folder, tree), commit)


def _commit(revision: str, here: Path) -> str:
    if not revision or revision.startswith("-") or "\0" in revision:
        message = f"{quoted(revision, 200)} is no revision"
        raise UsageError(Diagnostic("unknown-revision", message))
    found = _run(here, "rev-parse", "--verify", "--quiet", "--end-of-options",
                 f"{revision}^{{commit}}")  # fmt: skip
    commit = _text(found.stdout).strip()
    if found.returncode or not re.fullmatch(r"[0-9a-f]{40,64}", commit):
        _git(here, "rev-parse", "--git-dir")  # without a repository, that is what is wrong
        message = f"there is no revision {quoted(revision, 200)}"
        hint = "a shallow clone has few of them: fetch more of its history"
        raise UsageError(Diagnostic("unknown-revision", message, hint=hint))
    return commit


def _tree(commit: str, here: Path) -> dict[str, Entry]:
    """Every entry of a commit by its path."""
    found: dict[str, Entry] = {}
    out = _git(here, "ls-tree", "-r", "-l", "-z", "--full-tree", commit)
    for row in out.split(b"\0"):
        if row:
            facts, _, name = row.partition(b"\t")
            mode, _, id_, size = facts.split()
            number = int(size) if size != b"-" else 0
            found[os.fsdecode(name)] = Entry(mode.decode(), id_.decode(), number)
    return found


def _normal(path: str, shown: str) -> str:
    made = os.path.normpath(path).replace(os.sep, "/") if path else "."
    if made.startswith(("/", "../")) or made == "..":
        message = f"{shown} leads out of the repository"
        raise UsageError(Diagnostic("revision-refused", message))
    return "" if made == "." else made


def _root(folder: PurePosixPath, tree: Mapping[str, Entry]) -> PurePosixPath:
    """The nearest folder above with a mark of a project's root, else the top."""
    for candidate in (folder, *folder.parents):
        if any((candidate / mark).as_posix() in tree for mark in ROOT_MARKS):
            return candidate
    return PurePosixPath()


# files ----------------------------------------------------------------------------------------


def _lay(tree: Mapping[str, Entry], names: Sequence[str], into: Path, here: Path) -> None:
    """Write files as they are stored."""
    entries = [(name, tree[name]) for name in names]
    for name, entry in entries:
        _refuse(name, entry)
    if len(entries) > _MAX_FILES or sum(entry.size for _, entry in entries) > _MAX_BYTES:
        message = f"the revision holds more than {_MAX_FILES} files there, or too large ones"
        raise UsageError(Diagnostic("revision-refused", message))
    asked = "".join(f"{entry.id}\n" for _, entry in entries).encode()
    out = _git(here, "cat-file", "--batch", stdin=asked)
    at = 0
    for name, entry in entries:
        head, _, _ = out[at : at + 200].partition(b"\n")
        if head != f"{entry.id} blob {entry.size}".encode():
            message = f"git has no content for {quoted(name, 200)}"
            hint = "a partial clone lacks it: fetch it first"
            raise UsageError(Diagnostic("revision-refused", message, hint=hint))
        start = at + len(head) + 1
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:  # two names that are one here would hide a file
            stream.write(out[start : start + entry.size])
        at = start + entry.size + 1


def _refuse(name: str, entry: Entry) -> None:
    parts = name.split("/")
    what = {_LINK: "a symbolic link", _MODULE: "a submodule"}.get(entry.mode)
    if what is None and (
        any(part in ("", ".", "..") or part.lower() == ".git" for part in parts)
        or (os.name == "nt" and re.search(r'[\\:*?"<>|]', name))
    ):
        what = "a name that no folder can hold"
    if what is not None:
        message = f"{quoted(name, 200)} is {what} in the revision, which is not followed"
        raise UsageError(Diagnostic("revision-refused", message))


def _named(tree: Mapping[str, Entry], names: Sequence[str], into: Path) -> Iterator[str]:
    """What a manifest names, and what that refers to, beyond what is there already. What
    cannot be read is left for who loads the policy, who says why."""
    manifests = [n for n in names if PurePosixPath(n).name in MANIFESTS or len(names) == 1]
    waiting, seen, laid = list(manifests), set(manifests), set(names)
    while waiting:
        name = waiting.pop()
        for written in sorted(_mentions(into / name, manifest=name in manifests)):
            path = os.path.normpath(PurePosixPath(name).parent / written).replace(os.sep, "/")
            if path not in tree or path in seen:
                continue
            seen.add(path)
            waiting.append(path)
            if path not in laid:
                laid.add(path)
                yield path


def _mentions(path: Path, *, manifest: bool) -> set[str]:
    try:
        source = read_bytes(path.name, path.read_bytes())
        node = read_source(source, format_of(path.name.lower()))
    except (PolicyEngineError, OSError):
        return set()
    if manifest:
        terms = node.get("terms") if isinstance(node, nodes.Mapping) else None
        if isinstance(terms, nodes.Scalar):
            return {str(terms.value)}
        node = terms if terms is not None else node
    return set(_references(node))


def _references(node: Node) -> Iterator[str]:
    if isinstance(node, nodes.Sequence):
        for item in node:
            yield from _references(item)
    elif isinstance(node, nodes.Mapping):
        for name, value in node.entries:
            if name.value == "$ref" and isinstance(value, nodes.Scalar):
                file = str(value.value).partition("#")[0]
                if file and "\0" not in file:
                    yield file
            else:
                yield from _references(value)


# git ------------------------------------------------------------------------------------------


def _git(here: Path, *words: str, stdin: bytes = b"") -> bytes:
    """What a command of git prints; raises `UsageError` where it fails."""
    done = _run(here, *words, stdin=stdin)
    if done.returncode:
        lines = _text(done.stderr).strip().splitlines() or ["it failed"]
        why = visible(re.sub(r"^fatal: ", "", lines[0]), 300)
        raise UsageError(Diagnostic("git-unavailable", f"git cannot be asked: {why}"))
    return done.stdout


def _run(here: Path, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - a list of words, no shell
            ["git", *_OPTIONS, *words],  # noqa: S607 - the git of whoever asks
            cwd=here,
            env=_environment(),
            input=stdin,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        message = "revisions are read with git, which is not installed"
        raise UsageError(Diagnostic("git-unavailable", message)) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        why = visible(str(getattr(error, "strerror", None) or "it took too long").lower(), 200)
        raise UsageError(Diagnostic("git-unavailable", f"git cannot be asked: {why}")) from None


def _environment() -> dict[str, str]:
    """The caller's, so that git is as they have it. Objects that are just being received are in
    a place that only the environment names; else the folder says which repository it is in."""
    received = "GIT_QUARANTINE_PATH" in os.environ
    kept = {n: v for n, v in os.environ.items() if received or n not in _OF_A_HOOK}
    return {**kept, **_ENVIRONMENT}


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
