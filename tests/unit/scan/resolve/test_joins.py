"""Join determination, statement by statement as SQLAlchemy's source has it."""

from __future__ import annotations

import pytest
from tests.unit.scan.kit import Resolved, keys, model

USER = model("User")
PAIR = model("Pair", "a = Column(Integer)", "b = Column(Integer)")
JOINED = model("Person") + model("Emp", base="Person", key="person.id")


def rel(name: str, target: str, *arguments: str) -> str:
    return f"{name} = relationship({', '.join([repr(target), *arguments])})"


PRIMARY = {
    "one key": (USER + model("Post", *keys(u_id="user.id"), rel("u", "User")), "one"),
    "one key, from the other side": (
        model("User", rel("posts", "Post")) + model("Post", *keys(u_id="user.id")),
        ("User.posts", "one"),
    ),
    "no key": (USER + model("Post", rel("u", "User")), "none"),
    "two keys": (
        USER + model("Post", *keys(a_id="user.id", b_id="user.id"), rel("u", "User")),
        "several",
    ),
    "mutual keys are searched in both directions": (
        model("User", *keys(p_id="post.id"))
        + model("Post", *keys(u_id="user.id"), rel("u", "User")),
        "several",
    ),
    "a key to itself is searched once": (
        model("Node", *keys(p_id="node.id"), rel("p", "Node")),
        ("Node.p", "one"),
    ),
    "two keys to itself": (
        model("Node", *keys(a_id="node.id", b_id="node.id"), rel("p", "Node")),
        ("Node.p", "several"),
    ),
    "a composite key counts once": (
        PAIR + model("Post", "a = Column(Integer)", "b = Column(Integer)",
            "__table_args__ = (ForeignKeyConstraint(['a', 'b'], ['pair.a', 'pair.b']),)",
            rel("u", "Pair")),
        "one",
    ),
    "two single keys to a composite one count twice": (
        PAIR + model("Post", *keys(a="pair.a", b="pair.b"), rel("u", "Pair")),
        "several",
    ),
    "two constraints of the same columns count once": (
        USER + model("Post", *keys(a_id="user.id"),
            "__table_args__ = (ForeignKeyConstraint(['a_id'], ['user.id']),)", rel("u", "User")),
        "one",
    ),
    "foreign_keys filters": (
        USER + model("Post", *keys(a_id="user.id", b_id="user.id"),
            rel("u", "User", "foreign_keys=[a_id]")),
        "one",
    ),
    "foreign_keys without a list": (
        USER + model("Post", *keys(a_id="user.id", b_id="user.id"),
            rel("u", "User", "foreign_keys=a_id")),
        "one",
    ),
    "foreign_keys as a string": (
        USER + model("Post", *keys(a_id="user.id", b_id="user.id"),
            rel("u", "User", "foreign_keys='[Post.a_id]'")),
        "one",
    ),
    "foreign_keys as a lambda": (
        USER + model("Post", *keys(a_id="user.id", b_id="user.id"),
            rel("u", "User", "foreign_keys=lambda: [Post.a_id]")),
        "one",
    ),
    "both in foreign_keys stay ambiguous": (
        USER + model("Post", *keys(a_id="user.id", b_id="user.id"),
            rel("u", "User", "foreign_keys=[a_id, b_id]")),
        "several",
    ),
    "foreign_keys that name the target's column": (
        USER + model("Post", *keys(a_id="user.id"), rel("u", "User", "foreign_keys='User.id'")),
        "none",
    ),
    "foreign_keys that name a column without a key": (
        USER + model("Post", *keys(a_id="user.id"), "x = Column(Integer)",
            rel("u", "User", "foreign_keys=[x]")),
        "none",
    ),
    "of overlapping keys foreign_keys keeps the one whose columns are all named": (
        model("Pair", "a = Column(Integer)", "b = Column(Integer, unique=True)")
        + model("Post", "t = Column(Integer)", "a = Column(ForeignKey('pair.b'))",
            "__table_args__ = (ForeignKeyConstraint(['t', 'a'], ['pair.a', 'pair.b']),)",
            rel("u", "Pair", "foreign_keys=[t, a]")),
        "one",
    ),
    "a primaryjoin ends the search": (
        USER + model("Post", *keys(a_id="user.id", b_id="user.id"),
            rel("u", "User", "primaryjoin='Post.a_id == User.id'")),
        "one",
    ),
    "a key to an unknown table is left out": (
        USER + model("Post", *keys(a_id="user.id", b_id="nowhere.id"), rel("u", "User")),
        "one",
    ),
    "only a key to an unknown table": (
        USER + model("Post", *keys(a_id="users.id"), rel("u", "User")),
        "none",
    ),
    "a computed key is not guessed": (
        USER + model("Post", "a_id = Column(ForeignKey(NAME))", rel("u", "User")),
        "unsure",
    ),
    "the target counts with its base's table": (
        JOINED + model("Post", *keys(e_id="emp.id", p_id="person.id"), rel("u", "Emp")),
        "several",
    ),
    "the parent counts with its own table first": (
        model("Person") + model("Emp", rel("posts", "Post"), base="Person", key="person.id")
        + model("Post", *keys(e_id="emp.id", p_id="person.id")),
        ("Emp.posts", "one"),
    ),
    "then with its base's": (
        model("Person") + model("Emp", rel("posts", "Post"), base="Person", key="person.id")
        + model("Post", *keys(p_id="person.id")),
        ("Emp.posts", "one"),
    ),
    "a base to a subclass with a second key": (
        model("Person", rel("boss", "Emp"))
        + model("Emp", *keys(other_id="person.id"), base="Person", key="person.id"),
        ("Person.boss", "several"),
    ),
    "single-table children share the table": (
        USER + "class Admin(User):\n    note = Column(Integer)\n"
        + model("Post", *keys(u_id="user.id"), rel("u", "Admin")),
        "one",
    ),
    "a concrete child does not have its base's table": (
        USER + model("Admin", "__mapper_args__ = {'concrete': True}", base="User")
        + model("Post", *keys(u_id="user.id"), rel("u", "Admin")),
        "none",
    ),
    "each side needs its own foreign_keys": (
        model("User", rel("posts", "Post", "back_populates='u'"))
        + model("Post", *keys(a_id="user.id", b_id="user.id"),
            rel("u", "User", "foreign_keys=[a_id]", "back_populates='posts'")),
        ("User.posts", "several"),
    ),
    "arguments by ** are not guessed": (
        USER + model("Post", *keys(a_id="user.id", b_id="user.id"), rel("u", "User", "**OPTIONS")),
        "unsure",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), PRIMARY.values(), ids=PRIMARY.keys())
