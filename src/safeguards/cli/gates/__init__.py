"""Wires `gate`: which push it is about, what each check sees, and what is printed."""
