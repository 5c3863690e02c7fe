"""How `metrics` and its verbs get their numbers, and where they take them."""
