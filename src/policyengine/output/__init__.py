"""Decisions as bytes: one format per file.

`pretty` is for people; `json`, `yaml` and `jsonl` carry the published decision object. A
format knows nothing of files or terminals: it turns decisions into pieces of text, and the
caller writes them.
"""
