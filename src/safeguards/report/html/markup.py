"""Elements of HTML and SVG: whatever is put into one is text, unless it was made here."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from safeguards.report.printable import printable

LONGEST = 300
"""Bytes of the file that one text takes at most, escapes counted."""

_WITHOUT_CONTENT = frozenset(
    {"meta", "link", "br", "path", "rect", "circle", "line", "polygon", "use"}
)


class Markup(str):
    """What is HTML already; only this module makes it out of anything but constants."""

    __slots__ = ()


def text(value: str, most: int = LONGEST) -> Markup:
    """The value as text, `…` for what is too long; no character in it means anything to HTML.

    Control characters are shown as escapes, so that nothing turns the text around or hides in it.
    """
    whole = escape(printable(value[:most]))
    if len(value) <= most and len(whole.encode()) <= most:
        return Markup(whole)
    shown: list[str] = []
    room = most - len("…".encode())
    for character in value[:most]:
        piece = escape(printable(character))
        room -= len(piece.encode())
        if room < 0:
            break
        shown.append(piece)
    return Markup("".join(shown) + "…")


def el(name: str, /, *children: str | None, **attributes: str | float | None) -> Markup:
    """An element. A child is text unless it is `Markup`; what is None is left out.

    `class_` and `aria_label` are the attributes `class` and `aria-label`. The result is
    well-formed XML as well as HTML.
    """
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(str(value), 4 * LONGEST)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _WITHOUT_CONTENT and not children:
        return Markup(f"<{name}{told}/>")
    return Markup(f"<{name}{told}>{joined(children)}</{name}>")


def joined(parts: Iterable[str | None]) -> Markup:
    """The parts one after another, each as `el` takes a child."""
    return Markup(
        "".join(
            part if isinstance(part, Markup) else text(part) for part in parts if part is not None
        )
    )
