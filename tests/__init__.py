"""The tests; a package so that they import their kit as `tests.support`."""
