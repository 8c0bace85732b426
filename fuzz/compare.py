"""One deal decided by every executor, and what they disagree on.

The reference is the interpreter, asked rule by rule. Held to it are the generated code, by
every way a caller reaches it, and where asked the whole decision and durable-rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fuzz.loading import exact
from fuzz.vocabulary import Data
from policyengine import combining
from policyengine.dating import as_date
from policyengine.decision import Level
from policyengine.engine import Engine, Policy, Terms
from policyengine.errors import PolicyEngineError
from policyengine.facts import Facts
from policyengine.intake import check
from policyengine.interpreter import Interpreter, RuleResult
from policyengine.values import jsontext
from policyengine.values.temporal import Date

#: a verdict and the outcome of every rule in file order, or the codes and messages of an error
Said = tuple[Any, ...]


class Question:
    """A policy asked in one way: an as-of date, and how silence is read."""

    def __init__(self, policy: Policy, settings: Data, sample: Sequence[Data] = ()) -> None:
        self.policy = policy
        self.settings = settings
        self.levels = [Level(rule.level) for rule in policy.core.rules]
        day = as_date(settings.get("as_of"))
        self.day = Date.from_python(day) if day is not None else None
        self.parameters: Mapping[str, Any] = policy._parameters(day)
        self.decide = policy.decider(sample=sample, **settings)
        compiled = policy.compiled(**settings)
        #: the rules that the generated code leaves to the interpreter
        self.left = compiled.interpreted
        #: whether there is a form that gives the verdict alone
        self.alone = compiled.alone
        #: the results of the last deal decided by the reference
        self.results: tuple[RuleResult, ...] = ()
        self.interpreter: Interpreter | None = None

    def reference(self, document: Any) -> Said:
        """What the interpreter says of a document."""
        self.results = ()
        self.interpreter = None
        try:
            deal = check(document, self.policy.schema)
            facts = Facts(
                deal,
                self.policy.schema,
                self.parameters,
                self.day,
                self.settings.get("final", False),
                self.settings.get("assume", True),
            )
            interpreter = Interpreter(self.policy.core, facts)
            self.results = tuple(map(interpreter.rule, self.policy.core.rules))
            self.interpreter = interpreter
        except Exception as error:  # noqa: BLE001  # a crash is an answer to be reported
            return said_by(error)
        outcomes = tuple(result.outcome for result in self.results)
        verdict = combining.verdict(zip(self.levels, outcomes, strict=True))
        return verdict, outcomes

    def difference(self, document: Any, wanted: Said) -> str | None:
        """What the decider says of raw terms, if it is not what was wanted."""
        found: Said
        try:
            found = self.decide(document)
            alone = self.decide.verdict(document) if self.alone else found[0]
        except Exception as error:  # noqa: BLE001  # a crash is an answer to be reported
            found = said_by(error)
        else:
            if alone is not found[0]:
                return f"the verdict alone: {alone}\nwith the outcomes: {_said(found)}"
        if crashed(wanted):
            return _words("the reference crashed", found, wanted)
        if found == wanted or (
            not isinstance(document, Mapping) and _codes(found) == _codes(wanted)
        ):
            return None
        return _words("the decider on raw terms", found, wanted)

    def other_ways(self, document: Data, wanted: Said) -> str | None:
        """The decider on `Terms`, read once and decided twice, and on the text of the terms."""
        ways: list[tuple[str, Callable[[], Terms]]] = [
            ("the decider on terms", lambda: Terms.from_mapping(document)),
            ("the decider on a text", lambda: Terms.from_text(text, name="deal.json")),
        ]
        text = jsontext.dumps(exact(document))
        for name, make in ways:
            try:
                terms = make()
                found: Any = self.decide(terms)
                again = self.decide(terms)
                alone = self.decide.verdict(terms)
                if alone is not found[0]:
                    return f"{name}, the verdict alone: {alone}\n{_said(found)}"
            except Exception as error:  # noqa: BLE001  # a crash is an answer to be reported
                found = again = said_by(error)
            for said in (found, again):
                if said != wanted and not (isinstance(said[0], str) and isinstance(wanted[0], str)):
                    return _words(name, said, wanted)
        return None


def decided(policy: Policy, deal: Any, settings: Data, engine: Engine) -> Said:
    """The verdict and the outcomes of `Policy.evaluate`."""
    try:
        decision = policy.evaluate(deal, engine=engine, **settings)
    except Exception as error:  # noqa: BLE001  # a crash is an answer to be reported
        return said_by(error)
    return decision.verdict, tuple(decision.outcomes.values())


def differs(policy: Policy, deal: Any, settings: Data, engines: tuple[Engine, ...]) -> str | None:
    """What engines of `evaluate` disagree on with the interpreter, in words, or None."""
    wanted = decided(policy, deal, settings, "interpreter")
    for engine in engines:
        found = decided(policy, deal, settings, engine)
        if found != wanted:
            return _words(engine, found, wanted)
    return None


def said_by(error: Exception) -> Said:
    """What an error says; one that no user should see has the code `crash`."""
    if isinstance(error, PolicyEngineError):
        return ("error", *((found.code, found.message) for found in error.diagnostics))
    return ("error", ("crash", repr(error)))


def crashed(said: Said) -> bool:
    return bool(said[0] == "error" and said[1][0] == "crash")


def _codes(said: Said) -> list[Any]:
    """The codes of an error alone, where the words name what was handed over."""
    return [code for code, _ in said[1:]] if said[0] == "error" else [said]


def _words(who: str, found: Said, wanted: Said) -> str:
    return f"{who}: {_said(found)}\nthe reference: {_said(wanted)}"


def _said(said: Said) -> str:
    if said and said[0] == "error":
        return "; ".join(f"{code}: {message}" for code, message in said[1:])
    verdict, outcomes = said
    return f"{verdict}, " + " ".join(map(str, outcomes))
