"""Repairs: rules say what to change, `write` finds where, `apply` changes the bytes."""
