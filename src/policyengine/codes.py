"""Every code of a diagnostic, and what it means in one line.

Each has a page, docs/diagnostics/<code>.md, that says what to do about it. A code says what
is wrong, whatever stage finds it: `unknown-term` is one in a rule, in a deal and in a test.
Checks of a report (`output.report`) that are about no diagnostic have codes of their own.
"""

from __future__ import annotations

from collections.abc import Mapping

#: bytes, YAML, JSON and files
READING: Mapping[str, str] = {
    "document-size": "the document is larger than the reader accepts",
    "document-depth": "mappings and lists are nested too deep",
    "document-nodes": "the document has too many values",
    "document-scalar": "one text of the document is too long",
    "document-encoding": "the document is not UTF-8",
    "document-character": "a character that no document may contain",
    "duplicate-key": "a key is written twice in one mapping",
    "key-character": "a key contains an invisible character",
    "key-not-normalized": "a key is not in Unicode normal form NFC (warning)",
    "number-range": "a number that cannot be kept exactly",
    "number-not-finite": "NaN or an infinity stands for a number",
    "yaml-syntax": "not valid YAML",
    "yaml-tab": "a tab indents a line",
    "yaml-indentation": "a line is indented so that it belongs nowhere",
    "yaml-unquoted": "a text that YAML cannot read without quotes",
    "yaml-colon": "`: ` inside a text without quotes",
    "yaml-unclosed": "a quote or bracket is never closed",
    "yaml-escape": "a backslash in double quotes is not an escape",
    "yaml-directive": "a directive other than `%YAML 1.2`",
    "yaml-several-documents": "more than one document in a file",
    "yaml-tag": "a tag, such as `!include`",
    "yaml-merge-key": "a merge key `<<`",
    "yaml-key-type": "a key that is not a text, such as `1` or `true`",
    "yaml-complex-key": "a mapping, list or alias as a key",
    "yaml-unknown-alias": "an alias without its anchor",
    "yaml-alias-cycle": "an alias inside what it names",
    "yaml-alias-limit": "too many aliases",
    "yaml-unused-anchor": "an anchor that nothing refers to (warning)",
    "yaml-comment-cut": "a comment that probably cuts a text short (warning)",
    "yaml-comma-cut": "a comma inside brackets cuts a text or a number in two",
    "yaml-placeholder": "`{name}` without quotes, which is a mapping (warning)",
    "json-syntax": "not valid JSON",
    "json-unclosed": "a quote or bracket is never closed",
    "json-comment": "a comment in JSON",
    "json-trailing-comma": "a comma before a closing bracket",
    "json-number": "a number that JSON does not write like this",
    "json-escape": "a backslash in a text is not an escape",
    "json-control-character": "a control character inside a text",
    "json-surrogate": "half of a surrogate pair",
    "file-missing": "the file does not exist",
    "file-kind": "not a regular file",
    "file-name": "a name that no file can have",
    "file-link-loop": "a symbolic link that leads back to itself",
    "file-unreadable": "the file cannot be read",
    "file-suffix": "neither .yaml, .yml nor .json",
}

#: a policy, its rules, tests and waivers, as written
_DOCUMENTS = {
    "bad-shape": "a key takes another kind of value",
    "missing-key": "a document lacks a key it needs",
    "unknown-key": "a key that the document does not have",
    "bad-value": "a key takes one of a few values, and this is none of them",
    "bad-id": "an id holds characters it may not",
    "bad-name": "a name holds characters that an expression could not write",
    "bad-date": "a date, time or duration is not written as one, or does not exist",
    "bad-digest": "a digest is not `sha256:` and 64 hex digits",
    "bad-order": "dated values are not in the order of their dates",
    "empty-list": "a list that needs an entry has none",
    "require-or-forbid": "a rule has both `require` and `forbid`, or neither",
    "never-in-force": "a rule is never in force",
    "bad-row": "a row of a table has another number of cells than the table has inputs",
}

#: a policy folder, and the paths in its documents
_LOADING = {
    "no-manifest": "a policy has no manifest",
    "second-manifest": "a policy has more than one manifest",
    "unexpected-file": "a file in a policy folder is no part of a policy",
    "too-many-files": "a policy folder holds too many files",
    "absolute-path": "a path in a document is absolute",
    "remote-path": "a path in a document is an address of the network",
    "outside-root": "a path in a document leads out of the project",
    "terms-schema": "the terms schema of a policy cannot be read",
    "no-rules": "a policy has no rules",
}

#: the terms schema
_SCHEMA = {
    "schema-shape": "a keyword of the terms schema has the wrong kind of value",
    "schema-type": "a term of the schema has no type, or one that there is not",
    "schema-keyword": "the terms schema uses a keyword that is not supported there",
    "schema-name": "a name in the terms schema could not be written in a rule",
    "schema-ref": "a `$ref` in the terms schema leads nowhere it may",
    "schema-bounds": "bounds in the terms schema leave no value, or exclude one that is listed",
    "schema-default": "a default in the terms schema is no value of its term",
    "schema-pattern": "a regular expression in the terms schema is refused",
    "schema-labels": "a label in the terms schema is for no value of its term",
    "open-group": "a group of the terms schema does not say that it is closed (warning)",
    "reserved-name": "a name has a meaning already",
}

