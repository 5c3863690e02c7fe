"""The repository speaks of itself: no lock files, no paths of a machine, no registry hosts."""

from __future__ import annotations

import re

from tests.support.shell import ROOT, sh

LOCK_FILES = re.compile(r"(^|/)(\w*lock|.*\.lock|.*-lock\.\w+|\w+\.lockb)$")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|home|root|Users)/[\w.]")
URL = re.compile(r"\bhttps?://([\w.-]+)")
HOSTS = re.compile(
    r"(^|\.)(localhost|example|invalid|test|127\.0\.0\.1|github\.com|json-schema\.org"
    r"|python\.org|sqlalchemy\.org|sqlalche\.me|pre-commit\.com|w3\.org|schemastore\.org"
    r"|ghe\.com|mozilla\.org|postgresql\.org|docker\.com|example\.(com|org|net))$"
)
"""Hosts that a document may point to; fixtures use index.example."""


def test_no_lock_file() -> None:
    assert [name for name in _tracked() if LOCK_FILES.search(name)] == []


def test_no_path_of_a_machine() -> None:
    found = [
        f"{name}:{number}: {line.strip()}"
        for name, number, line in _lines()
        if MACHINE_PATHS.search(line) and name != "tests/arch/test_hygiene.py"
    ]
    assert found == []


def test_only_known_hosts() -> None:
    found = [
        f"{name}:{number}: {host}"
        for name, number, line in _lines()
        for host in URL.findall(line)
        if re.search(r"[a-z].*\.", host) and not HOSTS.search(host.rstrip("."))
    ]
    assert found == []


def test_nothing_generated_or_large_is_tracked() -> None:
    large = [name for name in _tracked() if (ROOT / name).stat().st_size > 300_000]
    odd = [name for name in _tracked() if name.endswith((".pyc", ".whl", ".actual", ".db"))]
    assert large + odd == []


def _tracked() -> list[str]:
    names = sh("git", "ls-files", "-z", cwd=ROOT).split("\0")
    return [name for name in names if name and (ROOT / name).is_file()]


def _lines() -> list[tuple[str, int, str]]:
    found = []
    for name in _tracked():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [(name, number, line) for number, line in enumerate(text.splitlines(), 1)]
    assert found
    return found
