"""The facade: one policy, loaded and checked, and every way to decide with it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from policyengine.core import Dated, Rule
from policyengine.core import Policy as CorePolicy
from policyengine.dating import as_date, parameters_asked
from policyengine.decider import Decider, Reference
from policyengine.deciding import Judge, in_force
from policyengine.decision import Decision, Outcome, WaiverUse
from policyengine.errors import (
    Diagnostic,
    Diagnostics,
    ParameterError,
    PolicyEngineError,
    TermsError,
    UsageError,
    did_you_mean,
)
from policyengine.executing import ENGINES, Engine, Executors
from policyengine.facts import Facts, facts_of
from policyengine.intake import Deal, check
from policyengine.loading import Documents, Ready, from_bytes, load, lower, to_bytes
from policyengine.schema import TermsSchema
from policyengine.source import quoted
from policyengine.statement import Statement, statement
from policyengine.terms import Terms, snapshot
from policyengine.values.temporal import Date
from policyengine.waivers import Waivers

if TYPE_CHECKING:
    from policyengine.compiler import Compiled
    from policyengine.document import WaiverDoc
    from policyengine.explain import Explanation
    from policyengine.interpreter import Interpreter
    from policyengine.loader import Loaded

#: how much a decision explains: rules that fail, are unknown or waived, or those that pass too
Explain = Literal["fails", "full"]
_MODES: tuple[Explain, ...] = get_args(Explain)
#: sets of parameters kept for a policy, one a date
_KEPT = 64


@dataclass(frozen=True, eq=False, repr=False)
class Policy:
    """A loaded, checked policy. Immutable; safe to share between threads.

    `warnings` are findings that did not stop it from loading. `core` is what it means and
    `schema` the terms it is about.
    """

    path: str
    core: CorePolicy
    schema: TermsSchema
    warnings: tuple[Diagnostic, ...]
    _documents: Documents
    overrides: Mapping[str, Any]
    depends_on_date: bool
    _executors: Executors
    _judge: Judge
    # parameters in force by date, worked out once
    _in_force: dict[date | None, Mapping[str, Any]] = field(default_factory=dict)

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

        `parameters` overrides declared parameters; a value may be a node of a document, whose
        place messages then name. `root` is the folder that paths in
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
        dated = ready.depends_on_date
        return cls(
            ready.path,
            ready.core,
            ready.schema,
            ready.warnings,
            ready.documents,
            ready.overrides,
            dated,
            Executors(ready.core, ready.schema, by_date=dated),
            Judge(ready.core, ready.schema, ready.overrides, by_date=dated),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        # for processes of a pool: as the cache keeps it, executors made anew
        ready = Ready(
            self.path, self.core, self.schema, self.warnings, self.depends_on_date,
            self.overrides, self._documents,
        )  # fmt: skip
        return _again, to_bytes(ready)

    def __copy__(self) -> Policy:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Policy:
        return self

    def __repr__(self) -> str:
        rules = f"{len(self.rules)} rule{'' if len(self.rules) == 1 else 's'}"
        return f"<Policy {self.id} {self.version}, {rules}, {self.digest[:19]}>"

    def with_parameters(self, overrides: Mapping[str, Any]) -> Policy:
        """The same policy with other values for some parameters, checked again.

        Raises `ParameterError` for a parameter it does not have or a value that does not fit.
        """
        return self._lower(self.loaded, Diagnostics(), {**self.overrides, **overrides})

    @property
    def loaded(self) -> Loaded:
        """The documents, as they were written."""
        return self._documents()

    @property
    def id(self) -> str:
        """As the manifest names the policy."""
        return self.core.id

    @property
    def version(self) -> str:
        """As the manifest says, without a meaning to the engine."""
        return self.core.version

    @property
    def title(self) -> str | None:
        """One line for people."""
        return self.core.title

    @property
    def digest(self) -> str:
        """`sha256:` of rules, schema and effective parameters."""
        return self.core.digest

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule as meant, in file order: files by name, rules as they stand."""
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
        explain: Explain = "fails",
        engine: Engine = "auto",
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
        given: object = waivers
        if given is not None and not isinstance(given, Waivers):
            message = f"{quoted(given)} is no `Waivers`"
            hint = "read a file of waivers with `Waivers.load`"
            raise UsageError(Diagnostic("bad-waivers", message, hint=hint))
        day = self._day(as_of, waivers)
        facts = self._facts(self._deal(terms), day, final=final, assume=assume)
        reference = Reference(self.core, facts)
        verdict, outcomes = self._executors.outcomes(terms, facts, day, engine, reference)
        return self._judge.decision(
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
        return statement(self.core, self.schema, deal, decision)

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
        _flag("final", final)
        _flag("assume", assume)
        as_of = Date.from_python(day) if day is not None else None
        return facts_of(deal, self.schema, self._parameters(day), as_of, final, assume)

    def _deal(self, terms: Mapping[str, Any] | Terms) -> Deal:
        if isinstance(terms, Terms):
            return terms.check(self.schema)
        if not isinstance(terms, Mapping):
            raise TermsError(
                Diagnostic("terms-shape", "the terms of a deal are a mapping of groups, or `Terms`")
            )
        # a copy: the caller may change its mapping before the reasons are asked for
        return check(snapshot(terms), self.schema)

    def _compiled(self, day: date | None, *, final: bool, assume: bool) -> Compiled:
        _flag("final", final)
        _flag("assume", assume)
        return self._executors.compiled(day, self._parameters(day), final=final, assume=assume)

    def explained(
        self,
        facts: Facts,
        day: date | None,
        outcomes: tuple[Outcome, ...],
        evaluated: Interpreter | None = None,
        **more: Any,
    ) -> Explanation:
        """The explanation of outcomes before waivers; see `explain.Explanation`."""
        return self._judge.explained(facts, day, outcomes, evaluated, **more)

    def _waivers(
        self, waivers: Waivers | None, deal: Deal, day: date | None
    ) -> tuple[dict[str, WaiverDoc], list[WaiverUse]]:
        return in_force(self.core, waivers, deal, day)

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


def _again(meaning: bytes, documents: bytes, overrides: Mapping[str, Any]) -> Policy:
    return Policy._of(from_bytes(meaning, documents, overrides))


def _flag(name: str, value: object) -> None:
    # the text "false" counts as true in Python; silence read so would be a guess
    if value is not True and value is not False:
        message = f"`{name}` is {quoted(value)}; expected `True` or `False`"
        raise UsageError(Diagnostic("bad-flag", message))


__all__ = [
    "ENGINES",
    "Engine",
    "Explain",
    "Policy",
    "PolicyEngineError",
    "Terms",
    "Waivers",
    "as_date",
]
