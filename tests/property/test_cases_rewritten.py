"""Every rule case, written differently: the verdict must not change."""

from __future__ import annotations

from functools import cache
from zlib import crc32

import pytest
from tests.property import transform
from tests.support.oracle_cases import Case, all_cases

from safeguards.scan.settings import ScanSettings


def is_text(case: Case) -> bool:
    try:
        for data in case.files().values():
            compile(data.decode("utf-8-sig"), "case", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


WRITTEN_SO = {
    *("unused-ignore", "unreadable-file", "trailing-comma-column"),
    "duplicate-class-name",
}
"""Rules about the text itself, and about how a class is spelled where several have its name."""

CASES = [case for case in all_cases() if case.slug not in WRITTEN_SO and is_text(case)]
REWRITTEN = {
    "unparsed": transform.unparsed,
    "aliased": transform.aliased,
    "renamed imports": transform.renamed_imports,
    "star imports": transform.star_imported,
    "postponed annotations": transform.postponed_annotations,
    "quoted annotations": transform.quoted_annotations,
    "under a condition": transform.under_a_condition,
    "moved": transform.moved,
    "split": transform.split,
}


WAYS_EACH = 3
"""Ways in which one case is rewritten: cases take turns, so that every rule meets every way."""


def turns(case: Case) -> list[str]:
    """The ways of this case; the same in every run."""
    ways = list(REWRITTEN)
    first = crc32(f"{case.slug}/{case.name}".encode()) % len(ways)
    return [ways[(first + step * 2) % len(ways)] for step in range(WAYS_EACH)]


@cache
def plain(slug: str, name: str) -> tuple[dict[str, str], ScanSettings, transform.Verdict]:
    """A case's text without what only the unchanged text can say, and the verdict on it."""
    case = next(case for case in CASES if (case.slug, case.name) == (slug, name))
    files = {path: data.decode("utf-8-sig") for path, data in case.files().items()}
    if "# safeguards: ignore" in "".join(files.values()):
        files = dict(transform.unparsed(files))
    settings = ScanSettings(source_roots=case.settings.source_roots)
    return files, settings, transform.verdict(files, settings)


@pytest.mark.parametrize(
    ("case", "way"),
    [
        pytest.param(case, way, id=f"{way}-{case.slug}/{case.name}")
        for case in CASES
        for way in turns(case)
    ],
)
def test_a_case_rewritten(case: Case, way: str) -> None:
    files, settings, verdict = plain(case.slug, case.name)
    assert transform.verdict(REWRITTEN[way](files), settings) == verdict
