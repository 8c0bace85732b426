"""What is wrong with a policy whatever the deal: rules that cannot do what rules are for.

`codes` what is looked for · `findings` what is found · `inquiry` questions about all deals,
proved over numbers of any fineness · `sample` deals decided at once, so that few questions are
left · `rules` rules one by one · `together` rules with each other · `conditions` parts of
rules · `tables` rows · `values` parameters and scores · `run` all of it.
"""
