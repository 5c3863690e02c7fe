"""The project's own SQLAlchemy refuses the models, for a reason that no other rule names.

## What it does
Only `safeguards scan --import MODULE` gives it: the project's interpreter imports the module and
runs `configure_mappers()`. What SQLAlchemy raises is reported under the rule that it belongs to
(an ambiguous relationship is SG101), and everything else here: a module that cannot be imported,
an error of a rule that the text alone cannot decide, an import that hangs or ends the
interpreter, and each SAWarning that has no rule (as a warning).

## Why this breaks production
It is no forecast: the interpreter that ran is the project's own. What happens there happens at
the first request, or already at the start.

## Example
```python
class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    total = column_property(choose_expression())
```

## Use instead
Correct what the message names. When the import needs a setting or a service that is missing
here, give it one, or build the engine in a function instead of at import.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

CODE = "SG198"
NAME = "configure-failed"
