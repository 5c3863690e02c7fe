"""Changes production: one implementation of `runtimes.change.Changer` for each runtime."""
