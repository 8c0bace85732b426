"""`policyengine compile`: a policy as the Python function it is run as."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from policyengine.cli.writing import StandardOutput
from policyengine.decision import Outcome
from policyengine.errors import Diagnostic, UsageError, did_you_mean
from policyengine.source import quoted

_HELP = """Compile a policy; with --show, print the Python that it is run as.

RULE is the id of a rule: with --show, only the part that decides it.

\b
Examples:
  policyengine compile -p national-interest
  policyengine compile --show
  policyengine compile --show SOV-5 -p national-interest --as-of 2026-01-31
"""
_EPILOG = "Exit codes: 0 compiled, 2 there is no such rule, or the policy does not load."


@click.command(name="compile", help=_HELP, epilog=_EPILOG)
@click.argument("rule", required=False)
@click.option("-p", "--policy", metavar="PATH|NAME", envvar="POLICYENGINE_POLICY")
@click.option("--show", is_flag=True, help="Print the function.")
@click.option(
    "--as-of",
    metavar="DATE",
    envvar="POLICYENGINE_AS_OF",
    help="The day of the decision, YYYY-MM-DD. Default: today.",
)
@click.option("--final", is_flag=True, help="For deals that are complete.")
@click.option("--no-assume", is_flag=True, help="For silence that takes no defaults.")
@click.option(
    "--parameters",
    type=click.Path(path_type=Path),
    help="A mapping (YAML, JSON) of parameters to override.",
)
def command(rule: str | None, policy: str | None, **options: Any) -> int:
    """Returns the exit code; raises `UsageError` for an unknown rule."""
    from datetime import UTC, datetime

    from policyengine.cli.loading import load
    from policyengine.cli.run import read_parameters
    from policyengine.config import choose_policy, read_config

    if rule is not None and not options["show"]:
        raise click.UsageError("a rule is named for --show", click.get_current_context())
    configured = {name: s.value for name, s in read_config(Path.cwd()).settings.items()}
    policy = policy or configured.get("policy")
    choice = choose_policy(policy, Path.cwd())
    loaded = load(choice.path, parameters=read_parameters(options["parameters"]))
    if rule is not None and all(rule != known.id for known in loaded.rules):
        known_ids = [known.id for known in loaded.rules]
        hint = did_you_mean(rule, known_ids) or "`policyengine explain` lists the rules"
        message = f"{quoted(loaded.id)} has no rule {quoted(rule)}"
        raise UsageError(Diagnostic("unknown-rule", message, hint=hint))
    as_of = options["as_of"] or configured.get("as-of") or datetime.now(UTC).date()
    made = loaded.compiled(as_of=as_of, final=options["final"], assume=not options["no_assume"])
    output = StandardOutput(data=False)
    if not options["show"]:
        output.write(_summary(made))
    elif rule is None:
        output.write(_constants(made.decide, made.source) + made.source + _quick(made))
    else:
        part = _part(made, [known.id for known in loaded.rules].index(rule))
        output.write(_constants(made.decide, part) + part)
    output.commit()
    return 0


def _summary(made: Any) -> str:
    rules, left = len(made.policy.rules), len(made.interpreted)
    by_hand = "none is" if not left else f"{left} {'is' if left == 1 else 'are'}"
    lines = len(made.source.splitlines())
    return (
        f"{rules} rule{'s' * (rules != 1)} compile{'s' * (rules == 1)} to {lines} lines of "
        f"Python; {by_hand} left to the interpreter\n"
    )


def _quick(made: Any) -> str:
    """The form that decides deals in which nothing is unknown, where there is one."""
    if not made.alone:
        return ""
    decide, text = made.forms.form("known")
    return f"\n\n# the same, for deals without an unknown\n{_constants(decide, text)}{text}"


def _constants(decide: Any, text: str) -> str:
    """A comment for each constant that a text uses and that can be written in a line."""
    names = dict.fromkeys(re.findall(r"\b(?:k|keys|table)\d+\b", text))
    lines = [(name, _shown(decide.__globals__[name])) for name in names]
    return "".join(f"# {name} = {shown}\n" for name, shown in lines if shown is not None)


def _shown(value: Any) -> str | None:
    if isinstance(value, Outcome):
        return value.name
    if isinstance(value, str):
        return ascii(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        pairs = [(_shown(key), _shown(row)) for key, row in value.items()]
        return "{" + ", ".join(f"{key}: {row}" for key, row in pairs) + "}"
    if isinstance(value, tuple | list | frozenset):
        items = [_shown(item) for item in value]
        if None in items:
            return None
        texts = [item for item in items if item is not None]
        if isinstance(value, frozenset):
            return f"{{{', '.join(sorted(texts))}}}" if texts else "frozenset()"
        if isinstance(value, tuple):
            return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"
        return f"[{', '.join(texts)}]"
    return str(value) if isinstance(value, int | float) else None


def _part(made: Any, number: int) -> str:
    """The statements of one rule: from the comment with its id to that of the next."""
    parts: list[list[str]] = []
    for line in made.source.splitlines():
        if line.startswith("    # "):
            parts.append([])
        elif line.startswith("    outcomes = ("):
            break
        if parts:
            parts[-1].append(line[4:])
    return "\n".join(parts[number]) + "\n"
