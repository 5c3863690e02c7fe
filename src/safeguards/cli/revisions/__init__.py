"""Wires `migrations`: which revision files are read, from where, and judged how."""
