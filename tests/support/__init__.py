"""The test kit: real engines, databases and productions, and the isolation around every test."""
