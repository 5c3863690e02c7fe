"""The scanner against SQLAlchemy on real packages: as they are, and with one fault put in."""