#: the terms of a deal
_TERMS = {
    "terms-shape": "a terms document is not a mapping, or is a file of a policy",
    "unknown-term": "the terms schema has no term of that path",
    "missing-required": "a deal does not state what its schema requires",
    "wrong-type": "a value has another type than the schema gives its term",
    "not-in-enum": "a value is none of those that the schema lists",
    "out-of-bounds": "a value lies outside the bounds of the schema",
    "bad-number": "a number in the terms is none, or cannot be kept exactly",
    "bad-text": "a text in the terms holds what is no character",
    "duplicate-item": "a list that has each item once repeats one",
    "must-apply": "a deal lists a term as not applicable that applies to every deal",
    "not-applicable-stated": "a deal states a term that it lists as not applicable",
}

#: conditions, tables, sentences and names
_CONDITIONS = {
    "not-a-condition": "something else stands where a condition is asked for",
    "empty-condition": "a condition or a test says nothing",
    "mixed-condition": "a combinator has something beside it in its mapping",
    "ambiguous-negation": "several tests under `forbid` or `not` can be read in two ways",
    "never-true": "a condition can never hold",
    "constant-condition": "a condition comes out the same for every deal (warning)",
    "misplaced-operator": "an operator stands where a term is asked for",
    "unknown-operator": "there is no operator of that name",
    "operator-type": "an operator does not fit the type of the term",
    "list-shorthand": "a list beside a list term can mean several things",
    "looks-like-expression": "a text beside a term looks like an expression and is none (warning)",
    "bad-operand": "what a term is compared with has the wrong form",
    "null-operand": "a test against null",
    "empty-operand": "a test against an empty list of values",
    "empty-range": "nothing lies between two bounds",
    "bad-pattern": "a regular expression is refused",
    "bad-placeholder": "a sentence holds a placeholder that names no value",
    "public-sentence": "a sentence for the counterparty shows what is one's own, or is never shown",
    "bad-hit-policy": "a table has a hit policy that there is not",
    "unranked-outputs": "a table ranks its outputs, and there is no order of them",
    "group-not-term": "a group of terms stands where a term is asked for",
    "unknown-parameter": "the policy has no parameter of that name",
    "unknown-score": "the policy has no scorecard of that name",
    "definition-cycle": "a derived term is defined by itself",
    "duplicate-id": "two rules have one id",
    "duplicate-name": "two derived terms, tables or scorecards have one name",
    "unused-parameter": "no rule reads a parameter (warning)",
    "unused-definition": "no rule reads a derived term (warning)",
}

#: expressions, before their types are looked at
_EXPRESSIONS = {
    "feel-syntax": "an expression cannot be read",
    "feel-number": "a numeral in an expression is not a number",
    "feel-string": "a text in an expression is not closed or holds what is no character",
    "feel-type": "an expression names a type that there is not",
    "feel-unsupported": "an expression uses a part of FEEL that is left out",
    "feel-too-deep": "an expression is nested too deep",
    "feel-too-long": "an expression is too long",
    "feel-budget": "a plain FEEL expression took more steps, or made more, than it may",
}

#: types
_TYPES = {
    "type-mismatch": "types that do not fit each other",
    "unit-mismatch": "numbers of different units are compared or added",
    "not-ordered": "values that have no order are compared by it",
    "unknown-field": "a value has no field of that name",
    "unknown-function": "there is no function of that name",
    "bad-arguments": "a function is called with arguments it does not take",
    "constant-error": "an expression fails or is null whatever the deal says",
}

#: what makes a rule unknown while a deal is decided
_DECIDING = {
    "division-by-zero": "a division by zero while evaluating",
    "overflow": "a result is beyond what a number, a date or a text can hold",
    "invalid-argument": "a function or an operator is not defined for a value",
    "bad-conversion": "a text cannot be converted as the expression asks",
    "bad-index": "a list has no element at an index",
    "mixed-offsets": "times with and without a zone are compared",
    "table-no-match": "no row of a table matches, and it has no default",
    "table-not-unique": "more than one row of a table with hit policy `U` matches",
    "table-disagrees": "matching rows of a table with hit policy `A` disagree",
    "budget-exceeded": "a rule took more steps than it may",
}

#: canonical form
_FORMATTING = {
    "format-refused": "the canonical form of a document would not say the same; nothing is written",
}

#: a call that cannot be answered
_CALLS = {
    "other-decision": "a statement is asked for on terms that a decision is not about",
    "as-of-needed": "the policy depends on the date, and none was given",
    "executors-disagree": "two ways of evaluating gave different outcomes; no verdict",
    "rete-refused": "the rete engine gave a result that cannot be trusted; no verdict",
    "engine-unavailable": "a way of evaluating needs a package that is not installed",
    "unknown-engine": "there is no way of evaluating of that name",
    "bad-flag": "`final` or `assume` is neither `True` nor `False`",
    "bad-explain": "`explain` is neither `fails` nor `full`",
    "bad-waivers": "`waivers` is not what `Waivers.load` gives",
    "bad-format": "a text is to be read as neither YAML nor JSON",
    "parameter-not-in-force": "a dated parameter has no value yet on the as-of date",
    "decision-budget-exceeded": "a decision took more steps than it may",
}

