"""Text in a string is no comment."""

TEXT = "x = relationship('User')  # safeguards: ignore[SG101] not a comment"
