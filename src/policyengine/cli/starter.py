"""The files that `init` writes: a small policy that works as it is."""

from __future__ import annotations

_SETTINGS = """\
policy = "rules/my-policy"
"""

_MANIFEST = """\
policy: my-policy
version: 0.1.0
title: What we ask of a deal
terms: ../../schemas/terms.schema.json

parameters:
  max_notice_days: 180
"""

_RULES = """\
rules:
  - id: EXIT-1
    title: We can leave within half a year
    level: mandatory  # a failure rejects the deal
    require: {exit.notice_days: {at_most: {parameter: max_notice_days}}}
    because: Leaving takes {exit.notice_days} days; we accept {parameters.max_notice_days}.
    ask: Cut the notice to {parameters.max_notice_days} days.
    source: {ref: our guidelines}

  - id: MONEY-1
    title: A loan is matched by investment
    level: negotiable  # a failure makes the deal conditional
    require: investment.inflow_usd >= finance.loan_usd  # an expression, for relations between terms
    applies: finance.loan_usd > 0
    because: The loan of {finance.loan_usd} USD exceeds the investment.
    ask: Raise the investment or lower the loan.
    source: {ref: our guidelines}
"""

_TEST = """\
base:  # terms that every case starts from
  deal: {id: example}
  exit: {notice_days: 90}

cases:
  - name: a short notice passes
    expect: {verdict: accept, outcomes: {EXIT-1: pass, MONEY-1: not_applicable}}
  - name: half a year is short enough
    terms: {exit.notice_days: 180}
    expect: {verdict: accept, outcomes: {EXIT-1: pass}}
  - name: a day more is refused
    terms: {exit.notice_days: 181}
    expect: {verdict: reject, outcomes: {EXIT-1: fail}, messages: {EXIT-1: 181 days}}
  - name: a deal that does not say how to leave is undetermined
    terms: {exit.notice_days: null}
    expect: {verdict: undetermined, missing: [exit.notice_days]}
  - name: an investment as large as the loan matches it
    terms: {finance.loan_usd: 1000000, investment.inflow_usd: 1000000}
    expect: {verdict: accept, outcomes: {MONEY-1: pass}}
  - name: the smallest loan asks for investment
    terms: {finance.loan_usd: 1, investment.inflow_usd: 0}
    expect: {verdict: conditional, outcomes: {MONEY-1: fail}}
  - name: a loan has to be settled while the investment is not stated
    terms: {finance.loan_usd: 1000000}
    expect: {verdict: conditional, outcomes: {MONEY-1: unknown}, missing: [investment.inflow_usd]}
"""

_SCHEMA = """\
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Terms of a deal",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "deal": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "id": {"title": "Deal identifier", "type": "string"}
      }
    },
    "exit": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "notice_days": {
          "title": "Notice before leaving",
          "type": ["integer", "null"],
          "minimum": 0,
          "x-unit": "days"
        }
      }
    },
    "finance": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "loan_usd": {
          "title": "Loan",
          "description": "A deal that does not speak of a loan has none.",
          "type": ["number", "null"],
          "minimum": 0,
          "default": 0,
          "x-unit": "USD"
        }
      }
    },
    "investment": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "inflow_usd": {
          "title": "Investment",
          "type": ["number", "null"],
          "minimum": 0,
          "x-unit": "USD"
        }
      }
    }
  }
}
"""

_DEAL = """\
# yaml-language-server: $schema=../schemas/terms.schema.json
deal:
  id: example
exit:
  notice_days: 90
finance:
  loan_usd: 5000000
investment:
  inflow_usd: 8000000
"""

_README = """\
# my-policy

What we ask of a deal, as rules that a machine checks.

| | |
|---|---|
| `rules/my-policy/` | the policy: `policy.yaml`, the rules and their tests |
| `schemas/` | which terms a deal has, with their types, units and what silence means |
| `deals/` | deals to decide |
| `policyengine.toml` | which policy answers here |

```console
$ policyengine evaluate deals/example.yaml
$ policyengine explain EXIT-1
$ policyengine validate rules/ deals/
$ policyengine test
```
"""

#: path below the folder (with `/`): text
FILES = {
    "policyengine.toml": _SETTINGS,
    "rules/my-policy/policy.yaml": _MANIFEST,
    "rules/my-policy/rules.yaml": _RULES,
    "rules/my-policy/rules_test.yaml": _TEST,
    "schemas/terms.schema.json": _SCHEMA,
    "deals/example.yaml": _DEAL,
    "README.md": _README,
}
