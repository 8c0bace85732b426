"""A policy that uses every part of the language, as text to be damaged."""

POLICY = """\
policy: whole
version: 1.0.0
title: Everything at once
terms:
  type: object
  additionalProperties: false
  properties:
    t:
      type: object
      additionalProperties: false
      properties:
        a: {type: [number, "null"], minimum: -100, x-unit: USD}
        b: {type: integer, default: 2, x-unit: USD}
        p: {type: boolean, x-may-not-apply: true}
        e: {type: string, enum: [low, mid, high], x-labels: {low: Low, mid: Middle, high: High}}
        since: {type: string, format: date}
        till: {type: string, format: date}
        s: {type: string, maxLength: 50}
        nums: {type: array, items: {type: number}, maxItems: 10}
        tags: {type: array, items: {type: string, enum: [x, y]}, uniqueItems: true}
        rows:
          type: array
          items:
            type: object
            additionalProperties: false
            required: [n]
            properties: {n: {type: number}, ok: {type: boolean}}
parameters:
  limit: 3
  kinds: [low, mid]
  start: 2025-01-01
  stepped:
    - {from: 2000-01-01, value: 1}
    - {from: 2025-01-01, value: 2}
define:
  derived: t.a + t.b
  ratio: if t.b > 0 then t.a / t.b else 0
"""

RULES = """\
scorecards:
  - id: total
    title: Score
    items:
      - {id: S-1, title: one, aspect: x, side: benefit, when: {t.p: true}, points: 2}
      - {id: S-2, title: two, side: risk, when: "t.a > t.b", points: {parameter: stepped}}
interests:
  - {element: E, ours: o, theirs: t, served: {t.p: true}, conflict: {t.e: high}}
tables:
  - id: grade
    hit_policy: P
    inputs: [t.e, t.a]
    output: {type: string, values: [strong, weak]}
    rules:
      - [[low, mid], {at_least: 1}, strong]
      - ["-", "-", weak]
    default: weak
rules:
  - id: A-1
    title: Limits
    level: mandatory
    require: {t.a: {between: [0, {parameter: limit}]}, t.e: {one_of: {parameter: kinds}}}
    because: "{t.a} is over {parameters.limit} by {derived}"
    ask: Less of {t.a}.
    source: {ref: r, quote: q}
    tags: [one, two]
  - id: A-2
    title: Combined
    forbid:
      all:
        - t.p: true
        - any: [{t.e: high}, "t.a > 2 and t.b != 0"]
        - some_of: {at_least: 1, of: [{t.s: {starts_with: a}}, {t.s: {matches: "^[a-c]+$"}}]}
    applies: {t.since: {on_or_after: {parameter: start}}}
    unless: {not: {t.tags: {contains_any: [x]}}}
    effective: {from: 2024-01-01, until: 2030-12-31}
  - {id: A-3, title: Rows, level: negotiable, require: {t.rows: {every: {n: {more_than: 1}}}}}
  - {id: A-4, title: Rows, level: advisory, forbid: {t.rows: {some: "ok = false"}}}
  - {id: A-5, title: Count, require: {t.nums: {count: {at_least: 1}}}}
  - {id: A-6, title: Stated, require: {t.till: {stated: true}}, action: a, focus: f}
  - id: A-7
    title: Expression
    require: "some x in t.nums satisfies x > t.a and count(t.nums[item > 1]) > 0"
  - {id: A-8, title: Graded, require: 'grade = "strong"'}
  - {id: A-9, title: Scored, require: "score.total >= 1 or ratio in [0..5]"}
  - {id: A-10, title: Dates, require: 't.since + @"P1Y" > as_of', applies: "t.s = null"}
  - {id: A-11, title: Loop, require: "sum(for i in 1..3 return i * t.b) between 1 and 50"}
"""
