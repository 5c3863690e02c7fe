"""`safeguards report` as a program; models, migrations and a past that want to break out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.integration.verify.conftest import Ended, Small

from safeguards.checks import Action, Check, Item
from safeguards.journal.journal import Journal
from safeguards.pushed import PushedRef
from safeguards.runs import Push, Run
from safeguards.system.journal_store import JournalStore

EVIL = "</title></style><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
"""Every sink of text gets this."""

MODELS = f'''
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = """author {EVIL}"""
    id: Mapped[int] = mapped_column(primary_key=True)
    books: Mapped[list["Book"]] = relationship()


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey(Author.id))
    editor_id: Mapped[int] = mapped_column(ForeignKey(Author.id))
    near: Mapped["{EVIL.replace(chr(34), "")}"] = relationship()
'''


def report(small: Small, *argv: str | Path, **env: str) -> Ended:
    """Run `safeguards report` in the checkout."""
    done = subprocess.run(
        [sys.executable, "-m", "safeguards", "report", *map(str, argv)],
        cwd=small.folder,
        env={**small.env, **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def journal_of(small: Small) -> Journal:
    """The journal that the program writes."""
    return Journal(JournalStore(small.folder / ".git" / "safeguards" / "journal.db"))


def make_hostile(small: Small) -> None:
    """Names, messages, runs and pushes that hold markup; models with a fault; many migrations."""
    (small.folder / "models.py").write_text(MODELS)
    versions = small.folder / "migrations" / "versions"
    for number in range(60):
        before = f"'{number - 1:03}x'" if number else "'018'"
        (versions / f"x{number:03}.py").write_text(
            f'"""{EVIL.replace(chr(34), "")}"""\nrevision = "{number:03}x"\n'
            f"down_revision = {before}\n"
        )
    small.configure("projects = 1", f"projects = 1\n{json.dumps('x' + EVIL)} = 1")
    fill(small, 130)


def fill(small: Small, many: int) -> None:
    """A past of this many runs of all kinds, and a push that was refused."""
    journal = journal_of(small)
    for number in range(many):
        at = f"2026-01-{1 + number // 24:02}T{number % 24:02}:00:00.000Z"
        bad = number % 7 == 3
        item = Item(EVIL, "fail", EVIL, EVIL, EVIL, EVIL, 1, Action(EVIL, EVIL, safe=False))
        checks = (
            Check(1, "containers", "ok", 1, "", (Item("web", "warn", message=EVIL),)),
            Check(2, "migrations", "unknown" if number % 11 == 5 else "ok", 1, EVIL),
            Check(3, "api", "fail", 1, "", (item,)) if bad else Check(3, "api", "ok", 1),
            Check(4, "records", "skipped", 0, "not configured"),
        )
        kind: Any = "sync" if number % 9 == 0 else "verify"
        status, code = ("fail", 3) if bad else ("pass", 0)
        journal.write(
            Run(f"r{number}", kind, "manual", "production", at, status, EVIL, at, code, (), checks)
        )
    ref = PushedRef("refs/heads/main", "0" * 40, f"refs/heads/{EVIL}", "1" * 40)
    journal.write_push(Push("p1", "2026-01-03T00:30:00.000Z", EVIL, (ref,), "fail", "rejected"))
