"""Commands that ask a solver about one deal: what they share, and how each answer is written.

`deal` the deal and its setting from a command line · `say` values and terms in words ·
one module a question: `counter`, `next`, `margins`, `facts`, each with its page and its data.
"""
