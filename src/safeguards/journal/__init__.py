"""What happened, kept: one record for each run."""
