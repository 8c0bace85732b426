"""The tree of changes: making the changes it asks for gives the condition its value."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policyengine.decision import Condition
from policyengine.output.fixes import Fix, enough, fixes
from policyengine.values.logic import Truth, at_least, conjunction, disjunction, negation
from policyengine.values.record import replace


def settled(condition: Condition) -> Condition:
    """The same tree, the value of each part worked out from the leaves."""
    if condition.kind == "leaf":
        return condition
    parts = tuple(map(settled, condition.parts))
    values = [part.value for part in parts]
    value: Truth
    match condition.kind:
        case "all":
            value = conjunction(values)
        case "any":
            value = disjunction(values)
        case "not":
            value = negation(values[0])
        case _:
            value = at_least(condition.at_least or 1, values)
    return replace(condition, parts=parts, value=value)


def numbered(condition: Condition, names: list[int]) -> Condition:
    """Each leaf with a text of its own."""
    if condition.kind == "leaf":
        names.append(len(names))
        return replace(condition, text=str(len(names)))
    return replace(condition, parts=tuple(numbered(part, names) for part in condition.parts))


leaves = st.builds(lambda value: Condition("leaf", value), st.sampled_from((True, False, None)))


def groups(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    parts = st.lists(inner, min_size=1, max_size=4).map(tuple)
    return (
        parts.map(lambda p: Condition("all", None, parts=p))
        | parts.map(lambda p: Condition("any", None, parts=p))
        | inner.map(lambda part: Condition("not", None, parts=(part,)))
        | st.tuples(parts, st.integers(1, 4)).map(
            lambda made: Condition(
                "some_of", None, parts=made[0], at_least=min(made[1], len(made[0]))
            )
        )
    )


trees = st.recursive(leaves, groups, max_leaves=12).map(lambda tree: settled(numbered(tree, [])))


def changes(fix: Fix, pick: st.DataObject) -> dict[str, bool]:
    """One way to do what a tree of changes asks for: leaf texts with their new values."""
    if fix.leaf is not None:
        return {str(fix.leaf.text): fix.wanted}
    number = {"each": len(fix.parts), "either": 1, "some": fix.count}[fix.kind]
    order = pick.draw(st.permutations(fix.parts))
    return {k: v for part in order[:number] for k, v in changes(part, pick).items()}


def changed(condition: Condition, values: dict[str, bool]) -> Condition:
    if condition.kind == "leaf":
        return replace(condition, value=values.get(str(condition.text), condition.value))
    return replace(condition, parts=tuple(changed(part, values) for part in condition.parts))


@given(trees, st.booleans(), st.data())
def test_every_way_that_is_called_enough_is_enough(
    tree: Condition, wanted: bool, data: st.DataObject
) -> None:
    fix = fixes(tree, wanted)
    if tree.value is wanted:
        assert fix is None
        return
    assert fix is not None
    assert settled(changed(tree, changes(fix, data))).value is wanted


@given(trees, st.booleans())
def test_no_group_of_one_and_no_group_in_its_like(tree: Condition, wanted: bool) -> None:
    def check(fix: Fix) -> None:
        assert len(fix.parts) != 1
        for part in fix.parts:
            assert part.kind != fix.kind or fix.kind == "some"
            check(part)

    fix = fixes(tree, wanted)
    if fix is not None:
        check(fix)


def test_words() -> None:
    assert enough("either", 2) == "either is enough"
    assert enough("either", 3) == "any one of these is enough"
    assert enough("each", 2) == "both are needed"
    assert enough("some", 4, 2) == "any 2 of these 4 are enough"
