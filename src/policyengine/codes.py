"""Every code of a diagnostic, and what it means in one line.

Each has a page, docs/diagnostics/<code>.md, that says what to do about it. A code says what
is wrong, whatever stage finds it: `unknown-term` is one in a rule, in a deal and in a test.
"""

from __future__ import annotations

from collections.abc import Mapping

from policyengine import config, reading
from policyengine.analysis.audit.codes import CODES as ANALYSIS
from policyengine.cli.codes import CODES as COMMAND

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
    "schema-default": "a default in the terms schema is no value of its term",
    "schema-pattern": "a regular expression in the terms schema is refused",
    "schema-labels": "a label in the terms schema is for no value of its term",
    "open-group": "a group of the terms schema does not say that it is closed (warning)",
    "reserved-name": "a name has a meaning already",
}

#: the terms of a deal
_TERMS = {
    "terms-shape": "a terms document is not a mapping",
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

CODES: Mapping[str, str] = {
    **reading.CODES,
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
    **config.CODES,
    **COMMAND,
}
