"""Rules to statements of one function: its text, and what it needs beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policyengine import core
from policyengine.compiler.compiled import Compiled
from policyengine.compiler.forms import Forms
from policyengine.compiler.gaps import holds_text, is_interpreted, may_fail, reads_text
from policyengine.compiler.listings import made
from policyengine.compiler.names import Code, GapError, comment, word
from policyengine.compiler.sides import Conditions, Sides
from policyengine.compiler.steps import steps
from policyengine.compiler.support import SUPPORT, fast
from policyengine.core import Expr
from policyengine.facts import DECISION_STEPS, RULE_STEPS


class Emitter(Conditions):
    """Emits a whole policy."""

    # the whole function --------------------------------------------------------------------

    def compile(self) -> Compiled:
        self.always_applies = self.is_always_applied()
        self.count_shared()
        handed_over = self.body()
        source = self.function("decide(row, interpreter)", self.whole())
        defaults = tuple(fast(self.default(path)) for path in self.paths)
        lists = tuple(at for at, path in enumerate(self.paths) if self.is_list(path))
        reads = tuple(
            (number, core.terms_read(self.policy, rule.requirement))
            for number, rule in enumerate(self.policy.rules)
        )
        longest = self.longest()
        return Compiled(
            self.load(source, "general"),
            Forms(self, defaults, longest),
            source,
            tuple(self.paths),
            defaults,
            lists,
            self.texts(),
            longest,
            tuple(handed_over),
            "interpreter()" not in source,
            tuple((number, read) for number, read in reads if self.can_be_listed(read)),
            tuple((at, p[2:]) for at, p in enumerate(self.paths) if p.startswith("? ")),
            self.policy,
            self.schema,
        )

    def body(self) -> list[str]:
        """The statements that set the outcomes and the flags of the verdict; gives the ids of the
        rules that are left to the interpreter."""
        interpreted = self.interpreted_rules()
        handed_over: list[str] = []
        used = self.used()
        for name in self.policy.order:
            if name not in used:
                continue
            if name in self.policy.definitions:
                self.define(name)
            else:
                self.score(name.removeprefix("score."))
        for number, rule in enumerate(self.policy.rules):
            if number in self.settled:
                continue
            self.lines.append(f"# {comment(rule.id)}")
            try:
                if rule.id in interpreted:
                    raise GapError(rule.id)
                self.rule(number, rule)
            except GapError:
                self.interpret(number, rule)
                handed_over.append(rule.id)
        return handed_over

    def whole(self) -> list[str]:
        """The statements of the whole function, once the columns are set."""
        flags = "rejected = undetermined = conditional = "
        flags += "False" if self.always_applies else "applied = False"
        return [flags, *self.lines, *self.tail()]

    def function(self, signature: str, lines: list[str]) -> str:
        """The text of a function that takes a row."""
        head = [f"def {signature}:"]
        if self.paths:
            unpack = ", ".join(self.names[path] for path in self.paths)
            head.append(f"    {unpack}{',' if len(self.paths) == 1 else ''} = row")
        return "\n".join([*head, *("    " + line for line in lines)]) + "\n"

    def tail(self) -> list[str]:
        """The statements that give the answer."""
        results = ", ".join(f"r{number}" for number in range(len(self.policy.rules)))
        undetermined = [*self.flags["undetermined"], *(["not applied"] * (not self.always_applies))]
        return [
            f"outcomes = ({results},)",
            f"if {' or '.join(self.flags['rejected'])}:",
            "    return REJECT, outcomes",
            f"if {' or '.join(undetermined)}:",
            "    return UNDETERMINED, outcomes",
            f"if {' or '.join(self.flags['conditional'])}:",
            "    return CONDITIONAL, outcomes",
            "return ACCEPT, outcomes",
        ]

    def load(self, source: str, form: str) -> Any:
        """The function of a text made here."""
        space: dict[str, Any] = {f"k{n}": value for n, value in enumerate(self.constants)}
        title = f"policy {comment(self.policy.id)} {self.policy.digest[7:19]} {form}"
        return made(title, source, {**space, **SUPPORT})

    def is_always_applied(self) -> bool:
        """Whether some rule that counts towards the verdict applies to every deal."""
        return any(
            rule.level != "advisory" and rule.applies is None and self.in_force(rule)
            for rule in self.policy.rules
        )

    def is_list(self, column: str) -> bool:
        return column in self.schema.terms and self.schema.terms[column].type.kind == "list"

    def default(self, path: str) -> Any:
        if path not in self.schema.terms:
            return False
        spec = self.schema.terms[path]
        return spec.default if self.assume and spec.has_default else None

    def can_be_listed(self, read: frozenset[str]) -> bool:
        return bool(read) and all(self.schema.terms[path].may_not_apply for path in read)

    def rule(self, number: int, rule: core.Rule) -> None:
        """The statements that set `rN` and the flags of the verdict."""
        if not self.in_force(rule):
            self.lines.append(f"r{number} = NOT_APPLICABLE")
            return
        mandatory, advisory = rule.level == "mandatory", rule.level == "advisory"
        fail = "" if advisory else "; rejected = True" if mandatory else "; conditional = True"
        unknown = (
            "" if advisory else "; undetermined = True" if mandatory else "; conditional = True"
        )
        applied = "" if advisory or self.always_applies else "; applied = True"
        applies = self.truth(rule.applies, True)
        unless = self.sides(rule.unless, absent=False)
        requirement = self.sides(rule.requirement, absent=True)
        if self.final and self.may_fault(rule):
            # an error stays unknown in a final document: only the interpreter tells it apart
            raise GapError(rule.id)
        emit = self.lines.append
        depth = ""
        if applies.text != "True":
            a = self.named("a", applies)
            emit(f"if {a} is False: r{number} = NOT_APPLICABLE")
            emit("else:")
            depth = "    "
            applies = Code(a, applies.nullable, 1)
        if requirement.nullable or unless.nullable or applies.nullable:
            self.three_valued(number, depth, applies, unless, requirement, fail, unknown, applied)
            return
        emit(f"{depth}if {_either(unless, requirement)}: r{number} = PASS{applied}")
        emit(f"{depth}else: r{number} = FAIL{fail}{applied}")

    def three_valued(
        self,
        number: int,
        depth: str,
        applies: Code,
        unless: Sides,
        requirement: Sides,
        fail: str,
        unknown: str,
        applied: str,
    ) -> None:
        emit = self.lines.append
        fails = requirement.false
        if unless.true != "False":
            fails += f" and {unless.false}"
        if self.final:
            fails = "True"
        elif applies.nullable:
            fails += f" and {applies.text} is True"
        emit(f"{depth}if {_either(unless, requirement)}: r{number} = PASS{applied}")
        if fails == "True":
            emit(f"{depth}else: r{number} = FAIL{fail}{applied}")
            return
        emit(f"{depth}elif {fails}: r{number} = FAIL{fail}{applied}")
        emit(f"{depth}else: r{number} = UNKNOWN{unknown}{applied}")

    def interpret(self, number: int, rule: core.Rule) -> None:
        """The reference interpreter decides this rule."""
        mandatory, advisory = rule.level == "mandatory", rule.level == "advisory"
        emit = self.lines.append
        emit(f"r{number} = interpreter().rule({self.constant(rule)}).outcome")
        if advisory:
            return
        if not self.always_applies:
            emit(f"if r{number} is not NOT_APPLICABLE: applied = True")
        emit(f"if r{number} is FAIL: {'rejected' if mandatory else 'conditional'} = True")
        emit(f"elif r{number} is UNKNOWN: {'undetermined' if mandatory else 'conditional'} = True")

    def in_force(self, rule: core.Rule) -> bool:
        if rule.effective_from is None and rule.effective_until is None:
            return True
        assert self.as_of is not None
        day = self.as_of.to_python()
        if rule.effective_from is not None and day < rule.effective_from:
            return False
        return rule.effective_until is None or day <= rule.effective_until

    # definitions and scores ------------------------------------------------------------------

    def define(self, name: str) -> None:
        try:
            code = self.value(self.policy.definitions[name].value)
        except GapError:
            constant = self.constant(name)
            code = Code(f"fast(interpreter().derived[{constant}][0])", True, 100)
        variable = f"d_{word(name)}_{len(self.derived)}"
        self.lines.append(f"{variable} = {code.text}")
        self.derived[name] = Code(variable, code.nullable, 1)

    def score(self, name: str) -> None:
        variable = f"s_{word(name)}_{len(self.scores)}"
        self.lines.append(f"{variable} = fast(interpreter().scores[{self.constant(name)}][0])")
        self.scores[name] = Code(variable, True, 1)

    def used(self) -> frozenset[str]:
        """The definitions and scorecards that a rule reads, as `Policy.order` names them."""
        found = set()
        for rule in self.policy.rules:
            for expr in (rule.applies, rule.unless, rule.requirement):
                for node in self.deep(expr) if expr is not None else ():
                    if isinstance(node, core.Derived):
                        found.add(node.name)
                    elif isinstance(node, core.ScoreOf):
                        found.add(f"score.{node.id}")
        return frozenset(found)

    # what is the interpreter's -----------------------------------------------------------------

    def interpreted_rules(self) -> frozenset[str]:
        """Rules with loops whose steps no length of a list bounds."""
        return frozenset(
            rule.id
            for rule in self.policy.rules
            if any(
                is_interpreted(node)
                for expr in (rule.applies, rule.unless, rule.requirement)
                if expr is not None
                for node in self.deep(expr)
            )
        )

    def texts(self) -> tuple[int, ...]:
        """The columns that hold texts of any length, if a function pays for their characters."""
        reads = any(
            reads_text(node)
            for rule in self.policy.rules
            for expr in (rule.applies, rule.unless, rule.requirement)
            if expr is not None
            for node in self.deep(expr)
        )
        terms = self.schema.terms
        return tuple(
            at
            for at, path in enumerate(self.paths)
            if reads and path in terms and holds_text(terms[path].type)
        )

    def longest(self) -> int:
        """The longest list for which every rule stays within its steps, and all within the
        decision's."""
        exprs = [
            [e for e in (rule.applies, rule.unless, rule.requirement) if e is not None]
            for rule in self.policy.rules
        ]
        exprs += [[definition.value] for definition in self.policy.definitions.values()]
        exprs += [[item.when] for card in self.policy.scorecards.values() for item in card.items]
        length = 1_000_000
        while length > 0:
            totals = [sum(steps(e, length, self.parameters) for e in group) for group in exprs]
            if max(totals, default=0) <= RULE_STEPS and sum(totals) <= DECISION_STEPS // 2:
                return length
            length //= 2
        return 0

    def may_fault(self, rule: core.Rule) -> bool:
        return any(
            may_fail(node)
            for expr in (rule.applies, rule.unless, rule.requirement)
            if expr is not None
            for node in self.deep(expr)
        )

    def deep(self, expr: Expr) -> Iterable[Expr]:
        """A node, everything below it, and below the definitions it uses."""
        stack, seen = [expr], set()
        while stack:
            for node in core.walk(stack.pop()):
                yield node
                if isinstance(node, core.Derived) and node.name not in seen:
                    seen.add(node.name)
                    stack.append(self.policy.definitions[node.name].value)
                elif isinstance(node, core.ScoreOf) and node.id not in seen:
                    seen.add(node.id)
                    stack += [item.when for item in self.policy.scorecards[node.id].items]

    # sharing -----------------------------------------------------------------------------------

    def count_shared(self) -> None:
        for rule in self.policy.rules:
            for expr in (rule.applies, rule.unless, rule.requirement):
                if expr is not None:
                    self.shared.update(
                        node for node in core.walk(expr) if isinstance(node, core.Leaf)
                    )


def _either(unless: Sides, requirement: Sides) -> str:
    """Whether a rule holds that applies."""
    return requirement.true if unless.true == "False" else f"{unless.true} or {requirement.true}"
