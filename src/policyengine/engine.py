"""The facade: load, lower, check, decide. The only module that wires the stages together."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from policyengine import combining, explain
from policyengine import waivers as waivers_
from policyengine.core import Dated, Rule
from policyengine.core import Policy as CorePolicy
from policyengine.dating import as_date, parameters_asked
from policyengine.decider import Decider, Reference, answer
from policyengine.decision import (
    Decision,
    Level,
    Outcome,
    Settings,
    Verdict,
    WaiverStatus,
    WaiverUse,
)
from policyengine.document import WaiverDoc
from policyengine.errors import (
    Diagnostic,
    Diagnostics,
    DisagreementError,
    ParameterError,
    PolicyEngineError,
    PolicyError,
    TermsError,
    UsageError,
    did_you_mean,
)
from policyengine.facts import Facts
from policyengine.intake import Deal, check
from policyengine.interpreter import Interpreter
from policyengine.loading import Documents, Ready, load, lower, plain
from policyengine.schema import TermsSchema
from policyengine.source import quoted
from policyengine.statement import Statement, statement
from policyengine.terms import Terms, snapshot
from policyengine.values.frozen import FrozenDict
from policyengine.values.temporal import Date
from policyengine.waivers import Waivers

if TYPE_CHECKING:
    from policyengine.compiler import Compiled
    from policyengine.loader import Loaded
    from policyengine.rete import Rete

_MODES = ("fails", "full")
ENGINES = ("auto", "compiled", "interpreter", "rete", "all")
#: evaluations after which compiling a policy has paid for itself
_COMPILE_AFTER = 3
#: compiled forms and sets of parameters kept for a policy, one a date
_KEPT = 64


@dataclass(frozen=True, eq=False)
class Policy:
    """A loaded, checked policy. Immutable; safe to share between threads.

    `warnings` are findings that did not stop it from loading. `core` is what it means and
    `schema` the terms it is about.
    """

    path: str
    core: CorePolicy
    schema: TermsSchema
    warnings: tuple[Diagnostic, ...]
    _documents: Documents = field(repr=False)
    overrides: Mapping[str, Any] = field(repr=False)
    depends_on_date: bool
    _ids: tuple[str, ...] = field(repr=False)
    _levels: tuple[Level, ...] = field(repr=False)
    # what is worked out once: parameters in force by date, compiled forms, the network of
    # `rete`, evaluations so far
    _in_force: dict[date | None, Mapping[str, Any]] = field(repr=False, default_factory=dict)
    _functions: dict[Any, Compiled] = field(repr=False, default_factory=dict)
    _networks: dict[str, Rete] = field(repr=False, default_factory=dict)
    # what explaining needs by date, and settings by how the question was put
    _plans: dict[date | None, explain.Plan] = field(repr=False, default_factory=dict)
    _asked: dict[Any, Settings] = field(repr=False, default_factory=dict)
    _runs: deque[None] = field(repr=False, default_factory=lambda: deque(maxlen=_COMPILE_AFTER + 1))

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        parameters: Mapping[str, Any] | None = None,
        root: str | os.PathLike[str] | None = None,
        shown: str | None = None,
        cache: bool = False,
    ) -> Policy:
        """Load a policy folder or file.

        `parameters` overrides declared parameters. `root` is the folder that paths in
        documents may not leave (default: the nearest project root above); `shown` names the
        policy's folder in messages and decisions in place of its path. `cache` keeps what was
        loaded in the user's cache folder, and takes it from there while nothing has changed;
        the policy is the same either way.

        Raises `PolicyError` with every finding; `DocumentError`, `SchemaError` and
        `ParameterError` are raised where nothing else was wrong, and `UsageError` for a cache
        folder that was set to a place where it may not lie.
        """
        return cls._of(
            load(
                Path(path),
                parameters or {},
                root=Path(root) if root is not None else None,
                shown=shown,
                cached=cache,
            )
        )

    @classmethod
    def _lower(
        cls, loaded: Loaded, diagnostics: Diagnostics, overrides: Mapping[str, Any]
    ) -> Policy:
        """The policy of documents; raises every finding, those so far included."""
        return cls._of(lower(loaded, overrides, diagnostics))

    @classmethod
    def _of(cls, ready: Ready) -> Policy:
        rules = ready.core.rules
        return cls(
            ready.path,
            ready.core,
            ready.schema,
            ready.warnings,
            ready.documents,
            ready.overrides,
            ready.depends_on_date,
            tuple(rule.id for rule in rules),
            tuple(Level(rule.level) for rule in rules),
        )

    def with_parameters(self, overrides: Mapping[str, Any]) -> Policy:
        """The same policy with other values for some parameters, checked again.

        Raises `ParameterError` for a parameter it does not have or a value that does not fit.
        """
        diagnostics = Diagnostics()
        try:
            return self._lower(self.loaded, diagnostics, {**self.overrides, **overrides})
        except PolicyError as error:
            raise ParameterError(error.diagnostics) from None

    @property
    def loaded(self) -> Loaded:
        """The documents, as they were written."""
        return self._documents()

    @property
    def id(self) -> str:
        return self.core.id

    @property
    def version(self) -> str:
        return self.core.version

    @property
    def title(self) -> str | None:
        return self.core.title

    @property
    def digest(self) -> str:
        """`sha256:` of rules, schema and effective parameters."""
        return self.core.digest

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.core.rules

    def rule(self, id: str) -> Rule:  # noqa: A002  # the word its users look for
        """A rule by its id; raises `UsageError` with a suggestion."""
        for rule in self.core.rules:
            if rule.id == id:
                return rule
        known = [rule.id for rule in self.core.rules]
        message = f"the policy {quoted(self.id)} has no rule {quoted(id)}"
        raise UsageError(Diagnostic("unknown-rule", message, hint=did_you_mean(id, known)))

    def evaluate(
        self,
        terms: Mapping[str, Any] | Terms,
        *,
        as_of: date | str | None = None,
        final: bool = False,
        assume: bool = True,
        waivers: Waivers | None = None,
        explain: str = "fails",
        engine: str = "auto",
    ) -> Decision:
        """Decide one deal.

        `as_of` is a date or `YYYY-MM-DD`; a policy that depends on the date, and any waiver,
        needs it. `final` says that the document is complete; `assume=False` gives silence no
        defaults; `explain="full"` adds the rules that pass to the reasons. `engine` is
        `compiled`, `interpreter` (the reference), `rete` (on durable-rules, checked against the
        reference), `all` (every one that is installed, and no answer where they differ) or
        `auto`: the compiled form once it pays.

        Raises `TermsError` for terms that violate the schema, `UsageError` for a call that
        makes no sense, `ParameterError` where a dated parameter has no value yet, and
        `BudgetError` when the step budget runs out. It never guesses.
        """
        if explain not in _MODES:
            raise UsageError(
                Diagnostic("bad-explain", f"{quoted(explain)} is neither `fails` nor `full`")
            )
        if engine not in ENGINES:
            listing = ", ".join(f"`{name}`" for name in ENGINES)
            raise UsageError(
                Diagnostic("unknown-engine", f"{quoted(engine)} is no engine; expected {listing}")
            )
        day = self._day(as_of, waivers)
        facts = self._facts(self._deal(terms), day, final=final, assume=assume)
        reference = Reference(self.core, facts)
        verdict, outcomes = self._outcomes(terms, facts, day, engine, reference)
        return self._decision(
            facts, day, verdict, outcomes, waivers, reference, full=explain == "full"
        )

    def statement(self, terms: Mapping[str, Any] | Terms, decision: Decision) -> Statement:
        """What may be said to the counterparty about a deal that was decided.

        Raises `UsageError` for terms that are not those of the decision.
        """
        deal = self._deal(terms)
        if deal.digest() != decision.deal.digest or self.digest != decision.policy.digest:
            message = "the decision is about other terms, or by another policy"
            raise UsageError(Diagnostic("other-decision", message))
        return statement(self.core, deal, decision.outcomes, decision.settings.as_of)

    def facts(
        self,
        terms: Mapping[str, Any] | Terms,
        *,
        as_of: date | str | None = None,
        final: bool = False,
        assume: bool = True,
    ) -> Facts:
        """What a decision of a deal would read, for an executor. Raises as `evaluate` does."""
        return self._facts(self._deal(terms), self._day(as_of, None), final=final, assume=assume)

    def decider(
        self,
        *,
        as_of: date | str | None = None,
        final: bool = False,
        assume: bool = True,
        sample: Iterable[Mapping[str, Any] | Terms] = (),
    ) -> Decider:
        """A function of terms that gives the verdict and the outcomes alone, as fast as can
        be: for a date, and with reasons left to `evaluate`.

        `sample` are deals like those to come: conditions that settle more of them are asked
        first. It changes no answer. Raises as `evaluate` does.
        """
        day = self._day(as_of, None)

        def facts(terms: Mapping[str, Any] | Terms) -> Facts:
            return self._facts(self._deal(terms), day, final=final, assume=assume)

        measured = [facts(terms) for terms in sample]
        if not measured:
            return Decider(self._compiled(day, final=final, assume=assume), facts)
        from policyengine.compiler import compile_policy
        from policyengine.sampling import rates

        read = measured[0]
        compiled = compile_policy(
            self.core,
            self.schema,
            read.parameters,
            read.as_of,
            final=final,
            assume=assume,
            rates=rates(self.core, measured),
        )
        return Decider(compiled, facts)

    def compiled(
        self, *, as_of: date | str | None = None, final: bool = False, assume: bool = True
    ) -> Compiled:
        """The generated function for a date; its `source` is Python to read."""
        return self._compiled(self._day(as_of, None), final=final, assume=assume)

    def _day(self, as_of: date | str | None, waivers: Waivers | None) -> date | None:
        day = as_date(as_of)
        if day is None and (self.depends_on_date or waivers is not None):
            what = "the policy" if self.depends_on_date else "a waiver"
            raise UsageError(
                Diagnostic(
                    "as-of-needed",
                    f"{what} depends on the date; no as-of date was given",
                    hint="pass `as_of`, for instance a `datetime.date`",
                )
            )
        return day

    def _facts(self, deal: Deal, day: date | None, *, final: bool, assume: bool) -> Facts:
        as_of = Date.from_python(day) if day is not None else None
        return Facts(deal, self.schema, self._parameters(day), as_of, final, assume)

    def _deal(self, terms: Mapping[str, Any] | Terms) -> Deal:
        if isinstance(terms, Terms):
            return terms.check(self.schema)
        if not isinstance(terms, Mapping):
            raise TermsError(
                Diagnostic("terms-shape", "the terms of a deal are a mapping of groups, or `Terms`")
            )
        # a copy: the caller may change its mapping before the reasons are asked for
        return check(snapshot(terms), self.schema)

    # executors -----------------------------------------------------------------------------

    def _outcomes(
        self,
        terms: Mapping[str, Any] | Terms,
        facts: Facts,
        day: date | None,
        engine: str,
        reference: Reference,
    ) -> tuple[Verdict | None, tuple[Outcome, ...]]:
        """Every rule's outcome before waivers, by the engine asked for, and the verdict where
        the engine gives it with them."""
        if engine == "auto":
            self._runs.append(None)
            engine = "compiled" if len(self._runs) > _COMPILE_AFTER else "interpreter"
        if engine == "interpreter":
            return None, self._interpreted(reference())
        if engine == "rete":
            return None, self._on_rete(facts)
        compiled = self._compiled(day, final=facts.final, assume=facts.assume)
        verdict, found = answer(compiled, terms, facts, reference)
        if engine == "all":
            settled = self._interpreted(Interpreter(self.core, facts))
            self._agree(found, settled, "when compiled")
            from policyengine import rete

            if rete.why_not() is None:
                self._agree(self._on_rete(facts), settled, "on durable-rules")
        return verdict, found

    def _on_rete(self, facts: Facts) -> tuple[Outcome, ...]:
        """The outcomes by durable-rules, which are the reference's or an error."""
        from policyengine.rete import Rete

        network = self._networks.get("rete") or self._networks.setdefault("rete", Rete(self.core))
        found, reference = network.outcomes(facts)
        self._agree(found, reference, "on durable-rules")
        return found

    def _interpreted(self, interpreter: Interpreter) -> tuple[Outcome, ...]:
        return tuple(interpreter.rule(rule).outcome for rule in self.core.rules)

    def _agree(self, found: tuple[Outcome, ...], reference: tuple[Outcome, ...], how: str) -> None:
        for rule, mine, other in zip(self.core.rules, found, reference, strict=True):
            if mine is not other:
                raise DisagreementError(
                    Diagnostic(
                        "executors-disagree",
                        f"the executors disagree on {quoted(rule.id)}: `{mine}` {how}, "
                        f"`{other}` by the reference; there is no verdict",
                        rule.span,
                        hint="this is a fault of the engine; please report it with this rule",
                    )
                )

    def _compiled(self, day: date | None, *, final: bool, assume: bool) -> Compiled:
        key = (day if self.depends_on_date else None, final, assume)
        known = self._functions.get(key)
        if known is None:
            # imported here: what only validates or explains rules never compiles them
            from policyengine.compiler import compile_policy

            as_of = Date.from_python(day) if day is not None else None
            parameters = self._parameters(day)
            known = compile_policy(
                self.core, self.schema, parameters, as_of, final=final, assume=assume
            )
            if len(self._functions) >= _KEPT:
                self._functions.clear()
            self._functions[key] = known
        return known

    def _decision(
        self,
        facts: Facts,
        day: date | None,
        verdict: Verdict | None,
        outcomes: tuple[Outcome, ...],
        waivers: Waivers | None,
        reference: Reference,
        *,
        full: bool,
    ) -> Decision:
        """The decision over outcomes, waivers applied; its reasons are worked out when asked."""
        if waivers is not None:
            return self._waived(facts, day, outcomes, waivers, reference, full=full)
        if verdict is None:
            verdict = combining.verdict(zip(self._levels, outcomes, strict=True))
        return Decision(
            verdict,
            FrozenDict(zip(self._ids, outcomes, strict=True)),
            self._settings(facts, day),
            lambda: self.explained(facts, day, outcomes, reference.made, full=full),
        )

    def _waived(
        self,
        facts: Facts,
        day: date | None,
        outcomes: tuple[Outcome, ...],
        waivers: Waivers,
        reference: Reference,
        *,
        full: bool,
    ) -> Decision:
        valid, uses = self._waivers(waivers, facts.deal, day)
        final = dict(zip(self._ids, outcomes, strict=True))
        applied: dict[str, WaiverUse] = {}
        for rule, waiver in valid.items():
            waived = combining.waive(final[rule])
            use = waivers_.use(
                waiver,
                WaiverStatus.APPLIED if waived is Outcome.WAIVED else WaiverStatus.NOT_NEEDED,
            )
            uses.append(use)
            if waived is Outcome.WAIVED:
                final[rule], applied[rule] = waived, use
        verdict = combining.verdict(zip(self._levels, final.values(), strict=True))
        used = tuple(uses)
        return Decision(
            verdict,
            final,
            self._settings(facts, day),
            lambda: self.explained(
                facts, day, outcomes, reference.made, waived=applied, waivers=used, full=full
            ),
        )

    def explained(
        self,
        facts: Facts,
        day: date | None,
        outcomes: tuple[Outcome, ...],
        evaluated: Interpreter | None = None,
        *,
        waived: Mapping[str, WaiverUse] = MappingProxyType({}),
        waivers: tuple[WaiverUse, ...] = (),
        full: bool = False,
    ) -> explain.Explanation:
        """The explanation of outcomes before waivers; see `explain.Explanation`."""
        key = day if self.depends_on_date else None
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= _KEPT:
                self._plans.clear()
            plan = self._plans.setdefault(key, explain.Plan(self.core, self.schema))
        return explain.Explanation(
            plan,
            facts,
            outcomes,
            waived=waived,
            waivers=waivers,
            evaluated=evaluated,
            full=full,
        )

    def _settings(self, facts: Facts, day: date | None) -> Settings:
        """How the question was put, worked out once for each way of putting it."""
        key = (day, facts.final, facts.assume)
        known = self._asked.get(key)
        if known is None:
            if len(self._asked) >= _KEPT:
                self._asked.clear()
            overrides = FrozenDict((name, plain(value)) for name, value in self.overrides.items())
            shown = day.isoformat() if day is not None else None
            made = Settings(shown, facts.final, facts.assume, overrides)
            known = self._asked.setdefault(key, made)
        return known

    def _waivers(
        self, waivers: Waivers | None, deal: Deal, day: date | None
    ) -> tuple[dict[str, WaiverDoc], list[WaiverUse]]:
        """The waivers in force for a deal by rule, and a report on those that are not."""
        valid: dict[str, WaiverDoc] = {}
        uses: list[WaiverUse] = []
        if waivers is None or day is None:
            return valid, uses
        known = {rule.id for rule in self.core.rules}
        for waiver in waivers.for_deal(deal):
            status = waivers_.status(waiver, deal, day)
            if waiver.rule not in known:
                uses.append(waivers_.use(waiver, WaiverStatus.NO_SUCH_RULE))
            elif status is not None:
                uses.append(waivers_.use(waiver, status))
            else:
                valid.setdefault(waiver.rule, waiver)
        return valid, uses

    def _parameters(self, day: date | None) -> Mapping[str, Any]:
        """The parameters in force on a day; raises `ParameterError` where one that a rule in
        force asks for has no value yet."""
        known = self._in_force.get(day)
        if known is not None:
            return known
        values: dict[str, Any] = {}
        asked = parameters_asked(self.core, day)
        for name, parameter in self.core.parameters.items():
            value = parameter.value
            if isinstance(value, Dated):
                if day is None:
                    continue
                try:
                    value = value.at(day)
                except LookupError:
                    if name in asked:
                        first = parameter.value.values[0][0]
                        raise ParameterError(
                            Diagnostic(
                                "parameter-not-in-force",
                                f"the parameter {quoted(name)} has no value on {day}; its first is "
                                f"from {first}",
                                parameter.span,
                            )
                        ) from None
                    continue
            values[name] = value
        if len(self._in_force) >= _KEPT:
            self._in_force.clear()
        self._in_force[day] = values
        return values


__all__ = ["Policy", "PolicyEngineError", "Terms", "Waivers", "as_date"]
