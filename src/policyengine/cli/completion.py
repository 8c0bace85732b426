"""`policyengine completion`: the script that teaches a shell the command's words."""

from __future__ import annotations

import click

from policyengine.cli.writing import StandardOutput

_HELP = """Print a completion script for a shell.

\b
Set it up once, here for each user:
  policyengine completion bash \\
    > ~/.local/share/bash-completion/completions/policyengine
  policyengine completion zsh > "${fpath[1]}/_policyengine"
  policyengine completion fish \\
    > ~/.config/fish/completions/policyengine.fish
"""
_EPILOG = "Exit codes: 0 printed, 2 there is no such shell."


@click.command(name="completion", help=_HELP, epilog=_EPILOG)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def command(shell: str) -> int:
    """Returns the exit code."""
    from click.shell_completion import get_completion_class

    from policyengine.cli.app import app

    kind = get_completion_class(shell)
    assert kind is not None
    made = kind(app, {}, "policyengine", "_POLICYENGINE_COMPLETE")
    # `source()` would start a bash to ask its version; the template is the same.
    output = StandardOutput(data=True)
    output.write((made.source_template % made.source_vars()).lstrip("\n"))
    output.commit()
    return 0
