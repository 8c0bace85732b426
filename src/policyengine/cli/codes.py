"""Codes of the diagnostics that commands, and what only they run, make; one line each."""

from __future__ import annotations

from collections.abc import Mapping

CODES: Mapping[str, str] = {
    "usage": "the command line makes no sense",
    "unknown-variable": "a variable of the environment that looks like a setting and is none",
    "no-deals": "a folder or a pattern that matches no terms document",
    "bad-as-of": "the as-of date is no date",
    "one-deal": "a question about one deal is given several",
    "bad-cost": "the cost of a term is no number above 0",
    "bad-target": "a verdict that no path leads to on purpose",
    "no-proposal": "there is no proposal to write as a patch or a document",
    "no-common-deal": "no deal fits the terms schemas of both policies",
    "solver-missing": "the solver z3 is not installed",
    "lsp-missing": "pygls, which the language server needs, is not installed",
    "cannot-write": "the output cannot be written",
    "output-is-input": "the output would overwrite a file that is read",
    "blank-line": "a blank line in JSON Lines, where each line is a deal",
    "standard-input": "standard input is asked for twice, or is closed",
    "bad-parameters": "a file of parameter overrides is not a mapping",
    "unknown-rule": "the policy has no rule of that id",
    "unknown-kind": "there is no schema of that kind of document",
    "not-a-site": "the folder of a site holds something that `doc` did not write",
    "file-exists": "a file that `init` would write is there already",
    "nothing-to-format": "a path with no YAML document in it to format",
    "no-tests": "a policy without test cases, or a selection of cases that is empty",
    "nothing-to-lint": "a path that is no policy and no folder of policies",
    "unknown-check": "there is no check of that code",
    "fix-refused": "a fix would change what the policy means, or could not be read",
    "nothing-to-validate": "a path with nothing in it to validate",
    "unknown-command": "a negotiation has no command of that name",
    "bad-command": "a command of a negotiation lacks a part, or has one too many",
    "ambiguous-term": "the last words of a path are those of several terms",
    "git-unavailable": "revisions cannot be read: git is not there, or there is no repository",
    "unknown-revision": "there is no such revision, or no such path in it",
    "revision-refused": "a revision holds what is not laid out: links, submodules, too much",
    "internal": "an error of the program itself while deciding a deal; no verdict",
}
