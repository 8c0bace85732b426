"""One policy in one setting, ready to be asked: space, encoding, solver and replay together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from policyengine.decision import Outcome, Verdict
from policyengine.symbolic import bools
from policyengine.symbolic.bools import Bool
from policyengine.symbolic.decoder import NoDocumentError, decoded
from policyengine.symbolic.encoder import Encoder
from policyengine.symbolic.mentions import mentions
from policyengine.symbolic.rules import PolicyForm
from policyengine.symbolic.setting import Setting
from policyengine.symbolic.solver import Solver, Status
from policyengine.symbolic.space import Space
from policyengine.symbolic.verifier import Judge, Replay, document_of


class Problem:
    """Questions about the deals there are in a setting.

    `values` are those of a document at hand, by path. `exact` takes numbers as reals: what is
    impossible then is impossible for numbers of any fineness; else `finer` adds decimal places
    to the steps they move in. `listed` says whether deals may
    list terms as not applicable. With a `space` and a `solver` it is about deals that are
    there already, such as those beside others.
    """

    def __init__(
        self,
        setting: Setting,
        *,
        values: Mapping[str, Any] | None = None,
        exact: bool = False,
        listed: bool = True,
        work: int | None = None,
        finer: int = 0,
        space: Space | None = None,
        solver: Solver | None = None,
    ) -> None:
        self.setting = setting
        self.space = space or Space(
            setting.schema,
            mentions(setting.policy, setting.parameters),
            document=values,
            exact=exact,
            assume=setting.assume,
            listed=listed,
            finer=finer,
        )
        self.encoder = Encoder(
            setting.policy, self.space, setting.parameters, setting.as_of, final=setting.final
        )
        self.form = PolicyForm(self.encoder, waived=setting.waived)
        self.judge = Judge(
            setting.policy,
            setting.schema,
            setting.parameters,
            setting.as_of,
            final=setting.final,
            assume=setting.assume,
            waived=setting.waived,
        )
        self.solver = solver or (Solver() if work is None else Solver(work=work))
        #: instances that the reference decided otherwise: faults of the encoding, never shown
        self.spurious = 0
        self._added = 0

    def ask(self, *assumed: Bool) -> Status:
        """Whether there is a deal of which all of this holds."""
        self.settle()
        return self.solver.ask(*assumed)

    def settle(self) -> None:
        """Hand the solver what is known of the terms asked for so far."""
        known = self.space.constraints
        self.solver.add(known[self._added :])
        self._added = len(known)

    def outcome(self, rule: str, *outcomes: Outcome) -> Bool:
        return self.form.rule(rule).is_(*outcomes)

    def verdict(self, *verdicts: Verdict) -> Bool:
        return bools.some(self.form.verdict(verdict) for verdict in verdicts)

    @property
    def limits(self) -> tuple[str, ...]:
        """What an answer about all deals leaves out: named, so that it is not called a proof."""
        found = [f"`{text}`: {why}" for text, why in self.encoder.open.items()]
        found += [f"`{path}`: {why}" for path, why in self.space.limits.items()]
        return (*found, *self.lengths())

    def lengths(self, paths: Iterable[str] | None = None) -> tuple[str, ...]:
        """Up to how many elements of lists are looked at: of some terms, or of all."""
        asked = self.space.lengths if paths is None else paths
        known = self.space.lengths
        return tuple(
            f"`{path}`: lists of up to {known[path]} elements are looked at"
            for path in asked
            if path in known
        )

    def witness(
        self,
        *,
        base: Mapping[str, Any] | None = None,
        rules: Iterable[str] | None = None,
        partly: bool = False,
    ) -> Replay | None:
        """The last instance as a document that the reference has decided.

        None, and counted in `spurious`, where the reference decides a rule otherwise than the
        instance does (of `rules`, or of all that are encoded), or where no document holds it.
        `partly`: terms whose values no document holds may be left out, where all that was
        asked for are outcomes of `rules`.
        """
        try:
            values, listed = decoded(self.space, self.solver, partly=partly)
        except NoDocumentError:
            self.spurious += 1
            return None
        replay = self.judge.replay(document_of(values, listed, base=base, schema=self.judge.schema))
        if replay is None or not self._agrees(replay, rules):
            self.spurious += 1
            return None
        return replay

    def _agrees(self, replay: Replay, rules: Iterable[str] | None) -> bool:
        for name in self.form.encoded if rules is None else rules:
            if not self.solver.holds(self.form.rule(name).is_(replay.outcomes[name])):
                return False
        return True
