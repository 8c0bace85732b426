"""Benchmarks: `python -m benchmarks --help`, and docs/benchmarks.md for what they measure."""
