"""Alembic histories for tests: drawn, judged by our check, judged by the real Alembic."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from safeguards.findings import Finding
from safeguards.migrations.check import check
from safeguards.migrations.environments import belongs, find_environments
from safeguards.migrations.history import History, Question, named
from safeguards.migrations.revision_file import read_file

INI = "[alembic]\nscript_location = m\n"
WORKER = Path(__file__).with_name("alembic_worker.py")
BODY = "\n\ndef upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n"


def text(revision: object, down: object = None, *more: str) -> str:
    """A revision file."""
    lines = [f"revision = {revision!r}", f"down_revision = {down!r}", *more]
    return "\n".join(lines) + BODY


def history(
    files: Mapping[str, str | bytes], ini: str = INI, *, config: str = "alembic.ini"
) -> History:
    """The one history in a project with these files; revision files by path, `m/env.py` given."""
    (found,) = histories(files, ini, config=config)
    return found


def histories(
    files: Mapping[str, str | bytes], ini: str = INI, *, config: str = "alembic.ini"
) -> tuple[History, ...]:
    """Every history in a project with these files and that `alembic.ini`."""
    tree = {
        path: content if isinstance(content, bytes) else content.encode()
        for path, content in ({"m/env.py": "", config: ini} | dict(files)).items()
    }
    made = []
    for found in find_environments(tree, tree.get):
        place = found.environment
        assert place is not None, found
        listed = {path: tree[path] for path in tree if belongs(place, path)}
        made.append(
            History(
                found.config,
                place,
                {path: named(path, read_file(content)) for path, content in listed.items()},
                {path: str(hash(content)) for path, content in listed.items()},
                lambda paths: {path: tree[path] for path in paths if path in tree},
                f"{place.script_location}/env.py" in tree,
                read_file(tree.get(f"{place.script_location}/env.py", b"")).width,
            )
        )
    return tuple(made)


def check_with(files: Mapping[str, str | bytes], ini: str = INI, **around: Any) -> list[Finding]:
    """The findings in the one history of a project, and what is known around it."""
    return check(Question(now=history(files, ini), **around))


def found(files: Mapping[str, str | bytes]) -> list[Finding]:
    """The findings in a history of which nothing else is known."""
    return check_with(files)


def rules(findings: Iterable[Finding]) -> set[str]:
    """The codes of the errors."""
    return {finding.rule for finding in findings if finding.severity == "error"}


def ask_alembic(
    cases: Iterable[Mapping[str, str]],
    settings: Mapping[str, str] | None = None,
    *,
    listed: bool = False,
) -> list[str]:
    """What the real Alembic has against each project; empty where it is right.

    `settings` are files; when `listed`, the answers are the ids that it loads.
    """
    around = {"settings": settings or {"alembic.ini": INI}, "list": listed}
    wanted = json.dumps([{"files": dict(files), **around} for files in cases])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(WORKER)],
        input=wanted,
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    answers = json.loads(done.stdout)
    assert isinstance(answers, list)
    return answers


class Drawn:
    """A history drawn at random: a tree of revisions, then some mishaps."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.rows = self._grown()
        self.texts: dict[str, str] = {}
        for _ in range(self.random.choice((0, 0, 1, 1, 2, 3))):
            self.random.choice(
                (self._no_parent, self._any_parent, self._twice, self._depends, self._labels,
                 self._merge, self._spoil, self._label_again, self._begin)
            )()  # fmt: skip
        self.files = {f"m/versions/{name}": self._text(name) for name in self.rows}

    def _grown(self) -> dict[str, dict[str, object]]:
        rows: dict[str, dict[str, object]] = {}
        for number in range(self.random.randint(1, 7)):
            parent: object = f"r{number - 1:03}" if number else None
            if number > 1 and self.random.random() < 0.15:
                parent = f"r{self.random.randrange(number):03}"
            rows[f"{number:03}.py"] = {"revision": f"r{number:03}", "down_revision": parent}
        return rows

    def _row(self) -> dict[str, object]:
        return self.rows[self.random.choice(sorted(self.rows))]

    def _id(self) -> object:
        return self._row()["revision"]

    def _no_parent(self) -> None:
        self._row()["down_revision"] = self.random.choice(
            ("zzz", "r00", "", "r001x", ("r000", "zzz"))
        )

    def _any_parent(self) -> None:
        self._row()["down_revision"] = self._id()

    def _begin(self) -> None:
        self._row()["down_revision"] = None

    def _twice(self) -> None:
        self._row()["revision"] = self._id()

    def _depends(self) -> None:
        wanted = self.random.choice((self._id(), (self._id(), self._id()), "zzz", "one"))
        self._row()["depends_on"] = wanted

    def _labels(self) -> None:
        for number, row in enumerate(self.rows.values()):
            if row["down_revision"] is None or self.random.random() < 0.2:
                row["branch_labels"] = (f"label{number}",)

    def _label_again(self) -> None:
        self._row()["branch_labels"] = self.random.choice(("one", ("one", "two"), self._id()))

    def _merge(self) -> None:
        parents = repr([row["down_revision"] for row in self.rows.values()])
        heads = [r["revision"] for r in self.rows.values() if repr(r["revision"]) not in parents]
        given: object = tuple(heads) if self.random.random() < 0.8 else [self._id(), self._id()]
        self.rows["merge.py"] = {"revision": "merged", "down_revision": given}

    def _spoil(self) -> None:
        name = self.random.choice(sorted(self.rows))
        self.texts[name] = self.random.choice(
            (
                "def (",
                "<<<<<<< HEAD\nrevision = 'a'\n=======\nrevision = 'b'\n>>>>>>> other\n",
                "x = 1\n",
                f"revision = {self.rows[name]['revision']!r}" + BODY,
                "down_revision = None" + BODY,
                "revision = 'a-b'\ndown_revision = None" + BODY,
                "revision = 7\ndown_revision = None" + BODY,
                "revision = 'seven'\ndown_revision = 7" + BODY,
                "",
            )
        )

    def _text(self, name: str) -> str:
        if name in self.texts:
            return self.texts[name]
        style = self.random.choice(("{} = {!r}", "{}: str = {!r}", "{} = ({!r})"))
        return "\n".join(style.format(*pair) for pair in self.rows[name].items()) + BODY
