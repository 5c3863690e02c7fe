"""Brings production to a commit, or leaves it as it was: a plan, and a module for each step."""
