"""What an audit finds, what it rests on, and what stayed open."""

from __future__ import annotations

from policyengine.analysis.audit.codes import KINDS
from policyengine.errors import Diagnostic, Severity
from policyengine.source import Span
from policyengine.symbolic.verifier import Replay
from policyengine.values.record import Record


class Shown(Record):
    """A deal that shows something, decided by the reference; `what` says what it shows."""

    what: str
    replay: Replay


class Ground(Record):
    """Why something is said of all deals. `proved`: nothing was left out but what `cover`
    names; otherwise `limits` names what the solver left open."""

    proved: bool
    cover: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()


class Finding(Record):
    """One thing found. `rules` are the ids of the rules it is about; `shown` are deals."""

    code: str
    message: str
    span: Span
    rules: tuple[str, ...]
    ground: Ground
    hint: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    shown: tuple[Shown, ...] = ()

    @property
    def severity(self) -> Severity:
        """What is not proved is worth a look, and no more."""
        return KINDS[self.code][0] if self.ground.proved else Severity.NOTE

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            self.code, self.message, self.span, self.severity, self.hint, self.related
        )


class Open(Record):
    """A question that stayed open, and why; `code` is what was asked for."""

    code: str
    about: str
    why: str


class Audit(Record):
    """`asked` questions went to the solver, about `deals` were decided first; `spurious`
    answers of it were decided otherwise by the reference: faults, never shown. `set_aside`
    are rules that are not in force on the day. `cut` says why not everything was looked at,
    where the caller called it off."""

    findings: tuple[Finding, ...]
    open: tuple[Open, ...]
    rules: int
    asked: int
    deals: int
    spurious: int
    set_aside: tuple[str, ...] = ()
    cut: str | None = None
