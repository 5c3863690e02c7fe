from __future__ import annotations

import pytest
from tests.unit.scan.kit import HEAD, Resolved, keys, model

META = "meta = MetaData()\n"
PAIR = "Column('a', Integer, primary_key=True), Column('b', Integer, primary_key=True)"

TABLES = {
    "columns with keys": (
        "t = Table('t', Base.metadata, Column('a', ForeignKey('u.id')), Column('b', Integer))\n",
        ["a > u.id", "b"],
    ),
    "key without column names the same column": (
        "t = Table('t', Base.metadata, Column('a', ForeignKey('u')))\n",
        ["a > u"],
    ),
    "column under another key": (
        "t = Table('t', Base.metadata, Column('a_id', Integer, key='a'))\n",
        ["a"],
    ),
    "constraint before its columns": (
        f"t = Table('t', M, ForeignKeyConstraint(['a', 'b'], ['u.a', 'u.b']), {PAIR})\n",
        ["a > u.a", "b > u.b"],
    ),
    "constraint by keywords": (
        (f"t = Table('t', Base.metadata, {PAIR},"
        " ForeignKeyConstraint(columns=['a'], refcolumns=['u.a']))\n"),
        ["a > u.a", "b"],
    ),
    "shared list of columns": (
        ("COMMON = [Column('a', Integer), Column('b', ForeignKey('u.id'))]\n"
        "t = Table('t', Base.metadata, *COMMON)\n"),
        ["a", "b > u.id"],
    ),
    "made in a function": (
        "def make(n):\n    return Table(n, Base.metadata, Column('a', Integer))\nt = make('t')\n",
        ["a"],
    ),
    "declared": (
        model("T", *keys(a="u.id"), "b = Column('bb', Integer)", "c = deferred(Column(Integer))"),
        ["a > u.id", "bb", "c", "id"],
    ),
    "declared with Mapped": (
        model("T", "a: Mapped[int] = mapped_column(ForeignKey('u.id'))", "b: Mapped[str]", "c = 1"),
        ["a > u.id", "b", "id"],
    ),
    "declared with table arguments": (
        model("T", "a = Column(Integer)", "b = Column(Integer)",
              "__table_args__ = (ForeignKeyConstraint([a, 'b'], ['u.a', 'u.b']), {'x': 1})"),
        ["a > u.a", "b > u.b", "id"],
    ),
    "keys by column object and by class attribute": (
        model("U")
        + model("T", "a = Column(ForeignKey(U.id))", "b = Column(ForeignKey(U.__table__.c.id))"),
        ["a > u.id", "b > u.id", "id"],
    ),
    "columns of a mixin": (
        "class M:\n    m = Column(Integer)\n    @declared_attr\n    def k(cls):\n"
        "        return Column(ForeignKey(cls.__name__.lower() + '.id'))\n"
        + model("T", base="M, Base"),
        ["id", "k > t.id", "m"],
    ),
    "a mapped table": (
        f"t = Table('t', Base.metadata, {PAIR})\nclass T(Base):\n    __table__ = t\n",
        ["a", "b"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), TABLES.values(), ids=TABLES.keys())
def test_columns_and_their_keys(source: str, expected: list[str]) -> None:
    table = Resolved(source).table("t")
    shown = [
        " > ".join([name, *(key.spec for key in column.foreign_keys)])
        for name, column in table.columns.items()
    ]
    assert sorted(shown) == expected
    assert table.unsure == ""


UNSURE = {
    "columns by *": "t = Table('t', Base.metadata, *columns())\n",
    "reflected": "t = Table('t', Base.metadata, autoload_with=engine)\n",
    "a nameless column": "t = Table('t', Base.metadata, Column(name()))\n",
    "a computed column": "t = Table('t', Base.metadata, column())\n",
    "an argument that is not known": "t = Table('t', Base.metadata, Column('a', key()))\n",
    "a computed key": "t = Table('t', Base.metadata, Column('a', ForeignKey(key())))\n",
    "a computed constraint": "t = Table('t', Base.metadata, ForeignKeyConstraint(a(), b()))\n",
    "a constraint of uneven sides": "t = Table('t', MetaData(), ForeignKeyConstraint(['a'], []))\n",
    "computed table arguments": model("T", "__table_args__ = arguments()"),
}


@pytest.mark.parametrize("source", UNSURE.values(), ids=UNSURE.keys())
def test_what_may_hide_columns_is_said(source: str) -> None:
    assert Resolved(source).table("t").unsure


def test_a_composite_constraint_is_one_and_single_keys_are_many() -> None:
    composite = "__table_args__ = (ForeignKeyConstraint(['a', 'b'], ['u.a', 'u.b']),)"
    columns = ("a = Column(Integer)", "b = Column(Integer)")
    assert len(Resolved(model("T", *columns, composite)).table("t").constraints) == 1
    assert len(Resolved(model("T", *keys(a="u.a", b="u.b"))).table("t").constraints) == 2


NAMES = {
    "schema of the class": (model("T", "__table_args__ = {'schema': 's'}"), "s.t"),
    "schema last in a tuple": (model("T", "__table_args__ = (Index('i'), {'schema': 's'})"), "s.t"),
    "schema of the metadata": (
        "B2 = declarative_base(metadata=MetaData(schema='s'))\n" + model("T", base="B2"),
        "s.t",
    ),
    "schema of the table": ("t = Table('t', Base.metadata, schema='s')\n", "s.t"),
    "from a constant": (
        "P = 'x_'\nclass T(Base):\n    __tablename__ = f'{P}t'\n    id = Column(Integer)\n",
        "x_t",
    ),
    "from a mixin": (
        (
            "class M:\n    @declared_attr.directive\n    def __tablename__(cls):\n"
            "        return cls.__name__.lower()\nclass T(M, Base):\n    id = Column(Integer)\n"
        ),
        "t",
    ),
    "computed": ("class T(Base):\n    __tablename__ = name()\n    id = Column(Integer)\n", "?"),
}


@pytest.mark.parametrize(("source", "label"), NAMES.values(), ids=NAMES.keys())
def test_the_name_of_a_table(source: str, label: str) -> None:
    (table,) = Resolved(source).resolution.project.tables
    assert table.label == label


FLASK = "from flask_sqlalchemy import SQLAlchemy\nfrom sqlalchemy import *\ndb = SQLAlchemy()\n"
SQLMODEL = "from sqlmodel import *\n"


@pytest.mark.parametrize(
    ("source", "label"),
    [
        (
            FLASK + "class HTTPServerLog(db.Model):\n    id = db.Column(db.Integer)\n",
            "http_server_log",
        ),
        (FLASK + "class CamelCase(db.Model):\n    id = db.Column(db.Integer)\n", "camel_case"),
        (FLASK + "class X2Y(db.Model):\n    id = db.Column(db.Integer)\n", "x2_y"),
        (SQLMODEL + "class CamelCase(SQLModel, table=True):\n    id: int\n", "camelcase"),
    ],
)
def test_generated_table_names(source: str, label: str) -> None:
    (table,) = Resolved({"models.py": source}).resolution.project.tables
    assert table.label == label


def test_keys_find_their_table_only_in_their_own_metadata() -> None:
    found = Resolved(
        "Other = declarative_base()\n"
        + model("U", base="Other")
        + model("T", *keys(u_id="u.id"))
        + model("V", *keys(u_id="u.id"), base="Other")
    )
    targets = {t.label: [k.target for k in t.foreign_keys()] for t in map(found.table, "tv")}
    assert targets == {"t": [None], "v": [found.table("u").columns["id"]]}


def test_two_files_with_the_same_table_make_it_ambiguous_which() -> None:
    files = {"a.py": HEAD + model("U"), "b.py": "from a import *\n" + model("U")}
    files["c.py"] = "from a import *\n" + model("T", *keys(u_id="u.id"), "u = relationship(U)")
    found = Resolved(files)
    assert [m.table.label for m in found.resolution.project.mappers if m.table] == ["u", "u", "t"]
    assert found.faults <= {("SG199", "T.u")}
