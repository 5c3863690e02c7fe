"""Wires `scan`: what is read and judged, with which settings, and what is printed."""
