"""A language server: what an editor asks about the documents of a policy, while they are typed.

`features` and `server` speak the protocol, by pygls, and are imported by `policyengine lsp`
alone; `convert` is their dictionary. The rest knows nothing of it: `cursor` and `grammar` say
what may stand at a place of a text that need not be whole, `index` where names are, `checking`
what is wrong.
"""
