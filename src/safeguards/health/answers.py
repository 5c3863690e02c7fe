"""Whether an answer is right: its status, how long it took, what its body says."""

from __future__ import annotations

import codecs
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from safeguards.errors import DeadlineError

if TYPE_CHECKING:
    from safeguards.checks import Status
    from safeguards.health.wanted import Endpoint
    from safeguards.system.http import Answer

SEARCHED = 2**20
"""Bytes of a body that an expression is searched in."""

SEARCHING = 5.0
"""Seconds after which a search is given up."""

_AUTHENTICATION = (401, 403)
_CHARSETS = ("utf-", "ascii", "iso8859", "cp125")
"""How the names of codecs begin that a body is decoded by; others can be slow, or no text."""

Judged = tuple["Status", str, str]
"""Status, message, hint."""


class Search(Protocol):
    """Searches text for an expression."""

    def __call__(self, pattern: str, text: str, timeout: float) -> bool:
        """Whether it is found; `DeadlineError` when that takes too long."""


def judge_answer(route: Endpoint, answer: Answer, search: Search) -> Judged:
    """The verdict on an answer: status, message, hint. Nothing of the body is quoted."""
    status, message, hint = _judge_status(route, answer)
    if status == "fail":
        return status, message, hint
    if route.max_ms is not None and answer.duration_ms > route.max_ms:
        return "fail", f"took {answer.duration_ms} ms; at most {route.max_ms} are right", ""
    if answer.packed and (route.json is not None or route.body_matches is not None):
        return "fail", f"the body is packed as {answer.packed}, which was not asked for", ""
    if route.json is not None:
        wrong = judge_json(route.json, answer.body)
        if wrong:
            return "fail", wrong, ""
    if route.body_matches is not None:
        unlike = _judge_text(route.body_matches, _text(answer), search)
        if unlike is not None:
            return unlike
    return status, message, hint


def _judge_status(route: Endpoint, answer: Answer) -> Judged:
    code = answer.status
    if route.expect:
        if code in route.expect:
            return "ok", "expected - auth required" if code in _AUTHENTICATION else "", ""
        return "fail", "not a status that is expected", ""
    if answer.foreign:
        other = urlsplit(answer.foreign).hostname != urlsplit(answer.url).hostname
        where = f"another host, {answer.foreign}" if other else f"another place, {answer.foreign}"
        hint = f"if that is right, say so: expect = [{code}]"
        return "fail", f"redirects to {where}, which was not asked", hint
    if code in _AUTHENTICATION:
        return "ok", "expected - auth required", ""
    if code == 404:
        return "warn", "not found: is the route right?", "correct the path, or expect = [404]"
    if 200 <= code < 300:
        return "ok", "", ""
    if code >= 500:
        return "fail", "the server failed", "see the log of the API's container"
    return "warn", "answers, but not with 2xx", f"if that is right, say so: expect = [{code}]"


def _judge_text(pattern: str, text: str, search: Search) -> Judged | None:
    try:
        if search(pattern, text, SEARCHING):
            return None
    except DeadlineError:
        return (
            "unknown",
            f"the search for {pattern} did not end within {SEARCHING:g} s",
            "a repetition inside a repetition, such as (a+)+, can take for ever; write it plainer",
        )
    return "fail", f"the body does not match {pattern}", ""


def _text(answer: Answer) -> str:
    try:
        name = codecs.lookup(answer.charset or "utf-8").name
    except (LookupError, ValueError):
        name = ""
    charset = name if name.startswith(_CHARSETS) else "utf-8"
    return answer.body[:SEARCHED].decode(charset, "replace").removeprefix("\ufeff")


class _Object(dict[str, Any]):
    """A JSON object that knows which of its keys are there more than once."""

    twice: frozenset[str] = frozenset()


def judge_json(wanted: Mapping[str, Any], body: bytes) -> str:
    """What is missing or different in a body, or nothing; more than is wanted is fine."""
    try:
        found = json.loads(body, object_pairs_hook=_object, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return "the body is not JSON"
    return _difference(dict(wanted), found, "")


def _object(pairs: Sequence[tuple[str, Any]]) -> _Object:
    made = _Object(pairs)
    if len(made) != len(pairs):
        counted = Counter(name for name, _ in pairs)
        made.twice = frozenset(name for name, times in counted.items() if times > 1)
    return made


def _refuse(word: str) -> object:
    raise ValueError(f"{word} is not JSON")


def _difference(wanted: object, found: object, where: str) -> str:
    if isinstance(wanted, dict):
        if not isinstance(found, _Object):
            return f"JSON {where or 'body'}: no object"
        for key, value in wanted.items():
            path = f"{where}.{key}" if where else str(key)
            if key not in found:
                return f"JSON {path}: missing"
            if key in found.twice:
                return f"JSON {path}: there more than once"
            inner = _difference(value, found[key], path)
            if inner:
                return inner
        return ""
    if isinstance(wanted, list):
        if not isinstance(found, list) or len(found) != len(wanted):
            return f"JSON {where}: no list of {len(wanted)}"
        pairs = enumerate(zip(wanted, found, strict=True))
        each = (_difference(one, other, f"{where}[{index}]") for index, (one, other) in pairs)
        return next(filter(None, each), "")
    same = found == wanted and isinstance(found, bool) == isinstance(wanted, bool)
    return "" if same else f"JSON {where}: not {json.dumps(wanted, ensure_ascii=False)}"
