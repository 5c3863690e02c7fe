"""Where production runs: one small Protocol for looking, one implementation for each runtime."""
