"""Questions about rules, whatever the deal: what `analyze` and `agree` ask and how they say it."""
