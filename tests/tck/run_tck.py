"""Run plain FEEL against a checkout of the DMN Technology Compatibility Kit.

    python tests/tck/run_tck.py DIR [--only PREFIX] [--failures N] [--min-values PERCENT]

DIR is the checkout (https://github.com/dmn-tck/tck). Of its test cases at compliance levels
2 and 3 those are run whose decision is a literal expression that needs only input data and
decisions of the same kind, under names without blanks; the rest are counted by reason. Cases
that expect a value are the measure: an evaluator that answers null to everything passes the
others. Exit code 0 when the cases ran, 1 when fewer values passed than `--min-values`,
2 when there was nothing to run.
"""

from __future__ import annotations

import argparse
import sys
import xml.parsers.expat
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn
from xml.etree.ElementTree import Element, TreeBuilder

from policyengine import feel
from policyengine.errors import PolicyEngineError

MAX_BYTES = 20_000_000
#: The kit compares numbers with this relative tolerance.
TOLERANCE = Decimal("1e-8")

_TEMPORAL = {
    "date": "date",
    "time": "time",
    "dateTime": "date and time",
    "duration": "duration",
    "dayTimeDuration": "duration",
    "yearMonthDuration": "duration",
}


class Skipped(Exception):  # noqa: N818 -- the reason why a case is not run
    """A case that is outside what is measured; its text is the reason."""


@dataclass
class Tally:
    """What became of the cases."""

    passed: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    kinds: Counter[tuple[str, bool]] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def share(self, kind: str) -> tuple[int, int]:
        """(passed, run) of the cases that expect a value, or null."""
        good = self.kinds[kind, True]
        return good, good + self.kinds[kind, False]


def read_xml(path: Path) -> Element:
    """The root element, names without their namespaces; a DTD or an entity is refused."""
    data = path.read_bytes()
    if len(data) > MAX_BYTES:
        raise Skipped("the file is too large")
    builder = TreeBuilder()
    parser = xml.parsers.expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def local(name: str) -> str:
        return name.rpartition("}")[2]

    def refuse(*_: object) -> NoReturn:
        raise Skipped("the file has a DTD or an entity")

    parser.StartElementHandler = lambda name, attributes: builder.start(
        local(name), {local(key): value for key, value in attributes.items()}
    )
    parser.EndElementHandler = lambda name: builder.end(local(name))
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(data, True)
    except xml.parsers.expat.ExpatError as broken:
        raise Skipped("the file is not XML") from broken
    return builder.close()


@dataclass(frozen=True)
class Model:
    """The decisions of one DMN file: by name, and the names that ids stand for."""

    decisions: Mapping[str, Element]
    names: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> Model:
        root = read_xml(path)
        decisions = {d.get("name", ""): d for d in root.findall("decision")}
        known = [*root.findall("decision"), *root.findall("inputData")]
        return cls(decisions, {e.get("id", ""): e.get("name", "") for e in known})

    def value(self, name: str, inputs: Mapping[str, Any], visiting: tuple[str, ...] = ()) -> Any:
        """The value of a decision; `Skipped` if it is of another kind."""
        if name in visiting:
            raise Skipped("decisions require each other")
        decision = self.decisions.get(name)
        if decision is None:
            raise Skipped("the decision is in another file")
        text = decision.findtext("literalExpression/text")
        if text is None:
            raise Skipped("the logic is not a literal expression")
        if decision.find("literalExpression").get("expressionLanguage"):  # type: ignore[union-attr]
            raise Skipped("the expression is in another language")
        if decision.find("knowledgeRequirement") is not None:
            raise Skipped("the decision invokes a business knowledge model")
        names = {}
        for requirement in decision.findall("informationRequirement"):
            for needed in requirement:
                needed_name = self.names.get(needed.get("href", "").rpartition("#")[2], "")
                if not needed_name or not needed_name.isidentifier():
                    raise Skipped("a name has blanks, or is in another file")
                if needed.tag == "requiredInput":
                    names[needed_name] = inputs.get(needed_name)
                else:
                    names[needed_name] = self.value(needed_name, inputs, (*visiting, name))
        return feel.evaluate(text, names)


