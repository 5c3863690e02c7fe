from __future__ import annotations

import pytest
from tests.unit.scan.kit import Resolved, keys, model

NODE = "parent = relationship('Node'{})"


def node(arguments: str = "") -> str:
    return model("Node", *keys(p_id="node.id"), NODE.format(arguments))


def post(*body: str) -> str:
    return model("User") + model("Post", *keys(u_id="user.id"), *body)


PAIR = "primaryjoin='{}'"
CASES = {
    "key in the parent's table": (post("u = relationship(User)"), "Post.u", "many-to-one"),
    "key in the target's table": (
        model("User", "posts = relationship('Post')") + model("Post", *keys(u_id="user.id")),
        "User.posts",
        "one-to-many",
    ),
    "a secondary table": (
        model("User", "peers = relationship('User', secondary='link')")
        + "Table('link', Base.metadata, Column('a', ForeignKey('user.id')))\n",
        "User.peers",
        "many-to-many",
    ),
    "self-reference": (node(), "Node.parent", "one-to-many"),
    "self-reference with remote_side": (
        node(", remote_side='Node.id'"),
        "Node.parent",
        "many-to-one",
    ),
    "remote_side that names the key": (
        node(", remote_side='Node.p_id'"),
        "Node.parent",
        "one-to-many",
    ),
    "remote_side as a list of columns": (node(", remote_side=[id]"), "Node.parent", "many-to-one"),
    "remote_side as a lambda": (
        node(", remote_side=lambda: Node.id"), "Node.parent", "many-to-one"
    ),
    "remote() in the condition": (
        node(", primaryjoin='remote(Node.id) == Node.p_id'"),
        "Node.parent",
        "many-to-one",
    ),
    "foreign() in the condition": (
        model("Node", "p_id = Column(Integer)", NODE.format(
            ", primaryjoin='remote(Node.id) == foreign(Node.p_id)'")),
        "Node.parent",
        "many-to-one",
    ),
    "a condition between two tables": (
        post("u = relationship(User, primaryjoin='Post.u_id == User.id')"),
        "Post.u",
        "many-to-one",
    ),
    "a condition with more to it": (
        post("u = relationship(User, primaryjoin='and_(User.id == Post.u_id, User.id > 1)')"),
        "Post.u",
        None,
    ),
    "no join": (model("User") + model("Post", "u = relationship(User)"), "Post.u", None),
    "several joins": (
        model("User") + model("Post", *keys(a="user.id", b="user.id"), "u = relationship(User)"),
        "Post.u",
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "label", "expected"), CASES.values(), ids=CASES.keys())
def test_direction(source: str, label: str, expected: str | None) -> None:
    assert Resolved(source).direction(label) == expected
