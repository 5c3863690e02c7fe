"""The only input and output: one module for each outside system, one client for each module."""
