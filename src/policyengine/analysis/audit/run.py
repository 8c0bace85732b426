"""An audit: everything that is looked for, over one policy, in one order."""

from __future__ import annotations

from collections.abc import Callable, Collection
from fnmatch import fnmatchcase

from policyengine.analysis.audit.codes import KINDS
from policyengine.analysis.audit.findings import Audit, Finding
from policyengine.analysis.audit.inquiry import Inquiry
from policyengine.analysis.audit.notes import Notes
from policyengine.analysis.audit.parts import PartAudit
from policyengine.analysis.audit.rules import RuleAudit
from policyengine.analysis.audit.sample import Sample
from policyengine.analysis.audit.tables import TableAudit
from policyengine.analysis.audit.together import TogetherAudit
from policyengine.analysis.audit.values import ParameterAudit, ScoreAudit
from policyengine.analysis.limit import STOPPED, Limit
from policyengine.analysis.setting import At
from policyengine.core import Rule
from policyengine.engine import Policy
from policyengine.errors import Diagnostic, UsageError, did_you_mean
from policyengine.source import quoted

#: seconds for the whole audit
SECONDS = 120.0

_ONE_BY_ONE = frozenset(
    {"never-applies", "never-fails", "never-passes", "never-alone", "implied-rule",
     "equivalent-rules"}
)  # fmt: skip


def audit(
    policy: Policy,
    at: At | None = None,
    *,
    codes: Collection[str] = tuple(KINDS),
    rules: str = "*",
    seconds: float = SECONDS,
    work: int | None = None,
    stop: Callable[[], bool] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Audit:
    """What is wrong with a policy whatever the deal, in the order of its documents.

    `codes` are those looked for, `rules` a pattern of the ids of rules that findings are to be
    about. `seconds` bounds the whole, `work` each question; what they cut off is open. `stop` may
    call it off; what was found until then is given. Raises `UsageError` for a code or a pattern
    that there is nothing of, and as `Policy.evaluate`.
    """
    for code in codes:
        if code not in KINDS:
            raise UsageError(
                Diagnostic(
                    "unknown-check",
                    f"{quoted(code)} is the code of nothing that is looked for",
                    hint=did_you_mean(code, KINDS) or "docs/proofs.md lists them",
                )
            )
    chosen = [rule for rule in policy.core.rules if fnmatchcase(rule.id, rules)]
    if not chosen:
        raise UsageError(Diagnostic("unknown-rule", f"the policy has no rule like {quoted(rules)}"))
    limit = Limit(seconds, stop)
    return _Run(Inquiry(policy, at or At(), limit=limit, work=work), set(codes), tell).run(
        chosen, everything=rules == "*"
    )


class _Run:
    def __init__(self, inquiry: Inquiry, codes: set[str], tell: Callable[[str], None]) -> None:
        self.inquiry = inquiry
        self.codes = codes
        self._tell = tell
        self.notes = Notes()
        #: deals that were decided first
        self.deals = 0

    def tell(self, text: str) -> None:
        self.inquiry.limit.stopped()
        self._tell(text)

    def run(self, chosen: list[Rule], *, everything: bool) -> Audit:
        inquiry, notes = self.inquiry, self.notes
        looked = [rule for rule in chosen if inquiry.in_force(rule)]
        try:
            self._look(looked, everything=everything)
        except KeyboardInterrupt as pressed:
            inquiry.limit.interrupted(pressed)
        return Audit(
            tuple(sorted((f for f in notes.findings if self._wanted(f, chosen)), key=_place)),
            tuple(each for each in notes.open if each.code in self.codes),
            len(looked),
            inquiry.asked,
            self.deals,
            inquiry.problem.spurious,
            tuple(rule.id for rule in chosen if not inquiry.in_force(rule)),
            STOPPED if inquiry.limit.cut == STOPPED else None,
        )

    def _look(self, looked: list[Rule], *, everything: bool) -> None:
        inquiry, notes, codes = self.inquiry, self.notes, self.codes
        self.tell("deciding deals")
        sample = Sample(inquiry)
        self.deals = len(sample.deals)
        in_force = [rule for rule in inquiry.policy.core.rules if inquiry.in_force(rule)]
        one_by_one = RuleAudit(inquiry, sample, notes)
        if codes & (_ONE_BY_ONE | {"contradicting-rules", "idle-condition"}):
            for rule in looked:
                self.tell(f"looking at {rule.id}")
                one_by_one.look(rule)
        together = TogetherAudit(
            inquiry, sample, notes, [rule for rule in in_force if rule.id not in one_by_one.dead]
        )
        if "contradicting-rules" in codes:
            self.tell("looking at pairs of rules")
            together.pairs([rule.id for rule in looked])
        if everything and codes & {"conflicting-rules", "never-accepted", "never-met"}:
            self.tell("looking for a deal that is accepted")
            together.sets()
        if "idle-condition" in codes:
            parts = PartAudit(inquiry, notes)
            for rule in looked:
                if rule.id not in one_by_one.dead:
                    self.tell(f"looking at the parts of {rule.id}")
                    parts.look(rule)
        if everything:
            self._rest()

    def _rest(self) -> None:
        inquiry, notes, codes = self.inquiry, self.notes, self.codes
        policy = inquiry.policy.core
        if codes & {"missing-row", "overlapping-rows", "idle-row"}:
            for definition in policy.definitions.values():
                self.tell(f"looking at {definition.name}")
                TableAudit(inquiry, notes).look(definition)
        if "idle-parameter" in codes:
            for parameter in policy.parameters.values():
                self.tell(f"looking at the parameter {parameter.name}")
                ParameterAudit(inquiry, notes).look(parameter)
        if codes & {"settled-score", "idle-item"}:
            ScoreAudit(inquiry, notes).look()

    def _wanted(self, finding: Finding, chosen: list[Rule]) -> bool:
        if finding.code not in self.codes:
            return False
        ids = {rule.id for rule in chosen}
        return not finding.rules or bool(ids & set(finding.rules))


def _place(finding: Finding) -> tuple[str, int, str, str]:
    return (finding.span.file, finding.span.start, finding.code, finding.message)
