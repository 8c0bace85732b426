"""One policy with everything that its pages say of it, looked up once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath

from policyengine import core
from policyengine.document import RuleDoc, RulesDoc, TableDoc
from policyengine.engine import Policy
from policyengine.lint.ignores import Ignore, ignores
from policyengine.lint.registry import BY_CODE
from policyengine.site import uses
from policyengine.site.addresses import Names
from policyengine.site.tested import Tested
from policyengine.site.uses import Reads
from policyengine.values.record import Record

#: rules of a page; a file with more makes several pages
PAGE = 40


class Chapter(Record):
    """The rules of a file, or a part of them: one page. `name` is that of its page."""

    name: str
    title: str
    file: str
    rules: tuple[core.Rule, ...]


class Book:
    """A policy to write pages of.

    `folder` is its folder in the site; `tested` what its cases show, None where they were not
    run; `as_of` a day that values and rules are marked for.
    """

    def __init__(
        self, policy: Policy, folder: str, *, tested: Tested | None = None,
        as_of: date | None = None,
    ) -> None:  # fmt: skip
        self.policy = policy
        self.core = policy.core
        self.schema = policy.schema
        self.folder = folder
        self.tested = tested
        self.as_of = as_of
        self._anchors = Names("main", "top")

    # what is where ---------------------------------------------------------------------------

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """The rules by file, in the order in which they are read; files of advice alone last."""
        files: dict[str, list[core.Rule]] = {}
        for rule in self.core.rules:
            files.setdefault(rule.span.file, []).append(rule)
        ordered = sorted(
            files.items(), key=lambda item: all(r.level == "advisory" for r in item[1])
        )
        names = Names()
        found = []
        for file, rules in ordered:
            stem = PurePosixPath(file).stem
            parts = [rules[at : at + PAGE] for at in range(0, len(rules), PAGE)]
            for number, part in enumerate(parts, 1):
                title = _words(stem)
                if len(parts) > 1:
                    title += f", part {number} of {len(parts)}"
                name = names.of(f"{file}\0{number}", f"rules-{stem}-{number}" if number > 1
                                else f"rules-{stem}")  # fmt: skip
                found.append(Chapter(name, title, file, tuple(part)))
        return tuple(found)

    @cached_property
    def _chapter_of(self) -> Mapping[str, Chapter]:
        return {rule.id: chapter for chapter in self.chapters for rule in chapter.rules}

    def anchor(self, kind: str, name: str) -> str:
        """The id of the section about something: `rule`, `term`, `parameter`, `derived`…"""
        return self._anchors.of(f"{kind}\0{name}", f"{kind}-{name}")

    def rule_at(self, rule: str) -> str:
        return f"{self._chapter_of[rule].name}.html#{self.anchor('rule', rule)}"

    def term_at(self, path: str) -> str | None:
        return f"terms.html#{self.anchor('term', path)}" if path in self.schema.terms else None

    def parameter_at(self, name: str) -> str | None:
        known = name in self.core.parameters
        return f"parameters.html#{self.anchor('parameter', name)}" if known else None

    def derived_at(self, name: str) -> str | None:
        """The address of a definition, a table, or a scorecard as `score.id`."""
        card = name.removeprefix("score.")
        if name not in self.core.definitions and card not in self.core.scorecards:
            return None
        return f"derived.html#{self.anchor('derived', name)}"

    def interest_at(self, number: int) -> str:
        return f"interests.html#{self.anchor('interest', str(number))}"

    # what reads what -------------------------------------------------------------------------

    @cached_property
    def rule_reads(self) -> Mapping[str, Reads]:
        return {rule.id: uses.of_rule(rule) for rule in self.core.rules}

    @cached_property
    def derived(self) -> tuple[str, ...]:
        """Everything that is worked out, in an order in which it can be."""
        return self.core.order

    @cached_property
    def derived_reads(self) -> Mapping[str, Reads]:
        return {name: uses.of_derived(self.core, name) for name in self.derived}

    @cached_property
    def interest_reads(self) -> tuple[Reads, ...]:
        return tuple(uses.of_interest(interest) for interest in self.core.interests)

    def through(self, names: Iterable[str]) -> frozenset[str]:
        """Derived names with those that they use in turn."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found and name in self.derived_reads:
                found.add(name)
                waiting += self.derived_reads[name].derived
        return frozenset(found)

    @cached_property
    def readers_of_terms(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Path: what reads it, as (kind, name), `rule`, `derived` or `interest`."""
        return self._readers("terms")

    @cached_property
    def readers_of_parameters(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        return self._readers("parameters")

    @cached_property
    def readers_of_derived(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        return self._readers("derived")

    def _readers(self, what: str) -> dict[str, tuple[tuple[str, str], ...]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for kind, name, read in self._all_reads():
            for thing in getattr(read, what):
                found.setdefault(thing, []).append((kind, name))
        return {thing: tuple(readers) for thing, readers in found.items()}

    def _all_reads(self) -> Iterator[tuple[str, str, Reads]]:
        yield from (("rule", name, read) for name, read in self.rule_reads.items())
        yield from (("derived", name, read) for name, read in self.derived_reads.items())
        for number, read in enumerate(self.interest_reads):
            yield "interest", str(number), read

    # as it was written -----------------------------------------------------------------------

    @cached_property
    def _files(self) -> tuple[RulesDoc, ...]:
        return self.policy.loaded.files

    @cached_property
    def written(self) -> Mapping[str, RuleDoc]:
        return {doc.id.value: doc for file in self._files for doc in file.rules}

    @cached_property
    def tables(self) -> Mapping[str, TableDoc]:
        return {doc.id.value: doc for file in self._files for doc in file.tables}

    @cached_property
    def ignores(self) -> Mapping[str, tuple[Ignore, ...]]:
        """Rule: the comments in it that take back findings of `lint`."""
        sources = {doc.node.span.source.name: doc.node.span.source for doc in self.written.values()}
        made, _ = ignores(sources.values(), BY_CODE)
        by_file: dict[str, list[Ignore]] = {}
        for one in made:
            by_file.setdefault(one.span.file, []).append(one)
        found = {}
        for id_, doc in self.written.items():
            span = doc.node.span
            within = range(span.line, span.end_line + 1)
            found[id_] = tuple(one for one in by_file.get(span.file, ()) if one.line in within)
        return found

    # on the day ------------------------------------------------------------------------------

    def in_force(self, rule: core.Rule) -> bool:
        """Whether a rule is in force on the day that was asked for; without one it is."""
        if self.as_of is None:
            return True
        first, last = rule.effective_from, rule.effective_until
        return (first is None or first <= self.as_of) and (last is None or self.as_of <= last)


def _words(stem: str) -> str:
    """A file's name as a title."""
    said = " ".join(stem.replace("_", " ").split())
    return said[:1].upper() + said[1:]
