"""Projects that no interpreter would run: an answer all the same, and soon."""

from __future__ import annotations

import pytest
from tests.support.scan_case import found, scan_files

HEAD = """\
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, declared_attr, relationship

Base = declarative_base()
"""


def model(name: str, base: str = "Base", body: str = "") -> str:
    return (
        f"class {name}({base}):\n"
        f"    __tablename__ = {name.lower()!r}\n"
        f"    id = Column(Integer, primary_key=True)\n{body}"
    )


CYCLES = {
    "modules import each other": {
        "a.py": "from b import Base, B\n" + model("A"),
        "b.py": "from a import Base, A\n" + model("B"),
    },
    "star imports in a ring": {
        "a.py": "from b import *\nfrom sqlalchemy.orm import *\n" + model("A"),
        "b.py": "from c import *\n",
        "c.py": "from a import *\nBase = declarative_base()\n",
    },
    "a module imports itself": {"a.py": "from a import *\nfrom a import Base\n" + model("A")},
    "a package imports itself": {
        "p/__init__.py": "from . import *\nfrom .p import *\nfrom .. import *\nfrom ... import p\n",
        "p/p.py": "from . import p\nfrom .p import p\n",
    },
    "relative import beyond the top": {"a.py": "from .... import Base\n" + model("A")},
    "classes inherit from each other": {
        "a.py": HEAD + model("A", "B") + model("B", "C") + model("C", "A"),
    },
    "a class inherits from itself": {"a.py": HEAD + model("A", "A") + model("Base", "Base")},
    "classes inherit across modules in a ring": {
        "a.py": "import b\n" + model("A", "b.B"),
        "b.py": "import a\n" + model("B", "a.A"),
    },
    "no consistent order of bases": {
        "a.py": HEAD
        + model("X")
        + model("Y")
        + "class P(X, Y): pass\nclass Q(Y, X): pass\nclass R(P, Q): pass\nclass S(X, X): pass\n",
    },
    "names defined by each other": {
        "a.py": HEAD + "A = B\nB = C\nC = A\nT = T\nS = S + S\n" + "__tablename__ = T + S\n"
        "class M(A):\n    __tablename__ = T\n    id = Column(A)\n"
        "    r = relationship(B, secondary=C)\n",
    },
    "names defined by each other across modules": {
        "a.py": "from b import x as y\nz = y\n" + HEAD + "class M(y): __tablename__ = z\n",
        "b.py": "from a import z as x\n",
    },
    "a mixin that uses itself": {
        "a.py": HEAD + "class M:\n    @declared_attr\n    def x(cls):\n        return M.x(cls)\n"
        "    @declared_attr\n    def __tablename__(cls):\n        return cls.__tablename__\n"
        + "class A(M, Base):\n    id = Column(Integer, primary_key=True)\n",
    },
    "functions that call each other": {
        "a.py": HEAD + "def f(): return g()\ndef g(): return f()\n"
        "class A(f()):\n    __tablename__ = g()\n    x = Column(ForeignKey(f()))\n"
        "    y = relationship(g)\n",
    },
}

