"""One run over deals: decide each, write each, keep the worst exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from policyengine import nodes
from policyengine.cli import COULD_NOT_RUN, console
from policyengine.cli import settings as settings_
from policyengine.cli.deals import Deal, deals
from policyengine.cli.formats import PUBLIC, Sinks
from policyengine.cli.guarding import below, of_policy
from policyengine.cli.inputs import Input, collect
from policyengine.cli.loading import load
from policyengine.cli.writing import Output, StandardOutput
from policyengine.config import Choice, Setting
from policyengine.decision import Decision, Verdict, no_verdict
from policyengine.engine import Engine, Explain, Policy, Waivers
from policyengine.errors import (
    Diagnostic,
    ParameterError,
    PolicyEngineError,
    UsageError,
)
from policyengine.reading.files import read_document
from policyengine.source import visible
from policyengine.statement import Statement

#: the worst first
SEVERITY = (COULD_NOT_RUN, 1, 3, 4, 0)
_FAILS_ON: Mapping[str, tuple[Verdict, ...]] = {
    "reject": (Verdict.REJECT,),
    "undetermined": (Verdict.REJECT, Verdict.UNDETERMINED),
    "conditional": (Verdict.REJECT, Verdict.UNDETERMINED, Verdict.CONDITIONAL),
    "never": (),
}
_REPORTED = 20  # deals whose errors go to standard error in full


@dataclass(frozen=True)
class Request:
    """What is asked: everything but where the answer goes."""

    inputs: list[Input]
    many: bool
    choice: Choice
    as_of: date
    is_today: bool
    final: bool
    assume: bool
    waiver_files: tuple[Path, ...]
    ignore_waivers: bool
    parameters: Path | None
    explain: Explain
    engine: Engine
    fail_on: str
    cache: bool

    @classmethod
    def make(
        cls, terms: tuple[str, ...], settings: Mapping[str, Setting], options: Mapping[str, Any]
    ) -> Request:
        """Raises `UsageError` for a date, a policy or deals that do not exist."""
        as_of = settings["as_of"]
        inputs, many = collect(terms, options["stdin_filename"])
        return cls(
            inputs=inputs,
            many=many,
            choice=settings_.policy(settings),
            as_of=settings_.day(as_of),
            is_today=as_of.origin.startswith("today"),
            final=options["final"],
            assume=not options["no_assume"],
            waiver_files=options["waivers"],
            ignore_waivers=options["ignore_waivers"],
            parameters=options["parameters"],
            explain="full" if settings["explain"].value == "full" else "fails",
            engine=options["engine"],
            fail_on=settings["fail_on"].value,
            cache=not options["no_cache"],
        )

    def files(self) -> list[Path]:
        """Every file that the run reads by name."""
        found = [given.path for given in self.inputs if given.path is not None]
        found += [*self.waiver_files, *filter(None, (self.parameters,))]
        return [*found, *of_policy(self.choice.path)]


def run(request: Request, sinks: Sinks) -> int:
    """Decide every deal, write each as it is decided; the exit code.

    The code is one of a verdict only once everything was written.
    """
    form, output = sinks.main.form, sinks.main.output
    policy = load(
        request.choice.path,
        parameters=read_parameters(request.parameters),
        shown=request.choice.folder,
        cache=request.cache,
    )
    waivers = Waivers.load(*request.waiver_files) if request.waiver_files else None
    if request.ignore_waivers:
        waivers = None  # after reading them: a broken file is still an error
    console.tell(policy.warnings)
    _ready(request.engine)
    worst: set[int] = set()
    failed = 0
    lines = any(given.is_lines for given in request.inputs)
    progress = console.Progress(
        None if lines else len(request.inputs), quiet=_is_terminal(output) or not request.many
    )
    # Several pages on standard output show the errors in their place.
    on_page = form.name == "pretty" and request.many and isinstance(output, StandardOutput)
    sinks.start()
    for deal in deals(request.inputs):
        answer = _decide(policy, deal, waivers, request, sinks)
        if isinstance(answer, Verdict):
            worst.add(exit_code(answer, request.fail_on))
        else:
            sinks.error(_row(deal, answer))
            worst.add(COULD_NOT_RUN)
            failed += 1
            if failed <= _REPORTED:
                progress.clear()
                if not on_page:
                    console.tell(answer)
                console.say(f"no verdict: {source_of(deal)}")
        if lines:
            sinks.flush()
        progress.step()
    sinks.end()
    progress.clear()
    if failed > _REPORTED:
        console.say(f"{failed} deals have no verdict; above are the errors of {_REPORTED}")
    return min(worst, key=SEVERITY.index, default=COULD_NOT_RUN)


def exit_code(verdict: Verdict, fail_on: str) -> int:
    """The exit code of a verdict, 0 where `fail_on` does not count it."""
    return verdict.exit_code if verdict in _FAILS_ON[fail_on] else 0


def _decide(
    policy: Policy, deal: Deal, waivers: Waivers | None, request: Request, sinks: Sinks
) -> Verdict | tuple[Diagnostic, ...]:
    """Decide and write; the verdict, or why there is none. An error of the program is one
    deal's too: the others still get their row."""
    try:
        terms = deal.read()

        def decide(explain: Explain) -> Decision:
            decision: Decision = policy.evaluate(
                terms,
                as_of=request.as_of,
                final=request.final,
                assume=request.assume,
                waivers=waivers,
                explain=explain,
                engine=request.engine,
            )
            if explain == "full" and not sinks.want(explain, decision.verdict):
                return decide("fails")  # it is counted, and why it holds is not read
            _ = decision.details  # worked out here, where what it raises belongs to this deal
            return decision

        made: dict[str, Decision | Statement] = {}
        for explain in sinks.explains:
            decision = decide("full" if explain == "full" else "fails")
            made[explain] = policy.statement(terms, decision) if explain == PUBLIC else decision
    except PolicyEngineError as error:
        return error.diagnostics
    except Exception as error:
        if os.environ.get("POLICYENGINE_DEBUG"):
            raise
        what = visible(f"{type(error).__name__}: {error}", 300)
        hint = "set POLICYENGINE_DEBUG=1 for the traceback"
        return (Diagnostic("internal", f"internal error: {what}", hint=hint),)
    sinks.decision(made)
    return decision.verdict


