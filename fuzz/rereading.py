"""The same policy by other roads: written as a file and read, formatted and read, from the
cache; and terms as JSON Schema itself judges them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fuzz.compare import Question, Said, crashed
from fuzz.loading import exact
from fuzz.vocabulary import Data
from policyengine.cache.place import VARIABLE
from policyengine.engine import Policy
from policyengine.formatting import format_text
from policyengine.output.yaml import text as yaml
from policyengine.source import Source

#: refusals that JSON Schema knows too; of the others the engine's own rules are stricter
_SHARED = {"wrong-type", "not-in-enum", "unknown-term", "missing-required", "out-of-bounds"}
_RESERVED = {"evidence", "not_applicable", "deal"}


def other_roads(data: Data, settings: Data, documents: list[Data], said: list[Said]) -> str | None:
    """What a policy says of documents when it came by another road, if it is something else."""
    with tempfile.TemporaryDirectory(prefix="policy-") as folder, _cache_in(f"{folder}/cache"):
        root = Path(folder, "rules")
        root.mkdir()
        path = root / "policy.yaml"
        path.write_text(yaml(exact(data)), encoding="utf-8")
        roads: dict[str, Callable[[], Policy]] = {
            "from a file": lambda: Policy.load(path, root=root),
            "kept in the cache": lambda: Policy.load(path, root=root, cache=True),
            "from the cache": lambda: Policy.load(path, root=root, cache=True),
            "formatted": lambda: _formatted(path, root),
        }
        cores = []
        for road, load in roads.items():
            try:
                policy = load()
            except Exception as error:  # noqa: BLE001  # a crash is an answer to be reported
                return f"the policy {road}: {error!r}"
            cores.append(policy.core)
            question = Question(policy, settings)
            for document, wanted in zip(documents, said, strict=True):
                difference = question.difference(document, wanted)
                if difference is not None:
                    return f"the policy {road}: {difference}"
        if any(core != cores[0] for core in cores[1:]):
            return "the policy by another road means something else"
    return None


def _formatted(path: Path, root: Path) -> Policy:
    text = format_text(Source(path.name, path.read_text(encoding="utf-8")), "policy")
    path.write_text(text, encoding="utf-8")
    return Policy.load(path, root=root)


@contextmanager
def _cache_in(folder: str) -> Iterator[None]:
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = folder
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


# JSON Schema --------------------------------------------------------------------------------------


class Judge:
    """Terms by jsonschema, against the same schema."""

    def __init__(self, schema: Data) -> None:
        from jsonschema import Draft202012Validator, FormatChecker

        self.validator = Draft202012Validator(schema, format_checker=FormatChecker(["date"]))

    def difference(self, document: Any, wanted: Said) -> str | None:
        """What JSON Schema says of a document that the engine takes or refuses, if they differ."""
        if not isinstance(document, dict) or _RESERVED & document.keys() or not _is_json(document):
            return None
        valid = self.validator.is_valid(document)
        if crashed(wanted):
            return None
        if wanted[0] != "error":
            return None if valid else "the engine takes terms that JSON Schema refuses"
        shared = all(code in _SHARED for code, _ in wanted[1:])
        return "JSON Schema takes terms that the engine refuses" if valid and shared else None


def _is_json(data: Any) -> bool:
    """Whether it is made of what JSON and Python have in common; a decimal is no number to
    jsonschema."""
    if type(data) is dict:
        return all(type(key) is str and _is_json(value) for key, value in data.items())
    if type(data) is list:
        return all(map(_is_json, data))
    if type(data) is float:
        return abs(data) < 1e300  # neither infinite nor no number
    if type(data) is int:
        return abs(data) < 10**4_000  # which jsonschema can put in a message
    return data is None or type(data) in (bool, str)