def test_primary_join(source: str, expected: str | tuple[str, str]) -> None:
    label, kind = expected if isinstance(expected, tuple) else ("Post.u", expected)
    assert Resolved(source).primary(label) == kind


LINK = "link = Table('link', Base.metadata, {})\n"
TAG = model("Tag")
TO_TAG = rel("tags", "Tag", "secondary={}")


def linked(*columns: str, arguments: str = "secondary=link") -> str:
    rows = ", ".join(columns)
    return LINK.format(rows) + TAG + model("Post", rel("tags", "Tag", arguments))


def column(name: str, to: str = "") -> str:
    return f"Column({name!r}, ForeignKey({to!r}))" if to else f"Column({name!r}, Integer)"


P, T, P2, T2 = (
    column("p", "post.id"),
    column("t", "tag.id"),
    column("p2", "post.id"),
    column("t2", "tag.id"),
)
SECONDARY = {
    "both halves": (linked(P, T), "one", "one"),
    "by name": (linked(P, T, arguments="secondary='link'"), "one", "one"),
    "by lambda": (linked(P, T, arguments="secondary=lambda: link"), "one", "one"),
    "by position": (linked(P, T, arguments="link"), "one", "one"),
    "two keys to the parent": (linked(P, P2, T), "several", "one"),
    "two keys to the target": (linked(P, T, T2), "one", "several"),
    "no key to the target": (linked(P, column("t")), "one", "none"),
    "no key at all": (linked(column("p"), column("t")), "none", "none"),
    "foreign_keys with both kept columns": (
        linked(P, P2, T, arguments="secondary=link, foreign_keys=[link.c.p, link.c.t]"),
        "one",
        "one",
    ),
    "foreign_keys with one kept column": (
        linked(P, P2, T, arguments="secondary=link, foreign_keys=[link.c.p]"),
        "one",
        "none",
    ),
    "each join ends its own search": (
        linked(P, P2, T, arguments="secondary=link, primaryjoin='Post.id == link.c.p'"),
        "one",
        "one",
    ),
    "columns that are not known": (linked(P, T, "*MORE"), "one", "one"),
    "columns that are not known, and no key": (linked(P, "*MORE"), "one", "unsure"),
}


@pytest.mark.parametrize(
    ("source", "primary", "secondary"), SECONDARY.values(), ids=SECONDARY.keys()
)
def test_join_through_a_secondary_table(source: str, primary: str, secondary: str) -> None:
    found = Resolved(source)
    assert (found.primary("Post.tags"), found.secondary("Post.tags")) == (primary, secondary)


def test_many_to_many_with_itself_is_ambiguous_without_both_joins() -> None:
    table = LINK.format(f"{column('a', 'node.id')}, {column('b', 'node.id')}")
    found = Resolved(table + model("Node", rel("peers", "Node", "secondary=link")))
    assert (found.primary("Node.peers"), found.secondary("Node.peers")) == ("several", "several")


INHERITANCE = {
    "one key": (model("A") + model("B", base="A", key="a.id"), "one"),
    "two keys": (model("A") + model("B", *keys(o="a.id"), base="A", key="a.id"), "several"),
    "no key": (model("A") + model("B", base="A"), "none"),
    "a condition": (
        model("A") + model("B", *keys(o="a.id"),
            "__mapper_args__ = {'inherit_condition': id == A.id}", base="A", key="a.id"),
        "one",
    ),
    "concrete": (model("A") + model("B", "__mapper_args__ = {'concrete': True}", base="A"), "one"),
    "the same table": (model("A") + "class B(A):\n    pass\n", "one"),
    "computed arguments": (
        model("A") + model("B", "__mapper_args__ = ARGUMENTS", base="A"),
        "one",
    ),
    "a key to the grandparent only": (
        model("G") + model("A", base="G", key="g.id") + model("B", base="A", key="g.id"),
        "none",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "kind"), INHERITANCE.values(), ids=INHERITANCE.keys())
def test_join_of_a_child_with_its_parent(source: str, kind: str) -> None:
    found = Resolved(source)
    assert found.resolution.joins.inheritance(found.mapper("B")).kind == kind
