"""A run over the mutants of a policy."""

from __future__ import annotations

import re
from collections.abc import Callable

from policyengine.source import Span
from policyengine.testing.cases import KnownMutant
from policyengine.testing.mutation.judge import INVALID, KILLED, SURVIVED, Judge
from policyengine.testing.mutation.mutants import Mutant, mutants
from policyengine.testing.pool import numbered
from policyengine.testing.suite import Suite
from policyengine.values.record import Record


class Survivor(Record):
    """A mutant that no case tells: its id, and its place with the line before and after.

    `reason` is why it need not be told, where a test file lists it.
    """

    mutant: str
    owner: str
    span: Span
    before: str
    after: str
    reason: str | None


class MutationResult(Record):
    """`total` valid mutants, of which `killed` were told; `survivors` were not, those that a
    test file lists included. `unused` are listed and were told, or do not exist; it is empty
    where only a part of the mutants was made. `invalid` changes made no policy."""

    policy: str
    path: str
    total: int
    killed: int
    invalid: int
    survivors: tuple[Survivor, ...]
    unused: tuple[KnownMutant, ...]

    @property
    def open(self) -> tuple[Survivor, ...]:
        """Survivors that no test file lists with a reason."""
        return tuple(one for one in self.survivors if one.reason is None)

    @property
    def passed(self) -> bool:
        return not self.open and not self.unused


def mutate(
    suite: Suite,
    *,
    pattern: re.Pattern[str] | None = None,
    limit: int | None = None,
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> MutationResult:
    """Make every mutant and see whether a case tells it; all cases must pass beforehand.

    `pattern` selects mutants by id; `limit` takes so many of them, evenly spread. `progress`
    is told (done, total) after each.
    """
    made = [one for one in mutants(suite.policy) if pattern is None or pattern.search(one.id)]
    judge = Judge(suite)
    made = [one for one in made if judge.is_read(one)]
    whole = pattern is None and (limit is None or limit >= len(made))
    if limit is not None and limit < len(made):
        made = [made[number * len(made) // limit] for number in range(limit)]
    verdicts = []
    for verdict in numbered(lambda number: judge.judge(made[number]), len(made), jobs):
        verdicts.append(verdict)
        progress(len(verdicts), len(made))
    known = {one.mutant: one for one in suite.mutants}
    left = [one for one, verdict in zip(made, verdicts, strict=True) if verdict == SURVIVED]
    survivors = tuple(_survivor(one, known.get(one.id)) for one in left)
    ids = {one.id for one in left}
    unused = tuple(one for one in suite.mutants if one.mutant not in ids) if whole else ()
    policy = suite.policy
    return MutationResult(
        policy.id,
        policy.path,
        len(made) - verdicts.count(INVALID),
        verdicts.count(KILLED),
        verdicts.count(INVALID),
        survivors,
        unused,
    )


def _survivor(mutant: Mutant, known: KnownMutant | None) -> Survivor:
    before, after = difference(mutant)
    reason = known.reason if known is not None else None
    return Survivor(mutant.id, mutant.owner, mutant.span, before, after, reason)


def difference(mutant: Mutant) -> tuple[str, str]:
    """The line of a change before and after, blanks collapsed; what spans several lines is
    joined to one. An empty second line: the line is gone."""
    span, source = mutant.span, mutant.span.source
    starts = source.line_starts
    first = starts[span.line - 1]
    last = starts[span.end_line] if span.end_line < len(starts) else len(source.text)
    head, tail = source.text[first : span.start], source.text[span.end : last]
    before = " ".join(source.text[first:last].split())
    if not mutant.text:
        # an item goes with the comma before or after it
        if re.search(r",\s*\Z", head):
            head = re.sub(r",\s*\Z", "", head)
        else:
            tail = re.sub(r"\A\s*,\s*", "", tail)
    after = " ".join((head + mutant.text + tail).split())
    return before, "" if after in ("", "-") else after
