"""A file could not be read or parsed, so the models in it were not judged.

## What it does
Names every Python file that cannot be opened, decoded or parsed: no permission, a symbolic
link that leads nowhere, bytes that are not text, a syntax error, a file for a newer Python
than the one that runs `safeguards`. A syntax error counts in a file that may hold models, by
its words or by what it inherits from, and in one that a model's module imports names from; in
the rest of the application it is left to Python.

## Why this breaks production
It does not by itself. But a model that was not read was not judged, and a relationship that
needs it may be broken without a word.

## Example
```python
class Project(Base)
    __tablename__ = "project"
```

## Use instead
Correct the file, or exclude it when it is a template: `exclude = ["templates/**"]` in
`[tool.safeguards.scan]`. It is a warning, never an error: a file for another Python must not
block a commit.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

CODE = "SG100"
NAME = "unreadable-file"
