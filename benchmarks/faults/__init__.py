"""Breaks the real production in every way that `verify` is there for, and sees what it says."""
