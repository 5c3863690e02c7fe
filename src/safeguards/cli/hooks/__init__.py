"""What each hook shim runs: one stage in one file, loaded when git calls it."""
