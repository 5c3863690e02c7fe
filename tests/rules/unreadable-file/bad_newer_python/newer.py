"""This one only a Python to come will read."""

lazy from sqlalchemy import Column  # finds: SG100 warning
