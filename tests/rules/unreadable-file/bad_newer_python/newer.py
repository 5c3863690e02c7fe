"""This one only a Python to come will read."""

lazy from json import dumps  # finds: SG100 warning
