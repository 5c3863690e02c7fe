"""A comment in a file without models."""

import os

HOME = os.sep  # safeguards: ignore[SG103] nothing here  # finds: SG190 warning
