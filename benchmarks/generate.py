"""Rule bases and deals from a seed, with the mix of the bundled pack.

Forty terms: 14 numbers, 12 enums, 10 booleans and 4 lists, of which about four in ten have a
default, as in the pack. Every rule allows the good values of its terms and refuses some of
the bad ones, so that deals can be accepted however many rules there are. A quarter of the
terms is soft: only negotiable rules read them.
"""

from __future__ import annotations

import random
from typing import Any

from benchmarks.neutral import Base, Condition, Deal, Rule, Term

GROUPS = ("economy", "exit", "finance", "legal", "security", "trade")
_KINDS = ("number",) * 14 + ("enum",) * 12 + ("boolean",) * 10 + ("list",) * 4
_DEFAULTS = {"number": 4, "enum": 5, "boolean": 5, "list": 1}


def base(rules: int, seed: int = 1) -> Base:
    """A rule base of a size; the same for the same seed, on every Python."""
    source = random.Random(f"rules {seed}")
    terms = _terms(source)
    return Base(terms, tuple(_rule(source, terms, number) for number in range(rules)))


def deals(of: Base, count: int, seed: int = 2) -> list[Deal]:
    """Deals that state every term: accepted, rejected and mixed in equal parts."""
    source = random.Random(f"deals {seed}")
    found = []
    for number in range(count):
        kind = number % 4
        bad: set[str] = set()
        hard = [term.path for term in of.terms if not term.soft]
        soft = [term.path for term in of.terms if term.soft]
        if kind == 1:
            bad = set(source.sample(hard, 3))
        elif kind == 2:
            bad = set(source.sample(soft, 3))
        elif kind == 3:
            bad = {term.path for term in of.terms if source.random() < 0.25}
        deal: Deal = {group: {} for group in GROUPS}
        for term in of.terms:
            deal[term.group][term.name] = _value(source, term, term.path in bad)
        found.append(deal)
    return found


def silent(stated: list[Deal], seed: int = 3, share: float = 0.2) -> list[Deal]:
    """The same deals with a share of their terms not stated."""
    source = random.Random(f"silent {seed}")
    return [
        {
            group: {name: value for name, value in terms.items() if source.random() >= share}
            for group, terms in deal.items()
        }
        for deal in stated
    ]


def _terms(source: random.Random) -> tuple[Term, ...]:
    made: list[Term] = []
    left = dict(_DEFAULTS)
    kinds = list(_KINDS)
    source.shuffle(kinds)
    for number, kind in enumerate(kinds):
        path = f"{GROUPS[number % len(GROUPS)]}.{kind}_{number:02}"
        options: tuple[str, ...] = ()
        good: tuple[Any, ...]
        bad: tuple[Any, ...]
        if kind == "boolean":
            value = source.random() < 0.5
            good, bad = (value,), (not value,)
        elif kind == "number":
            middle = source.choice((10, 25, 50, 60))
            # values on the good side of any limit the rules set, and on the other
            if source.random() < 0.5:
                good, bad = (0, middle - 1), (middle + 1, 100)
            else:
                good, bad = (middle + 1, 100), (0, middle - 1)
        else:
            options = tuple(f"{kind}_{number:02}_{letter}" for letter in "abcdefgh")
            good, bad = options[:4], options[4:]
        default: Any = None
        if left[kind]:
            left[kind] -= 1
            default = [] if kind == "list" else good[0]
        made.append(Term(path, kind, options, default, good, bad, source.random() < 0.25))
    return tuple(made)


def _value(source: random.Random, term: Term, bad: bool) -> Any:
    if term.kind == "number":
        low, high = term.bad if bad else term.good
        whole = source.randint(low, high - 1)
        return whole if source.random() < 0.8 else whole + source.choice((0.25, 0.5, 0.75))
    if term.kind == "list":
        found = source.sample(term.good, source.randint(0, 3))
        if bad:
            found.insert(source.randint(0, len(found)), source.choice(term.bad))
        return found
    return source.choice(term.bad if bad else term.good)


def _rule(source: random.Random, terms: tuple[Term, ...], number: int) -> Rule:
    mandatory = source.random() < 0.6
    pool = [term for term in terms if not (mandatory and term.soft)]
    forbidden = source.random() < 0.55
    shape = source.random()
    written: Condition
    if shape < 0.68:
        written = _leaf(source, source.choice(pool), not forbidden)
    else:
        chosen = source.sample(pool, source.choice((2, 2, 3)))
        parts: list[Condition] = [_leaf(source, term, not forbidden) for term in chosen]
        if shape > 0.95 and len(parts) == 3:
            parts = [parts[0], ("any" if shape > 0.975 else "all", tuple(parts[1:]))]
        written = (source.choice(("all", "any")), tuple(parts))
    unless = None
    if source.random() < 0.05:
        unless = _leaf(source, source.choice(pool), source.random() < 0.5)
    return Rule(f"R-{number + 1:04}", mandatory, forbidden, written, unless)


def _leaf(source: random.Random, term: Term, good: bool) -> Condition:
    """A condition that every good value meets (`good`), or that only bad ones do."""
    if term.kind == "boolean":
        return ("is", term.path, (term.good if good else term.bad)[0])
    if term.kind == "number":
        upper = term.good[0] < term.bad[0]
        limit = source.randint(term.good[1], term.good[1] + 30) if upper else None
        if limit is None:
            limit = source.randint(max(term.good[0] - 30, 1), term.good[0])
        limit = min(limit, 99)
        if good:
            return ("compare", term.path, "<=" if upper else ">=", limit)
        return ("compare", term.path, ">" if upper else "<", limit)
    refused = tuple(sorted(source.sample(term.bad, source.randint(1, 3))))
    if term.kind == "list":
        found: Condition = ("overlaps", term.path, refused)
        return ("not", found) if good else found
    if not good:
        return ("among", term.path, refused)
    allowed = tuple(option for option in term.options if option not in refused)
    return ("among", term.path, allowed)
