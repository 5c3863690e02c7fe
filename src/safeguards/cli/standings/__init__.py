"""Wires `status` and drift: what was done, what is going on, what nobody looked after."""
