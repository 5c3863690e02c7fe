"""The scanner: `{path: bytes}` in, findings out. Pure; never imports or runs what it reads."""
