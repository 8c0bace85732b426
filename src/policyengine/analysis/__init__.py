"""Questions about deals and about rules, answered by a solver and checked by the reference.

`counter` the smallest changes that reach a verdict · `questions` what to ask next ·
`margins` how far a number may move · `sufficient` the facts that force the verdict ·
`sets` smallest sets, by what they have to hit.

Needs the extra `analysis` (z3). Nothing is printed here.
"""
