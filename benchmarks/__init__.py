"""Benchmarks: each prints a table, measured in one run."""
