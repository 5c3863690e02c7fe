"""An ignore comment that suppresses nothing.

## What it does
Names each `# safeguards: ignore[…]` comment whose rule finds nothing on that line, and each
code in one that is no rule; likewise each entry of the baseline that matches nothing any more.

## Why this breaks production
It does not yet. But a stale ignore hides the next fault on its line, which may be a real one.

## Example
```python
owner = relationship("User", foreign_keys=[owner_id])  # safeguards: ignore[SG101] two keys
```

## Use instead
Remove the comment, or correct the code in it.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

CODE = "SG190"
NAME = "unused-ignore"
