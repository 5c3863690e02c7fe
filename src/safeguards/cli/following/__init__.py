"""Wires what follows a push: records, workers, and what they do to production."""
