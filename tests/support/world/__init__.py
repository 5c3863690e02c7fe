"""A production in memory that behaves as real ones do, and can be cut off at every change."""