BOMBS = {
    "a string times a billion": "T = 'a' * 10**9\n" + model("A").replace("'a'", "T"),
    "a billion as the width in %": "T = '%1000000000d' % 1\n" + model("A").replace("'a'", "T"),
    "a billion as the width in an f-string": "T = f'{1:>1000000000}'\n"
    + model("A").replace("'a'", "T"),
    "a billion as the width in format": "T = '{:1000000000}'.format(1)\n"
    + model("A").replace("'a'", "T"),
    "a billion as the width in zfill": "T = '1'.zfill(10**9)\n" + model("A").replace("'a'", "T"),
    "a string doubled sixty times": "T0 = 'ab'\n"
    + "".join(f"T{i + 1} = T{i} + T{i}\n" for i in range(60))
    + model("A").replace("'a'", "T60"),
    "a string doubled sixty times by f-strings": "T0 = 'ab'\n"
    + "".join(f"T{i + 1} = f'{{T{i}}}{{T{i}}}'\n" for i in range(60))
    + model("A").replace("'a'", "T60"),
    "a tuple doubled sixty times": "T0 = (Column('x', Integer),)\n"
    + "".join(f"T{i + 1} = (*T{i}, *T{i})\n" for i in range(60))
    + "from sqlalchemy import Table\nt = Table('t', Base.metadata, *T60)\n",
    "a dictionary that holds itself": "d = {}\nd = {'a': d, **d}\n"
    "class A(Base):\n    __tablename__ = 'a'\n    __mapper_args__ = {**d}\n"
    "    __table_args__ = (d, d)\n    id = Column(Integer, primary_key=True)\n",
    "a function with forty doublings": "def f0(): return 'a'\n"
    + "".join(f"def f{i + 1}(): return f{i}() + f{i}()\n" for i in range(40))
    + "class A(Base):\n    __tablename__ = f40()\n    id = Column(Integer, primary_key=True)\n",
    "twenty calls of the next, eight times": "def f0(): return 'a'\n"
    + "".join(f"def f{i + 1}(): return {' + '.join([f'f{i}()'] * 20)}\n" for i in range(8))
    + model("A").replace("'a'", "f8()"),
    "comprehensions that call the next": "def f0(): return ['a'] + ['b']\nL = ["
    + "'a', " * 1500
    + "]\n"
    + "".join(f"def f{i + 1}(): return [f{i}() for x in L]\n" for i in range(6))
    + "T = f6()\n"
    + model("A", body="    __table_args__ = tuple(T)\n"),
    "a power tower": "N = 9 ** 9 ** 9\nT = 'a' * N\n" + model("A").replace("'a'", "T"),
}

STRINGS = [
    "",
    " ",
    ".",
    "..",
    "a..b",
    ".User",
    "User.",
    "User[",
    "User()",
    "User.id ==",
    "(" * 5000,
    "[" * 90 + "]" * 90,
    "User" + ".id" * 5000,
    "-" * 5000 + "1",
    "'" * 3,
    "\\",
    "\0",
    "lambda: User",
    "[x for x in User]",
    "__import__('os').system('true')",
    "'a' * 10**9",
    "10**10**10",
    "User\n.id",
    "é",
    "\ud800",
    "User; User",
    "f'{User}'",
    "x := User",
]


DEEP = {
    "sum": "T = " + " + ".join(["'a'"] * 5000) + "\n",
    "sum of names": "".join(f"T{i + 1} = T{i}\n" for i in range(5000)) + "T0 = 'a'\nT = T5000\n",
    "attributes": "T = a" + ".b" * 800 + "\n",
    "calls": "T = f" + "()" * 800 + "\n",
    "nested calls": "T = " + "f(" * 90 + ")" * 90 + "\n",
    "conditional": "T = " + "'a' if x else " * 900 + "'b'\n",
    "union": "T = " + " | ".join(["A"] * 5000) + "\n",
    "and": "T = " + " and ".join(["a"] * 5000) + "\n",
    "functions that call the next": "def f0(): return 'a'\n"
    + "".join(f"def f{i + 1}(): return f{i}()\n" for i in range(3000))
    + "T = f3000()\n",
    "classes inside classes": "".join(" " * i + f"class C{i}:\n" for i in range(90))
    + " " * 90
    + "T = 'a'\nT = C0"
    + "".join(f".C{i}" for i in range(1, 90))
    + ".T\n",
    "nested tuples": "T = " + "(" * 90 + "'a'" + ",)" * 90 + "\n",
    "nested dictionaries": "T = " + "{'a': " * 90 + "'a'" + "}" * 90 + "\n",
}


