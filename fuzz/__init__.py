"""Differential fuzzing: generated policies and deals, every executor, one meaning."""
