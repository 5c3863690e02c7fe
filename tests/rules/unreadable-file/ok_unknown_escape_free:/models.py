TEXT = r"\d+ \w"
