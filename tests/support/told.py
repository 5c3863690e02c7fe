"""What the demo prints, without what differs from run to run; for README and its test."""

from __future__ import annotations

import re

from tests.support.shell import ROOT

START, END = "<!-- demo: recorded -->\n```text\n", "```\n<!-- demo: end -->"
_VARYING = (
    (r"(?<=In ).*safeguards-demo[\w-]*(?=:)|(?<=sqlite3 )\S*safeguards-demo[\w-]*", "FOLDER"),
    (r"(?<=duration: )[\d.]+(?=s)", "N"),
    (r"(?<=, in )[\d.]+(?= s\.)|(?<=\()[\d.]+(?= s\))|(?<= for )[\d.]+(?= s\b)", "N"),
    (r"(?<=--port )\d+|(?<=127\.0\.0\.1:)\d+", "PORT"),
)


def told(printed: str) -> str:
    """The same words for every run that went the same way."""
    for pattern, name in _VARYING:
        printed = re.sub(pattern, name, printed)
    return printed


def shown_in_readme() -> str:
    """The run that README shows."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return readme.partition(START)[2].partition(END)[0]
