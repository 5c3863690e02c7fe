"""The databases that a sync can keep: a `Keeper` for each, and the SQL that they ask."""