@pytest.mark.parametrize("files", CYCLES.values(), ids=CYCLES.keys())
def test_a_ring_of_definitions_has_an_end(files: dict[str, str]) -> None:
    sources = {path: text.encode() for path, text in files.items()}
    assert not {e for e in found(scan_files(sources)) if e.rule == "SG100"}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_constants_are_not_blown_up(text: str) -> None:
    assert found(scan_files({"models.py": (HEAD + text).encode()})) == set()


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_deep_values_are_used_or_unknown(text: str) -> None:
    use = (
        "class A(Base, T):\n    __tablename__ = T\n    id = Column(Integer, primary_key=True)\n"
        "    b: T = relationship(T, secondary=T, foreign_keys=T)\n"
        "    c = Column(T, ForeignKey(T))\n    __table_args__ = T\n    __mapper_args__ = T\n"
    )
    scan_files({"models.py": (HEAD + text + use).encode()})


@pytest.mark.parametrize("argument", ["target", "primaryjoin", "foreign_keys", "secondary"])
@pytest.mark.parametrize("text", STRINGS, ids=range(len(STRINGS)))
def test_any_string_expression(argument: str, text: str) -> None:
    value = ascii(text)
    call = (
        f"relationship({value})"
        if argument == "target"
        else f"relationship('User', {argument}={value})"
    )
    body = f"    user_id = Column(ForeignKey('user.id'))\n    user = {call}\n"
    source = HEAD + model("User") + model("Post", body=body)
    scan_files({"models.py": source.encode()})


@pytest.mark.parametrize("text", STRINGS, ids=range(len(STRINGS)))
def test_any_string_annotation_and_name(text: str) -> None:
    value = ascii(text)
    body = (
        f"    user: Mapped[{value}] = relationship(back_populates={value})\n"
        f"    users: {value} = relationship()\n"
        f"    key = Column({value}, ForeignKey({value}), key={value})\n"
        f"    __mapper_args__ = {{{value}: {value}}}\n"
        f"    __table_args__ = ({value}, {{'schema': {value}}})\n"
    )
    source = HEAD + "from sqlalchemy.orm import Mapped\n" + model("User", body=body)
    scan_files({"models.py": source.encode()})


def test_a_chain_of_three_hundred_classes() -> None:
    chain = "".join(f"class C{i + 1}(C{i}): pass\n" for i in range(300))
    assert found(scan_files({"models.py": (HEAD + "class C0: pass\n" + chain).encode()})) == set()


def test_a_chain_of_two_thousand_modules() -> None:
    files = {f"m{i}.py": f"from m{i + 1} import *\n".encode() for i in range(2000)}
    files["m2000.py"] = HEAD.encode()
    files["models.py"] = ("from m0 import *\n" + model("A")).encode()
    assert found(scan_files(files)) == set()


def test_two_hundred_modules_that_star_import_each_other() -> None:
    everybody = "".join(f"from m{i} import *\n" for i in range(200))
    files = {f"m{i}.py": f"{everybody}x{i} = {i}\n".encode() for i in range(200)}
    assert found(scan_files(files)) == set()


def test_three_hundred_relationships_between_two_classes() -> None:
    keys = "".join(
        f"    k{i} = Column(ForeignKey('user.id'))\n    r{i} = relationship('User')\n"
        for i in range(300)
    )
    files = {"models.py": (HEAD + model("User") + model("Post", body=keys)).encode()}
    assert [f.rule for f in scan_files(files).findings] == ["SG101"] * 300


@pytest.mark.parametrize(
    "path",
    ["a b.py", "ünï.py", "-x.py", "1.py", "class.py", "a.b.py", "x/y/z.py", "\udce9.py", "n\nl.py"],
)
def test_file_names_that_are_no_module_names(path: str) -> None:
    body = "    a_id = Column(ForeignKey('user.id'))\n    b_id = Column(ForeignKey('user.id'))\n"
    source = HEAD + model("User") + model("Post", body=body + "    a = relationship('User')\n")
    assert [f.rule for f in scan_files({path: source.encode()}).findings] == ["SG101"]
