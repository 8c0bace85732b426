"""A language server: what an editor asks about the documents of a policy, while they are typed.

`server` speaks the protocol, by pygls, and is imported by `policyengine lsp` alone; `convert`
is its dictionary. The rest knows neither: `cursor` and `grammar` say what may stand at a place
of a text that need not be whole, `index` where names are, `checking` what is wrong.
"""