def typed(node: Element | None) -> Any:
    """The value under an `inputNode` or an `expected` element."""
    if node is None:
        return None
    listed = node.find("list")
    if listed is not None:
        return tuple(typed(item) for item in listed.findall("item"))
    components = node.findall("component")
    if components:
        return {c.get("name", ""): typed(c) for c in components}
    value = node.find("value")
    if value is None or value.get("nil") == "true":
        return None
    text, kind = value.text or "", (value.get("type") or "").rpartition(":")[2]
    if kind == "boolean":
        return text.strip() == "true"
    if kind in ("decimal", "double", "integer", "float", "int", "long"):
        try:
            return Decimal(text.strip())
        except InvalidOperation:
            raise Skipped("an expected number is none") from None
    if kind in _TEMPORAL:
        return feel.evaluate(f"{_TEMPORAL[kind]}(x)", {"x": text.strip()})
    return text


def agrees(got: Any, wanted: Any) -> bool:
    """Whether a value is the expected one, numbers within the kit's tolerance."""
    if isinstance(wanted, tuple):
        if not isinstance(got, tuple) or len(got) != len(wanted):
            return False
        return all(map(agrees, got, wanted))
    if isinstance(wanted, dict):
        if not isinstance(got, dict) or got.keys() != wanted.keys():
            return False
        return all(agrees(got[key], value) for key, value in wanted.items())
    if isinstance(wanted, Decimal):
        if not isinstance(got, Decimal):
            return False
        return abs(got - wanted) <= TOLERANCE * max(Decimal(1), abs(wanted))
    return type(got) is type(wanted) and bool(got == wanted)


def cases(root: Path, only: str) -> Iterator[tuple[str, Path]]:
    """(folder, test file) of the literal-expression levels, in order."""
    for level in ("compliance-level-2", "compliance-level-3"):
        for path in sorted((root / "TestCases" / level).glob("*/*-test-*.xml")):
            if path.parent.name.startswith(only):
                yield path.parent.name, path


def run_file(folder: str, path: Path, tally: Tally) -> None:
    """Every test case of one file."""
    try:
        tests = read_xml(path)
        model = Model.read(path.parent / (tests.findtext("modelName") or f"{folder}.dmn"))
    except (OSError, Skipped) as reason:
        tally.skipped[
            "a file could not be read" if isinstance(reason, OSError) else str(reason)
        ] += 1
        return
    for case in tests.findall("testCase"):
        for result in case.findall("resultNode"):
            identity = f"{folder}/{case.get('id')}/{result.get('name')}"
            try:
                if (case.get("type") or "decision") != "decision":
                    raise Skipped("the case calls a service or a knowledge model")
                inputs = {n.get("name", ""): typed(n) for n in case.findall("inputNode")}
                wanted = typed(result.find("expected"))
                got, shown = None, "null"
                try:
                    got = model.value(result.get("name", ""), inputs)
                    good, shown = agrees(got, wanted), repr(got)
                except PolicyEngineError as refused:
                    good, shown = False, str(refused.diagnostics[0].message)
            except Skipped as reason:
                tally.skipped[str(reason)] += 1
                continue
            tally.total[folder] += 1
            tally.passed[folder] += good
            tally.kinds["null" if wanted is None else "value", good] += 1
            if not good:
                tally.failures.append(f"{identity}: expected {wanted!r}, got {shown}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run FEEL against a checkout of the DMN TCK.")
    parser.add_argument("dir", type=Path, help="the checkout: the folder that holds TestCases")
    parser.add_argument("--only", default="", help="folders whose names begin so")
    parser.add_argument("--failures", type=int, default=50, help="how many failures to list")
    parser.add_argument("--min-values", type=float, default=0.0, help="per cent that must pass")
    options = parser.parse_args(arguments)
    tally = Tally()
    for folder, path in cases(options.dir, options.only):
        run_file(folder, path, tally)
    for folder in sorted(tally.total):
        print(f"{tally.passed[folder]:5d} / {tally.total[folder]:<5d} {folder}")
    for failure in tally.failures[: options.failures]:
        print(f"FAIL {failure}")
    for reason, count in tally.skipped.most_common():
        print(f"skipped {count}: {reason}")
    good, ran = tally.share("value")
    nulls, asked = tally.share("null")
    print(f"value {good} / {ran}, null {nulls} / {asked}")
    if not ran + asked:
        print(f"nothing to run below {options.dir / 'TestCases'}", file=sys.stderr)
        return 2
    return 1 if ran and 100 * good < options.min_values * ran else 0


if __name__ == "__main__":
    sys.exit(main())
