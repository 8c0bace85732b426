"""Every check, by its code, in the order in which the pages list them."""

from __future__ import annotations

from collections.abc import Mapping

from policyengine.errors import Severity
from policyengine.lint import ignores
from policyengine.lint.checks import (
    because_without_terms,
    double_negation,
    duplicate_condition,
    duplicate_title,
    impossible_value,
    level_missing,
    loading,
    long_title,
    magic_number,
    missing_parts,
    missing_test,
    name_style,
    null_comparison,
    quote_not_found,
    rule_id_style,
    settled_condition,
    table_rows,
    untested_boundary,
    waiver_checks,
)
from policyengine.lint.model import Check

#: findings about ignores themselves, made where ignores are applied
IGNORES = (
    Check(ignores.BAD, "a comment that takes back nothing: no code or no reason", Severity.ERROR,
          lambda *_: ()),
    Check(ignores.EXPIRED, "a comment whose `until` has passed", Severity.WARNING, lambda *_: ()),
    Check(ignores.UNUSED, "a comment that takes back nothing that is found", Severity.WARNING,
          lambda *_: ()),
)  # fmt: skip

CHECKS: tuple[Check, ...] = (
    *missing_parts.CHECKS,
    missing_test.CHECK,
    untested_boundary.CHECK,
    quote_not_found.CHECK,
    because_without_terms.CHECK,
    duplicate_condition.CHECK,
    settled_condition.CHECK,
    impossible_value.CHECK,
    double_negation.CHECK,
    null_comparison.CHECK,
    magic_number.CHECK,
    *table_rows.CHECKS,
    *loading.CHECKS,
    rule_id_style.CHECK,
    name_style.CHECK,
    level_missing.CHECK,
    long_title.CHECK,
    duplicate_title.CHECK,
    *waiver_checks.CHECKS,
    *IGNORES,
)

BY_CODE: Mapping[str, Check] = {check.code: check for check in CHECKS}
