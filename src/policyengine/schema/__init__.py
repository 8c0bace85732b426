"""The terms schema: which terms there are, what each may be, and what silence means.

Read from a JSON Schema (2020-12) whose objects are groups and whose leaves are terms. Only
the keywords below are supported and every other is refused, so that nothing a schema says is
ignored. Groups are closed: a term that the schema does not name is always an error.

`model` terms and shapes · `keywords` which stand where · `choices` what is listed ·
`bounds` limits held against each other · `references` where a `$ref` leads · `shapes` what a
value may be · `reader` groups and terms · `convert` values held to their shapes ·
`numerals` numbers as people write them · `words` for messages.
"""

from __future__ import annotations

from policyengine.schema.convert import (
    MAX_DEPTH,
    MAX_PROBLEMS,
    Pointer,
    Problem,
    convert,
)
from policyengine.schema.model import (
    RESERVED,
    SCOPE_NAMES,
    Group,
    Shape,
    TermSpec,
    TermsSchema,
)
from policyengine.schema.reader import (
    read_schema,
    schema_from_data,
)
from policyengine.schema.references import (
    RefReader,
)
from policyengine.schema.words import (
    canonical,
    found,
    some,
)

__all__ = [
    "Group",
    "MAX_DEPTH",
    "MAX_PROBLEMS",
    "Pointer",
    "Problem",
    "RESERVED",
    "RefReader",
    "SCOPE_NAMES",
    "Shape",
    "TermSpec",
    "TermsSchema",
    "canonical",
    "convert",
    "found",
    "read_schema",
    "schema_from_data",
    "some",
]
