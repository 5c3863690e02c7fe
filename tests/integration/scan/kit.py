"""The program as a shell starts it, and the small projects that it is given."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from safeguards.cli.main import main

PROGRAM = (sys.executable, "-m", "safeguards")
WITHOUT_POWERS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--")


class Ended(msgspec.Struct, frozen=True):
    """A finished `safeguards`."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)

    @property
    def rules(self) -> list[tuple[str, str]]:
        """Path and rule of each finding of a JSON document."""
        return [(each["path"], each["rule"]) for each in self.document["findings"]]


def run(*argv: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> Ended:
    """Run `safeguards` and let it end as it likes."""
    done = subprocess.run(
        [*PROGRAM, *map(os.fspath, argv)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode("utf-8", "replace"))


def scan(*argv: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> Ended:
    """Run `safeguards scan`."""
    return run("scan", *argv, cwd=cwd, env=env)


def scan_as_a_user(*argv: str, cwd: Path) -> Ended:
    """Scan as somebody for whom permissions count, which they do not for root."""
    prefix = WITHOUT_POWERS if os.getuid() == 0 else ()
    done = subprocess.run(
        [*prefix, *PROGRAM, "scan", *argv],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def scan_json(*argv: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> Ended:
    """Run `safeguards scan --format json`."""
    return scan("--format", "json", *argv, cwd=cwd, env=env)


def scan_here(*argv: str | Path, cwd: Path) -> Ended:
    """As `scan`, in this process."""
    return run_here("scan", *argv, cwd=cwd)


def run_here(*argv: str | Path, cwd: Path) -> Ended:
    """As `run`, in this process: for what does not depend on how a process starts and ends."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    before = Path.cwd()
    os.chdir(cwd)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([*map(os.fspath, argv)])
    finally:
        os.chdir(before)
    said = []
    for stream in (out, err):
        stream.flush()
        assert isinstance(stream.buffer, io.BytesIO)
        said.append(stream.buffer.getvalue().decode())
    return Ended(int(code), *said)


def write(top: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write the files below a folder."""
    for path, content in files.items():
        at = top / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(content.encode() if isinstance(content, str) else content)
    return top


BASE = """\
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass
"""

USER = """\
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.base import Base


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    posts: Mapped[list["Post"]] = relationship()
"""

ONE_KEY = """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.base import Base


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
"""

TWO_KEYS = f'{ONE_KEY}    editor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))\n'
"""A second key: `User.posts`, in the other file, becomes ambiguous."""

CLEAN = {
    "shop/__init__.py": "",
    "shop/base.py": BASE,
    "shop/user.py": USER,
    "shop/post.py": ONE_KEY,
}
BROKEN = {**CLEAN, "shop/post.py": TWO_KEYS}
FOUND = [("shop/user.py", "SG101")]

NODE = """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.base import Base


class Node(Base):
    __tablename__ = "node"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
    parent: Mapped["Node | None"] = relationship()
"""
WARNED = {**CLEAN, "shop/node.py": NODE}
"""A parent that means the children: a warning (SG110)."""

HEAD = """\
from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import declarative_base, declared_attr, relationship

Base = declarative_base()
"""

MANY = f"""\
{HEAD}

class Owned:
    @declared_attr
    def owner_id(cls):
        return Column(ForeignKey("user.id"))

    @declared_attr
    def owner(cls):
        return relationship("User", foreign_keys=[cls.owner_id])


class Stamped(Base):
    __abstract__ = True
    maker_id = Column(ForeignKey("user.id"))


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    pots = relationship("Pots")
    tags = relationship("Tag", secondary="links")
    chosen = relationship(eval(""))


links = Table(
    "links",
    Base.metadata,
    Column("user_id", ForeignKey("user.id")),
    Column("tag_id", ForeignKey("tag.id")),
    Column("by_id", ForeignKey("user.id")),
)


class Tag(Owned, Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)
    user = relationship("User", back_populates="tag")


class Post(Owned, Stamped):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("post.id"))
    author = relationship("User")
    parent = relationship("Post", uselist=False)


class Draft(Post):
    __tablename__ = "draft"
    id = Column(Integer, primary_key=True)


class Alone(Base):
    __tablename__ = "alone"
    id = Column(Integer, primary_key=True)
    tag = relationship("Tag")
"""
FAULTS = {
    "app/models.py": MANY,
    "app/broken.py": "X = '\0'\n",
    "app/stale.py": "X = 1  # safeguards: ignore[SG101] no longer\n",
}
"""One fault of almost every rule."""
