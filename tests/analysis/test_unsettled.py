"""Where the solver does not say, nothing is said: whatever question stays open, by work, time,
memory or Ctrl-C, what is still called proved is so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.analysis.test_claims import FLAG, NUMBER, policy

from policyengine.analysis.agreement import agree
from policyengine.analysis.audit.run import audit
from policyengine.analysis.equivalence import Relation, compare_policies
from policyengine.analysis.sets import hitting, smallest
from policyengine.errors import UsageError
from policyengine.symbolic.solver import Solver, Status
from policyengine.symbolic.z import z3

KIND = {"enum": ["a", "b", "c"]}
TERMS = {"x": NUMBER, "y": NUMBER, "kind": KIND, "z": FLAG}
#: a rule that another implies, two that no deal meets, a part that never decides
FAULTY = policy(
    TERMS,
    {"require": "x + y > 7"},
    {"require": "x + y > 5"},
    {"require": {"kind": ["b", "c"]}},
    {"require": {"all": [{"kind": "a"}, {"z": True}]}, "applies": "x >= 0"},
    {"require": {"any": [{"z": True}, {"x": {"at_most": 10}}]}, "level": "negotiable"},
)
OLD = policy(TERMS, {"require": "x + y > 7"}, {"require": {"kind": ["b", "c"]}})
SAME = policy(TERMS, {"require": "y + x > 7"}, {"forbid": {"kind": "a"}})
STRICT = policy(TERMS, {"require": "x + y > 8"}, {"require": {"kind": ["b", "c"]}})
OTHER = policy(TERMS, {"require": "x < 3"}, {"require": "y < 4"}, {"require": {"z": True}})


@contextmanager
def open_at(number: int, patch: pytest.MonkeyPatch, *, all_after: bool) -> Iterator[list[int]]:
    """The question of a number stays open, and maybe all after it."""
    asked, said = [0], Solver.ask

    def ask(solver: Solver, *assumed: Any) -> Status:
        asked[0] += 1
        if asked[0] == number or (all_after and asked[0] > number):
            solver._model = None
            return Status.OPEN
        return said(solver, *assumed)

    with patch.context() as within:
        within.setattr(Solver, "ask", ask)
        yield asked


def questions_of(call: Any, patch: pytest.MonkeyPatch) -> int:
    with open_at(0, patch, all_after=False) as asked:
        call()
    return asked[0]


def proved(found: Any) -> set[tuple[str, ...]]:
    return {(f.code, f.message, *f.rules) for f in found.findings if f.ground.proved}


#: messages that say less where less is known
WEAKER = {
    "never-met",
    "implied-rule",
    "equivalent-rules",
    "never-alone",
    "conflicting-rules",
    "never-accepted",
}


@pytest.mark.parametrize("all_after", [True, False])
def test_an_audit_claims_no_more_than_the_whole_one(
    all_after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = audit(FAULTY)
    assert not whole.open
    assert {"implied-rule", "conflicting-rules", "idle-condition"} <= {
        each.code for each in whole.findings
    }
    most = questions_of(lambda: audit(FAULTY), monkeypatch)
    for number in range(1, most + 1, 1 + most // 14):
        with open_at(number, monkeypatch, all_after=all_after):
            found = audit(FAULTY)
        more = proved(found) - proved(whole)
        for code, message, *rules in more:
            # a set not known to be the least, one implication of two, no accept by the same rules
            least = code == "never-accepted" and set(rules) == {"R-3", "R-4"}
            one_way = code in ("implied-rule", "never-alone") and len(rules) >= 2
            vacuous = code == "never-met"
            assert "at most" in message or least or one_way or vacuous, message
        # nothing is lost in silence; a set of conflicting rules may have more of them than it needs
        codes = [{code for code, *_ in proved(each)} for each in (found, whole)]
        assert found.open or codes[0] == codes[1], number


@pytest.mark.parametrize("all_after", [True, False])
def test_policies_are_called_the_same_only_where_they_are(
    all_after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for new, relation in ((SAME, Relation.EQUIVALENT), (STRICT, Relation.STRICTER)):
        assert compare_policies(OLD, new).verdict.relation is relation
        most = questions_of(lambda new=new: compare_policies(OLD, new), monkeypatch)
        for number in range(1, most + 1, 1 + most // 10):
            with open_at(number, monkeypatch, all_after=all_after):
                found = compare_policies(OLD, new)
            for each in (found.verdict, *found.rules.values()):
                assert each.proved == (each.relation is not Relation.OPEN) == (not each.open)
            assert found.verdict.relation in (relation, Relation.OPEN)
            assert found.equivalent <= (new is SAME)


@pytest.mark.parametrize("all_after", [True, False])
def test_sides_are_told_apart_only_where_nothing_is_open(
    all_after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = agree(OLD, OTHER)
    assert whole.ruled_out is not None
    assert whole.proved
    assert whole.ruled_out.least
    rules = (whole.ruled_out.ours, whole.ruled_out.theirs)
    assert rules == (("R-1",), ("R-1", "R-2"))
    most = questions_of(lambda: agree(OLD, OTHER), monkeypatch)
    for number in range(1, most + 1):
        with open_at(number, monkeypatch, all_after=all_after):
            found = agree(OLD, OTHER)
        assert found.deal is None
        if found.ruled_out is not None:
            assert {*rules[0]} <= {*found.ruled_out.ours}
            assert {*rules[1]} <= {*found.ruled_out.theirs}
            assert (found.ruled_out.ours, found.ruled_out.theirs) == rules or (
                not found.ruled_out.least
            )
        else:
            assert not found.proved


def after(number: int) -> Callable[[], bool]:
    """A caller who gives up once it has been asked so often."""
    asked = [0]

    def stop() -> bool:
        asked[0] += 1
        return asked[0] > number

    return stop


@pytest.mark.parametrize("number", [0, 1, 100, 346, 352, 360, 375, 10**6])
def test_whenever_an_audit_is_called_off_what_is_told_holds(number: int) -> None:
    found, whole = audit(FAULTY, stop=after(number)), audit(FAULTY)
    assert {code for code, *_ in proved(found) - proved(whole)} <= WEAKER
    assert found.cut in (None, "it was interrupted")
    if found.cut is None:
        assert proved(found) == proved(whole)
    assert (found.cut is None) == (number == 10**6)


@pytest.mark.parametrize("number", [0, 1, 2, 4, 8, 16, 30, 60, 400])
def test_whenever_two_are_no_longer_compared_nothing_is_made_up(number: int) -> None:
    for new, relation in ((SAME, Relation.EQUIVALENT), (STRICT, Relation.STRICTER)):
        try:
            found = compare_policies(OLD, new, stop=after(number))
        except KeyboardInterrupt:
            assert number < 2, "nothing was asked yet"
            continue
        for each in (found.verdict, *found.rules.values()):
            open_ = each.relation is Relation.OPEN
            assert (each.why == "it was interrupted") is open_
            assert each.proved is not open_
        assert found.verdict.relation in (relation, Relation.OPEN)
        assert (found.verdict.relation is relation) or number < 400


@pytest.mark.parametrize("number", [0, 1, 2, 4, 8, 16, 30, 400])
@pytest.mark.parametrize("other", ["OTHER", "SAME"])
def test_whenever_no_agreement_is_looked_for_any_more_none_is_made_up(
    number: int, other: str
) -> None:
    whole = agree(OLD, globals()[other])
    found = agree(OLD, globals()[other], stop=after(number))
    if found.why is None:
        assert (found.deal is not None) == (whole.deal is not None)
        assert found.proved == whole.proved or not found.proved
    else:
        assert found.why == "it was interrupted"
        assert number < 400
        assert (found.deal, found.ruled_out, found.proved) == (None, None, False)


@pytest.mark.parametrize("work", [1, 300, 3_000, 30_000])
def test_little_work_claims_no_more(work: int) -> None:
    found = audit(FAULTY, work=work)
    assert {code for code, *_ in proved(found) - proved(audit(FAULTY))} <= WEAKER


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.02])
def test_no_time_is_no_answer(seconds: float) -> None:
    found = audit(FAULTY, seconds=seconds)
    assert {code for code, *_ in proved(found) - proved(audit(FAULTY))} <= WEAKER
    same = compare_policies(OLD, SAME, seconds=seconds)
    assert same.equivalent == (same.verdict.relation is not Relation.OPEN)
    sides = agree(OLD, OTHER, seconds=seconds)
    assert sides.deal is None
    assert sides.proved <= (sides.ruled_out is not None)


# the solver itself -------------------------------------------------------------------------------


def hard(solver: Solver) -> None:
    """More pigeons than holes: nothing that a solver of clauses finishes in a test's time."""
    holes = range(11)
    there = {(p, h): z3.Bool(f"{p} in {h}") for p in range(12) for h in holes}
    solver.add(z3.Or([there[p, h] for h in holes]) for p in range(12))
    solver.add(
        z3.Not(z3.And(there[p, h], there[q, h])) for h in holes for p in range(12) for q in range(p)
    )


