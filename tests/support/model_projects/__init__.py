"""Whole projects of models, drawn by hypothesis and written out as source files."""
