"""What a text shows before it is parsed: parsing every file is half the cost of a cold scan.

Most files of an application hold no word of mapping, no class that descends from a model and
no other name for one. `wanted` finds the rest. It may find more than `relevant` needs, never
less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from safeguards.scan.outline import PARTS, ROOTS, STEMS, Declared, Outline, descended

_WORDS = {
    **{
        word: re.compile(rf"{word}(?!\w)(?<!\w{word})")
        for word in sorted({*ROOTS, *PARTS, "mapper", "dynamic_loader", "reflect"})
    },
    **{word: re.compile(re.escape(word)) for word in STEMS},
}
"""What only a file that may map something holds, each with a search that a text without it ends."""

_COMMON = ("eclar", "apped", "apper", "Model", "__table", "olumn", "relation", "automap")
_BY_PART = {
    part: {word: found for word, found in _WORDS.items() if part in word}
    for part in (*_COMMON, *(w for w in _WORDS if not any(part in w for part in _COMMON)))
}
"""The same by a part that several have in common: most texts hold none of the parts either."""

_PLAIN = r"[^()#\"'\\]*"
_WITHIN = rf"{_PLAIN}(?:\({_PLAIN}\){_PLAIN})*"
_CLASS = re.compile(r"^[ \t\f]*class(?:[ \t]*\\|[ \t]+\w+[ \t]*[\[(:\\])", re.MULTILINE)
_CLASS_WORD = re.compile(r"class[ \t\\]")
_HEADER = re.compile(
    r"^[ \t\f]*class[ \t]+(\w+)[ \t]*(?:\[[^\]#\"'\\]*\][ \t]*)?"
    rf"(?:\(({_PLAIN}(?:\({_WITHIN}\){_PLAIN})*)\)[ \t]*)?:",
    re.MULTILINE,
)
_DECLARATION = re.compile(r"^[ \t\f]*(?:(class)|def|async)\b", re.MULTILINE)
_DECORATOR = re.compile(r"^[ \t\f]*@", re.MULTILINE)
_LAST = re.compile(r"[^\W\d]\w*\b(?!\s*\.)")
"""A name of which no attribute is taken."""

_AS = re.compile(r"as(?<=[\s\\]as)[\s\\]")
_ODD_AS = tuple(f"{c}as" for c in "\t\n\f\\") + tuple(f" as{c}" for c in "\t\n\f\\")
"""How the word may stand other than between two spaces; one that stands so matters to `_AS`."""
_AFTER_AS = re.compile(r"[\s\\(]*(\w+)")
_BEFORE_VALUE = re.compile(r"(?:^|[\s;(=])([^\W\d]\w*)[ \t]*$")
_ATTRIBUTE = re.compile(r"\.[ \t]*\w+[ \t]*$")
_VALUE = re.compile(
    r"=(?<![=!<>]=)(?!=)[\s(\\]{0,50}(?:[^=\n;#]*[^\w\n])??([^\W\d]\w*)[ \t)\\]*(?=[;#=]|$)",
    re.MULTILINE,
)
_OF_VALUE = re.compile(
    r"[)\]}][ \t]*\.[ \t]*(?:\w+[ \t]*\.[ \t]*)*([^\W\d]\w*)[ \t)\\]*(?=[;#]|$)", re.MULTILINE
)

_MARGIN_BLOCK = re.compile(
    r"^(?:async[ \t]+def|def|class)\b[^\n]*(?:\n(?:[ \t\f)][^\n]*)?)*", re.MULTILINE
)
_ALTERS = re.compile(r"\.[\s\\]*\w+[\s\\)]*(?:=(?!=)|:[^=\n]{1,300}=|[-+*/%&|^@<>]+=)|\bsetattr\b")


class Sketch(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`speaks` tells that the file is parsed whatever others hold; only if not, it has the rest.

    `classes` have every name of a base that an outline would give them. `renamed` holds every
    other name that a statement may give to something, as `new=old`, between spaces; the new one
    is empty where it is not plain.
    """

    speaks: bool
    classes: tuple[Declared, ...] = ()
    renamed: str = ""


SPEAKS = Sketch(True)


