"""Benchmarks: both sides of each comparison are whole processes, run in turn."""
