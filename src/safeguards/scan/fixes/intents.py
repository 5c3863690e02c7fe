"""What a rule would change, without saying where each character lies: `write` finds that."""

from __future__ import annotations

import msgspec

from safeguards.findings import Place


class AddColumns(msgspec.Struct, frozen=True):
    """Give the relationship whose call starts at `place` an argument that lists columns.

    `owner` is the class whose attributes `columns` are; `model` the class that the relationship
    belongs to. `shared` when the same call makes a relationship on several classes.
    """

    place: Place
    argument: str
    model: str
    owner: str
    columns: tuple[str, ...]
    shared: bool = False
    safe: bool = True


class Rename(msgspec.Struct, frozen=True):
    """Write `new` for `old` in a string argument of the call that starts at `place`.

    An empty `argument` means the strings of the annotation.
    """

    place: Place
    argument: str
    old: str
    new: str
    safe: bool = True


class DropComma(msgspec.Struct, frozen=True):
    """Drop the comma that ends the assignment which starts at `place`."""

    place: Place
    safe: bool = True


Intent = AddColumns | Rename | DropComma
