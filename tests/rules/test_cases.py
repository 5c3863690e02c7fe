"""Every rule case: the scanner finds what the case says, no more and no less."""

from __future__ import annotations

import msgspec
import pytest
from tests.support.oracle import Version
from tests.support.oracle_cases import Case, all_cases
from tests.support.scan_case import assert_clean, assert_finds, found, scan_files

from safeguards.scan.settings import ScanSettings

CASES = all_cases()
JUDGED = [(version, case) for case in CASES for version in case.settings.versions]


def settings_of(case: Case, version: Version) -> ScanSettings:
    settings = case.settings
    return ScanSettings(
        sqlalchemy=version, source_roots=settings.source_roots, error=settings.error
    )


@pytest.mark.parametrize(
    ("version", "case"),
    JUDGED,
    ids=[f"{version}-{case.slug}/{case.name}" for version, case in JUDGED],
)
def test_the_scanner_finds_what_the_case_says(version: Version, case: Case) -> None:
    settings = settings_of(case, version)
    expected = case.expected(version)
    if expected:
        assert_finds(case.files(), expected, settings)
    else:
        assert_clean(case.files(), settings)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.slug}/{case.name}" for case in CASES])
def test_nothing_more_is_undecided_than_the_case_says(case: Case) -> None:
    result = scan_files(case.files(), settings_of(case, case.settings.versions[-1]))
    if case.settings.undecided == "some":
        assert result.undecided
    else:
        assert result.undecided == case.settings.undecided


@pytest.mark.parametrize("case", CASES, ids=[f"{case.slug}/{case.name}" for case in CASES])
def test_the_order_of_files_changes_nothing(case: Case) -> None:
    settings = settings_of(case, case.settings.versions[-1])
    backwards = dict(reversed(case.files().items()))
    assert scan_files(backwards, settings) == scan_files(case.files(), settings)


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if len(case.files()) > 1],
    ids=lambda case: f"{case.slug}/{case.name}",
)
def test_judging_one_file_finds_what_is_found_there(case: Case) -> None:
    version = case.settings.versions[-1]
    whole = found(scan_files(case.files(), settings_of(case, version)))
    for path in case.files():
        settings = msgspec.structs.replace(settings_of(case, version), judged=frozenset({path}))
        assert found(scan_files(case.files(), settings)) == {e for e in whole if e.path == path}


@pytest.mark.parametrize("case", CASES, ids=[f"{case.slug}/{case.name}" for case in CASES])
def test_a_case_is_named_after_what_it_expects(case: Case) -> None:
    rules = {e.rule for version in case.settings.versions for e in case.expected(version)}
    assert case.name.startswith("bad_" if rules else "ok_")
