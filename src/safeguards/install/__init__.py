"""Putting the guards into a repository and taking them out again: what was there stays."""
