"""What a rule lets the counterparty know: sentences that can hold nothing of one's own."""

from __future__ import annotations

from policyengine import core
from policyengine.document import RuleDoc, Text
from policyengine.lowering.scope import Scope
from policyengine.lowering.templates import lower_template


def lower_public(doc: RuleDoc, scope: Scope) -> core.Public | None:
    """The sentences under `public`; an error for a placeholder that is no term of the deal."""
    if doc.public is None:
        return None
    if doc.level == "advisory":
        scope.diagnostics.error(
            "public-sentence",
            "advice is never shown to the counterparty, so it has no `public`",
            doc.public.span,
        )
    say = _sentence(doc.public.say, scope)
    if say is None:
        return None
    return core.Public(say, _sentence(doc.public.open, scope), _sentence(doc.public.ask, scope))


def _sentence(written: Text | None, scope: Scope) -> core.Template | None:
    found = lower_template(written, scope)
    for part in found.parts if found is not None else ():
        if not isinstance(part, str | core.Term):
            scope.diagnostics.error(
                "public-sentence",
                "a public sentence would show what the deal does not state",
                part.span,
                "its placeholders are terms; parameters, derived terms and scores are one's own",
            )
    return found
