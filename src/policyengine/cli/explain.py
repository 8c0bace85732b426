"""`policyengine explain`: a rule as a person reads it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from policyengine.cli import console
from policyengine.cli.writing import StandardOutput, is_unicode
from policyengine.config import choose_policy, read_config
from policyengine.errors import Diagnostic, UsageError, did_you_mean
from policyengine.source import quoted

_HELP = """Print a rule as a person reads it; without one, list the rules.

What it requires or forbids, in words, with the parameters filled in; when it
applies, what lifts it, what to ask for, where it comes from, and the terms it
reads with their units and what silence means.

\b
Examples:
  policyengine explain SOV-5 -p national-interest
  policyengine explain
"""
_EPILOG = "Exit codes: 0 printed, 2 there is no such rule, or the policy does not load."


@click.command(name="explain", help=_HELP, epilog=_EPILOG)
@click.argument("rule", required=False)
@click.option("-p", "--policy", metavar="PATH|NAME", envvar="POLICYENGINE_POLICY")
@click.option("--format", type=click.Choice(("pretty", "json")), default="pretty")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto")
def command(rule: str | None, policy: str | None, **options: Any) -> int:
    """Returns the exit code; raises `UsageError` for an unknown rule."""
    from policyengine.cli.loading import load
    from policyengine.output import json, rule_page
    from policyengine.output.text import Style

    if policy is None:
        configured = read_config(Path.cwd()).settings.get("policy")
        policy = configured.value if configured else None
    choice = choose_policy(policy, Path.cwd())
    loaded = load(choice.path, shown=choice.folder)
    rules = {known.id: known for known in loaded.rules}
    style = Style(console.width(), console.wants_color(options["color"], sys.stdout), is_unicode())
    data = options["format"] == "json"
    if rule is None:
        rows = [rule_page.row(known) for known in loaded.rules]
        made = json.text(rows) + "\n" if data else rule_page.listing(rows, style)
    elif rule not in rules:
        hint = did_you_mean(rule, rules) or "`policyengine explain` lists the rules"
        message = f"{quoted(loaded.id)} has no rule {quoted(rule)}"
        raise UsageError(Diagnostic("unknown-rule", message, hint=hint))
    else:
        found = rule_page.describe(rules[rule], loaded.core, loaded.schema)
        made = json.text(found) + "\n" if data else rule_page.page(found, style)
    output = StandardOutput(data=data)
    output.write(made)
    output.commit()
    return 0
