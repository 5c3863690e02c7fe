"""Python's syntax tree → the vocabulary of `facts.py`, less what cannot shape a mapping."""
