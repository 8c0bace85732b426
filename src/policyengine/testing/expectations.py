"""What a case expects of its decision, as written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from policyengine import nodes
from policyengine.decision import Outcome, Verdict
from policyengine.document import Entries
from policyengine.errors import Diagnostics, did_you_mean
from policyengine.nodes import Node, Scalar
from policyengine.source import Span, quoted
from policyengine.values.record import Record

if TYPE_CHECKING:
    from policyengine.engine import Policy

KINDS = ("verdict", "outcomes", "missing", "scores", "messages", "errors")
_OUTCOMES = tuple(outcome.value for outcome in Outcome)
_VERDICTS = tuple(verdict.value for verdict in Verdict)
_SCORE = ("value", "low", "high")


class Expectation(Record):
    """One thing a case expects.

    `kind` is one of `KINDS`; `subject` the rule, scorecard, path or code it is about, None for
    the verdict and for an empty list (nothing missing, no errors). `wanted` is a word, a part
    of a message, or, for a score, a mapping of `value`, `low` and `high` to numbers or None.
    """

    kind: str
    subject: str | None
    wanted: Any
    span: Span


def read_expectations(
    node: Node | None, diagnostics: Diagnostics, policy: Policy | None
) -> tuple[Expectation, ...]:
    """Everything a case expects; a case that expects nothing is reported."""
    if node is None:
        return ()
    if not isinstance(node, nodes.Mapping) or not node.entries:
        diagnostics.error(
            "bad-shape",
            "`expect` must be a mapping that says what the decision is",
            node.span,
            "for instance `{verdict: reject}`",
        )
        return ()
    entries = Entries(node, "`expect`", KINDS, diagnostics)
    entries.choice("verdict", _VERDICTS, None)
    read = _Reader(diagnostics, policy)
    found: list[Expectation] = []
    for key, value in node.entries:
        reader = read.by_kind.get(str(key.value))
        if reader is not None:
            found += reader(value)
    return tuple(found)


class _Reader:
    def __init__(self, diagnostics: Diagnostics, policy: Policy | None) -> None:
        self.diagnostics = diagnostics
        self.rules = [rule.id for rule in policy.rules] if policy else None
        self.scorecards = list(policy.core.scorecards) if policy else None
        self.by_kind: dict[str, Callable[[Node], Iterable[Expectation]]] = {
            "verdict": self.verdict,
            "outcomes": self.outcomes,
            "missing": lambda node: self.listed("missing", "paths of terms", node),
            "scores": self.scores,
            "messages": self.messages,
            "errors": lambda node: self.listed("errors", "codes of errors", node),
        }

    def verdict(self, node: Node) -> Iterable[Expectation]:
        yield Expectation("verdict", None, nodes.plain(node), node.span)

    def outcomes(self, node: Node) -> Iterable[Expectation]:
        for key, value in self.entries("outcomes", "rules", node):
            self.known("unknown-rule", "rule", key, self.rules)
            word = value.value if isinstance(value, Scalar) else None
            if word not in _OUTCOMES:
                self.diagnostics.error(
                    "bad-value",
                    f"{quoted(word)} is no outcome; expected one of "
                    + ", ".join(f"`{name}`" for name in _OUTCOMES),
                    value.span,
                    did_you_mean(str(word), _OUTCOMES),
                )
            yield Expectation("outcomes", str(key.value), word, key.span)

    def messages(self, node: Node) -> Iterable[Expectation]:
        for key, value in self.entries("messages", "rules", node):
            self.known("unknown-rule", "rule", key, self.rules)
            for part in value.items if isinstance(value, nodes.Sequence) else (value,):
                text = part.value if isinstance(part, Scalar) else None
                if not isinstance(text, str) or not text.strip():
                    message = "a message is expected to contain a text, or each of several"
                    self.diagnostics.error("bad-shape", message, part.span)
                yield Expectation("messages", str(key.value), text, part.span)

    def scores(self, node: Node) -> Iterable[Expectation]:
        for key, value in self.entries("scores", "scorecards", node):
            self.known("unknown-score", "scorecard", key, self.scorecards)
            wanted = nodes.plain(value)
            if not isinstance(wanted, dict):
                wanted = {"value": wanted}
            elif not wanted or not wanted.keys() <= set(_SCORE):
                message = "a score is expected to have a `value`, a `low`, a `high`"
                self.diagnostics.error("bad-shape", message, value.span)
            for part in wanted.values():
                if part is not None and not isinstance(part, Decimal):
                    message = "a score is a number, or null while it is unknown"
                    self.diagnostics.error("bad-shape", message, value.span)
            yield Expectation("scores", str(key.value), wanted, key.span)

    def listed(self, kind: str, what: str, node: Node) -> Iterable[Expectation]:
        """A list of texts; an empty one expects that there are none."""
        if not isinstance(node, nodes.Sequence):
            self.diagnostics.error("bad-shape", f"`{kind}` is a list of {what}", node.span)
            return
        if not len(node):
            yield Expectation(kind, None, None, node.span)
        for item in node:
            word = item.value if isinstance(item, Scalar) else None
            if not isinstance(word, str) or not word:
                self.diagnostics.error("bad-shape", f"`{kind}` is a list of {what}", item.span)
                continue
            yield Expectation(kind, word, word, item.span)

    def entries(self, kind: str, what: str, node: Node) -> tuple[tuple[Scalar, Node], ...]:
        if not isinstance(node, nodes.Mapping) or not node.entries:
            message = f"`{kind}` maps {what} to what is expected of them"
            self.diagnostics.error("bad-shape", message, node.span)
            return ()
        return node.entries

    def known(self, code: str, what: str, key: Scalar, known: list[str] | None) -> None:
        if known is not None and key.value not in known:
            message = f"there is no {what} {quoted(key.value)}"
            self.diagnostics.error(code, message, key.span, did_you_mean(str(key.value), known))
