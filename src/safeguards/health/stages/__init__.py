"""One file for each stage: `observe` asks production, `judge` turns facts into items (pure)."""
