"""Differences as folders: a minimal policy file, the deal, and how to see it again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from fuzz.compare import Question, differs
from fuzz.decisions import decision_difference, read_waivers_data
from fuzz.loading import exact, load
from fuzz.running import Found
from fuzz.shrink import shrink
from fuzz.vocabulary import Data
from policyengine.engine import Engine, Policy
from policyengine.errors import PolicyEngineError
from policyengine.output.yaml import text as yaml


def difference(
    policy: Policy, deal: Any, settings: Data, waivers: list[Data], engines: tuple[Engine, ...]
) -> str | None:
    """Every comparison there is, of one deal; what differs, or None."""
    said = differs(policy, deal, settings, ("compiled", *engines))
    if said is not None:
        return said
    try:
        question = Question(policy, settings)
    except PolicyEngineError:
        return None
    if not isinstance(deal, dict):
        return question.difference(deal, question.reference(deal))
    wanted = question.reference(deal)
    said = question.difference(deal, wanted) or question.other_ways(deal, wanted)
    if said is not None:
        return said
    given = read_waivers_data(waivers) if waivers else None
    return decision_difference(question, deal, given, ("compiled", *engines))


def minimal(found: Found, engines: tuple[Engine, ...] = ()) -> Found:
    """The same difference, or another of its kind, of a policy and a deal as small as can be."""

    def bad(candidate: list[Any]) -> bool:
        policy_data, deal, waivers = candidate
        policy = load(policy_data)
        if policy is None:
            return False
        return difference(policy, deal, found.settings, waivers, engines) is not None

    case = [found.policy, found.deal, found.waivers]
    if not bad(case):
        return found  # it took more than this one deal; the seed shows it again
    policy, deal, waivers = shrink(case, bad)
    loaded = load(policy)
    assert loaded is not None
    said = difference(loaded, deal, found.settings, waivers, engines) or found.said
    return replace(found, policy=policy, deal=deal, waivers=waivers, said=said)


def write(found: Found, folder: Path) -> Path:
    """A folder with the policy, the deal and what was said of it; gives its path."""
    number = 1
    while (folder / f"{found.seed}-{number}").exists():
        number += 1
    made = folder / f"{found.seed}-{number}"
    made.mkdir(parents=True)
    (made / "policy.yaml").write_text(yaml(exact(found.policy)), encoding="utf-8")
    settings = {**found.settings, "seed": found.seed}
    (made / "settings.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    if found.waivers:
        text = yaml({"waivers": found.waivers})
        (made / "waivers.yaml").write_text(text, encoding="utf-8")
    try:
        (made / "deal.yaml").write_text(yaml(exact(found.deal)), encoding="utf-8")
    except (UnicodeError, ArithmeticError):
        pass  # no file can say it; the seed makes it again
    (made / "deal.txt").write_text(f"{found.deal!r}\n", encoding="utf-8", errors="backslashreplace")
    (made / "said.txt").write_text(found.said + "\n", encoding="utf-8", errors="backslashreplace")
    flags = " --final" * found.settings["final"] + " --no-assume" * (not found.settings["assume"])
    waived = " --waivers waivers.yaml" if found.waivers else ""
    command = (
        f"policyengine evaluate deal.yaml -p policy.yaml --engine all{flags}{waived}"
        f" --as-of {found.settings['as_of']}"
    )
    again = [
        command,
        f"python -m fuzz.differential --replay {made.as_posix()}",
        f"python -m fuzz.differential --policy-seed {found.seed}",
    ]
    (made / "again.txt").write_text("\n".join(again) + "\n", encoding="utf-8")
    return made


def replay(folder: Path, engines: tuple[Engine, ...] = ()) -> str | None:
    """What executors disagree on in a folder that `write` made, or one like it; None if they
    agree. A policy that no longer loads is reported too."""
    from policyengine import nodes
    from policyengine.reading import read_document

    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    settings.pop("seed", None)
    waivers: list[Data] = []
    if (folder / "waivers.yaml").exists():
        waivers = nodes.plain(read_document(folder / "waivers.yaml").node)["waivers"]
    try:
        policy = Policy.load(folder / "policy.yaml", root=folder)
    except PolicyEngineError as error:
        return f"the policy does not load: {error}"
    deal = nodes.plain(read_document(folder / "deal.yaml").node)
    return difference(policy, deal, settings, waivers, engines)
