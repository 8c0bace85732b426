"""Every executor on generated policies and deals; a difference is shrunk to a policy file.

python -m fuzz.differential --seconds 10
python -m fuzz.differential --evaluations 10000000 --seed 7 --jobs 2
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from fuzz.generate import Data, Generator
from policyengine import nodes
from policyengine.document import read_manifest, read_rules
from policyengine.engine import Policy
from policyengine.errors import Diagnostics, PolicyEngineError
from policyengine.loader import Loaded
from policyengine.schema import read_schema

DEALS = 12
Outcomes = dict[str, str]


def load(data: Data) -> Policy | None:
    """A policy of plain data, or None if it does not load."""
    node = nodes.synthetic(json.loads(json.dumps(data), parse_float=Decimal, parse_int=Decimal))
    diagnostics = Diagnostics()
    assert isinstance(node, nodes.Mapping)
    manifest = read_manifest(node, diagnostics, with_rules=True)
    rules = read_rules(node, Diagnostics(), in_manifest=True)
    terms = node.get("terms")
    schema = read_schema(terms, diagnostics) if terms is not None else None
    if manifest is None or schema is None or diagnostics.errors:
        return None
    loaded = Loaded(Path("fuzz.yaml"), manifest, (rules,), schema, (), ())
    try:
        return Policy._lower(loaded, diagnostics, {})
    except PolicyEngineError:
        return None


def outcomes(policy: Policy, deal: Data, settings: Data, engine: str) -> Outcomes | str:
    """Every rule's outcome and the verdict, or the error's code."""
    try:
        decision = policy.evaluate(deal, engine=engine, **settings)
    except PolicyEngineError as error:
        return error.diagnostics[0].code
    found = {rule: outcome.value for rule, outcome in decision.outcomes.items()}
    return found | {"verdict": decision.verdict.value}


def differs(policy: Policy, deal: Data, settings: Data, engines: tuple[str, ...]) -> str | None:
    """What two executors disagree on, in words, or None."""
    reference = outcomes(policy, deal, settings, "interpreter")
    for engine in engines:
        found = outcomes(policy, deal, settings, engine)
        if found != reference:
            return f"{engine}: {found}\ninterpreter: {reference}"
    return None


def run(
    seed: int,
    engines: tuple[str, ...] = ("compiled",),
    *,
    keep_going: Callable[[int], bool],
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[int, int, str | None]:
    """Evaluations made, policies loaded, and the first difference as a report, or None."""
    evaluations = policies = number = 0
    while keep_going(evaluations):
        generator = Generator(seed * 1_000_003 + number)
        number += 1
        data = generator.policy()
        policy = load(data)
        if policy is None:
            continue
        policies += 1
        for _ in range(DEALS):
            deal, settings = generator.deal(data["terms"]), generator.settings()
            evaluations += len(engines)
            if differs(policy, deal, settings, engines) is not None:
                return evaluations, policies, report(data, deal, settings, engines)
        if number % 500 == 0:
            tell(f"{evaluations} evaluations of {policies} policies, {number} generated")
    return evaluations, policies, None


def report(data: Data, deal: Data, settings: Data, engines: tuple[str, ...]) -> str:
    """A difference shrunk, as the policy, the deal and what was said of them."""

    def bad(candidate: tuple[Data, Data]) -> bool:
        policy = load(candidate[0])
        return policy is not None and differs(policy, candidate[1], settings, engines) is not None

    small, terms = shrink((data, deal), bad)
    policy = load(small)
    said = differs(policy, terms, settings, engines) if policy is not None else None
    return "\n".join(
        [
            json.dumps(small, indent=1, ensure_ascii=False),
            json.dumps(terms, ensure_ascii=False),
            json.dumps(settings),
            said or "",
        ]
    )


def shrink(found: Any, bad: Callable[[Any], bool]) -> Any:
    """The smallest data, by dropping parts and lifting what is inside them, that is still bad."""
    progress = True
    while progress:
        progress = False
        for candidate in smaller(found):
            try:
                if bad(candidate):
                    found, progress = candidate, True
                    break
            except Exception:  # noqa: BLE001  # what breaks the loader is no smaller case
                continue
    return found


def smaller(data: Any) -> Iterator[Any]:
    """Copies of nested data with one part dropped, or replaced by something inside it."""
    for path, value in list(_places(data)):
        if isinstance(value, dict):
            for key in value:
                yield _without(data, path, key)
        elif isinstance(value, list):
            for index in range(len(value)):
                yield _without(data, path, index)
        if path and isinstance(value, dict | list):
            inside = value.values() if isinstance(value, dict) else value
            for part in inside:
                if isinstance(part, dict | str):
                    yield _with(data, path, part)


def _places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    yield path, data
    rows: Any = ()
    if isinstance(data, dict):
        rows = data.items()
    elif isinstance(data, list | tuple):
        rows = enumerate(data)
    for key, value in rows:
        yield from _places(value, (*path, key))


def _copied(data: Any) -> Any:
    made = copy.deepcopy(data)
    return list(made) if isinstance(made, tuple) else made


def _at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


def _without(data: Any, path: tuple[Any, ...], key: Any) -> Any:
    made = _copied(data)
    del _at(made, path)[key]
    return made


def _with(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    made = _copied(data)
    _at(made, path[:-1])[path[-1]] = copy.deepcopy(value)
    return made


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--evaluations", type=int, default=0, help="in place of a time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--engines", default="compiled", help="beside the interpreter")
    given = parser.parse_args()
    begun = time.monotonic()

    def keep_going(evaluations: int) -> bool:
        if given.evaluations:
            return evaluations < int(given.evaluations)
        return time.monotonic() - begun < float(given.seconds)

    made, policies, found = run(
        given.seed,
        tuple(given.engines.split(",")),
        keep_going=keep_going,
        tell=lambda line: print(line, file=sys.stderr),
    )
    if found is not None:
        print(found)
        print(f"a difference after {made} evaluations (seed {given.seed})", file=sys.stderr)
        return 1
    print(f"no difference in {made} evaluations of {policies} policies (seed {given.seed})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