def sketch(text: str) -> Sketch:
    """The sketch of a file with this text."""
    if "safeguards:" in text or _holds_a_word(text) or _alters(text):
        return SPEAKS
    headers = _headers(text)
    if headers is None:
        return SPEAKS
    above = dict(_decorators(text)) if headers and "@" in text else {}
    classes = tuple(
        Declared(
            found[1], (*_LAST.findall(found[2] or ""), *above.get(found.start(), ())), True, False
        )
        for found in headers
    )
    return Sketch(False, classes, " ".join(sorted(set(_renamed(text)))))


def wanted(silent: Mapping[str, Sketch], outlines: Iterable[Outline]) -> list[str]:
    """Which of the files that do not speak may add to what the files with these outlines hold."""
    known_outlines = list(outlines)
    classes = [Outline(False, each.classes) for each in silent.values()]
    known = descended([*known_outlines, *classes])
    needed = _needed([*known_outlines, *classes], silent.values())
    named = known.union(*(each.words for each in known_outlines))
    return [
        path
        for path, each in silent.items()
        if any(declared.name in named for declared in each.classes)
        or any(old in known and (not new or new in needed) for new, old in _pairs(each.renamed))
    ]


def _needed(outlines: Iterable[Outline], sketches: Iterable[Sketch]) -> set[str]:
    """The names by which some class may name a base, and those that stand behind these."""
    found = {base for each in outlines for declared in each.declared for base in declared.bases}
    behind: dict[str, list[str]] = {}
    for each in sketches:
        for new, old in _pairs(each.renamed):
            behind.setdefault(new, []).append(old)
    waiting = list(found)
    while waiting:
        for old in behind.get(waiting.pop(), ()):
            if old not in found:
                found.add(old)
                waiting.append(old)
    return found


def _pairs(renamed: str) -> Iterator[tuple[str, str]]:
    for each in renamed.split():
        new, _, old = each.partition("=")
        yield new, old


def _holds_a_word(text: str) -> bool:
    return any(
        word in text and found.search(text)
        for part, words in _BY_PART.items()
        if part in text
        for word, found in words.items()
    )


def _alters(text: str) -> bool:
    """Whether a statement outside of functions and classes may set an attribute."""
    if _ALTERS.search(text) is None:
        return False
    return _ALTERS.search(_MARGIN_BLOCK.sub("", text)) is not None


def _headers(text: str) -> list[re.Match[str]] | None:
    """The headers of all classes; None when some class statement is not plain.

    The word is looked for first: a search that begins with a literal is five times as fast.
    """
    found: list[re.Match[str]] = []
    for word in _CLASS_WORD.finditer(text):
        start = text.rfind("\n", 0, word.start()) + 1
        if text[start : word.start()].strip(" \t\f") or not _CLASS.match(text, start):
            continue
        header = _HEADER.match(text, start)
        if header is None or (found and start < found[-1].end()):
            return None
        found.append(header)
    return found


def _decorators(text: str) -> Iterator[tuple[int, list[str]]]:
    """Where a class starts, and the names between the first @ before it and it."""
    end = 0
    for found in _DECLARATION.finditer(text):
        if found[1] and (first := _DECORATOR.search(text, end, found.start())):
            yield found.start(), _LAST.findall(text, first.end(), found.start())
        end = found.end()


def _renamed(text: str) -> Iterator[str]:
    yield from _by_as(text)
    for found in _VALUE.finditer(text):
        before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        if not _ATTRIBUTE.search(before):
            new = None if ":" in before else _BEFORE_VALUE.search(before)
            yield f"{new[1] if new else ''}={found[1]}"
    for name in _OF_VALUE.findall(text):
        yield f"={name}"


def _by_as(text: str) -> Iterator[str]:
    for start, end in _as_words(text):
        name = _last_word(text[max(0, start - 200) : start].rstrip(" \t\n\f\v\\"))
        new = _AFTER_AS.match(text, end)
        if name:
            yield f"{new[1] if new else ''}={name}"


def _as_words(text: str) -> Iterator[tuple[int, int]]:
    """Where each `as` starts, and where what follows it does."""
    if any(odd in text for odd in _ODD_AS):
        for found in _AS.finditer(text):
            yield found.start(), found.end()
        return
    at = text.find(" as ")
    while at >= 0:
        yield at + 1, at + 4
        at = text.find(" as ", at + 3)


def _last_word(text: str) -> str:
    """The word at the end of a text, if it ends in one."""
    start = len(text)
    while start and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    return text[start:]
