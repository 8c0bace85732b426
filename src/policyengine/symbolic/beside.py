"""A second deal beside a first one: the same variables wherever the two are to agree."""

from __future__ import annotations

from collections.abc import Callable, Container

from policyengine.schema import TermSpec, TermsSchema
from policyengine.symbolic.mentions import Mentions
from policyengine.symbolic.space import Space
from policyengine.symbolic.values import Value


class Beside(Space):
    """The deals under a schema that agree with those of `first`, but for terms `apart`.

    A term that both schemas have alike has the same variables. One that they have otherwise
    has its own, which `link` is told of as they are made, and so has one that is `apart`. Terms
    that the first schema does not have are its own as well.
    """

    def __init__(
        self,
        first: Space,
        schema: TermsSchema,
        mentions: Mentions,
        *,
        apart: Container[str] = (),
        link: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.first = first
        self.apart = apart
        self._link = link
        super().__init__(
            schema,
            mentions,
            document=first._document,
            exact=first.exact,
            assume=first.assume,
            listed=first.listing,
            list_length=first.list_length,
            texts=first.texts,
        )

    def _name(self, path: str) -> str:
        return f"other {path}"

    def _make(self, path: str) -> Value:
        first = self.first
        mine, theirs = self.schema.terms[path], first.schema.terms.get(path)
        if path not in self.apart and theirs is not None and alike(mine, theirs):
            value = self._values[path] = first.raw(path)
            self._stated[path] = first.stated(path)
            self._not_applicable[path] = first.not_applicable(path)
            self._in_group(path)
            return value
        value = super()._make(path)
        if path not in self.apart:
            self._link(path)
        return value


def alike(one: TermSpec, other: TermSpec) -> bool:
    """Whether two schemas have a term alike, for all that a rule may read of it."""
    return (
        one.shape == other.shape
        and one.required == other.required
        and one.has_default == other.has_default
        and one.default == other.default
        and one.may_not_apply == other.may_not_apply
    )
