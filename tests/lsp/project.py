"""A small project to edit: a policy with tests, a terms schema, a deal, a waiver."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "pyproject.toml": "[tool.policyengine.lint]\nmissing-because = 'off'\nmissing-ask = 'off'\n"
    "missing-source = 'off'\nuntested-boundary = 'off'\nmagic-number = 'off'\n",
    "rules/supply/policy.yaml": """\
policy: supply
version: 1.0.0
terms: ../../terms.schema.json
parameters:
  most_days: 30
  floor:
    - {from: 2000-01-01, value: 5}
    - {from: 2020-01-01, value: 7}
define:
  spare: parameters.most_days - payment.days
""",
    "rules/supply/rules.yaml": """\
rules:
  - id: PAY-1
    title: Paid in time 🕰️
    level: mandatory
    require: {payment.days: {at_most: {parameter: most_days}}}
    because: "{payment.days} days are more than {parameters.most_days}."
  - id: PAY-2
    title: Something is left
    level: negotiable
    require: spare > parameters.floor and deal.kind != "loan"
""",
    "rules/supply/more.yaml": """\
rules:
  - id: KIND-1
    title: No loans
    level: negotiable
    forbid:
      deal.kind: loan
""",
    "rules/supply/rules_test.yaml": """\
base:
  deal: {kind: sale}
  payment: {days: 10}
cases:
  - name: in time
    as_of: 2026-01-31
    expect: {verdict: accept, outcomes: {PAY-1: pass, PAY-2: pass, KIND-1: pass}}
  - name: late
    as_of: 2026-01-31
    terms: {payment.days: 31}
    expect: {verdict: reject, outcomes: {PAY-1: fail}}
  - name: a loan
    as_of: 2026-01-31
    terms: {deal.kind: loan}
    expect: {outcomes: {KIND-1: fail, PAY-2: fail}}
""",
    "waivers/waivers.yaml": """\
waivers:
  - {rule: PAY-1, deal: d-1, approved_by: board, reason: once, until: 2026-12-31}
""",
    "deals/deal.yaml": "deal: {id: d-1, kind: sale}\npayment: {days: 31}\n",
    "terms.schema.json": """\
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "deal": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "id": {"type": "string"},
        "kind": {
          "title": "Kind of deal",
          "enum": ["sale", "lease", "loan"],
          "type": "string",
          "default": "sale",
          "x-labels": {"lease": "a lease of *goods*"}
        },
        "tags": {"type": "array", "items": {"type": "string"}}
      }
    },
    "payment": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "days": {"title": "Days to pay", "type": "number", "x-unit": "days"},
        "due": {"type": "string", "format": "date"}
      }
    }
  }
}
""",
}
RULES = "rules/supply/rules.yaml"
MORE = "rules/supply/more.yaml"
TEST = "rules/supply/rules_test.yaml"
MANIFEST = "rules/supply/policy.yaml"


def lay_out(folder: Path) -> Path:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder
