"""Takes secrets out of text before it reaches a terminal, a file or a program.

Known values go whatever their form; shapes that are always secret go even when unknown.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

MASK = "***"
SHORTEST = 4
"""Known values shorter than this stay: masking "a" everywhere would hide nothing but sense."""

_SHAPES = (
    (r"(?<=://)([^\s/:@]*):[^\s/@]+(?=@)", rf"\1:{MASK}"),
    (r"(?:(?<=http://)|(?<=https://))[\w.~%+-]{16,}(?=@)", MASK),
    (r"(?i)\b((?:bearer|basic)\s+)[\w.~+/=-]{6,}", rf"\1{MASK}"),
    (
        (
            r"(?i)((?:\b|_)(?:password|passwd|passphrase|pgpassword|secret|api[_-]?key|token)"
            r"[\"']?\s*[=:]\s*[\"']?)(?!\*)[^\s\"'&,;)]{3,}"
        ),
        rf"\1{MASK}",
    ),
    (r"\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*", MASK),
    (r"\b(?:gh[pousr]_|github_pat_|glpat-|xox[abp]-|sk-)[\w-]{10,}", MASK),
)


@cache
def _shapes() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Compiled with the first text: most scans print nothing, and start in less time so."""
    return tuple((re.compile(shape), replacement) for shape, replacement in _SHAPES)


class Redactor:
    """Replaces every secret it was told of, and everything shaped like one, by `***`."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def learn(self, secret: str) -> None:
        """Mask this value from now on, also as URLs, JSON, Python and base64 spell it."""
        # A scan has no secrets to learn, and these imports would be a tenth of its start-up.
        from base64 import b64encode
        from urllib.parse import quote, quote_plus, unquote

        spellings = {secret, quote(secret, safe=""), quote_plus(secret), unquote(secret)}
        raw = secret.encode("utf-8", "surrogateescape")
        spellings |= {
            repr(secret)[1:-1],
            repr(raw)[2:-1],
            msgspec.json.encode(raw.decode("utf-8", "replace"))[1:-1].decode(),
        }
        spellings.add(b64encode(raw).decode())
        self._known |= {spelling for spelling in spellings if len(spelling) >= SHORTEST}
        userinfo = re.match(r"[\w.+-]+://[^\s/:@]*:([^\s/@]+)@", secret)
        if userinfo:
            self.learn(userinfo.group(1))

    def clean(self, text: str) -> str:
        """The text without secrets."""
        for secret in sorted(self._known, key=len, reverse=True):
            text = text.replace(secret, MASK)
        for shape, replacement in _shapes():
            text = shape.sub(replacement, text)
        return text

    def clean_value(self, value: T) -> T:
        """The same struct with every string in it cleaned."""
        plain = self._walk(msgspec.to_builtins(value))
        return msgspec.convert(plain, type(value), strict=False)

    def _walk(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.clean(value)
        if isinstance(value, dict):
            return {key: self._walk(inner) for key, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._walk(inner) for inner in value]
        return value