def _ready(engine: Engine) -> None:
    """Raise `UsageError` where an engine lacks what it needs, before any deal is read; say
    which one `all` has to do without."""
    if engine in ("rete", "all"):
        from policyengine import rete

        if engine == "rete":
            rete.load()
        elif (why := rete.why_not()) is not None:
            console.say(f"checked without durable-rules: {why}")


def source_of(deal: Deal) -> str:
    """`file` or `file:line`, as in a message."""
    return visible(deal.source, 200) + (f":{deal.line}" if deal.line is not None else "")


def _row(deal: Deal, found: tuple[Diagnostic, ...]) -> dict[str, Any]:
    return no_verdict([d.to_dict() for d in found], source=deal.source, line=deal.line)


def _is_terminal(output: Output) -> bool:
    return isinstance(output, StandardOutput) and console.is_terminal(sys.stdout)


def read_parameters(path: Path | None) -> Mapping[str, nodes.Node] | None:
    """The parameters that a file overrides, as written; raises `ParameterError`."""
    if path is None:
        return None
    node = read_document(path, shown=path.as_posix()).node
    if not isinstance(node, nodes.Mapping):
        message = "parameters are a mapping of names to values"
        raise ParameterError(Diagnostic("bad-parameters", message, node.span))
    return {str(name.value): value for name, value in node.entries}


def files_below(terms: Iterable[str], options: Mapping[str, Any]) -> list[Path]:
    """Every file that a command line may mean to be read, for one that makes no sense."""
    import glob

    policy = options["policy"]
    if not policy:
        from policyengine.config import read_config

        try:
            configured = read_config(Path.cwd()).settings.get("policy")
        except UsageError:
            configured = None
        policy = configured.value if configured is not None else "rules"
    named = [*terms, policy, options["parameters"], *options["waivers"]]
    found: list[Path] = []
    for name in map(str, filter(None, named)):
        for path in glob.glob(name, recursive=True) or [name]:  # noqa: PTH207 - may be absolute
            found += below(Path(path))
    return found