#: a negotiation, and its transcript
_SESSION = {
    "not-stated": "a term is changed or withdrawn that the deal does not state",
    "nothing-to-undo": "there is no step to take back",
    "bad-transcript": "a transcript is damaged, or no transcript",
    "transcript-policy": "a transcript was made under another text of the policy",
    "transcript-waivers": "a transcript was made with other waivers",
    "transcript-in-use": "another session is writing to a transcript",
}

#: a policy that is loaded again while it is in use
_STORE = {
    "reload-failed": "an error of the program itself while a policy was loaded again",
    "policy-changing": "the files of a policy keep changing while they are read",
}

#: policies kept between runs
_CACHE = {
    "cache-folder": "the folder given for the cache is one that it may not lie in",
}

#: validation
_VALIDATION = {
    "no-policy-around": "a file was checked without the policy it belongs to (warning)",
    "schema-violation": "a document violates its published schema",
}

#: what the analysis finds; `analysis.audit` says how much each counts
ANALYSIS: Mapping[str, str] = {
    "never-applies": "a rule applies to no deal",
    "never-fails": "a rule objects to no deal",
    "never-passes": "a rule is met by no deal that it applies to",
    "never-alone": "a rule objects to no deal to which no other rule objects",
    "implied-rule": "a rule objects only where one other rule does",
    "equivalent-rules": "two rules object to the same deals",
    "contradicting-rules": "two rules are never met together where both apply",
    "conflicting-rules": "no deal meets some mandatory rules together",
    "never-accepted": "no deal is accepted",
    "never-met": "no acceptable deal meets a negotiable rule",
    "idle-condition": "a part of a rule never makes a difference",
    "missing-row": "a table has no row for some deal",
    "overlapping-rows": "rows of a table match a deal that only one may match",
    "idle-row": "a row of a table is the one for no deal",
    "idle-parameter": "the value of a parameter makes no difference",
    "settled-score": "a comparison with a score comes out the same for every deal",
    "idle-item": "an item of a scorecard counts for no deal",
}

#: the project's settings
SETTINGS: Mapping[str, str] = {
    "bad-config": "the project's settings file cannot be read",
    "unknown-setting": "the project's settings hold a key that is no setting",
    "bad-setting": "a setting has a value it cannot take",
    "two-configs": "a folder holds settings in both policyengine.toml and pyproject.toml",
    "no-policy": "no policy was named and none was found",
    "several-policies": "no policy was named and more than one was found",
    "unknown-policy": "no policy has the name that was given",
}

#: commands, and what only they run
COMMANDS: Mapping[str, str] = {
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

CODES: Mapping[str, str] = {
    **READING,
    **_DOCUMENTS,
    **_LOADING,
    **_SCHEMA,
    **_TERMS,
    **_CONDITIONS,
    **_EXPRESSIONS,
    **_TYPES,
    **_DECIDING,
    **_FORMATTING,
    **_CALLS,
    **_SESSION,
    **_STORE,
    **_VALIDATION,
    **_CACHE,
    **ANALYSIS,
    **SETTINGS,
    **COMMANDS,
}

#: checks that do not go well and have no diagnostic to say why; they have no pages
CHECKS: Mapping[str, str] = {
    "failed": "a check failed",
    "unknown": "a check could not be settled",
    "skipped": "a check was not made, or does not count",
    "error": "a check could not be made",
    "nothing-applied": "no rule of the policy applies to the deal",
    "not-canonical": "a document is not in canonical form",
    "test-case": "a case of a test file comes out otherwise than it says",
    "coverage": "the cases of a policy cover less of it than is asked for",
    "mutants": "how many changes to a policy its cases tell",
    "mutant-survives": "a change to a policy that none of its cases tells",
    "mutant-unused": "a change is listed as one that no case tells, and a case does",
    "policy-changed": "the manifest of a policy differs between its versions",
    "parameter-changed": "a parameter differs between two versions of a policy",
    "definition-changed": "a derived term differs between two versions of a policy",
    "table-changed": "a table differs between two versions of a policy",
    "scorecard-changed": "a scorecard differs between two versions of a policy",
    "interest-changed": "an interest differs between two versions of a policy",
    "term-changed": "a term of the schema differs between two versions of a policy",
    "verdict-flips": "a deal has another verdict under the new policy",
    "outcome-flips": "rules come out otherwise for a deal, and its verdict is the same",
    "proof-differs": "some deal that the schemas allow comes out otherwise under the new policy",
    "proof-open": "whether some deal comes out otherwise was not settled within the limits",
    "verdict-moved": "the verdict of one draft is not that of the draft before it",
}
