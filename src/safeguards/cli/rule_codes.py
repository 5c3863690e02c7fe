"""Codes in the configuration that are no rule: a newer safeguards may know them, so they warn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from safeguards.config.find import Found
    from safeguards.config.schema import Scan


def warn_of_unknown(found: Found) -> None:
    """One line on standard error for each code that no rule of this safeguards has."""
    given = list(_given(found.config.scan))
    if not given:
        return
    from safeguards.cli.rulebook import every_rule  # an unchanged tree needs no rule

    codes = [rule.code for rule in every_rule()]
    for key, code in given:
        if code not in codes:
            text = f"{found.path}: {key}: there is no rule {code}; {_meant(code, codes)}"
            click.echo(f"warning: {text}", err=True)


def _meant(code: str, codes: list[str]) -> str:
    import difflib  # slow to load, and seldom needed

    near = difflib.get_close_matches(code, codes, 1)
    return f"did you mean {near[0]}?" if near else "`safeguards explain` lists them"


def _given(scan: Scan) -> Iterator[tuple[str, str]]:
    lists = {"ignore": scan.ignore, "error": scan.error}
    lists |= {f'per-file-ignores."{glob}"': found for glob, found in scan.per_file_ignores.items()}
    for key, codes in lists.items():
        yield from ((f"scan.{key}", code) for code in dict.fromkeys(codes))
