"""Which files are looked into: all that may take part in a mapping, and few others."""

from __future__ import annotations

import pytest

from safeguards.scan.outline import relevant
from safeguards.scan.reading import extract_one

BASE = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase):\n    pass\n"
PERSON = (
    "from base import Base\nclass Person(Base):\n    __tablename__ = 'p'\n"
    "    boss = relationship('Boss')\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "from m import Person\nclass Employee(Person):\n    pass\n",
        "import m\nclass Employee(m.Person):\n    pass\n",
        "from m import Person as P\nclass Employee(P):\n    pass\n",
        "from m import Person\nP = Person\nclass Employee(P):\n    pass\n",
        "from m import Person\nif P:\n    class Employee(Mixin, Person):\n        pass\n",
        "from m import Base\nclass Tag(Base):\n    pass\n",
        "from company import Model\nclass Boss(Model):\n    pass\n",
        "class Boss:\n    pass\n",
        "class Hero(SQLModel, table=True):\n    id: int\n",
        "from m import Person\nPerson.note = note()\n",
        "from m import Person\nsetattr(Person, 'note', note())\n",
        "link = sa.Table('link', metadata)\n",
        "registry.map_imperatively(Person, people)\n",
    ],
)
def test_a_file_that_may_map_something_is_relevant(text: str) -> None:
    assert "other.py" in _relevant(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "from sqlalchemy import select\ndef find(session):\n    return session.scalar(select(1))\n",
        "from m import Person\nclass PersonService:\n    model = 'Person'\n",
        "def upgrade():\n    op.create_table('a', sa.Column('id', sa.Integer))\n",
        "class Chief(\n",
        "class Chief:\n    \udcff = 1\n",
    ],
)
def test_a_file_that_maps_nothing_is_not(text: str) -> None:
    assert _relevant(text) == ["base.py", "m.py"]


def test_descent_is_followed_through_files_in_any_order() -> None:
    files = {
        "a.py": "class Third(Second):\n    pass\n",
        "b.py": "class Second(First):\n    pass\n",
        "c.py": "class First(Person):\n    pass\n",
        "d.py": "class Other(Unrelated):\n    pass\n",
    }
    assert _relevant_of(files) == ["a.py", "b.py", "base.py", "c.py", "m.py"]


def _relevant(text: str) -> list[str]:
    return _relevant_of({"other.py": text})


def _relevant_of(files: dict[str, str]) -> list[str]:
    whole = {**files, "base.py": BASE, "m.py": PERSON}
    outlines = {
        path: extract_one(text.encode("utf-8", "surrogateescape")).outline
        for path, text in sorted(whole.items())
    }
    return relevant(outlines)
