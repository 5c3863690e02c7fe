"""One file's bytes → `FileFacts`. Never raises: what cannot be read becomes a fault."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings

from safeguards.scan.facts import FileFacts, Ignore
from safeguards.scan.syntax.statements import Statements

MAX_BYTES = 4 * 1024 * 1024
"""A larger source is not parsed; no hand-written module comes near."""

_IGNORE = re.compile(r"#\s*safeguards:\s*ignore\b\s*(?:\[(?P<codes>[^\]]*)\]?)?(?P<reason>.*)")
_CODE = re.compile(r"[^\s,]+")


def extract(data: bytes) -> FileFacts:
    """The facts of a file with these bytes; depends on nothing else."""
    try:
        text = _text(data)
    except _NoTextError as error:
        return FileFacts(fault=str(error))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as error:
        return FileFacts(
            fault=f"cannot be parsed: {error.msg}",
            fault_line=max(error.lineno or 1, 1),
            fault_column=max(error.offset or 1, 1),
        )
    except (ValueError, MemoryError, RecursionError) as error:
        return FileFacts(fault=f"cannot be parsed: {_reason(error)}")
    body = Statements(text).convert(tree.body)
    return FileFacts(body=body, ignores=_ignores(text))


def readable_text(data: bytes) -> str | None:
    """The text of a file that is to be parsed; None for one that cannot be."""
    try:
        return _text(data)
    except _NoTextError:
        return None


class _NoTextError(Exception):
    """Says why there is nothing to parse."""


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _NoTextError(f"larger than {MAX_BYTES // 1024 // 1024} MiB")
    if b"\0" in data:
        raise _NoTextError("not a text file: it holds a NUL byte")
    try:
        return decode(data)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise _NoTextError(f"cannot be decoded: {_reason(error)}") from error


def decode(data: bytes) -> str:
    """Source text as Python reads it: encoding cookie, BOM, any line ends."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return io.IncrementalNewlineDecoder(None, translate=True).decode(data.decode(encoding))


def ignores_in(data: bytes) -> tuple[Ignore, ...]:
    """The ignore comments of a file; none of one that is no text."""
    try:
        return _ignores(decode(data))
    except (SyntaxError, LookupError, ValueError):
        return ()


def _ignores(text: str) -> tuple[Ignore, ...]:
    if "safeguards:" not in text:
        return ()
    found: list[Ignore] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type != tokenize.COMMENT:
                continue
            beside_code = bool(token.line[: token.start[1]].strip())
            match = (_IGNORE.search if beside_code else _IGNORE.match)(token.string)
            if match:
                codes = tuple(_CODE.findall(match["codes"] or ""))
                found.append(
                    Ignore(token.start[0], token.start[1] + 1, codes, match["reason"].strip())
                )
    except (tokenize.TokenError, SyntaxError):
        return tuple(found)
    return tuple(found)


def _reason(error: Exception) -> str:
    text = str(error).splitlines()
    return text[0] if text else type(error).__name__
