"""Sources that ask for endless work: what they make is told in part, or not at all, and soon."""

from __future__ import annotations

import time

import pytest
from tests.support.scan_case import scan_files

HEAD = """\
import types
from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


"""
TABLE = "Table(f't{n}', Base.metadata, Column('id', Integer, primary_key=True))"
BODY = "{'__tablename__': n, 'id': Column(Integer, primary_key=True)}"
SECONDS = 20.0
"""A bound that no machine under load reaches with bounded work, and unbounded work passes."""


def nested(depth: int, body: str) -> str:
    rows = [f"{'    ' * i}for n{i} in range(400):\n" for i in range(depth)]
    return "".join(rows) + f"{'    ' * depth}{body}\n"


WORK = {
    "a loop over a billion": f"for n in range(10**9):\n    {TABLE}\n",
    "a loop over a billion by step": f"for n in range(0, -(10**9), -1):\n    {TABLE}\n",
    "a comprehension over a billion": f"tables = [{TABLE} for n in range(10**9)]\n",
    "a loop over two thousand": f"for n in range(2000):\n    {TABLE}\n",
    "three loops of four hundred": "n = 1\n" + nested(3, TABLE),
    "eight loops of four hundred": "n = 1\n" + nested(8, TABLE),
    "comprehensions in comprehensions": "T = [(a, b, c, d) for a in range(400) for b in range(400)"
    " for c in range(400) for d in range(400)]\n",
    "a list that doubles": "x = ['a']\nfor n in range(400):\n    x.extend(x)\n"
    "for n in x:\n    User.k = Column(ForeignKey(n))\n",
    "a list that doubles by +=": "x = ['a']\nfor n in range(400):\n    x += x\n",
    "a string that doubles": "x = 'a'\nfor n in range(400):\n    x = x + x\n",
    "a dict that holds itself": "d = {}\nfor n in range(400):\n    d[str(n)] = d\n",
    "a loop over what it fills": f"x = [1]\nfor n in x:\n    x.append(n)\n    {TABLE}\n",
    "a while that never ends": f"n = 0\nwhile True:\n    n += 1\n    {TABLE}\n",
    "a function that calls itself": f"def f(n):\n    {TABLE}\n    return f(n + 1)\nf(0)\n",
    "a function that calls itself twice": f"def f(n):\n    {TABLE}\n"
    "    f(n + 1)\n    f(n + 1)\nf(0)\n",
    "functions that call each other": f"def f(n):\n    {TABLE}\n    g(n)\n"
    "def g(n):\n    f(n)\n    f(n)\nf(0)\n",
    "a call in each round of a call": f"def f(n):\n    for m in range(400):\n        {TABLE}\n"
    "        f(m)\nf(0)\n",
    "classes that make their own base": f"def f(n):\n    return type(n, (f(n),), {BODY})\nf('a')\n",
    "type() of type()": "t = type\nfor n in ('a',) * 1:\n    pass\n"
    "def f(n):\n    class M(f(n)):\n        pass\n"
    f"    return type(n, (M, f(n)), {BODY})\nX = f('a')\n",
    "a class in each of many rounds": "for n in range(500):\n    class M(Base):\n"
    "        __tablename__ = f't{n}'\n        id = Column(Integer, primary_key=True)\n"
    "        user_id = Column(ForeignKey('user.id'))\n        user = relationship('User')\n",
    "a chain of classes in rounds": "M = User\nfor n in range(500):\n    class M(M):\n"
    "        pass\n",
    "new_class with itself": "def fill(ns):\n    ns['a'] = types.new_class('A', (), {}, fill)\n"
    "A = types.new_class('A', (Base,), {}, fill)\n",
    "__init_subclass__ that makes subclasses": "class M:\n    def __init_subclass__(cls):\n"
    "        class N(cls):\n            x = Column(Integer)\nclass A(M, Base):\n    pass\n",
    "a decorator that decorates": "def d(cls):\n    @d\n    class N(cls):\n        pass\n"
    "    return N\n@d\nclass A(Base):\n"
    "    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n",
    "a metaclass that calls itself": "class Meta(type):\n    pass\n"
    "def f(n):\n    return Meta(n, (f(n),), {'x': Column(Integer)})\nA = f('a')\n",
    "partial of partial": "from functools import partial\np = partial(Column)\n"
    "for n in range(500):\n    p = partial(p, n)\nUser.x = p()\n",
    "partial of itself": "from functools import partial\np = partial(p, 1)\nUser.x = p()\n",
    "getattr of itself": "x = getattr(x, 'x')\nUser.x = x\n",
    "a class property of itself": "class A(Base):\n    id = Column(Integer, primary_key=True)\n"
    "    @classproperty\n    def __tablename__(cls):\n"
    "        return cls.__tablename__\n",
    "a walrus in a walrus": "x = " + "(y := " * 80 + "1" + ")" * 80 + "\n",
    "a tower of loops": "".join(f"{' ' * i}for n in (1,):\n" for i in range(90))
    + " " * 90
    + "x = n\n",
    "a tower of functions": "".join(f"{' ' * i}def f{i}(n):\n" for i in range(90))
    + " " * 90
    + f"{TABLE}\nf0(1)\n",
    "ten thousand deep": "x = " + "[" * 10_000 + "]" * 10_000 + "\n",
    "many loops": f"for n in range(400):\n    {TABLE}\n" * 400,
    "many calls": f"def f(n):\n    {TABLE}\n" + "f(1)\n" * 5000,
    "many setattr": "for n in range(500):\n    for m in range(500):\n"
    "        setattr(User, f'a{n}{m}', Column(Integer))\n",
    "slices of a slice": "x = 'a' * 3\nfor n in range(400):\n    x = x[1:][::-1]\nUser.x = x\n",
    "a zip of a zip": "x = [1]\nfor n in range(400):\n    x = list(zip(x, x))\nUser.x = x\n",
}


@pytest.mark.parametrize("text", WORK.values(), ids=WORK.keys())
def test_work_without_end_comes_to_an_end(text: str) -> None:
    started = time.process_time()
    result = scan_files({"models.py": (HEAD + text).encode()})
    assert time.process_time() - started < SECONDS
    assert not [f for f in result.findings if f.severity == "error"]
