"""One file for each rule. Its docstring is the manual page; `check` is found by walking here."""
