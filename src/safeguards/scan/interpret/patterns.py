"""Regular expressions on literals: how projects make table names of class names.

A pattern is somebody else's text, and one of exponential cost must not stop the scan: only short
patterns of few repetitions, none of them of a group, are applied, to short strings.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable

from safeguards.scan.interpret.values import Given, Literal, Sequence, Unknown, Value, text

MAX_PATTERN = 120
MAX_SUBJECT = 120
MAX_RESULT = 1000
MAX_REPEATS = 3
"""Repetitions in one pattern; the cost grows with the length of the string to this power."""

_REPEAT = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(\)?)([*+?]|\{\d*,?\d*\})")
_GROUP_OPENING = re.compile(r"\(\?(?:[:=!]|<[=!]|P<\w+>|P=)")
_UNUSUAL = re.compile(r"\(\?|[*+?}]\+")
"""Flags, comments, conditions, possessive repetition: rare, and not the same in every Python."""


def call(name: str, given: Given) -> Value:
    """`re.sub`, `re.findall` or `re.split` of literals, by position and without flags."""
    texts = [each for each in map(text, given.args) if each is not None]
    count, function = _CALLS[name]
    if len(texts) != count or len(given.args) != count or given.kwargs or not given.complete:
        return Unknown(f"the result of re.{name}()")
    found = function(*texts)
    if isinstance(found, list):
        return Sequence([Literal(each, given.place) for each in found])
    if found is None or len(found) > MAX_RESULT:
        return Unknown(f"the result of re.{name}()")
    return Literal(found, given.place)


def substitute(pattern: str, replacement: str, subject: str) -> str | None:
    """`re.sub`; None when the pattern is wrong, or may cost too much."""
    compiled = _compiled(pattern, subject)
    if compiled is None:
        return None
    try:
        return compiled.sub(replacement, subject)
    except (re.error, IndexError):
        return None


def find_all(pattern: str, subject: str) -> list[str] | None:
    """`re.findall` of a pattern with one group at most; None as above."""
    compiled = _compiled(pattern, subject)
    if compiled is None or compiled.groups > 1:
        return None
    return compiled.findall(subject)


def split(pattern: str, subject: str) -> list[str] | None:
    """`re.split` of a pattern without groups; None as above."""
    compiled = _compiled(pattern, subject)
    return None if compiled is None or compiled.groups else compiled.split(subject)


_CALLS: dict[str, tuple[int, Callable[..., str | list[str] | None]]] = {
    "findall": (2, find_all),
    "split": (2, split),
    "sub": (3, substitute),
}


def _compiled(pattern: str, subject: str) -> re.Pattern[str] | None:
    if len(pattern) > MAX_PATTERN or len(subject) > MAX_SUBJECT or not _is_cheap(pattern):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None


def _is_cheap(pattern: str) -> bool:
    """Whether no group is repeated, and few single characters are."""
    plain = _GROUP_OPENING.sub("(", pattern)
    if _UNUSUAL.search(plain):
        return False
    repeats = [m for m in _REPEAT.finditer(plain) if m.group(2)]
    return len(repeats) <= MAX_REPEATS and not any(m.group(1) for m in repeats)
