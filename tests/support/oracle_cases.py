"""The rule cases: small projects under tests/rules/<slug>/<case>/ that carry their expectations.

On the line of a finding (for a relationship the line where its call starts, for an inheritance
fault the `class` line, for an ignore comment its own line):

    author = relationship("User")  # finds: SG101
    parent = relationship("Node")  # finds: SG110 warning
    tags = relationship("Tag")     # finds[1.4]: SG105  # finds[2.0, 2.1]: SG103

`# ignored: SG101` marks a fault that an ignore comment hides: the scanner is silent, SQLAlchemy
is not. `case.toml` may hold `versions` (of SQLAlchemy; default all), `undecided` (default 0;
`"some"` is one or more), `source-roots`, `python` (the first that can read the case), `error`
(rules named as errors, of which SQLAlchemy knows nothing).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Literal

import msgspec

from tests.support.oracle import VERSIONS, Version

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RULES = Path(__file__).resolve().parents[1] / "rules"
MARKER = re.compile(
    rb"# (finds|ignored)(?:\[([\d., ]+)\])?: (SG\d{3}(?: \w+)?(?:, SG\d{3}(?: \w+)?)*)"
)


class Expected(msgspec.Struct, frozen=True, order=True):
    """A finding that must be there."""

    path: str
    line: int
    rule: str
    severity: str


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """`case.toml`."""

    versions: tuple[Version, ...] = VERSIONS
    undecided: int | Literal["some"] = 0
    source_roots: tuple[str, ...] = ()
    error: frozenset[str] = frozenset()
    python: str = "3.10"

    def is_readable(self) -> bool:
        """Whether the Python that runs this can read the case."""
        return sys.version_info[:2] >= tuple(int(part) for part in self.python.split("."))


class Case(msgspec.Struct, frozen=True):
    """One project and what must be found in it."""

    slug: str
    name: str
    root: Path
    settings: Settings

    def files(self) -> dict[str, bytes]:
        """Content by path relative to the project, as the scanner takes it."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.root.rglob("*.py"))
        }

    def expected(self, version: Version) -> set[Expected]:
        """What the scanner must report."""
        return self._marked(version, b"finds")

    def ignored(self, version: Version) -> set[Expected]:
        """What SQLAlchemy refuses although the scanner was told to be silent."""
        return self._marked(version, b"ignored")

    def _marked(self, version: Version, word: bytes) -> set[Expected]:
        found = set()
        for path, content in self.files().items():
            for number, line in enumerate(content.split(b"\n"), start=1):
                for kind, versions, codes in MARKER.findall(line):
                    if kind != word or (versions and version not in versions.decode().split(", ")):
                        continue
                    for code in codes.decode().split(", "):
                        rule, _, severity = code.partition(" ")
                        found.add(Expected(path, number, rule, severity or "error"))
        return found


def load_case(root: Path) -> Case:
    """Read one case folder."""
    file = root / "case.toml"
    table = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    return Case(root.parent.name, root.name, root, msgspec.convert(table, Settings))


def all_cases() -> list[Case]:
    """Every case that this Python can read, sorted."""
    folders = (path for path in sorted(RULES.glob("*/*")) if path.is_dir())
    cases = [load_case(path) for path in folders if not _is_hidden(path)]
    return [case for case in cases if case.settings.is_readable()]


def _is_hidden(path: Path) -> bool:
    """What Python and editors leave behind is no case."""
    return any(name[0] in "_." for name in (path.name, path.parent.name))