def test_time_and_work_leave_a_question_open() -> None:
    for solver in (Solver(work=100_000), Solver(work=2**32 - 1, seconds=0.05)):
        hard(solver)
        assert solver.ask() is Status.OPEN
    late = Solver(seconds=0.0)
    assert late.ask(z3.Bool("any")) is Status.OPEN


def test_ctrl_c_ends_the_question_and_is_no_answer() -> None:
    solver = Solver(work=2**32 - 1)
    hard(solver)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        solver.ask()
    timer.join()


def test_without_memory_a_question_is_open() -> None:
    code = (
        "from policyengine.symbolic.z import z3; z3.set_param('memory_max_size', 30)\n"
        "from tests.analysis.test_unsettled import hard, Solver\n"
        "solver = Solver(work=2**32 - 1); hard(solver)\n"
        "x = [z3.Int(str(n)) for n in range(300)]\n"
        "solver.add(z3.Sum([x[(7 * i + 13 * j) % 300] * (i * j % 17 + 1) for j in range(60)])"
        " == 3 * i + 1 for i in range(300))\n"
        "print(solver.ask().value)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60
    )
    assert ran.stdout == "open\n", ran.stderr


def test_without_z3_every_question_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("policyengine.symbolic")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "z3", None)
    for question in (
        lambda: audit(OLD),
        lambda: compare_policies(OLD, SAME),
        lambda: agree(OLD, OTHER),
    ):
        with pytest.raises(UsageError) as refused:
            question()
        assert refused.value.diagnostics[0].code == "solver-missing"


def test_what_the_solver_does_not_say_is_no_smallest_set(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = ("a", "b", "c")
    sets = [frozenset("ab"), frozenset("bc")]
    assert hitting(parts, sets) == frozenset("b")
    assert hitting(parts, [*sets, frozenset("c")]) == frozenset("ac")
    for number in range(1, 3):
        with open_at(number, monkeypatch, all_after=True):
            assert hitting(parts, sets) is None
    with open_at(1, monkeypatch, all_after=True):
        found = smallest(parts, lambda chosen: len(chosen) >= 2)
    assert found is not None
    assert len(found.parts) == 2
    assert not found.smallest
