"""The core as formulas: what is true of every deal, asked of a solver.

A policy becomes constraints over the terms of any deal, with three truth values encoded as
they are meant: a condition is a pair of propositions, "is true" and "is false", and unknown
where neither holds. What has no linear form is left free and *named*; an answer that rests
on something named is never called a proof, and every deal the solver finds is decided by the
reference interpreter before anybody sees it.

`bools` propositions · `values` symbolic values · `mentions` what a policy says of each term ·
`space` variables and bounds of the terms · `encoder` and its parts: expressions ·
`rules` outcomes and verdict · `solver` z3 · `decoder` a model to a document · `verifier`
the replay.
"""
